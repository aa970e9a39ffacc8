"""Two plans that served the same customers, and several such comparisons at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from simcare.statistics.domain import column, columns
from simcare.statistics.interval import Interval, student
from simcare.statistics.ratio import mean
from simcare.theory.domain import share


@dataclass(frozen=True)
class Difference(Interval):
    """The interval of a difference, with its standard ``error``, Student's ``t`` = estimate / error, and the
    two-sided ``p_value`` of *no difference*.

    All three are None where the interval is.
    """

    error: float | None
    t: float | None
    p_value: float | None

    def __str__(self) -> str:
        return super().__str__() + ("" if self.p_value is None else f"; p = {self.p_value:.2g}")


def paired(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Difference:
    """How much greater a figure is under the first plan than under the second, replication by replication.

    `first` and `second`, shape (replications,): the figure under two plans on the same tapes, in the same
    order. What the days have in common falls out of the differences, and Student's paired t is taken of them
    (Gosset 1908; Law 2015, 10.2.1). With one pair, or differences that are all the same, nothing is known of
    their spread: there is no interval and no p-value. DomainError for columns of different length.

    Gosset's own data, hours of sleep gained with two drugs by ten patients:

    >>> dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> print(paired(laevo, dextro))
    1.58 (0.7001 to 2.46; 95% confidence, 10 replications); p = 0.0028
    """
    one, other = columns(first=first, second=second)
    found = mean(one - other, confidence)
    estimate, n = float((one - other).mean()), len(one)
    if found.half_width is None:
        return Difference(estimate, None, None, confidence, n, None, None, None)
    error = found.half_width / student(n, confidence)
    t = estimate / error
    p_value = float(2 * stdtr(n - 1, -abs(t)))
    return Difference(estimate, found.lower, found.upper, confidence, n, error, t, p_value)


def holm(p_values: Sequence[float] | ArrayLike) -> tuple[float, ...]:
    """The p-values of several tests, adjusted so that all may be read at once, in the order given.

    Reject where the adjusted value is at most α: the chance of rejecting even one true hypothesis is then
    at most α, however the tests depend on each other (Holm 1979). The k-th smallest of n is multiplied by
    n − k + 1, never falls below the one before and is at most 1. Never weaker than Bonferroni's n·p.
    DomainError for an empty list or a value outside [0, 1].

    Three plans against today's, at 5%: the last is not shown to differ, though alone it would be.

    >>> print(*holm([0.01, 0.002, 0.04]))
    0.02 0.006 0.04
    >>> print(*holm([0.01, 0.03, 0.04]))
    0.03 0.06 0.06
    """
    given = column("p_values", p_values)
    for value in given.tolist():
        share("p_values", value)
    n = len(given)
    order = np.argsort(given, kind="stable")
    stepped = np.maximum.accumulate(given[order] * np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return tuple(adjusted.tolist())
