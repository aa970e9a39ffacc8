from __future__ import annotations

import numpy as np
import pytest

from simcare.virality.audience import Audience
from simcare.virality.bins import seen_in
from simcare.virality.exposure import exposure
from simcare.virality.phases import phases
from tests.virality.complaints import any_audience, lives


@pytest.mark.parametrize("seed", range(4))
def test_stretches_of_the_clock_are_phases_cut_at_the_edges(seed):
    generator = np.random.default_rng(seed)
    audience, complaints = any_audience(generator), 40
    begins, states = lives(generator, complaints)
    posted, followers = generator.uniform(-100, 700, complaints), generator.lognormal(6, 1.5, complaints)
    heat = generator.uniform(0.5, 2, complaints)
    edges = np.array([0.0, 10, 37, 200, 201, 600, 1500])
    impressions, reshares = (np.zeros((len(audience.factors), len(edges) - 1)) for _ in range(2))
    for complaint in range(complaints):
        begin = begins[:, complaint]
        cut = np.unique(np.concatenate((begin, np.maximum(edges - posted[complaint], 0))))
        state = states[np.searchsorted(begin, cut, side="right") - 1, complaint]
        one = exposure(
            audience,
            phases(audience, cut[:, None], state[:, None]),
            followers[complaint],
            heat[complaint],
        )
        stretch = np.searchsorted(edges - posted[complaint], cut, side="right") - 1
        for piece in np.flatnonzero((stretch >= 0) & (stretch < len(edges) - 1) & np.isfinite(cut)):
            impressions[state[piece], stretch[piece]] += one.impressions[piece, 0]
            reshares[state[piece], stretch[piece]] += one.reshares[piece, 0]
    seen = seen_in(
        audience, edges, posted, begins, states, followers, heat * audience.reshare_rate(followers)
    )
    assert seen.impressions == pytest.approx(impressions, rel=1e-9, abs=1e-9 * impressions.max())
    assert seen.reshares == pytest.approx(reshares, rel=1e-9, abs=1e-9 * reshares.max())


def test_nobody_posts_and_nothing_is_seen():
    nothing = np.zeros((3, 0))
    seen = seen_in(Audience(), np.array([0.0, 60.0]), np.zeros(0), nothing, nothing.astype(int), np.zeros(0))
    assert seen.impressions.shape == (6, 1)
    assert not np.any(seen.impressions)


def test_laps_of_the_clock_are_runs_of_their_own():
    generator = np.random.default_rng(8)
    audience, edges = any_audience(generator), np.array([0.0, 60, 90, 240])
    begins, states = lives(generator, 50)
    posted, lap = generator.uniform(0, 240, 50), generator.integers(0, 3, 50)
    together = seen_in(audience, edges, posted, begins, states, 100.0, lap=lap, laps=3)
    for number in range(3):
        mine = lap == number
        alone = seen_in(audience, edges, posted[mine], begins[:, mine], states[:, mine], 100.0)
        stretches = slice(3 * number, 3 * number + 3)
        assert np.array_equal(together.impressions[:, stretches], alone.impressions)
        assert np.array_equal(together.reshares[:, stretches], alone.reshares)
