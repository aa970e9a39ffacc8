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
_AT_A_TIME = 2048  # complaints: what is computed of so many stays in the cache of a processor


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


def phases(
    audience: Audience, begin_minutes: Floats, states: NDArray[np.integer], kernels: Any = None
) -> Phases:
    """Split what becomes of complaints by phases.

    `begin_minutes` and `states`, of shape (phases, complaints), say when each phase begins, in minutes since
    the post and in ascending order, infinite if never, and which state it is. The last phase has no end. The
    first begins at 0, or what is seen before is in none. With `kernels`, the module
    `simcare.virality.compiled`, it is the same and takes less time.
    """
    parts = Phases(*(np.empty(begin_minutes.shape) for _ in range(3)))
    flows = flows_of(audience)
    table = table_of(audience)
    damped = table.factor / (1 - table.factor * table.n)
    for some in in_parts(begin_minutes.shape[1]):
        begins, which = begin_minutes[:, some], states[:, some]
        into = (parts.views[:, some], parts.reshares[:, some], parts.reshare_views[:, some])
        if kernels is not None and table.plain:
            # Rows as they stand in memory: each other layout would be compiled anew.
            begins, which = np.ascontiguousarray(begins), np.ascontiguousarray(which)
            lasts, exponents = kernels.exponents_of_phases(begins, which, table)
            faded = np.exp(exponents, out=exponents)
            kernels.phases(begins, which, lasts, faded, damped, PRIVATE, table, *into)
            continue
        for number, (z, y, z_end, y_end) in enumerate(attention(flows, begins, which)):
            views = (z - z_end).sum(axis=0)
            brought = (y - y_end).sum(axis=0)
            reshares = damped[which[number]] * (views + table.n * brought)
            public = which[number] != PRIVATE
            into[0][number] = views * public
            into[1][number] = reshares
            into[2][number] = (brought + reshares) * public
    return parts


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
    rates: Floats
    factor: Floats
    growth: Floats
    vectors: Floats
    inverse: Floats
    coupling: Floats
    gaps: Floats
    for_ever: Floats
    plain: bool


@lru_cache(maxsize=64)
def table_of(audience: Audience) -> Table:
    """The flow in each state, as a table."""
    flows = flows_of(audience)
    names = ("factor", "growth", "vectors", "inverse", "coupling", "gaps", "for_ever")
    columns = {name: np.ascontiguousarray([getattr(flow, name) for flow in flows]) for name in names}
    gaps = np.abs(columns["gaps"])
    plain = bool(np.all((gaps == 0) | (gaps > _CLOSE * flows[0].rates)))
    return Table(flows[0].n, audience.kernel.weights, flows[0].rates, **columns, plain=plain)


def attention(
    flows: Sequence[Flow], begins: Floats, states: NDArray[np.integer]
) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    """z and y at the beginning and at the end of each phase, each of shape (components, complaints)."""
    z = flows[0].weights[:, None] * np.exp(-flows[0].rates[:, None] * begins[0])
    y = np.zeros_like(z)
    ends = np.vstack((begins[1:], np.full(begins.shape[1], np.inf)))
    for begin, end, state in zip(begins, ends, states, strict=True):
        z_end, y_end = np.where(end == begin, z, 0.0), np.where(end == begin, y, 0.0)
        within = (begin < end) & (end < np.inf)
        for number in np.flatnonzero(np.bincount(state[within], minlength=len(flows))).tolist():
            here, flow = those(within & (state == number)), flows[number]
            if here is not None:
                z_end[:, here], y_end[:, here] = flow.later(z[:, here], y[:, here], end[here] - begin[here])
        yield z, y, z_end, y_end
        z, y = z_end, y_end


def those(which: NDArray[np.bool_]) -> NDArray[np.intp] | slice | None:
    """An index of what is true; None if nothing is. All are a slice, which needs no copy."""
    here = np.flatnonzero(which)
    return None if len(here) == 0 else slice(None) if len(here) == len(which) else here


def in_parts(complaints: int) -> Iterator[slice]:
    """Slices of so many complaints that are small enough to compute with at once."""
    for first in range(0, complaints, _AT_A_TIME):
        yield slice(first, first + _AT_A_TIME)
