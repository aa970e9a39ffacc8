"""Means and ratios of sums over replications, and differences of two of them."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from simcare.errors import DomainError
from simcare.statistics.domain import Float, column, columns, inside
from simcare.statistics.interval import Interval
from simcare.statistics.skewness import reach, skewness_of

Method = Literal["delta", "jackknife"]


def mean(values: ArrayLike, confidence: float = 0.95, skewed: bool = False) -> Interval:
    """The mean of one figure a replication, and its interval: x̄ ± t·s/√n, Student's t with n − 1.

    `values`, shape (replications,), finite. One value has no interval. Values that do not vary at all say
    nothing of their spread, so they have none either. DomainError for an empty list or values not finite.

    With `skewed`, as in `simcare.run`, the bound on the side of the long tail lies further out: a few days
    that happen to be good know little of the bad ones (Willink 2005; never closer than Student's t, see
    `simcare.statistics.skewness`).

    >>> print(mean([4.1, 5.0, 3.8, 4.6, 4.5]))
    4.4 (3.824 to 4.976; 95% confidence, 5 replications)
    >>> waits = [2, 1, 3, 2, 1, 2, 2, 3, 1, 13]
    >>> print(mean(waits))
    3 (0.4318 to 5.568; 95% confidence, 10 replications)
    >>> print(mean(waits, skewed=True))
    3 (0.4318 to 10.65; 95% confidence, 10 replications)
    """
    given = column("values", values)
    inside("confidence", confidence)
    estimate = float(given.mean())
    deviations = given - estimate if np.ptp(given) else np.zeros_like(given)
    return around(estimate, deviations, confidence, skewed)


def ratio(
    numerators: ArrayLike,
    denominators: ArrayLike,
    confidence: float = 0.95,
    method: Method = "delta",
    skewed: bool = False,
) -> Interval:
    """The ratio of sums R = ΣG / ΣN, one G and one N a replication, and its interval.

    A share of contacts, a mean wait and an occupancy are ratios of sums: the mean of daily ratios would count
    a contact of a quiet day for more than one of a busy day, and is another figure.

    Parameters
    ----------
    numerators, denominators
        shape (replications,), finite, denominators at least 0. A replication whose denominator is 0 says
        nothing and is left out; its numerator must be 0 too.
    confidence
        of the interval, between 0 and 1.
    method
        ``"delta"``: SE = √(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄ (Cochran 1977, 6.3), as everywhere in simcare.
        ``"jackknife"``: from the pseudo-values mR − (m − 1)R₍₋ᵢ₎, whose mean is the estimate, with less bias
        (Quenouille 1956, Tukey 1958). Both with Student's t, m − 1 degrees of freedom.
    skewed
        reach further on the side of the long tail, as `simcare.run` does; see `mean`.

    Raises DomainError for columns of different length, values outside their domain and unknown methods.

    Three days, of which the busy one went badly:

    >>> print(ratio([90, 95, 160], [100, 100, 200]))
    0.8625 (0.6555 to 1.069; 95% confidence, 3 replications)
    >>> print(ratio([90, 95, 160], [100, 100, 200], method="jackknife"))
    0.8486 (0.606 to 1.091; 95% confidence, 3 replications)
    """
    over, under = _checked(numerators, denominators)
    inside("confidence", confidence)
    if method not in ("delta", "jackknife"):
        raise DomainError(f"method: expected 'delta' or 'jackknife', got {method!r}")
    over, under = over[under > 0], under[under > 0]
    m = len(under)
    if not m:
        return Interval(None, None, None, confidence, 0)
    estimate, values = linearised(over, under)
    if m > 1 and method == "jackknife":
        without = (over.sum() - over) / (under.sum() - under)
        pseudo = m * estimate - (m - 1) * without
        estimate = float(pseudo.mean())
        values = pseudo - estimate
    return around(estimate, values, confidence, skewed)


def ratio_difference(
    first: tuple[ArrayLike, ArrayLike],
    second: tuple[ArrayLike, ArrayLike],
    confidence: float = 0.95,
    skewed: bool = False,
) -> Interval:
    """The difference of two ratios of sums over the same replications, paired.

    `first` and `second` are (numerators, denominators) of two plans that served the same customers,
    replication by replication, as `ratio` takes them. Replication i adds (Gᵢ − R Nᵢ) / N̄ to its plan's ratio;
    the standard error is that of the differences of these values (Cochran 1977, 6.3), Student's t with
    m − 1, and `skewed` as for `mean`. Where the plans never differed nothing is known of the
    spread: the interval is None. DomainError as for `ratio`, and if they are not as many of both.

    >>> print(ratio_difference(([90, 95, 160], [100, 100, 200]), ([88, 90, 150], [100, 100, 200])))
    0.0425 (0.00553 to 0.07947; 95% confidence, 3 replications)
    """
    pairs = _checked(*first), _checked(*second)
    inside("confidence", confidence)
    if len(pairs[0][0]) != len(pairs[1][0]):
        raise DomainError(
            "expected the same replications of both, got "
            f"{len(pairs[0][0])} of the first and {len(pairs[1][0])} of the second"
        )
    informed = (pairs[0][1] > 0) | (pairs[1][1] > 0)
    m = int(informed.sum())
    if not all(under.sum() > 0 for _, under in pairs):
        return Interval(None, None, None, confidence, m)
    ratios, values = zip(*(linearised(over[informed], under[informed]) for over, under in pairs), strict=True)
    return around(ratios[0] - ratios[1], values[0] - values[1], confidence, skewed)


# --- what they are made of, for numbers at hand -------------------------------------------------------------


def linearised(numerators: Float, denominators: Float) -> tuple[float, Float]:
    """The ratio R = ΣG / ΣN, and what each replication adds to it: (Gᵢ − R Nᵢ) / N̄, whose sum is 0."""
    found = float(numerators.sum() / denominators.sum())
    return found, (numerators - found * denominators) / denominators.mean()


def error_of(values: Float) -> float:
    """The standard error of an estimate to which the replications add these `values`, whose sum is 0."""
    m = len(values)
    return math.sqrt(float((values**2).sum()) / (m * (m - 1)))


def skewness_of_values(values: Float) -> float:
    """The adjusted skewness of such values."""
    return skewness_of(float((values**2).sum()), float((values**3).sum()), len(values))


def reach_of(values: Float, confidence: float, skewed: bool = True) -> tuple[float, float]:
    """How far below and above an estimate its bounds lie, to which the replications add such values."""
    below, above = reach(skewness_of_values(values) if skewed else 0.0, len(values), confidence)
    error = error_of(values)
    return below * error, above * error


def around(estimate: float, values: Float, confidence: float, skewed: bool) -> Interval:
    """The interval of an estimate to which the replications add `values`; none if these are all 0."""
    m = len(values)
    if m < 2 or not np.any(values):
        return Interval(estimate, None, None, confidence, m)
    below, above = reach_of(values, confidence, skewed)
    return Interval(estimate, estimate - below, estimate + above, confidence, m)


def delta_error(residual_squares: Any, informed: Any, denominator: Any) -> Float:
    """√(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄, by cell, of Σ(Gᵢ − R Nᵢ)², m and ΣN; nan where m is below 2."""
    spread = np.sqrt(residual_squares * divided(informed, np.maximum(informed - 1, 0)))
    return divided(spread, denominator)


def divided(over: Float, under: Float) -> Float:
    """over / under, cell by cell; nan where `under` is 0."""
    shape = np.broadcast_shapes(over.shape, under.shape)
    found: Float = np.full(shape, np.nan)
    np.divide(over, under, out=found, where=np.broadcast_to(under, shape) > 0)
    return found


def _checked(numerators: ArrayLike, denominators: ArrayLike) -> tuple[Float, Float]:
    over, under = columns(numerators=numerators, denominators=denominators)
    if (under < 0).any():
        raise DomainError(f"denominators: expected numbers of at least 0, got {under.min():g}")
    if (over[under == 0] != 0).any():
        raise DomainError(
            f"numerators: expected 0 where the denominator is 0, got {over[(under == 0) & (over != 0)][0]:g}"
        )
    return over, under
