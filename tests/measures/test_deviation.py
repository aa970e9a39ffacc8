"""Standard deviations of pooled waits: against numpy, and how often their interval holds the truth."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest

from simcare.measures.deviation import Powers
from tests.measures.one_by_one import deviation_estimates


def pooled(days: list[np.ndarray]) -> Powers:
    return reduce(Powers.merged, [Powers.of(sums_of(day).reshape(1, 1, 1, 3)) for day in days])


def sums_of(waits_ms: np.ndarray) -> np.ndarray:
    return np.array([len(waits_ms), waits_ms.sum(), (waits_ms**2).sum()], dtype=np.float64)


def test_the_deviation_is_that_of_all_waits_together() -> None:
    rng = np.random.default_rng(1)
    days = [rng.exponential(60_000, rng.poisson(20)) for _ in range(8)] + [np.zeros(0)]
    found = deviation_estimates(pooled(days))[0]
    assert found.value == pytest.approx(np.concatenate(days).std() / 1000)


def test_waits_that_are_all_the_same_do_not_deviate() -> None:
    same = [np.full(n, 123_457.0) for n in (3, 5)]
    assert deviation_estimates(pooled(same))[0] == (0, 0, None)
    assert deviation_estimates(pooled([np.zeros(0)] * 3))[0] == (None, None, None)


def test_the_interval_is_that_of_the_jackknife_when_there_are_many_replications() -> None:
    """Leaving out each replication in turn is another way to the same standard error."""
    rng = np.random.default_rng(2)
    sums = np.array([sums_of(rng.gamma(2.0, 30_000 * rng.gamma(20, 1 / 20), 50)) for _ in range(400)])
    found = deviation_estimates(pooled_sums(sums))[0]
    n, x, squares = (sums.sum(axis=0) - sums).T
    without = np.sqrt(squares / n - (x / n) ** 2) / 1000
    error = np.sqrt((len(sums) - 1) * without.var())
    assert found.lower is not None and found.value is not None
    assert found.value - found.lower == pytest.approx(1.966 * error, rel=0.01)


def test_cubes_merged_in_any_grouping_are_those_of_all_replications_at_once() -> None:
    sums = np.random.default_rng(5).gamma(2.0, 1.0, (13, 3))
    centred = sums - sums.mean(axis=0)
    merged = pooled_sums(sums[:5]).merged(pooled_sums(sums[5:]))
    assert merged.cubes[0, 0, 0] == pytest.approx(np.einsum("di,dj,dk->ijk", centred, centred, centred))


def pooled_sums(sums: np.ndarray) -> Powers:
    return reduce(Powers.merged, [Powers.of(one.reshape(1, 1, 1, 3)) for one in sums])


@pytest.mark.parametrize("busy_days_cv", [0.0, 0.2])
def test_the_interval_holds_the_truth_as_often_as_it_says(busy_days_cv: float) -> None:
    """1,000 runs of 20 days of 100 exponential waits, longer on busy days."""
    rng = np.random.default_rng(3)
    runs, days, waits = 1000, 20, 100
    shape = 1 / busy_days_cv**2 if busy_days_cv else 1.0
    factor = rng.gamma(shape, 1 / shape, (runs, days)) if busy_days_cv else np.ones((runs, days))
    truth = np.sqrt(2 * (1 + busy_days_cv**2) - 1)
    values = rng.exponential(1.0, (runs, days, waits)) * factor[..., np.newaxis] * 1000
    sums = np.stack([np.full((runs, days), waits), values.sum(axis=2), (values**2).sum(axis=2)], axis=-1)
    centred = sums - sums.mean(axis=1, keepdims=True)
    products = np.einsum("rdi,rdj->rij", centred, centred)
    cubes = np.einsum("rdi,rdj,rdk->rijk", centred, centred, centred)
    powers = Powers(
        days,
        sums.sum(axis=1)[:, np.newaxis, np.newaxis],
        products[:, np.newaxis, np.newaxis],
        cubes[:, np.newaxis, np.newaxis],
        np.full((runs, 1, 1), days),
    )
    found = deviation_estimates(powers)
    held = sum((one.lower or 0) <= truth <= (one.upper or 0) for one in found) / runs
    assert 0.93 <= held <= 0.97
