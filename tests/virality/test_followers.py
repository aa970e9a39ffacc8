from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from simcare.virality.audience import Audience
from simcare.virality.followers import MEDIAN, SIGMA, lognormal_followers
from simcare.virality.heat import crisis_probability, never_reshared

LAW = stats.lognorm(SIGMA, scale=MEDIAN)


def test_one_in_a_hundred_has_more_than_15_000_followers():
    assert LAW.sf(15_000) == pytest.approx(0.01)


@pytest.mark.parametrize("nodes", [15, 21])
def test_averages_over_followers_are_those_of_quadrature(nodes):
    audience = Audience()
    followers, weights = lognormal_followers(nodes=nodes)

    def reshared(some):
        return 1 - never_reshared(audience, audience.reshare_rate(some))

    def crisis(some):
        return crisis_probability(audience, audience.never_answered(some), 100)

    for averaged in (audience.reshare_rate, reshared, crisis):
        by_quantile = quad(
            lambda x, g=averaged: float(g(MEDIAN * np.exp(SIGMA * x))) * stats.norm.pdf(x),
            -10,
            10,
            epsrel=1e-10,
            limit=200,
        )[0]
        assert weights @ averaged(followers) == pytest.approx(by_quantile, rel=1e-3)
    assert weights @ followers == pytest.approx(LAW.mean(), rel=1e-6)


def test_everybody_has_as_many():
    followers, weights = lognormal_followers(200, 0.0)
    assert followers == pytest.approx(200)
    assert weights.sum() == pytest.approx(1)
