"""The laws of durations and counts as functions of numbers: quantiles, tails and limited moments.

A `Law` of the scenario names a distribution and its parameters; here are its formulas, on arrays. Draws are
made by inversion, `quantile(law, u)`: increasing in *u*, so that a hard case is hard under every law.
The formulas are those of Johnson, Kotz & Balakrishnan, *Continuous Univariate Distributions* (1994),
chapters 14 (lognormal), 17 (gamma), 19 (exponential), 21 (Weibull) and 26 (uniform).
"""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simcare.scenario.laws import Law

Float = NDArray[np.float64]


def quantile(law: Law, u: Float) -> Float:
    """The inverse distribution function of `law` at `u`, elementwise; `u` strictly inside (0, 1).

    Durations are in milliseconds. An empirical law gives the smallest of its values *x* with F(x) ≥ u.
    """
    values: Float
    match law.kind:
        case "constant":
            (value,) = law.params
            values = np.full(u.shape, value)
        case "exponential":
            (mean,) = law.params
            values = _log_tail(u)
            values *= -mean
        case "lognormal":
            mu, sigma = law.params
            with np.errstate(over="ignore"):  # infinite is right for what exceeds every double
                values = special.ndtri(u)
                values *= sigma
                values += mu
                np.exp(values, out=values)
        case "gamma":
            shape, scale = law.params
            values = scale * special.gammaincinv(shape, u)
        case "weibull":
            shape, scale = law.params
            values = scale * (-_log_tail(u)) ** (1 / shape)
        case "uniform":
            low, high = law.params
            values = low + (high - low) * u
        case "empirical":
            observed = np.asarray(law.params, dtype=np.float64)
            rank = np.ceil(u * len(observed)).astype(np.int64)
            values = observed[np.clip(rank - 1, 0, len(observed) - 1)]
        case _ as unknown:
            assert_never(unknown)
    return values


def _log_tail(u: Float) -> Float:
    """log(1 − u)."""
    values = np.negative(u)
    return np.log1p(values, out=values)


def survival(law: Law, t: Float) -> Float:
    """P(S > t) for S with this law, elementwise, for t ≥ 0 in milliseconds."""
    return _partial_moment(law, np.asarray(t, dtype=np.float64), 0)


def limited_moments(law: Law, limit: Float, speed: float = 1.0) -> tuple[Float, Float]:
    """E[min(S/speed, x)] and E[min(S/speed, x)²] for every x of `limit`, x ≥ 0 in milliseconds.

    The first is the integral of the survival function up to x. Each is the part of the moment below x
    plus x^j P(S > x) (limited expected values: Klugman, Panjer & Willmot, *Loss Models*, appendix A).
    """
    x = np.asarray(limit, dtype=np.float64) * speed
    tail = survival(law, x)
    first = _partial_moment(law, x, 1) + x * tail
    second = _partial_moment(law, x, 2) + x * x * tail
    return first / speed, second / speed**2


def _partial_moment(law: Law, x: Float, power: int) -> Float:
    """E[S^power; S ≤ x] for power 1 and 2; for power 0 the tail P(S > x), kept accurate when it is small."""
    part: Float
    match law.kind:
        case "constant":
            (value,) = law.params
            part = np.where(x < value, 1.0, 0.0) if power == 0 else np.where(x < value, 0.0, value**power)
        case "exponential":
            (mean,) = law.params
            part = _gamma_moment(1.0, mean, x, power)
        case "gamma":
            shape, scale = law.params
            part = _gamma_moment(shape, scale, x, power)
        case "weibull":
            shape, scale = law.params
            with np.errstate(over="ignore"):  # far in the tail
                reduced = (x / scale) ** shape
            if power == 0:
                part = np.exp(-reduced)
            else:
                order = 1 + power / shape
                part = scale**power * special.gamma(order) * special.gammainc(order, reduced)
        case "lognormal":
            mu, sigma = law.params
            with np.errstate(divide="ignore"):  # log 0 is minus infinity, as it should be
                z = (np.log(x) - mu) / sigma
            if power == 0:
                part = special.ndtr(-z)
            else:
                whole = power * mu + (power * sigma) ** 2 / 2
                part = np.exp(whole + special.log_ndtr(z - power * sigma))
        case "uniform":
            low, high = law.params
            inside = np.clip(x, low, high)
            if power == 0:
                part = (high - inside) / (high - low)
            else:
                part = (inside ** (power + 1) - low ** (power + 1)) / ((power + 1) * (high - low))
        case "empirical":
            observed = np.asarray(law.params, dtype=np.float64)
            below = np.searchsorted(observed, x, side="right")
            if power == 0:
                part = (len(observed) - below) / len(observed)
            else:
                part = np.concatenate(([0.0], np.cumsum(observed**power)))[below] / len(observed)
        case _ as unknown:
            assert_never(unknown)
    return part


def _gamma_moment(shape: float, scale: float, x: Float, power: int) -> Float:
    """The same for the gamma law: moments are gamma laws with a larger shape."""
    part: Float
    if power == 0:
        part = special.gammaincc(shape, x / scale)
    else:
        part = scale**power * special.poch(shape, power) * special.gammainc(shape + power, x / scale)
    return part
