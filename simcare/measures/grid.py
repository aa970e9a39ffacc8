"""The fixed log grid of waits: from a wait to its bin and back.

Bin 0 holds the waits of 0; bin k ≥ 1 holds those from GROWTHᵏ⁻¹ up to GROWTHᵏ ms. A bin is 0.1% wide and is
told as its geometric middle, so no figure is off by more than 0.05%. Counts on one grid add up over
replications, machines and plans, which waits and their quantiles do not.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

GROWTH = 1.001
_WIDTH = math.log(GROWTH)

_LONGEST = 2**50
"""More than any time in ms: 35,000 years."""

BINS = 2**16
"""More than there are bins for any time in ms."""

PER_STEP = 100
"""Bins between two thresholds: the distribution function's spread over replications is kept 10% apart."""


def bin_of(wait_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bin of each wait (ms, at least 0)."""
    bins = np.floor(np.log(np.maximum(wait_ms, 1)) / _WIDTH).astype(np.int64) + 1
    return np.where(wait_ms == 0, 0, bins)


@lru_cache(maxsize=1)
def first_of_bins() -> NDArray[np.int64]:
    """The first wait (ms) of each bin or of the next that has any, from bin 0 on: looked for beside the bin's
    lower end, so that it agrees with `bin_of` whatever the last bit of a logarithm is.
    """
    bins = np.arange(int(bin_of(np.array([_LONGEST]))[0]) + 1)
    first = np.where(bins == 0, 0, np.exp((bins - 1) * _WIDTH)).astype(np.int64)
    while np.any(too_early := bin_of(first) < bins):
        first += too_early
    while np.any(too_late := (first > 0) & (bin_of(np.maximum(first - 1, 0)) >= bins)):
        first -= too_late
    return first


LEADING_OF_ONE = 1023 << 10
"""The leading 22 bits of the number 1 as float64: its sign, its exponent and ten of the digits behind it."""


@lru_cache(maxsize=1)
def least_bins() -> NDArray[np.uint16]:
    """A table to look bins up in: by the leading 22 bits of ms + 1 as float64, from `LEADING_OF_ONE` on, the
    bin of the least wait that has them. All that have them lie within 2⁻¹⁰, which is less than a bin: a wait
    is in that bin or in the next.
    """
    leading = np.arange(LEADING_OF_ONE, np.float64(_LONGEST).view(np.int64) >> 42)
    begins = np.ceil((leading << 42).view(np.float64)).astype(np.int64) - 1
    return bin_of(begins).astype(np.uint16)


def middle_s(number: int) -> float:
    """The wait that stands for a bin, in seconds."""
    return 0.0 if number == 0 else math.exp((number - 0.5) * _WIDTH) / 1000


def threshold_of(bins: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first threshold at or above each bin. Threshold j is the upper end of bin j × PER_STEP."""
    return -(-bins // PER_STEP)


@lru_cache(maxsize=8)
def thresholds(latest_ms: int) -> int:
    """How many thresholds cover the waits up to `latest_ms`."""
    return int(threshold_of(bin_of(np.array([latest_ms])))[0]) + 1
