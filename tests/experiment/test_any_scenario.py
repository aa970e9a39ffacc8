"""Runs of any scenario of the language: the figures make sense and agree with each other."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings

from simcare.experiment.run import run
from simcare.scenario.load import loads
from tests.strategies import scenario_texts


@given(scenario_texts())
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_figures_of_any_scenario_make_sense(text: str) -> None:
    scenario = loads(text)
    result = run(scenario, replications=3)
    assert json.loads(result.to_json())["header"]["scenario_hash"] == scenario.hash
    for row in result.rows:
        known = [value for value in (row.lower, row.estimate, row.upper) if value is not None]
        assert not any(math.isnan(value) for value in known), row
        assert known == sorted(known) or known == pytest.approx(sorted(known)), row
        assert all(value >= 0 for value in known), row
        if row.unit == "share":
            assert all(value <= 1 for value in known), row
    for plan in scenario.plan_names:
        parts = ("replied", "abandoned", "abandoned_silently", "turned_away", "open")
        found = [result.estimate(name, plan=plan).estimate for name in (*parts, "actionable", "contacts")]
        *became, needed, contacts = (value or 0.0 for value in found)
        assert sum(became) == pytest.approx(needed)
        assert needed <= contacts
