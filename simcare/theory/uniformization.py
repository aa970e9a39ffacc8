"""Markov chains in continuous time by uniformization (Jensen 1953), also at rates that change along a line.

With a rate Λ no state exceeds, p(t) = Σ Poisson(k; Λt)·v_k with v_{k+1} = v_k + G·v_k/Λ: a sum without
cancellation. When arrivals come at rate λ + b·t, the same series has v_{k+1} = v_k + (D + λU)·v_k/Λ +
k·(b/Λ²)·U·v_{k−1}, exact for the whole step (the Taylor series of exp(Λt)·p(t), term by term). Only the sum
is cut, where the Poisson tail is below 1e-17. Integrals over time have closed weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from simcare.theory.states import Floats

LONGEST_STEP = 400.0  # largest Λ·t in one sum of `value_after`
BLOCK = 1_000_000  # floats of the series kept at a time


@dataclass(frozen=True)
class Stepped:
    """Result of a step. Shapes: n states, f columns.

    `end` (n, f): p at the end. `total` (n,): ∫ p dt summed over the columns with their weights. `seen`
    (n,): the same of ∫ (arrival rate)·p dt: the expected number of arrivals that find each state.
    `seen_at` (times, n): the arrival rate times p, summed likewise, at the times asked for.
    """

    end: Floats
    total: Floats
    seen: Floats
    seen_at: Floats


def step(
    start: Floats,
    length: float,
    departures: Any,
    arrivals: Any,
    rate: float,
    slope: float,
    factors: Floats,
    weights: Floats,
    times: Sequence[float] | Floats = (),
) -> Stepped:
    """Advance p (n, f) by `length` when column j has arrivals at rate `factors[j]`·(rate + slope·t).

    `departures` and `arrivals` (at rate 1) are generators with columns summing to 0. `weights` (f,) are the
    probabilities of the columns, `times` lie in [0, length]. Keep |slope|·max(factors)·length² at 2 or below:
    beyond, a falling rate makes the terms cancel.
    """
    fastest = max(rate, rate + slope * length) * float(factors.max())
    ceiling = max(fastest_exit(departures) + fastest, 1 / length)
    mean = ceiling * length
    terms = _terms(mean + abs(slope) * float(factors.max()) * length * length)
    k = np.arange(terms)
    at_end = _poisson(k, mean)
    beyond = special.pdtrc(k, mean)  # P(Poisson > k)
    moment = (k + 1) / ceiling**2 * special.pdtrc(k + 1, mean)
    readings = [_poisson(k, ceiling * time) for time in times]

    both = np.stack((weights, weights * factors), axis=1)  # (f, 2)
    reading_weights = np.stack([beyond / ceiling, moment, *readings])  # (2 + times, terms)
    end = np.zeros_like(start)
    sums = np.zeros((len(reading_weights), start.shape[0], 2))
    for first, vectors in _series(start, terms, departures, arrivals, rate, slope, factors, ceiling):
        part = slice(first, first + len(vectors))
        end += np.tensordot(at_end[part], vectors, 1)
        sums += np.tensordot(reading_weights[:, part], vectors @ both, 1)
    rates = np.array([rate + slope * time for time in times])
    return Stepped(
        end=end,
        total=sums[0, :, 0],
        seen=rate * sums[0, :, 1] + slope * sums[1, :, 1],
        seen_at=rates[:, None] * sums[2:, :, 1] if len(times) else np.empty((0, start.shape[0])),
    )


def value_after(generator: Any, value: Floats, durations: Floats) -> Floats:
    """Expected value after a while: u(t) = exp(t·Gᵀ)·value, for a generator G as in `step`, by column.

    `value` (n, c); `durations` (c,), at least 0. Row x of the result is for a start in state x. Rows of
    Gᵀ may sum to less than 0 (a start in x may be lost).
    """
    ceiling = fastest_exit(generator)
    backward = generator.T.tocsr()
    longest = float(durations.max(initial=0.0)) * ceiling
    pieces = max(1, math.ceil(longest / LONGEST_STEP))
    if longest == 0:
        return value
    for _ in range(pieces):
        means = durations * (ceiling / pieces)
        result = np.zeros((value.shape[0], len(durations)))
        term = np.broadcast_to(value, result.shape).copy()
        terms = _terms(longest / pieces)
        k = np.arange(terms)
        probabilities = np.stack([_poisson(k, mean) for mean in means], axis=1)  # (terms, c)
        for i in range(terms):
            result += probabilities[i] * term
            term = term + (backward @ term) / ceiling
        value = result
    return value


def _series(
    start: Floats,
    terms: int,
    departures: Any,
    arrivals: Any,
    rate: float,
    slope: float,
    factors: Floats,
    ceiling: float,
) -> Iterator[tuple[int, Floats]]:
    """v_0, v_1, … in blocks: number of the first, and vectors (block, n, f), overwritten by the next."""
    size = max(1, min(terms, BLOCK // start.size))
    block = np.empty((size, *start.shape))
    # One column's arrivals can stand in the same matrix as everything else.
    alone = rate * float(factors[0]) if len(factors) == 1 else 0.0
    steady = (departures + alone * arrivals) / ceiling
    term, before = start, start
    for i in range(terms):
        block[i % size] = term
        if i % size == size - 1 or i == terms - 1:
            yield i - i % size, block[: i % size + 1]
        following = term + steady @ term
        if slope or len(factors) > 1:
            arriving = (arrivals @ term) * factors
            if len(factors) > 1:
                following += (rate / ceiling) * arriving
            if slope and i:
                following += (i * slope / ceiling**2) * before
            before = arriving
        term = following


def fastest_exit(generator: Any) -> float:
    """The largest rate at which any state of the generator is left."""
    return float(-generator.diagonal().min(initial=0.0))


def _terms(mean: float) -> int:
    """How many terms of a Poisson sum leave less than 1e-17 out."""
    most = math.ceil(mean + 9 * math.sqrt(mean) + 30)
    return most - int(np.count_nonzero(special.pdtrc(np.arange(most), mean) < 1e-17)) + 1


def _poisson(k: Any, mean: float) -> Floats:
    """Poisson probabilities at k = 0, 1, …, adding up to 1 to the last bit."""
    if mean <= 0:
        return np.where(k == 0, 1.0, 0.0)
    weights = np.exp(k * math.log(mean) - mean - special.gammaln(k + 1))
    return np.asarray(weights / weights.sum())
