"""Nobody has room beside waiting work that he may do: an identity of intervals, not of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules
from tests.engine.rows import Interval, Step, Stint, duties_of, rows, stints_by_agent, waiting_of


def nobody_idle_beside_waiting_work(steps: dict[int, Step], roster: Roster, rules: Rules) -> None:
    """When all events of an instant are over, no agent on duty has room beside a step that he may take."""
    end = rules.drain_end_ms
    waiting: dict[tuple[int, int], list[tuple[int, Interval]]] = defaultdict(list)
    for step in steps.values():
        waiting[step.kind, step.type] += [(step.first_ready, one) for one in waiting_of(step, end)]
    for team, room in _room_by_team(steps, roster, rules).items():
        for (kind, of_type), intervals in waiting.items():
            if rules.handles[kind, of_type, team]:
                wait = int(rules.overflow_ms[of_type, team])
                queue = _union([(max(since, ready + wait), until) for ready, (since, until) in intervals])
                at = _first_common(room, queue)
                assert at is None, (
                    f"at {at} an agent of team {team} is on duty and idle while a step of kind {kind} "
                    f"and type {of_type} waits that he may take"
                )


def _room_by_team(steps: dict[int, Step], roster: Roster, rules: Rules) -> dict[int, list[Interval]]:
    """When at least one agent of each team is on duty and may take more."""
    by_agent = stints_by_agent(steps)
    teams = roster.team_of_agent.tolist()
    room: dict[int, list[Interval]] = defaultdict(list)
    for agent, duties in duties_of(roster).items():
        full = list(_full(by_agent.get(agent, []), int(rules.at_once[teams[agent]])))
        for start, to in duties:
            room[teams[agent]] += _without(start, min(to, rules.drain_end_ms), full)
    for team in set(roster.level_team.tolist()):
        stints = {agent: stints for agent, stints in by_agent.items() if teams[agent] == team}
        changes = [
            (at, level)
            for of, at, level in rows(roster.level_team, roster.level_from_ms, roster.level)
            if of == team
        ]
        room[team] += _room_of_level(changes, stints, int(rules.at_once[team]), rules.drain_end_ms)
    return {team: _union(intervals) for team, intervals in room.items()}


def _full(stints: list[Stint], at_once: int) -> Iterator[Interval]:
    """When an agent with these stints has as many in hand as he may."""
    changes = sorted([(stint.start, 1) for stint in stints] + [(stint.end, -1) for stint in stints])
    in_hand = since = 0
    for at, change in changes:
        if in_hand >= at_once and at > since:
            yield since, at
        in_hand, since = in_hand + change, at


def _without(start: int, to: int, full: list[Interval]) -> Iterator[Interval]:
    for since, until in full:
        if start < since:
            yield start, min(to, since)
        start = max(start, until)
    yield start, to


def _room_of_level(
    levels: list[Interval], by_agent: dict[int, list[Stint]], at_once: int, end: int
) -> Iterator[Interval]:
    """A level has room when fewer are busy than it, whoever they are, or as many and one has room."""
    moments: dict[int, list[tuple[int, int]]] = defaultdict(list)  # at → [(agent, change in hand)]
    for agent, stints in by_agent.items():
        for stint in stints:
            moments[stint.start].append((agent, 1))
            moments[stint.end].append((agent, -1))
    level_from = dict(levels)
    in_hand = dict.fromkeys(by_agent, 0)
    level = busy = full = 0
    times = sorted({*moments, *level_from})
    for at, until in zip(times, [*times[1:], end], strict=True):
        level = level_from.get(at, level)
        for agent, change in moments[at]:
            busy -= in_hand[agent] > 0
            full -= in_hand[agent] >= at_once
            in_hand[agent] += change
            busy += in_hand[agent] > 0
            full += in_hand[agent] >= at_once
        if busy < level or (busy == level and full < busy):
            yield at, min(until, end)


def _union(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _first_common(ones: list[Interval], others: list[Interval]) -> int | None:
    i = j = 0
    while i < len(ones) and j < len(others):
        start, end = max(ones[i][0], others[j][0]), min(ones[i][1], others[j][1])
        if start < end:
            return start
        if ones[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return None
