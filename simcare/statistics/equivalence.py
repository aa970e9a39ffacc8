"""Are two plans, or two versions, as good as equal? Two one-sided tests."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.special import stdtr

from simcare.errors import DomainError
from simcare.statistics.domain import inside
from simcare.statistics.paired import paired


@dataclass(frozen=True)
class Equivalence:
    """The outcome of `tost`: the mean difference, and its interval of confidence 1 − 2α.

    ``p_value`` is the greater of the two one-sided tests; ``equivalent`` says whether it is at most
    ``alpha``, which is whether the interval lies within [``least``, ``most``]. Not equivalent means *not
    shown to be*. Interval, p-value and verdict are None if the differences do not vary.
    """

    estimate: float
    lower: float | None
    upper: float | None
    least: float
    most: float
    p_value: float | None
    alpha: float

    @property
    def equivalent(self) -> bool | None:
        """Whether the two are shown to differ by less than the margin."""
        return None if self.p_value is None else self.p_value <= self.alpha

    def __str__(self) -> str:
        margin = f"{self.least:.4g} to {self.most:.4g}"
        if self.p_value is None or self.lower is None or self.upper is None:
            return f"{self.estimate:.4g} in every pair (no test against a margin of {margin})"
        verdict = "equivalent" if self.equivalent else "not shown to be equivalent"
        return (
            f"{verdict}: {self.estimate:.4g} ({self.lower:.4g} to {self.upper:.4g}) against a margin of "
            f"{margin}; p = {self.p_value:.2g}"
        )


def tost(
    first: ArrayLike, second: ArrayLike, margin: float | tuple[float, float], alpha: float = 0.05
) -> Equivalence:
    """Two one-sided paired t-tests: is first − second surely within the margin (Schuirmann 1987)?

    A difference that is not significant is no proof of equality: too few replications hide any difference.
    Here the burden is turned round. The margin is what would not matter to anybody, in the unit of the data,
    fixed before looking; a chance of at most `alpha` remains that plans which differ by more pass.

    Parameters
    ----------
    first, second
        shape (replications,): the figure under both, pair by pair.
    margin
        above 0, for ±margin; or (least, most) with least < most, as where only one side has much room.
    alpha
        of each one-sided test, between 0 and 0.5.

    Raises DomainError for values outside their domain.

    >>> today, tuned = [0.81, 0.84, 0.79, 0.86, 0.82], [0.82, 0.84, 0.80, 0.85, 0.83]
    >>> print(tost(tuned, today, margin=0.02))
    equivalent: 0.004 (-0.004527 to 0.01253) against a margin of -0.02 to 0.02; p = 0.0081
    >>> tost(tuned, today, margin=0.01).equivalent
    False
    """
    least, most = margin if isinstance(margin, tuple) else (-margin, margin)
    if not least < most:
        raise DomainError(f"margin: expected a number above 0, or (least, most) in order, got {margin!r}")
    if not 0 < alpha < 0.5:
        raise DomainError(f"alpha: expected a number between 0 and 0.5, such as 0.05, got {alpha!r}")
    found = paired(first, second, inside("confidence", 1 - 2 * alpha))
    estimate, error = float(found.estimate or 0.0), found.error
    p_value = None
    if error is not None:
        freedom = found.replications - 1
        p_value = max(
            float(stdtr(freedom, (least - estimate) / error)),  # of a difference of `least` or less
            float(stdtr(freedom, (estimate - most) / error)),  # of one of `most` or more
        )
    return Equivalence(estimate, found.lower, found.upper, float(least), float(most), p_value, alpha)
