"""Erlang A with a limit of the queue, and customers who look at it before they join: M/M/s/K+M.

Whoever finds no place to wait is turned away; of the others who would have to wait, a share goes at once that
may depend on how many wait already (balking: Haight 1957; Ancker & Gafarian 1963). A birth–death process;
who joins behind j others waits as in Erlang A.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from simcare.errors import DomainError
from simcare.theory.ahead import Ahead, Floats, log_weights
from simcare.theory.domain import Overload, not_negative, positive, share, whole
from simcare.theory.erlang import log_inverse_erlang_b


@dataclass(frozen=True)
class LimitedQueue:
    """M/M/s/K+M first come first served, with balking.

    `arrival_rate` (above 0) in contacts per unit of time; `mean_handling` (above 0) and `mean_patience`
    (above 0, or infinite) in that unit; `agents` a whole number of at least 1. `queue_limit`: the most who
    may wait (0: nobody), or None. `leaves_at_once`: pairs (how many wait at least, the share that then
    goes at once), as `((0, 0.0), (3, 0.5))`; the first for 0. DomainError outside; Overload where the queue
    would grow for ever.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    mean_patience: float = math.inf
    queue_limit: int | None = None
    leaves_at_once: Sequence[tuple[int, float]] = ((0, 0.0),)

    def __post_init__(self) -> None:
        positive("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents, at_least=1)
        if not self.mean_patience > 0:
            raise DomainError(f"mean_patience: expected a number above 0, got {self.mean_patience!r}")
        if self.queue_limit is not None:
            whole("queue_limit", self.queue_limit)
        since = [whole("leaves_at_once", waiting) for waiting, _ in self.leaves_at_once]
        if not since or since[0] != 0 or sorted(set(since)) != since:
            raise DomainError("leaves_at_once: expected pairs (waiting, share) in order, the first for 0")
        stays = [1 - share("leaves_at_once", part) for _, part in self.leaves_at_once]
        endless = self.queue_limit is None and math.isinf(self.mean_patience)
        if endless and self.load * stays[-1] >= self.agents:
            raise Overload(
                f"agents: {self.agents} cannot keep up with {self.load * stays[-1]:.12g} erlangs of "
                "customers who join however many wait, and never leave"
            )

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def all_busy(self) -> float:
        """Probability that an arrival finds all agents busy."""
        return float(special.expit(self._log_odds_busy))

    @property
    def turned_away(self) -> float:
        """Share that finds no place to wait."""
        return self.all_busy * float(self._waiting @ self._full)

    @property
    def left_at_once(self) -> float:
        """Share that sees the queue and goes."""
        return self.all_busy - self.turned_away - self.wait_probability

    @property
    def wait_probability(self) -> float:
        """Share that joins the queue."""
        return self.all_busy * float(self._waiting @ self._joins)

    @property
    def abandon_probability(self) -> float:
        """Share that goes unserved of its own will, at once or later; who is turned away is not in it."""
        return self.left_at_once + self.wait_probability * self._fate.leaves

    @property
    def served_probability(self) -> float:
        """Share that is served."""
        return self._idle + self.wait_probability * self._fate.served

    @property
    def mean_wait(self) -> float:
        """Mean wait over all arrivals; who is turned away or goes at once has waited 0."""
        return self.wait_probability * self._fate.mean_wait

    @property
    def mean_wait_served(self) -> float:
        """Mean wait of those who are served."""
        return self.wait_probability * self._fate.mean_wait_and_served / self.served_probability

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

    def wait_longer_than(self, time: float) -> float:
        """P(W > time): still waiting `time` after arrival."""
        return self.wait_probability * self._fate.still_waiting(not_negative("time", time, finite=False))

    def served_within(self, time: float) -> float:
        """Share of all arrivals whose handling starts within `time`."""
        return self._idle + self.wait_probability * self._fate.served_within(
            not_negative("time", time, finite=False)
        )

    @property
    def _idle(self) -> float:
        return float(special.expit(-self._log_odds_busy))

    @property
    def _leaving_rate(self) -> float:
        return 0.0 if math.isinf(self.mean_patience) else 1 / self.mean_patience

    def _stays(self, waiting: Floats) -> Floats:
        """The share that joins of those who find so many waiting, and a place."""
        since, gone = zip(*self.leaves_at_once, strict=True)
        stays: Floats = 1 - np.asarray(gone, dtype=np.float64)
        return stays[np.searchsorted(since, waiting, side="right") - 1]

    @cached_property
    def _logs(self) -> Floats:
        """Logs of the weights of 0, 1, … waiting while all are busy, relative to 0."""
        completion = self.agents / self.mean_handling
        return log_weights(
            lambda j: self.arrival_rate * self._stays(j) / (completion + (j + 1) * self._leaving_rate),
            self.queue_limit,
        )

    @cached_property
    def _waiting(self) -> Floats:
        """The probability of 0, 1, … waiting, given that all are busy."""
        waiting: Floats = np.exp(self._logs - special.logsumexp(self._logs))
        return waiting

    @cached_property
    def _full(self) -> Floats:
        full = np.zeros(len(self._logs))
        full[-1] = float(self.queue_limit is not None and len(full) == self.queue_limit + 1)
        return full

    @cached_property
    def _joins(self) -> Floats:
        """The share that joins, by how many wait."""
        return (1 - self._full) * self._stays(np.arange(len(self._logs), dtype=np.float64))

    @cached_property
    def _fate(self) -> Ahead:
        waiting = np.arange(len(self._logs), dtype=np.float64)
        joining = self._waiting * self._joins
        # Where nobody ever joins, what would become of those who do has weight 0.
        weight = joining / joining.sum() if joining.any() else (waiting == 0).astype(np.float64)
        return Ahead(waiting, weight, self.agents / self.mean_handling, self._leaving_rate)

    @cached_property
    def _log_odds_busy(self) -> float:
        log_idle = math.log(self.agents / self.load) + log_inverse_erlang_b(self.agents - 1, self.load)
        return float(special.logsumexp(self._logs)) - log_idle
