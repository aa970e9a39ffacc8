"""Impressions by the stretch of the clock in which they are seen, and by the state in which they are seen.

Attention flows linearly, so complaints in one state flow together: what they hold at the next edge of the
clock is added up, and from there on one sum goes from edge to edge. A complaint that enters or leaves a state
in between adds or takes away what it would hold at the next edge. So the work is that of some exponentials
for each phase of each complaint, however many stretches there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import block_diag
from scipy.sparse import csc_array

from simcare.virality.audience import PRIVATE, Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import Flow, attention, flows_of, in_parts, those


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
) -> Seen:
    """What is seen between each edge of the clock and the next.

    `edges` (ascending) and `posted` are minutes of one clock; the rest is as for `phases` and `exposure`.
    What is seen before the first edge and after the last is left out.
    """
    followers = np.asarray(followers, dtype=np.float64)
    direct = np.asarray(heat) * audience.reshare_rate(followers)
    of_follower, direct, posted = np.broadcast_arrays(followers, direct, posted)
    flows = flows_of(audience)
    held = [_Held(flow, edges) for flow in flows]
    for some in in_parts(len(posted)):
        sizes = np.stack((of_follower[some], direct[some]))
        begins, which = begin_minutes[:, some], states[:, some]
        never = np.full((1, begins.shape[1]), np.inf)
        time = posted[some] + np.vstack((begins, never))
        stretch = np.searchsorted(edges, time, side="right")
        for phase, (z, y, z_end, y_end) in enumerate(attention(flows, begins, which)):
            lasts = time[phase] < time[phase + 1]
            for at, sign, own, others in ((phase, 1, z, y), (phase + 1, -1, z_end, y_end)):
                counts = lasts & (stretch[at] < len(edges))
                for state, in_state in enumerate(held):
                    here = those(counts & (which[phase] == state))
                    if here is not None:
                        in_state.change(
                            sign,
                            stretch[at, here],
                            time[at, here],
                            own[:, here],
                            others[:, here],
                            sizes[:, here],
                        )
    seen = [in_state.seen(audience) for in_state in held]
    impressions = np.array([one for one, _ in seen])
    impressions[PRIVATE] = 0.0
    return Seen(impressions, np.array([one for _, one in seen]))


class _Held:
    """What all complaints in one state hold, by stretch of the clock.

    Three kinds of attention: that of followers to posts; that which makes direct reshares; that to reshares.
    """

    def __init__(self, flow: Flow, edges: Floats) -> None:
        self.flow, self.edges = flow, edges
        self.components = len(flow.rates)
        self.changes = np.zeros((len(edges), 3))  # at the instant of each change, over all components
        self.at_edge = np.zeros((len(edges), 3 * self.components))  # what they make of the next edge

    def change(
        self, sign: int, stretch: NDArray[np.intp], time: Floats, z: Floats, y: Floats, sizes: Floats
    ) -> None:
        """Complaints that hold z and y enter this state (+1) or leave it (−1)."""
        z_edge, y_edge = self.flow.later(z, y, self.edges[stretch] - time)
        followers, direct = sizes
        now = (followers * z.sum(axis=0), direct * z.sum(axis=0), direct * y.sum(axis=0))
        rows = np.vstack((*now, followers * z_edge, direct * z_edge, direct * y_edge))
        signs = np.full(len(time), float(sign))
        into = csc_array((signs, stretch, np.arange(len(time) + 1)), (len(self.edges), len(time)))
        sums = into @ np.ascontiguousarray(rows.T)
        self.changes += sums[:, :3]
        self.at_edge += sums[:, 3:]

    def seen(self, audience: Audience) -> tuple[Floats, Floats]:
        """Impressions and reshares in this state in each stretch between two edges."""
        held = self.at_edge.copy()
        if not np.any(held):
            nothing = np.zeros(len(self.edges) - 1)
            return nothing, nothing
        lengths, which = np.unique(np.diff(self.edges), return_inverse=True)
        steps = []
        for minutes in lengths:
            both = self.flow.transition(minutes)
            own = both[: self.components, : self.components]
            steps.append(block_diag(own, both))
        for edge, step in enumerate(which, start=1):
            held[edge] += steps[step] @ held[edge - 1]
        total = held.reshape(len(held), 3, self.components).sum(axis=2)
        followers, root, others = (total[:-1] + self.changes[1:] - total[1:]).T
        factor, n = self.flow.factor, self.flow.n
        reshares = factor / (1 - factor * n) * (root + n * others)
        impressions = audience.seen_by * (followers + audience.resharer_followers * (others + reshares))
        # Sums that cancel leave some parts in 10¹² of either sign.
        return np.maximum(impressions, 0.0), np.maximum(reshares, 0.0)
