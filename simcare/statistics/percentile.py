"""Quantiles of what was pooled over replications, with an interval that counts replications, not messages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from simcare.errors import DomainError
from simcare.statistics.domain import Float, inside
from simcare.statistics.interval import Interval, student, unseen
from simcare.statistics.ratio import error_of, linearised, skewness_of_values
from simcare.statistics.skewness import each_once, reach, reach_each, students

SLACK = 1e-12
"""A share that rounding puts this much above p, relatively, still counts as p."""

T = TypeVar("T")


def percentile(
    probability: float,
    replications: Sequence[ArrayLike],
    confidence: float = 0.95,
    least: float | None = None,
    skewed: bool = False,
) -> Interval:
    """The quantile of all values of all replications together, and its interval (Woodruff 1952).

    The quantile q is the least value that a share of at least `probability` of all values does not exceed.
    The share at or below q is a ratio of sums over replications, with standard error s (delta method). The
    bounds are the quantiles at p − t·s and p + t·s, Student's t with m − 1 degrees of freedom. Where the
    share is 0 or 1 throughout, the half-width is that of what was never seen, `unseen`.

    Parameters
    ----------
    probability
        p, between 0 and 1: 0.9 for the 90th percentile.
    replications
        one list of values each, in any unit, of any length; an empty one says nothing. inf stands for a value
        that is greater than can be told: a wait that was not over at the end. A quantile that falls there
        is inf.
    confidence
        of the interval, between 0 and 1.
    least
        the smallest value there can be (0 for waits): the lower bound where the data give none. Without it
        that bound is None.
    skewed
        reach further on the side of the long tail, as `simcare.run` does; see `mean`.

    An upper bound beyond all values is inf if some were inf, and None otherwise. Raises DomainError for nan
    or −inf among the values, and for numbers outside their domain.

    Waits in minutes on four days; the third was a bad one, and one customer still waits:

    >>> days = [[0, 2, 3], [1, 1, 4, 6], [5, 9, 12, 20, float("inf")], [2, 3, 4]]
    >>> print(percentile(0.5, days, least=0))
    4 (0 to inf; 95% confidence, 4 replications)
    """
    given = [_values(one) for one in replications]
    everything = np.sort(np.concatenate([np.empty(0), *given]))
    ended = everything[np.isfinite(everything)]
    values, first = np.unique(ended, return_index=True)
    cumulated = np.append(first[1:], len(ended))[: len(values)]

    def at_or_below(value: float) -> Float:
        return np.array([np.count_nonzero(one <= value) for one in given], dtype=np.float64)

    of = np.array([len(one) for one in given], dtype=np.float64)
    return _quantile(probability, values, cumulated, of, at_or_below, confidence, least, skewed)


def percentile_of_counts(
    probability: float,
    values: ArrayLike,
    counts: ArrayLike,
    confidence: float = 0.95,
    least: float | None = None,
    skewed: bool = False,
) -> Interval:
    """The same from counts: how often each value was seen in each replication.

    `values`, shape (values,), in ascending order; the last may be inf. `counts`, shape (replications,
    values), whole numbers or weights of at least 0. All else as for `percentile`, DomainError included. So
    data can be kept as counts on a grid, and added up.

    >>> print(percentile_of_counts(0.9, [1, 2, 5, 10], [[40, 40, 15, 5], [35, 45, 10, 10], [45, 44, 9, 2]]))
    5 (2 to unknown; 95% confidence, 3 replications)
    """
    at, given = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if at.ndim != 1 or not (np.diff(at) > 0).all() or np.isnan(at).any() or (at == -math.inf).any():
        raise DomainError("values: expected numbers in ascending order, each once")
    if given.ndim != 2 or given.shape[1] != len(at):
        raise DomainError(
            f"counts: expected a row a replication of {len(at)} counts, got shape {given.shape}"
        )
    if not (np.isfinite(given).all() and (given >= 0).all()):
        raise DomainError("counts: expected finite numbers of at least 0")
    ends = int(np.isfinite(at).sum())
    below = np.cumsum(given, axis=1)

    def at_or_below(value: float) -> Float:
        return below[:, int(np.searchsorted(at, value))]

    pooled = below.sum(axis=0)[:ends]
    return _quantile(
        probability, at[:ends], pooled, given.sum(axis=1), at_or_below, confidence, least, skewed
    )


def _quantile(
    probability: float,
    values: Float,
    cumulated: ArrayLike,
    of: Float,
    at_or_below: Callable[[float], Float],
    confidence: float,
    least: float | None,
    skewed: bool,
) -> Interval:
    inside("probability", probability)
    inside("confidence", confidence)
    pooled = np.asarray(cumulated, dtype=np.float64)
    total, informed = float(of.sum()), of > 0
    m = int(informed.sum())
    if not m:
        return Interval(None, None, None, confidence, 0)

    def quantile(p: float) -> float:
        place = place_of(p, pooled, total)
        return float(values[place]) if place < len(values) else math.inf

    found = quantile(probability)
    if m < 2:
        return Interval(found, None, None, confidence, m)
    at = float(values[-1]) if math.isinf(found) and len(values) else found
    below = at_or_below(at)[informed] if len(values) else np.zeros(m)
    share, residuals = linearised(below, of[informed])
    skewness = skewness_of_values(residuals) if skewed else 0.0
    beside = margins(probability, share, error_of(residuals), skewness, m, confidence)
    later = math.inf if not len(pooled) or pooled[-1] < total else None
    lower, upper = read_back(probability, beside, quantile, least, later)
    return Interval(found, lower, upper, confidence, m)


def _values(values: ArrayLike) -> Float:
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1 or np.isnan(given).any() or (given == -math.inf).any():
        raise DomainError("replications: expected a flat list of numbers (or inf) for each replication")
    return given


# --- what they are made of, for counts at hand --------------------------------------------------------------


def place_of(probability: float, cumulated: ArrayLike, of: float) -> int:
    """The first cumulated count that is at least a share `probability` of all; behind the last if none is."""
    return int(np.searchsorted(np.asarray(cumulated), probability * of * (1 - SLACK)))


def margins(
    probability: float, share: float, error: float, skewness: float, informed: int, confidence: float
) -> tuple[float, float]:
    """How far below and above p the distribution function is to be read back for the bounds of a quantile.

    At the quantile it was found to be `share`, with a standard error and a skewness over so many
    replications. If the truth there is greater by d, the true quantile is where it was found to be p − d: so
    what reaches above the share reaches below p, and the reverse. No share is below 0 or above 1: what
    skewness adds to Student's t never takes all the room that t leaves.
    """
    half = student(informed, confidence) * error
    if share >= 1 or share <= 0:
        half = max(half, unseen(informed, confidence))
        return half, half
    below, above = reach(skewness, informed, confidence)
    return _within(half, above * error, probability), _within(half, below * error, 1 - probability)


def margins_each(
    probability: Float, share: Float, error: Float, skewness: Float, informed: Float, confidence: float
) -> tuple[Float, Float]:
    """`margins` at each of many quantiles."""
    half = students(informed, confidence) * error
    below, above = reach_each(skewness, informed, confidence)
    down, up = (
        _within_each(half, above * error, probability),
        _within_each(half, below * error, 1 - probability),
    )
    certain = (share >= 1) | (share <= 0)
    never = each_once(lambda one: unseen(one, confidence), informed[certain])
    down[certain] = up[certain] = np.maximum(half[certain], never)
    return down, up


def _within(half: float, skewed: float, room: float) -> float:
    """`skewed` where it is close to `half`, but short of `room` however great; `half` if that has none."""
    more, left = skewed - half, room - half
    return half + more * left / (more + left) if more > 0 and left > 0 else half


def _within_each(half: Float, skewed: Float, room: Float) -> Float:
    more, left = skewed - half, room - half
    bent = (more > 0) & (left > 0)
    return half + np.where(bent, more * left / np.where(bent, more + left, 1.0), 0.0)


def read_back(
    probability: float, beside: tuple[float, float], quantile: Callable[[float], T], least: T, beyond: T
) -> tuple[T, T]:
    """The quantiles at p − down and p + up; `least` where there is no lower one, `beyond` where no upper."""
    down, up = beside
    lower = least if probability <= down else quantile(probability - down)
    return lower, quantile(probability + up) if probability + up <= 1 else beyond
