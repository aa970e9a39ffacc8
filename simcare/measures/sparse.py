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
    ``first[r]`` up to ``first[r + 1]`` of ``bin``, in order, and ``count``.

    What is not there is 0; the total is not there either, it is the sum of the days, nor is a single day, the
    sum of its intervals. Whole numbers are as short as they can be: a long run has millions of counts, and
    they are sent from one process to another.
    """

    first: Int
    bin: NDArray[np.uint16]
    count: NDArray[np.int32]

    @staticmethod
    def of(keys: Int, kernels: Any = None) -> Sparse:
        """The counts of keys, row × `BINS` + bin, one each, in any order."""
        rows = int(keys.max(initial=-1)) // BINS + 1
        if kernels is not None:
            return Sparse(*kernels.pooling.tally(keys, rows))
        key, count = np.unique(keys, return_counts=True)
        return Sparse._by_row(key, count, rows)

    @staticmethod
    def sum(parts: Sequence[Sparse], kernels: Any = None) -> Sparse:
        """The counts of all parts together; their order does not matter."""
        ordered = sorted(parts, key=lambda part: len(part.bin), reverse=True)
        while len(ordered) > 1:  # the short ones first, so that the long one is gone through once
            last = ordered.pop()
            ordered[-1] = ordered[-1]._merged(last, kernels)
        return ordered[0]

    def keys(self, begin: int, rows: int) -> tuple[Int, Int]:
        """Keys and counts in some rows, which are numbered from 0 on."""
        bounds = self.first[np.minimum(np.arange(begin, begin + rows + 1), len(self.first) - 1)]
        inside = slice(bounds[0], bounds[-1])
        key = np.repeat(BINS * np.arange(rows), np.diff(bounds)) + self.bin[inside]
        return key, self.count[inside].astype(np.int64)

    def within(self, begins: Sequence[int], rows: int) -> tuple[Int, Int]:
        """`keys` from any of `begins` on, added up."""
        found = [self.keys(begin, rows) for begin in begins]
        if len(found) == 1:
            return found[0]
        return _summed(*map(np.concatenate, zip(*found, strict=True)))

    def _merged(self, other: Sparse, kernels: Any) -> Sparse:
        if kernels is not None:
            mine, theirs = ((part.first, part.bin, part.count) for part in (self, other))
            return Sparse(*kernels.pooling.merge(*mine, *theirs))
        rows = max(len(self.first), len(other.first)) - 1
        both = zip(self.keys(0, rows), other.keys(0, rows), strict=True)
        return Sparse._by_row(*_summed(*map(np.concatenate, both)), rows)

    @staticmethod
    def _by_row(key: Int, count: Int, rows: int) -> Sparse:
        first = np.searchsorted(key, BINS * np.arange(rows + 1))
        return Sparse(first, (key % BINS).astype(np.uint16), count.astype(np.int32))


def _summed(key: Int, count: Int) -> tuple[Int, Int]:
    """Keys in order, each once, and their counts added up."""
    order = np.argsort(key, kind="stable")  # merges what is sorted already
    key, count = key[order], count[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    return key[first], np.add.reduceat(count, first) if len(first) else count
