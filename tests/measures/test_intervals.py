"""Estimates over replications: by hand, where nothing or everything happened, and by coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simcare.measures.contacts import LATER
from simcare.measures.counts import counted
from simcare.measures.frame import Frame
from simcare.measures.intervals import Estimate, ratios_of
from simcare.measures.moments import Moments
from simcare.measures.pool import Pool
from simcare.measures.quantiles import quantile_bounds
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Sums
from simcare.measures.waits import Waited
from simcare.statistics.interval import unseen
from simcare.statistics.skewness import reach
from tests.measures.one_by_one import estimates, ratio_estimates

SHARE, COUNT, AMOUNT, FIXED = (
    MEASURES[name] for name in ("abandonment", "abandoned", "first_reply_mean", "on_duty")
)


def moments(over: np.ndarray, under: np.ndarray) -> Moments:
    """The moments of replications that stand one below the other."""
    merged = Moments.of(over[0], under[0])
    for one, other in zip(over[1:], under[1:], strict=True):
        merged = merged.merged(Moments.of(one, other))
    return merged


def estimate(measure: object, over: list[float], under: list[float], confidence: float = 0.95) -> Estimate:
    columns = (np.array(column, dtype=np.float64)[:, np.newaxis] for column in (over, under))
    return ratio_estimates(measure, ratios_of(moments(*columns), confidence), confidence)[0]  # type: ignore[arg-type]


# --- moments ------------------------------------------------------------------------------------------------


def test_moments_merged_in_any_grouping_are_those_of_all_replications_at_once() -> None:
    rng = np.random.default_rng(3)
    under = rng.poisson(40, (30, 5)).astype(float)
    over = rng.binomial(under.astype(int), 0.3).astype(float)
    merged = moments(over[:7], under[:7]).merged(moments(over[7:], under[7:]))
    ratio = over.sum(axis=0) / under.sum(axis=0)
    squares = ((over - ratio * under) ** 2).sum(axis=0)
    assert merged.ratio() == pytest.approx(ratio)
    assert merged.residual_squares() == pytest.approx(squares)
    cubes = ((over - ratio * under) ** 3).sum(axis=0)
    assert merged.residual_cubes() == pytest.approx(cubes)
    assert merged.standard_error() == pytest.approx(np.sqrt(squares / (30 * 29)) / under.mean(axis=0))


def test_what_does_not_vary_has_no_spread_at_all() -> None:
    same = np.full((100, 1), 0.1)
    assert moments(same, np.full((100, 1), 3.0)).standard_error()[0] == pytest.approx(0, abs=1e-16)


# --- ratios -------------------------------------------------------------------------------------------------


def test_ratio_by_hand() -> None:
    # R = 6/30; residuals 1 − 2, 2 − 2, 3 − 2; SE = √(2 / (3·2)) / 10; t(2) at 97.5% = 4.3027
    half = 4.30265273 * math.sqrt(2 / 6) / 10
    found = estimate(SHARE, [1, 2, 3], [10, 10, 10])
    assert found == pytest.approx((0.2, max(0, 0.2 - half), 0.2 + half))
    found = estimate(AMOUNT, [1000, 2000, 3000], [1, 1, 1])
    assert found.value == pytest.approx(2.0)  # ms are told in seconds
    assert found.upper == pytest.approx(2 + 4.30265273 * 1 / math.sqrt(3))


def test_undefined_is_undefined_and_one_replication_has_no_interval() -> None:
    assert estimate(SHARE, [0, 0], [0, 0]) == (None, None, None)
    assert estimate(SHARE, [1], [4]) == (0.25, None, None)
    assert estimate(SHARE, [1, 0], [4, 0]) == (0.25, None, None)  # only one replication knows anything


def test_replications_without_anything_to_divide_by_say_nothing() -> None:
    assert estimate(SHARE, [1, 0, 2, 0], [10, 0, 10, 0]) == estimate(SHARE, [1, 2], [10, 10])


def test_zero_events_are_never_an_interval_of_zero_width() -> None:
    bound = 1 - 0.025 ** (1 / 20)
    assert unseen(20) == pytest.approx(bound)
    assert estimate(SHARE, [0] * 20, [50] * 20) == pytest.approx((0, 0, bound))
    assert estimate(SHARE, [50] * 20, [50] * 20) == pytest.approx((1, 1 - bound, 1))
    # a count over two days: Poisson with mean m is 0 twenty times over with chance exp(−20 m) = 2.5%
    assert estimate(COUNT, [0] * 20, [2] * 20) == pytest.approx((0, 0, -math.log(0.025) / 20 / 2))
    assert estimate(AMOUNT, [0] * 20, [5] * 20) == (0, 0, None)
    assert estimate(FIXED, [0] * 20, [5] * 20) == (0, 0, 0)


def test_zero_events_on_many_days_of_few_replications() -> None:
    """Twenty weeks without an event are 140 days without one."""
    sums = moments(np.zeros((20, 1)), np.full((20, 1), 50.0))
    assert ratio_estimates(SHARE, ratios_of(sums, 0.95), 0.95, np.array([140.0]))[0].upper == pytest.approx(
        unseen(140)
    )


def test_the_bound_for_what_was_never_seen_is_exact() -> None:
    """If a thing happens on a share u of days, n without it have a chance of α/2."""
    assert stats.binom.pmf(0, 20, unseen(20)) == pytest.approx(0.025)


def test_shares_stay_between_0_and_1_and_amounts_above_their_least() -> None:
    low = estimate(SHARE, [0, 3], [10, 10])
    high = estimate(SHARE, [10, 7], [10, 10])
    assert (low.lower, high.upper) == (0, 1)
    assert estimate(MEASURES["replies_per_conversation"], [10, 13], [10, 10]).lower == 1


def coverage(intervals: list[Estimate], truth: float) -> float:
    return sum(
        (one.lower or 0) <= truth and (one.upper is None or truth <= one.upper) for one in intervals
    ) / len(intervals)


def busy_days(rng: np.random.Generator, runs: int) -> tuple[np.ndarray, np.ndarray, float]:
    """20 replications a run: contacts of gamma days, more of them late on busy days; and the true share late.

    With B the day factor (shape 25), contacts are Poisson(300 B), each late with chance 0.1 B. The share
    is E[300 B · 0.1 B] / 300 = 0.1 E[B²] = 0.1 · 1.04.
    """
    factor = rng.gamma(25, 1 / 25, (20, runs))
    under = rng.poisson(300 * factor)
    over = rng.binomial(under, np.minimum(1, 0.1 * factor))
    return over.astype(float), under.astype(float), 0.104


def test_the_interval_of_a_ratio_covers_as_often_as_it_says() -> None:
    over, under, truth = busy_days(np.random.default_rng(11), 1000)
    found = ratio_estimates(SHARE, ratios_of(moments(over, under), 0.95), 0.95)
    assert 0.93 <= coverage(found, truth) <= 0.97


# --- quantiles ----------------------------------------------------------------------------------------------

FRAME = Frame(
    types=("any",),
    teams=("desk",),
    promises=(),
    from_ms=0,
    to_ms=3_600_000,
    latest_ms=7_200_000,
    interval_ms=3_600_000,
    days=1,
    cost_per_hour=(None,),
    overtime=1.0,
    premiums=(),
    waiting_cost=(None,),
    opening=(None,),
    waits=("first_reply",),
)


def pool_of(replications: list[list[float]]) -> Pool:
    """A pool in which only the waits for the first reply are filled; given in seconds, inf being later."""
    parts = []
    for seconds in replications:
        waits = np.array([LATER if math.isinf(one) else round(one * 1000) for one in seconds], dtype=np.int64)
        zeros = np.zeros_like(waits)
        kinds = {"first_reply": Waited(zeros, zeros, zeros - 1, waits)}
        empty = np.zeros((1, 1, FRAME.cells))
        powers, daily = np.zeros((1, 1, 2, FRAME.cells, 3)), np.zeros((1, 0, FRAME.days))
        parts.append(Pool.of(Sums(empty, empty, counted(FRAME, kinds), powers, daily)))
    return Pool.sum(parts)


def quantile(probability: float, replications: list[list[float]]) -> Estimate:
    return quantile_of_pool(probability, pool_of(replications))


def quantile_of_pool(probability: float, pool: Pool) -> Estimate:
    bounds = quantile_bounds(np.array([probability]), np.array([0]), pool.many_waits(FRAME), 0.95)
    return estimates(bounds)[0]


def test_a_quantile_is_the_least_wait_that_so_many_do_not_exceed() -> None:
    waits = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
    for probability, value in ((0.5, 5), (0.51, 6), (0.9, 9), (0.95, 10), (0.05, 1)):
        assert quantile(probability, waits).value == pytest.approx(value, rel=6e-4)


def test_waits_still_open_are_later_than_the_horizon() -> None:
    replications = [[1, 2, 3, math.inf], [1, 2, 3, math.inf]] * 5
    assert quantile(0.75, replications).value == pytest.approx(3, rel=6e-4)
    assert quantile(0.76, replications).value == math.inf
    assert quantile(0.75, replications).upper == pytest.approx(3, rel=6e-4)  # as many are open each time
    varied = [[1, 2, 3, math.inf], [1, 2, 3, 4]] * 5
    assert quantile(0.85, varied).upper == math.inf
    assert quantile(0.5, [[math.inf], [math.inf]]).value == math.inf
    assert quantile(0.5, [[], []]) == (None, None, None)


def test_a_bound_beyond_all_waits_seen_is_unknown() -> None:
    found = quantile(0.99, [[1, 2, 3], [2, 3, 4]] * 4)
    assert found.value == pytest.approx(4, rel=6e-4)
    assert found.lower is not None and found.upper is None


def test_waits_of_nothing_are_nothing_exactly_and_their_bound_is_not_zero() -> None:
    nobody_waited = [[0, 0, 0]] * 20
    assert quantile(0.5, nobody_waited) == (0, 0, 0)  # at most 17% of days hold a wait: the median is 0
    assert quantile(0.9, nobody_waited) == (0, 0, None)


def test_the_interval_of_a_quantile_is_that_of_the_distribution_function() -> None:
    """Against the same made with plain numpy: p ± t·SE of the pooled share at the quantile, read back; on the
    side of the long tail a little more.
    """
    rng = np.random.default_rng(8)
    days = [rng.exponential(rng.gamma(4, 20), 400) for _ in range(12)]
    pooled = np.sort(np.concatenate(days))
    for probability in (0.5, 0.9):
        q = pooled[math.ceil(probability * len(pooled)) - 1]
        below = np.array([np.sum(day <= q) for day in days])
        error = math.sqrt(np.sum((below - probability * 400) ** 2) / (12 * 11)) / 400
        t, reaches = stats.t.ppf(0.975, 11) * error, reach(stats.skew(below, bias=False), 12)
        more = [reaches[1] * error - t, reaches[0] * error - t]
        room = [probability - t, 1 - probability - t]
        added = [1 / (1 / m + 1 / r) if m > 1e-12 else 0.0 for m, r in zip(more, room, strict=True)]
        shares = (probability - t - added[0], probability + t + added[1])
        bounds = [pooled[math.ceil(share * len(pooled)) - 1] for share in shares]
        found = quantile(probability, [day.tolist() for day in days])
        # SE is read between thresholds 10% apart, hence 2%
        assert found == pytest.approx((q, *bounds), rel=0.02)
        assert found.value == pytest.approx(q, rel=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("per_day", [30, 300])
def test_the_interval_of_a_quantile_covers_as_often_as_it_says(per_day: int) -> None:
    """1,000 runs of 20 replications of correlated days; a third of contacts do not wait."""
    rng = np.random.default_rng(21)

    def day() -> list[float]:
        size = rng.poisson(per_day)
        waits = rng.exponential(100 * math.exp(0.3 * rng.standard_normal()), size)
        return np.where(rng.random(size) < 1 / 3, 0.0, waits).tolist()

    everything = np.sort(np.concatenate([day() for _ in range(3_000_000 // per_day)]))
    truths = {p: everything[math.ceil(p * len(everything)) - 1] for p in (0.5, 0.9, 0.95)}
    found: dict[float, list[Estimate]] = {p: [] for p in truths}
    for _ in range(1000):
        pool = pool_of([day() for _ in range(20)])
        for p in truths:
            found[p].append(quantile_of_pool(p, pool))
    for p, truth in truths.items():
        assert 0.92 <= coverage(found[p], truth) <= 0.975, p
