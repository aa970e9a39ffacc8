"""Counts of waits on the log grid.

Two things are kept of the waits of a cell. The counts themselves, sparse and exact, are pooled over
replications (`sparse`): quantiles come from them. The counts at or below a few thresholds are kept apart
(`below`) so that their spread over replications, and with it the interval of a quantile, can be told without
keeping every replication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.measures.contacts import LATER
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.grid import BINS, bin_of, first_of_bins, threshold_of, thresholds
from simcare.measures.sparse import Sparse
from simcare.measures.waits import BY_TEAM, NOBODY, Waited

Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Counts:
    """The waits of some replications.

    ``counts`` are those of all replications together, by contact type, and by team where that is wanted;
    ``at``, shape (replications, kinds, sums, cells, thresholds), are the waits from one threshold to the
    next, and ``of``, shape (replications, kinds, sums, cells), all of them, those not over at the end
    included. Sum 0 is over all contact types; then come the groups, then the sums over the types of each of
    `Frame.shared`.
    """

    counts: Sparse
    at: Whole
    of: Float


def counted(frame: Frame, waits: Mapping[str, Waited], kernels: Any = None) -> Counts:
    """The waits as counts, of the kinds that the frame wants."""
    kinds = [_by_group(frame, kind, waits[kind]) for kind in frame.waits]
    groups, cells, steps = frame.groups, frame.cells, thresholds(frame.latest_ms)
    sums = 1 + groups + len(frame.shared)
    at = np.zeros((frame.replications, len(kinds), sums, cells, steps), dtype=np.int32)
    if kernels is not None:
        return _by_kernels(frame, kinds, at, kernels)
    kinds = [(group[ms >= 0], slot[ms >= 0], ms[ms >= 0]) for group, slot, ms in kinds]
    of_kind = np.repeat(np.arange(len(kinds)), [len(ms) for _, _, ms in kinds])
    group, slot, ms = (np.concatenate(columns) for columns in zip(*kinds, strict=True))
    pair = of_kind * groups + group  # one number for each pair (kind, group)

    over = ms < LATER
    bins = bin_of(ms[over])
    slots = np.bincount(pair * frame.all_slots + slot, minlength=len(kinds) * groups * frame.all_slots)
    by_slot = slots.astype(np.float64).reshape(len(kinds), groups, frame.all_slots)
    replication, slot = np.divmod(slot[over], frame.slots)
    rows, places = [], []
    for row, cell in frame.rows_in_cells(slot):
        rows.append(row)
        places.append(pair[over][row] * cells + cell)
    bin_at, place = np.concatenate([bins[row] for row in rows]), np.concatenate(places)
    size = len(kinds) * groups * cells
    place_of_all = np.concatenate([replication[row] for row in rows]) * size + place
    counts = np.bincount(
        place_of_all * steps + threshold_of(bin_at), minlength=frame.replications * size * steps
    )
    at[:, :, 1 : 1 + groups] = counts.reshape(frame.replications, len(kinds), groups, cells, steps)
    at[:, :, :, 0] = at[:, :, :, 1 : 1 + frame.days].sum(axis=3)
    keys = np.concatenate(places[frame.days == 1 :]) * BINS + np.concatenate(
        [bins[row] for row in rows[frame.days == 1 :]]
    )
    return _with_sums(frame, Sparse.of(keys, size), at, by_slot)


def _by_kernels(frame: Frame, kinds: list[tuple[Int, Int, Int]], at: Whole, kernels: Any) -> Counts:
    """The same in one pass over the waits of each kind."""
    by_slot = np.zeros((len(kinds), frame.groups, frame.all_slots))
    but = 2 if frame.days == 1 else 1
    counts = []
    for kind, waits in enumerate(kinds):
        keys = kernels.count_waits(
            *waits, first_of_bins(), frame.slots, frame.cells_of_slots, frame.days, but, kind, by_slot, at
        )
        counts.append(Sparse.of(keys, frame.groups * frame.cells, kernels))  # a long run has millions of keys
    return _with_sums(frame, Sparse.below(counts), at, by_slot)


def _by_group(frame: Frame, kind: str, waits: Waited) -> tuple[Int, Int, Int]:
    """The waits of a kind by contact type, and then, if that is wanted, by team: (group, slot, ms)."""
    if not (frame.teams_too and kind in BY_TEAM):
        return waits.type, waits.slot, waits.ms
    given = waits.only(waits.team != NOBODY)
    return (
        np.concatenate([waits.type, len(frame.types) + given.team]),
        np.concatenate([waits.slot, given.slot]),
        np.concatenate([waits.ms, given.ms]),
    )


def _with_sums(frame: Frame, sparse: Sparse, at: Whole, by_slot: Float) -> Counts:
    """With the sum over all types before the groups, and the sums over the types of shared promises after."""
    of = np.zeros(at.shape[:-1])
    of[:, :, 1 : 1 + frame.groups] = np.moveaxis(frame.in_cells(by_slot), 2, 0)
    sets = [range(len(frame.types)), *(promise.types for promise in frame.shared)]
    for counts in (at, of):
        for place, types in zip((0, *range(1 + frame.groups, counts.shape[2])), sets, strict=True):
            for one in types:
                counts[:, :, place] += counts[:, :, 1 + one]
    return Counts(sparse, at, of)
