from __future__ import annotations

import numpy as np
import pytest

from simcare.virality.audience import WAITING, Audience
from simcare.virality.cascades import sample, sampled_exposure
from simcare.virality.exposure import exposure
from simcare.virality.heat import at_least_one, crisis_probability, heat_at
from simcare.virality.phases import phases
from tests.virality.complaints import any_audience, lives


def z_scores(seed, complaints):
    """Closed forms against a sample, by phase: impressions and reshares."""
    generator = np.random.default_rng(seed)
    audience = any_audience(generator)
    begin, state = lives(generator, 1)
    begins, states = np.repeat(begin, complaints, axis=1), np.repeat(state, complaints, axis=1)
    followers, heat = generator.uniform(0, 3000), generator.uniform(0.5, 2)
    exact = exposure(audience, phases(audience, begin, state), followers, heat)
    cascades = sample(audience, followers, heat, begins, states, generator)
    found = sampled_exposure(audience, cascades, followers, begins, states)
    for name in ("impressions", "reshares"):
        values, mean = getattr(found, name), getattr(exact, name)[:, 0]
        error = values.std(axis=1, ddof=1) / np.sqrt(complaints)
        # Where chance plays no part, or hardly any, no z-score is normal.
        varies = (values > 0).sum(axis=1) > 100
        varies &= error > 1e-9 * np.abs(values.mean(axis=1))
        yield from ((values.mean(axis=1) - mean)[varies] / error[varies]).tolist()


def test_closed_forms_are_the_means_of_sampled_cascades():
    for seed in range(4):
        assert all(abs(z) < 4 for z in z_scores(seed, 5_000))


@pytest.mark.slow
def test_z_scores_over_random_audiences_are_standard_normal():
    scores = np.array([z for seed in range(100, 160) for z in z_scores(seed, 20_000)])
    assert len(scores) > 200
    assert abs(scores.mean()) < 4 / np.sqrt(len(scores))
    assert abs(scores.std() - 1) < 4 / np.sqrt(2 * len(scores))


def test_nothing_is_reshared_where_no_state_lets_it_be():
    audience = Audience(base_reshares=0.0)
    begins = np.zeros((1, 3))
    cascades = sample(audience, 500.0, 1.0, begins, np.full((1, 3), WAITING), np.random.default_rng(0))
    assert cascades.reshares_of(3).tolist() == [0, 0, 0]


def test_chances_of_a_crisis_vary_a_thousand_times_less_than_crises():
    """Crises of days of 500 complaints: sampled, and as sums of chances given the waits."""
    audience, days, complaints, at = Audience(), 300, 500, 100
    generator = np.random.default_rng(11)
    sampled, expected, any_at_all = [], [], []
    for _ in range(days):
        load = generator.gamma(20, 1 / 20)  # busy days have longer waits
        begins = np.vstack((np.zeros(complaints), generator.exponential(60 * load, complaints)))
        states = np.repeat(np.array([[0], [2]], dtype=np.int8), complaints, axis=1)
        parts = phases(audience, begins, states)
        mean_rate = 0.0894  # λ(F) averaged over followers
        chances = crisis_probability(audience, mean_rate * parts.reshares.sum(axis=0), at)
        expected.append(chances.sum())
        any_at_all.append(at_least_one(chances))
        heat = heat_at(audience, generator.random(complaints))
        flat = Audience(base_reshares=mean_rate, follower_exponent=0.0)
        sampled.append(
            (sample(flat, 0.0, heat, begins, states, generator).reshares_of(complaints) >= at).sum()
        )
    error = np.sqrt(np.var(sampled, ddof=1) / days)
    assert abs(np.mean(sampled) - np.mean(expected)) < 4 * error
    # Crises are rare: in a sample of them the variance is the mean.
    assert np.mean(expected) / np.var(expected, ddof=1) > 1000
    assert np.allclose(any_at_all, 1 - np.exp(-np.array(expected)), rtol=1e-3)
