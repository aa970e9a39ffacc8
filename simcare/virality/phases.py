"""How the attention to complaints flows through their states: the closed forms.

While the factor on reshares is *a*, the attention z still to be paid to the post itself and the attention y
still to be paid to its reshares (by component of the kernel, in units of one post) follow linear equations

    z' = −Ω z,    y' = −Ω y + a w ωᵀ (z + n y),    Ω = diag(ω),

the means of a Hawkes process whose kernel is a sum of exponentials (Oakes 1975; Errais, Giesecke & Goldberg
2010). So what falls into a stretch of time is known from z and y at its ends. −Ω + n a w ωᵀ is similar to a
symmetric matrix: one decomposition a factor serves all complaints. Nothing is divided by n, and differences
of exponentials are taken so that they may coincide: n = 0 and a = 0 are no special cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.virality.audience import PRIVATE, Audience
from simcare.virality.kernels import Floats

_CLOSE = 1e-4  # rates closer than this: their exponentials are subtracted by expm1, which takes longer
_AT_A_TIME = 1920  # complaints: so many fill strips of the kernels, and stay in the cache of a processor

FOR_EVER = -1e-200
"""How long a phase without an end lasts: its sign tells, and exponentials of it are 1, without overflow."""

States = NDArray[np.integer]


@dataclass(frozen=True)
class Phases:
    """What falls into each phase of each complaint; all arrays have the shape (phases, complaints).

    ``views``          the share of all views of the post itself
    ``reshares``       reshares, if one direct reshare were to be expected without an answer
    ``reshare_views``  views of those reshares, if each were seen once

    What a complaint brings is linear in these, see `simcare.virality.exposure`. In private it brings nothing.
    """

    views: Floats
    reshares: Floats
    reshare_views: Floats


def phases(audience: Audience, begin_minutes: Floats, states: States) -> Phases:
    """Split what becomes of complaints by phases.

    `begin_minutes`, of shape (phases, complaints), says when each phase begins, in minutes since the post and
    in ascending order, infinite if never; `states`, of the same shape or (phases,) if those of all complaints
    are the same, which state it is. The last phase has no end. The first begins at 0, or what is seen before
    is in none.
    """
    parts = np.empty((3, *begin_minutes.shape))
    for rows, which in alike(states):
        begins = begin_minutes[:, rows]
        found = np.empty((3, *begins.shape))
        for some in in_parts(begins.shape[1]):
            for number, of_phase in enumerate(_by_phase(audience, begins[:, some], which)):
                found[:, number, some] = of_phase
        parts[:, :, rows] = found
    return Phases(*parts)


@dataclass(frozen=True)
class Totals:
    """The same summed over phases: ``views`` and ``reshare_views``, of shape (2, complaints), over some of
    them and over all, ``reshares``, of shape (complaints,), over all.
    """

    views: Floats
    reshare_views: Floats
    reshares: Floats


def totals(
    audience: Audience, begin_minutes: Floats, states: States, among: Sequence[bool], kernels: Any = None
) -> Totals:
    """Sum up what becomes of complaints over some of their phases, those that `among` says, and over all. All
    go through the same `states`, of shape (phases,); the rest is as for `phases`.

    With `kernels`, the module `simcare.virality.compiled`, it is the same and takes less time.
    """
    found = np.zeros((5, begin_minutes.shape[1]))
    if known([audience], begin_minutes, kernels):
        table, counted = table_of(audience), np.array(among)
        wanted = exponentials((audience,), tuple(range(len(states) - 1)), tuple(states[:-1].tolist()))
        for some, lasts, left in by_kernels(wanted, begin_minutes, kernels):
            kernels.totals(lasts, left, wanted.place[0], states, counted, PRIVATE, table, some.start, found)
    else:
        for some in in_parts(begin_minutes.shape[1]):
            by_phase = _by_phase(audience, begin_minutes[:, some], states)
            for inside, (views, reshares, reshare_views) in zip(among, by_phase, strict=True):
                found[:, some] += (views * inside, views, reshare_views * inside, reshare_views, reshares)
    return Totals(found[:2], found[2:4], found[4])


def _by_phase(audience: Audience, begins: Floats, states: States) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Views, reshares and views of reshares in each phase, one number for each complaint."""
    n = audience.reshares_per_reshare
    for state, (z, y, z_end, y_end) in zip(states, attention(audience, begins, states), strict=True):
        views, brought = (z - z_end).sum(axis=0), (y - y_end).sum(axis=0)
        factor, public = audience.factors[state], state != PRIVATE
        reshares = factor / (1 - factor * n) * (views + n * brought)
        yield views * public, reshares, (brought + reshares) * public


