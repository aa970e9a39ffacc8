"""Impressions by the stretch of the clock in which they are seen, and by the state in which they are seen.

Attention flows linearly, so complaints in one state flow together: what they hold at the next edge of the
clock is added up, and from there on one sum goes from edge to edge. A complaint that enters or leaves a state
in between adds or takes away what it would hold at the next edge. So the work is that of some exponentials
for each phase of each complaint, however many stretches there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import PRIVATE, Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import attention, flows_of, in_parts, table_of


@dataclass(frozen=True)
class Seen:
    """Mean ``impressions`` and ``reshares`` of all complaints together, of shape (states, stretches)."""

    impressions: Floats
    reshares: Floats


def seen_in(
    audience: Audience,
    edges: Floats,
    posted: Floats,
    begin_minutes: Floats,
    states: NDArray[np.integer],
    followers: ArrayLike,
    heat: ArrayLike = 1.0,
    kernels: Any = None,
) -> Seen:
    """What is seen between each edge of the clock and the next.

    `edges` (ascending) and `posted` are minutes of one clock; the rest is as for `phases` and `exposure`.
    What is seen before the first edge and after the last is left out.
    """
    followers = np.asarray(followers, dtype=np.float64)
    direct = np.asarray(heat) * audience.reshare_rate(followers)
    shape = np.broadcast_shapes(followers.shape, np.shape(direct), np.shape(posted))
    of_follower, direct, posted = (  # copies: views of one number may not be written to
        np.array(np.broadcast_to(one, shape)) for one in (followers, direct, posted)
    )
    held = _Held.nothing(audience, edges)
    for some in in_parts(len(posted)):
        lives = begin_minutes[:, some], states[:, some], posted[some]
        held.change(*lives, of_follower[some], direct[some], kernels)
    return held.seen(kernels)


@dataclass(frozen=True)
class _Held:
    """What all complaints in each state hold.

    Three kinds of attention: that of followers to posts; that which makes direct reshares; that to reshares.
    ``changes`` (states, edges, 3) are those before each edge, at the instant of each change and over all
    components; ``at_edge`` (states, edges, 3 × components) is what they make of that edge.
    """

    audience: Audience
    edges: Floats
    changes: Floats
    at_edge: Floats

    @staticmethod
    def nothing(audience: Audience, edges: Floats) -> _Held:
        """Before anybody posts."""
        shape = (len(audience.factors), len(edges))
        changes, at_edge = np.zeros((*shape, 3)), np.zeros((*shape, 3 * len(audience.kernel.rates)))
        return _Held(audience, edges, changes, at_edge)

    def change(
        self,
        begins: Floats,
        states: NDArray[np.integer],
        posted: Floats,
        followers: Floats,
        direct: Floats,
        kernels: Any,
    ) -> None:
        """Complaints enter and leave states; they are added in their order, each from phase to phase."""
        table = table_of(self.audience)
        if kernels is not None and table.plain:
            after, lasts, exponents = kernels.exponents_of_changes(begins, states, posted, self.edges, table)
            faded = np.exp(exponents, out=exponents)
            flowing = (begins, states, after, lasts, faded, followers, direct, table)
            kernels.held(*flowing, self.changes, self.at_edge)
            return
        ends = np.vstack((begins[1:], np.full((1, len(posted)), np.inf)))
        time = posted + np.vstack((begins, ends[-1:]))
        edge_after = np.searchsorted(self.edges, time, side="right")
        flows = flows_of(self.audience)
        found: list[list[tuple[NDArray[np.intp], NDArray[np.intp], Floats]]] = [[] for _ in flows]
        for phase, (z, y, z_end, y_end) in enumerate(attention(flows, begins, states)):
            for at, sign, own, others in ((phase, 1.0, z, y), (phase + 1, -1.0, z_end, y_end)):
                counts = (begins[phase] < ends[phase]) & (edge_after[at] < len(self.edges))
                for state, flow in enumerate(flows):
                    here = np.flatnonzero(counts & (states[phase] == state))
                    edge, of, rate = edge_after[at, here], sign * followers[here], sign * direct[here]
                    now = own[:, here], others[:, here]
                    z_edge, y_edge = flow.later(*now, self.edges[edge] - time[at, here])
                    of_all, others_of_all = (one.sum(axis=0) for one in now)
                    rows = np.vstack((of * of_all, rate * of_all, rate * others_of_all))
                    rows = np.vstack((rows, of * z_edge, rate * z_edge, rate * y_edge))
                    order = (here * len(begins) + phase) * 2 + (at - phase)
                    found[state].append((order, edge, rows))
        for changes, at_edge, of_state in zip(self.changes, self.at_edge, found, strict=True):
            orders, edges, rows_of_all = zip(*of_state, strict=True)
            rank = np.argsort(np.concatenate(orders))
            edge = np.concatenate(edges)[rank]
            for column, row in enumerate(np.hstack(rows_of_all)[:, rank]):
                np.add.at(changes[:, column] if column < 3 else at_edge[:, column - 3], edge, row)

    def seen(self, kernels: Any) -> Seen:
        """Impressions and reshares in each state in each stretch between two edges."""
        held, audience = self.at_edge.copy(), self.audience
        minutes, which = np.unique(np.diff(self.edges), return_inverse=True)
        steps = np.array([_transitions(audience, one) for one in minutes.tolist()])
        carry = _carry if kernels is None else kernels.carry
        carry(held, which, steps)
        total = held.reshape(*held.shape[:2], 3, -1).sum(axis=-1)
        followers, root, others = np.moveaxis(total[:, :-1] + self.changes[:, 1:] - total[:, 1:], -1, 0)
        factor, n = np.array(audience.factors)[:, None], audience.reshares_per_reshare
        reshares = factor / (1 - factor * n) * (root + n * others)
        impressions = audience.seen_by * (followers + audience.resharer_followers * (others + reshares))
        impressions[PRIVATE] = 0.0
        # Sums that cancel leave some parts in 10¹² of either sign.
        return Seen(np.maximum(impressions, 0.0), np.maximum(reshares, 0.0))


def _carry(held: Floats, which: NDArray[np.intp], steps: Floats) -> None:
    """Let what is held at each edge flow on to the next, in place."""
    components = held.shape[2] // 3
    own = np.diagonal(steps, axis1=2, axis2=3)[..., :components]
    for edge, step in enumerate(which.tolist(), start=1):
        before = held[:, edge - 1]
        both = before[:, components:]
        total = steps[step][:, :, 0] * both[:, :1]
        for column in range(1, 2 * components):
            total += steps[step][:, :, column] * both[:, column : column + 1]
        held[:, edge, :components] += own[step] * before[:, :components]
        held[:, edge, components:] += total


@lru_cache(maxsize=256)
def _transitions(audience: Audience, minutes: float) -> Floats:
    """For each state, the matrix that takes attention to what it is after so many minutes."""
    return np.array([flow.transition(minutes) for flow in flows_of(audience)])
