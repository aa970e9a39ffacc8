"""The Pool: the sums of one plan over replications, and every estimate that is made from them.

Only the totals are kept by replication, for paired differences. Of days, intervals and waits the pool holds
sums and their spread, so its size does not grow with the number of contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simcare.measures.counts import Sparse
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.grid import BINS
from simcare.measures.intervals import Estimate, Waits, quantile_estimate, ratio_estimates
from simcare.measures.moments import Moments
from simcare.measures.registry import Measure
from simcare.measures.service import WAITS
from simcare.measures.sums import Sums


@dataclass(frozen=True)
class Pool:
    """The sums of one plan over replications in their order.

    ``sums`` and ``below`` are the moments of `Sums` and of the counts of waits at thresholds; ``bins``, the
    counts of waits, in parts. By replication, of the total cell only: ``numerators`` and ``denominators``
    (replications, series), ``waits_below`` (replications, waits, groups, thresholds) and ``waits_of``
    (replications, waits, groups, 1).
    """

    sums: Moments
    below: Moments
    bins: tuple[Sparse, ...]
    numerators: Float
    denominators: Float
    waits_below: Float
    waits_of: Float

    @property
    def replications(self) -> int:
        """How many replications the pool holds."""
        return self.sums.replications

    @staticmethod
    def of(sums: Sums) -> Pool:
        """The pool of a single replication."""
        waits = sums.waits
        return Pool(
            Moments.of(sums.numerators, sums.denominators),
            Moments.of(waits.below, waits.of),
            (waits.bins,),
            sums.numerators[np.newaxis, :, 0],
            sums.denominators[np.newaxis, :, 0],
            waits.below[np.newaxis, :, :, 0].astype(np.float32),
            waits.of[np.newaxis, :, :, 0].astype(np.float32),
        )

    @staticmethod
    def sum(parts: Sequence[Pool]) -> Pool:
        """The pools one after the other, in the order of their replications, which decides the last bit."""
        sums, below = parts[0].sums, parts[0].below
        for part in parts[1:]:
            sums, below = sums.merged(part.sums), below.merged(part.below)
        columns = ("numerators", "denominators", "waits_below", "waits_of")
        return Pool(
            sums,
            below,
            _compacted([bins for part in parts for bins in part.bins]),
            *(np.concatenate([getattr(part, column) for part in parts]) for column in columns),
        )

    def ratios(self, measure: Measure, frame: Frame, series: int, confidence: float) -> list[Estimate]:
        """The estimates of one row of sums, one a cell."""
        days = self.days_seen(frame, series)
        return ratio_estimates(measure, self.sums.row(series), confidence, days)

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

    def quantile(self, measure: Measure, frame: Frame, group: int, cell: int, confidence: float) -> Estimate:
        """The estimate of a percentile in one cell; group 0 is all contact types together."""
        waits = self.waits(frame, WAITS.index(measure.waits), group, cell)
        return quantile_estimate(measure.probability, waits, confidence)

    def waits(self, frame: Frame, kind: int, group: int, cell: int) -> Waits:
        """The pooled waits of one cell."""
        place = (kind, group, cell)
        if place not in self._waits_found:
            bins, counts = self._counts(frame, kind, group, cell)
            share, error = self._distribution
            self._waits_found[place] = Waits(
                bins,
                np.cumsum(counts),
                float(self.below.denominator[kind, group, cell, 0]),
                int(self.below.informed[kind, group, cell, 0]),
                share[place],
                error[place],
            )
        return self._waits_found[place]

    @cached_property
    def _waits_found(self) -> dict[tuple[int, int, int], Waits]:
        """The waits of the cells that were asked for: several percentiles are taken of each."""
        return {}

    @cached_property
    def _distribution(self) -> tuple[Float, Float]:
        return self.below.ratio(), self.below.standard_error()

    @cached_property
    def _all_counts(self) -> Sparse:
        return Sparse.sum(self.bins)

    def _counts(self, frame: Frame, kind: int, group: int, cell: int) -> tuple[Int, Int]:
        """Bins and counts of one cell, sorted by bin."""
        types = range(len(frame.types)) if group == 0 else [group - 1]
        first, cells = (1, frame.days) if cell == 0 else (cell, 1)  # the total is all days together
        begins = [((kind * len(frame.types) + of_type) * frame.cells + first) * BINS for of_type in types]
        return self._all_counts.within([(begin, begin + cells * BINS) for begin in begins])


def _compacted(parts: list[Sparse]) -> tuple[Sparse, ...]:
    """Counts in parts, summed up once the later ones outweigh the first: each is summed a few times only."""
    if sum(len(part.key) for part in parts[1:]) < len(parts[0].key):
        return tuple(parts)
    return (Sparse.sum(parts),)
