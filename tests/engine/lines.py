"""What waits, as the checker of choices sees it: who may take it by now, what sorts first for each team."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush

import numpy as np

from simcare.demand.tape import FIRST, Tape
from simcare.staffing.rules import Rules
from tests.engine.rows import Step

Key = tuple[int, ...]


class Lines:
    """A line of waiting steps for each team, and how many first replies wait in each queue.

    Each time a step begins to wait it has a new turn; what stands in a line with an old one waits no longer.
    """

    def __init__(self, tape: Tape, rules: Rules, steps: dict[int, Step]) -> None:
        self.tape, self.rules, self.steps = tape, rules, steps
        self.turns = 0
        self.turn: dict[int, int] = {}  # of those that wait
        self.handed_back: set[int] = set()
        self.ready: dict[int, int] = {}
        self.open_to: dict[int, set[int]] = defaultdict(set)  # step → teams that may take it by now
        self.line: dict[int, list[tuple[Key, int, int]]] = defaultdict(list)  # team → (key, step, turn)
        self.first_replies = [0] * len(rules.queue_limit)

    def holds(self, step: int) -> bool:
        """Does the step wait?"""
        return step in self.turn

    def open(self, step: int, wait: int) -> None:
        """The teams that have to let a step wait so long may take it from now on."""
        of = self.steps[step]
        may = self.rules.handles[of.kind, of.type] & (self.rules.overflow_ms[of.type] == wait)
        teams = set(np.flatnonzero(may).tolist())
        self.open_to[step] |= teams
        if step in self.turn:
            self._stands(step, teams)

    def join(self, step: int, ready: int) -> None:
        """A step begins to wait that became ready at this time, first or anew."""
        self.ready[step] = ready
        self._waits(step)

    def hand_back(self, step: int) -> None:
        """A step waits again, before all others."""
        self.ready[step] = self.steps[step].last.ready
        self.handed_back.add(step)
        self._waits(step)

    def leave(self, step: int) -> None:
        """A step waits no longer, if it did."""
        of = self.steps[step]
        if self.turn.pop(step, None) is not None and of.kind == FIRST:
            self.first_replies[self.rules.queue_of_type[of.type]] -= 1

    def first(self, team: int, at: int) -> int | None:
        """What an agent of the team takes first at that instant, None if nothing waits that he may take."""
        line = self.line[team]
        if self.rules.order == "audience":
            waits = {step: key for key, step, turn in line if self.turn.get(step) == turn}
            return min(waits, key=lambda step: self._by_audience(step, waits[step], at), default=None)
        while line and self.turn.get(line[0][1]) != line[0][2]:
            heappop(line)
        return line[0][1] if line else None

    def _waits(self, step: int) -> None:
        self.turns += 1
        self.turn[step] = self.turns
        of = self.steps[step]
        if of.kind == FIRST:
            self.first_replies[self.rules.queue_of_type[of.type]] += 1
        self._stands(step, self.open_to[step])

    def _stands(self, step: int, teams: set[int]) -> None:
        for team in teams:
            heappush(self.line[team], (self._key(step, team), step, self.turn[step]))

    def _key(self, step: int, team: int) -> Key:
        """Handed back first, by ready time; then ahead, tier, the plan's order, ready time, number."""
        ready, of, rules = self.ready[step], self.steps[step], self.rules
        back = step in self.handed_back
        value = {
            "first-come": ready,
            "newest": -ready,
            "priority": int(rules.type_rank[of.type]),
            "deadline": ready + int(rules.promise_ms[of.type]),
            "followers": -int(self.tape.followers[of.contact]) if self._has_readers(of) else 0,
            "audience": 0,  # it depends on the time: see below
        }[rules.order]
        ahead = self.tape.followers[of.contact] > rules.ahead_over[of.kind, of.type]
        tier = int(rules.team_tier[of.type, team])
        return (not back, ready if back else 0, not ahead, tier, value, ready, step)

    def _has_readers(self, of: Step) -> bool:
        return of.kind == FIRST and bool(self.rules.public[of.type])

    def _by_audience(self, step: int, key: Key, at: int) -> Key:
        """The same with the views a minute, in millionths, in the place of the plan's order."""
        of = self.steps[step]
        views = 0
        if self._has_readers(of):
            minute = (at - int(self.tape.arrival_ms[of.contact])) // 60_000
            row = minute if minute < 240 else 240 + (minute - 240) // 15
            by_age = self.rules.views_by_age[of.type]
            each, each_reshare = (int(one) for one in by_age[min(row, len(by_age) - 1)])
            followers = int(self.tape.followers[of.contact])
            base, exponent, offset = self.rules.reshares[of.type]
            thousandths = round(1000 * float(base * ((followers + offset) / 1000) ** exponent))
            reshared = min(thousandths, 2**30) * each_reshare // 1000
            views = (min(followers, 2**30) * each + reshared) // 1000
        return (*key[:4], -views, *key[5:])
