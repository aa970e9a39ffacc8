"""Both engines beside a minimal idiomatic SimPy model, on the same customers, in one run.

    python benchmarks/engines_against_simpy.py [CONTACTS]

The workload is a stationary M/M/s+M queue: Poisson arrivals at 50 an hour, exponential handling and patience
of 22.8 minutes on average, 20 agents. All play the same Tape, in turn, five times each, the compiled engine
once before. All must lose as many customers, and a share that Erlang A allows, before a figure is printed.
Times are processor time; memory is the peak that Python allocates during one run.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Generator

import numpy as np
import simpy

from simcare.demand.draw import draw_tape
from simcare.demand.tape import Tape
from simcare.engine.log import LEFT
from simcare.engine.simulate import Engine, simulate
from simcare.scenario.load import loads
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from simcare.theory.impatience import ErlangA

AGENTS = 20
ROUNDS = 5
SCENARIO = """
simcare: 1
title: Stationary M/M/s+M
clock: {{days: {days}}}
contacts:
  message:
    needs: [answer]
    arrivals: {{per_hour: 50}}
    patience: {{exponential: {{mean: 22.8 min}}}}
    handling: {{exponential: {{mean: 22.8 min}}}}
teams:
  desk: {{skills: {{answer: 100%}}}}
plans:
  only: {{headcount: {{desk: {agents}}}}}
"""


def main(contacts: int) -> None:
    """Print speed, its ratio and peak memory of both models, about `contacts` contacts long."""
    scenario = loads(SCENARIO.format(days=max(1, contacts // 1200), agents=AGENTS), allow_large=True)
    tape = draw_tape(scenario, 0)
    roster, rules = draw_roster(scenario, "only", 0), rules_of(scenario, "only")

    def ours(engine: Engine) -> int:
        return int((simulate(tape, roster, rules, engine).steps.outcome == LEFT).sum())

    ours("compiled")
    models: dict[str, Callable[[], int]] = {
        "SimPy, idiomatic": lambda: idiomatic(tape),
        "simcare, reference engine": lambda: ours("reference"),
        "simcare, compiled engine": lambda: ours("compiled"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in models}
    lost = set()
    for _ in range(ROUNDS):
        for name, play in models.items():
            start = time.process_time()
            lost.add(play())
            seconds[name].append(time.process_time() - start)
    if len(lost) != 1:
        sys.exit(f"the models disagree on who left: {sorted(lost)}")
    share, exact = min(lost) / tape.contacts, ErlangA(50 / 60, 22.8, AGENTS, 22.8).abandon_probability
    if abs(share - exact) > 0.2 / math.sqrt(tape.contacts / 100):
        sys.exit(f"{share:.4f} of the customers left; by Erlang A it is {exact:.4f}")

    print(f"M/M/{AGENTS}+M, {tape.contacts} contacts, {lost.pop()} left; {ROUNDS} runs each, in turn")
    for name, taken in seconds.items():
        print(f"{name:28s} {tape.contacts / statistics.median(taken):10,.0f} contacts/s (median)")
    simpy_seconds, *ours_seconds = seconds.values()
    for name, taken in zip(list(seconds)[1:], ours_seconds, strict=True):
        ratios = [theirs / own for own, theirs in zip(taken, simpy_seconds, strict=True)]
        spread = f"({min(ratios):.2f}–{max(ratios):.2f})"
        print(f"{name:28s} {statistics.median(ratios):10.2f} times as fast as SimPy {spread}")
    for name, play in models.items():
        tracemalloc.start()
        play()
        peak = tracemalloc.get_traced_memory()[1]
        print(f"{name:28s} {peak / tape.contacts:10,.0f} bytes a contact at its peak")
        tracemalloc.stop()


def idiomatic(tape: Tape) -> int:
    """A process for each customer, who waits for a Resource or the end of patience; returns how many left."""
    environment = simpy.Environment()
    desk = simpy.Resource(environment, AGENTS)
    left = 0

    def customer(patience: int, handling: int) -> Generator[simpy.Event, object, None]:
        nonlocal left
        with desk.request() as request:
            outcome = yield request | environment.timeout(patience)
            if request in outcome:  # type: ignore[operator]
                yield environment.timeout(handling)
            else:
                left += 1

    def source() -> Generator[simpy.Event, object, None]:
        columns = (np.diff(tape.arrival_ms, prepend=0), tape.patience_ms, tape.work_ms[0])
        for gap, patience, work in zip(*(column.tolist() for column in columns), strict=True):
            yield environment.timeout(gap)
            environment.process(customer(patience, work))

    environment.process(source())
    environment.run()
    return left


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
