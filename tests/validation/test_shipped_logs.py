"""The checker that knows no engine reads a log of every plan of every shipped scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

import simcare
from tests.engine.invariants import check

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_log_of_a_shipped_scenario_keeps_the_rules(path: Path) -> None:
    scenario = simcare.load(path)
    for plan in scenario.plan_names:
        check(*simcare.draw(scenario, plan), simcare.simulate(scenario, plan))
