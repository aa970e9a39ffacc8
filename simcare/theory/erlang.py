"""Erlang B and Erlang C: a constant rate, exponential handling, and customers who never leave of themselves.

Erlang B (Erlang 1917): nobody can wait, whoever finds all agents busy is lost. Erlang C: everybody waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcare.theory.domain import Overload, counted, not_negative, positive, whole


def erlang_b(agents: int, load: float) -> float:
    """Probability that all agents are busy when whoever finds them so is lost (M/G/s/s).

    `agents` is a whole number of at least 0 and `load` = arrival rate × mean handling, in erlangs, at
    least 0. By the recursion 1/B(k) = 1 + k/(load·B(k−1)) (Erlang 1917), all of whose terms are positive.
    A probability too small for a float is 0; `log_inverse_erlang_b` still has it.
    """
    return math.exp(-log_inverse_erlang_b(agents, load))


def log_inverse_erlang_b(agents: int, load: float) -> float:
    """log(1/B(agents, load)), also where Erlang B underflows; infinite at load 0 with agents."""
    whole("agents", agents)
    not_negative("load", load)
    if agents == 0:
        return 0.0
    if load == 0:
        return math.inf
    inverse, one, log_scale = 1.0, 1.0, 0.0  # 1/B = (inverse / one·) with both divided by exp(log_scale)
    for k in range(1, agents + 1):
        inverse = one + (k / load) * inverse
        if inverse > 1e200:
            inverse *= 1e-200
            one *= 1e-200
            log_scale += 200 * math.log(10)
    return math.log(inverse) + log_scale


def erlang_c(agents: int, load: float) -> float:
    """Probability of having to wait in M/M/s: C = sB/(s − a(1 − B)), with B = Erlang B (Erlang 1917).

    `load` in erlangs, below `agents`; Overload where the queue would grow for ever.
    """
    whole("agents", agents, at_least=1)
    not_negative("load", load)
    if load >= agents:
        raise Overload(f"load: {load:.12g} erlangs need more than {counted(agents)}, or the queue grows on")
    blocked = erlang_b(agents, load)
    return agents * blocked / ((agents - load) + load * blocked)


@dataclass(frozen=True)
class ErlangB:
    """M/G/s/s: whoever finds all agents busy is lost (Erlang 1917), whatever the law of handling.

    `arrival_rate` in contacts per unit of time (at least 0), `mean_handling` in that unit (above 0),
    `agents` a whole number of at least 0. DomainError outside.
    """

    arrival_rate: float
    mean_handling: float
    agents: int

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents)

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def blocked(self) -> float:
        """Share that finds all agents busy and is lost."""
        return erlang_b(self.agents, self.load)

    @property
    def served_probability(self) -> float:
        """Share that is answered, which is at once."""
        return 1 - self.blocked

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents."""
        return self.load * self.served_probability

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling; nan without agents."""
        return self.mean_busy / self.agents if self.agents else math.nan


@dataclass(frozen=True)
class ErlangC:
    """M/M/s first come first served, everybody waits (Erlang 1917).

    `arrival_rate` in contacts per unit of time (at least 0), `mean_handling` in that unit (above 0),
    `agents` a whole number above the load. DomainError outside, Overload where agents cannot keep up.
    """

    arrival_rate: float
    mean_handling: float
    agents: int

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents, at_least=1)
        if self.load >= self.agents:
            raise Overload(
                f"load: {self.load:.12g} erlangs need more than {counted(self.agents)}, or the queue grows on"
            )

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs; also the mean number of busy agents."""
        return self.arrival_rate * self.mean_handling

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling."""
        return self.load / self.agents

    @property
    def wait_probability(self) -> float:
        """Probability of having to wait."""
        return erlang_c(self.agents, self.load)

    @property
    def spare_rate(self) -> float:
        """sμ − λ: how much faster, in contacts per unit of time, busy agents finish than contacts arrive."""
        return (self.agents - self.load) / self.mean_handling

    @property
    def mean_wait(self) -> float:
        """Mean wait until handling starts, over all, those at once included: C/(sμ − λ)."""
        return self.wait_probability / self.spare_rate

    @property
    def mean_wait_of_waiting(self) -> float:
        """Mean wait of those who have to wait: 1/(sμ − λ)."""
        return 1 / self.spare_rate

    @property
    def mean_queue(self) -> float:
        """Mean number waiting (Little 1961)."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents: the load."""
        return self.load

    def wait_longer_than(self, time: float) -> float:
        """P(W > time) = C·exp(−(sμ − λ)·time), for a time of at least 0."""
        return self.wait_probability * math.exp(-self.spare_rate * not_negative("time", time, finite=False))

    def answered_within(self, time: float) -> float:
        """P(W ≤ time): the share whose handling starts within `time`."""
        return 1.0 - self.wait_longer_than(time)
