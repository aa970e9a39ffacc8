"""The simulation beside the exact answer, in standard errors: a scenario that checks the simulator itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simcare.errors import UsageError
from simcare.experiment.exact import Exact, exact_of
from simcare.experiment.result import Result
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series, series_of


class Beside(NamedTuple):
    """One figure both ways, in the unit of the measure. ``off``: how many standard errors the simulation lies
    above the exact value; None where it does not vary.
    """

    plan: str
    measure: str
    promise: str
    simulated: float
    standard_error: float
    exact: float
    off: float | None


def solved(result: Result) -> dict[str, Exact | str]:
    """What the solver says of each plan, or why it says nothing."""
    found: dict[str, Exact | str] = {}
    for plan in result.pools:
        try:
            found[plan] = exact_of(result.scenario, plan)
        except UsageError as error:
            found[plan] = str(error)
    return found


def beside(result: Result, exact: Exact) -> Iterator[Beside]:
    """The figures of a plan that was solved."""
    figures = [("service_level", promise, value) for promise, value in exact.service_level.items()]
    figures += [(name, "", getattr(exact, name)) for name in ("waiting_mean", "abandonment", "occupancy")]
    figures.insert(len(exact.service_level), ("queue", "", float(exact.queue.mean())))
    pool, rows = result.pools[exact.plan], series_of(result.frames[exact.plan])
    for measure, promise, value in figures:
        sums = pool.sums.row(rows.index(Series(measure, promise=promise)))
        scale = MEASURES[measure].scale
        simulated, error = float(sums.ratio()[0]) * scale, float(sums.standard_error()[0]) * scale
        nothing = measure == "abandonment" and value == simulated == 0  # nobody has a patience
        if value != value or simulated != simulated or nothing:
            continue
        yield Beside(
            exact.plan,
            measure,
            promise,
            simulated,
            error,
            value,
            (simulated - value) / error if error else None,
        )
