"""M/D/s: every contact takes the same time to handle (Crommelin 1932).

Whoever is in service now is done one handling time later, so the number L who wait obeys Lindley's recursion
L' = max(L + N − s, 0) with N Poisson of the load. Its law is Spitzer's (1956): the generating function is
exp(−Σ c_m(1 − z^m)), with c_m = Σ_k P(Poisson(ka) = ks + m)/k, of which all terms are positive. The c_m are
the Laurent coefficients of −log(1 − e^{a(z−1)}/z^s), found by a Fourier transform on the circle on which the
fraction is smallest. The wait follows from L by Franx's formula (2001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from simcare.errors import TooLarge
from simcare.theory.ahead import Floats
from simcare.theory.domain import Overload, counted, not_negative, positive, whole

FEWEST_POINTS, MOST_POINTS = 64, 1 << 22


@dataclass(frozen=True)
class ConstantHandling:
    """M/D/s first come first served, everybody waits.

    `arrival_rate` (at least 0) per unit of time, `handling` (above 0) in that unit, `agents` a whole number
    above the load. Overload where they cannot keep up, TooLarge within 0.003% of that.
    """

    arrival_rate: float
    handling: float
    agents: int

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("handling", self.handling)
        whole("agents", self.agents, at_least=1)
        if self.load >= self.agents:
            raise Overload(
                f"load: {self.load:.12g} erlangs need more than {counted(self.agents)}, or the queue grows on"
            )
        if self._points > MOST_POINTS:
            raise TooLarge(
                f"load: {self.load:.12g} erlangs are too close to {counted(self.agents)} for this formula"
            )

    @property
    def load(self) -> float:
        """Arrival rate × handling, in erlangs; also the mean number of busy agents."""
        return self.arrival_rate * self.handling

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling."""
        return self.load / self.agents

    @property
    def wait_probability(self) -> float:
        """Probability of having to wait."""
        return self.wait_longer_than(0.0)

    @property
    def mean_wait(self) -> float:
        """Mean wait until handling starts, over all."""
        return self.mean_queue / self.arrival_rate if self.arrival_rate else 0.0

    @property
    def mean_queue(self) -> float:
        """Mean number waiting: Σ m·c_m."""
        return float(np.arange(1, len(self._rates) + 1) @ self._rates)

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents: the load."""
        return self.load

    def wait_longer_than(self, time: float) -> float:
        """P(W > time), for a time of at least 0; to some 14 digits of 1."""
        if math.isinf(not_negative("time", time, finite=False)):
            return 0.0
        periods = math.floor(time / self.handling) + 1
        most = periods * self.agents - 1
        arriving = self.arrival_rate * (periods * self.handling - time)
        coming = special.pdtr(np.arange(most + 1), arriving)  # at most so many
        share = self._waiting
        # Answered within the time if all before him, and who comes within the rest of it, fit.
        waiting = np.arange(min(most + 1, len(share)))
        return max(0.0, 1.0 - float(share[waiting] @ coming[most - waiting]))

    def answered_within(self, time: float) -> float:
        """P(W ≤ time): the share whose handling starts within `time`."""
        return 1.0 - self.wait_longer_than(time)

    @property
    def _points(self) -> int:
        if self.load == 0:
            return FEWEST_POINTS
        wanted = 100 / math.log(self.agents / self.load)
        return max(FEWEST_POINTS, 1 << math.ceil(math.log2(wanted)))

    @cached_property
    def _rates(self) -> Floats:
        """c_m for m = 1, 2, …"""
        if self.load == 0:
            return np.zeros(1)
        radius = self.agents / self.load
        log_z = math.log(radius) + 2j * np.pi * np.arange(self._points) / self._points
        fraction = np.exp(self.load * (np.exp(log_z) - 1) - self.agents * log_z)
        coefficients = np.fft.fft(-np.log1p(-fraction)).real / self._points
        m = np.arange(1, self._points // 2)
        return np.asarray(np.maximum(coefficients[m] * np.exp(-m * math.log(radius)), 0.0))

    @cached_property
    def _waiting(self) -> Floats:
        """P(L = 0), P(L = 1), …"""
        inside = np.zeros(self._points)
        inside[1 : len(self._rates) + 1] = self._rates
        values = np.exp(np.fft.fft(inside) - self._rates.sum())
        return np.maximum(np.fft.ifft(values).real, 0.0)
