"""Who took what: at every choice in a Log, the first by the rules was taken.

The events of a Log are gone through in their order (time, kind, index). Whenever an agent may take more, or a
step looks for an agent, somebody has a choice; what the Log did then is compared with what sorts first among
all that waited, or all who had room. So is what became of a customer whom nobody could take at once: he was
turned away, left, or waited. What is followed is the Log, never a notion of what should be: times, ends and
patience are taken as they stand (that they are right is checked in `invariants` and `inhand`).
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np

from simcare.demand.tape import FIRST, Tape
from simcare.engine.log import LEFT, TURNED_AWAY, UNWRITTEN
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules, handling_ms
from tests.engine.lines import Lines
from tests.engine.rows import Step, Try, retry_of, rows

COMPLETION, DUTY_END, DUTY_START, OVERFLOW, READY, PATIENCE = range(1, 7)

HANDED_BACK = -1
"""In place of the number of a try: the step is ready because it was handed back."""

Event = tuple[int, int, int, int, int]
"""(time, kind, index, team of a level or -1, number): the number is the new level, the end of the duty that
starts, the wait that is over, or which try becomes ready."""


def check_choices(tape: Tape, roster: Roster, rules: Rules, steps: dict[int, Step]) -> None:
    """Raise AssertionError unless every agent and every step took what sorts first."""
    _Choices(tape, roster, rules, steps).go_through()


class _Choices:
    """Who has room, who is on duty and what waits, at one event of the Log after the other."""

    def __init__(self, tape: Tape, roster: Roster, rules: Rules, steps: dict[int, Step]) -> None:
        self.tape, self.rules, self.steps = tape, rules, steps
        self.team_of = roster.team_of_agent
        self.at_once = rules.at_once[self.team_of]

        agents = len(self.team_of)
        self.mine = [np.flatnonzero(self.team_of == team) for team in range(len(rules.at_once))]
        self.on_duty = np.zeros(agents, dtype=np.bool_)
        self.duty_until = np.zeros(agents, dtype=np.int64)  # of people: the end of the duty they were last in
        self.since = np.zeros(agents, dtype=np.int64)  # the last completion or start of duty
        self.in_hand = np.zeros(agents, dtype=np.int64)
        self.holds: dict[int, set[int]] = defaultdict(set)  # agent → steps
        self.held_by: dict[int, int] = {}  # step → agent

        self.level = dict.fromkeys(roster.level_team.tolist(), 0)
        self.changes = list(rows(roster.level_team, roster.level_from_ms, roster.level))
        self.level_from = {(team, at): level for team, at, level in self.changes}
        self.present = dict.fromkeys(self.level, 0)  # of a level: who is on duty
        self.busy = dict.fromkeys(self.level, 0)

        self.lines = Lines(tape, rules, steps)

        # The starts still to come, by instant: {(agent, step): (end, completed)}.
        self.starts: dict[int, dict[tuple[int, int], tuple[int, bool]]] = defaultdict(dict)
        for step in steps.values():
            for stint in step.stints:
                self.starts[stint.start][stint.agent, step.step] = (stint.end, stint.completed)
        self.broken_off = {
            (stint.agent, step.step, stint.end)
            for step in steps.values()
            for stint in step.stints
            if not stint.completed
        }
        self.events = self._events(roster)

    def _events(self, roster: Roster) -> list[Event]:
        events: list[Event] = []
        agents = len(self.team_of)
        for agent, start, end in rows(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms):
            events += [(start, DUTY_START, agent, -1, end), (end, DUTY_END, agent, -1, -1)]
        before = dict.fromkeys(self.level, 0)
        for team, at, level in self.changes:
            kind = DUTY_START if level > before[team] else DUTY_END
            events.append((at, kind, int(self.mine[team].min(initial=agents)), team, level))
            before[team] = level
        for step in self.steps.values():
            for number, one in enumerate(step.tries):
                if one.outcome != UNWRITTEN:
                    events.append((one.ready, READY, step.step, -1, number))
                if one.outcome == LEFT:
                    events.append((one.gone, PATIENCE, step.step, -1, -1))
            if step.last.outcome != UNWRITTEN:
                may = self.rules.handles[step.kind, step.type]
                for wait in set(self.rules.overflow_ms[step.type, may].tolist()) - {0}:
                    events.append((step.first_ready + wait, OVERFLOW, step.step, -1, wait))
        heapify(events)
        return events

    def go_through(self) -> None:
        """Every event before the end of the drain; at the end of each instant, no start may be left over."""
        to_come = sorted(self.starts, reverse=True)
        while self.events:
            at, kind, index, team, number = heappop(self.events)
            while to_come and to_come[-1] < at:
                self._no_start_left(to_come.pop())
            if at >= self.rules.drain_end_ms:
                break
            if kind == COMPLETION:
                self._completion(at, index)
            elif kind == OVERFLOW:
                self._overflow(at, index, number)
            elif kind == READY:
                self._ready(at, index, number)
            elif kind == PATIENCE:
                self.lines.leave(index)
            elif team >= 0:
                self._level_changes(at, team, number)
            elif kind == DUTY_START:
                self.on_duty[index], self.since[index], self.duty_until[index] = True, at, number
                self._takes(at, index)
            else:
                self._duty_ends(at, index)
        for instant in reversed(to_come):
            self._no_start_left(instant)

    def _no_start_left(self, instant: int) -> None:
        for agent, step in self.starts[instant]:
            raise AssertionError(
                f"agent {agent} starts step {step} at {instant}, but no event brings the two together: "
                "the agent had no room or was not on duty, or the step was not waiting"
            )

    # --- Agents ---------------------------------------------------------------------------------------------

    def _completion(self, at: int, step: int) -> None:
        agent = self._hands_over(step)
        self.since[agent] = at
        team = int(self.team_of[agent])
        if team in self.level:
            self._completion_in_a_level(at, team, agent)
        elif at < self.duty_until[agent]:
            self._takes(at, agent)

    def _completion_in_a_level(self, at: int, team: int, agent: int) -> None:
        # Duty is half-open: at the instant of a fall nothing new starts above the lower level.
        level = min(self.level[team], self.level_from.get((team, at), self.level[team]))
        busy_before = self.busy[team]
        if not self.in_hand[agent]:
            self.busy[team] -= 1
            if self.present[team] - 1 >= level:
                self.on_duty[agent] = False
                self.present[team] -= 1
        if busy_before > level >= self.busy[team]:
            self._the_busy_take(at, team)
        elif self.on_duty[agent] and self.busy[team] <= level:
            self._takes(at, agent)

    def _duty_ends(self, at: int, agent: int) -> None:
        self.on_duty[agent] = False
        for step in sorted(self.holds[agent]):
            if (agent, step, at) in self.broken_off:
                self._hands_over(step)
                self.lines.hand_back(step)
                heappush(self.events, (at, READY, step, -1, HANDED_BACK))

    def _level_changes(self, at: int, team: int, level: int) -> None:
        """The idle with the highest index leave; or the busy with room take, then the lowest away come."""
        was_over = self.busy[team] > self.level[team]
        self.level[team] = level
        mine = self.mine[team]
        idle = mine[self.on_duty[mine] & (self.in_hand[mine] == 0)]
        leave = idle[max(0, len(idle) - max(0, self.present[team] - level)) :]
        self.on_duty[leave] = False
        self.present[team] -= len(leave)
        if was_over and self.busy[team] <= level:
            self._the_busy_take(at, team)
        come = mine[~self.on_duty[mine]][: max(0, level - self.present[team])]
        self.on_duty[come], self.since[come] = True, at
        self.present[team] += len(come)
        for agent in come.tolist():
            if self.lines.first(team, at) is None:
                break
            self._takes(at, agent)

    def _the_busy_take(self, at: int, team: int) -> None:
        for agent in self.mine[team][self.in_hand[self.mine[team]] > 0].tolist():
            self._takes(at, agent)

    def _takes(self, at: int, agent: int) -> None:
        """An agent takes until he is full: each time what he took must be the first of all he could take."""
        team = int(self.team_of[agent])
        while self.in_hand[agent] < self.at_once[agent]:
            step = self.lines.first(team, at)
            if step is None:
                return
            if (agent, step) not in self.starts[at]:
                others = [of for other, of in self.starts[at] if other == agent and self.lines.holds(of)]
                did = f"took step {others[0]}" if others else "took nothing"
                raise AssertionError(
                    f"agent {agent}, free at {at}, {did}, but step {step} waited and comes first"
                )
            self._start(at, agent, step)

    def _start(self, at: int, agent: int, step: int) -> None:
        end, completed = self.starts[at].pop((agent, step))
        self.lines.leave(step)
        team = int(self.team_of[agent])
        if team in self.level:
            self.busy[team] += self.in_hand[agent] == 0
        self.in_hand[agent] += 1
        self.holds[agent].add(step)
        self.held_by[step] = agent
        if completed:
            heappush(self.events, (end, COMPLETION, step, -1, -1))

    def _hands_over(self, step: int) -> int:
        agent = self.held_by.pop(step)
        self.holds[agent].remove(step)
        self.in_hand[agent] -= 1
        return agent

    # --- Steps ----------------------------------------------------------------------------------------------

    def _ready(self, at: int, step: int, number: int) -> None:
        """A step is ready, anew or again: it looks for an agent; if nobody has room it waits, or is gone."""
        if number == HANDED_BACK:
            if self.lines.holds(step):  # or somebody who began has taken it already
                self._looks_for_an_agent(at, step)
            return
        of = self.steps[step]
        if number == 0:
            self.lines.open(step, wait=0)
        if not self._looks_for_an_agent(at, step) and not self._is_gone_at_once(at, of, number):
            self.lines.join(step, at)

    def _overflow(self, at: int, step: int, wait: int) -> None:
        """Further teams may take the step; should it be waiting, it looks for an agent anew."""
        self.lines.open(step, wait)
        if self.lines.holds(step):
            self._looks_for_an_agent(at, step)

    def _looks_for_an_agent(self, at: int, step: int) -> bool:
        agent = self._choice_of_agent(step)
        if agent is None:
            return False
        if (agent, step) not in self.starts[at]:
            others = [other for other, of in self.starts[at] if of == step]
            did = f"was taken by agent {others[0]}" if others else "was taken by nobody"
            raise AssertionError(
                f"step {step}, ready at {at}, {did}, but agent {agent} was free and comes first"
            )
        self._start(at, agent, step)
        return True

    def _choice_of_agent(self, step: int) -> int | None:
        """The agent who comes first among those with room, None if nobody has."""
        of, rules = self.steps[step], self.rules
        room = []
        for team in sorted(self.lines.open_to[step]):
            if team not in self.level or self.busy[team] <= self.level[team]:
                mine = self.mine[team]
                room.append(mine[self.on_duty[mine] & (self.in_hand[mine] < rules.at_once[team])])
        agents = np.concatenate(room) if room else np.zeros(0, dtype=np.int64)
        for value in (rules.team_rank[of.type][self.team_of], self.in_hand, self._agent_value(of)):
            if len(agents):
                least = value[agents]
                agents = agents[least == least.min()]
        if not len(agents):
            return None
        u = self.tape.random_u[of.contact] if rules.agent_rule == "random" else 0.0
        return int(agents[int(u * len(agents))])

    def _agent_value(self, of: Step) -> np.ndarray:
        """For each agent the value that the rule for agents minimises."""
        rules = self.rules
        if rules.agent_rule == "longest-idle":
            return self.since
        if rules.agent_rule == "most-specialised":
            return rules.skills_of_team[self.team_of]
        if rules.agent_rule == "random":
            return np.zeros_like(self.since)
        handling = np.zeros_like(rules.skills_of_team)
        for team in self.lines.open_to[of.step]:
            key = (of.kind, of.type, team)
            work = int(self.tape.work_ms[rules.work_slot[key], of.step])
            handling[team] = handling_ms(work, int(rules.speed_ppm[key]))
        return handling[self.team_of]

    def _is_gone_at_once(self, at: int, of: Step, number: int) -> bool:
        """Nobody could take the customer: was he turned away, or did he leave, exactly if he had to?"""
        if of.kind != FIRST:
            return False
        queue = int(self.rules.queue_of_type[of.type])
        wait, limit = self.lines.first_replies[queue], int(self.rules.queue_limit[queue])
        one: Try = of.tries[number]
        full = wait >= limit
        assert full == (one.outcome == TURNED_AWAY), (
            f"at {at} {wait} wait in queue {queue} of at most {limit}, so step {of.step} "
            f"{'is' if full else 'is not'} turned away"
        )
        if full:
            return True
        retry = retry_of(self.tape, of.contact, number)
        u = (
            self.tape.leaves_at_once_u[of.contact]
            if retry is None
            else self.tape.retry_leaves_at_once_u[retry]
        )
        entry = int(np.searchsorted(self.rules.leaves_from[of.type], wait, side="right")) - 1
        leaves = bool(u < self.rules.leaves_at_once[of.type, entry])
        patience = int(self.tape.patience_ms[of.contact])
        left = one.outcome == LEFT and one.gone == at
        assert left if leaves else not left or patience == 0, (
            f"at {at} {wait} wait in queue {queue}, so the customer of step {of.step} "
            f"{'leaves' if leaves else 'does not leave'} at once"
        )
        return leaves
