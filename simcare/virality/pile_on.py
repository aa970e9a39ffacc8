"""Pile-on: reshares that are complaints themselves, and what is left of the closed forms beside them.

A reshare is a complaint of its own with a chance q, and then has states of its own. Those reshares, and the
reshares that lead to them, are drawn one by one, for the queue depends on them. All others lead to no
complaint, so nobody at the desk ever learns of them, and closed forms give their means. They are a cascade
too: of the reshares of anything a share (1 − q) s, where s is the chance that no complaint follows a reshare
in a world where reshares come at the rate of the state with the highest factor a,

    s = exp(−n a (1 − (1 − q) s)),

the chance that a branching process with Poisson offspring has nobody of the marked kind. So every view and
every reshare is counted once, and if nobody answers all together are what they are without pile-on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simcare.theory.domain import share
from simcare.virality.audience import Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import in_parts

GRID, MANY = 600, 400
"""Points of the grid that stands for heat; above so many reshares it is so narrow that it is gamma."""


def leads_nowhere(audience: Audience, pile_on: float) -> float:
    """(1 − q) s: the share of reshares that are no complaints and lead to none, whatever readers see."""
    stays = 1 - share("pile on", pile_on)
    most = audience.reshares_per_reshare * max(audience.factors)
    # x = n m (1 − q) s solves x exp(−x) = n m (1 − q) exp(−n m): Lambert's W.
    from scipy.special import lambertw  # here, as few runs need it and the program loads it by itself

    x = -lambertw(-most * stays * np.exp(-most)).real
    return stays * float(np.exp(x - most))


def without_complaints(audience: Audience, pile_on: float) -> Audience:
    """The audience whose reshares are those that are no complaints and lead to none."""
    left = leads_nowhere(audience, pile_on)
    return replace(
        audience,
        base_reshares=audience.base_reshares * left,
        reshares_per_reshare=audience.reshares_per_reshare * left,
    )


def complaints_never_answered(audience: Audience, pile_on: float, direct: float = 1.0) -> float:
    """How many complaints a complaint with so many `direct` reshares brings if none is ever answered: of all
    its reshares, direct / (1 − n) on average, the share q.
    """
    return share("pile on", pile_on) * direct / (1 - audience.reshares_per_reshare)


def heat_given(tail: float, drawn: NDArray[np.int64], rate: Floats) -> Floats:
    """The mean heat of complaints of which so many direct reshares were drawn, Poisson with mean heat × rate.

    That of a generalised inverse Gaussian law, a ratio of Bessel functions (Jørgensen 1982), as a sum over a
    grid, for these leave the range of numbers; of many reshares that of a gamma law.
    """
    found = np.empty_like(rate)
    inverse = np.geomspace(1e-9, tail + 12 * tail**0.5 + 60, GRID)  # (tail − 1) / heat is gamma beforehand
    heat = (tail - 1) / inverse
    for some in in_parts(len(found)):
        weights = (tail - drawn[some, np.newaxis]) * np.log(inverse) - inverse - rate[some, np.newaxis] * heat
        weights = np.exp(weights - weights.max(axis=1, keepdims=True))
        found[some] = (weights * heat).sum(axis=1) / weights.sum(axis=1)  # @ would depend on the other rows
    hot = drawn > MANY
    found[hot] = (drawn[hot] - tail) / rate[hot]
    return found
