"""The offered load of a changing rate: how many would be in hand if there were always a free agent, M(t)/G/∞.

m(t) = ∫ λ(t − u)·P(S > u) du (Palm 1943; Eick, Massey & Whitt 1993). It lags the rate by about one handling
time and is flatter. The number in hand is Poisson with this mean.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import integrate

from simcare.theory.curve import Segment, checked
from simcare.theory.domain import not_negative, positive


def offered_load(
    segments: Iterable[Sequence[float]], mean_handling: float, times: Sequence[float], initial: float = 0.0
) -> NDArray[np.float64]:
    """Mean number in hand at each of `times`, exponential handling, in closed form on every straight line.

    `segments`: see `simcare.theory.curve`; `mean_handling` above 0 and `times` in the curve's unit of time.
    `initial` is the mean number in hand at the start of the first segment; before that time the result is 0.
    """
    curve = checked(segments)
    rate_out = 1 / positive("mean_handling", mean_handling)
    not_negative("initial", initial)
    loads = np.zeros(len(times))
    for i, time in enumerate(times):
        if not curve or time < curve[0][0]:
            continue
        load, now = float(initial), curve[0][0]
        for start, end, rate_from, rate_to in curve:
            if start >= time:
                break
            load *= math.exp(-rate_out * (start - now))
            slope = (rate_to - rate_from) / (end - start)
            now = min(end, time)
            load = _after(load, rate_from, slope, rate_out, now - start)
        loads[i] = load * math.exp(-rate_out * (time - now))
    return loads


def offered_load_of(
    segments: Iterable[Sequence[float]],
    survival: Callable[[float], float],
    times: Sequence[float],
    jumps: Sequence[float] = (),
) -> NDArray[np.float64]:
    """Mean number in hand at each of `times`, any law of handling, by adaptive quadrature (to 1e-10 of it).

    `survival(u)` = P(S > u) for u ≥ 0. `jumps` names the handling times at which it jumps or bends
    sharply (the value of a constant handling, the ends of a uniform one). Nobody is in hand when the
    first segment starts.
    """
    curve = checked(segments)
    return np.array([sum(_of_segment(segment, survival, time, jumps) for segment in curve) for time in times])


def _after(load: float, rate: float, slope: float, rate_out: float, time: float) -> float:
    """Solve m' = rate + slope·t − rate_out·m from m(0) = load."""
    z = rate_out * time
    if z < 0.05:  # the closed forms below cancel for small z; the series has relative error z⁸/10! and less
        first = sum((-z) ** k / math.factorial(k + 1) for k in range(9))
        second = sum((-z) ** k / math.factorial(k + 2) for k in range(9))
    else:
        first = -math.expm1(-z) / z
        second = (z + math.expm1(-z)) / (z * z)
    return load * math.exp(-z) + rate * time * first + slope * time * time * second


def _of_segment(
    segment: Segment, survival: Callable[[float], float], time: float, jumps: Sequence[float]
) -> float:
    start, end, rate_from, rate_to = segment
    if start >= time:
        return 0.0
    slope = (rate_to - rate_from) / (end - start)
    youngest, oldest = max(0.0, time - end), time - start
    cuts = [youngest, *sorted(jump for jump in set(jumps) if youngest < jump < oldest), oldest]
    return math.fsum(
        integrate.quad(
            lambda age: (rate_from + slope * (time - age - start)) * survival(age),
            low,
            high,
            epsabs=0,
            epsrel=1e-10,
            limit=500,
        )[0]
        for low, high in itertools.pairwise(cuts)
    )
