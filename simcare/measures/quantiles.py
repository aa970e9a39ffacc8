"""Percentiles of waits pooled over replications, and their intervals, from counts on the log grid."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.below import Below
from simcare.measures.frame import Float, Int
from simcare.measures.grid import middle_s, threshold_of
from simcare.measures.intervals import Bounds
from simcare.statistics.percentile import SLACK, margins_each, place_of
from simcare.statistics.skewness import each_once, skewness_of, skewness_of_each


class Waits(NamedTuple):
    """The waits of one cell, pooled: sorted ``bins`` with cumulated counts, and all, open ones included.

    ``share``: the pooled distribution function at the thresholds; ``squares`` and ``cubes``, sums over
    replications of those of its residuals, which its standard error and skewness are made of.
    """

    bins: Int
    cumulated: Int
    of: float
    informed: int
    share: Float
    squares: Float
    cubes: Float


def quantile_of(waits: Waits, probability: float) -> float:
    """The least wait (s) that a share of at least `probability` does not exceed; inf if it is still open."""
    place = place_of(probability, waits.cumulated, waits.of)
    return middle_s(int(waits.bins[place])) if place < len(waits.bins) else math.inf


def at_quantile(waits: Waits, probability: float) -> tuple[float, float, float]:
    """The distribution function at the quantile, its standard error and its skewness there."""
    share, squares = between_thresholds(waits, probability, waits.squares)
    cubes = float(between_thresholds(waits, probability, waits.cubes)[1])
    m = waits.informed
    error = math.sqrt(float(squares) * m / (m - 1)) / waits.of
    return share, error, skewness_of(float(squares), cubes, m)


def between_thresholds(waits: Waits, probability: float, at_thresholds: Float) -> tuple[float, Float]:
    """The distribution function at the quantile, and there the value of a column given at the thresholds.

    Between two thresholds the column is taken to be linear in the distribution function.
    """
    place = place_of(probability, waits.cumulated, waits.of)
    if place >= len(waits.bins):
        return float(waits.share[-1]), at_thresholds[..., -1]
    share = float(waits.cumulated[place] / waits.of)
    above = int(threshold_of(waits.bins[place : place + 1])[0])
    low, high = float(waits.share[max(above - 1, 0)]), float(waits.share[above])
    part = 1.0 if high <= low or above == 0 else min(1.0, max(0.0, (share - low) / (high - low)))
    return share, at_thresholds[..., max(above - 1, 0)] * (1 - part) + at_thresholds[..., above] * part


# --- quantiles in many cells --------------------------------------------------------------------------------


class ManyWaits(NamedTuple):
    """The waits of many cells, pooled, one row each: those of row *r* stand from ``first[r]`` up to
    ``first[r + 1]`` of ``bins`` and ``cumulated``, which goes on from one row to the next; ``below`` has the
    same rows.
    """

    first: Int
    bins: NDArray[np.uint16]
    cumulated: NDArray[np.integer[Any]]
    below: Below

    def row(self, number: int) -> Waits:
        """The waits of one cell."""
        begin, after = self.first[number : number + 2].tolist()
        before = self.cumulated[begin - 1] if begin else 0
        steps = np.arange(self.below.steps)
        seen = self.below.seen_at(np.full_like(steps, number), steps)
        return Waits(
            self.bins[begin:after].astype(np.int64),
            self.cumulated[begin:after] - before,
            float(self.below.of.denominator[number]),
            int(self.below.of.informed[number]),
            seen.ratio(),
            seen.residual_squares(),
            seen.residual_cubes(),
        )


def quantile_bounds(probability: Float, rows: Int, waits: ManyWaits, confidence: float) -> Bounds:
    """Quantiles of pooled waits in seconds, one a probability and row, and their intervals from the
    distribution function's (Woodruff 1952).

    With q the quantile and s the standard error over replications of the pooled distribution function at q
    (the infinitesimal jackknife, Jaeckel 1972), the bounds are the quantiles at p ± t·s, further on the side
    of the long tail (`margins`). A bound beyond all waits that ended is inf if some were open, and unknown
    otherwise.

    Why not recompute the quantile without each replication in turn: a quantile is no smooth function of the
    sample, and that jackknife misses its level. Measured, 1,000 runs of 20 replications at 95%: with 3, 30
    and 300 waits a replication it covers the median in 86%, 93% and 95%, the 99th percentile in 69%, 81%
    and 88% of runs.
    """
    of = waits.below.of.denominator[rows]
    value = np.where(of > 0, _quantiles(waits, rows, probability), np.nan)
    lower, upper = np.full_like(value, np.nan), np.full_like(value, np.nan)
    known = np.flatnonzero((of > 0) & (waits.below.of.informed[rows] >= 2))
    if len(known):
        p, row = probability[known], rows[known]
        share, error, skewness = _at_quantiles(waits, row, p)
        m = waits.below.of.informed[row].astype(np.float64)
        down, up = margins_each(p, share, error, skewness, m, confidence)
        lower[known] = np.where(p <= down, 0.0, _quantiles(waits, row, p - down))
        ended = _before(waits, row + 1) - _before(waits, row)
        later = np.where(ended < of[known], np.inf, np.nan)
        upper[known] = np.where(p + up <= 1, _quantiles(waits, row, p + up), later)
    return Bounds(value, lower, upper)


def _before(waits: ManyWaits, rows: Int) -> Int:
    """How many waits that ended there are in all rows before each."""
    first = waits.first[rows]
    return np.where(first > 0, waits.cumulated[first - 1], 0) if len(waits.cumulated) else 0 * first


def _places(waits: ManyWaits, rows: Int, probabilities: Float) -> Int:
    """`place_of` in each of the rows: the first behind its own if there is none."""
    wanted = np.ceil(probabilities * waits.below.of.denominator[rows] * (1 - SLACK)).astype(np.int64)
    found = np.searchsorted(waits.cumulated, _before(waits, rows) + wanted)
    return np.clip(found, waits.first[rows], waits.first[rows + 1])


def _quantiles(waits: ManyWaits, rows: Int, probabilities: Float) -> Float:
    """`quantile_of` in each of the rows."""
    place = _places(waits, rows, probabilities)
    there = place < waits.first[rows + 1]
    found = np.full(len(rows), np.inf)
    found[there] = each_once(middle_s, waits.bins[place[there]])
    return found


def _at_quantiles(waits: ManyWaits, rows: Int, probability: Float) -> tuple[Float, Float, Float]:
    """`at_quantile` in each of the rows."""
    of = waits.below.of.denominator[rows]
    place = _places(waits, rows, probability)
    there = place < waits.first[rows + 1]
    last = waits.below.steps - 1
    above = np.full(len(rows), last)
    above[there] = threshold_of(waits.bins[place[there]].astype(np.int64))
    below = np.where(there, np.maximum(above - 1, 0), last)
    lower, upper = (waits.below.seen_at(rows, step) for step in (below, above))
    low, high = lower.ratio(), upper.ratio()
    share = high.copy()
    share[there] = (waits.cumulated[place[there]] - _before(waits, rows[there])) / of[there]
    straight = (high <= low) | (above == 0)
    part = np.clip((share - low) / np.where(straight, 1.0, high - low), 0.0, 1.0)
    part[straight] = 1.0
    squares = lower.residual_squares() * (1 - part) + upper.residual_squares() * part
    cubes = lower.residual_cubes() * (1 - part) + upper.residual_cubes() * part
    m = waits.below.of.informed[rows].astype(np.float64)
    error = np.sqrt(squares * m / (m - 1)) / of
    return share, error, skewness_of_each(squares, cubes, m)
