"""Sums and their spread over replications, merged as they come, so that no replication has to be kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcare.measures.frame import Float, Int
from simcare.statistics.ratio import delta_error, divided


@dataclass(frozen=True)
class Moments:
    """Sums of numerators G and denominators N over `replications`, and their central second moments.

    Shapes are those of one replication's sums; a denominator may be broadcast along its numerators.
    ``informed`` counts the replications in which the denominator is not 0.
    """

    replications: int
    numerator: Float
    denominator: Float
    numerator_squares: Float
    products: Float
    denominator_squares: Float
    informed: Int

    @staticmethod
    def of(numerator: Float, denominator: Float) -> Moments:
        """The moments of a single replication."""
        none = np.zeros_like(denominator)
        zero = np.zeros_like(numerator)
        return Moments(1, numerator, denominator, zero, zero, none, (denominator > 0).astype(np.int64))

    def row(self, index: int) -> Moments:
        """The moments of one row."""
        columns = (
            self.numerator,
            self.denominator,
            self.numerator_squares,
            self.products,
            self.denominator_squares,
            self.informed,
        )
        return Moments(self.replications, *(column[index] for column in columns))

    def merged(self, other: Moments) -> Moments:
        """The moments of both together (Chan, Golub & LeVeque 1983): stable, and exactly 0 where nothing
        varies.
        """
        a, b = self.replications, other.replications
        weight = a * b / (a + b)
        g = other.numerator / b - self.numerator / a
        n = other.denominator / b - self.denominator / a
        return Moments(
            a + b,
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.numerator_squares + other.numerator_squares + g * g * weight,
            self.products + other.products + g * n * weight,
            self.denominator_squares + other.denominator_squares + n * n * weight,
            self.informed + other.informed,
        )

    def ratio(self) -> Float:
        """ΣG / ΣN; nan where ΣN is 0."""
        return divided(self.numerator, self.denominator)

    def residual_squares(self) -> Float:
        """Σ (Gᵢ − R Nᵢ)², which the variance of the ratio R is made of."""
        ratio = np.nan_to_num(self.ratio())
        squares = self.numerator_squares - 2 * ratio * self.products + ratio**2 * self.denominator_squares
        return np.maximum(squares, 0.0)

    def standard_error(self) -> Float:
        """Of the ratio, by the delta method: √(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄.

        m counts the replications that have anything to divide by, and N̄ is their mean: those without say
        nothing. nan where m is below 2.
        """
        return delta_error(self.residual_squares(), self.informed.astype(np.float64), self.denominator)
