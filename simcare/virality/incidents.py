"""Incidents: how likely all complaints of one of them together get so many reshares that it trends.

Complaints differ in heat, and heat has a long tail: where an incident trends against expectation, mostly one
complaint made it. So all heats but one are drawn, and the chance that the one left out is the hottest and
lifts the sum over the line is taken in closed form, for each complaint in its turn (conditional Monte Carlo;
Asmussen & Kroese 2006):

    P(Σ Xⱼ ≥ x) = Σᵢ E P(Xᵢ ≥ max(Mᵢ, x − Sᵢ)),

Mᵢ and Sᵢ the largest and the sum of the others. It has no bias, and tells how rare an incident is that was
never seen. Where the line is below what is to be expected, so that no single complaint decides, all heats are
drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincinv

from simcare.virality.kernels import Floats


def trending_probability(at: int, further: float, tails: ArrayLike, reshares: Floats, heats: Floats) -> float:
    """The chance that complaints get at least `at` reshares together.

    `reshares`, to be expected at mean heat, and `heats` have the shape (draws, complaints); `tails` are the
    Pareto exponents of heat, infinite where all are alike, a number or one for each complaint. Given their
    heat, reshares come singly in clusters of 1 / (1 − `further`)², as in
    `simcare.virality.heat.crisis_probability`: exact for `further` = 0. Each draw has its own quantile of
    that number.
    """
    draws, complaints = reshares.shape
    cluster = (1 - further) ** -2
    shape = (at - 0.5) / cluster + 0.5
    mean = heats * reshares
    drawn = gammainc(shape, mean.sum(axis=1) / cluster)
    of_each = np.broadcast_to(tails, complaints)
    hot = np.isfinite(of_each)
    if not hot.any():
        return float(drawn.mean())
    line = cluster * gammaincinv(shape, (np.arange(draws) + 0.5) / draws) - mean[:, ~hot].sum(axis=1)
    passed = np.where(line > 0, _passed(line, of_each[hot], reshares[:, hot], mean[:, hot]), 1.0)
    return float(np.where(reshares.sum(axis=1) < at, passed, drawn).mean())


def _passed(line: Floats, tail: Floats, reshares: Floats, mean: Floats) -> Floats:
    """For each draw, the chance that the sum of all passes the line, one heat at a time left to chance."""
    others = mean.sum(axis=1, keepdims=True) - mean
    first = mean.argmax(axis=1)[:, np.newaxis]
    rest = mean.copy()
    np.put_along_axis(rest, first, 0.0, axis=1)
    is_first = np.arange(mean.shape[1]) == first
    hottest_other = np.where(is_first, rest.max(axis=1, keepdims=True), mean.max(axis=1, keepdims=True))
    needed = np.maximum(hottest_other, line[:, np.newaxis] - others)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: a complaint that nobody reshares
        chance = gammainc(tail, (tail - 1) * reshares / needed)
    return np.asarray(np.where(reshares > 0, chance, 0.0).sum(axis=1))
