"""Complaints of an incident together: against quadrature, and against reshares sampled one by one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from simcare.virality.audience import Audience
from simcare.virality.cascades import sample
from simcare.virality.heat import heat_at
from simcare.virality.incidents import trending_probability

DRAWS = 16


def lattice(audience, u):
    """Heats whose uniforms are a sixteenth apart from draw to draw."""
    return heat_at(audience, (u + np.arange(DRAWS)[:, np.newaxis] / DRAWS) % 1)


def test_one_complaint_by_quadrature_over_its_heat():
    law = stats.gamma(1.5)
    exact, _ = quad(lambda g: stats.poisson.sf(49, 20 * 0.5 / g) * law.pdf(g), 0, np.inf, limit=200)
    found = trending_probability(50, 0.0, 1.5, np.full((4000, 1), 20.0), np.ones((4000, 1)))
    assert found == pytest.approx(exact, rel=1e-4)


def test_without_heat_reshares_are_poisson_all_together():
    reshares = np.broadcast_to([10.0, 0.0, 25.0], (3, 3))
    found = trending_probability(50, 0.0, math.inf, reshares, np.ones((3, 3)))
    assert found == pytest.approx(stats.poisson.sf(49, 35))


def test_nobody_to_reshare_and_nothing_to_be_reshared():
    assert trending_probability(50, 0.1, 1.5, np.zeros((2, 3)), np.ones((2, 3))) == 0
    assert trending_probability(50, 0.1, np.zeros(0), np.zeros((2, 0)), np.zeros((2, 0))) == 0


@pytest.mark.parametrize(
    ("at", "of_others"),
    [(60, 0.0), (100, 0.0), (400, 0.0), (100, 0.2)],
    ids=["below", "at", "far", "further"],
)
def test_chances_are_those_of_sampled_cascades(at, of_others):
    """30 complaints of which 80 reshares are to be expected; some of them no hotter than others."""
    audience = replace(Audience(), reshares_per_reshare=of_others, follower_exponent=1.0, follower_offset=0.0)
    generator = np.random.default_rng(12)
    followers = generator.lognormal(0, 1, 30)
    followers *= 80 * (1 - of_others) / audience.reshare_rate(followers).sum()
    even = np.arange(30) % 10 == 0
    tails = np.where(even, math.inf, audience.heat_tail)

    def heats(u):
        return np.where(even, 1.0, u)

    incidents = 4000
    heat = heats(heat_at(audience, generator.random((incidents, 30)))).ravel()
    never = np.zeros((1, incidents * 30))
    cascades = sample(audience, np.tile(followers, incidents), heat, never, never.astype(int), generator)
    sampled = cascades.reshares_of(incidents * 30).reshape(incidents, 30).sum(axis=1) >= at

    reshares = np.broadcast_to(audience.never_answered(followers), (DRAWS, 30))
    chances = [
        trending_probability(at, of_others, tails, reshares, heats(lattice(audience, generator.random(30))))
        for _ in range(200)
    ]
    error = math.hypot(np.std(chances) / math.sqrt(200), np.std(sampled) / math.sqrt(incidents))
    assert abs(np.mean(chances) - sampled.mean()) < 4 * error
    if at > 80:  # where it is rare, one chance says more than 100 incidents sampled
        assert np.std(chances) < np.std(sampled) / 10
