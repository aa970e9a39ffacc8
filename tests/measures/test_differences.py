"""Paired differences: by hand, by coverage, and of plans that never differed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simcare.measures.differences import (
    NO_CHANGE,
    Change,
    Totals,
    capped,
    deviation_change,
    quantile_change,
    ratio_change,
)
from simcare.measures.intervals import Estimate
from simcare.measures.registry import MEASURES
from simcare.statistics.interval import unseen
from tests.measures.one_by_one import deviation_estimates
from tests.measures.test_deviation import pooled_sums, sums_of
from tests.measures.test_intervals import (
    AMOUNT,
    FIXED,
    FRAME,
    SHARE,
    busy_days,
    estimate,
    pool_of,
    quantile_of_pool,
)


def totals(over: np.ndarray, under: np.ndarray) -> Totals:
    return Totals(over.astype(float), under.astype(float))


def test_a_paired_difference_by_hand() -> None:
    ten = np.array([10, 10, 10])
    # ratios 0.5 and 0.3; linearised (over − R·10)/10: (−.1, 0, .1) and (−.2, 0, .2)
    found = ratio_change(SHARE, totals(np.array([4, 5, 6]), ten), totals(np.array([1, 3, 5]), ten), 0.95)
    half = 4.30265273 * math.sqrt(0.02 / 6)
    assert found[:3] == pytest.approx((0.2, 0.2 - half, 0.2 + half))
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.2 / math.sqrt(0.02 / 6), 2))


def test_a_paired_difference_covers_and_is_narrower_than_two_intervals() -> None:
    rng = np.random.default_rng(4)
    covered = widths = unpaired = 0.0
    for _ in range(500):
        over, under, truth = busy_days(rng, 1)
        fewer = rng.binomial(over[:, 0].astype(int), 0.5)  # the other plan makes half of them late
        first, second = totals(over[:, 0], under[:, 0]), totals(fewer, under[:, 0])
        found = ratio_change(SHARE, first, second, 0.95)
        assert found.lower is not None and found.upper is not None
        covered += found.lower <= truth / 2 <= found.upper
        widths += found.upper - found.lower
        for one in (first, second):
            alone = estimate(SHARE, one.over.tolist(), one.under.tolist())
            unpaired += (alone.upper or 0) - (alone.lower or 0)
    assert 0.92 <= covered / 500 <= 0.98
    assert widths < 0.7 * unpaired


def test_plans_that_never_differed_are_the_same_and_not_proven_equal() -> None:
    same = totals(np.array([1, 2, 0]), np.array([5, 5, 5]))
    bound = unseen(3)
    assert ratio_change(SHARE, same, same, 0.95) == Change(0, -bound, bound, None, same=True)
    assert ratio_change(AMOUNT, same, same, 0.95) == Change(0, None, None, None, same=True)
    assert ratio_change(FIXED, same, same, 0.95) == Change(0, 0, 0, None, same=True)
    contacts = MEASURES["contacts"]  # given, whatever the plan
    assert ratio_change(contacts, same, same, 0.95) == Change(0, 0, 0, None, same=True)
    nothing = totals(np.zeros(3), np.zeros(3))
    assert ratio_change(SHARE, same, nothing, 0.95) == NO_CHANGE


def test_what_never_differed_lies_no_further_apart_than_the_figures_may() -> None:
    known = Estimate(0.5, 0.48, 0.53)
    assert capped(Change(0, -0.26, 0.26, same=True), known, known)[1:3] == pytest.approx((-0.05, 0.05))
    assert capped(Change(0, -0.01, 0.01, same=True), known, known)[1:3] == (-0.01, 0.01)
    assert capped(Change(0, None, None, same=True), known, known)[1:3] == pytest.approx((-0.05, 0.05))
    assert capped(Change(0, None, None, same=True), Estimate(1, None, None), known)[1:3] == (None, None)
    assert capped(Change(0.2, -0.3, 0.7, 0.1), known, known)[1:3] == (-0.3, 0.7)  # these did differ


def test_what_rounding_leaves_is_no_difference() -> None:
    over = np.array([0.1, 0.7, 1.1])
    found = ratio_change(AMOUNT, totals(over, np.ones(3)), totals(over * (1 + 2e-16), np.ones(3)), 0.95)
    assert found.same and found.value == 0


def test_a_constant_difference_of_what_the_roster_fixes_is_sure() -> None:
    nine, twelve = (totals(np.full(4, hours), np.ones(4)) for hours in (9, 12))
    assert ratio_change(FIXED, twelve, nine, 0.95)[3] == 0
    share = ratio_change(FIXED, twelve, nine, 0.95, times=1.5)
    scale = FIXED.scale
    assert share.value == pytest.approx((12 - 1.5 * 9) * scale)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("tail", [1, -1])
def test_the_p_value_is_that_of_the_interval(sign: int, tail: int) -> None:
    """At confidence 1 − p the interval reaches just to 0, on whichever side the long tail is."""
    rng = np.random.default_rng(9)
    one = totals(0.5 + sign * 0.05 + tail * (rng.exponential(0.2, 20) - 0.2), np.ones(20))
    other = totals(np.full(20, 0.5), np.ones(20))
    p = ratio_change(AMOUNT, one, other, 0.95).p_value
    assert p is not None and 0 < p < 1
    wider, narrower = (ratio_change(AMOUNT, one, other, 1 - p * (1 + by)) for by in (-1e-6, 1e-6))
    assert wider.lower is not None and wider.upper is not None and wider.lower < 0 < wider.upper
    assert narrower.lower is not None and narrower.upper is not None
    assert not narrower.lower < 0 < narrower.upper


def test_a_share_of_another_plan_by_hand() -> None:
    """R₁ − 0.8 R₂ with the values that the replications add to each."""
    first, second = np.array([4.0, 5, 6]), np.array([6.0, 5, 10])
    found = ratio_change(
        SHARE, totals(first, np.full(3, 10)), totals(second, np.full(3, 10)), 0.95, times=0.8
    )
    gaps = (first - 0.8 * second) / 10
    half = stats.t.ppf(0.975, 2) * gaps.std(ddof=1) / math.sqrt(3)
    assert found.value == pytest.approx(gaps.mean())
    assert found.lower is not None and found.lower <= gaps.mean() - half + 1e-12


def test_the_paired_difference_of_quantiles_covers_and_beats_two_intervals() -> None:
    """The other plan takes 20% off every wait of exponential days: the medians differ by 20% of ln 2."""
    rng = np.random.default_rng(14)
    covered, widths, unpaired, runs = 0, 0.0, 0.0, 60
    for _ in range(runs):
        days = [rng.exponential(100, 200) for _ in range(20)]
        both, pooled = [], []
        for share in (1.0, 0.8):
            pool = pool_of([(share * day).tolist() for day in days])
            kept = pool.by_replication
            below, of = np.cumsum(kept.waits_at[:, 0, 0, 0], axis=1), kept.waits_of[:, 0, 0]
            both.append((pool.waits(FRAME, 0, 0, 0), totals(below, of)))
            pooled.append(pool)
        found = quantile_change(0.5, *both, 0.95)
        assert found.lower is not None and found.upper is not None
        covered += found.lower <= 20 * math.log(2) <= found.upper
        widths += found.upper - found.lower
        for one in pooled:
            alone = quantile_of_pool(0.5, one)
            assert alone.lower is not None and alone.upper is not None
            unpaired += alone.upper - alone.lower
    assert covered / runs >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / runs)
    assert widths < 0.3 * unpaired


def test_the_paired_difference_of_standard_deviations() -> None:
    """The other plan takes a fifth off every wait, so its deviation is a fifth less, surely."""
    rng = np.random.default_rng(4)
    days = [rng.exponential(60_000 * rng.gamma(10, 0.1), 100) for _ in range(20)]
    first, second = (np.array([sums_of(share * day) for day in days]) for share in (0.8, 1.0))
    found = deviation_change(first, second, 0.95)
    alone = deviation_estimates(pooled_sums(second))[0]
    assert alone.value is not None and alone.upper is not None
    assert found.value == pytest.approx(-0.2 * alone.value)
    assert found.lower is not None and found.value is not None  # what reaches up of the one, down of its loss
    assert found.value - found.lower == pytest.approx(0.2 * (alone.upper - alone.value))
    nothing = np.zeros((20, 3))
    assert deviation_change(first, nothing, 0.95) == NO_CHANGE
