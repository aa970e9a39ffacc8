"""Standard deviations of waits, over the contacts of all replications together, and their intervals.

With n waits, their sum Σx and their sum of squares Σx² of all replications, the variance is
Σx²/n − (Σx/n)². The three sums vary together from one replication to the next; the delta method carries
their spread over to the variance and to its root (see Casella & Berger 2002, 5.5.4). Measured, 1,000 runs of
20 days of 100 exponential waits: a 95% interval holds the truth in 94.5% of runs, in 94.8% where days differ
by a gamma factor of cv 20%.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simcare.measures.frame import Float, Frame
from simcare.measures.intervals import UNDEFINED, Estimate
from simcare.measures.waits import SPREADS, Waited
from simcare.statistics.skewness import reach, skewness_of

SAME = 1e-6
"""Waits whose standard deviation is so small a part of their root mean square are the same wait, rounded."""


@dataclass(frozen=True)
class Powers:
    """Sums of the powers 0, 1 and 2 of waits (ms) over `replications`, and how they vary together.

    ``sums`` has the shape (kinds, groups, cells, 3), ``products`` (kinds, groups, cells, 3, 3) holds the
    central second moments over replications, ``cubes`` with one axis more the third, and ``informed`` (kinds,
    groups, cells) counts the replications with any wait. Group 0 is all contact types together.
    """

    replications: int
    sums: Float
    products: Float
    cubes: Float
    informed: Float

    @staticmethod
    def of(sums: Float) -> Powers:
        """The powers of a single replication."""
        informed = (sums[..., 0] > 0).astype(np.float64)
        products, cubes = (np.zeros((*sums.shape, *[sums.shape[-1]] * more)) for more in (1, 2))
        return Powers(1, sums, products, cubes, informed)

    def merged(self, other: Powers) -> Powers:
        """Both together (Chan, Golub & LeVeque 1983; Pébay 2008)."""
        a, b = self.replications, other.replications
        apart = other.sums / b - self.sums / a
        squares = apart[..., :, np.newaxis] * apart[..., np.newaxis, :]
        mixed = (a * other.products - b * self.products) / (a + b)
        mixed += squares * (a * b * (a - b) / (a + b) ** 2 / 3)
        skewed = apart[..., :, np.newaxis, np.newaxis] * mixed[..., np.newaxis, :, :]
        return Powers(
            a + b,
            self.sums + other.sums,
            self.products + other.products + squares * (a * b / (a + b)),
            self.cubes + other.cubes + sum(np.moveaxis(skewed, -3, place) for place in (-3, -2, -1)),
            self.informed + other.informed,
        )


def powers(frame: Frame, waits: Mapping[str, Waited]) -> Float:
    """The sums of the powers 0, 1 and 2 of the waits of one replication: (kinds, groups, cells, 3)."""
    types = len(frame.types)
    found = []
    for kind in SPREADS:
        over = waits[kind].only(waits[kind].over)
        key = over.type * frame.slots + over.slot
        ms = over.ms.astype(np.float64)
        by_slot = [
            np.bincount(key, weights=weights, minlength=types * frame.slots).astype(np.float64)
            for weights in (None, ms, ms * ms)
        ]
        cells = [frame.by_group(one.reshape(types, frame.slots)) for one in by_slot]
        found.append(np.stack(cells, axis=-1))
    return np.stack(found)


def deviation_estimate(pooled: Powers, place: tuple[int, int, int], confidence: float) -> Estimate:
    """The standard deviation (s) of the waits at (kind, group, cell), and its interval.

    Student's t, one degree of freedom less than replications with any wait, further on the side of the long
    tail (`reach`).
    """
    sums, informed = pooled.sums[place], float(pooled.informed[place])
    if not sums[0] > 0:
        return UNDEFINED
    deviation, slope = deviation_and_slope(sums)
    if informed < 2:
        return Estimate(deviation / 1000, None, None)
    if deviation == 0:
        return Estimate(0.0, 0.0, None)
    spread = max(0.0, float(slope @ pooled.products[place] @ slope))
    cubes = float(pooled.cubes[place] @ slope @ slope @ slope)
    error = math.sqrt(spread * informed / (informed - 1))
    below, above = reach(skewness_of(spread, cubes, int(informed)), int(informed), confidence)
    lower, upper = deviation - below * error, deviation + above * error
    return Estimate(deviation / 1000, max(0.0, lower / 1000), upper / 1000)


def deviation(sums: Float) -> float | None:
    """The standard deviation (s) of waits with these sums of powers, None of no waits."""
    return deviation_and_slope(sums)[0] / 1000 if sums[0] > 0 else None


def deviation_and_slope(sums: Float) -> tuple[float, Float]:
    """The standard deviation (ms), and its gradient in the three sums; that has no constant part, so the
    gradient times the sums is 0.
    """
    n, total, squares = (float(one) for one in sums)
    mean, second = total / n, squares / n
    variance = second - mean**2
    if variance <= SAME**2 * second:
        return 0.0, np.zeros(3)
    root = math.sqrt(variance)
    return root, np.array([2 * mean**2 - second, -2 * mean, 1.0]) / (2 * root * n)
