"""From what a planner knows of his customers to the numbers of the model, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simcare.errors import DomainError
from simcare.theory.domain import not_negative, share
from simcare.theory.root import root
from simcare.virality.audience import Audience
from simcare.virality.followers import lognormal_followers
from simcare.virality.heat import never_reshared
from simcare.virality.kernels import Floats


def reshared_at_least_once(audience: Audience, followers: Floats, weights: Floats) -> float:
    """The share of complaints, if none were ever answered, that anybody reshares.

    `followers` and `weights` are nodes of an average, as from `lognormal_followers`, or followers of real
    people with equal weights.
    """
    return float(1 - weights @ never_reshared(audience, audience.reshare_rate(followers)))


def with_reshared_at_least_once(
    audience: Audience, wanted: float, followers: Floats | None = None, weights: Floats | None = None
) -> Audience:
    """The audience in which that share of complaints is reshared at least once, were none ever answered.

    Without `followers` and `weights`: those of `lognormal_followers`. Raises `DomainError` where no share
    below 1 is reached, as for people without followers.
    """
    if followers is None or weights is None:
        followers, weights = lognormal_followers()
    if share("reshared at least once", wanted) == 0:
        return replace(audience, base_reshares=0.0)

    def above(base_reshares: float) -> float:
        changed = replace(audience, base_reshares=base_reshares)
        return reshared_at_least_once(changed, followers, weights) - wanted

    most = 1.0
    while above(most) < 0:
        most *= 4
        if most > 1e9:
            raise DomainError(f"reshared at least once: expected a share that can be, got {wanted!r}")
    return replace(audience, base_reshares=root(above, 0.0, most, within=1e-12))


def with_reshares_of_a_complaint(
    audience: Audience, wanted: float, followers: Floats | None = None, weights: Floats | None = None
) -> Audience:
    """The audience in which a complaint brings so many reshares on average, further ones included, were none
    ever answered.
    """
    if followers is None or weights is None:
        followers, weights = lognormal_followers()
    of_one = replace(audience, base_reshares=1.0).never_answered(followers)
    mean = float(np.dot(weights, of_one))
    return replace(audience, base_reshares=not_negative("reshares of a complaint", wanted) / mean)
