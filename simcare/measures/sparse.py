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
    count: NDArray[np.integer[Any]]

    @staticmethod
    def of(keys: Int, rows: int, kernels: Any = None) -> Sparse:
        """The counts of keys, row × `BINS` + bin, one each, in any order."""
        if kernels is not None:
            return Sparse(*kernels.pooling.tally(keys, rows))
        key, count = np.unique(keys, return_counts=True)
        return Sparse._by_row(key, count, rows)

    @staticmethod
    def below(parts: Sequence[Sparse]) -> Sparse:
        """The rows of all parts, one part below the other."""
        begins = np.cumsum([0, *(len(part.bin) for part in parts)])
        first = [part.first[:-1] + begin for part, begin in zip(parts, begins[:-1], strict=True)]
        bins, counts = ([part.bin for part in parts], [part.count for part in parts])
        return Sparse(np.concatenate([*first, begins[-1:]]), np.concatenate(bins), np.concatenate(counts))

    @staticmethod
    def sum(parts: Sequence[Sparse], kernels: Any = None) -> Sparse:
        """The counts of all parts together; their order does not matter."""
        ordered = sorted(parts, key=lambda part: len(part.bin), reverse=True)
        while len(ordered) > 1:  # the short ones first, so that the long one is gone through once
            last = ordered.pop()
            ordered[-1] = ordered[-1]._merged(last, kernels)
        return ordered[0]

    def added(self, row_first: Int, rows: Int, kernels: Any = None) -> tuple[Int, NDArray[np.uint16], Int]:
        """Sums of rows: number *r* is that of the rows from ``row_first[r]`` up to ``row_first[r + 1]`` of
        `rows`. Where each begins, its bins and its counts, cumulated from one to the next.
        """
        if kernels is not None:
            found: tuple[Int, NDArray[np.uint16], Int] = kernels.pooling.add_rows(
                self.first, self.bin, self.count, row_first, rows
            )
            return found
        begins, ends = self.first[rows], self.first[rows + 1]
        size = ends - begins
        shift = np.repeat(begins - np.append(0, np.cumsum(size)[:-1]), size)
        at = np.arange(len(shift)) + shift
        sums = np.repeat(np.repeat(np.arange(len(row_first) - 1), np.diff(row_first)), size)
        both = Sparse._by_row(*_summed(sums * BINS + self.bin[at], self.count[at]), len(row_first) - 1)
        return both.first, both.bin, np.cumsum(both.count, dtype=np.int64)

    def _merged(self, other: Sparse, kernels: Any) -> Sparse:
        kind = _kind(int(self.count.max(initial=0)) + int(other.count.max(initial=0)))
        counts = [part.count.astype(kind, copy=False) for part in (self, other)]
        if kernels is not None:
            mine, theirs = ((part.first, part.bin) for part in (self, other))
            return Sparse(*kernels.pooling.merge(*mine, counts[0], *theirs, counts[1]))
        count = np.concatenate(counts)
        both = _summed(np.concatenate([self._keys(), other._keys()]), count)
        return Sparse._by_row(*both, len(self.first) - 1)

    def _keys(self) -> Int:
        keys: Int = np.repeat(BINS * np.arange(len(self.first) - 1), np.diff(self.first)) + self.bin
        return keys

    @staticmethod
    def _by_row(key: Int, count: Int, rows: int) -> Sparse:
        first = np.searchsorted(key, BINS * np.arange(rows + 1))
        short: NDArray[np.integer[Any]] = count.astype(_kind(int(count.max(initial=0))), copy=False)
        return Sparse(first, (key % BINS).astype(np.uint16), short)


def _kind(most: int) -> type[np.int32] | type[np.int64]:
    """Whole numbers that are long enough for a count."""
    return np.int32 if most < 2**31 else np.int64


def _summed(key: Int, count: Int) -> tuple[Int, Int]:
    """Keys in order, each once, and their counts added up."""
    order = np.argsort(key, kind="stable")  # merges what is sorted already
    key, count = key[order], count[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    return key[first], np.add.reduceat(count, first) if len(first) else count
