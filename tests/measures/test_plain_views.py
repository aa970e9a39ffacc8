"""So many views a minute until somebody answers: the paper desk worked out by hand, and the ends of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import simcare
from simcare.demand.draw import draw_tape
from simcare.measures.contacts import step_times
from simcare.measures.exposure import daily, exposures
from simcare.measures.fates import fates
from simcare.measures.pile_on import complaints_of
from simcare.scenario.load import loads
from simcare.scenario.quantities import HOUR, MINUTE
from simcare.scenario.views import Views
from simcare.staffing.audience_order import weights_of
from simcare.staffing.routing import rules_of
from simcare.virality.chosen import audience_of
from simcare.virality.kernels import exponential, power_law
from tests.measures import paper_desk
from tests.measures.alone import only, played
from tests.measures.test_exposure import ANSWERED_AT, frame, publics
from tests.scenario.texts import SMALL, changed


def until(age: float, views: Views) -> float:
    """Views of a post up to an age in minutes."""
    age = min(max(age, 0.0), views.lasts / MINUTE)
    return views.per_minute * (math.expm1(views.growth * age) / views.growth if views.growth else age)


@pytest.mark.parametrize("views", [Views(20, 0.03, HOUR), Views(20, 0, 10 * HOUR), Views(0, 0.5, HOUR)])
def test_views_of_the_paper_desk_by_hand(views: Views) -> None:
    whole = frame(*(replace(one, views=views) for one in publics()))
    log, tape = paper_desk.log(), replace(paper_desk.tape(), followers=np.zeros(10, dtype=np.int64))
    there = played(whole, tape, paper_desk.roster(), log)
    complaints = complaints_of(there, fates(log, step_times(log)))
    found = only(exposures(whole, complaints))

    edges, slots = [60, 90, 120, 150, 180], np.zeros(4)
    by_arrival = np.zeros(2)
    for contact, answered in ANSWERED_AT.items():
        posted = paper_desk.ARRIVES[contact]
        ages = [min(edge, answered) - posted for edge in edges]
        slots += np.diff([until(age, views) for age in ages])
        if posted >= 60:
            by_arrival[(posted - 60) // 60] += until(answered - posted, views)
    for measure in ("impressions", "unanswered_impressions"):
        over, _ = found[measure]
        assert over[0, 1:3] == pytest.approx([slots[:2].sum(), slots[2:].sum()])
        assert found[f"{measure}_of_arrivals"][0][0, 1:3] == pytest.approx(by_arrival)
    assert found["unanswered_impressions_if_reshares_end"][0][0, 0] == pytest.approx(slots.sum())
    assert daily(whole, complaints)[0] == pytest.approx(np.tile(by_arrival, (16, 1)))
    for measure in ("reshares", "crises_per_year", "crisis_probability"):
        assert not found[measure][0].any()


def test_a_kernel_with_a_time_scale_of_its_own() -> None:
    def kernel(written: str) -> Any:
        return audience_of(loads(SMALL + f"virality: {{kernel: {written}}}\n"), "complaint").kernel

    assert kernel("{exponential: {mean: 90 min}}") == exponential(90)
    assert kernel("{power_law: {}}") == power_law()
    assert kernel("{power_law: {exponent: 0.5, flat: 1 min}}") == power_law(0.5, 1.0)


def test_the_order_by_audience_goes_by_these_views_whoever_wrote() -> None:
    """A post of 20 views a minute is 40 a minute after ln 2 / 3% = 23 minutes, and none after an hour."""
    text = changed(("    shrinkage: 12%", "    routing: {order: audience}"))
    scenario = loads(text + "virality: {views: {per_minute: 20, growth: 3%/min, lasts: 1 h}}\n")
    rules, tape = rules_of(scenario, "today"), draw_tape(scenario, 0)
    weights = weights_of(tape, rules)[tape.type_of_contact == 0]
    a_minute = rules.views_by_age[0] @ weights.T / 1e12
    assert np.ptp(a_minute, axis=1).max() == 0
    assert a_minute[[0, 23, 59, 60], 0] == pytest.approx([20, 20 * math.exp(0.69), 20 * math.exp(1.77), 0])


def test_the_nearest_word_holds() -> None:
    lesson = "virality: {views: {per_minute: 20}}\n"
    own = changed(("{public: true}", "{public: true, virality: {seen_by: 2%}}"))
    assert loads(own + lesson).virality_of("complaint")["views"].value is None
    result = simcare.run(loads(SMALL + lesson), plans=["level"], replications=2)
    share = result.estimate("unanswered_share").estimate
    assert share == pytest.approx(1)
