"""simcare on the same workloads: an engine alone with the tape given, and all that a planner's run does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np

from benchmarks.desks.answers import wrong_by_theory
from benchmarks.desks.desk import Case, figures_of
from benchmarks.desks.workloads import (
    DAY_MS,
    QUEUE,
    drawn_for,
    played_by,
    scenario_of,
    told,
)
from simcare.engine.log import Log
from simcare.engine.simulate import Engine, simulate, simulator
from simcare.experiment.replication import Drawn
from simcare.experiment.result import Result
from simcare.experiment.run import run
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of

Prepare = Callable[[str, int, Path], Case]

SUBSAMPLE = 20_000
"""So many contacts are played by both engines, to compare."""


def engine_alone(engine: Engine) -> Prepare:
    """Play replications that are drawn already, and keep their Logs."""

    def case(workload: str, contacts: int, _: Path) -> Case:
        drawn = drawn_for(scenario_of(workload, contacts))

        def wrong(logs: list[Log]) -> list[str]:
            return _wrong_logs(workload, drawn, logs)

        def logs() -> list[Log]:
            play = simulator(drawn[0].rules, engine)
            return [play(one.tape, one.roster) for one in drawn]

        return Case(sum(one.tape.contacts for one in drawn), logs, wrong)

    return case


def end_to_end(engine: Engine) -> Prepare:
    """What the planner's command does on one core: draw, simulate, measure, and estimate every row."""

    def case(workload: str, contacts: int, _: Path) -> Case:
        scenario = scenario_of(workload, contacts)

        def whole() -> Result:
            result = run(scenario, engine=engine)
            assert result.rows  # they are made when they are asked for
            return result

        def wrong(result: Result) -> list[str]:
            return [*_wrong_rows(workload, scenario, result), *_engines_differ(workload)]

        size = scenario.experiment.replications * size_of(scenario).contacts
        return Case(round(size), whole, wrong)

    return case


def _wrong_logs(workload: str, drawn: list[Drawn], logs: list[Log]) -> list[str]:
    """What Erlang A does not allow, and where the reference engine writes another Log."""
    found, seen = [], 0
    for number, (one, log) in enumerate(zip(drawn, logs, strict=True)):
        seen += one.tape.contacts
        if seen > SUBSAMPLE and number:
            break
        if seen <= SUBSAMPLE and not same(log, simulate(*one, "reference")):
            found.append(f"the engines write different Logs of replication {number}")
    if workload == QUEUE:
        found += wrong_by_theory(figures_of(told(drawn[0])[1], played_by(logs[0])))
    return found


def _wrong_rows(workload: str, scenario: Scenario, result: Result) -> list[str]:
    """Which rows of workload S say something else than the Log, whose figures Erlang A must allow."""
    if workload != QUEUE:
        return []
    drawn = drawn_for(scenario)[0]
    figures = figures_of(told(drawn)[1], played_by(simulate(*drawn, "compiled")))
    measured = figures.arrival_ms >= DAY_MS
    waited, left = figures.wait_ms[measured], figures.left[measured]
    counted = {
        "waited": np.mean((waited > 0) | left),
        "abandonment": np.mean(left),
        "waiting_mean": np.mean(waited) / 1000,
    }
    return wrong_by_theory(figures) + [
        f"{name} is {row} by the rows and {value} by the Log"
        for name, value in counted.items()
        if not math.isclose(row := result.estimate(name).estimate or 0.0, float(value), rel_tol=1e-9)
    ]


def _engines_differ(workload: str) -> list[str]:
    """Do the engines give different rows of a subsample?"""
    scenario = scenario_of(workload, SUBSAMPLE)
    rows = {run(scenario, engine=engine).to_json() for engine in ("compiled", "reference")}
    return ["the engines give different rows"] if len(rows) > 1 else []


def same(one: Log, other: Log) -> bool:
    """Do two Logs say the same, in both tables?"""
    return all(
        np.array_equal(getattr(table, field.name), getattr(twin, field.name))
        for table, twin in ((one.steps, other.steps), (one.stints, other.stints))
        for field in fields(table)
    )
