"""Estimates of a single row, a cell each, of functions that find those of many rows at once."""

from __future__ import annotations

import numpy as np

from simcare.measures.deviation import Powers, deviation_bounds
from simcare.measures.intervals import Bounds, Estimate, Ratios, ratio_bounds, told
from simcare.measures.measure import Measure


def estimates(bounds: Bounds) -> list[Estimate]:
    """One estimate a cell."""
    return list(map(Estimate._make, zip(*map(told, bounds), strict=True)))


def ratio_estimates(
    measure: Measure, ratios: Ratios, confidence: float, days: np.ndarray | None = None
) -> list[Estimate]:
    """`ratio_bounds` of one row."""
    row = Ratios._make(column[np.newaxis] for column in ratios)
    bounds = ratio_bounds([measure], row, confidence, None if days is None else days[np.newaxis])
    return estimates(Bounds._make(column[0] for column in bounds))


def deviation_estimates(powers: Powers, confidence: float = 0.95) -> list[Estimate]:
    """`deviation_bounds` of every kind of the first group, in its first cell."""
    return estimates(Bounds._make(column[:, 0, 0] for column in deviation_bounds(powers, confidence)))
