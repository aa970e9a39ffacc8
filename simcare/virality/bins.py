"""Impressions by the stretch of the clock in which they are seen, and by the state in which they are seen.

Attention flows linearly, so complaints in one state flow together: what they hold at the next edge of the
clock is added up, and from there on one sum goes from edge to edge. A complaint that enters or leaves a state
in between adds or takes away what it would hold at the next edge. So the work is that of some exponentials
for each phase of each complaint, however many stretches there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import PRIVATE, Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import (
    States,
    Totals,
    alike,
    attention,
    exponentials,
    faded,
    flows_of,
    in_parts,
    known,
    room_for,
    table_of,
    totals,
)


@dataclass(frozen=True)
class Seen:
    """Mean ``impressions`` and ``reshares`` of all complaints together, of shape (states, stretches), and
    what ``each`` complaint brings whenever it is seen, as `totals` finds it.
    """

    impressions: Floats
    reshares: Floats
    each: Totals


def seen_in(
    audience: Audience,
    edges: Floats,
    posted: Floats,
    begin_minutes: Floats,
    states: States,
    followers: ArrayLike,
    direct: ArrayLike | None = None,
    among: Sequence[bool] | None = None,
    lap: NDArray[np.integer] | None = None,
    laps: int = 1,
    kernels: Any = None,
) -> Seen:
    """What is seen between each edge of the clock and the next.

    `edges` (ascending) and `posted` are minutes of one clock; so many `direct` reshares are to be expected if
    nobody answers, by default those at mean heat; `among` is as for `totals`, by default no phase; the rest
    is as for `phases` and `exposure`. What is seen before the first edge and after the last is left out. If
    the clock runs several `laps`, `lap` says in which a complaint was posted; nobody sees it in another, and
    the stretches of all laps stand one after the other.
    """
    direct = audience.reshare_rate(followers) if direct is None else direct
    of_follower, direct = (  # copies: views of one number may not be written to
        np.array(np.broadcast_to(one, posted.shape), dtype=np.float64) for one in (followers, direct)
    )
    held = _Held.nothing(audience, edges, laps)
    lap = np.zeros(len(posted), dtype=np.int64) if lap is None else lap
    counted = [False] * len(states) if among is None else among
    each = np.empty((5, len(posted)))
    for rows, which in alike(states):
        complaints = _Complaints(
            begin_minutes[:, rows], posted[rows], lap[rows], of_follower[rows], direct[rows]
        )
        each[:, rows] = held.change(which, counted, complaints, kernels)
    return Seen(*held.seen(np.unique(states), kernels), Totals(each[:2], each[2:4], each[4]))


class _Complaints(NamedTuple):
    """Complaints that go through the same states: when these begin, shape (states, complaints), and a number
    for each, as for `seen_in`.
    """

    begins: Floats
    posted: Floats
    lap: NDArray[np.integer]
    followers: Floats
    direct: Floats


@dataclass(frozen=True)
class _Held:
    """What all complaints in each state hold.

    Three kinds of attention: that of followers to posts; that which makes direct reshares; that to reshares.
    ``sums`` (states, laps × edges + 1, 3 + 3 × components) are, before each edge, those at the instant of
    each change and over all components, and what they make of that edge, by component. Behind the last edge
    is what no longer matters.
    """

    audience: Audience
    edges: Floats
    laps: int
    sums: Floats

    @staticmethod
    def nothing(audience: Audience, edges: Floats, laps: int) -> _Held:
        """Before anybody posts."""
        kinds = 3 + 3 * len(audience.kernel.rates)
        return _Held(audience, edges, laps, np.zeros((len(audience.factors), laps * len(edges) + 1, kinds)))

    def change(self, states: States, among: Sequence[bool], complaints: _Complaints, kernels: Any) -> Floats:
        """Complaints enter and leave states; they are added in their order, each from phase to phase. Gives
        what each brings: the rows of `Totals`, (5, complaints).
        """
        table, size = table_of(self.audience), len(complaints.posted)
        phases = np.arange(len(states))  # each flows to the next edge, to its end, and from there to an edge
        rows, flows = (2 * phases[:, np.newaxis] + np.arange(3)).ravel()[:-2], np.repeat(states, 3)[:-2]
        wanted = exponentials((self.audience,), tuple(rows.tolist()), tuple(flows.tolist()))
        room = room_for(wanted, size, kernels) if known([self.audience], complaints.begins, kernels) else None
        each = np.zeros((5, size))
        for some in in_parts(size):
            part = _Complaints(*(np.ascontiguousarray(column[..., some]) for column in complaints))
            if room is None:
                self._change(states, part)
                of_part = totals(self.audience, part.begins, states, among)
                each[:, some] = np.vstack((of_part.views, of_part.reshare_views, of_part.reshares))
                continue
            nowhere = self.sums.shape[1] - 1
            after, lasts = kernels.lasting_to_edges(part.begins, part.posted, part.lap, self.edges, nowhere)
            left = faded(lasts, wanted, room, kernels)
            of_all = (states, np.array(among), PRIVATE, part.followers, part.direct, table, self.sums)
            kernels.held(after, lasts, left, wanted.place[0], *of_all, some.start, each)
        return each

    def _change(self, states: States, complaints: _Complaints) -> None:
        begins, posted, lap, followers, direct = complaints
        ends = np.vstack((begins[1:], np.full((1, len(posted)), np.inf)))
        time = posted + np.vstack((begins, ends[-1:]))
        edge_after = np.searchsorted(self.edges, time, side="right")
        first_edge = lap * len(self.edges)
        flows = flows_of(self.audience)
        found: list[list[tuple[NDArray[np.intp], NDArray[np.intp], Floats]]] = [[] for _ in flows]
        for phase, (z, y, z_end, y_end) in enumerate(attention(self.audience, begins, states)):
            for at, sign, own, others in ((phase, 1.0, z, y), (phase + 1, -1.0, z_end, y_end)):
                counts = (begins[phase] < ends[phase]) & (edge_after[at] < len(self.edges))
                here = np.flatnonzero(counts)
                edge, of, rate = edge_after[at, here], sign * followers[here], sign * direct[here]
                now = own[:, here], others[:, here]
                z_edge, y_edge = flows[states[phase]].later(*now, self.edges[edge] - time[at, here])
                of_all, others_of_all = (one.sum(axis=0) for one in now)
                rows = np.vstack((of * of_all, rate * of_all, rate * others_of_all))
                rows = np.vstack((rows, of * z_edge, rate * z_edge, rate * y_edge))
                order = (here * len(begins) + phase) * 2 + (at - phase)
                found[states[phase]].append((order, first_edge[here] + edge, rows))
        for sums, of_state in zip(self.sums, found, strict=True):
            if of_state:
                orders, edges, rows_of_all = zip(*of_state, strict=True)
                rank = np.argsort(np.concatenate(orders))
                np.add.at(sums, np.concatenate(edges)[rank], np.hstack(rows_of_all)[:, rank].T)

    def seen(self, states: States, kernels: Any) -> tuple[Floats, Floats]:
        """Impressions and reshares in each state in each stretch between two edges; these `states` occur."""
        audience = self.audience
        sums = self.sums[states, :-1].reshape(len(states), self.laps, len(self.edges), self.sums.shape[-1])
        changes, held = sums[..., :3], sums[..., 3:].copy()
        minutes, which = np.unique(np.diff(self.edges), return_inverse=True)
        steps = np.array([_transitions(audience, one) for one in minutes.tolist()])[:, states]
        carry = _carry if kernels is None else kernels.carry
        carry(held, which, steps)
        total = _over_components(held)
        flown = total[:, :, :-1] + changes[:, :, 1:] - total[:, :, 1:]
        followers, root, others = np.moveaxis(
            flown.reshape(len(states), self.laps * (len(self.edges) - 1), 3), -1, 0
        )
        factor, n = np.array(audience.factors)[states, None], audience.reshares_per_reshare
        shared = factor / (1 - factor * n) * (root + n * others)
        viewed = audience.seen_by * (followers + audience.resharer_followers * (others + shared))
        viewed[states == PRIVATE] = 0.0
        impressions, reshares = np.zeros((2, len(self.sums), followers.shape[1]))
        # Sums that cancel leave some parts in 10¹² of either sign.
        impressions[states], reshares[states] = np.maximum(viewed, 0.0), np.maximum(shared, 0.0)
        return impressions, reshares


def _over_components(held: Floats) -> Floats:
    """Three kinds of attention over all components, from shape (…, 3 × components) to (…, 3)."""
    by_component = held.reshape(*held.shape[:-1], 3, held.shape[-1] // 3)
    total: Floats = by_component[..., 0].copy()
    for component in range(1, by_component.shape[-1]):
        total += by_component[..., component]
    return total


def _carry(held: Floats, which: NDArray[np.intp], steps: Floats) -> None:
    """Let what is held at each edge flow on to the next, in place."""
    components = held.shape[-1] // 3
    own = np.diagonal(steps, axis1=2, axis2=3)[..., :components]
    for edge, step in enumerate(which.tolist(), start=1):
        before = held[:, :, edge - 1]
        both = before[..., components:]
        total = steps[step][:, np.newaxis, :, 0] * both[..., :1]
        for column in range(1, 2 * components):
            total += steps[step][:, np.newaxis, :, column] * both[..., column : column + 1]
        held[:, :, edge, :components] += own[step][:, np.newaxis] * before[..., :components]
        held[:, :, edge, components:] += total


@lru_cache(maxsize=256)
def _transitions(audience: Audience, minutes: float) -> Floats:
    """For each state, the matrix that takes attention to what it is after so many minutes."""
    return np.array([flow.transition(minutes) for flow in flows_of(audience)])
