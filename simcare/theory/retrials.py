"""Retrials: who finds no place tries again later (Falin & Templeton 1997).

M/M/s/K whose blocked customers come back with a chance, after an exponential pause, again and again. The
chain of who is there and who is about to try is solved as it stands, cut off where it is next to never.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from simcare.errors import TooLarge
from simcare.theory.ahead import Floats
from simcare.theory.domain import Overload, positive, share, whole

NEGLIGIBLE = 1e-12
"""The share of time that may be cut away."""

MOST_STATES = 200_000


@dataclass(frozen=True)
class Retrials:
    """M/M/s/K with retrials: `agents` at least 1 and `queue_limit` places to wait (0: none).

    `arrival_rate` of new customers (above 0) per unit of time; `mean_handling` and `mean_pause` before
    another try (above 0) in that unit; `chance`: the share of the blocked who try again (0 to 1). DomainError
    outside; Overload where all try until they succeed and the agents cannot keep up; TooLarge beyond 200,000
    states.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    queue_limit: int
    chance: float
    mean_pause: float

    def __post_init__(self) -> None:
        positive("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents, at_least=1)
        whole("queue_limit", self.queue_limit)
        share("chance", self.chance)
        positive("mean_pause", self.mean_pause)
        if self.chance == 1 and self.load >= self.agents:
            raise Overload(
                f"load: {self.load:.12g} erlangs of customers who try until they succeed need more than "
                f"{self.agents} agents"
            )

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def blocked_first(self) -> float:
        """Share of new customers who find no place."""
        return float(self._share[-1].sum())

    @property
    def blocked(self) -> float:
        """Share of all tries that find no place."""
        rate = self.arrival_rate + np.arange(self._share.shape[1]) / self.mean_pause
        return float(self._share[-1] @ rate) / (self.arrival_rate * self.tries)

    @property
    def tries(self) -> float:
        """Mean number of tries of a customer, the first included."""
        return 1 + self.mean_trying / (self.mean_pause * self.arrival_rate)

    @property
    def lost_probability(self) -> float:
        """Share of customers who give up in the end."""
        return max(0.0, 1 - self.mean_busy / self.load)

    @property
    def served_at_once(self) -> float:
        """Share of customers whose first try finds a free agent."""
        return float(self._share[: self.agents].sum())

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents."""
        return self._mean(np.minimum(np.arange(len(self._share)), self.agents))

    @property
    def mean_queue(self) -> float:
        """Mean number waiting in the places."""
        return self._mean(np.maximum(np.arange(len(self._share)) - self.agents, 0))

    @property
    def mean_trying(self) -> float:
        """Mean number of customers about to try again."""
        return float(self._share.sum(axis=0) @ np.arange(self._share.shape[1]))

    @property
    def mean_wait(self) -> float:
        """Mean time waiting and between tries, over all new customers (Little 1961)."""
        return (self.mean_queue + self.mean_trying) / self.arrival_rate

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling."""
        return self.mean_busy / self.agents

    def _mean(self, present: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return float(self._share.sum(axis=1) @ present)

    @cached_property
    def _share(self) -> Floats:
        """The share of time by number present (down) and number about to try (across)."""
        trying = 16
        while True:
            found = self._cut_at(trying)
            if found[:, -1].sum() < NEGLIGIBLE:
                return found
            trying *= 2

    def _cut_at(self, most: int) -> Floats:
        """The chain with at most so many about to try: who would be one more gives up."""
        full = self.agents + self.queue_limit
        shape = (full + 1, most + 1)
        if shape[0] * shape[1] > MOST_STATES:
            raise TooLarge(f"the exact solution needs more than {MOST_STATES:,} states")
        number = np.arange(shape[0] * shape[1]).reshape(shape)
        present, trying = np.divmod(number, most + 1)
        back = trying / self.mean_pause
        moves = (
            (number[:-1], number[1:], np.full(shape, self.arrival_rate)[:-1]),
            (number[1:], number[:-1], np.minimum(present, self.agents)[1:] / self.mean_handling),
            (number[:-1, 1:], number[1:, :-1], back[:-1, 1:]),
            (number[-1, :-1], number[-1, 1:], np.full(most, self.arrival_rate * self.chance)),
            (number[-1, 1:], number[-1, :-1], back[-1, 1:] * (1 - self.chance)),
        )
        rows, columns, rates = (np.concatenate([np.ravel(move[part]) for move in moves]) for part in range(3))
        flow = sparse.csr_array((rates, (rows, columns)), shape=(number.size, number.size))
        balance = (flow - sparse.diags_array(np.asarray(flow.sum(axis=1)).ravel())).T.tocsc()
        # Relative to where the desk often is: with nobody about to try and as many busy as the load.
        often = int(number[min(round(self.load), self.agents), 0])
        others = np.delete(np.arange(number.size), often)
        share = np.ones(number.size)
        if self.chance or most:
            share[others] = spsolve(
                balance[others][:, others], -balance[others][:, [often]].toarray().ravel()
            )
        share = np.maximum(share, 0.0)
        found: Floats = (share / share.sum()).reshape(shape)
        return found
