"""What becomes of one who joins the queue behind so many others, averaged over how many they are.

With j ahead and all agents busy, finishing at rate c together, while each who waits leaves at rate θ, one who
would never leave waits V with exp(−θV) ~ Beta(c/θ, j + 1): a product of independent powers of uniforms, one
for each of the j + 1 departures ahead (Garnett, Mandelbaum & Reiman 2002). Without leaving it is a gamma law.
Everything below is a sum over j of closed forms, all of whose terms are positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simcare.errors import TooLarge

Floats: TypeAlias = NDArray[np.float64]
NEGLIGIBLE = 1e-18  # relative to the sum: below the last bit of a float
MOST_WAITING = 4_000_000


@dataclass(frozen=True)
class Ahead:
    """One who joins behind j others, with probability ``weight`` for each j of ``waiting`` (consecutive).

    ``completion_rate`` (at least 0) of all agents together and ``leaving_rate`` of each who waits (at least
    0), per unit of time.
    """

    waiting: Floats
    weight: Floats
    completion_rate: float
    leaving_rate: float

    @property
    def _x(self) -> float:
        return self.completion_rate / self.leaving_rate

    @cached_property
    def leaves(self) -> float:
        """Probability of leaving before being served."""
        if self.leaving_rate == 0:
            return 0.0
        return float(self.weight @ ((self.waiting + 1) / (self._x + self.waiting + 1)))

    @cached_property
    def served(self) -> float:
        """Probability of being served."""
        if self.leaving_rate == 0:
            return 1.0
        return float(self.weight @ (self._x / (self._x + self.waiting + 1)))

    @cached_property
    def mean_wait(self) -> float:
        """E[min(V, patience)] = P(patience < V)/θ."""
        if self.leaving_rate == 0:
            return float(self.weight @ (self.waiting + 1)) / self.completion_rate
        return self.leaves / self.leaving_rate

    @cached_property
    def mean_wait_and_served(self) -> float:
        """E[V; patience > V] = E[V·exp(−θV)], from E[Z log Z] of a beta variable Z."""
        if self.leaving_rate == 0:
            return self.mean_wait
        x, first = self._x, self.waiting[0]
        # ψ(x + j + 2) − ψ(x + 1) as a sum of reciprocals: a difference of digammas cancels when θ is small.
        start = float(special.digamma(x + first + 1) - special.digamma(x + 1)) if first else 0.0
        reciprocals = start + np.cumsum(1 / (x + self.waiting + 1))
        return float(self.weight @ (x / (x + self.waiting + 1) * reciprocals)) / self.leaving_rate

    def still_waiting(self, time: float) -> float:
        """Probability of neither being served nor leaving within a time."""
        if self.leaving_rate == 0:
            return float(self.weight @ special.gammaincc(self.waiting + 1, self.completion_rate * time))
        stays = math.exp(-self.leaving_rate * time)
        if self._x == 0:
            return stays
        gone = -math.expm1(-self.leaving_rate * time)
        return stays * float(self.weight @ special.betaincc(self.waiting + 1, self._x, gone))

    def served_within(self, time: float) -> float:
        """Probability of being served within a time."""
        if self.leaving_rate == 0:
            return float(self.weight @ special.gammainc(self.waiting + 1, self.completion_rate * time))
        if self._x == 0:
            return 0.0
        gone = -math.expm1(-self.leaving_rate * time)
        chance = self._x / (self._x + self.waiting + 1)
        return float(self.weight @ (chance * special.betainc(self.waiting + 1, self._x + 1, gone)))


def log_weights(ratio: Callable[[Floats], Floats], limit: int | None) -> Floats:
    """Logs of the weights of 0, 1, 2, … up to `limit` or to where the rest no longer counts, relative to 0.

    `ratio(j)` is the weight of j + 1 over that of j, and from some j on it falls below 1 for good. TooLarge
    beyond four million.
    """
    size = 256
    while True:
        last = size if limit is None else min(size, limit)
        with np.errstate(divide="ignore"):
            logs = np.concatenate(([0.0], np.cumsum(np.log(ratio(np.arange(last, dtype=np.float64))))))
        if last == limit:
            return logs
        falling = float(ratio(np.array([float(last)]))[0])
        if falling < 1 and logs[-1] - math.log1p(-falling) < logs.max() + math.log(NEGLIGIBLE):
            return logs
        if size > MOST_WAITING:
            raise TooLarge(f"the queue is too long for a formula: more than {MOST_WAITING:,} wait")
        size *= 2
