"""The log grid of waits."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.measures.grid import (
    BINS,
    GROWTH,
    LEADING_OF_ONE,
    PER_STEP,
    bin_of,
    first_of_bins,
    least_bins,
    middle_s,
    threshold_of,
    thresholds,
)


def bin_of_one(wait_ms: int) -> int:
    return int(bin_of(np.array([wait_ms]))[0])


def test_zero_has_a_bin_of_its_own() -> None:
    assert bin_of_one(0) == 0
    assert bin_of_one(1) == 1
    assert middle_s(0) == 0.0


def test_the_middle_of_its_bin_is_within_a_twentieth_of_a_per_cent_of_any_wait() -> None:
    waits = np.unique(np.geomspace(1, 10 * 366 * 86_400_000, 20_000).astype(np.int64))
    told = np.array([middle_s(number) for number in bin_of(waits).tolist()]) * 1000
    assert np.max(np.abs(told / waits - 1)) <= (GROWTH - 1) / 2 + 1e-9


def test_bins_keep_the_order_of_waits_and_fit_their_key() -> None:
    waits = np.arange(0, 200_000)
    assert np.all(np.diff(bin_of(waits)) >= 0)
    assert bin_of_one(2**62) < BINS


def test_a_bin_that_is_looked_up_is_at_most_one_too_low() -> None:
    """At the ends of all bins, which lie apart by more than the numbers that are looked up alike."""
    first = first_of_bins()[:-1]
    alike = (np.arange(LEADING_OF_ONE, LEADING_OF_ONE + len(least_bins())) << 42).view(np.float64)
    edges = np.concatenate([first, alike.astype(np.int64)])
    waits = np.unique(edges + np.arange(-2, 3)[:, np.newaxis])
    waits = waits[(waits >= 0) & (waits < first[-1])]
    looked_up = least_bins()[(np.float64(waits + 1).view(np.int64) >> 42) - LEADING_OF_ONE].astype(np.int64)
    assert np.array_equal(looked_up + (waits >= first_of_bins()[looked_up + 1]), bin_of(waits))


def test_a_threshold_lies_at_the_upper_end_of_its_bins() -> None:
    bins = np.array([0, 1, PER_STEP, PER_STEP + 1])
    assert threshold_of(bins).tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize("latest_ms", [1, 999, 86_400_000, 10**12])
def test_thresholds_cover_every_wait_there_can_be(latest_ms: int) -> None:
    assert threshold_of(bin_of(np.array([latest_ms])))[0] == thresholds(latest_ms) - 1
