"""What waits: the queues of the reference engine, and what an agent would take of them.

There is a queue for every group of steps that the same teams may take at the same time: by type, escalated
work apart, and by how long a team must let a step wait before it may help. A step stands in every queue that
is open to it. What has left a queue is passed over when it comes to the front. An order that changes with
time, by audience, looks at all that waits whenever somebody chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import product

from simcare.demand.tape import ESCALATED, FIRST, Tape
from simcare.staffing.audience_order import age_row, weights_of
from simcare.staffing.rules import Rules

Entry = tuple[bool, int, bool, int, int, int]
"""A waiting step as it sorts: not dropped, ready if dropped, not ahead, the plan's order, ready, step."""


class Queues:
    """The waiting steps, and how many of them are first replies in each queue that has a limit."""

    def __init__(self, tape: Tape, rules: Rules) -> None:
        types, teams = rules.team_tier.shape
        of_type: list[int] = tape.type_of_contact.tolist()
        self._kind: list[int] = tape.kind_of_step.tolist()
        self._contact: list[int] = tape.contact_of_step.tolist()
        self._type = of_type
        self._followers: list[int] = tape.followers.tolist()
        self._entry: list[Entry | None] = [None] * len(self._kind)
        self._ahead_over: list[list[int]] = rules.ahead_over.tolist()
        self._value = _order(rules, self._followers)
        self._arrival_ms: list[int] = tape.arrival_ms.tolist()
        self._views: list[list[list[int]]] = rules.views_by_age.tolist()
        self._changes = rules.order == "audience"
        self._weights: list[list[int]] = weights_of(tape, rules).tolist() if self._changes else []
        self._limited: list[int] = rules.queue_of_type.tolist()
        self.first_replies = [0] * len(rules.queue_limit)

        # group → (how long a step waits, teams that may take it from then on, their queue), shortest first
        self.stages: dict[tuple[bool, int], list[tuple[int, list[int], list[Entry]]]] = {}
        self._queues_of: list[list[tuple[int, list[Entry]]]] = [[] for _ in range(teams)]
        for kind, number in product((FIRST, ESCALATED), range(types)):
            able = [team for team in range(teams) if rules.handles[kind, number, team]]
            waits = sorted({int(rules.overflow_ms[number, team]) for team in able} | {0})
            stages = self.stages[kind == ESCALATED, number] = [
                (wait, [team for team in able if rules.overflow_ms[number, team] == wait], [])
                for wait in waits
            ]
            for _, stage_teams, queue in stages:
                for team in stage_teams:
                    self._queues_of[team].append((int(rules.team_tier[number, team]), queue))
        self._open = [1] * len(self._kind)
        self.overflows = any(len(stages) > 1 for stages in self.stages.values())
        self._tiered = [len({tier for tier, _ in queues}) > 1 for queues in self._queues_of]

    def group(self, step: int) -> tuple[bool, int]:
        """The group of steps that a step belongs to: is it escalated work, and of which type."""
        return self._kind[step] == ESCALATED, self._type[self._contact[step]]

    def open_to(self, step: int) -> list[int]:
        """The teams that may take a step now."""
        stages = self.stages[self.group(step)]
        if not self.overflows:
            return stages[0][1]
        return [team for _, teams, _ in stages[: self._open[step]] for team in teams]

    def overflow(self, step: int) -> bool:
        """Open a step to the next teams; does it wait?"""
        entry = self._entry[step]
        if entry is not None:
            heappush(self.stages[self.group(step)][self._open[step]][2], entry)
        self._open[step] += 1
        return entry is not None

    def add(self, step: int, ready_ms: int, *, dropped: bool) -> None:
        """A step waits."""
        kind, contact = self._kind[step], self._contact[step]
        of_type = self._type[contact]
        not_ahead = self._followers[contact] <= self._ahead_over[kind][of_type]
        value = self._value(of_type, ready_ms, contact if kind == FIRST else -1)
        entry = (not dropped, ready_ms if dropped else 0, not_ahead, value, ready_ms, step)
        self._entry[step] = entry
        stages = self.stages[kind == ESCALATED, of_type]
        for _, _, queue in stages[: self._open[step]] if self.overflows else stages:
            heappush(queue, entry)
        if kind == FIRST:
            self.first_replies[self._limited[of_type]] += 1

    def remove(self, step: int) -> None:
        """A step waits no longer, if it did."""
        if self._entry[step] is not None:
            self._entry[step] = None
            if self._kind[step] == FIRST:
                self.first_replies[self._limited[self._type[self._contact[step]]]] -= 1

    def holds(self, step: int) -> bool:
        """Does the step wait?"""
        return self._entry[step] is not None

    def next_for(self, team: int, now_ms: int) -> int | None:
        """The waiting step that an agent of the team would take."""
        if self._changes:
            return self._most_seen(team, now_ms)
        entries, tiered = self._entry, self._tiered[team]
        best: Entry | None = None
        best_tier = 0
        for tier, queue in self._queues_of[team]:
            while queue and entries[queue[0][5]] is not queue[0]:
                heappop(queue)
            if queue:
                first = queue[0]
                if (
                    best is None
                    or (not tiered and first < best)
                    or (tiered and (first[:3], tier, first) < (best[:3], best_tier, best))
                ):
                    best, best_tier = first, tier
        return None if best is None else best[5]

    def _most_seen(self, team: int, now_ms: int) -> int | None:
        entries: list[tuple[int, Entry]] = []
        for tier, queue in self._queues_of[team]:
            queue[:] = [entry for entry in queue if self._entry[entry[5]] is entry]
            entries += [(tier, entry) for entry in queue]

        def key(one: tuple[int, Entry]) -> tuple[int, ...]:
            tier, entry = one
            return (*entry[:3], tier, -self.views_a_minute(entry[5], now_ms), *entry[4:])

        return min(entries, key=key)[1][5] if entries else None

    def views_a_minute(self, step: int, now_ms: int) -> int:
        """How often a public first reply that waits is seen a minute, in millionths; 0 of all others."""
        if self._kind[step] != FIRST:
            return 0
        contact = self._contact[step]
        followers, reshares = self._weights[contact]
        views = self._views[self._type[contact]]
        each, each_reshare = views[age_row(now_ms - self._arrival_ms[contact], len(views))]
        return (followers * each + reshares * each_reshare // 1000) // 1000


def _order(rules: Rules, followers: list[int]) -> Callable[[int, int, int], int]:
    """What the plan orders steps by, as a function of (type, ready, contact of a first reply or -1)."""
    type_rank, promise_ms = rules.type_rank.tolist(), rules.promise_ms.tolist()
    public = rules.public.tolist()
    return {
        "first-come": lambda of_type, ready_ms, first: ready_ms,
        "newest": lambda of_type, ready_ms, first: -ready_ms,
        "priority": lambda of_type, ready_ms, first: type_rank[of_type],
        "deadline": lambda of_type, ready_ms, first: ready_ms + promise_ms[of_type],
        "followers": lambda of_type, ready_ms, first: (
            -followers[first] if first >= 0 and public[of_type] else 0
        ),
        "audience": lambda of_type, ready_ms, first: 0,
    }[rules.order]
