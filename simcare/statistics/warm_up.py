"""How much of the beginning of a run is warm-up: MSER-5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simcare.statistics.domain import Float, column

BATCH = 5
"""Observations a batch: the 5 of MSER-5."""

LAST = 5
"""The last batches are never left alone: few values lie close together by chance (Hoad et al. 2010)."""


@dataclass(frozen=True)
class WarmUp:
    """How many ``observations`` to drop at the beginning, of how many; ``mean`` of those that stay.

    ``enough`` is False if the cut falls into the second half: then the run is too short to tell where its
    warm-up ends, and nothing should be read off it.
    """

    observations: int
    of: int
    mean: float

    @property
    def enough(self) -> bool:
        """Whether the run is long enough to tell."""
        return self.observations <= self.of / 2

    def __str__(self) -> str:
        if not self.enough:
            return f"the run is too short to tell its warm-up from {self.of} observations"
        return (
            f"drop the first {self.observations} of {self.of} observations; "
            f"the mean of the rest is {self.mean:.4g}"
        )


def mser5(series: ArrayLike) -> WarmUp:
    """How many observations to drop so that what stays has the least standard error for its mean.

    Marginal standard error rule on means of 5 (White 1997; White, Cobb & Spratt 2000): of the batch means
    Z₁ … Zₙ drop the first d with the least Σ_{j>d}(Z_j − Z̄_d)² / (n − d)². Dropping pays as long as it takes
    away more spread than data. Equal values of the rule: the fewest. It is advice, not proof: it sees what
    moves the mean, in a run that begins empty. Days that carry their backlog over are better begun with whole
    days of `clock.warm_up`.

    `series`: shape (time,), an output at even steps of time; or (replications, time), which is averaged over
    the replications first (Welch 1983) and shows the warm-up better. At least 50 observations, finite;
    an incomplete batch at the end is left out. DomainError otherwise.

    A queue that fills up over the first 40 minutes:

    >>> queue = [min(minute, 40) + minute % 3 for minute in range(400)]
    >>> print(mser5(queue))
    drop the first 40 of 400 observations; the mean of the rest is 41
    """
    given = np.asarray(series, dtype=np.float64)
    if given.ndim == 2 and len(given):
        given = given.mean(axis=0)
    values = column("series", given, at_least=BATCH * 2 * LAST)
    batches = values[: len(values) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    cut = int(np.argmin(_rule(batches)[: len(batches) - LAST]))
    dropped = cut * BATCH
    return WarmUp(dropped, len(values), float(values[dropped:].mean()))


def _rule(batches: Float) -> Float:
    """The rule for each number of batches dropped: squares of the rest about their mean over (number)²."""
    rest = np.arange(len(batches), 0, -1)
    centred = batches - batches.mean()  # so that the difference of sums below keeps its digits
    sums, squares = (np.cumsum(one[::-1])[::-1] for one in (centred, centred**2))
    rule: Float = np.maximum(squares - sums**2 / rest, 0.0) / rest**2
    return rule
