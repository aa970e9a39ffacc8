"""M/G/s by Allen and Cunneen's formula: several agents and any law of handling. An approximation.

W ≈ W(M/M/s)·(c² + cv²)/2, with c and cv the coefficients of variation of the gaps between arrivals and of
handling (Allen 1978; the same as Lee & Longton's of 1959 for Poisson arrivals). Exact for exponential
handling, and for one agent with Poisson arrivals. Else it is off: with 7 agents, 80% busy, and lognormal
handling 4% low at cv 0.5, 8% high at cv 1.2 (16% at 60% busy, 4% at 90%) and 23% high at cv 2, beside 80
million customers played by the recursion of Kiefer & Wolfowitz (1955).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcare.theory.domain import not_negative
from simcare.theory.erlang import ErlangC


@dataclass(frozen=True)
class AllenCunneen:
    """About G/G/s first come first served, everybody waits.

    `arrival_rate` (at least 0) per unit of time, `mean_handling` (above 0) in that unit, `handling_cv`
    standard deviation over mean (at least 0), `agents` a whole number above the load; `arrivals_cv` of the
    gaps between arrivals, 1 for Poisson. DomainError outside, Overload where the agents cannot keep up.
    """

    arrival_rate: float
    mean_handling: float
    handling_cv: float
    agents: int
    arrivals_cv: float = 1.0

    def __post_init__(self) -> None:
        not_negative("handling_cv", self.handling_cv)
        not_negative("arrivals_cv", self.arrivals_cv)
        self.exponential  # noqa: B018 (which checks the rest of the domain)

    @property
    def exponential(self) -> ErlangC:
        """The same desk with exponential handling and Poisson arrivals, from which the rest is scaled."""
        return ErlangC(self.arrival_rate, self.mean_handling, self.agents)

    @property
    def factor(self) -> float:
        """By how much the mean wait differs from that of Erlang C."""
        return (self.arrivals_cv**2 + self.handling_cv**2) / 2

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling; exact."""
        return self.exponential.occupancy

    @property
    def wait_probability(self) -> float:
        """About the probability of having to wait: Erlang C's."""
        return self.exponential.wait_probability

    @property
    def mean_wait(self) -> float:
        """About the mean wait until handling starts, over all."""
        return self.factor * self.exponential.mean_wait

    @property
    def mean_queue(self) -> float:
        """About the mean number waiting (Little 1961)."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents: the load, exactly."""
        return self.exponential.load

    def wait_longer_than(self, time: float) -> float:
        """About P(W > time): an exponential tail that has the mean wait."""
        not_negative("time", time, finite=False)
        if self.factor == 0:
            return 0.0
        return self.wait_probability * math.exp(-self.exponential.spare_rate / self.factor * time)

    def answered_within(self, time: float) -> float:
        """About P(W ≤ time): the share whose handling starts within `time`."""
        return 1.0 - self.wait_longer_than(time)
