"""Runs with an audience: the same to the last byte whatever the engine and the jobs."""

from __future__ import annotations

from typing import Any

import pytest

import simcare
from simcare.experiment.result import Result
from simcare.measures.sensitivity import ASSUMPTIONS
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


TIGHT = """
simcare: 1
title: A tight evening of short answers
clock: {interval: 24 h}
channels: {x: {public: true}}
contacts:
  complaint:
    channel: x
    needs: [care]
    arrivals:
      per_hour: {00:00: 27, 08:00: 90, 17:00: 225, 19:00: 540, 21:00: 540, 23:00: 90, 24:00: 27}
    handling: {lognormal: {mean: 60 s, cv: 1}}
teams: {desk: {skills: {care: 100%}}}
plans:
  first-come: {headcount: {desk: {00:00: 2, 08:00: 4, 17:00: 7, 23:00: 3}}}
  newest: {like: first-come, routing: {order: newest}}
  audience: {like: first-come, routing: {order: audience}}
  known: {like: first-come, routing: {ahead: [{followers_over: 10_000}]}}
  one-more: {like: first-come, headcount: {desk: {00:00: 2, 08:00: 4, 17:00: 8, 23:00: 3}}}
service_levels: [{name: badge, contacts: complaint, first_reply_within: 15 min, target: 90%}]
experiment: {replications: 10, seed: 4}
"""


@pytest.fixture(scope="module")
def tight() -> Result:
    return simcare.run(loads(TIGHT), engine="compiled")


@pytest.mark.slow
def test_orders_by_audience_spare_views_at_the_price_of_the_latest_replies(tight: Result) -> None:
    """At the same staff: a drop by three quarters, a 99th percentile that goes from one hour to four; a fifth
    at no price for letting ahead whom many follow; and a promise kept that is not worth as much.
    """

    def more(plan: str) -> float:
        return figure(tight, "unanswered_impressions", plan) / figure(tight, "unanswered_impressions") - 1

    def latest(plan: str = "first-come") -> float:
        return figure(tight, "first_reply_p99", plan) / 60

    assert more("audience") == pytest.approx(-0.74, abs=0.05)
    assert more("known") == pytest.approx(-0.22, abs=0.06)
    assert more("newest") > more("audience") + 0.2
    assert 50 < latest() < 90
    assert latest("known") == pytest.approx(latest(), rel=0.05)
    assert 210 < latest("audience") < latest("newest") < 290
    few, many = (f"first_reply_{which}_followers_p99" for which in ("few", "many"))
    assert figure(tight, many, "audience") < 0.1 * figure(tight, few, "audience")
    plain, gamed = (
        figure(tight, "service_level", plan, promise="badge") for plan in ("first-come", "newest")
    )
    assert plain < 0.75 < 0.9 < gamed


@pytest.mark.slow
def test_what_one_more_changes_holds_under_other_assumptions_and_how_many_crises_does_not(
    tight: Result,
) -> None:
    keys = ["", *(f"_{one.key}" for one in ASSUMPTIONS)]
    views, crises = (
        [[figure(tight, f"{name}{key}", plan) for key in keys] for plan in ("first-come", "one-more")]
        for name in ("unanswered_impressions", "crises_per_year")
    )
    changes = [after / before - 1 for before, after in zip(*views, strict=True)]
    assert max(changes) < -0.2
    assert max(changes) - min(changes) < 0.15
    assert max(map(max, crises)) > 5 * min(map(min, crises))


def figure(result: Result, measure: str, plan: str = "first-come", **about: str) -> float:
    found = result.estimate(measure, plan=plan, **about).estimate
    assert found is not None
    return found
