"""The reference engine: the rules of a run as a SimPy model, written to be read.

It reads as the rules do, in their order: a contact's steps, who takes what, handling, duty, the end. Chance
is all on the Tape, so nothing here is random. What waits stands in `Queues`, who has room in `Room`, what is
worked on in `Hands`. Work changes hands in two places only: an agent who may take more *takes* steps, and a
step that has become ready, or is open to more teams than before, is *offered* to one agent.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from heapq import heappop, heappush

import numpy as np
import simpy

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FOLLOW_UP, NEVER, Tape
from simcare.engine.hands import Hands
from simcare.engine.log import (
    ENDLESS_TRIES,
    LEFT,
    MOST_EARLIER_TRIES,
    OPEN,
    REPLIED,
    SILENT,
    TURNED_AWAY,
    UNWRITTEN,
    Log,
    steps_of,
    stints_of,
)
from simcare.engine.moments import DRAIN_END, DUTY_END, DUTY_START, OVERFLOW, PATIENCE, READY, Moment, at
from simcare.engine.pile_on import pile_on_of
from simcare.engine.queues import Queues
from simcare.engine.room import Room
from simcare.errors import TooLarge
from simcare.staffing.roster import Int, Roster
from simcare.staffing.rules import Rules, handling_ms


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step.

    The Log depends on nothing but the three arguments. Time is in integer milliseconds.
    """
    with _nothing_to_collect():
        return Desk(tape, roster, rules).run()


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """No search for garbage meanwhile: a run leaves none, and the search looks at all that it keeps, which
    would make a contact of a large run dearer.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Desk:
    """All that changes during a run: the queues, the agents with room, and the Log as it grows."""

    def __init__(self, tape: Tape, roster: Roster, rules: Rules) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.rules = rules
        self.roster = roster

        # The Tape as lists: SimPy's time is a Python int, and single numbers come faster from a list.
        self.contacts = np.flatnonzero(np.diff(tape.first_step)).tolist()
        self.arrival_ms: list[int] = tape.arrival_ms.tolist()
        self.type_of: list[int] = tape.type_of_contact.tolist()
        self.patience_ms: list[int] = tape.patience_ms.tolist()
        self.leaves_at_once_u: list[float] = tape.leaves_at_once_u.tolist()  # of the try in hand
        self.silent_u: list[float] = tape.silent_u.tolist()  # likewise
        self.random_u: list[float] = tape.random_u.tolist()
        self.first_step: list[int] = tape.first_step.tolist()
        self.contact_of: list[int] = tape.contact_of_step.tolist()
        self.kind_of: list[int] = tape.kind_of_step.tolist()
        self.mark: list[float] = tape.mark.tolist()
        self.pause_ms: list[int] = tape.pause_ms.tolist()
        self.work_ms: list[list[int]] = tape.work_ms.tolist()
        self.tape = tape

        # Steps.
        steps = len(self.contact_of)
        self.ready_ms = [-1] * steps
        self.outcome = [OPEN] * steps
        self.gone_ms = [-1] * steps
        self.started = [False] * steps
        self.queues = Queues(tape, rules)
        self.earlier_tries: list[tuple[int, int, int, int]] = []  # step, ready, outcome, gone
        self.tries: dict[int, int] = defaultdict(int)  # contact: further tries made
        self.unfinished = len(self.contacts)
        self.over = self.env.event()
        self.pile_on = pile_on_of(tape, rules.readers)

        self.queue_of_type: list[int] = rules.queue_of_type.tolist()
        self.queue_limit: list[int] = rules.queue_limit.tolist()
        self.leaves_from: list[list[int]] = rules.leaves_from.tolist()
        self.leaves_at_once: list[list[float]] = rules.leaves_at_once.tolist()

        # Handling.
        self.speed_ppm = rules.speed_ppm.tolist()
        self.work_slot = rules.work_slot.tolist()
        self.team_rank = rules.team_rank.tolist()
        self.whole_ms: dict[int, int] = {}  # step that may be dropped: the team's handling, were it new
        self.left_over: dict[int, tuple[int, int]] = {}  # dropped step: (left, whole) of its last stint, ms

        # Agents, and levels.
        self.team_of: list[int] = roster.team_of_agent.tolist()
        agents = len(self.team_of)
        self.room = Room(self.team_of, rules)
        self.on_duty_until = [0] * agents
        self.since_ms = [0] * agents  # last completion or start of duty
        self.hands = Hands(self.env, self.team_of, rules, self._complete)
        self.in_hand = self.hands.of
        self.level: dict[int, int] = {}
        self.level_from: dict[tuple[int, int], int] = {}
        self.busy_of_level: dict[int, int] = {}
        self.off_of_level: dict[int, list[int]] = {}  # a heap of agents
        self.level_of_chats: list[int] = []

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
        at(self.env, time_ms, kind, index, then)

    # --- A contact's steps ----------------------------------------------------------------------------------

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        for contact in self.contacts:
            step = self.first_step[contact]
            yield Moment(self.env, self.arrival_ms[contact], READY, step)
            if self.pile_on and not self.pile_on.comes(contact):
                self._contact_is_over()
                continue
            self.ready_ms[step] = self.now
            self._helpers_come_later(step)
            self._first_reply_is_ready(step)

    def _first_reply_is_ready(self, step: int) -> None:
        """Somebody takes it; or the queue is full; or the customer leaves at once; or it waits."""
        if self._offer(step):
            return
        contact = self.contact_of[step]
        of_type = self.type_of[contact]
        queue = self.queue_of_type[of_type]
        waiting = self.queues.first_replies[queue]
        if waiting >= self.queue_limit[queue]:
            self._is_gone(step, TURNED_AWAY)
        elif self.leaves_at_once_u[contact] < self._leave_at_once(of_type, waiting):
            self._is_gone(step, LEFT)
        else:
            self._wait(step)
            if self.patience_ms[contact] < NEVER:
                self.at(self.now + self.patience_ms[contact], PATIENCE, step, self._patience_ends)

    def _leave_at_once(self, of_type: int, waiting: int) -> float:
        """The share of those who would have to wait that leaves at once when so many wait."""
        return self.leaves_at_once[of_type][bisect_right(self.leaves_from[of_type], waiting) - 1]

    def _patience_ends(self, step: int) -> None:
        if self.started[step]:
            return
        contact = self.contact_of[step]
        if self.silent_u[contact] < self.rules.silent[self.type_of[contact]]:
            self.outcome[step] = SILENT
            self.gone_ms[step] = self.now
        else:
            self._is_gone(step, LEFT)

    def _is_gone(self, step: int, outcome: int) -> None:
        """Who left or was turned away is gone for good, or comes back."""
        self.outcome[step] = outcome
        self.gone_ms[step] = self.now
        self.queues.remove(step)
        contact = self.contact_of[step]
        retry = self._next_try(contact)
        if retry is not None and self.now + int(self.tape.retry_after_ms[retry]) < self.rules.drain_end_ms:
            back_ms = self.now + int(self.tape.retry_after_ms[retry])
            self.leaves_at_once_u[contact] = float(self.tape.retry_leaves_at_once_u[retry])
            self.silent_u[contact] = float(self.tape.retry_silent_u[retry])
            self.tries[contact] += 1
            self.at(back_ms, READY, step, self._tries_again)
        else:
            self._contact_is_over()

    def _next_try(self, contact: int) -> int | None:
        """The number on the Tape of a contact's next try, None if there is none."""
        chance = self.rules.tries_again[self.type_of[contact]]
        first, end = self.tape.first_retry[contact], self.tape.first_retry[contact + 1]
        if chance == 0 or first == end:
            return None
        retry = int(first) + self.tries[contact]
        if chance == 1:
            retry = int(first) + self.tries[contact] % int(end - first)
        return retry if retry < end and self.tape.retry_mark[retry] < chance else None

    def _tries_again(self, step: int) -> None:
        if len(self.earlier_tries) == MOST_EARLIER_TRIES:
            raise TooLarge(ENDLESS_TRIES)
        self.earlier_tries.append((step, self.ready_ms[step], self.outcome[step], self.gone_ms[step]))
        self.ready_ms[step], self.outcome[step], self.gone_ms[step] = self.now, OPEN, -1
        self._first_reply_is_ready(step)

    def _later_step_is_ready(self, step: int) -> None:
        self._helpers_come_later(step)
        if not self._offer(step):
            self._wait(step)

    def _what_follows(self, step: int) -> None:
        """After a reply: the full answer at once, if it only acknowledged; escalated work at once; the
        customer's next message after a pause; a closing reply at once; or nothing.
        """
        contact = self.contact_of[step]
        of_type = self.type_of[contact]
        after = step + 1
        end = self.first_step[contact + 1]
        if after < end and self.kind_of[after] == ANSWER:
            if self.rules.acknowledges[of_type]:
                self._comes(after, self.now)
                return
            after += 1
        if after < end and self.kind_of[after] == ESCALATED:
            if self.mark[after] < self.rules.escalates[of_type]:
                self._comes(after, self.now)
                return
            after += 1
        goes_on = after < end and self.kind_of[after] == FOLLOW_UP
        if goes_on and self.mark[after] < self.rules.again[of_type]:
            self._comes(after, self.now + self.pause_ms[after])
        elif after < end and self._closes(end - 1, of_type):
            self._comes(end - 1, self.now)
        else:
            if self.pile_on:
                self.pile_on.over(contact, self.now)
            self._contact_is_over()

    def _closes(self, last: int, of_type: int) -> bool:
        """Does a closing reply in public follow the last of the other replies?"""
        return bool(self.kind_of[last] == CLOSING and self.mark[last] < self.rules.closes[of_type])

    def _comes(self, step: int, ready_ms: int) -> None:
        self.ready_ms[step] = ready_ms
        if ready_ms >= self.rules.drain_end_ms:
            self.outcome[step] = UNWRITTEN
            self._contact_is_over()
        else:
            self.at(ready_ms, READY, step, self._later_step_is_ready)

    def _readers_see(self, what: Callable[..., None], step: int) -> None:
        """What readers see of a step that is begun or sent."""
        contact = self.contact_of[step]
        acknowledges = bool(self.rules.acknowledges[self.type_of[contact]])
        silent = self.outcome[step] == SILENT
        what(contact, self.kind_of[step], self.now, acknowledges=acknowledges, silent=silent)

    def _contact_is_over(self) -> None:
        self.unfinished -= 1
        if self.unfinished == 0:
            self._end()

    # --- Who takes what: two sorts --------------------------------------------------------------------------

    def _wait(self, step: int) -> None:
        self.queues.add(step, self.ready_ms[step], dropped=step in self.left_over)

    def _helpers_come_later(self, step: int) -> None:
        """Teams that only help may take the step so long after it first became ready."""
        if not self.queues.overflows:
            return
        for wait_ms, _, _ in self.queues.stages[self.queues.group(step)][1:]:
            self.at(self.now + wait_ms, OVERFLOW, step, self._may_overflow)

    def _may_overflow(self, step: int) -> None:
        if self.queues.overflow(step):
            self._offer(step)

    def _offer(self, step: int) -> bool:
        """A step takes one agent with room, if there is one."""
        contact = self.contact_of[step]
        teams = self.queues.open_to(step)
        if self.level_of_chats:  # where more are busy than the level, nobody takes anything
            above = [team for team in self.level_of_chats if self.busy_of_level[team] > self.level[team]]
            teams = [team for team in teams if team not in above]
        rank, handling = self.team_rank[self.type_of[contact]], partial(self._handling_ms, step)
        agent = self.room.choose(teams, rank, self.random_u[contact], handling)
        if agent is None:
            return False
        self._start(agent, step)
        return True

    def _take(self, agent: int) -> bool:
        """An agent who may take more takes one step after the other; does he still have room?"""
        while self.hands.has_room(agent):
            step = self.queues.next_for(self.team_of[agent], self.now)
            if step is None:
                self.room.add(agent, len(self.in_hand[agent]), self.since_ms[agent])
                return True
            self._start(agent, step)
        return False

    # --- Handling -------------------------------------------------------------------------------------------

    def _handling_ms(self, step: int, team: int) -> int:
        kind, of_type = self.kind_of[step], self.type_of[self.contact_of[step]]
        work = self.work_ms[self.work_slot[kind][of_type][team]][step]
        return handling_ms(work, self.speed_ppm[kind][of_type][team])

    def _start(self, agent: int, step: int) -> None:
        team, hand = self.team_of[agent], self.in_hand[agent]
        whole = self._handling_ms(step, team)
        planned = whole
        if step in self.left_over:
            left, of = self.left_over[step]
            planned = max(1, (whole * left + of // 2) // of)
        if self.pile_on and not self.started[step]:
            self._readers_see(self.pile_on.begun, step)
        self.started[step] = True
        self.queues.remove(step)
        self.room.remove(agent, len(hand))
        until_ms = NEVER
        if team in self.level:
            self.busy_of_level[team] += not hand
        elif self.rules.drop_at_shift_end:
            self.whole_ms[step], until_ms = whole, self.on_duty_until[agent]
        self.hands.put(agent, step, planned, until_ms)
        if self.hands.has_room(agent):
            self.room.add(agent, len(hand), self.since_ms[agent])

    def _complete(self, agent: int, step: int) -> None:
        self._end_stint(agent, step, completed=True)
        self.since_ms[agent] = self.now
        if self.pile_on:
            self._readers_see(self.pile_on.sent, step)
        if self.outcome[step] == SILENT:
            self._contact_is_over()
        else:
            self.outcome[step] = REPLIED
            self._what_follows(step)
        team = self.team_of[agent]
        if team in self.level:
            self._level_after_completion(agent, team)
        elif self.on_duty_until[agent] > self.now:
            self._take(agent)

    def _end_stint(self, agent: int, step: int, *, completed: bool) -> None:
        self.room.remove(agent, len(self.in_hand[agent]))
        self.hands.end(agent, step, completed=completed)

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
            self.off_of_level[team] = np.flatnonzero(roster.team_of_agent == team).tolist()
            if self.rules.at_once[team] > 1:
                self.level_of_chats.append(team)
            self.env.process(self._head_count(team, steps))

    def _duty(self, agent: int, intervals: list[tuple[int, int]]) -> Generator[simpy.Event, None, None]:
        """A person's duty. What is in hand at its end is finished, or handed back if the plan says so."""
        for from_ms, to_ms in intervals:
            yield Moment(self.env, from_ms, DUTY_START, agent)
            self.on_duty_until[agent] = to_ms
            self.since_ms[agent] = from_ms
            self._take(agent)
            yield Moment(self.env, to_ms, DUTY_END, agent)
            self.on_duty_until[agent] = 0
            self.room.remove(agent, len(self.in_hand[agent]))
            if self.rules.drop_at_shift_end:
                self._drop(agent)

    def _drop(self, agent: int) -> None:
        """All that an agent holds waits again, before all others; agents who start at this instant choose
        before it is offered.
        """
        left_ms = self.hands.left_ms(agent)
        for step in sorted(left_ms):
            self.left_over[step] = left_ms[step], max(1, self.whole_ms[step])
            self._end_stint(agent, step, completed=False)
            self._wait(step)
            self.at(self.now, READY, step, self._dropped_step_is_ready)

    def _dropped_step_is_ready(self, step: int) -> None:
        if self.queues.holds(step):
            self._offer(step)

    def _head_count(self, team: int, changes: list[tuple[int, int]]) -> Generator[simpy.Event, None, None]:
        """A level. When it falls the idle leave first, then whoever finishes next; nobody drops work."""
        idle, off = self.room.idle[team], self.off_of_level[team]
        first = min(off, default=0)
        for from_ms, level in changes:
            yield Moment(self.env, from_ms, DUTY_START if level > self.level[team] else DUTY_END, first)
            was_above = self.busy_of_level[team] > self.level[team]
            self.level[team] = level
            while idle and self.busy_of_level[team] + len(idle) > level:
                leaving = max(idle)
                self.room.remove(leaving, 0)
                heappush(off, leaving)
            if was_above:
                self._busy_take(team, level)
            work = True
            while self.busy_of_level[team] + len(idle) < level:
                coming = heappop(off)
                self.since_ms[coming] = from_ms
                if work:
                    work = not self._take(coming)
                else:  # the one before found nothing either
                    self.room.add(coming, 0, from_ms)

    def _level_after_completion(self, agent: int, team: int) -> None:
        """Who has completed a step goes on if the level lets him; else he goes home with his last step."""
        # Duty is half-open: at the instant of a fall nothing new starts above the lower level.
        level = min(self.level[team], self.level_from.get((team, self.now), self.level[team]))
        if self.in_hand[agent]:
            if self.busy_of_level[team] <= level:
                self._take(agent)
            else:
                self.room.add(agent, len(self.in_hand[agent]), self.since_ms[agent])
            return
        self.busy_of_level[team] -= 1
        if self.busy_of_level[team] + len(self.room.idle[team]) < level:
            self._take(agent)
        else:
            heappush(self.off_of_level[team], agent)
            self._busy_take(team, level)

    def _busy_take(self, team: int, level: int) -> None:
        """When the busy are as few as the level again, those with room take what they may."""
        if self.busy_of_level[team] <= level:
            for agent in self.room.busy(team):
                self._take(agent)

    # --- The end --------------------------------------------------------------------------------------------

    def _end(self, _index: int = 0) -> None:
        if not self.over.triggered:
            self.over.succeed()

    def _log(self) -> Log:
        """The two tables. What is in hand at the end of the drain is cut there and stays open."""
        self.hands.cut()
        steps = steps_of(
            self.contact_of, self.kind_of, self.ready_ms, self.outcome, self.gone_ms, self.earlier_tries
        )
        return Log(steps, stints_of(self.hands.stints))


def _rows(*columns: Int) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)
