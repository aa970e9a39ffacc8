"""The same desks as event loops in plain Python: a heap of completions, and lists. No library, no classes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush, heapreplace

import numpy as np

from benchmarks.desks.desk import Customers, Desk, Played

LATER = 2**62


def prepare(desk: Desk, customers: Customers) -> Callable[[], Played]:
    """The loop for this desk, ready to be called as often as wanted."""
    arrival, types, patience = (
        column.tolist() for column in (customers.arrival_ms, customers.type_of, customers.patience_ms)
    )
    work = customers.work_ms.tolist()
    if desk.is_one_queue:
        return lambda: _played(*one_queue(arrival, patience, work[0], desk.most_agents))
    changes = list(
        zip(desk.change_ms.tolist(), desk.change_team.tolist(), desk.change_level.tolist(), strict=True)
    )
    teams_of_type = desk.teams_of_type.tolist()
    return lambda: _played(*skill_day(arrival, types, patience, work, teams_of_type, desk.teams, changes))


def one_queue(
    arrival: list[int], patience: list[int], work: list[int], agents: int
) -> tuple[list[int], list[int]]:
    """First come first served. Patience is looked at when a customer comes to the head of the queue."""
    start, end = [-1] * len(arrival), [-1] * len(arrival)
    busy: list[tuple[int, int]] = []
    waiting: deque[int] = deque()
    for contact, now in enumerate([*arrival, LATER]):
        while busy and busy[0][0] <= now:
            free = busy[0][0]
            while waiting and arrival[waiting[0]] + patience[waiting[0]] < free:
                waiting.popleft()
            if waiting:
                one = waiting.popleft()
                start[one], end[one] = free, free + work[one]
                heapreplace(busy, (end[one], one))
            else:
                heappop(busy)
        if now == LATER:
            break
        if len(busy) < agents:
            start[contact], end[contact] = now, now + work[contact]
            heappush(busy, (end[contact], contact))
        else:
            waiting.append(contact)
    return start, end


def skill_day(
    arrival: list[int],
    types: list[int],
    patience: list[int],
    work: list[list[int]],
    teams_of_type: list[list[int]],
    teams: int,
    changes: list[tuple[int, int, int]],
) -> tuple[list[int], list[int]]:
    """Several queues and teams whose levels change; a freed agent takes the longest-waiting he may serve."""
    start, end = [-1] * len(arrival), [-1] * len(arrival)
    at_work: list[tuple[int, int, int]] = []
    waiting: list[deque[int]] = [deque() for _ in teams_of_type]
    queues_of_team = [
        [waiting[one] for one, both in enumerate(teams_of_type) if team in both] for team in range(teams)
    ]
    busy, level = [0] * teams, [0] * teams

    def begin(contact: int, team: int, now: int) -> None:
        start[contact], end[contact] = now, now + work[team][contact]
        busy[team] += 1
        heappush(at_work, (end[contact], contact, team))

    def take(team: int, now: int) -> bool:
        longest = None
        for queue in queues_of_team[team]:
            while queue and arrival[queue[0]] + patience[queue[0]] < now:
                queue.popleft()
            if queue and (longest is None or queue[0] < longest[0]):
                longest = queue
        if longest is None:
            return False
        begin(longest.popleft(), team, now)
        return True

    next_contact, next_change = 0, 0
    while True:
        arrives = arrival[next_contact] if next_contact < len(arrival) else LATER
        changes_at = changes[next_change][0] if next_change < len(changes) else LATER
        ends = at_work[0][0] if at_work else LATER
        if ends <= arrives and ends <= changes_at:
            if ends == LATER:
                return start, end
            team = heappop(at_work)[2]
            busy[team] -= 1
            allowed = level[team]
            for at, of, new in changes[next_change:]:
                if at > ends:
                    break
                allowed = min(allowed, new) if of == team else allowed  # nothing starts above a fall
            if busy[team] < allowed:
                take(team, ends)
        elif changes_at <= arrives:
            _, team, new = changes[next_change]
            level[team] = new
            next_change += 1
            while busy[team] < level[team] and take(team, changes_at):
                pass
        else:
            first, second = teams_of_type[types[next_contact]]
            if busy[first] < level[first]:
                begin(next_contact, first, arrives)
            elif second >= 0 and busy[second] < level[second]:
                begin(next_contact, second, arrives)
            else:
                waiting[types[next_contact]].append(next_contact)
            next_contact += 1


def _played(start: list[int], end: list[int]) -> Played:
    return Played(np.array(start), np.array(end))
