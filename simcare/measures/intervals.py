"""Estimates over replications and their intervals. The unit of statistics is the replication, never the
message.

What an interval says when nothing happened
    Zero events are no proof that there can be none. If something happened on none of n days (of all
    replications together, and with anybody it could happen to), the share of such days on which it happens
    is at most u = 1 − (α/2)^(1/n), with confidence 1 − α/2 (Clopper & Pearson 1934). A share of 0 (or 1)
    throughout is therefore given as 0 to u (or 1 − u to 1), as if on such a day it befell every contact: that
    errs on the safe side, also where days of one replication are not quite independent. A count of 0 is given
    as 0 to −ln(1 − u) events a day, as for events that come singly (Poisson).
    An amount that was 0 throughout has no upper bound that follows from the sample: it is None. What the
    roster fixes may be as wide as 0.

One replication has no interval: the bounds are None. An estimate of nothing is undefined: None.

How often a 95% interval from 20 replications holds the truth, measured in 1,000 runs of a small desk
    Between 94.7% and 96.0% for counts, shares, means, time averages and maxima. Where days differ much (a day
    factor of cv 20% on a desk near its limit) sums are skewed and Student's t too sure of itself with few
    replications: 93% to 96%, the mean wait 91.5%; with 100 replications 93.5%.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from simcare.measures.frame import Float, Int
from simcare.measures.grid import middle_s, threshold_of
from simcare.measures.moments import Moments
from simcare.measures.registry import Measure
from simcare.statistics.interval import student, unseen
from simcare.statistics.percentile import half_width, place_of, read_back
from simcare.statistics.ratio import error_of, linearised


class Estimate(NamedTuple):
    """A figure and its confidence interval; None is undefined or unknown, inf later than the horizon."""

    value: float | None
    lower: float | None
    upper: float | None


UNDEFINED = Estimate(None, None, None)


def ratio_estimates(
    measure: Measure, sums: Moments, confidence: float, days: Float | None = None
) -> list[Estimate]:
    """One estimate a cell of the ratio of sums ΣG / ΣN: √(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄, Student, m − 1.

    `sums` holds one row of moments. m counts the replications with anything to divide by; `days` says for
    each cell on how many days, of all replications together, there was (by default one a replication).
    """
    days = sums.informed.astype(np.float64) if days is None else days
    columns = (sums.ratio(), sums.standard_error(), sums.numerator, sums.denominator, sums.informed, days)
    return [
        _ratio_estimate(measure, confidence, *cell)
        for cell in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _ratio_estimate(
    measure: Measure,
    confidence: float,
    ratio: float,
    error: float,
    over: float,
    under: float,
    informed: int,
    days: float,
) -> Estimate:
    if not under > 0:
        return UNDEFINED
    value = ratio * measure.scale
    if informed < 2:
        return Estimate(value, None, None)
    if over == measure.least * under and measure.chance != "fixed":
        return Estimate(value, value, _bound_unseen(measure, under, days, confidence))
    if over == under and measure.chance == "share":
        return Estimate(value, 1 - unseen(days, confidence), 1.0)
    half = student(informed, confidence) * error * measure.scale
    most = 1.0 if measure.unit == "share" else math.inf
    return Estimate(value, max(measure.least, value - half), min(most, value + half))


def _bound_unseen(measure: Measure, under: float, days: float, confidence: float) -> float | None:
    """The upper bound of a measure that was at its least on all days."""
    share = unseen(days, confidence)
    if measure.chance == "share":
        return share
    if measure.chance in ("count", "given"):
        return -math.log1p(-share) * days / under * measure.scale
    return None


# --- quantiles ----------------------------------------------------------------------------------------------


class Waits(NamedTuple):
    """The waits of one cell, pooled: sorted ``bins`` with cumulated counts, and all, open ones included.

    ``share``, ``error``: the pooled distribution function at the thresholds, and its standard error.
    """

    bins: Int
    cumulated: Int
    of: float
    informed: int
    share: Float
    error: Float


def quantile_estimate(probability: float, waits: Waits, confidence: float) -> Estimate:
    """The quantile of pooled waits in seconds, and its interval from the distribution function's (Woodruff
    1952).

    With q the quantile and s the standard error over replications of the pooled distribution function at q
    (the infinitesimal jackknife, Jaeckel 1972), the bounds are the quantiles at p ± t·s. Why not recompute
    the quantile without each replication in turn: a quantile is no smooth function of the sample, and that
    jackknife misses its level. Measured, 1,000 runs of 20 replications at 95%: with 3, 30 and 300 waits a
    replication it covers the median in 86%, 93% and 95%, the 99th percentile in 69%, 81% and 88% of runs;
    this interval covers the median in 95%, 95%, 95%, the 99th percentile in 93% (30 waits) and 93% (300). A
    bound beyond all waits that ended is inf if some were open, and unknown otherwise.
    """
    if not waits.of > 0:
        return UNDEFINED
    value = _quantile(waits, probability)
    if waits.informed < 2:
        return Estimate(value, None, None)
    half = _half_width(waits, probability, confidence)
    later = math.inf if _later(waits) else None
    return Estimate(value, *read_back(probability, half, partial(_quantile, waits), 0.0, later))


def _quantile(waits: Waits, probability: float) -> float:
    """The least wait (s) that a share of at least `probability` does not exceed; inf if it is still open."""
    place = place_of(probability, waits.cumulated, waits.of)
    return middle_s(int(waits.bins[place])) if place < len(waits.bins) else math.inf


def _later(waits: Waits) -> bool:
    return not len(waits.cumulated) or bool(waits.cumulated[-1] < waits.of)


def _half_width(waits: Waits, probability: float, confidence: float) -> float:
    """How far the pooled distribution function at the quantile may be off, as a share."""
    share, error = _at_quantile(waits, probability, waits.error**2)
    return half_width(share, math.sqrt(error), waits.informed, confidence)


def _at_quantile(waits: Waits, probability: float, at_thresholds: Float) -> tuple[float, Float]:
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


# --- paired differences -------------------------------------------------------------------------------------


class Totals(NamedTuple):
    """One measure of one plan in total, by replication: numerators and denominators."""

    over: Float
    under: Float


def ratio_difference(
    measure: Measure, first: Totals, second: Totals, confidence: float, days: float | None = None
) -> Estimate:
    """The difference of two ratios of sums over the same replications, from paired linearised values.

    Replication i adds (Gᵢ − R Nᵢ) / N̄ to its plan's ratio; the standard error is that of the differences
    of these values, Student with m − 1 degrees of freedom. Where the plans never differed, on any of the
    `days` of all replications (by default one a replication), see the module's first words.
    """
    if not (first.under.sum() > 0 and second.under.sum() > 0):
        return UNDEFINED
    informed = (first.under > 0) | (second.under > 0)
    ratios, values = zip(
        *(linearised(one.over[informed], one.under[informed]) for one in (first, second)), strict=True
    )
    m = int(informed.sum())
    value = (ratios[0] - ratios[1]) * measure.scale
    if m < 2:
        return Estimate(value, None, None)
    differences = values[0] - values[1]
    half: float | None = student(m, confidence) * (error_of(differences) * measure.scale)
    if not np.any(differences):
        half = _half_unseen(measure, float(first.under.sum()), days or m, confidence)
    if half is None:
        return Estimate(value, None, None)
    most = 1.0 if measure.unit == "share" else math.inf
    return Estimate(value, max(-most, value - half), min(most, value + half))


def quantile_difference(
    probability: float, first: tuple[Waits, Totals], second: tuple[Waits, Totals], confidence: float
) -> Estimate:
    """The difference of two quantiles of waits (s) over the same replications.

    Each plan comes with its pooled waits and, by replication, its waits at or below the thresholds. The
    residual of the distribution function at the quantile, over the density there, is what a replication
    adds to the quantile (Bahadur 1966); the density is read off the quantile's own interval.
    """
    quantiles, values = [], []
    for waits, totals in (first, second):
        estimate = quantile_estimate(probability, waits, confidence)
        if estimate.value is None or math.isinf(estimate.value):
            return UNDEFINED
        quantiles.append(estimate.value)
        values.append(_quantile_values(probability, waits, totals, estimate, confidence))
    value = quantiles[0] - quantiles[1]
    informed = (first[1].under[:, 0] > 0) | (second[1].under[:, 0] > 0)
    m = int(informed.sum())
    if m < 2 or values[0] is None or values[1] is None:
        return Estimate(value, None, None)
    differences = (values[0] - values[1])[informed] * (m / len(informed))
    half = student(m, confidence) * error_of(differences)
    return Estimate(value, value - half, value + half)


def _half_unseen(measure: Measure, under: float, days: float, confidence: float) -> float | None:
    if measure.chance in ("given", "fixed"):
        return 0.0
    return _bound_unseen(measure, under, days, confidence)


def _quantile_values(
    probability: float, waits: Waits, totals: Totals, estimate: Estimate, confidence: float
) -> Float | None:
    """What each replication adds to the quantile, or None where the density there cannot be told."""
    half = _half_width(waits, probability, confidence)
    lower, upper = estimate.lower, estimate.upper
    if (
        lower is None
        or upper is None
        or math.isinf(upper)
        or probability <= half
        or half <= 0
        or upper <= lower
    ):
        return None
    residuals = (totals.over - waits.share * totals.under) / totals.under.mean()
    at_quantile = _at_quantile(waits, probability, residuals)[1]
    values: Float = -at_quantile * (upper - lower) / (2 * half)
    return values
