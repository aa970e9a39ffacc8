"""Impressions by the stretch of the clock in which they are seen, and by the state in which they are seen.

Attention flows linearly, so complaints in one state flow together: what they hold at the next edge of the
clock is added up, and from there on one sum goes from edge to edge. A complaint that enters or leaves a state
in between adds or takes away what it would hold at the next edge. So the work is that of some exponentials
for each phase of each complaint, however many stretches there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import Flow, attention, flows_of, in_parts


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
    # Attention to the posts in impressions, and what makes reshares.
    sizes = np.broadcast_arrays(followers, np.asarray(heat) * audience.reshare_rate(followers), posted)
    flows = flows_of(audience)
    held = [_Held(flow, len(edges)) for flow in flows]
    for some in in_parts(len(posted)):
        of_follower, direct, at = (size[some] for size in sizes)
        begins, which = begin_minutes[:, some], states[:, some]
        ends = np.vstack((begins[1:], np.full(len(at), np.inf)))
        for phase, (z, y, z_end, y_end) in enumerate(attention(flows, begins, which)):
            for state, in_state in enumerate(held):
                here = np.flatnonzero((which[phase] == state) & (begins[phase] < ends[phase]))
                for sign, minutes, own, others in ((1, begins, z, y), (-1, ends, z_end, y_end)):
                    time = at[here] + minutes[phase, here]
                    in_state.change(
                        sign, edges, time, own[:, here], others[:, here], of_follower[here], direct[here]
                    )
    seen = [in_state.seen(audience, edges) for in_state in held]
    return Seen(np.array([one for one, _ in seen]), np.array([one for _, one in seen]))


class _Held:
    """Attention held by all complaints in one state: changes by stretch, and what they make of the next edge.

    Rows: attention to posts times followers, the same times direct reshares, attention to reshares.
    """

    def __init__(self, flow: Flow, edges: int) -> None:
        self.flow = flow
        self.changed = np.zeros((3, edges))  # sums over components, at the instant of the change
        self.at_edge = np.zeros((3, len(flow.rates), edges))

    def change(
        self,
        sign: int,
        edges: Floats,
        time: Floats,
        z: Floats,
        y: Floats,
        followers: Floats,
        direct: Floats,
    ) -> None:
        """Complaints that hold z and y enter this state (+1) or leave it (−1) at these times."""
        stretch = np.searchsorted(edges, time, side="right")
        counts = np.flatnonzero(stretch < len(edges))
        stretch, z, y, direct = stretch[counts], z[:, counts], y[:, counts], direct[counts]
        weights = (followers[counts], direct, direct)
        z_edge, y_edge = self.flow.later(z, y, edges[stretch] - time[counts])
        for row, (now, then, weight) in enumerate(
            zip((z, z, y), (z_edge, z_edge, y_edge), weights, strict=True)
        ):
            self.changed[row] += sign * np.bincount(stretch, weight * now.sum(axis=0), len(edges))
            for component in range(len(then)):
                self.at_edge[row, component] += sign * np.bincount(
                    stretch, weight * then[component], len(edges)
                )

    def seen(self, audience: Audience, edges: Floats) -> tuple[Floats, Floats]:
        """Impressions and reshares in this state in each stretch between two edges."""
        held = self.at_edge[:, :, 0]
        gone = []
        for number, (edge, following) in enumerate(pairwise(edges), start=1):
            before = held.sum(axis=1)
            lasts = np.array([following - edge])
            own, _ = self.flow.later(held[0][:, None], 0 * held[0][:, None], lasts)
            root, others = self.flow.later(held[1][:, None], held[2][:, None], lasts)
            held = np.stack((own[:, 0], root[:, 0], others[:, 0])) + self.at_edge[:, :, number]
            gone.append(before + self.changed[:, number] - held.sum(axis=1))
        followers, root, others = np.array(gone).T
        factor, n = self.flow.factor, self.flow.n
        reshares = factor / (1 - factor * n) * (root + n * others)
        impressions = audience.seen_by * (followers + audience.resharer_followers * (others + reshares))
        # Sums that cancel leave some parts in 10¹² of either sign.
        return np.maximum(impressions, 0.0), np.maximum(reshares, 0.0)
