from __future__ import annotations

import math

import pytest

from simcare.scenario.load import loads
from simcare.virality.audience import Audience
from simcare.virality.chosen import audience_of
from simcare.virality.followers import lognormal_followers
from tests.scenario.texts import SMALL


def audience(*words):
    return audience_of(loads("\n".join([SMALL, *words])), "complaint")


def test_the_defaults_of_the_language_are_those_of_the_model():
    said, model = audience(), Audience()
    assert said.kernel.half_life == pytest.approx(85)
    assert said.kernel.weights == model.kernel.weights
    assert said.base_reshares == pytest.approx(model.base_reshares, rel=0.01)
    for name in ("seen_by", "follower_exponent", "follower_offset", "reshares_per_reshare"):
        assert getattr(said, name) == getattr(model, name)
    assert said.factors == model.factors
    assert (said.heat_tail, said.resharer_followers) == (model.heat_tail, model.resharer_followers)


def test_words_for_lessons():
    said = audience(
        "virality:",
        "  kernel: exponential",
        "  view_half_life: 60 min",
        "  reshares_of_a_complaint: 2",
        "  heat: off",
        "  impatient: {after: 2 h, reshares: 130%}",
        "  reshares_by_followers: {power: 1, offset: 0}",
    )
    assert said.kernel.rates == pytest.approx((math.log(2) / 60,))
    assert not said.has_heat
    assert said.impatient == 1.3
    followers, weights = lognormal_followers()
    assert weights @ said.never_answered(followers) == pytest.approx(2)
    assert said.reshare_rate(2000) == pytest.approx(2 * said.reshare_rate(1000))
