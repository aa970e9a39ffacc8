"""A small solver of Markov chains: the states that can be reached, and the share of time in each.

A chain is a function from a state to its moves. States are tuples; what takes them apart (`moves`, `within`,
values to average) gets their parts as arguments, so that it reads `busy, waiting` and not `state[0]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

State = tuple[Any, ...]
Moves = Callable[..., Iterable[tuple[State, float]]]

NEGLIGIBLE = 1e-9
"""The most time, as a share, that a chain may spend where it was cut off."""


@dataclass(frozen=True)
class Stationary:
    """The share of time that a chain spends in each state in the long run; for Poisson arrivals, who are in
    no state's favour, also the share of arrivals that find it so (PASTA, Wolff 1982)."""

    states: tuple[State, ...]
    share: NDArray[np.float64]

    def mean(self, value: Callable[..., float]) -> float:
        """The time average of a value of the state; of a condition, the share of time in which it holds."""
        return float(self.share @ np.array([float(value(*state)) for state in self.states]))


def stationary(start: State, moves: Moves, *, within: Callable[..., bool] | None = None) -> Stationary:
    """Solve the balance equations of a chain.

    `moves(*state)` gives pairs (where to, at what rate); moves of rate 0 and moves to the state itself
    count for nothing. Every state that can be reached must lead back to `start`, where the chain should be
    often. Of an infinite chain only the part `within` a bound is solved, its moves out left away; the chain
    must spend next to no time where it has such moves.
    """
    place = {start: 0}
    states = [start]
    rows, columns, rates, cut = [], [], [], set()
    for here, state in enumerate(states):  # grows as new states are met: breadth first
        for there, rate in moves(*state):
            if not rate or there == state:
                continue
            if within is not None and not within(*there):
                cut.add(here)
                continue
            if there not in place:
                place[there] = len(states)
                states.append(there)
            rows.append(here)
            columns.append(place[there])
            rates.append(rate)
    size = len(states)
    flow = sparse.csr_matrix((rates, (rows, columns)), shape=(size, size))
    balance = (flow - sparse.diags(np.asarray(flow.sum(axis=1)).ravel())).T.tocsc()

    # Relative to the start's: one equation follows from the others, and goes.
    share = np.ones(size)
    if size > 1:
        share[1:] = spsolve(balance[1:, 1:], -balance[1:, 0].toarray().ravel())
    share /= share.sum()
    assert share.min() > -1e-12, "a share below zero"
    assert np.abs(balance @ share).max() < 1e-10 * max(rates, default=1.0), (
        "the balance equations do not hold"
    )
    at_the_cut = share[sorted(cut)].sum()
    assert at_the_cut < NEGLIGIBLE, f"the chain is cut off where it is {at_the_cut:.1e} of the time"
    return Stationary(tuple(states), share)
