"""Sums and their spread over replications, merged as they come, so that no replication has to be kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcare.measures.frame import Float, Int
from simcare.statistics.ratio import delta_error, divided


@dataclass(frozen=True)
class Moments:
    """Sums of numerators G and denominators N over `replications`, with central second and third moments.

    Shapes are those of one replication's sums; a denominator may be broadcast along its numerators.
    ``cubes`` are those of GGG, GGN, GNN and NNN. ``informed`` counts the replications in which the
    denominator is not 0.
    """

    replications: int
    numerator: Float
    denominator: Float
    numerator_squares: Float
    products: Float
    denominator_squares: Float
    cubes: tuple[Float, Float, Float, Float]
    informed: Int

    @staticmethod
    def of(numerator: Float, denominator: Float) -> Moments:
        """The moments of a single replication."""
        return Moments.of_all(numerator[np.newaxis], denominator[np.newaxis])

    @staticmethod
    def of_all(numerators: Float, denominators: Float) -> Moments:
        """The moments of replications at hand, by the first axis."""
        g, n = _about_mean(numerators), _about_mean(denominators)
        gg, nn = g * g, n * n
        return Moments(
            len(numerators),
            numerators.sum(axis=0),
            denominators.sum(axis=0),
            gg.sum(axis=0),
            (g * n).sum(axis=0),
            nn.sum(axis=0),
            ((gg * g).sum(axis=0), (gg * n).sum(axis=0), (g * nn).sum(axis=0), (nn * n).sum(axis=0)),
            (denominators > 0).sum(axis=0, dtype=np.int64),
        )

    def row(self, index: int | Int) -> Moments:
        """The moments of one row, or of some."""
        columns = (
            self.numerator,
            self.denominator,
            self.numerator_squares,
            self.products,
            self.denominator_squares,
        )
        cubes = tuple(column[index] for column in self.cubes)
        rows = (column[index] for column in columns)
        return Moments(self.replications, *rows, cubes=cubes, informed=self.informed[index])  # type: ignore[misc,arg-type]

    def merged(self, other: Moments) -> Moments:
        """The moments of both together (Chan, Golub & LeVeque 1983; Pébay 2008): stable, and exactly 0 where
        nothing varies.
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
            self._merged_cubes(other, g, n),
            self.informed + other.informed,
        )

    def _merged_cubes(self, other: Moments, g: Float, n: Float) -> tuple[Float, Float, Float, Float]:
        a, b = self.replications, other.replications
        skewed = a * b * (a - b) / (a + b) ** 2
        gg, gn, nn = (
            (a * theirs - b * ours) / (a + b)
            for ours, theirs in (
                (self.numerator_squares, other.numerator_squares),
                (self.products, other.products),
                (self.denominator_squares, other.denominator_squares),
            )
        )
        (ggg, ggn, gnn, nnn), theirs = self.cubes, other.cubes
        return (
            ggg + theirs[0] + g * (g * g * skewed + 3 * gg),
            ggn + theirs[1] + g * (g * n * skewed + 2 * gn) + n * gg,
            gnn + theirs[2] + n * (g * n * skewed + 2 * gn) + g * nn,
            nnn + theirs[3] + n * (n * n * skewed + 3 * nn),
        )

    def ratio(self) -> Float:
        """ΣG / ΣN; nan where ΣN is 0."""
        return divided(self.numerator, self.denominator)

    def residual_squares(self) -> Float:
        """Σ (Gᵢ − R Nᵢ)², which the variance of the ratio R is made of."""
        ratio = np.nan_to_num(self.ratio())
        squares = self.numerator_squares - 2 * ratio * self.products + ratio**2 * self.denominator_squares
        return np.maximum(squares, 0.0)

    def residual_cubes(self) -> Float:
        """Σ (Gᵢ − R Nᵢ)³, which says how skewed the ratio R is."""
        ratio = np.nan_to_num(self.ratio())
        ggg, ggn, gnn, nnn = self.cubes
        cubes: Float = ggg - 3 * ratio * ggn + 3 * ratio**2 * gnn - ratio**3 * nnn
        return cubes

    def standard_error(self) -> Float:
        """Of the ratio, by the delta method: √(Σ(Gᵢ − R Nᵢ)² / (m(m − 1))) / N̄.

        m counts the replications that have anything to divide by, and N̄ is their mean: those without say
        nothing. nan where m is below 2.
        """
        return delta_error(self.residual_squares(), self.informed.astype(np.float64), self.denominator)


def _about_mean(values: Float) -> Float:
    """Values less their mean over the first axis, exactly 0 where nothing varies."""
    apart = values - values[:1]
    about: Float = apart - apart.mean(axis=0)
    return about
