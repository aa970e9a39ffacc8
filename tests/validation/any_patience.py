"""Queues whose customers leave by any law of patience: M/M/s+G, summed over small cells of waiting time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AnyPatience:
    """M/M/s+G, handling of a unit of time (Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005).

    An arrival that would never leave waits x with density λ·P(s − 1 busy)·exp(λ·E[min(patience, x)] − s·x),
    and 0 if an agent is free. The density is summed over cells of `width` by their middles; ``stays[i]`` is
    the share whose patience is longer than the middle of cell i.
    """

    rate: float
    agents: int
    stays: Floats
    width: float

    def __post_init__(self) -> None:
        assert self._chance[-1] < 1e-12 * self._chance.max(), "longer waits than those looked at are likely"

    @staticmethod
    def middles(width: float, longest: float) -> Floats:
        """The middles of the cells."""
        return (np.arange(round(longest / width)) + 0.5) * width

    @property
    def wait_probability(self) -> float:
        return float(self._chance.sum())

    @property
    def abandon_probability(self) -> float:
        return float(self._chance @ (1 - self.stays))

    @property
    def mean_wait(self) -> float:
        return float(self._chance @ self._until_leaving)

    def served_within(self, time: float) -> float:
        cells = round(time / self.width)
        return 1 - self.wait_probability + float(self._chance[:cells] @ self.stays[:cells])

    @property
    def _until_leaving(self) -> Floats:
        """E[min(patience, x)] in the middle of every cell."""
        before: Floats = np.cumsum(self.stays) * self.width
        return before - self.stays * self.width / 2

    @property
    def _chance(self) -> Floats:
        """For every cell, the chance of a wait in it."""
        middle = self.middles(self.width, len(self.stays) * self.width)
        wait = self.rate * np.exp(self.rate * self._until_leaving - self.agents * middle) * self.width
        fewer = np.arange(self.agents)  # busy, relative to all but one
        idle = np.exp((fewer - fewer[-1]) * np.log(self.rate) - special.gammaln(fewer + 1)).sum()
        idle *= special.gamma(self.agents)
        return np.asarray(wait / (idle + wait.sum()), dtype=np.float64)
