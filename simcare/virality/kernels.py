"""When a post is seen: a mixture of exponentials, and what is fitted by one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.errors import DomainError
from simcare.theory.domain import positive, whole
from simcare.theory.root import root

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kernel:
    """The age at which a post is seen has density φ(u) = Σ wₖ ωₖ exp(−ωₖ u), u in minutes.

    ``weights`` wₖ > 0 with sum 1, ``rates`` ωₖ > 0 per minute. Raises `DomainError` for others.
    """

    weights: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.rates):
            raise DomainError(f"weights and rates: expected as many, got {self.weights} and {self.rates}")
        for value in (*self.weights, *self.rates):
            positive("weights and rates", value)
        if abs(sum(self.weights) - 1) > 1e-9:
            raise DomainError(f"weights: expected numbers with sum 1, got {self.weights}")

    def density(self, minutes: ArrayLike) -> Floats:
        """φ(u): the share of all views that falls on a minute at age u."""
        weights, rates = np.array(self.weights), np.array(self.rates)
        return np.asarray(np.exp(-np.multiply.outer(minutes, rates)) @ (weights * rates))

    def remaining(self, minutes: ArrayLike) -> Floats:
        """The share of all views that is still to come at age u: Σ wₖ exp(−ωₖ u)."""
        return np.asarray(np.exp(-np.multiply.outer(minutes, np.array(self.rates))) @ np.array(self.weights))

    @property
    def half_life(self) -> float:
        """The age in minutes at which half of all views are over."""
        longest = math.log(2) / min(self.rates)
        return root(lambda age: float(self.remaining(age)) - 0.5, 0.0, longest * (1 + 1e-9))

    def with_half_life(self, minutes: float) -> Kernel:
        """The same shape on another scale of time."""
        faster = self.half_life / positive("half-life", minutes)
        return Kernel(self.weights, tuple(rate * faster for rate in self.rates))


MEASURED = Kernel((0.265, 0.362, 0.373), (1 / 6.8, 1 / 103, 1 / 948))
"""Fitted to the delays of retweets on Twitter, 2011 to 2019: half of all views come within 85 minutes."""


def exponential(mean_minutes: float) -> Kernel:
    """One exponential: for lessons, where formulas shall be short."""
    return Kernel((1.0,), (1 / positive("mean", mean_minutes),))


def power_law(
    exponent: float = 0.242, flat_minutes: float = 5.0, days: float = 14.0, terms: int = 10
) -> Kernel:
    """The memory kernel of SEISMIC (Zhao et al. 2015), fitted by a mixture of at most `terms` exponentials.

    φ is constant up to `flat_minutes` and falls as u^−(1 + `exponent`) from there, so slowly that the mean
    age is infinite. A few exponentials follow it up to an age of so many `days`; what it leaves for later
    falls into these as well. Time constants are evenly spaced in logarithm, weights found by non-negative
    least squares. The share still to come is met within 0.02: the flat beginning is not a mixture of
    exponentials.
    """
    positive("exponent", exponent)
    last = positive("days", days) * 1440 / positive("flat_minutes", flat_minutes)
    whole("terms", terms, at_least=2)

    def share_after(age: Floats) -> Floats:
        flat = 1 - age * exponent / (1 + exponent)
        return np.where(age < 1, flat, np.maximum(age, 1.0) ** -exponent / (1 + exponent))

    age = np.concatenate((np.linspace(0, 1, 20), np.geomspace(1, last, 200)[1:]))
    beyond = share_after(np.array([last]))
    wanted = (share_after(age) - beyond) / (1 - beyond)
    rates = 1 / np.geomspace(0.5, last / 2, terms)
    # The sum of weights is a row of its own, heavy enough to hold; the scale makes it exact.
    rows = np.vstack((np.exp(-np.multiply.outer(age, rates)), np.full(terms, 1e3)))
    from scipy.optimize import nnls  # here, as few runs need it and it takes a while to load

    weights, _ = nnls(rows, np.append(wanted, 1e3))
    used = weights > 0
    weights = weights[used] / weights.sum()
    return Kernel(tuple(weights.tolist()), tuple((rates[used] / flat_minutes).tolist()))
