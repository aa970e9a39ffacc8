"""Are a model's answers right? By Erlang A for a single queue, to the millisecond by the reference engine.

A long run is cut into batches, whose means are nearly independent (batch means, Law 2015, 9.5.3). A figure
may be four standard errors away from the exact one; with 20 batches chance alone does that less than once in
a thousand times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.desks.desk import Figures, Played, Replication
from simcare.theory.impatience import ErlangA

BATCHES = 20
WARM_UP_MS = 86_400_000
WITHIN_MS = 180_000
GAP_MS = 72_000
"""Between arrivals on average; the longest runs go on a faster clock, see `workloads.py`."""
AGENTS = 20
EXACT = ErlangA(arrival_rate=50 / 60, mean_handling=22.8, agents=AGENTS, mean_patience=22.8)
"""Workload S, in minutes."""

ERRORS_ALLOWED = 4.0
LOOSE = 1e-3
"""A model with an order of its own at ties may differ on this share of the customers."""


def wrong_by_theory(figures: Figures) -> list[str]:
    """Each figure of workload S that Erlang A does not allow, in words; the first day is left out."""
    found = []
    for name, batches, exact in _by_batch(figures):
        mean, error = float(batches.mean()), float(batches.std(ddof=1)) / math.sqrt(BATCHES)
        if not abs(mean - exact) <= ERRORS_ALLOWED * error:
            found.append(
                f"{name} is {mean:.5f} with a standard error of {error:.5f}; Erlang A has {exact:.5f}"
            )
    return found


def wrong_by_reference(
    replications: Sequence[Replication], played: Sequence[Played], *, loose: bool
) -> list[str]:
    """In which replications somebody was served at another time than by the reference engine."""
    found = []
    for number, (replication, one) in enumerate(zip(replications, played, strict=True)):
        if replication.expected is None:
            continue
        differ = float(np.mean(replication.expected.start_ms != one.start_ms))
        differ = max(differ, float(np.mean(replication.expected.end_ms != one.end_ms)))
        if differ > (LOOSE if loose else 0):
            found.append(f"{differ:.2%} of the customers of replication {number} were served at other times")
    return found


def _by_batch(figures: Figures) -> Iterator[tuple[str, NDArray[np.float64], float]]:
    """The name of each figure, its value in each batch, and the exact one."""
    faster = round(GAP_MS * len(figures.arrival_ms) / float(figures.arrival_ms[-1]))
    figures = figures._replace(
        arrival_ms=faster * figures.arrival_ms,
        wait_ms=faster * figures.wait_ms,
        handling_ms=faster * figures.handling_ms,
    )
    first = int(np.searchsorted(figures.arrival_ms, WARM_UP_MS))
    edges = np.linspace(first, len(figures.arrival_ms) - 1, BATCHES + 1).astype(int)

    def mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.add.reduceat(values[: edges[-1]].astype(float), edges[:-1]) / np.diff(edges)

    waited = figures.wait_ms
    yield "the share that waits", mean((waited > 0) | figures.left), EXACT.wait_probability
    yield "the share that leaves", mean(figures.left), EXACT.abandon_probability
    yield "the mean wait in minutes", mean(waited) / 60_000, EXACT.mean_wait
    yield "the share that waits 3 minutes at most", mean(waited <= WITHIN_MS), EXACT.wait_within(3)
    gap = np.diff(figures.arrival_ms[edges]) / np.diff(edges)
    yield "occupancy", mean(figures.handling_ms) / gap / AGENTS, EXACT.occupancy
