"""M/M/s+G: Erlang A for any law of patience.

Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005. With Ḡ the survival function of patience and
H(x) = ∫₀ˣ Ḡ, one who finds all busy and would never leave waits V with a density proportional to
exp(λH(v) − sμv), which rises to one hump and then falls at least as fast as an exponential. Everything below
is an integral over it, by Gauss–Legendre on panels that are halved until nothing is left to see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import special

from simcare.errors import TooLarge
from simcare.theory.ahead import Floats
from simcare.theory.domain import Overload, not_negative, positive, whole
from simcare.theory.erlang import log_inverse_erlang_b

ORDER = 15
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
_TO_SERIES = np.linalg.inv(np.polynomial.legendre.legvander(_NODES, ORDER - 1))
_UNTIL_NODE = (
    np.array(
        [
            np.polynomial.legendre.legval(_NODES, np.polynomial.legendre.legint(one, lbnd=-1))
            for one in np.eye(ORDER)
        ]
    ).T
    @ _TO_SERIES
)
"""Values at the nodes of [−1, 1] to the integrals from −1 up to each node."""

NEGLIGIBLE = 50.0
"""Where the density has fallen by this many powers of e it is as good as 0."""

FAR = 1e15
"""Who is still patient after so many completions never leaves."""

HALVINGS, MOST_PANELS = 60, 200_000


@dataclass(frozen=True)
class AnyPatience:
    """M/M/s+G first come first served.

    `arrival_rate` (at least 0) per unit of time, `mean_handling` (above 0) in that unit, `agents` a whole
    number of at least 1. `survival(t)` = P(patience > t) for an array of times above 0, never rising;
    `jumps` names the times at which it jumps or bends (the value of a constant patience). DomainError
    outside; Overload where those who never leave are too many for the agents.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    survival: Callable[[Floats], Floats]
    jumps: Sequence[float] = ()

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents, at_least=1)
        for jump in self.jumps:
            not_negative("jumps", jump)

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def wait_probability(self) -> float:
        """Probability of finding all agents busy."""
        return float(special.expit(self._log_odds_busy))

    @property
    def abandon_probability(self) -> float:
        """Share that leaves before being served."""
        wait = self._wait
        return self.wait_probability * float(wait.chance @ (1 - wait.stays))

    @property
    def served_probability(self) -> float:
        """Share that is served, sooner or later."""
        return 1 - self.abandon_probability

    @property
    def mean_wait(self) -> float:
        """Mean wait over all arrivals, until handling starts or the customer leaves."""
        return self.wait_probability * float(self._wait.chance @ self._wait.patience_until)

    @property
    def mean_wait_served(self) -> float:
        """Mean wait of those who are served."""
        return self.wait_probability * self._mean_wait_and_served / self.served_probability

    @property
    def mean_wait_abandoned(self) -> float:
        """Mean wait of those who leave; nan when nobody does."""
        if self.abandon_probability == 0:
            return math.nan
        in_all = float(self._wait.chance @ self._wait.patience_until) - self._mean_wait_and_served
        return self.wait_probability * in_all / self.abandon_probability

    @property
    def mean_queue(self) -> float:
        """Mean number waiting (Little 1961)."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents (Little 1961)."""
        return self.load * self.served_probability

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling."""
        return self.mean_busy / self.agents

    def served_within(self, time: float) -> float:
        """Share of all arrivals whose handling starts within `time`."""
        wait = self._cut_at(time)._wait
        until = wait.time <= time
        return 1 - self.wait_probability * (1 - float(wait.chance[until] @ wait.stays[until]))

    def wait_longer_than(self, time: float) -> float:
        """P(W > time): still waiting `time` after arrival, neither started nor gone."""
        wait = self._cut_at(time)._wait
        stays = float(self.survival(np.array([time]))[0])
        return self.wait_probability * stays * float(wait.chance[wait.time > time].sum())

    def _cut_at(self, time: float) -> AnyPatience:
        """The same desk, with a panel that ends at a time."""
        return replace(self, jumps=(*self.jumps, not_negative("time", min(time, 1e300))))

    @property
    def _mean_wait_and_served(self) -> float:
        return float((self._wait.chance * self._wait.stays) @ self._wait.time)

    @property
    def _log_odds_busy(self) -> float:
        if self.arrival_rate == 0:
            return -math.inf
        log_idle = log_inverse_erlang_b(self.agents - 1, self.load)
        return math.log(self.arrival_rate) + self._wait.log_area - log_idle

    @cached_property
    def _wait(self) -> _OfferedWait:
        """The law of V, panel by panel, as far out as it matters."""
        finishing = self.agents / self.mean_handling
        if self.arrival_rate * float(self.survival(np.array([FAR / finishing]))[0]) >= finishing:
            raise Overload(
                f"agents: {self.agents} cannot keep up with those of {self.load:.12g} erlangs who never leave"
            )
        jumps = np.unique(np.asarray(self.jumps, dtype=np.float64))
        edges = np.array([0.0, 1 / finishing])
        while True:
            edges = np.union1d(edges, jumps[(jumps > 0) & (jumps < edges[-1])])
            found = self._refined(edges)
            if found.log_density[-1] < found.log_density.max() - NEGLIGIBLE:
                return found
            edges = np.append(found.edges, 2 * found.edges[-1])

    def _refined(self, edges: Floats) -> _OfferedWait:
        """Halve the panels on which 15 points do not yet see all."""
        for _ in range(HALVINGS):
            found = _OfferedWait.on(edges, self.arrival_rate, self.agents / self.mean_handling, self.survival)
            if not found.coarse.any():
                break
            if len(edges) > MOST_PANELS:
                raise TooLarge("the law of patience has more jumps than a formula can follow")
            edges = np.union1d(edges, (edges[:-1] + edges[1:])[found.coarse] / 2)
        return found


@dataclass(frozen=True)
class _OfferedWait:
    """The wait of one who would never leave, given that all are busy, as points in time with a chance each.

    ``stays``: P(patience > time), ``patience_until``: E[min(patience, time)]; ``log_area``: the log of the
    integral of exp(λH − sμv). ``coarse`` marks panels between ``edges`` that should be halved.
    """

    edges: Floats
    time: Floats
    stays: Floats
    patience_until: Floats
    log_density: Floats
    chance: Floats
    log_area: float
    coarse: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @staticmethod
    def on(
        edges: Floats, arriving: float, finishing: float, survival: Callable[[Floats], Floats]
    ) -> _OfferedWait:
        half = np.diff(edges)[:, None] / 2
        time = edges[:-1, None] + half * (1 + _NODES)
        stays = np.asarray(survival(time.ravel()), dtype=np.float64).reshape(time.shape)
        whole_panels = (half * (stays @ _WEIGHTS)[:, None]).ravel()
        before = np.concatenate(([0.0], np.cumsum(whole_panels)[:-1]))[:, None]
        until = before + half * (stays @ _UNTIL_NODE.T)
        log_density = arriving * until - finishing * time
        top = float(log_density.max())
        density = np.exp(log_density - top) * half
        area = float((density @ _WEIGHTS).sum())
        lost_patience = np.abs(arriving * half * (stays @ _TO_SERIES[-2:].T)).max(axis=1)
        lost_density = np.abs(density @ _TO_SERIES[-2:].T).max(axis=1)
        # Patience is of no matter where the density is as good as nothing.
        matters = density.max(axis=1) > 1e-16 * area / len(half)
        return _OfferedWait(
            edges,
            time.ravel(),
            stays.ravel(),
            until.ravel(),
            log_density.ravel(),
            (density * _WEIGHTS).ravel() / area,
            top + math.log(area),
            (lost_density > 1e-14 * area) | (matters & (lost_patience > 1e-12)),
        )
