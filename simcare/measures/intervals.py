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
from typing import NamedTuple

import numpy as np

from simcare.measures.below import Below
from simcare.measures.frame import Float, Int
from simcare.measures.grid import middle_s, threshold_of
from simcare.measures.moments import Moments
from simcare.measures.registry import Measure
from simcare.statistics.interval import unseen
from simcare.statistics.percentile import SLACK, margins_each, place_of
from simcare.statistics.skewness import reach_each, skewness_of, skewness_of_each


class Estimate(NamedTuple):
    """A figure and its confidence interval; None is undefined or unknown, inf later than the horizon."""

    value: float | None
    lower: float | None
    upper: float | None


UNDEFINED = Estimate(None, None, None)


class Ratios(NamedTuple):
    """Ratios of sums ΣG / ΣN and how far their bounds lie below and above, nan where nothing is known; with
    ΣG, ΣN, and m, the number of replications with anything to divide by. Columns of any one shape.
    """

    value: Float
    below: Float
    above: Float
    over: Float
    under: Float
    informed: Int


def ratios_of(sums: Moments, confidence: float) -> Ratios:
    """√(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄, Student, m − 1, further on the side of the long tail (`reach`)."""
    known = (sums.denominator > 0) & (sums.informed >= 2)
    m = np.where(known, sums.informed, 2).astype(np.float64)
    skewness = skewness_of_each(sums.residual_squares(), sums.residual_cubes(), m)
    error = np.where(known, sums.standard_error(), np.nan)
    below, above = (reach * error for reach in reach_each(skewness, m, confidence))
    return Ratios(sums.ratio(), below, above, sums.numerator, sums.denominator, sums.informed)


def ratio_estimates(
    measure: Measure, ratios: Ratios, confidence: float, days: Float | None = None
) -> list[Estimate]:
    """One estimate a cell of a row of ratios. `days` says for each cell on how many days, of all replications
    together, there was anything to divide by (by default on one a replication).
    """
    days = ratios.informed.astype(np.float64) if days is None else days
    value, above = ratios.value * measure.scale, ratios.above * measure.scale
    known = np.isfinite(ratios.below)
    if measure.unseen_adds:
        for one in np.flatnonzero(known).tolist():
            above[one] = max(above[one], measure.unseen_adds * unseen(days[one], confidence))
    most = 1.0 if measure.unit == "share" else math.inf
    lower = np.maximum(measure.least, value - ratios.below * measure.scale)
    upper = np.minimum(most, value + above)
    if measure.chance == "share":
        for one in np.flatnonzero(known & (ratios.over == ratios.under)).tolist():
            lower[one], upper[one] = 1 - unseen(days[one], confidence), 1.0
    if measure.chance != "fixed":
        for one in np.flatnonzero(known & (ratios.over == measure.least * ratios.under)).tolist():
            bound = bound_unseen(measure, float(ratios.under[one]), float(days[one]), confidence)
            lower[one], upper[one] = value[one], math.nan if bound is None else bound
    return estimates(value, lower, upper)


def estimates(*columns: Float) -> list[Estimate]:
    """Values, lower and upper bounds as estimates; nan is None."""
    told = (np.where(np.isnan(column), None, column).tolist() for column in columns)  # type: ignore[call-overload]
    return list(map(Estimate._make, zip(*told, strict=True)))


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
    """The waits of many cells, pooled: those of cell *c* are `Waits` of the rows from ``first[c]`` up to
    ``first[c + 1]`` of ``bins`` and ``cumulated``, which goes on from one cell to the next. ``of`` and
    ``informed`` have one entry a cell, and ``row`` says which row of ``below`` it is.
    """

    first: Int
    bins: Int
    cumulated: Int
    of: Float
    informed: Int
    below: Below
    row: Int

    def cell(self, number: int) -> Waits:
        """The waits of one cell."""
        begin, after = self.first[number : number + 2].tolist()
        before = self.cumulated[begin - 1] if begin else 0
        steps = np.arange(self.below.steps)
        seen = self.below.seen_at(np.full_like(steps, self.row[number]), steps)
        return Waits(
            self.bins[begin:after],
            self.cumulated[begin:after] - before,
            float(self.of[number]),
            int(self.informed[number]),
            seen.ratio(),
            seen.residual_squares(),
            seen.residual_cubes(),
        )


