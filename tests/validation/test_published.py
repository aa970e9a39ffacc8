"""Published runs, reproduced from the shipped scenario files inside the intervals printed with them.

The runs are examples of ContactCenters and SSJ (Université de Montréal, P. L'Ecuyer and others).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import simcare
from simcare.experiment.result import Result

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def inside(result: Result, measure: str, lower: float, upper: float, **where: Any) -> None:
    """The estimate lies inside the printed interval, and its own interval is no wider than that."""
    row = result.estimate(measure, **where)
    assert row.estimate is not None and row.lower is not None and row.upper is not None
    assert lower <= row.estimate <= upper, f"{measure}: {row.estimate:.5g}, printed ({lower}, {upper})"
    assert row.upper - row.lower <= 1.2 * (upper - lower)


@pytest.mark.slow
def test_mmc() -> None:
    result = simcare.run(simcare.load(SCENARIOS / "mmc.yaml"), replications=1000, jobs=2)
    inside(result, "service_level", 0.900, 0.904, promise="answered within 20 s")
    inside(result, "waiting_mean", 60 * 0.097, 60 * 0.102)
    inside(result, "occupancy", 0.694, 0.697, interval="00:00")


@pytest.mark.slow
def test_mmc_abandon() -> None:
    result = simcare.run(simcare.load(SCENARIOS / "mmc-abandon.yaml"), replications=1000, jobs=2)
    inside(result, "abandoned", 57.66, 59.56)


@pytest.mark.slow
def test_callcc() -> None:
    result = simcare.run(simcare.load(SCENARIOS / "callcc.yaml"), replications=2000, jobs=2)
    inside(result, "waiting_mean", 10.06, 13.61)
    inside(result, "abandonment", 0.031, 0.037)
    inside(result, "service_level", 0.844, 0.862)


@pytest.mark.slow
def test_the_trap_of_days_that_are_all_alike() -> None:
    """CallCC without its busy and quiet days: 92.6% in time, where 85.5% is true."""
    alike = simcare.load(SCENARIOS / "callcc.yaml", set=["contacts.call.arrivals.day_factor.cv=0.1%"])
    row = simcare.run(alike, replications=400, jobs=2).estimate("service_level")
    assert row.estimate == pytest.approx(0.926, abs=0.004)
    assert row.lower is not None and row.lower > 0.9
