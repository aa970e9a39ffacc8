from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from simcare.theory.erlang import erlang_c
from simcare.virality.audience import ANSWERED, WAITING, Audience
from simcare.virality.exposure import answered_after, exposure, unanswered, views_a_minute
from simcare.virality.kernels import exponential
from simcare.virality.phases import phases
from tests.virality.complaints import any_audience, lives

MINUTES = (0, 15, 30, 60, 120, 36 * 60)


def followers_for(audience, reshares):
    """Who gets so many reshares if he is never answered."""
    direct = reshares * (1 - audience.reshares_per_reshare)
    return 1000 * (direct / audience.base_reshares) ** 2 - audience.follower_offset


@pytest.mark.parametrize(
    ("answered", "reshares"),
    [
        (0.60, [682, 903, 975, 1066, 1192, 1739]),
        (0.63, [705, 913, 983, 1072, 1196, 1739]),
    ],
)
def test_a_post_that_would_reach_1800_reshares_by_the_time_of_its_answer(answered, reshares):
    audience = Audience(answered=answered)
    followers = followers_for(audience, 1800)
    assert audience.never_answered(followers) == pytest.approx(1800)
    found, states = answered_after(audience, followers, MINUTES, resolved_after=60)
    seen_unanswered = unanswered(found.impressions, states) / found.impressions.sum(axis=0)
    assert np.round(100 * seen_unanswered).tolist() == [0, 29, 36, 45, 56, 96]
    # By integrating the rates step by step, see test_phases.
    assert np.round(found.reshares.sum(axis=0)).tolist() == reshares


def unanswered_after(audience, followers, minutes):
    begins = np.array([[0.0], [minutes]])
    states = np.array([[WAITING], [ANSWERED]])
    return float(
        unanswered(exposure(audience, phases(audience, begins, states), followers).impressions, states)[0]
    )


@pytest.mark.parametrize("reply", [False, True])
@pytest.mark.parametrize("further", [0.0, 0.3])
def test_mean_exposure_is_a_laplace_transform_of_the_wait(reply, further):
    """M/M/c, exposure until the handling starts, or until it ends: its mean needs the transform of the wait
    only, W*(s) = 1 − C + C (cμ − λ) / (cμ − λ + s), at the rates at which attention decays.
    """
    arrival, service, agents, followers = 0.5, 0.1, 7, 400.0  # a minute
    audience = Audience(reshares_per_reshare=further)
    waits, drains = erlang_c(agents, arrival / service), agents * service - arrival

    def transform(s):
        handling = service / (service + s) if reply else 1.0
        return (1 - waits + waits * drains / (drains + s)) * handling

    weights, rates = np.array(audience.kernel.weights), np.array(audience.kernel.rates)
    own = weights @ np.array([1 - transform(rate) for rate in rates])
    # Attention to reshares decays at the eigenvalues of Ω − n w ωᵀ; views of reshares begun in time, minus
    # those still to come at the answer.
    values, vectors = np.linalg.eig(np.diag(-rates) + further * np.outer(weights, rates))
    modes = vectors.sum(axis=0) * np.linalg.solve(vectors, weights)
    attention = sum(mode * transform(-value) for mode, value in zip(modes, values, strict=True))
    reshared = (1 - attention) / (1 - further)
    if further:
        to_come = (attention - weights @ np.array([transform(rate) for rate in rates])) / further
    else:  # the limit n → 0, of convolutions of the kernel with itself
        to_come = quad_of_double_kernel(audience, transform)
    direct = float(audience.reshare_rate(followers))
    views = followers * own + audience.resharer_followers * direct * (reshared - to_come)

    def density(minutes):
        if not reply:
            return waits * drains * math.exp(-drains * minutes)
        both = service * drains / (drains - service)
        late = both * (math.exp(-service * minutes) - math.exp(-drains * minutes))
        return (1 - waits) * service * math.exp(-service * minutes) + waits * late

    def at(minutes):
        return unanswered_after(audience, followers, minutes) * density(minutes)

    simulated, _ = quad(at, 0, 400, epsrel=1e-9, limit=400)
    assert simulated == pytest.approx(audience.seen_by * views, rel=1e-6)


def quad_of_double_kernel(audience, transform):
    """E of attention still to be paid to direct reshares: Σ wᵢ wⱼ ωⱼ ∫ exp(−ωᵢ(τ − s) − ωⱼ s) ds."""
    total = 0.0
    pairs = list(zip(audience.kernel.weights, audience.kernel.rates, strict=True))
    step = 1e-6
    for weight, rate in pairs:
        for other, faster in pairs:
            if rate == faster:
                between = -(transform(rate * (1 + step)) - transform(rate * (1 - step))) / (2 * step * rate)
            else:
                between = (transform(rate) - transform(faster)) / (faster - rate)
            total += weight * other * faster * between
    return total


def test_views_a_minute_add_up_to_what_is_seen_unanswered():
    audience = any_audience(np.random.default_rng(5))
    seen, _ = quad(lambda age: float(views_a_minute(audience, 700.0, age)), 0, 45, epsrel=1e-10, limit=200)
    assert unanswered_after(audience, 700.0, 45.0) == pytest.approx(seen, rel=1e-8)


def test_views_a_minute_for_one_exponential():
    """K = 1, no reshares: v F exp(−u/τ)/τ."""
    audience = replace(Audience(), kernel=exponential(90), base_reshares=0.0)
    assert views_a_minute(audience, [0, 1000], [[0.0], [90.0]]) == pytest.approx(
        np.array([[0, 50 / 90], [0, 50 / 90 / math.e]])
    )


@pytest.mark.parametrize("zero", ["seen_by", "reshares_per_reshare", "base_reshares", "resharer_followers"])
def test_zero_is_as_good_as_any_number(zero):
    audience = replace(Audience(), **{zero: 0.0})
    begins, states = lives(np.random.default_rng(6), 30)
    for followers in (0.0, 350.0):
        found = exposure(audience, phases(audience, begins, states), followers)
        assert np.all(np.isfinite(found.impressions)) and np.all(np.isfinite(found.reshares))
        if zero == "seen_by":
            assert not np.any(found.impressions)
        if zero == "base_reshares":
            assert not np.any(found.reshares)


def test_nobody_follows_and_nobody_reshares():
    audience = Audience(follower_offset=0.0)
    begins, states = lives(np.random.default_rng(7), 30)
    found = exposure(audience, phases(audience, begins, states), 0.0)
    assert not np.any(found.impressions) and not np.any(found.reshares)
