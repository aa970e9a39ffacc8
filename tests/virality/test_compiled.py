"""The kernels of the audience give what numpy gives, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simcare.virality import compiled
from simcare.virality.bins import seen_in
from simcare.virality.kernels import MEASURED
from simcare.virality.phases import table_of, totals
from tests.virality.complaints import LIVES, any_audience, lives


@pytest.mark.parametrize("seed", range(6))
def test_any_audience(seed: int) -> None:
    generator = np.random.default_rng(seed)
    audience = replace(any_audience(generator), kernel=MEASURED)
    if seed == 0:
        audience = replace(audience, reshares_per_reshare=0.0)
    if seed == 1:  # rates and growths too close for the kernels
        audience = replace(audience, reshares_per_reshare=1e-6)
    assert table_of(audience).plain == (seed != 1)
    begins, states = lives(generator, 600)
    if seed == 2:  # what is seen before is in no phase
        begins[0, :20] = np.minimum(5.0, begins[1, :20])
    among = [True, True, False, seed == 3]
    for kind in LIVES:
        slow, fast = (totals([audience], begins, kind, among, used)[0] for used in (None, compiled))
        for name in ("views", "reshare_views", "reshares"):
            assert np.array_equal(getattr(slow, name), getattr(fast, name)), name

    posted, followers = np.sort(generator.uniform(-100, 700, 600)), generator.lognormal(6, 1.5, 600)
    edges = np.array([0.0, 10, 37, 200, 201, 600, *range(601, 1500, 9)])
    cut = (audience, edges, posted, begins, states, followers, generator.uniform(0.5, 2, 600))
    one, other = (seen_in(*cut, kernels=used) for used in (None, compiled))
    assert np.array_equal(one.impressions, other.impressions)
    assert np.array_equal(one.reshares, other.reshares)
    for kind in LIVES:
        lives_of_all = audience, edges, posted, begins, kind, followers, None, among
        one, other = (seen_in(*lives_of_all, kernels=used).each for used in (None, compiled))
        alone = totals([audience], begins, kind, among)[0]
        for name in ("views", "reshare_views", "reshares"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
            assert np.array_equal(getattr(one, name), getattr(alone, name)), name
