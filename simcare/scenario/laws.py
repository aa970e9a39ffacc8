"""Laws of chance: how durations and followers vary, in canonical parameters.

Durations are in milliseconds, other quantities plain. How a law is written is told in
`simcare.scenario.law_forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma
from typing import Literal

LawKind = Literal["constant", "exponential", "lognormal", "gamma", "weibull", "uniform", "empirical"]
KINDS: tuple[LawKind, ...] = (
    "constant",
    "exponential",
    "lognormal",
    "gamma",
    "weibull",
    "uniform",
    "empirical",
)


@dataclass(frozen=True)
class Law:
    """A law of chance in canonical parameters, in milliseconds for durations.

    ``constant`` (value), ``exponential`` (mean), ``lognormal`` (mu, sigma of the logarithm), ``gamma``
    (shape, scale), ``weibull`` (shape, scale), ``uniform`` (low, high), ``empirical`` (the sorted values).
    """

    kind: LawKind
    params: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean, in the law's unit."""
        p = self.params
        match self.kind:
            case "constant" | "exponential":
                return p[0]
            case "lognormal":
                return exp(p[0] + p[1] ** 2 / 2)
            case "gamma":
                return p[0] * p[1]
            case "weibull":
                return p[1] * exp(lgamma(1 + 1 / p[0]))
            case "uniform":
                return (p[0] + p[1]) / 2
            case "empirical":
                return sum(p) / len(p)
