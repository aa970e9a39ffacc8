"""A figure and its confidence interval; the quantile behind it; what was never seen."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import stdtrit

from simcare.errors import DomainError
from simcare.statistics.domain import inside


@dataclass(frozen=True)
class Interval:
    """A figure and its two-sided confidence interval, in the unit of the data.

    ``estimate`` is None if it is undefined: there was nothing to measure. ``lower`` and ``upper`` are None
    if nothing is known of them, as with a single replication. ``replications`` counts those that had
    anything to say.

    >>> print(Interval(0.9, 0.85, 0.95, 0.95, 20))
    0.9 (0.85 to 0.95; 95% confidence, 20 replications)
    >>> print(Interval(0.9, None, None, 0.95, 1))
    0.9 (no interval from 1 replication)
    >>> print(Interval(None, None, None, 0.95, 0))
    undefined
    """

    estimate: float | None
    lower: float | None
    upper: float | None
    confidence: float
    replications: int

    @property
    def half_width(self) -> float | None:
        """How far the farther bound is from the estimate; None if either is unknown."""
        if self.estimate is None or self.lower is None or self.upper is None:
            return None
        return max(self.upper - self.estimate, self.estimate - self.lower)

    def __str__(self) -> str:
        if self.estimate is None:
            return "undefined"
        counted = f"{self.replications} replication{'s' * (self.replications != 1)}"
        if self.lower is None and self.upper is None:
            return f"{self.estimate:.4g} (no interval from {counted})"
        bounds = " to ".join("unknown" if one is None else f"{one:.4g}" for one in (self.lower, self.upper))
        return f"{self.estimate:.4g} ({bounds}; {self.confidence * 100:g}% confidence, {counted})"


def student(replications: int, confidence: float = 0.95) -> float:
    """The quantile of Student's t for a two-sided interval from so many replications (Gosset 1908).

    n − 1 degrees of freedom; DomainError for fewer than 2 replications.

    >>> round(student(20), 3)
    2.093
    """
    if not replications >= 2:
        raise DomainError(f"replications: expected at least 2, got {replications!r}")
    return float(stdtrit(replications - 1, (1 + inside("confidence", confidence)) / 2))


def unseen(days: float, confidence: float = 0.95) -> float:
    """The greatest share of days on which a thing may happen that was seen on none of so many.

    The upper bound of Clopper & Pearson (1934) at 0 of n: 1 − (α/2)^(1/n), so that n days without it have a
    chance of α/2. `days` above 0, DomainError otherwise. (One-sided at 95% and for many days, this is the
    rule of three: 3/n.)

    >>> round(unseen(20), 3)
    0.168
    >>> round(unseen(1000, confidence=0.90) * 1000, 2)
    2.99
    """
    if not days > 0:
        raise DomainError(f"days: expected a number above 0, got {days!r}")
    return float(1 - ((1 - inside("confidence", confidence)) / 2) ** (1 / days))
