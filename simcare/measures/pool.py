"""The Pool: the sums of one plan over replications, which every estimate is made from.

Only the totals and the windows asked for are kept by replication, for paired differences. Of days, intervals
and waits the pool holds sums and their spread, so its size does not grow with the number of contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.below import Below
from simcare.measures.counts import Counts, Whole, added_in
from simcare.measures.deviation import Powers
from simcare.measures.estimated import Estimated
from simcare.measures.frame import Float, Frame
from simcare.measures.moments import Moments
from simcare.measures.quantiles import ManyWaits, Waits
from simcare.measures.sparse import Sparse
from simcare.measures.sums import Sums

MANY = 8_000_000
"""Counts of waits, of 3 bytes: fewer are kept in parts, for all parts together are sooner summed up."""


class Kept(NamedTuple):
    """What is kept of every replication: of the cells that `Frame.kept_cells` names, and of the days.

    ``numerators`` and ``denominators`` (replications, series, kept); ``waits_at`` (replications, kinds,
    groups, kept, thresholds), waits from one threshold to the next, and ``waits_of`` (replications, kinds,
    groups, kept), all of them; ``powers`` (replications, kinds, groups, kept, 3); ``daily`` (replications,
    draws, days).
    """

    numerators: Float
    denominators: Float
    waits_at: NDArray[np.unsignedinteger[Any]]
    waits_of: Float
    powers: Float
    daily: Float


@dataclass(frozen=True)
class Pool:
    """The sums of one plan over replications in their order.

    ``sums`` and ``below`` are the moments of `Sums` and of the counts of waits at thresholds, ``powers``
    those of their powers; ``bins``, the counts of waits, and ``kept``, what is kept by replication, are in
    parts, so that they need not be copied whenever some more come.
    """

    sums: Moments
    below: Below
    powers: Powers
    bins: tuple[Sparse, ...]
    kept: tuple[Kept, ...]

    @property
    def replications(self) -> int:
        """How many replications the pool holds."""
        return self.sums.replications

    @cached_property
    def by_replication(self) -> Kept:
        """What is kept of all replications."""
        return (
            self.kept[0] if len(self.kept) == 1 else Kept(*map(np.concatenate, zip(*self.kept, strict=True)))
        )

    @staticmethod
    def of(sums: Sums, kept: Sequence[int] = (0,)) -> Pool:
        """The pool of some replications, of which these cells are kept."""
        return Pool.of_all([sums], kept)

    @staticmethod
    def of_all(parts: Sequence[Sums], kept: Sequence[int], kernels: Any = None) -> Pool:
        """The pool of all replications of some sums in their order, of which these cells are kept.

        With `kernels`, the module `simcare.measures.kernels`, it is the same and takes less time.
        """
        cells = list(kept)
        numerators = _joined([one.numerators for one in parts])
        denominators = _joined([one.denominators for one in parts])
        waits = Counts.joined([one.waits for one in parts])
        below, at = waits.below(cells, kernels)
        powers = _joined([one.powers for one in parts])
        return Pool(
            Moments.of_all(numerators, denominators),
            below,
            Powers.of_all(powers),
            (waits.sparse(),),
            (
                Kept(
                    numerators[:, :, cells],
                    denominators[:, :, cells],
                    _shortest(at),
                    waits.of[:, :, :, cells],
                    powers[:, :, :, cells],
                    _joined([one.daily for one in parts]),
                ),
            ),
        )

    @staticmethod
    def sum(parts: Sequence[Pool], kernels: Any = None) -> Pool:
        """The pools one after the other, in the order of their replications, which decides the last bit.

        `kernels` as for `of_all`.
        """
        sums, below, powers = parts[0].sums, parts[0].below, parts[0].powers
        for part in parts[1:]:
            sums, below = sums.merged(part.sums), below.merged(part.below, kernels)
            powers = powers.merged(part.powers)
        bins = [one for part in parts for one in part.bins]
        return Pool(
            sums, below, powers, _compacted(bins, kernels), tuple(one for part in parts for one in part.kept)
        )

    def days_seen(self, frame: Frame) -> Float:
        """For each row of sums and cell, on how many days of all replications there was anything to measure.

        Of an interval of the day it is not kept on which days: at most on as many as of the whole day, as the
        interval can have had, and as its denominator amounts to; but at least on one in each replication in
        which there was any.
        """
        informed = self.sums.informed.astype(np.float64)
        of_days = informed[:, 1 : 1 + frame.days].sum(axis=1)
        most = np.minimum(informed * frame.days_in_cell, np.maximum(self.sums.denominator, 1.0))
        days = np.minimum(most, np.maximum(of_days[:, np.newaxis], informed))
        days[:, 0], days[:, 1 : 1 + frame.days] = of_days, informed[:, 1 : 1 + frame.days]
        return np.asarray(days)

    def waits(self, frame: Frame, kind: int, group: int, cell: int) -> Waits:
        """The pooled waits of one cell."""
        groups = 1 + frame.groups + len(frame.shared)
        return self.many_waits(frame).row((kind * groups + group) * frame.cells + cell)

    def many_waits(self, frame: Frame, kernels: Any = None) -> ManyWaits:
        """The pooled waits of every kind, group and cell, in this order. Group 0 is all contact types
        together, then come the types, the teams if they are wanted, and the types of each shared promise.
        """
        if not self._waits_found:
            found = Sparse.sum(self.bins, kernels).added(*added_in(frame)[:2], kernels)
            np.cumsum(found.count, out=found.count)  # in its place: there may be millions
            self._waits_found.append(ManyWaits(found.first, found.bin, found.count, self.below))
        return self._waits_found[0]

    @cached_property
    def _waits_found(self) -> list[ManyWaits]:
        return []

    def estimated(self, frame: Frame, confidence: float) -> Estimated:
        """The estimates of every figure."""
        if confidence not in self._estimated:
            self._estimated[confidence] = Estimated(frame, self, confidence)
        return self._estimated[confidence]

    @cached_property
    def _estimated(self) -> dict[float, Estimated]:
        return {}


def _joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _compacted(parts: list[Sparse], kernels: Any) -> tuple[Sparse, ...]:
    """Counts in parts, summed up once the later ones are many and outweigh the first: each is summed a few
    times only.
    """
    if sum(len(part.bin) for part in parts[1:]) < max(len(parts[0].bin), MANY):
        return tuple(parts)
    return (Sparse.sum(parts, kernels),)


def _shortest(counts: Whole) -> NDArray[np.unsignedinteger[Any]]:
    """Counts as whole numbers of as few bytes as will do."""
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))
