"""Exact arrival times of a Poisson process with a piecewise linear rate, by inversion.

Points of a Poisson process of rate one, one uniform a point, are carried through the inverse of the cumulated
rate (Çinlar 1975). Raising the rate anywhere brings every arrival forward; a longer horizon adds arrivals and
moves none. Drawing each gap at the rate of its beginning, the usual short cut, loses 16% of the first hour
after a jump from 6 to 120 an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simcare.demand.rates import HOUR_MS, Rate

Int = NDArray[np.int64]
Float = NDArray[np.float64]


class Uniforms(Protocol):
    """The first uniforms of several streams, so many of each, one after the other."""

    def __call__(self, *, sizes: Sequence[int]) -> Float: ...


def arrivals_ms(rate: Rate, points: Float) -> Int:
    """Arrival times in whole milliseconds (rounded down), each inside [0, horizon), where the cumulated rate
    reaches `points`.
    """
    row, offset_ms = invert(rate, points)
    last_ms = (rate.length_ms - 1)[row]  # rounding must not reach the next row
    return np.asarray(rate.from_ms[row] + np.minimum(offset_ms.astype(np.int64), last_ms))


def unit_points(ends: Sequence[float], uniforms: Uniforms) -> list[Float]:
    """The points up to each of `ends` of a Poisson process of rate one: sums of exponential gaps −log(1 − u).

    ``uniforms(sizes=sizes)`` gives the first so many numbers of a stream for each process, one after the
    other; asked for more, a stream begins with the same ones.
    """
    sizes = _nearly_always_enough(ends)
    while True:
        gaps = -np.log1p(-uniforms(sizes=sizes))
        begins = np.cumsum([0, *sizes]).tolist()
        points = [np.cumsum(gaps[begin:after]) for begin, after in pairwise(begins)]
        if all(one[-1] > end for one, end in zip(points, ends, strict=True)):
            return [
                one[: np.searchsorted(one, end, side="right")] for one, end in zip(points, ends, strict=True)
            ]
        sizes = [2 * size for size in sizes]


def arrivals_of(rates: Sequence[Rate], uniforms: Uniforms, kernels: Any) -> tuple[Int, Int]:
    """Arrival times under several rates, one after the other, and how many each has: what `unit_points` and
    `arrivals_ms` give, by `kernels` (`simcare.demand.kernels`).
    """
    first_row = np.cumsum([0, *(len(rate.from_ms) for rate in rates)])
    columns = [
        np.concatenate(column)
        for column in zip(
            *((r.from_ms, r.length_ms, r.per_hour_from, r.slope, r.cumulated[1:]) for r in rates), strict=True
        )
    ]
    sizes = _nearly_always_enough([rate.contacts for rate in rates])
    while True:
        logs = uniforms(sizes=sizes)
        np.log1p(np.negative(logs, out=logs), out=logs)
        times, found = np.empty(len(logs), dtype=np.int64), np.empty(len(sizes), dtype=np.int64)
        kernels.arrivals(logs, np.cumsum([0, *sizes]), first_row, *columns, times, found)
        if found.min() >= 0:
            return times[: found.sum()], found
        sizes = [2 * size for size in sizes]


def _nearly_always_enough(ends: Sequence[float]) -> list[int]:
    """So many gaps reach each end of a Poisson process of rate one, but once in a thousand million times."""
    return [int(end + 6 * np.sqrt(end)) + 16 for end in ends]


def invert(rate: Rate, points: Float) -> tuple[Int, Float]:
    """Where the cumulated rate reaches each of `points`: row of the rate, and ms from the start of that row.

    On a row that begins at rate r and climbs by k an hour, the expected number u still to come takes
    x = 2u / (r + √(r² + 2ku)) hours: the root of r x + k x²/2 = u that neither cancels nor divides by k = 0.
    Rows of rate zero are passed over. Points lie in (0, last of `rate.cumulated`]; none passes its row's end.
    """
    cumulated = rate.cumulated
    row = np.searchsorted(cumulated[1:], points, side="left")
    u = points - cumulated[row]
    r = rate.per_hour_from[row]
    divisor = r + np.sqrt(np.maximum(r * r + 2 * rate.slope[row] * u, 0.0))
    x = np.divide(2 * u, divisor, out=np.zeros_like(u), where=divisor > 0)  # 0: u too small for its root
    return row, np.minimum(x * HOUR_MS, rate.length_ms[row])
