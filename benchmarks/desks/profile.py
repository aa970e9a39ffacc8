"""Where the time of a compiled run goes: drawing, the engine, measuring, and all else.

    python -m benchmarks.desks.profile WORKLOAD CONTACTS

It prints JSON: contacts, and seconds of processor time by phase: the three things that a run does for every
replication, the estimates made from their sums, and all else.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.desks.workloads import scenario_of
from simcare.engine.simulate import Engine
from simcare.experiment import run as running

PHASES = {"draw": "tapes_from", "engine": "simulator", "measure": "sums_in"}
"""The name of each phase, and of its function where a run finds it; `simulator` gives another function."""

WARM_UP = 20_000
"""More replications of each workload than are simulated in one chunk: what adds them up is loaded too."""


def profile(workload: str, contacts: int, engine: Engine = "compiled") -> dict[str, float]:
    """Seconds by phase, and `contacts`, of one run of all replications of the first plan."""
    scenario = scenario_of(workload, contacts)
    found = {"contacts": 0.0} | dict.fromkeys((*PHASES, "estimate"), 0.0)

    def timed(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            begin = time.process_time()
            result = function(*arguments, **options)
            found[phase] += time.process_time() - begin
            return timed(phase, result) if callable(result) else result

        return call

    def timed_one_by_one(phase: str, function: Callable[..., Iterator[Any]]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Iterator[Any]:
            following = timed(phase, function(*arguments, **options).__next__)
            while True:
                try:
                    tape = following()
                except StopIteration:
                    return
                found["contacts"] += tape.contacts
                yield tape

        return call

    plain = {name: getattr(running, name) for name in PHASES.values()}
    begin = time.process_time()
    try:
        for phase, name in PHASES.items():
            setattr(running, name, (timed_one_by_one if phase == "draw" else timed)(phase, plain[name]))
        result = running.run(scenario, plans=scenario.plan_names[:1], engine=engine)
    finally:
        for name, function in plain.items():
            setattr(running, name, function)
    before_rows = time.process_time()
    assert result.rows  # they are made when they are asked for
    end = time.process_time()
    found["estimate"] = end - before_rows
    found["else"] = end - begin - sum(found[phase] for phase in (*PHASES, "estimate"))
    return found


if __name__ == "__main__":
    profile(sys.argv[1], WARM_UP)  # so that nothing is loaded or compiled while the clock runs
    print(json.dumps(profile(sys.argv[1], int(sys.argv[2]))))
