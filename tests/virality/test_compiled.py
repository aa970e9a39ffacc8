"""The kernels of the audience give what numpy gives, to the last bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simcare.virality import compiled
from simcare.virality.audience import Audience
from simcare.virality.bins import seen_in
from simcare.virality.exposure import brought, impressions_under
from simcare.virality.kernels import MEASURED
from simcare.virality.phases import exponentials, flows_of, table_of, totals
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
        slow, fast = (totals(audience, begins, kind, among, used) for used in (None, compiled))
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
        alone = totals(audience, begins, kind, among)
        for name in ("views", "reshare_views", "reshares"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
            assert np.array_equal(getattr(one, name), getattr(alone, name)), name


def test_several_audiences_at_once() -> None:
    generator = np.random.default_rng(9)
    first = replace(any_audience(generator), kernel=MEASURED, impatient=1.0)
    others = (replace(first, answered=0.3), replace(first, reshares_per_reshare=0.0))
    audiences = (first, *others, replace(first, kernel=MEASURED.with_half_life(20)))
    begins = lives(generator, 600)[0]
    among, rows = [True, True, False, False], generator.permutation(700)[:600]
    sizes = [(generator.lognormal(6, 1.5, 700), generator.uniform(0, 2, 700)) for _ in audiences]
    slow, fast = np.zeros((2, len(audiences), 2, 700))
    for used, found in ((None, slow), (compiled, fast)):
        impressions_under(audiences, begins, LIVES[0], among, sizes, rows, found, used)
    assert np.array_equal(slow, fast)
    for audience, (followers, direct), found in zip(audiences, sizes, fast, strict=True):
        parts = totals(audience, begins, LIVES[0], among)
        alone = brought(audience, parts, followers[rows], direct[rows])
        assert np.array_equal(found[0, rows], alone.impressions[0])
        assert np.array_equal(found[1, rows], parts.reshares)
        assert not np.delete(found, rows, axis=1).any()


def test_exponentials_in_common_are_taken_once() -> None:
    one = Audience(answered=0.5, resolved=0.2, reshares_per_reshare=0.4)
    audiences = (one, replace(one, resolved=0.0), replace(one, reshares_per_reshare=0.0))
    rows, states = (0, 1, 1), (0, 2, 4)
    wanted = exponentials(audiences, rows, states)
    taken = np.column_stack((wanted.row, wanted.powers))
    assert len(np.unique(taken, axis=0)) == len(taken) == 2 + 3  # of what fades, and of what grows
    for audience, of_one in zip(audiences, wanted.place, strict=True):
        for row, state, (own, grown) in zip(rows, states, of_one, strict=True):
            flow = flows_of(audience)[state]
            assert wanted.row[own] == wanted.row[grown] == row
            assert np.array_equal(wanted.powers[own], -flow.rates)
            assert np.array_equal(wanted.powers[grown], flow.growth)
