"""Estimates over replications and their intervals. The unit of statistics is the replication, never the
message.

What an interval says when nothing happened
    Zero events are no proof that there can be none. If something happened on none of n days (of all
    replications together, and with anybody it could happen to), the share of such days on which it happens
    is at most u = 1 − (α/2)^(1/n), with confidence 1 − α/2 (Clopper & Pearson 1934). A share of 0 (or 1)
    throughout is therefore given as 0 to u (or 1 − u to 1), as if on such a day it befell every contact: that
    errs on the safe side, also where days of one replication are not quite independent. It is much wider than
    the interval of a share of 99.99%, of which is known how bad its bad days are; of days that were not seen
    it is not. The bound of events that come singly would be as narrow, and miss: with one day in 280 on which
    half of the 60 contacts are lost, 280 days show none in 37% of runs, and in all of these the truth, 0.18%,
    lies above that bound of 0.02% and below that of 1.3%. A count of 0 is given
    as 0 to −ln(1 − u) events a day, as for events that come singly (Poisson).
    An amount that was 0 throughout has no upper bound that follows from the sample: it is None. What the
    roster fixes may be as wide as 0.

One replication has no interval: the bounds are None. An estimate of nothing is undefined: None.

How often a 95% interval from 20 replications holds the truth
    Measured for every measure in 1,000 runs of small desks (`benchmarks/interval_coverage.py`, which prints
    the table, and a slow test): from 91% to 97%, whether days are alike or differ much, and a thousand runs
    hardly tell 91% from 93%. With Student's t alone it
    was 90% to 93% for what is skewed: waits, queues, people who leave. Higher, up to 99.9%, are standard
    deviations over all days and what a run sees a handful of times (pausing, all busy at an instant): few
    replications bound rare events only widely. So is `cleared_at`: on most days of those desks it is 18 h, on
    some, when work is left over night, 32 h; of 20 replications one in ten saw no such night, and had no
    spread to tell of it. Its upper bound is therefore at least as if a share u of days, above, were cleared
    a day later. What happens on very few days and then to many, which no day
    of the run need show, no interval can know.
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
from simcare.statistics.interval import unseen
from simcare.statistics.percentile import margins, place_of, read_back
from simcare.statistics.skewness import reach, skewness_of


class Estimate(NamedTuple):
    """A figure and its confidence interval; None is undefined or unknown, inf later than the horizon."""

    value: float | None
    lower: float | None
    upper: float | None


UNDEFINED = Estimate(None, None, None)


def ratio_estimates(
    measure: Measure, sums: Moments, confidence: float, days: Float | None = None
) -> list[Estimate]:
    """One estimate a cell of the ratio of sums ΣG / ΣN: √(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄, Student, m − 1,
    further on the side of the long tail (`reach`).

    `sums` holds one row of moments. m counts the replications with anything to divide by; `days` says for
    each cell on how many days, of all replications together, there was (by default one a replication).
    """
    days = sums.informed.astype(np.float64) if days is None else days
    columns = (
        sums.ratio(),
        sums.standard_error(),
        sums.residual_squares(),
        sums.residual_cubes(),
        sums.numerator,
        sums.denominator,
        sums.informed,
        days,
    )
    return [
        _ratio_estimate(measure, confidence, *cell)
        for cell in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _ratio_estimate(
    measure: Measure,
    confidence: float,
    ratio: float,
    error: float,
    squares: float,
    cubes: float,
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
        return Estimate(value, value, bound_unseen(measure, under, days, confidence))
    if over == under and measure.chance == "share":
        return Estimate(value, 1 - unseen(days, confidence), 1.0)
    below, above = reach(skewness_of(squares, cubes, informed), informed, confidence)
    most = 1.0 if measure.unit == "share" else math.inf
    missed = measure.unseen_adds * unseen(days, confidence) if measure.unseen_adds else 0.0
    return Estimate(
        value,
        max(measure.least, value - below * error * measure.scale),
        min(most, value + max(above * error * measure.scale, missed)),
    )


def bound_unseen(measure: Measure, under: float, days: float, confidence: float) -> float | None:
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


def quantile_estimate(probability: float, waits: Waits, confidence: float) -> Estimate:
    """The quantile of pooled waits in seconds, and its interval from the distribution function's (Woodruff
    1952).

    With q the quantile and s the standard error over replications of the pooled distribution function at q
    (the infinitesimal jackknife, Jaeckel 1972), the bounds are the quantiles at p ± t·s, further on the side
    of the long tail (`margins`). A bound beyond all waits that ended is inf if some were open, and unknown
    otherwise.

    Why not recompute the quantile without each replication in turn: a quantile is no smooth function of the
    sample, and that jackknife misses its level. Measured, 1,000 runs of 20 replications at 95%: with 3, 30
    and 300 waits a replication it covers the median in 86%, 93% and 95%, the 99th percentile in 69%, 81%
    and 88% of runs.
    """
    if not waits.of > 0:
        return UNDEFINED
    value = quantile_of(waits, probability)
    if waits.informed < 2:
        return Estimate(value, None, None)
    beside = margins(probability, *at_quantile(waits, probability), waits.informed, confidence)
    later = math.inf if _later(waits) else None
    return Estimate(value, *read_back(probability, beside, partial(quantile_of, waits), 0.0, later))


def quantile_of(waits: Waits, probability: float) -> float:
    """The least wait (s) that a share of at least `probability` does not exceed; inf if it is still open."""
    place = place_of(probability, waits.cumulated, waits.of)
    return middle_s(int(waits.bins[place])) if place < len(waits.bins) else math.inf


def _later(waits: Waits) -> bool:
    return not len(waits.cumulated) or bool(waits.cumulated[-1] < waits.of)


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
