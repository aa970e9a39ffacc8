"""How many replications a given precision needs."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from simcare.errors import DomainError
from simcare.statistics.domain import column, inside
from simcare.statistics.interval import student

MOST = 10**12
"""More replications than anybody will run: a precision that needs more is refused."""


def replications_needed(
    values: ArrayLike,
    *,
    absolute: float | None = None,
    relative: float | None = None,
    confidence: float = 0.95,
) -> int:
    """How many replications a mean needs to be known this closely, judged by those at hand (Law 2015, 9.4.1).

    The least i, not below the number n at hand, with t·s/√i ≤ ε, Student's t with i − 1 degrees of freedom
    and s the standard deviation of `values`. It is a forecast: s is itself an estimate, so look again when
    they are run.

    Parameters
    ----------
    values
        one figure a replication, at least two, finite.
    absolute
        ε, the half-width wanted, in the unit of the values, above 0; or
    relative
        γ, the relative error wanted, between 0 and 1: ε = abs(mean)·γ/(1 + γ), because an estimate that is
        off by γ/(1 + γ) of *itself* is off by γ of the truth. Exactly one of the two.
    confidence
        of the interval, between 0 and 1.

    Raises DomainError for numbers outside their domain, for a relative error of a mean of 0, and for a
    precision that would need more than 10¹² replications.

    >>> waits = [1.2, 3.1, 2.0, 1.7, 2.6, 1.9, 2.2, 1.4]
    >>> replications_needed(waits, absolute=0.25)
    27
    >>> replications_needed(waits, relative=0.10)
    47
    """
    given = column("values", values, at_least=2)
    inside("confidence", confidence)
    if (absolute is None) == (relative is None):
        raise DomainError("expected either an absolute or a relative precision")
    if absolute is not None:
        if not (absolute > 0 and math.isfinite(absolute)):
            raise DomainError(f"absolute: expected a finite number above 0, got {absolute!r}")
        wanted = float(absolute)
    else:
        gamma = inside("relative", relative or 0.0)
        wanted = abs(float(given.mean())) * gamma / (1 + gamma)
        if not wanted > 0:
            raise DomainError("relative: a mean of 0 has no relative error")
    deviation = float(given.std(ddof=1))

    def enough(i: int) -> bool:
        return student(i, confidence) * deviation / math.sqrt(i) <= wanted

    low = len(given)
    if enough(low):
        return low
    high = 2 * low
    while not enough(high):  # the half-width falls with i, so doubling and halving find the least
        low, high = high, 2 * high
        if high > MOST:
            raise DomainError(f"a half-width of {wanted:g} would need more than {MOST:.0e} replications")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
