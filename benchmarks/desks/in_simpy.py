"""The same desks in SimPy as its own examples are written: a process for each customer.

One queue is a `Resource`. The day with several queues cannot be: SimPy has no resource with skills, so there
a customer waits for an event of his own or for the end of his patience, and whoever becomes free triggers it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator

import numpy as np
import simpy

from benchmarks.desks.desk import Customers, Desk, Played

Process = Generator[simpy.Event, object, None]


def prepare(desk: Desk, customers: Customers) -> Callable[[], Played]:
    """The model of this desk, ready to be run as often as wanted."""
    return (lambda: one_queue(desk, customers)) if desk.is_one_queue else lambda: skill_day(desk, customers)


def one_queue(desk: Desk, customers: Customers) -> Played:
    """Customers ask for a unit of a resource, and leave when their patience ends first."""
    environment = simpy.Environment()
    agents = simpy.Resource(environment, desk.most_agents)
    start, end = ([-1.0] * len(customers.arrival_ms) for _ in range(2))

    def customer(number: int, patience: int, work: int) -> Process:
        with agents.request() as request:
            outcome = yield request | environment.timeout(patience)
            if request in outcome:  # type: ignore[operator]
                start[number] = environment.now
                yield environment.timeout(work)
                end[number] = environment.now

    def source() -> Process:
        columns = (np.diff(customers.arrival_ms, prepend=0), customers.patience_ms, customers.work_ms[0])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for number, (gap, patience, work) in enumerate(rows):
            yield environment.timeout(gap)
            environment.process(customer(number, patience, work))

    environment.process(source())
    environment.run()
    return Played(np.array(start, dtype=np.int64), np.array(end, dtype=np.int64))


def skill_day(desk: Desk, customers: Customers) -> Played:
    """Customers wait for their turn; a process changes the levels."""
    environment = simpy.Environment()
    teams_of_type = desk.teams_of_type.tolist()
    busy, level = [0] * desk.teams, [0] * desk.teams
    waiting: list[deque[tuple[int, simpy.Event]]] = [deque() for _ in teams_of_type]
    work = customers.work_ms.tolist()
    start, end = ([-1.0] * len(customers.arrival_ms) for _ in range(2))

    def customer(number: int, of_type: int, patience: int) -> Process:
        team = next((one for one in teams_of_type[of_type] if one >= 0 and busy[one] < level[one]), -1)
        if team < 0:
            turn = environment.event()
            waiting[of_type].append((number, turn))
            yield turn | environment.timeout(patience)
            if not turn.triggered:
                waiting[of_type].remove((number, turn))
                return
            team = turn.value
        else:
            busy[team] += 1
        start[number] = environment.now
        yield environment.timeout(work[team][number])
        end[number] = environment.now
        busy[team] -= 1
        serve(team)

    def serve(team: int) -> None:
        while busy[team] < level[team]:
            queues = [waiting[one] for one, both in enumerate(teams_of_type) if team in both and waiting[one]]
            if not queues:
                return
            _, turn = min(queues, key=lambda queue: queue[0][0]).popleft()
            busy[team] += 1
            turn.succeed(team)

    def staffing() -> Process:
        for at, team, new in zip(
            desk.change_ms.tolist(), desk.change_team.tolist(), desk.change_level.tolist(), strict=True
        ):
            yield environment.timeout(at - environment.now)
            level[team] = new
            serve(team)

    def source() -> Process:
        columns = (np.diff(customers.arrival_ms, prepend=0), customers.type_of, customers.patience_ms)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for number, (gap, of_type, patience) in enumerate(rows):
            yield environment.timeout(gap)
            environment.process(customer(number, of_type, patience))

    environment.process(staffing())
    environment.process(source())
    environment.run()
    return Played(np.array(start, dtype=np.int64), np.array(end, dtype=np.int64))