class Flow:
    """How attention flows while reshares are damped by one factor; z and y have the shape (components, …).

    Sums over components are written out, so that no library decides on the order of additions: the kernels
    of `simcare.virality.compiled` follow it.
    """

    def __init__(self, audience: Audience, factor: float) -> None:
        self.n, self.factor = audience.reshares_per_reshare, factor
        self.weights, self.rates = np.array(audience.kernel.weights), np.array(audience.kernel.rates)
        self.growth, self.vectors, self.inverse = self._modes()
        self.gaps = self.growth[:, None] + self.rates  # (modes, components)
        apart = np.abs(self.gaps) > _CLOSE * self.rates
        source = factor * (self.inverse @ self.weights)
        self.coupling = source[:, None] * self.rates / np.where(apart, self.gaps, 1.0)
        self.for_ever = 800 / -self.growth.max()  # exp(−800) is 0

    def _modes(self) -> tuple[Floats, Floats, Floats]:
        """How fast each mode grows, y as modes, and modes as y."""
        if self.n * self.factor == 0:  # every component by itself, and no rounding
            return -self.rates, np.eye(len(self.rates)), np.eye(len(self.rates))
        root = np.sqrt(self.weights * self.rates)
        coupled = np.diag(-self.rates) + self.n * self.factor * np.outer(root, root)
        growth, vectors = np.linalg.eigh(coupled)
        scale = np.sqrt(self.weights / self.rates)
        return growth, scale[:, None] * vectors, vectors.T / scale

    def later(self, z: Floats, y: Floats, minutes: Floats) -> tuple[Floats, Floats]:
        """z and y after so many minutes, one number for each complaint."""
        lasts = np.minimum(minutes, self.for_ever)
        own, grown = np.exp(-self.rates[:, None] * lasts), np.exp(self.growth[:, None] * lasts)
        modes = grown * _product(self.inverse, y)
        if self.factor > 0:
            for component, rate in enumerate(self.rates):
                for mode, gap in enumerate(self.gaps[:, component]):
                    # ∫ exp(growth·(lasts − s) − rate·s) ds over the stretch; the coupling divides by the gap
                    if abs(gap) > _CLOSE * rate:
                        both = grown[mode] - own[component]
                    else:
                        slower = grown[mode] if gap >= 0 else own[component]
                        both = slower * (-np.expm1(-abs(gap) * lasts) / abs(gap) if gap else lasts)
                    modes[mode] += self.coupling[mode, component] * (z[component] * both)
        return z * own, _product(self.vectors, modes)

    def transition(self, minutes: float) -> Floats:
        """The matrix that takes z above y to what they are after so many minutes."""
        components = len(self.rates)
        z, y = np.split(np.eye(2 * components), 2)
        return np.vstack(self.later(z, y, np.full(2 * components, minutes)))

    @property
    def fresh(self) -> tuple[Floats, Floats]:
        """z and y of a post at the instant it appears, as columns."""
        return self.weights[:, None], np.zeros((len(self.weights), 1))


def _product(matrix: Floats, columns: Floats) -> Floats:
    """The product of a matrix with columns, one term after the other."""
    total: Floats = matrix[:, :1] * columns[0]
    for number in range(1, len(columns)):
        total += matrix[:, number : number + 1] * columns[number]
    return total


@lru_cache(maxsize=64)
def flows_of(audience: Audience) -> tuple[Flow, ...]:
    """The flow in each state."""
    return tuple(Flow(audience, factor) for factor in audience.factors)


class Table(NamedTuple):
    """The flows of all states for the kernels, the state first; ``plain`` says that rates and growths are
    apart, or the same: then the kernels know all that `Flow.later` does.
    """

    n: float
    weights: tuple[float, ...]
    factor: Floats
    vectors: Floats
    inverse: Floats
    coupling: Floats
    gaps: Floats
    plain: bool


@lru_cache(maxsize=64)
def table_of(audience: Audience) -> Table:
    """The flow in each state, as a table."""
    flows = flows_of(audience)
    names = ("factor", "vectors", "inverse", "coupling", "gaps")
    columns = {name: np.ascontiguousarray([getattr(flow, name) for flow in flows]) for name in names}
    gaps = np.abs(columns["gaps"])
    plain = bool(np.all((gaps == 0) | (gaps > _CLOSE * flows[0].rates)))
    return Table(flows[0].n, audience.kernel.weights, **columns, plain=plain)


