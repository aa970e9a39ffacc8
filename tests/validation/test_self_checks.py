"""Every textbook scenario that is shipped checks the simulator: as `simcare run --theory` prints it."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import t as student

import simcare
from simcare.experiment.beside import beside, solved
from simcare.experiment.parts import parts_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TEXTBOOKS = ("callcc", "four-definitions", "mm1", "mmc", "mmc-abandon", "mmc-impatient")
SELDOM = 6.3e-5
"""How seldom four standard errors are reached by chance; of few replications it takes more of them."""


def test_these_are_the_scenarios_that_the_solver_knows_exactly() -> None:
    for name in TEXTBOOKS:
        scenario = simcare.load(SCENARIOS / f"{name}.yaml")
        assert all(not part.beyond for plan in scenario.plan_names for part in parts_of(scenario, plan))


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTBOOKS)
def test_a_textbook_scenario_agrees_with_its_exact_answer(name: str) -> None:
    result = simcare.run(simcare.load(SCENARIOS / f"{name}.yaml"), engine="compiled")
    most = float(student.isf(SELDOM / 2, result.header["replications"] - 1))
    (parts,) = solved(result).values()
    for part in parts:
        assert part.exact and part.found is not None
        figures = list(beside(result, part.found))
        assert {"waiting_mean", "queue", "occupancy"} <= {one.measure for one in figures}
        for one in figures:
            assert one.off is not None and abs(one.off) < most, one
