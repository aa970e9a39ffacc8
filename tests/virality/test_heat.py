from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from simcare.errors import DomainError
from simcare.virality.audience import Audience
from simcare.virality.cascades import sample
from simcare.virality.heat import at_least_one, crisis_probability, heat_at, never_reshared

TAILS = (1.3, 1.5, 3.0, 100.0)


@pytest.mark.parametrize("tail", TAILS)
def test_heat_is_inverse_gamma_with_mean_one(tail):
    law = stats.invgamma(tail, scale=tail - 1)
    u = np.array([0.01, 0.5, 0.99, 0.999999])
    assert heat_at(Audience(heat_tail=tail), u) == pytest.approx(law.ppf(u), rel=1e-9)
    assert law.mean() == pytest.approx(1)
    assert heat_at(Audience(heat_tail=tail), 0.0) == 0


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("mean", [0.0, 1e-200, 0.02, 0.3, 5.0, 500.0])
def test_who_is_never_reshared_by_quadrature_over_heat(tail, mean):
    law = stats.gamma(tail)
    share, _ = quad(lambda g: np.exp(-mean * (tail - 1) / g) * law.pdf(g), 0, np.inf, epsrel=1e-10, limit=200)
    assert never_reshared(Audience(heat_tail=tail), mean) == pytest.approx(share, rel=1e-7, abs=1e-9)


def test_without_heat():
    calm = Audience(heat_tail=np.inf, reshares_per_reshare=0.0)
    assert heat_at(calm, [0.1, 0.9]).tolist() == [1, 1]
    assert never_reshared(calm, 2.0) == pytest.approx(np.exp(-2))
    assert crisis_probability(calm, [0.0, 3.0, 80.0], 5) == pytest.approx(stats.poisson.sf(4, [0, 3, 80]))


@pytest.mark.parametrize("tail", [1.0, 0.5, np.nan, 101.0])
def test_a_tail_without_a_mean_is_refused(tail):
    with pytest.raises(DomainError):
        Audience(heat_tail=tail)


def test_cascades_without_end_are_refused():
    with pytest.raises(DomainError, match="never end"):
        Audience(reshares_per_reshare=0.8, impatient=1.25)


@pytest.mark.parametrize(("mean", "at"), [(2.0, 50), (10.0, 50), (40.0, 100)])
def test_chances_of_a_crisis_are_those_of_sampled_cascades(mean, at):
    audience, complaints = replace(Audience(), follower_exponent=0.0, base_reshares=mean * 0.9), 100_000
    generator = np.random.default_rng(8)
    heat = heat_at(audience, generator.random(complaints))
    never = np.zeros((1, complaints))
    cascades = sample(audience, 0.0, heat, never, never.astype(int), generator)
    found = np.mean(cascades.reshares_of(complaints) >= at)
    expected = float(crisis_probability(audience, mean, at))
    # One per cent is what the formula leaves out.
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / complaints) + 0.01 * expected


def test_at_least_one_of_many():
    assert at_least_one([]) == 0
    assert at_least_one([0.5, 0.5]) == pytest.approx(0.75)
    assert at_least_one([1e-12] * 1000) == pytest.approx(1e-9, rel=1e-6)
    assert at_least_one([0.1, 1.0]) == 1
