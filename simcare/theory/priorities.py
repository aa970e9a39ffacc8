"""How long each class waits in M/M/s with priorities: not only the mean, but the whole law.

Non-preemptive, first come first served within a class, one exponential law of handling for all. Whoever of
class k finds all busy waits until the agents, finishing at rate sμ, have taken all of classes 1 to k before
him and whoever of classes 1 to k − 1 comes meanwhile: a delay busy period of M/M/1 that begins with an
exponential piece of work (Davis 1966; Kella & Yechiali 1985).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simcare.theory.domain import not_negative
from simcare.theory.erlang import ErlangC
from simcare.theory.single_server import same_rate_priority_mean_waits

FEWEST_POINTS, MOST_POINTS = 64, 1 << 20


@dataclass(frozen=True)
class SameRatePriorities:
    """M/M/s with priority classes that all take the same time to handle; everybody waits.

    `arrival_rates` in contacts per unit of time, the most urgent class first, each at least 0;
    `mean_handling` in that unit (above 0); `agents` a whole number above the total load. Overload outside.
    Results are by class, in the same order.
    """

    arrival_rates: tuple[float, ...]
    mean_handling: float
    agents: int

    def __init__(self, arrival_rates: Sequence[float], mean_handling: float, agents: int) -> None:
        object.__setattr__(
            self, "arrival_rates", tuple(not_negative("arrival_rates", r) for r in arrival_rates)
        )
        object.__setattr__(self, "mean_handling", mean_handling)
        object.__setattr__(self, "agents", agents)
        self.together.wait_probability  # noqa: B018 (which checks the domain)

    @property
    def together(self) -> ErlangC:
        """The same desk without priorities. It has the same wait probability, busy agents and mean queue."""
        return ErlangC(math.fsum(self.arrival_rates), self.mean_handling, self.agents)

    @property
    def wait_probability(self) -> float:
        """Probability of having to wait, the same for every class."""
        return self.together.wait_probability

    @property
    def mean_waits(self) -> tuple[float, ...]:
        """Mean wait of each class, those at once included (Cobham 1954)."""
        return same_rate_priority_mean_waits(self.arrival_rates, self.mean_handling, self.agents)

    def wait_longer_than(self, time: float) -> tuple[float, ...]:
        """P(W > time) of each class, for a time of at least 0.

        A mixture of exponentials (its Laplace transform, with that of the busy period, has a branch cut and
        at most one pole): the cut by the trapezoid rule, which doubles its points until nothing changes.
        """
        not_negative("time", time, finite=False)
        finishing = self.agents / self.mean_handling
        chance = self.wait_probability
        return tuple(
            chance * _delay_longer_than(time, finishing, math.fsum(self.arrival_rates[:k]), rate)
            for k, rate in enumerate(self.arrival_rates)
        )

    def answered_within(self, time: float) -> tuple[float, ...]:
        """P(W ≤ time) of each class."""
        return tuple(1.0 - late for late in self.wait_longer_than(time))


def _delay_longer_than(time: float, finishing: float, above: float, own: float) -> float:
    """P(delay > time) of one who has to wait: `finishing` is sμ, `above` the rate of more urgent classes.

    The delay begins with work that is exponential at rate r = sμ − above − own, in an M/M/1 of arrival rate
    `above`. With c² = above·sμ and A = above + own, the transform is r/(r + η(z)), where η solves
    z = η(1 − above/(sμ + η)).
    """
    r, upto = finishing - above - own, above + own
    if math.isinf(time):
        return 0.0
    if above == 0:
        return math.exp(-r * time)
    c = math.sqrt(above * finishing)
    pole = 0.0
    if upto > c and own > 0:
        pole = (upto / own) * (1 - (c / upto) ** 2) * math.exp(-r * own / upto * time)

    def cut(points: int) -> float:
        angle = np.pi * (np.arange(points) + 0.5) / points
        rate = (math.sqrt(finishing) - math.sqrt(above)) ** 2 + 4 * c * np.sin(angle / 2) ** 2
        distance = (c - upto) ** 2 + 4 * c * upto * np.sin(angle / 2) ** 2
        values = np.sin(angle) ** 2 * np.exp(-rate * time) / (distance * rate)
        return float(2 * r * c * c / points * values.sum())

    points, last = FEWEST_POINTS, cut(FEWEST_POINTS)
    while points < MOST_POINTS:
        points *= 2
        now = cut(points)
        if abs(now - last) <= 1e-13 * (now + pole):
            return pole + now
        last = now
    return pole + last
