"""The reference engine: the rules of a run as a SimPy model, written to be read.

It reads as the rules do, in their order: time and order, a contact's steps, who takes what, duty, the end.
Chance is all on the Tape, so nothing here is random. What waits stands in queues, one for every group of
steps that the same teams may take; who is free stands in one line a team. Work changes hands in two places
only: an agent who has become free *takes* a step, and a step that has become ready is *offered* to one agent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from functools import partial
from heapq import heappop, heappush
from itertools import product, takewhile

import numpy as np
import simpy
from simpy.events import EventPriority

from simcare.demand.tape import ESCALATED, FIRST, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, UNWRITTEN, Log, steps_of, stints_of
from simcare.staffing.roster import Int, Roster
from simcare.staffing.rules import Rules, handling_ms

DRAIN_END, COMPLETION, DUTY_END, DUTY_START, READY, PATIENCE = range(6)
"""Kinds of event, in the order in which they happen at one instant."""

Waiting = tuple[int, int, int, int]
"""A waiting step as it sorts: (True, what the plan orders by, ready, step); dropped: (False, ready, …)."""


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step.

    The Log depends on nothing but the three arguments. Time is in integer milliseconds.
    """
    return Desk(tape, roster, rules).run()


# --- Time and order -----------------------------------------------------------------------------------------


class Moment(simpy.Event):
    """An event at an absolute time. Events are totally ordered by (time, kind, index)."""

    def __init__(self, env: simpy.Environment, time_ms: int, kind: int, index: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, EventPriority((kind << 32) + index), delay=time_ms - env.now)


