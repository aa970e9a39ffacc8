"""How many waits there are at or below each threshold, and how that varies over replications.

From one threshold to the next the number stays the same unless there is a wait in between, and of some two
hundred thresholds few have one in a cell: only those are kept, and their moments are merged one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Float, Int
from simcare.measures.moments import Moments


@dataclass(frozen=True)
class Below:
    """The moments of numbers of waits at or below thresholds, over replications.

    ``at`` are the places, in order, where any replication has a wait, row × ``steps`` + threshold, and
    ``moments`` (places, 6) those of `Moments`, of the numerators and with the denominators: G, GG, GN, GGG,
    GGN and GNN. Up to the next place in a row they stay the same; before the first all are 0. The
    denominators are all waits of a row, open ones included: ``of`` has their moments.
    """

    steps: int
    at: Int
    moments: Float
    of: Moments

    @staticmethod
    def of_all(counts: NDArray[np.integer[Any]], of: Float) -> Below:
        """Of replications at hand, by the first axis: waits from one threshold to the next (replications,
        rows, steps), and all waits (replications, rows).
        """
        steps = counts.shape[-1]
        below = Moments.of_all(np.cumsum(counts, axis=-1, dtype=np.float64), of[..., np.newaxis])
        at = np.flatnonzero(counts.any(axis=0))
        return Below(steps, at, _columns(below, at), Moments.of_all(of, of))

    def merged(self, other: Below, kernels: Any = None) -> Below:
        """The moments of both together."""
        of = self.of.merged(other.of)
        if kernels is not None:
            a, b = self.of.replications, other.of.replications
            n = other.of.denominator / b - self.of.denominator / a
            nn = (a * other.of.denominator_squares - b * self.of.denominator_squares) / (a + b)
            at, moments = kernels.pooling.merge_below(
                self.steps, self.at, self.moments, other.at, other.moments,
                n, nn, a, b, a * b / (a + b), a * b * (a - b) / (a + b) ** 2,
            )  # fmt: skip
            return Below(self.steps, at, moments, of)
        at = np.union1d(self.at, other.at)
        rows, steps = np.divmod(at, self.steps)
        both = self.seen_at(rows, steps).merged(other.seen_at(rows, steps))
        return Below(self.steps, at, _columns(both, np.arange(len(at))), of)

    def seen_at(self, row: Int, threshold: Int) -> Moments:
        """The moments at some thresholds, of one row each."""
        wanted = row * self.steps + threshold
        place = np.searchsorted(self.at, wanted, side="right") - 1
        there = (place >= 0) & (self.at[place] >= row * self.steps) if len(self.at) else place >= 0
        found = np.zeros((len(wanted), 6))
        found[there] = self.moments[place[there]]
        numerator, squares, products, *cubes = found.T
        of = self.of.row(row)
        return Moments(
            of.replications,
            numerator,
            of.denominator,
            squares,
            products,
            of.denominator_squares,
            (cubes[0], cubes[1], cubes[2], of.cubes[3]),
            of.informed,
        )


def _columns(below: Moments, at: Int) -> Float:
    """What is kept of the moments, at some places of all."""
    columns = (below.numerator, below.numerator_squares, below.products, *below.cubes[:3])
    return np.stack([column.ravel()[at] for column in columns], axis=-1)
