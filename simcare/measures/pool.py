"""The Pool: the sums of one plan over replications, and every estimate that is made from them.

Only the totals and the windows asked for are kept by replication, for paired differences. Of days, intervals
and waits the pool holds sums and their spread, so its size does not grow with the number of contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.measures.counts import Sparse, Whole
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
from simcare.measures.sums import Sums
from simcare.measures.waits import SPREADS


@dataclass(frozen=True)
class Pool:
    """The sums of one plan over replications in their order.

    ``sums`` and ``below`` are the moments of `Sums` and of the counts of waits at thresholds, ``powers``
    those of their powers; ``bins``, the counts of waits, in parts. By replication, of the cells that
    `Frame.kept_cells` names: ``numerators`` and ``denominators`` (replications, series, kept),
    ``waits_below`` (replications, kinds, groups, kept, thresholds), ``waits_of`` (replications, kinds,
    groups, kept, 1) and ``powers_of`` (replications, kinds, groups, kept, 3); and ``daily`` (replications,
    draws, days).
    """

    sums: Moments
    below: Moments
    powers: Powers
    bins: tuple[Sparse, ...]
    numerators: Float
    denominators: Float
    waits_below: Float
    waits_of: Float
    powers_of: Float
    daily: Float

    @property
    def replications(self) -> int:
        """How many replications the pool holds."""
        return self.sums.replications

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
        return Pool(
            Moments.of_all(numerators, denominators),
            _moments_of_counts(at, of, kernels),
            Powers.of_all(powers),
            (Sparse.of(_joined([one.waits.keys for one in parts]), kernels),),
            numerators[:, :, cells],
            denominators[:, :, cells],
            np.cumsum(at[:, :, :, cells], axis=-1, dtype=np.float32),
            of[:, :, :, cells].astype(np.float32),
            powers[:, :, :, cells],
            _joined([one.daily for one in parts]),
        )

    @staticmethod
    def sum(parts: Sequence[Pool], kernels: Any = None) -> Pool:
        """The pools one after the other, in the order of their replications, which decides the last bit.

        `kernels` as for `of_all`.
        """
        sums, below, powers = parts[0].sums, parts[0].below, parts[0].powers
        for part in parts[1:]:
            sums, below = sums.merged(part.sums), below.merged(part.below)
            powers = powers.merged(part.powers)
        columns = ("numerators", "denominators", "waits_below", "waits_of", "powers_of", "daily")
        return Pool(
            sums,
            below,
            powers,
            _compacted([bins for part in parts for bins in part.bins], kernels),
            *(np.concatenate([getattr(part, column) for part in parts]) for column in columns),
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
            below, place = self.below, (kind, group)
            self._waits_found[place] = ManyWaits(
                np.searchsorted(key, BINS * np.arange(frame.cells + 1)),
                key % BINS,
                np.cumsum(count),
                below.denominator[kind, group, :, 0],
                below.informed[kind, group, :, 0],
                *(column[place] for column in self._distribution),
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
    def _distribution(self) -> tuple[Float, Float, Float]:
        return self.below.ratio(), self.below.residual_squares(), self.below.residual_cubes()

    @cached_property
    def _all_counts(self) -> Sparse:
        return Sparse.sum(self.bins)

    def _counts(self, frame: Frame, kind: int, group: int) -> tuple[Int, Int]:
        """Sorted keys, cell × BINS + bin, and counts of one kind and group, in every cell."""
        groups: Sequence[int] = range(len(frame.types)) if group == 0 else [group - 1]
        if group > frame.groups:
            groups = frame.shared[group - frame.groups - 1].types
        size = frame.cells * BINS
        key, count = self._all_counts.within([(kind * frame.groups + one) * size for one in groups], size)
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
    if sum(len(part.key) for part in parts[1:]) < len(parts[0].key):
        return tuple(parts)
    return (Sparse.sum(parts, kernels),)


def _moments_of_counts(at: Whole, of: Float, kernels: Any = None) -> Moments:
    """The moments of counts at or below each threshold."""
    if kernels is None:
        return Moments.of_all(np.cumsum(at, axis=-1, dtype=np.float64), of)
    size, *shape, steps = at.shape
    found = kernels.moments_of_counts(at.reshape(size, -1, steps), of.reshape(size, -1))
    total, squares, products, *cubes = (one.reshape(*shape, steps) for one in found)
    ends = Moments.of_all(of, of)
    return Moments(
        size,
        total,
        ends.denominator,
        squares,
        products,
        ends.denominator_squares,
        (*cubes, ends.cubes[3]),
        ends.informed,
    )
