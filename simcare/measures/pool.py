"""The Pool: the sums of one plan over replications, and every estimate that is made from them.

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
from simcare.measures.counts import Whole
from simcare.measures.deviation import Powers, deviation_estimates
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.grid import BINS
from simcare.measures.intervals import (
    Estimate,
    ManyWaits,
    Ratios,
    Waits,
    quantile_estimates,
    ratio_estimates,
    ratios_of,
)
from simcare.measures.moments import Moments
from simcare.measures.registry import Measure
from simcare.measures.sparse import Sparse
from simcare.measures.sums import Sums
from simcare.measures.waits import SPREADS


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
        at = _joined([one.waits.at for one in parts])
        of = _joined([one.waits.of for one in parts])
        powers = _joined([one.powers for one in parts])
        size, steps = len(at), at.shape[-1]
        return Pool(
            Moments.of_all(numerators, denominators),
            Below.of_all(at.reshape(size, -1, steps), of.reshape(size, -1), kernels),
            Powers.of_all(powers),
            (Sparse.of(_joined([one.waits.keys for one in parts]), kernels),),
            (
                Kept(
                    numerators[:, :, cells],
                    denominators[:, :, cells],
                    _shortest(at[:, :, :, cells]),
                    of[:, :, :, cells],
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

    def ratios(self, measure: Measure, frame: Frame, series: int, confidence: float) -> list[Estimate]:
        """The estimates of one row of sums, one a cell."""
        if confidence not in self._ratios_found:
            self._ratios_found[confidence] = ratios_of(self.sums, confidence)
        row = Ratios._make(column[series] for column in self._ratios_found[confidence])
        return ratio_estimates(measure, row, confidence, self.days_seen(frame, series))

    def days_seen(self, frame: Frame, series: int) -> Float:
        """For each cell of a row of sums, on how many days of all replications there was anything to measure.

        Of an interval of the day it is not kept on which days: at most on as many as of the whole day, as the
        interval can have had, and as its denominator amounts to.
        """
        sums = self.sums.row(series)
        informed = sums.informed.astype(np.float64)
        of_days = informed[1 : 1 + frame.days].sum()
        most = np.minimum(informed * frame.days_in_cell, np.maximum(sums.denominator, 1.0))
        days = np.minimum(most, of_days)
        days[0], days[1 : 1 + frame.days] = of_days, informed[1 : 1 + frame.days]
        return np.asarray(days)

    def quantiles(self, measure: Measure, frame: Frame, group: int, confidence: float) -> list[Estimate]:
        """The estimates of a percentile, one a cell; group 0 is all contact types together, then come the
        types, the teams, and the types of each promise that is shared.
        """
        waits = self.many_waits(frame, frame.waits.index(measure.waits), group)
        return quantile_estimates(measure.probability, waits, 1 - (1 - confidence) / measure.misses)

    def deviations(self, measure: Measure, group: int, confidence: float) -> list[Estimate]:
        """The estimates of a standard deviation, one a cell; group 0 is all contact types together."""
        return deviation_estimates(self.powers, SPREADS.index(measure.waits), group, confidence)

    def waits(self, frame: Frame, kind: int, group: int, cell: int) -> Waits:
        """The pooled waits of one cell."""
        return self.many_waits(frame, kind, group).cell(cell)

    def many_waits(self, frame: Frame, kind: int, group: int) -> ManyWaits:
        """The pooled waits of every cell."""
        if (kind, group) not in self._waits_found:
            key, count = self._counts(frame, kind, group)
            first = (kind * (1 + frame.groups + len(frame.shared)) + group) * frame.cells
            rows = np.arange(first, first + frame.cells)
            of = self.below.of.row(rows)
            self._waits_found[kind, group] = ManyWaits(
                np.searchsorted(key, BINS * np.arange(frame.cells + 1)),
                key % BINS,
                np.cumsum(count),
                of.denominator,
                of.informed,
                self.below,
                rows,
            )
        return self._waits_found[kind, group]

    @cached_property
    def _ratios_found(self) -> dict[float, Ratios]:
        """All ratios of sums, by the confidence of their bounds."""
        return {}

    @cached_property
    def _waits_found(self) -> dict[tuple[int, int], ManyWaits]:
        """The waits that were asked for: several percentiles are taken of each."""
        return {}

    @cached_property
    def _all_counts(self) -> Sparse:
        return Sparse.sum(self.bins)

    def _counts(self, frame: Frame, kind: int, group: int) -> tuple[Int, Int]:
        """Sorted keys, cell × BINS + bin, and counts of one kind and group, in every cell."""
        groups: Sequence[int] = range(len(frame.types)) if group == 0 else [group - 1]
        if group > frame.groups:
            groups = frame.shared[group - frame.groups - 1].types
        begins = [(kind * frame.groups + one) * frame.cells for one in groups]
        key, count = self._all_counts.within(begins, frame.cells)
        # the total is all days together, and so is a single day all intervals
        missing, parts = (2, frame.intervals) if frame.days == 1 else (1, frame.days)
        begin, after = np.searchsorted(key, BINS * np.array([missing, missing + parts])).tolist()
        whole = np.bincount(key[begin:after] % BINS, count[begin:after]).astype(np.int64)
        bins = np.flatnonzero(whole)
        return (
            np.concatenate([*(cell * BINS + bins for cell in range(missing)), key]),
            np.concatenate([*[whole[bins]] * missing, count]),
        )


def _joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _compacted(parts: list[Sparse], kernels: Any) -> tuple[Sparse, ...]:
    """Counts in parts, summed up once the later ones outweigh the first: each is summed a few times only."""
    if sum(len(part.bin) for part in parts[1:]) < len(parts[0].bin):
        return tuple(parts)
    return (Sparse.sum(parts, kernels),)


def _shortest(counts: Whole) -> NDArray[np.unsignedinteger[Any]]:
    """Counts as whole numbers of as few bytes as will do."""
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))