def quantile_estimates(probability: float, waits: ManyWaits, confidence: float) -> list[Estimate]:
    """One estimate a cell: the quantile of pooled waits in seconds, and its interval from the distribution
    function's (Woodruff 1952).

    With q the quantile and s the standard error over replications of the pooled distribution function at q
    (the infinitesimal jackknife, Jaeckel 1972), the bounds are the quantiles at p ± t·s, further on the side
    of the long tail (`margins`). A bound beyond all waits that ended is inf if some were open, and unknown
    otherwise.

    Why not recompute the quantile without each replication in turn: a quantile is no smooth function of the
    sample, and that jackknife misses its level. Measured, 1,000 runs of 20 replications at 95%: with 3, 30
    and 300 waits a replication it covers the median in 86%, 93% and 95%, the 99th percentile in 69%, 81%
    and 88% of runs.
    """
    of = waits.of
    value = _quantiles(waits, np.arange(len(of)), np.full(len(of), probability))
    lower, upper = np.full_like(value, np.nan), np.full_like(value, np.nan)
    cells = np.flatnonzero((of > 0) & (waits.informed >= 2))
    if len(cells):
        share, error, skewness = _at_quantiles(waits, cells, probability)
        m = waits.informed[cells].astype(np.float64)
        down, up = margins_each(probability, share, error, skewness, m, confidence)
        lower[cells] = np.where(probability <= down, 0.0, _quantiles(waits, cells, probability - down))
        ended = np.append(0, waits.cumulated)[waits.first]
        later = np.where(np.diff(ended)[cells] < of[cells], np.inf, np.nan)
        upper[cells] = np.where(probability + up <= 1, _quantiles(waits, cells, probability + up), later)
    return estimates(np.where(of > 0, value, np.nan), lower, upper)


def _places(waits: ManyWaits, cells: Int, probabilities: Float) -> Int:
    """`place_of` in each of the cells, as a row of all: the first behind its own if there is none."""
    begin, after = waits.first[cells], waits.first[cells + 1]
    before = np.append(0, waits.cumulated)[begin]
    wanted = np.ceil(probabilities * waits.of[cells] * (1 - SLACK)).astype(np.int64)
    return np.clip(np.searchsorted(waits.cumulated, before + wanted), begin, after)


def _quantiles(waits: ManyWaits, cells: Int, probabilities: Float) -> Float:
    """`quantile_of` in each of the cells."""
    place = _places(waits, cells, probabilities)
    there = place < waits.first[cells + 1]
    found = np.full(len(cells), np.inf)
    found[there] = [middle_s(one) for one in waits.bins[place[there]].tolist()]
    return found


def _at_quantiles(waits: ManyWaits, cells: Int, probability: float) -> tuple[Float, Float, Float]:
    """`at_quantile` in each of the cells."""
    place = _places(waits, cells, np.full(len(cells), probability))
    there = place < waits.first[cells + 1]
    last = waits.below.steps - 1
    above = np.full(len(cells), last)
    above[there] = threshold_of(waits.bins[place[there]])
    below = np.where(there, np.maximum(above - 1, 0), last)
    lower, upper = (waits.below.seen_at(waits.row[cells], step) for step in (below, above))
    low, high = lower.ratio(), upper.ratio()
    share = high.copy()
    before = np.append(0, waits.cumulated)[waits.first[cells[there]]]
    share[there] = (waits.cumulated[place[there]] - before) / waits.of[cells[there]]
    straight = (high <= low) | (above == 0)
    part = np.clip((share - low) / np.where(straight, 1.0, high - low), 0.0, 1.0)
    part[straight] = 1.0
    squares = lower.residual_squares() * (1 - part) + upper.residual_squares() * part
    cubes = lower.residual_cubes() * (1 - part) + upper.residual_cubes() * part
    m = waits.informed[cells].astype(np.float64)
    error = np.sqrt(squares * m / (m - 1)) / waits.of[cells]
    return share, error, skewness_of_each(squares, cubes, m)
