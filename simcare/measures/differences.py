"""Paired differences: how much a figure differs between two plans that served the same customers.

Replication i adds (Gᵢ − R Nᵢ) / N̄ to a ratio of sums, and something like it to a percentile and to a standard
deviation. What it adds to the difference is the difference of these values: what the plans share, the
customers of a good or a bad day, falls out. The interval is Student's paired t (Gosset 1908), further on the
side of the long tail (`reach`), and the p-value is the one that belongs to it.

Where two plans did the same in every replication, the difference is 0, and that is no proof that they always
do. It lies within what is unseen (see `intervals`), and never further out than the figures themselves may be
apart (`capped`).
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from simcare.measures.deviation import deviation_and_slope
from simcare.measures.frame import Float
from simcare.measures.intervals import Estimate, bound_unseen
from simcare.measures.measure import Measure, Tail
from simcare.measures.quantiles import Waits, at_quantile, between_thresholds, quantile_of
from simcare.measures.worst_days import added
from simcare.statistics.percentile import margins, read_back
from simcare.statistics.ratio import error_of, linearised, reach_of, skewness_of_values
from simcare.statistics.skewness import p_value


class Change(NamedTuple):
    """How much greater a figure is than another; None is undefined or unknown.

    ``p_value`` is that of *no difference*, two-sided. ``same`` says that the two did the same in every
    replication: then there is no p-value.
    """

    value: float | None
    lower: float | None
    upper: float | None
    p_value: float | None = None
    same: bool = False


DUST = 1e-12
"""What rounding may leave of a difference that is none, as a part of the figures."""

NO_CHANGE = Change(None, None, None)


class Totals(NamedTuple):
    """One measure of one plan in total, by replication: numerators and denominators."""

    over: Float
    under: Float

    def first(self, replications: int) -> Totals:
        """Those of the first so many replications."""
        return Totals(self.over[:replications], self.under[:replications])


def ratio_change(
    measure: Measure,
    first: Totals,
    second: Totals,
    confidence: float,
    days: float | None = None,
    times: float = 1.0,
) -> Change:
    """R₁ − `times` R₂ of two ratios of sums over the same replications, m − 1 degrees of freedom.

    m counts the replications in which either has anything to divide by. `days` says on how many days, of all
    replications together, there was (by default one a replication).
    """
    if not (first.under.sum() > 0 and second.under.sum() > 0):
        return NO_CHANGE
    informed = (first.under > 0) | (second.under > 0)
    ratios, values = zip(
        *(linearised(one.over[informed], one.under[informed]) for one in (first, second)), strict=True
    )
    dust = DUST * max(map(abs, ratios)) * measure.scale
    value = _but_for(dust, (ratios[0] - times * ratios[1]) * measure.scale)
    added = _but_for(dust, (values[0] - times * values[1]) * measure.scale)
    same = times == 1.0 and value == 0 and not np.any(added)
    if len(added) < 2:
        return Change(value, None, None, None, same)
    if not np.any(added):
        half = _half_unseen(measure, float(first.under.sum()), days or len(added), confidence)
        if half is None:
            return Change(value, None, None, None, same)
        known = None if same else float(abs(value) <= half)
        return Change(value, value - half, value + half, known, same)
    most = max(1.0, times) if measure.unit == "share" else math.inf
    return _paired(value, added, confidence, most)


def tail_change(which: Tail, first: Float, second: Float, confidence: float, times: float) -> Change:
    """The difference of a figure of the worst days, from days of shape (replications, draws, days)."""
    if not (first.size and second.size):
        return NO_CHANGE
    found = [added(which, days) for days in (first, second)]
    value = float(found[0].mean() - times * found[1].mean())
    values = found[0] - times * found[1] - value
    if len(values) < 2 or not np.any(values):
        return Change(value, None, None, None, times == 1.0 and np.array_equal(first, second))
    return _paired(value, values, confidence)


def quantile_change(
    probability: float,
    first: tuple[Waits, Totals],
    second: tuple[Waits, Totals],
    confidence: float,
    times: float = 1.0,
) -> Change:
    """Q₁ − `times` Q₂ of two quantiles of waits (s) over the same replications.

    Each comes with its pooled waits and, by replication, its waits at or below the thresholds. The
    residual of the distribution function at the quantile, over the density there, is what a replication
    adds to the quantile (Bahadur 1966); the density is read off the quantiles at p ± t·s.
    """
    quantiles, values = [], []
    for waits, totals in (first, second):
        if not waits.of > 0 or math.isinf(found := quantile_of(waits, probability)):
            return NO_CHANGE
        quantiles.append(found)
        enough = waits.informed > 1
        values.append(_quantile_values(probability, waits, totals, confidence) if enough else None)
    value = quantiles[0] - times * quantiles[1]
    if times == 1.0 and _same_waits(first, second):
        return Change(value, value, value, None, same=True)
    informed = (first[1].under[:, 0] > 0) | (second[1].under[:, 0] > 0)
    m = int(informed.sum())
    if m < 2 or values[0] is None or values[1] is None:
        return Change(value, None, None)
    return _paired(value, (values[0] - times * values[1])[informed] * (m / len(informed)), confidence)


def deviation_change(first: Float, second: Float, confidence: float, times: float = 1.0) -> Change:
    """The difference of two standard deviations (s), the second `times` a factor.

    Each comes as the sums of powers by replication, shape (replications, 3).
    """
    if not (first[:, 0].sum() > 0 and second[:, 0].sum() > 0):
        return NO_CHANGE
    informed = (first[:, 0] > 0) | (second[:, 0] > 0)
    m = int(informed.sum())
    found = [deviation_and_slope(one.sum(axis=0)) for one in (first, second)]
    value = (found[0][0] - times * found[1][0]) / 1000
    if times == 1.0 and np.array_equal(first, second):
        return Change(value, value, value, None, same=True)
    added = [one[informed] @ slope for one, (_, slope) in zip((first, second), found, strict=True)]
    return _paired(value, (added[0] - times * added[1]) * m / 1000, confidence)


def capped(change: Change, first: Estimate, second: Estimate) -> Change:
    """The change of plans that never differed, no further from 0 than their figures may be apart."""
    if not change.same or first.lower is None or second.lower is None:
        return change
    if first.upper is None or second.upper is None:
        return change
    lower, upper = first.lower - second.upper, first.upper - second.lower
    if change.lower is None or change.upper is None:
        return change._replace(lower=lower, upper=upper)
    return change._replace(lower=max(lower, change.lower), upper=min(upper, change.upper))


def _paired(value: float, added: Float, confidence: float, most: float = math.inf) -> Change:
    """The change to which the replications add these values, whose sum is 0."""
    m = len(added)
    if m < 2:
        return Change(value, None, None)
    below, above = reach_of(added, confidence)
    error = error_of(added)
    known = p_value(value / error, skewness_of_values(added), m) if error > 0 else float(value == 0)
    return Change(value, max(-most, value - below), min(most, value + above), known)


def _but_for(dust: float, values: Any) -> Any:
    """The values, but 0 where they are no more than dust."""
    return np.where(np.abs(values) <= dust, 0.0, values) if np.ndim(values) else values * (abs(values) > dust)


def _half_unseen(measure: Measure, under: float, days: float, confidence: float) -> float | None:
    if measure.chance in ("given", "fixed"):
        return 0.0
    return bound_unseen(measure, under, days, confidence)


def _same_waits(first: tuple[Waits, Totals], second: tuple[Waits, Totals]) -> bool:
    pairs = ((first[0].bins, second[0].bins), (first[0].cumulated, second[0].cumulated))
    by_replication = zip(first[1], second[1], strict=True)
    return all(np.array_equal(one, other) for one, other in (*pairs, *by_replication))


def _quantile_values(probability: float, waits: Waits, totals: Totals, confidence: float) -> Float | None:
    """What each replication adds to the quantile, or None where the density there cannot be told."""
    share, error, _ = at_quantile(waits, probability)
    half, _ = margins(probability, share, error, 0.0, waits.informed, confidence)
    lower, upper = read_back(probability, (half, half), partial(quantile_of, waits), -math.inf, math.inf)
    if half <= 0 or not math.isfinite(upper - lower) or upper <= lower:
        return None
    residuals = (totals.over - waits.share * totals.under) / totals.under.mean()
    at = between_thresholds(waits, probability, residuals)[1]
    values: Float = -at * (upper - lower) / (2 * half)
    return values
