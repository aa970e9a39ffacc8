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
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from simcare.measures.frame import Float, Int
from simcare.measures.moments import Moments
from simcare.measures.registry import Measure
from simcare.statistics.interval import unseen
from simcare.statistics.skewness import each_once, reach_each, skewness_of_each


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


class Bounds(NamedTuple):
    """Estimates as columns of any one shape: nan where a figure is undefined, or a bound unknown."""

    value: Float
    lower: Float
    upper: Float


def ratio_bounds(
    measures: Sequence[Measure], ratios: Ratios, confidence: float, days: Float | None = None
) -> Bounds:
    """The estimates of rows of ratios (rows, cells), each of a measure. `days` says for each cell on how many
    days, of all replications together, there was anything to divide by (by default on one a replication).
    """
    days = ratios.informed.astype(np.float64) if days is None else days
    scale, least, adds, most = np.array(
        [
            (one.scale, one.least, one.unseen_adds, 1.0 if one.unit == "share" else math.inf)
            for one in measures
        ]
    ).T[..., np.newaxis]
    chance = np.array([one.chance for one in measures])[:, np.newaxis]
    value, above = ratios.value * scale, ratios.above * scale
    known = np.isfinite(ratios.below)
    adding = known & (adds > 0)
    added = np.broadcast_to(adds, above.shape)[adding] * unseen_each(days[adding], confidence)
    above[adding] = np.maximum(above[adding], added)
    lower = np.maximum(least, value - ratios.below * scale)
    upper = np.minimum(most, value + above)
    always = known & (chance == "share") & (ratios.over == ratios.under)
    lower[always], upper[always] = 1 - unseen_each(days[always], confidence), 1.0
    never = known & (chance != "fixed") & (ratios.over == least * ratios.under)
    lower[never], upper[never] = value[never], math.nan
    share = never & (chance == "share")
    upper[share] = unseen_each(days[share], confidence)
    count = never & ((chance == "count") | (chance == "given"))
    times = np.broadcast_to(scale, upper.shape)[count]
    upper[count] = _events_unseen(days[count], confidence) * days[count] / ratios.under[count] * times
    return Bounds(value, lower, upper)


def told(column: Float) -> list[Any]:
    """Numbers as Python's, nan as None; nested as the column is."""
    found: list[Any] = np.where(np.isnan(column), None, column).tolist()  # type: ignore[call-overload]
    return found


def unseen_each(days: Float, confidence: float) -> Float:
    """`unseen` of each number of days."""
    return each_once(lambda one: unseen(one, confidence), days)


def _events_unseen(days: Float, confidence: float) -> Float:
    return each_once(lambda one: -math.log1p(-unseen(one, confidence)), days)


def bound_unseen(measure: Measure, under: float, days: float, confidence: float) -> float | None:
    """The upper bound of a measure that was at its least on all days."""
    share = unseen(days, confidence)
    if measure.chance == "share":
        return share
    if measure.chance in ("count", "given"):
        return -math.log1p(-share) * days / under * measure.scale
    return None
