"""Some complaints catch fire: heat, and how likely a crisis is.

Heat multiplies the reshares of one complaint; agents cannot see it. It is inverse gamma with mean 1, S = (α −
1) / Gamma(α, 1): reshares then have a Pareto tail with exponent α, as cascades on Twitter have. Means are
linear in it and need none of this.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma, gammainc, gammainccinv, kv

from simcare.theory.domain import whole
from simcare.virality.audience import Audience
from simcare.virality.kernels import Floats


def heat_at(audience: Audience, u: ArrayLike) -> Floats:
    """The heat below which a share `u` of all complaints lies: draws by inversion of uniform numbers."""
    if not audience.has_heat:
        return np.ones(np.shape(u))
    tail = audience.heat_tail
    with np.errstate(divide="ignore"):  # at u = 1 heat is infinite
        return np.asarray((tail - 1) / gammainccinv(tail, np.asarray(u, dtype=np.float64)))


def never_reshared(audience: Audience, direct_reshares: ArrayLike) -> Floats:
    """The share of complaints that nobody reshares, given the direct reshares to be expected at heat 1.

    E exp(−S m), the Laplace transform of the inverse gamma law: 2 s^(α/2) K_α(2 √s) / Γ(α) with s = (α − 1) m
    and the modified Bessel function K (Witkovský 2001).
    """
    mean = np.asarray(direct_reshares, dtype=np.float64)
    if not audience.has_heat:
        return np.exp(-mean)
    tail = audience.heat_tail
    scaled = (tail - 1) * mean
    with np.errstate(invalid="ignore", over="ignore"):
        share = 2 * scaled ** (tail / 2) * kv(tail, 2 * np.sqrt(scaled)) / gamma(tail)
    # Where the Bessel function is infinite the mean is so small that heat makes no difference.
    return np.where(np.isfinite(share), share, np.exp(-mean))


def crisis_probability(audience: Audience, reshares: ArrayLike, at: int, kernels: Any = None) -> Floats:
    """The chance that a complaint gets at least `at` reshares, given how many are to be expected at heat 1.

    Given its heat, the number of reshares is spread little about its mean compared with what heat does. So
    this is the chance that heat times the mean m passes `at` − ½: P(α, (α − 1) m / (at − ½)), with the
    regularised incomplete gamma function P. Good from 50 reshares on; for fewer, sample
    (`simcare.virality.cascades`). Without heat the number is taken as Poisson in clusters of 1 / (1 − n)²,
    which have its mean, and its variance where nobody answers; exact for n = 0.

    With `kernels`, the module `simcare.virality.compiled`, it is the same and takes less time.
    """
    mean, at = np.asarray(reshares, dtype=np.float64), whole("at", at, at_least=1)
    if not audience.has_heat:
        cluster = (1 - audience.reshares_per_reshare) ** -2
        return np.asarray(gammainc((at - 0.5) / cluster + 0.5, mean / cluster))
    tail = audience.heat_tail
    return _lower_gamma(tail, (tail - 1) * mean / (at - 0.5), kernels)


_SMALL, _TERMS = 0.125, 11  # the first term left out is below 10⁻¹⁶ of the sum


def _lower_gamma(shape: float, x: Floats, kernels: Any) -> Floats:
    """The regularised incomplete gamma function P(shape, x), shape above 1: where x is small, as it is of
    nearly all complaints, by its power series x^shape Σ (−x)^k / (k! (shape + k)) / Γ(shape) (DLMF 8.7.1),
    which is sooner done.
    """
    small, k = np.minimum(x, _SMALL), np.arange(_TERMS)[::-1]
    coefficients = (-1.0) ** k / (gamma(k + 1) * (shape + k) * gamma(shape))
    polynomial = _polynomial if kernels is None or small.ndim != 1 else kernels.polynomial
    found = np.asarray(small**shape * polynomial(small, tuple(coefficients.tolist())))
    x = np.asarray(x)
    large = x > _SMALL
    found[large] = gammainc(shape, x[large])
    return found


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    """A polynomial, the coefficient of the highest power first (Horner)."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def at_least_one(probabilities: ArrayLike) -> float:
    """The chance that at least one of independent events happens: 1 − Π (1 − p)."""
    with np.errstate(divide="ignore"):  # a certain event
        return float(-np.expm1(np.log1p(-np.asarray(probabilities, dtype=np.float64)).sum()))
