"""Counts of waits on the log grid, of one replication or of many: sparse and exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Int
from simcare.measures.grid import BINS


@dataclass(frozen=True)
class Sparse:
    """Counts by row, (kind × groups + group) × cells + cell, and bin: those of row *r* stand from
    ``first[r]`` up to ``first[r + 1]`` of ``bin`` and ``count``. Until they are summed up a bin may stand
    there several times, and in any order.

    What is not there is 0; cells that are sums of others (`Frame.made_of`) are not there either. Whole
    numbers are as short as they can be: a long run has millions of counts, and they are sent from one process
    to another.
    """

    first: Int
    bin: NDArray[np.uint16]
    count: NDArray[np.integer[Any]]

    @staticmethod
    def of(first: Int, bins: NDArray[np.uint16]) -> Sparse:
        """Bins that count one each: those of row *r* stand from ``first[r]`` on."""
        return Sparse(first, bins, np.ones(len(bins), dtype=np.uint8))

    @staticmethod
    def below(parts: Sequence[Sparse]) -> Sparse:
        """The rows of all parts, one part below the other."""
        begins = np.cumsum([0, *(len(part.bin) for part in parts)])
        first = [part.first[:-1] + begin for part, begin in zip(parts, begins[:-1], strict=True)]
        bins, counts = ([part.bin for part in parts], [part.count for part in parts])
        return Sparse(np.concatenate([*first, begins[-1:]]), np.concatenate(bins), np.concatenate(counts))

    @staticmethod
    def sum(parts: Sequence[Sparse], kernels: Any = None) -> Sparse:
        """The counts of all parts together, each bin of a row once and in order."""
        size = len(parts[0].first) - 1
        rows = np.arange(len(parts) * size).reshape(len(parts), size).T
        row_first = len(parts) * np.arange(size + 1)
        found = Sparse.below(parts).added(row_first, rows.ravel(), kernels, in_order=False)
        kind = np.int32 if found.count.max(initial=0) < 2**31 else np.int64
        return Sparse(found.first, found.bin, found.count.astype(kind))

    def added(self, row_first: Int, rows: Int, kernels: Any = None, *, in_order: bool = True) -> Sparse:
        """Sums of rows: number *r* is that of the rows from ``row_first[r]`` up to ``row_first[r + 1]`` of
        `rows`, each bin once and in order, as it is in each of these rows if they are `in_order`. The counts
        are long whole numbers.
        """
        if kernels is not None:
            columns = self.first, self.bin, self.count
            return Sparse(*kernels.pooling.add_rows(*columns, row_first, rows, in_order))
        begins, ends = self.first[rows], self.first[rows + 1]
        size = ends - begins
        shift = np.repeat(begins - np.append(0, np.cumsum(size)[:-1]), size)
        at = np.arange(len(shift)) + shift
        sums = np.repeat(np.repeat(np.arange(len(row_first) - 1), np.diff(row_first)), size)
        key, count = _summed(sums * BINS + self.bin[at], self.count[at].astype(np.int64))
        first = np.searchsorted(key, BINS * np.arange(len(row_first)))
        return Sparse(first, (key % BINS).astype(np.uint16), count)


def _summed(key: Int, count: Int) -> tuple[Int, Int]:
    """Keys in order, each once, and their counts added up."""
    order = np.argsort(key, kind="stable")  # merges what is sorted already
    key, count = key[order], count[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    return key[first], np.add.reduceat(count, first) if len(first) else count
