"""Counts of waits on the log grid.

The waits of some replications are kept as bins of the grid, sorted by cell and replication. Two things are
made of them. The counts themselves, sparse and exact, are pooled over replications (`sparse`): quantiles come
from them. The counts at or below a few thresholds are kept apart (`below`) so that their spread over
replications, and with it the interval of a quantile, can be told without keeping every replication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.below import Below
from simcare.measures.contacts import LATER, Short
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.grid import bin_of, first_of_bins, least_bins, threshold_of, thresholds
from simcare.measures.moments import Moments
from simcare.measures.sparse import Sparse
from simcare.measures.waits import BY_TEAM, NOBODY, Waited

Bins = NDArray[np.uint16]
Whole = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Counts:
    """The waits of some replications.

    The bins of row *r*, (kind × groups + group) × cells + cell, in replication *i* stand from ``first[r ×
    replications + i]`` up to the next of ``bin``; the groups are the contact types, and the teams where that
    is wanted. Cells that are sums of others (`Frame.made_of`) have none here. ``of``, shape (replications,
    kinds, sums, cells), are all the waits, those not over at the end included. Sum 0 is over all contact
    types; then come the groups, then the sums over the types of each of `Frame.shared`.
    """

    frame: Frame
    first: Int
    bin: Bins
    of: Float

    @staticmethod
    def joined(parts: Sequence[Counts]) -> Counts:
        """Those of all replications of the parts, in their order."""
        if len(parts) == 1:
            return parts[0]
        replications = [one.frame.replications for one in parts]
        frame = parts[0].frame.of(sum(replications))
        each = [np.diff(one.first).reshape(-1, size) for one, size in zip(parts, replications, strict=True)]
        sizes = np.concatenate(each, axis=1)
        first = np.append(0, np.cumsum(sizes))
        bins = np.empty(first[-1], dtype=np.uint16)
        begins = np.split(first[:-1].reshape(sizes.shape), np.cumsum(replications)[:-1], axis=1)
        for one, size, begin in zip(parts, each, begins, strict=True):
            moved = np.repeat(begin.ravel() - one.first[:-1], size.ravel())
            bins[moved + np.arange(len(one.bin))] = one.bin
        return Counts(frame, first, bins, np.concatenate([one.of for one in parts]))

    def sparse(self) -> Sparse:
        """The counts of all replications together."""
        return Sparse.of(self.first[:: self.frame.replications], self.bin)

    def below(self, kept: Sequence[int], kernels: Any = None) -> tuple[Below, Whole]:
        """The moments over replications; and of the cells that are `kept` the waits from one threshold to the
        next, (replications, kinds, sums, kept, thresholds).
        """
        added, steps = added_in(self.frame), thresholds(self.frame.latest_ms)
        size = len(self.of)
        of, shape = self.of.reshape(size, -1), (*self.of.shape[:-1], len(kept), steps)
        if kernels is not None:
            keeps = np.full(self.of.shape[1:], -1)
            keeps[..., kept] = np.arange(keeps[..., kept].size).reshape(shape[1:-1])
            at, moments, counts = kernels.pooling.moments_of_bins(
                self.first, self.bin, added.first, added.rows, added.alike, steps, keeps.ravel(), of
            )
            return Below(steps, at, moments, Moments.of_all(of, of)), counts.reshape(shape)
        rows = (len(self.first) - 1) // size
        row, one = np.divmod(np.repeat(np.arange(rows * size), np.diff(self.first)), size)
        place = (one * rows + row) * steps + threshold_of(self.bin.astype(np.int64))
        by_row = np.bincount(place, minlength=size * rows * steps).reshape(size, rows, steps)
        at = np.stack([np.add.reduceat(of_one[added.rows], added.first[:-1]) for of_one in by_row])
        return Below.of_all(at, of), at.reshape(*self.of.shape, steps)[..., kept, :]


class Added(NamedTuple):
    """Which rows of bins the waits of each kind, sum and cell are, in this order: those of number *r* are
    ``rows[first[r] : first[r + 1]]``, the same as those of ``alike[r]``, which comes no later.
    """

    first: Int
    rows: Int
    alike: Int


@lru_cache(maxsize=64)
def added_in(frame: Frame) -> Added:
    """The rows that sums are made of. All contact types are the only one if there is but one."""
    types, cells = len(frame.types), frame.cells
    alone = ([one] for one in range(frame.groups))
    sets = [range(types), *alone, *(promise.types for promise in frame.shared)]
    parts = [len(made) for made in frame.made_of]
    cell = np.concatenate([np.array(made) for made in frame.made_of])
    rows = [(cell[:, np.newaxis] + cells * np.array(groups)).ravel() for groups in sets]
    size = np.concatenate([len(groups) * np.array(parts) for groups in sets])
    like = np.arange(len(sets) * cells).reshape(len(sets), cells)
    like[:, [made == frame.made_of[0] for made in frame.made_of]] = like[:, :1]
    like[: 1 + (types == 1)] = like[0]
    kinds = np.arange(len(frame.counted))[:, np.newaxis]
    return Added(
        np.append(0, np.cumsum(np.tile(size, len(kinds)))),
        (kinds * frame.groups * cells + np.concatenate(rows)).ravel(),
        (kinds * like.size + like.ravel()).ravel(),
    )


def counted(frame: Frame, waits: Mapping[str, Waited], kernels: Any = None) -> Counts:
    """The waits as counts, of the kinds that the frame wants."""
    by_slot = np.zeros((len(frame.counted), frame.groups, frame.all_slots))
    firsts, bins, size = [], [], 0
    for kind, of_slots in zip(frame.counted, by_slot, strict=True):
        first, of_kind = _by_row(frame, *_by_group(frame, kind, waits[kind]), of_slots, kernels)
        firsts.append(first[:-1] + size)
        bins.append(of_kind)
        size += len(of_kind)
    return Counts(frame, np.append(np.concatenate(firsts), size), np.concatenate(bins), _of(frame, by_slot))


def _by_row(
    frame: Frame, group: Short, slot: Short, ms: Int, by_slot: Float, kernels: Any
) -> tuple[Int, Bins]:
    """The bins of the waits of one kind, sorted by group, cell and replication, and where those of each
    begin. `by_slot` (groups, slots of all replications) becomes the number of all waits.
    """
    if kernels is not None:
        found: tuple[Int, Bins] = kernels.bins_of_waits(
            group, slot, ms, frame.slots, frame.cells_of_slots, frame.cells, first_of_bins(), least_bins(),
            by_slot,
        )  # fmt: skip
        return found
    there, over = ms >= 0, (ms >= 0) & (ms < LATER)
    np.add.at(by_slot, (group[there], slot[there]), 1.0)
    group, bins = group[over], bin_of(ms[over]).astype(np.uint16)
    replication, in_lap = np.divmod(slot[over].astype(np.int64), frame.slots)
    wait, cell = map(np.concatenate, zip(*frame.rows_in_cells(in_lap), strict=True))
    wait, cell = wait[frame.no_sum[cell]], cell[frame.no_sum[cell]]
    row = (group[wait] * frame.cells + cell) * frame.replications + replication[wait]
    order = np.argsort(row, kind="stable")
    rows = np.arange(frame.groups * frame.cells * frame.replications + 1)
    return np.searchsorted(row[order], rows), bins[wait][order]


def _by_group(frame: Frame, kind: str, waits: Waited) -> tuple[Short, Short, Int]:
    """The waits of a kind by contact type, and then, if that is wanted, by team: (group, slot, ms)."""
    if not (frame.teams_too and kind in BY_TEAM):
        return waits.type, waits.slot, waits.ms
    given = waits.only(waits.team != NOBODY)
    return (
        np.concatenate([waits.type, len(frame.types) + given.team]),
        np.concatenate([waits.slot, given.slot]),
        np.concatenate([waits.ms, given.ms]),
    )


def _of(frame: Frame, by_slot: Float) -> Float:
    """All waits by sum and cell: with the sum over all types before the groups, and the sums over the types
    of shared promises after.
    """
    groups = np.moveaxis(frame.in_cells(by_slot), 2, 0)
    sets = [range(len(frame.types)), *(promise.types for promise in frame.shared)]
    first, *others = (groups[:, :, list(types)].sum(axis=2, keepdims=True) for types in sets)
    return np.concatenate([first, groups, *others], axis=2)
