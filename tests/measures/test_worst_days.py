"""The worst days: heat drawn from a lattice, and figures of the tail against their definitions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import simcare
from simcare.measures.contacts import step_times
from simcare.measures.exposure import daily, exposures
from simcare.measures.fates import fates
from simcare.measures.pile_on import complaints_of
from simcare.measures.worst_days import (
    CLASSES,
    DRAWS,
    added,
    heat_class,
    heats,
    in_draw,
    shortfalls,
    worst_days,
)
from simcare.scenario.load import loads
from simcare.virality.audience import Audience
from simcare.virality.heat import heat_at
from tests.measures import paper_desk
from tests.measures.alone import only, played
from tests.measures.test_exposure import FOLLOWERS, frame, publics
from tests.scenario.texts import SMALL

AUDIENCE = Audience(heat_tail=1.5)
EVEN = (np.arange(CLASSES) + 0.5) / CLASSES


def test_classes_of_heat_have_the_mean_and_the_quantiles_of_heat() -> None:
    heat = heats(AUDIENCE)
    assert np.array_equal(in_draw(heat_class(EVEN), 0), np.arange(CLASSES))
    assert heat.mean() == pytest.approx(1, rel=1e-12)
    assert np.all(np.diff(heat) > 0)
    inner = slice(10, -10)
    np.testing.assert_allclose(heat[inner], heat_at(AUDIENCE, EVEN)[inner], rtol=2e-3)
    assert np.all(heats(Audience(heat_tail=np.inf)) == 1)


def test_each_draw_is_as_likely_and_together_they_are_spread_evenly() -> None:
    u = np.array([0.013, 0.5, 0.96])
    drawn = np.array([in_draw(heat_class(u), draw) for draw in range(DRAWS)])
    parts = drawn * DRAWS // CLASSES
    assert all(sorted(parts[:, one].tolist()) == list(range(DRAWS)) for one in range(3))


def test_a_day_is_the_sum_of_its_complaints() -> None:
    cold = frame(*publics(Audience(heat_tail=np.inf)))
    log = paper_desk.log()
    tape = replace(paper_desk.tape(), followers=np.array(FOLLOWERS), heat_u=np.full(10, 0.3))
    there = played(cold, tape, paper_desk.roster(), log)
    complaints = complaints_of(there, fates(log, step_times(log)))
    over, _ = only(exposures(cold, complaints))["unanswered_impressions_of_arrivals"]
    np.testing.assert_allclose(daily(cold, complaints)[0], np.repeat([over[0, 1:3]], DRAWS, axis=0))


def test_the_mean_of_the_days_is_that_of_what_arrives() -> None:
    """Heat drawn and heat averaged: within four standard errors over 60 replications."""
    scenario = loads(SMALL + "virality: {reshares_of_a_complaint: 2}\n")
    measures = ["unanswered_impressions_of_arrivals"]
    result = simcare.run(scenario, plans=["today"], replications=60, measures=measures)
    by_replication = result.pools["today"].by_replication.daily.mean(axis=(1, 2))
    exact = result.estimate(measures[0]).estimate
    error = by_replication.std(ddof=1) / np.sqrt(60)
    assert exact is not None
    assert abs(by_replication.mean() - exact) < 4 * error


def test_figures_of_the_tail_are_what_they_are_called() -> None:
    days = np.random.Generator(np.random.PCG64(5)).lognormal(3, 1, size=(20, DRAWS, 7))
    at_risk = worst_days("value at risk", days, 0.95)
    assert at_risk.value is not None and at_risk.lower is not None and at_risk.upper is not None
    assert np.mean(days > at_risk.value) == pytest.approx(0.05, abs=1 / days.size)
    assert at_risk.lower < at_risk.value < at_risk.upper
    shortfall = worst_days("expected shortfall", days, 0.95)
    assert shortfall.value == pytest.approx(days[days > at_risk.value].mean(), rel=1e-9)
    for which, found in (("value at risk", at_risk), ("expected shortfall", shortfall)):
        assert added(which, days).mean() == pytest.approx(found.value)  # type: ignore[arg-type]
    assert shortfalls(days.reshape(20, -1), 0.0).mean() == pytest.approx(days.mean() / 0.05)


def test_few_days_do_not_say_how_high_the_tail_reaches() -> None:
    """From 20 days neither figure has an upper bound, from 70 weeks both have."""
    by_day = np.random.Generator(np.random.PCG64(5)).lognormal(3, 1, size=(70, 1, 7))
    many = np.repeat(by_day, DRAWS, axis=1)
    for which in ("value at risk", "expected shortfall"):
        few = worst_days(which, many[:20, :, :1], 0.95)  # type: ignore[arg-type]
        assert few.upper is None and few.lower is not None and few.value is not None
        assert 0 <= few.lower < few.value
        assert worst_days(which, many, 0.95).upper is not None  # type: ignore[arg-type]


def test_plans_that_did_the_same_do_not_differ_and_others_are_paired() -> None:
    scenario = loads(SMALL)
    result = simcare.run(scenario, replications=6)
    for measure in ("exposure_value_at_risk", "exposure_expected_shortfall"):
        difference = result.difference(measure, "level", "today")
        apart = [result.estimate(measure, plan=plan).estimate for plan in ("level", "today")]
        assert None not in apart
        assert difference.estimate == pytest.approx(apart[0] - apart[1], rel=1e-9)  # type: ignore[operator]
        assert difference.lower is not None and difference.lower < difference.estimate  # type: ignore[operator]
        assert result.difference(measure, "today", "today").estimate == 0
