"""The fixed log grid of waits: from a wait to its bin and back.

Bin 0 holds the waits of 0; bin k ≥ 1 holds those from GROWTHᵏ⁻¹ up to GROWTHᵏ ms. A bin is 0.1% wide and is
told as its geometric middle, so no figure is off by more than 0.05%. Counts on one grid add up over
replications, machines and plans, which waits and their quantiles do not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

GROWTH = 1.001
_WIDTH = math.log(GROWTH)

BINS = 2**16
"""More than there are bins for any time in ms."""

PER_STEP = 100
"""Bins between two thresholds: the distribution function's spread over replications is kept 10% apart."""


def bin_of(wait_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bin of each wait (ms, at least 0)."""
    bins = np.floor(np.log(np.maximum(wait_ms, 1)) / _WIDTH).astype(np.int64) + 1
    return np.where(wait_ms == 0, 0, bins)


def middle_s(number: int) -> float:
    """The wait that stands for a bin, in seconds."""
    return 0.0 if number == 0 else math.exp((number - 0.5) * _WIDTH) / 1000


def threshold_of(bins: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first threshold at or above each bin. Threshold j is the upper end of bin j × PER_STEP."""
    return -(-bins // PER_STEP)


def thresholds(latest_ms: int) -> int:
    """How many thresholds cover the waits up to `latest_ms`."""
    return int(threshold_of(bin_of(np.array([latest_ms])))[0]) + 1