class Desk:
    """All that changes during a run: the queues, the free agents, and the Log as it grows."""

    def __init__(self, tape: Tape, roster: Roster, rules: Rules) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.rules = rules
        self.roster = roster

        # The Tape as lists: SimPy's time is a Python int, and single numbers come faster from a list.
        self.contacts = np.flatnonzero(np.diff(tape.first_step)).tolist()
        self.arrival_ms: list[int] = tape.arrival_ms.tolist()
        self.type_of: list[int] = tape.type_of_contact.tolist()
        self.patience_ms: list[int] = tape.patience_ms.tolist()
        self.leaves_at_once_u: list[float] = tape.leaves_at_once_u.tolist()
        self.silent_u: list[float] = tape.silent_u.tolist()
        self.first_step: list[int] = tape.first_step.tolist()
        self.contact_of: list[int] = tape.contact_of_step.tolist()
        self.kind_of: list[int] = tape.kind_of_step.tolist()
        self.mark: list[float] = tape.mark.tolist()
        self.pause_ms: list[int] = tape.pause_ms.tolist()
        self.work_ms: list[list[int]] = tape.work_ms.tolist()

        # Steps.
        steps = len(self.contact_of)
        self.ready_ms = [-1] * steps
        self.outcome = [OPEN] * steps
        self.gone_ms = [-1] * steps
        self.started = [False] * steps
        self.waiting = [False] * steps
        self.left_over: dict[int, tuple[int, int]] = {}  # dropped step: (left, whole) of its last stint, ms
        self.unfinished = len(self.contacts)
        self.over = self.env.event()

        # Who may take what: (kind, type) → the teams that may; team → its queues.
        types, teams = rules.team_rank.shape
        self.queues: dict[tuple[bool, int], list[Waiting]] = {}
        self.teams_for: dict[tuple[bool, int], list[int]] = {}
        self.queues_of: list[list[list[Waiting]]] = [[] for _ in range(teams)]
        for kind, of_type in product((FIRST, ESCALATED), range(types)):
            queue = self.queues[kind == ESCALATED, of_type] = []
            may = self.teams_for[kind == ESCALATED, of_type] = np.flatnonzero(
                rules.handles[kind, of_type]
            ).tolist()
            for team in may:
                self.queues_of[team].append(queue)
        self.speed_ppm = rules.speed_ppm.tolist()
        self.work_slot = rules.work_slot.tolist()
        self.team_rank = rules.team_rank.tolist()
        self.sort_value = self._sort_value()
        self.team_value = self._team_value()

        # Agents. `idle[team]` maps who is free to since when; it is in order of that time.
        self.team_of: list[int] = roster.team_of_agent.tolist()
        agents = len(self.team_of)
        self.idle: list[dict[int, int]] = [{} for _ in range(teams)]
        self.on_duty_until = [0] * agents
        self.in_hand = [-1] * agents
        self.start_ms = [0] * agents
        self.level: dict[int, int] = {}
        self.level_from: dict[tuple[int, int], int] = {}
        self.busy_of_level: dict[int, int] = {}
        self.off_of_level: dict[int, set[int]] = {}

        self.stints: list[tuple[int, int, int, int, bool]] = []

    def run(self) -> Log:
        if self.contacts:
            self._staff(self.roster)
            self.env.process(self._arrivals())
            self.at(self.rules.drain_end_ms, DRAIN_END, 0, self._end)
            self.env.run(until=self.over)
        return self._log()

    @property
    def now(self) -> int:
        return int(self.env.now)

    def at(self, time_ms: int, kind: int, index: int, then: Callable[[int], None]) -> None:
        """Have `then(index)` called at that time, in its place in the order of events."""
        Moment(self.env, time_ms, kind, index).callbacks.append(lambda _: then(index))

    # --- A contact's steps ----------------------------------------------------------------------------------

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        for contact in self.contacts:
            step = self.first_step[contact]
            self.ready_ms[step] = self.arrival_ms[contact]
            yield Moment(self.env, self.arrival_ms[contact], READY, step)
            self._first_reply_is_ready(contact, step)

    def _first_reply_is_ready(self, contact: int, step: int) -> None:
        if self._offer(step):
            return
        if self.leaves_at_once_u[contact] < self.rules.leaves_at_once[self.type_of[contact]]:
            self._leaves(step)
            return
        self._wait(step)
        if self.patience_ms[contact] < NEVER:
            self.at(self.now + self.patience_ms[contact], PATIENCE, step, self._patience_ends)

    def _later_step_is_ready(self, step: int) -> None:
        if not self._offer(step):
            self._wait(step)

    def _patience_ends(self, step: int) -> None:
        if self.started[step]:
            return
        contact = self.contact_of[step]
        if self.silent_u[contact] < self.rules.silent[self.type_of[contact]]:
            self.outcome[step] = SILENT
            self.gone_ms[step] = self.now
        else:
            self._leaves(step)

    def _leaves(self, step: int) -> None:
        self.outcome[step] = LEFT
        self.gone_ms[step] = self.now
        self.waiting[step] = False
        self._contact_is_over()

    def _what_follows(self, step: int) -> None:
        """After a reply: escalated work at once, or the customer's next message after a pause, or nothing."""
        contact = self.contact_of[step]
        of_type = self.type_of[contact]
        after = step + 1
        end = self.first_step[contact + 1]
        if after < end and self.kind_of[after] == ESCALATED:
            if self.mark[after] < self.rules.escalates[of_type]:
                self._comes(after, self.now)
                return
            after += 1
        if after < end and self.mark[after] < self.rules.again[of_type]:
            self._comes(after, self.now + self.pause_ms[after])
        else:
            self._contact_is_over()

    def _comes(self, step: int, ready_ms: int) -> None:
        self.ready_ms[step] = ready_ms
        if ready_ms >= self.rules.drain_end_ms:
            self.outcome[step] = UNWRITTEN
            self._contact_is_over()
        else:
            self.at(ready_ms, READY, step, self._later_step_is_ready)

    def _contact_is_over(self) -> None:
        self.unfinished -= 1
        if self.unfinished == 0:
            self._end()

    # --- Who takes what: two sorts --------------------------------------------------------------------------

    def _sort_value(self) -> Callable[[int, int], int]:
        """What the plan orders waiting steps by, as a function of (type, ready)."""
        rules = self.rules
        type_rank, promise_ms = rules.type_rank.tolist(), rules.promise_ms.tolist()
        return {
            "first-come": lambda of_type, ready_ms: ready_ms,
            "newest": lambda of_type, ready_ms: -ready_ms,
            "priority": lambda of_type, ready_ms: type_rank[of_type],
            "deadline": lambda of_type, ready_ms: ready_ms + promise_ms[of_type],
        }[rules.order]

    def _team_value(self) -> Callable[[int, int, int], int]:
        """What the plan orders free agents by, as a function of (step, team, idle since)."""
        skills = self.rules.skills_of_team.tolist()
        return {
            "longest-idle": lambda step, team, since_ms: since_ms,
            "most-specialised": lambda step, team, since_ms: skills[team],
            "fastest": lambda step, team, since_ms: self._handling_ms(step, team),
        }[self.rules.agent_rule]

    def _group(self, step: int) -> tuple[bool, int]:
        return self.kind_of[step] == ESCALATED, self.type_of[self.contact_of[step]]

    def _wait(self, step: int) -> None:
        group = self._group(step)
        ready = self.ready_ms[step]
        self.waiting[step] = True
        value = self.sort_value(group[1], ready)
        dropped = step in self.left_over
        heappush(self.queues[group], (False, ready, value, step) if dropped else (True, value, ready, step))

    def _next_for(self, team: int) -> int | None:
        """The waiting step that an agent of the team takes now, removed from its queue."""
        best: list[Waiting] | None = None
        for queue in self.queues_of[team]:
            while queue and not self.waiting[queue[0][3]]:
                heappop(queue)  # who left, or was taken elsewhere, is passed over here
            if queue and (best is None or queue[0] < best[0]):
                best = queue
        return None if best is None else heappop(best)[3]

    def _offer(self, step: int) -> bool:
        """A step that is ready takes one free agent, if there is one."""
        of_type = self.type_of[self.contact_of[step]]
        best: tuple[int, int, int] | None = None
        for team in self.teams_for[self._group(step)]:
            if self.idle[team]:
                agent, since_ms = self._first_free(team)
                value = (self.team_rank[of_type][team], self.team_value(step, team, since_ms), agent)
                best = value if best is None or value < best else best
        if best is None:
            return False
        self._start(best[2], step)
        return True

    def _first_free(self, team: int) -> tuple[int, int]:
        """Of the free agents of a team, who is first by the rule and by index, and free since when."""
        idle = self.idle[team]
        if self.rules.agent_rule != "longest-idle":
            return min(idle.items())
        longest = next(iter(idle.values()))
        return min(takewhile(lambda item: item[1] == longest, idle.items()))

    def _take(self, agent: int) -> None:
        """An agent who has become free takes a waiting step, or stands idle."""
        step = self._next_for(self.team_of[agent])
        if step is None:
            self.idle[self.team_of[agent]][agent] = self.now
        else:
            self._start(agent, step)

    # --- Handling -------------------------------------------------------------------------------------------

    def _handling_ms(self, step: int, team: int) -> int:
        kind, of_type = self.kind_of[step], self.type_of[self.contact_of[step]]
        work = self.work_ms[self.work_slot[kind][of_type][team]][step]
        return handling_ms(work, self.speed_ppm[kind][of_type][team])

    def _start(self, agent: int, step: int) -> None:
        team = self.team_of[agent]
        self.idle[team].pop(agent, None)
        now = self.now
        whole = self._handling_ms(step, team)
        planned = whole
        if step in self.left_over:
            left, of = self.left_over[step]
            planned = max(1, (whole * left + of // 2) // of)
        self.started[step] = True
        self.waiting[step] = False
        self.in_hand[agent] = step
        self.start_ms[agent] = now
        if team in self.level:
            self.busy_of_level[team] += 1
        elif self.rules.drop_at_shift_end and now + planned > self.on_duty_until[agent]:
            self.left_over[step] = (planned, whole)  # handed back when the duty ends; see _duty
            return
        self.at(now + planned, COMPLETION, step, partial(self._complete, agent))

    def _complete(self, agent: int, step: int) -> None:
        self._end_stint(agent, completed=True)
        if self.outcome[step] == SILENT:
            self._contact_is_over()
        else:
            self.outcome[step] = REPLIED
            self._what_follows(step)
        team = self.team_of[agent]
        if team in self.level:
            self.busy_of_level[team] -= 1
            # Duty is half-open: at the instant of a fall nothing new starts above the lower level.
            level = min(self.level[team], self.level_from.get((team, self.now), self.level[team]))
            if self.busy_of_level[team] + len(self.idle[team]) < level:
                self._take(agent)
            else:
                self.off_of_level[team].add(agent)
        elif self.on_duty_until[agent] > self.now:
            self._take(agent)

    def _end_stint(self, agent: int, completed: bool) -> None:
        self.stints.append((self.in_hand[agent], agent, self.start_ms[agent], self.now, completed))
        self.in_hand[agent] = -1

    # --- Duty -----------------------------------------------------------------------------------------------

    def _staff(self, roster: Roster) -> None:
        duties: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for agent, from_ms, to_ms in _rows(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms):
            duties[agent].append((from_ms, to_ms))
        for agent, intervals in duties.items():
            self.env.process(self._duty(agent, intervals))

        changes: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for team, from_ms, level in _rows(roster.level_team, roster.level_from_ms, roster.level):
            changes[team].append((from_ms, level))
            self.level_from[team, from_ms] = level
        for team, steps in changes.items():
            self.level[team] = self.busy_of_level[team] = 0
            self.off_of_level[team] = {agent for agent, of in enumerate(self.team_of) if of == team}
            self.env.process(self._head_count(team, steps))

    def _duty(self, agent: int, intervals: list[tuple[int, int]]) -> Generator[simpy.Event, None, None]:
        """A person's duty. What is in hand at its end is finished, or handed back if the plan says so."""
        idle = self.idle[self.team_of[agent]]
        for from_ms, to_ms in intervals:
            yield Moment(self.env, from_ms, DUTY_START, agent)
            self.on_duty_until[agent] = to_ms
            if self.in_hand[agent] < 0:
                self._take(agent)
            yield Moment(self.env, to_ms, DUTY_END, agent)
            self.on_duty_until[agent] = 0
            idle.pop(agent, None)
            if self.in_hand[agent] >= 0 and self.rules.drop_at_shift_end:
                self._drop(agent)

    def _drop(self, agent: int) -> None:
        step = self.in_hand[agent]
        planned, whole = self.left_over[step]
        self.left_over[step] = (planned - (self.now - self.start_ms[agent]), whole)
        self._end_stint(agent, completed=False)
        self._wait(step)  # before all others; agents who start at this instant choose before it is offered
        self.at(self.now, READY, step, self._dropped_step_is_ready)

    def _dropped_step_is_ready(self, step: int) -> None:
        if self.waiting[step]:
            self._offer(step)

    def _head_count(self, team: int, changes: list[tuple[int, int]]) -> Generator[simpy.Event, None, None]:
        """A level. When it falls the idle leave first, then whoever finishes next; nobody drops work."""
        idle, off = self.idle[team], self.off_of_level[team]
        first = min(off, default=0)
        for from_ms, level in changes:
            yield Moment(self.env, from_ms, DUTY_START if level > self.level[team] else DUTY_END, first)
            self.level[team] = level
            while idle and self.busy_of_level[team] + len(idle) > level:
                off.add(max(idle))
                del idle[max(idle)]
            while self.busy_of_level[team] + len(idle) < level:
                off.remove(coming := min(off))
                self._take(coming)

    # --- The end --------------------------------------------------------------------------------------------

    def _end(self, _index: int = 0) -> None:
        if not self.over.triggered:
            self.over.succeed()

    def _log(self) -> Log:
        """The two tables. What is in hand at the end of the drain is cut there and stays open."""
        for agent, step in enumerate(self.in_hand):
            if step >= 0:
                self._end_stint(agent, completed=False)
        steps = steps_of(self.contact_of, self.kind_of, self.ready_ms, self.outcome, self.gone_ms)
        return Log(steps, stints_of(self.stints))


def _rows(*columns: Int) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)
