"""Agents who hold several contacts at once: limited processor sharing, with a pace for each number in hand.

The chain of how many agents have so many in hand, exact for exponential work (Avi-Itzhak & Halfin 1988 for
one agent; Tezcan & Zhang 2014 for chat desks). Whoever has the fewest takes the next. When all are full the
others wait, and who waits behind j others waits as in Erlang A with the joint pace of full agents.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from scipy import special

from simcare.errors import DomainError, TooLarge
from simcare.theory.ahead import Ahead, Floats, log_weights
from simcare.theory.domain import Overload, not_negative, positive, whole

MOST_STATES = 20_000


@dataclass(frozen=True)
class ChatDesk:
    """M/M/s+M whose agents hold several at once, first come first served, the fewest in hand first.

    `arrival_rate` (above 0) per unit of time; `mean_handling` (above 0) of one contact alone in hand, in
    that unit; `agents` at least 1. `pace_in_total[k − 1]`: how fast an agent with k in hand works on all of
    them together, 1 for the speed with one; `(1, 1.6, 1.8)` is three at a time. `mean_patience` above 0, or
    infinite. DomainError outside, Overload where full agents cannot keep up, TooLarge beyond 20,000 states.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    pace_in_total: Sequence[float]
    mean_patience: float = math.inf

    def __post_init__(self) -> None:
        positive("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents, at_least=1)
        if not self.pace_in_total:
            raise DomainError("pace_in_total: expected the pace with one in hand, with two, and so on")
        for pace in self.pace_in_total:
            positive("pace_in_total", pace)
        if not self.mean_patience > 0:
            raise DomainError(f"mean_patience: expected a number above 0, got {self.mean_patience!r}")
        if math.isinf(self.mean_patience) and self.arrival_rate >= self._full_rate:
            raise Overload(
                f"agents: {self.agents} with {len(self.pace_in_total)} in hand each cannot keep up with "
                f"{self.load:.12g} erlangs"
            )
        states = math.comb(self.agents + len(self.pace_in_total), self.agents)
        if states > MOST_STATES:
            raise TooLarge(
                f"the exact solution needs {states:,} states, the limit is {MOST_STATES:,}; ask for fewer "
                "agents or fewer in hand, or simulate the desk with simcare run"
            )

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def wait_probability(self) -> float:
        """Share that finds all agents full."""
        return self._full

    @property
    def abandon_probability(self) -> float:
        """Share that leaves without being served."""
        return self._full * self._fate.leaves

    @property
    def served_probability(self) -> float:
        """Share that is served."""
        return 1 - self.abandon_probability

    @property
    def mean_wait(self) -> float:
        """Mean wait until handling starts or the customer leaves, over all arrivals."""
        return self._full * self._fate.mean_wait

    @property
    def mean_queue(self) -> float:
        """Mean number waiting (Little 1961)."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_in_hand(self) -> float:
        """Mean number of contacts in the hands of all agents."""
        return float(self._share @ self._in_hand.sum(axis=1))

    @property
    def mean_time_in_hand(self) -> float:
        """Mean time from start to end of handling: longer than alone, for agents divide their time."""
        return self.mean_in_hand / (self.arrival_rate * self.served_probability)

    @property
    def occupancy(self) -> float:
        """Share of the agents' time with anything in hand."""
        return float(self._share @ (self._in_hand > 0).mean(axis=1))

    def wait_longer_than(self, time: float) -> float:
        """P(W > time): still waiting `time` after arrival."""
        return self._full * self._fate.still_waiting(not_negative("time", time, finite=False))

    def served_within(self, time: float) -> float:
        """Share of all arrivals whose handling starts within `time`."""
        within = self._fate.served_within(not_negative("time", time, finite=False))
        return 1 - self._full + self._full * within

    @property
    def _full_rate(self) -> float:
        return self.agents * self.pace_in_total[-1] / self.mean_handling

    @property
    def _leaving_rate(self) -> float:
        return 0.0 if math.isinf(self.mean_patience) else 1 / self.mean_patience

    @cached_property
    def _logs(self) -> Floats:
        """Logs of the weights of 0, 1, … waiting while all are full, relative to 0."""
        return log_weights(
            lambda j: self.arrival_rate / (self._full_rate + (j + 1) * self._leaving_rate), None
        )

    @cached_property
    def _fate(self) -> Ahead:
        weight = np.exp(self._logs - special.logsumexp(self._logs))
        waiting = np.arange(len(weight), dtype=np.float64)
        return Ahead(waiting, weight, self._full_rate, self._leaving_rate)

    @property
    def _full(self) -> float:
        return float(self._share[-1])

    @cached_property
    def _states(self) -> tuple[tuple[int, ...], ...]:
        """What the agents have in hand, sorted; the last: all are full."""
        return tuple(combinations_with_replacement(range(len(self.pace_in_total) + 1), self.agents))

    @cached_property
    def _in_hand(self) -> Floats:
        return np.array(self._states, dtype=np.float64)

    @cached_property
    def _share(self) -> Floats:
        """The share of time in each state, whoever waits counted with the last."""
        from scipy import sparse  # here, as other formulas need it not and it takes a while to load
        from scipy.sparse.linalg import spsolve

        number = {state: place for place, state in enumerate(self._states)}
        moves = [(number[a], number[b], rate) for a in self._states for b, rate in self._moves(a)]
        rows, columns, rates = map(np.array, zip(*moves, strict=True))
        size = len(self._states)
        flow = sparse.csr_array((rates, (rows, columns)), shape=(size, size))
        balance = (flow - sparse.diags_array(np.asarray(flow.sum(axis=1)).ravel())).T.tocsc()
        # Without those who wait: the desk watched only while nobody does. Relative to the empty desk.
        share = np.ones(size)
        share[1:] = spsolve(balance[1:, 1:], -balance[1:, [0]].toarray().ravel())
        log_last = math.log(share[-1]) + float(special.logsumexp(self._logs))
        log_rest = math.log(float(share[:-1].sum()))
        last = float(special.expit(log_last - log_rest))
        share[:-1] *= (1 - last) / share[:-1].sum()
        share[-1] = last
        return share

    def _moves(self, state: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], float]]:
        if state[0] < len(self.pace_in_total):
            yield tuple(sorted((state[0] + 1, *state[1:]))), self.arrival_rate
        for agent, held in enumerate(state):
            if held:
                fewer = tuple(sorted((*state[:agent], held - 1, *state[agent + 1 :])))
                yield fewer, self.pace_in_total[held - 1] / self.mean_handling
