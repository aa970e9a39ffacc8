"""Counts of waits on the log grid, of one replication or of many.

Two things are kept of the waits of a cell. The counts themselves, sparse and exact, are pooled over
replications: quantiles come from them. The counts at or below a few thresholds are kept apart so that their
spread over replications, and with it the interval of a quantile, can be told without keeping every
replication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simcare.measures.contacts import Answered
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.grid import BINS, bin_of, threshold_of, thresholds
from simcare.measures.service import WAITS, waits_of


@dataclass(frozen=True)
class Sparse:
    """Counts by sorted key ((wait × types + type) × cells + cell) × BINS + bin.

    What is not there is 0; the total is not there either: it is the sum of the days.
    """

    key: Int
    count: Int

    @staticmethod
    def sum(parts: Sequence[Sparse]) -> Sparse:
        """The counts of all parts together; their order does not matter."""
        if len(parts) == 1:
            return parts[0]
        key = np.concatenate([part.key for part in parts])
        order = np.argsort(key, kind="stable")  # merges what is sorted already
        return Sparse(*_summed(key[order], np.concatenate([part.count for part in parts])[order]))

    def within(self, ranges: Sequence[tuple[int, int]]) -> tuple[Int, Int]:
        """Sorted bins and their counts, of all keys in one of the ranges [first, after)."""
        slices = [slice(*np.searchsorted(self.key, ends).tolist()) for ends in ranges]
        bins = np.concatenate([self.key[here] for here in slices]) % BINS
        order = np.argsort(bins, kind="stable")
        return _summed(bins[order], np.concatenate([self.count[here] for here in slices])[order])


@dataclass(frozen=True)
class Counts:
    """The waits of one replication.

    ``bins`` by type only; ``below``, shape (waits, groups, cells, thresholds), are the waits at or below
    each threshold and ``of``, shape (waits, groups, cells, 1), all of them, those not over at the end
    included. Group 0 is all types together.
    """

    bins: Sparse
    below: Float
    of: Float


def counted(frame: Frame, contacts: Answered) -> Counts:
    """The waits of one replication as counts."""
    types, cells, steps = len(frame.types), frame.cells, thresholds(frame.latest_ms)
    waits = waits_of(contacts)
    kind = np.broadcast_to(np.arange(len(WAITS))[:, np.newaxis], waits.shape)
    of_type = kind * types + contacts.type  # one number for each pair (wait, type)
    day, interval = np.divmod(contacts.slot, frame.intervals)

    over = contacts.finite(waits)
    bins = bin_of(waits[over])
    pair = of_type[over]
    day_of, interval_of = (
        np.broadcast_to(one, waits.shape)[over] for one in (1 + day, 1 + frame.days + interval)
    )
    in_cells = (pair * cells + day_of, pair * cells + interval_of)
    key, count = np.unique(np.concatenate([cell * BINS + bins for cell in in_cells]), return_counts=True)

    place = np.concatenate(in_cells) * steps + np.tile(threshold_of(bins), len(in_cells))
    counts = np.bincount(place, minlength=len(WAITS) * types * cells * steps)
    at = counts.reshape(len(WAITS), types, cells, steps).astype(np.float64)
    at[:, :, 0] = at[:, :, 1 : 1 + frame.days].sum(axis=2)
    below = np.cumsum(at, axis=-1)

    applies = waits >= 0
    slots = np.bincount(
        of_type[applies] * frame.slots + np.broadcast_to(contacts.slot, waits.shape)[applies],
        minlength=len(WAITS) * types * frame.slots,
    ).astype(np.float64)
    of = frame.in_cells(slots.reshape(len(WAITS), types, frame.slots))[..., np.newaxis]
    return Counts(Sparse(key, count.astype(np.int64)), _with_all(below), _with_all(of))


def _summed(key: Int, count: Int) -> tuple[Int, Int]:
    """Sorted keys without their doubles, whose counts are added up."""
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    return key[first], np.add.reduceat(count, first) if len(first) else count


def _with_all(by_type: Float) -> Float:
    """With the sum over all types set before the types."""
    return np.concatenate([by_type.sum(axis=1, keepdims=True), by_type], axis=1)