class Exponentials(NamedTuple):
    """Which exponentials flows take of minutes that pass, for the kernels: each set of a ``row`` of minutes
    times ``powers``, (sets, components), and no two sets the same. ``place``, (audiences, flows, 2), says
    which set is that of the components that fade, and which that of the modes that grow.
    """

    row: NDArray[np.intp]
    powers: Floats
    place: NDArray[np.intp]


@lru_cache(maxsize=64)
def exponentials(
    audiences: tuple[Audience, ...], rows: tuple[int, ...], states: tuple[int, ...]
) -> Exponentials:
    """Those of flows in each of `states`, each of so many minutes as a row says."""
    flows = [flows_of(audience)[state] for audience in audiences for state in states]
    powers = np.array([(-flow.rates, flow.growth) for flow in flows])
    row = np.broadcast_to(np.array(rows, dtype=np.intp)[:, np.newaxis], (len(audiences), len(rows), 2))
    wanted = np.column_stack((row.ravel(), powers.reshape(row.size, len(audiences[0].kernel.rates))))
    each, place = np.unique(wanted, axis=0, return_inverse=True)
    return Exponentials(each[:, 0].astype(np.intp), each[:, 1:].copy(), place.reshape(row.shape))


def room_for(wanted: Exponentials, complaints: int, kernels: Any) -> Floats:
    """Room for what `faded` finds of the largest part of so many complaints."""
    strips = -(-min(complaints, _AT_A_TIME) // kernels.STRIP)
    return np.empty((strips, *wanted.powers.shape, kernels.STRIP))


def faded(lasts: Floats, wanted: Exponentials, room: Floats, kernels: Any) -> Floats:
    """The exponentials of all `lasts`, (strips, rows, complaints of a strip): of shape (strips, sets,
    components, complaints of a strip).
    """
    found = room[: len(lasts)]
    kernels.exponents(lasts, wanted.row, wanted.powers, found)
    return np.exp(found, out=found)


def known(audiences: Sequence[Audience], begin_minutes: Floats, kernels: Any) -> bool:
    """Whether there are kernels, and they know all that flows do of these complaints."""
    plain = all(table_of(audience).plain for audience in audiences)
    return kernels is not None and plain and not begin_minutes[0].any()


def by_kernels(
    wanted: Exponentials, begin_minutes: Floats, kernels: Any
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Some complaints at a time, how long their phases last, and the exponentials of it, see `faded`."""
    room = room_for(wanted, begin_minutes.shape[1], kernels)
    for some in in_parts(begin_minutes.shape[1]):
        lasts = kernels.lasting(np.ascontiguousarray(begin_minutes[:, some]))
        yield some, lasts, faded(lasts, wanted, room, kernels)


def attention(
    audience: Audience, begins: Floats, states: States
) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    """z and y at the beginning and at the end of each phase, each of shape (components, complaints), of
    complaints that go through the same states.
    """
    flows = flows_of(audience)
    z = flows[0].weights[:, None] * np.exp(-flows[0].rates[:, None] * begins[0])
    y = np.zeros_like(z)
    for begin, end, state in zip(begins, begins[1:], states, strict=False):
        lasts = lasting(begin, end)
        z_end, y_end = flows[state].later(z, y, lasts)
        z_end = np.where(lasts >= 0, z_end, 0.0)
        y_end = np.where(lasts > 0, y_end, np.where(lasts == 0, y, 0.0))
        yield z, y, z_end, y_end
        z, y = z_end, y_end
    yield z, y, np.zeros_like(z), np.zeros_like(y)


def lasting(begin: Floats, end: Floats) -> Floats:
    """How long phases last, in minutes; `FOR_EVER` if they begin and do not end."""
    with np.errstate(invalid="ignore"):  # never begun
        return np.where(begin < end, np.where(end < np.inf, end - begin, FOR_EVER), 0.0)


def alike(states: States) -> Iterator[tuple[NDArray[np.intp] | slice, States]]:
    """The rows of complaints that go through the same states, and these."""
    if states.ndim == 1:
        yield slice(None), states
        return
    kinds, kind_of = np.unique(states, axis=1, return_inverse=True)
    for number, kind in enumerate(kinds.T):
        yield np.flatnonzero(kind_of.ravel() == number), kind


def in_parts(complaints: int) -> Iterator[slice]:
    """Slices of so many complaints that are small enough to compute with at once."""
    for first in range(0, complaints, _AT_A_TIME):
        yield slice(first, first + _AT_A_TIME)
