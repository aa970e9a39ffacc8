from __future__ import annotations

import math

import numpy as np
from scipy import stats

from simcare.demand.arrivals import Arriving
from simcare.demand.rates import DAY_MS, HOUR_MS
from simcare.demand.streams import Streams
from simcare.scenario.scenario import Scenario
from tests.demand.desks import desk


def arrivals(scenario: Scenario, name: str, replication: int) -> np.ndarray:
    return Arriving(scenario, name).draw(Streams(1, range(replication, replication + 1)))[0]


def daily_counts(scenario: Scenario, name: str, replications: int) -> np.ndarray:
    """Contacts by (replication, day)."""
    days = scenario.clock.total_days
    return np.array(
        [np.bincount(arrivals(scenario, name, r) // DAY_MS, minlength=days) for r in range(replications)]
    )


def agrees(values: np.ndarray, mean: float) -> bool:
    """Within four standard errors."""
    return bool(abs(values.mean() - mean) <= 4 * values.std(ddof=1) / math.sqrt(values.size))


def test_a_day_factor_spreads_counts_and_ties_types_together() -> None:
    """B ~ Gamma(α, mean 1): Var N = m + m²/α, Cov(Nᵢ, Nⱼ) = mᵢ mⱼ/α (Avramidis & al. 2004)."""
    alpha = 10
    cv = f"{100 / math.sqrt(alpha)}%"
    scenario = desk(
        days=4,
        x=f"arrivals: {{per_day: 60, day_factor: {{cv: {cv}}}}}",
        y=f"arrivals: {{per_day: 30, day_factor: {{cv: {cv}}}}}",
        own=f"arrivals: {{per_day: 60, day_factor: {{cv: {cv}, own: true}}}}",
    )
    x, y, own = (daily_counts(scenario, name, 1_000).ravel().astype(float) for name in ("x", "y", "own"))
    for counts, mean in ((x, 60), (y, 30), (own, 60)):
        assert agrees(counts, mean)
        assert agrees((counts - mean) ** 2, mean + mean**2 / alpha)
    assert agrees((x - 60) * (y - 30), 60 * 30 / alpha)
    assert agrees((x - 60) * (own - 60), 0)


def test_days_of_one_replication_have_factors_of_their_own() -> None:
    scenario = desk(days=2, x="arrivals: {per_day: 100, day_factor: {cv: 50%}}")
    counts = daily_counts(scenario, "x", 2_000).astype(float) - 100
    assert agrees(counts[:, 0] * counts[:, 1], 0)


def test_types_with_other_spreads_share_the_order_of_busy_days() -> None:
    """One uniform a day through each type's own gamma: who is busy on a day are all of them."""
    scenario = desk(
        days=20,
        x="arrivals: {per_day: 100_000, day_factor: {cv: 40%}}",
        y="arrivals: {per_day: 100_000, day_factor: {cv: 10%}}",
    )
    x, y = daily_counts(scenario, "x", 1)[0], daily_counts(scenario, "y", 1)[0]
    assert stats.spearmanr(x, y).statistic > 0.98
    assert x.std() > 2 * y.std()


def test_weekdays_are_those_of_the_calendar() -> None:
    """2026-01-01 is a Thursday; the warm-up days come before it."""
    scenario = desk(days=5, warm_up=2, x="arrivals: {per_day: 10, weekdays: {sat: 200%, sun: 0%, tue: 300%}}")
    counts = daily_counts(scenario, "x", 500)
    means = [30, 10, 10, 10, 20, 0, 10]  # Tue Wed | Thu Fri Sat Sun Mon
    for day, mean in enumerate(means):
        assert agrees(counts[:, day], mean) if mean else not counts[:, day].any()


SURGE = "surges: [{name: outage, at: 12:00, chance: 30%, jitter: 1 h, times: 50, hold: 30 min}]"


def surge_starts(scenario: Scenario, name: str) -> dict[int, int]:
    """By day: the first five minutes of the day with far more contacts than the ordinary 5."""
    counts = np.bincount(arrivals(scenario, name, 0) // 300_000, minlength=288 * scenario.clock.total_days)
    crowded = counts.reshape(-1, 288) > 100
    return {int(day): int(np.argmax(crowded[day])) for day in np.flatnonzero(crowded.any(axis=1))}


def test_surges_of_one_name_come_together_for_all_types() -> None:
    scenario = desk(
        days=100,
        x=f"arrivals: {{per_hour: 60, {SURGE}}}",
        y=f"arrivals: {{per_hour: 60, {SURGE}}}",
        z=f"arrivals: {{per_hour: 60, {SURGE.replace('outage', 'other')}}}",
    )
    x, y, z = (surge_starts(scenario, name) for name in "xyz")
    assert x.keys() == y.keys() != z.keys()
    assert max(abs(x[day] - y[day]) for day in x) <= 1  # a slot that begins late may not look crowded
    assert abs(len(x) - 30) <= 4 * math.sqrt(100 * 0.3 * 0.7)
    assert min(x.values()) >= 11 * 12
    assert max(x.values()) <= 13 * 12
    assert max(x.values()) - min(x.values()) > 12


def test_a_surge_with_another_chance_comes_on_a_part_of_the_same_days() -> None:
    scenario = desk(
        days=100,
        often=f"arrivals: {{per_hour: 60, {SURGE}}}",
        seldom=f"arrivals: {{per_hour: 60, {SURGE.replace('30%', '10%')}}}",
    )
    often, seldom = (surge_starts(scenario, name) for name in ("often", "seldom"))
    assert seldom.keys() < often.keys()


def test_scale_brings_every_arrival_forward_under_all_factors() -> None:
    inside = f"day_factor: {{cv: 20%}}, weekdays: {{fri: 150%}}, {SURGE}"
    low = arrivals(desk(days=7, x=f"arrivals: {{per_hour: 20, {inside}}}"), "x", 0)
    high = arrivals(desk(days=7, x=f"arrivals: {{per_hour: 20, scale: 110%, {inside}}}"), "x", 0)
    assert len(high) > len(low)
    assert np.all(high[: len(low)] <= low)


def test_more_days_leave_the_first_ones_alone() -> None:
    inside = f"arrivals: {{per_hour: {{08:00: 5, 19:00: 60}}, day_factor: {{cv: 20%}}, {SURGE}}}"
    long, short = arrivals(desk(days=9, x=inside), "x", 0), arrivals(desk(days=4, x=inside), "x", 0)
    assert np.array_equal(long[long < 4 * DAY_MS], short)


def test_counts_in_a_closed_hour_are_zero() -> None:
    scenario = desk(
        days=3, x="arrivals: {steps: {per_hour: {00:00: 0, 09:00: 100, 17:00: 0}}, day_factor: {cv: 50%}}"
    )
    clock = arrivals(scenario, "x", 0) % DAY_MS
    assert len(clock) > 0
    assert clock.min() >= 9 * HOUR_MS
    assert clock.max() < 17 * HOUR_MS


def test_a_rate_of_zero_all_day_brings_nobody() -> None:
    scenario = desk(
        x="arrivals: {per_hour: 0, day_factor: {cv: 50%}}", y="arrivals: {per_hour: 9, scale: 0%}"
    )
    assert len(arrivals(scenario, "x", 0)) == len(arrivals(scenario, "y", 0)) == 0
