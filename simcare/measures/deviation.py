"""Standard deviations of waits, over the contacts of all replications together, and their intervals.

With n waits, their sum Σx and their sum of squares Σx² of all replications, the variance is
Σx²/n − (Σx/n)². The three sums vary together from one replication to the next; the delta method carries
their spread over to the variance and to its root (see Casella & Berger 2002, 5.5.4). Measured, 1,000 runs of
20 days of 100 exponential waits: a 95% interval holds the truth in 94.5% of runs, in 94.8% where days differ
by a gamma factor of cv 20%.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations

import numpy as np

from simcare.measures.frame import Float
from simcare.measures.intervals import Bounds
from simcare.statistics.skewness import reach_each, skewness_of_each

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
        return Powers.of_all(sums[np.newaxis])

    @staticmethod
    def of_all(sums: Float) -> Powers:
        """The powers of replications at hand, by the first axis."""
        apart = sums - sums[:1]
        apart = apart - apart.mean(axis=0)
        shape, size = sums.shape[1:], sums.shape[-1]
        products, cubes = np.empty((*shape, size)), np.empty((*shape, size, size))
        for i, j in combinations_with_replacement(range(size), 2):
            product = apart[..., i] * apart[..., j]
            products[..., i, j] = products[..., j, i] = product.sum(axis=0)
            for k in range(j, size):
                cube = (product * apart[..., k]).sum(axis=0)
                for one, other, last in permutations((i, j, k)):
                    cubes[..., one, other, last] = cube
        informed = (sums[..., 0] > 0).sum(axis=0).astype(np.float64)
        return Powers(len(sums), sums.sum(axis=0), products, cubes, informed)

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


def deviation_bounds(pooled: Powers, confidence: float) -> Bounds:
    """The standard deviations (s) of the waits of every kind, group and cell, and their intervals.

    Student's t, one degree of freedom less than replications with any wait, further on the side of the long
    tail (`reach`).
    """
    informed = pooled.informed
    found, slope = deviations_and_slopes(pooled.sums)
    lower, upper = np.full_like(found, np.nan), np.full_like(found, np.nan)
    lower[(informed >= 2) & (found == 0)] = 0.0
    some = (informed >= 2) & (found > 0)
    if some.any():
        m, along = informed[some], slope[some][:, np.newaxis]
        products, cubes = pooled.products[some], pooled.cubes[some]
        down = np.swapaxes(along, -1, -2)
        spread = np.maximum(0.0, (along @ products @ down)[:, 0, 0])
        squares = (cubes @ down[:, np.newaxis])[..., 0]
        third = (np.swapaxes(squares @ down, -1, -2) @ down)[:, 0, 0]
        error = np.sqrt(spread * m / (m - 1))
        below, above = reach_each(skewness_of_each(spread, third, m), m, confidence)
        lower[some] = np.maximum(0.0, (found[some] - below * error) / 1000)
        upper[some] = (found[some] + above * error) / 1000
    return Bounds(found / 1000, lower, upper)


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


def deviations_and_slopes(sums: Float) -> tuple[Float, Float]:
    """`deviation_and_slope` of many sums, the last axis being the powers; nan where there are no waits."""
    n = np.where(sums[..., 0] > 0, sums[..., 0], np.nan)
    mean, second = sums[..., 1] / n, sums[..., 2] / n
    variance = second - mean**2
    root = np.sqrt(np.where(variance <= SAME**2 * second, 0.0, variance))
    gradient = np.stack([2 * mean**2 - second, -2 * mean, np.ones_like(mean)], axis=-1)
    scale = np.where(root > 0, 2 * root * n, np.inf)
    return root, gradient / scale[..., np.newaxis]
