"""Averages over lognormal followers, without drawing any."""

from __future__ import annotations

import math

import numpy as np

from simcare.theory.domain import not_negative, positive, whole
from simcare.virality.kernels import Floats

MEDIAN, SIGMA = 350.0, math.log(15_000 / 350) / 2.3263478740408408
"""Followers of people who complain in public: half have at most 350, one in a hundred more than 15,000."""


def lognormal_followers(
    median: float = MEDIAN, sigma: float = SIGMA, nodes: int = 21
) -> tuple[Floats, Floats]:
    """Numbers of followers and their weights: E g(F) ≈ weights @ g(followers), by Gauss–Hermite quadrature.

    `sigma` is the standard deviation of log F. Exact for polynomials of log F up to degree 2·nodes − 1.
    """
    positive("median", median)
    not_negative("sigma", sigma)
    points, weights = np.polynomial.hermite.hermgauss(whole("nodes", nodes, at_least=1))
    return median * np.exp(sigma * math.sqrt(2) * points), weights / math.sqrt(math.pi)
