"""Runs with an audience: the same to the last byte whatever the engine and the jobs."""

from __future__ import annotations

from typing import Any

import simcare
from simcare.scenario.load import loads
from tests.scenario.texts import changed

TEXT = (
    changed(
        ("{public: true}", "{public: true, network: facebook}"),
        ("    shrinkage: 12%", "    routing: {order: audience}"),
        ("chance: 15%", "chance: 80%"),
        ("days: 2", "days: 1"),
        ("19:00: 160", "19:00: 60"),
    )
    + """
virality: {trending: 60 reshares, reshares_of_a_complaint: 1, impatient: {after: 1 h, reshares: 120%}}
costs: {lost_customer: 100 EUR, churn_unanswered: 15%, thousand_unanswered: 2 EUR, crisis: 1000 EUR}
"""
)


def test_engines_and_jobs_give_the_same_bytes() -> None:
    def said(**how: Any) -> str:
        return simcare.run(loads(TEXT), replications=4, **how).to_json()

    one = said(engine="reference", jobs=1)
    assert one == said(engine="compiled", jobs=1)
    assert one == said(engine="compiled", jobs=2)
    for measure in ("trending_probability", "exposure_value_at_risk", "first_reply_many_followers_p99"):
        assert f'"{measure}"' in one
