"""Nobody idle beside waiting work: an identity of intervals, not of events."""

from __future__ import annotations

from collections import defaultdict

from simcare.engine.log import LEFT
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules
from tests.engine.rows import Interval, Step, duties_of, rows


def nobody_idle_beside_waiting_work(steps: dict[int, Step], roster: Roster, rules: Rules) -> None:
    """When all events of an instant are over, no free agent on duty stands beside a step he may take."""
    waiting: dict[tuple[int, int], list[Interval]] = defaultdict(list)
    for step in steps.values():
        since = step.ready
        for stint in step.stints:
            waiting[step.kind, step.type].append((since, stint.start))
            since = stint.end
        if step.outcome == LEFT:
            waiting[step.kind, step.type].append((since, step.gone))
        elif not (step.stints and step.stints[-1].completed):
            waiting[step.kind, step.type].append((since, rules.drain_end_ms))
    queues = {kind_and_type: _union(intervals) for kind_and_type, intervals in waiting.items()}
    for team, idle in _idle_by_team(steps, roster, rules).items():
        for (kind, of_type), queue in queues.items():
            if rules.handles[kind, of_type, team]:
                at = _first_common(idle, queue)
                assert at is None, (
                    f"at {at} an agent of team {team} is on duty and idle while a step of kind {kind} "
                    f"and type {of_type} waits that he may take"
                )


def _idle_by_team(steps: dict[int, Step], roster: Roster, rules: Rules) -> dict[int, list[Interval]]:
    """When at least one agent of each team is on duty and free."""
    busy: dict[int, list[Interval]] = defaultdict(list)
    for step in steps.values():
        for stint in step.stints:
            busy[stint.agent].append((stint.start, stint.end))
    teams = roster.team_of_agent.tolist()
    idle: dict[int, list[Interval]] = defaultdict(list)
    for agent, duties in duties_of(roster).items():
        work = sorted(busy[agent])
        next_work = worked_until = 0
        for start, to in duties:
            since = max(start, worked_until)  # work may outlast a break
            while next_work < len(work) and work[next_work][0] < to:
                idle[teams[agent]].append((since, work[next_work][0]))
                since = worked_until = work[next_work][1]
                next_work += 1
            idle[teams[agent]].append((since, min(to, rules.drain_end_ms)))
    # A level: as many are idle as it exceeds those at work, whoever they are.
    for team in set(roster.level_team.tolist()):
        changes: dict[int, list[int]] = defaultdict(
            lambda: [0, 0]
        )  # at → [change of the level, change of the busy]
        before = 0
        for of_team, at, level in rows(roster.level_team, roster.level_from_ms, roster.level):
            if of_team == team:
                changes[at][0] += level - before
                before = level
        for agent, work in list(busy.items()):
            if teams[agent] == team:
                for start, end in work:
                    changes[start][1] += 1
                    changes[end][1] -= 1
        level = working = 0
        times = sorted(changes)
        for at, until in zip(times, [*times[1:], rules.drain_end_ms], strict=True):
            level += changes[at][0]
            working += changes[at][1]
            if working < level:
                idle[team].append((at, min(until, rules.drain_end_ms)))
    return {team: _union(intervals) for team, intervals in idle.items()}


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
