"""Reshares one by one, sampled exactly: for the tails, for pictures, and for small crises.

All complaints go on together, generation by generation: children of a reshare are Poisson in number, their
delays come from the kernel, and each is kept with the factor that its complaint's state has at that instant
(thinning; Lewis & Shedler 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import PRIVATE, Audience
from simcare.virality.exposure import Exposure
from simcare.virality.kernels import Floats


@dataclass(frozen=True)
class Cascades:
    """All reshares: the number of the ``complaint`` they belong to, and ``minutes`` since its post."""

    complaint: NDArray[np.int64]
    minutes: Floats

    def reshares_of(self, complaints: int) -> NDArray[np.int64]:
        """How many reshares each of so many complaints has."""
        return np.bincount(self.complaint, minlength=complaints)


def sample(
    audience: Audience,
    followers: ArrayLike,
    heat: ArrayLike,
    begin_minutes: Floats,
    states: NDArray[np.integer],
    generator: np.random.Generator,
) -> Cascades:
    """Draw the reshares of complaints, given phases as for `simcare.virality.phases.phases`; the first begins
    at 0.
    """
    complaints = begin_minutes.shape[1]
    factors = np.array(audience.factors)
    most = factors[states].max(initial=0.0)
    direct = np.broadcast_to(np.asarray(heat) * audience.reshare_rate(followers), (complaints,))
    if most == 0:
        return Cascades(np.zeros(0, dtype=np.int64), np.zeros(0))
    parent, posted = np.arange(complaints), np.zeros(complaints)
    mean = direct * most
    found = []
    while len(parent):
        children = generator.poisson(mean, size=len(parent))
        complaint = np.repeat(parent, children)
        minutes = np.repeat(posted, children) + _delays(audience, len(complaint), generator)
        phase = (begin_minutes[:, complaint] <= minutes).sum(axis=0) - 1
        kept = generator.random(len(complaint)) * most < factors[states[phase, complaint]]
        parent, posted = complaint[kept], minutes[kept]
        mean = np.full(len(parent), audience.reshares_per_reshare * most)
        found.append((parent, posted))
    return Cascades(*(np.concatenate(column) for column in zip(*found, strict=True)))


def sampled_exposure(
    audience: Audience,
    cascades: Cascades,
    followers: ArrayLike,
    begin_minutes: Floats,
    states: NDArray[np.integer],
) -> Exposure:
    """Reshares in each phase, and mean impressions given when the reshares happened."""
    remaining = audience.kernel.remaining
    ends = np.vstack((begin_minutes[1:], np.full(begin_minutes.shape[1], np.inf)))
    impressions, reshares = np.empty(begin_minutes.shape), np.empty(begin_minutes.shape)
    complaint, minutes = cascades.complaint, cascades.minutes
    for phase, (begin, end) in enumerate(zip(begin_minutes, ends, strict=True)):
        from_age = np.maximum(begin[complaint] - minutes, 0)
        to_age = np.maximum(end[complaint] - minutes, 0)
        of_reshares = np.bincount(complaint, remaining(from_age) - remaining(to_age), len(begin))
        own = np.asarray(followers) * (remaining(begin) - remaining(end))
        impressions[phase] = audience.seen_by * (own + audience.resharer_followers * of_reshares)
        here = (minutes >= begin[complaint]) & (minutes < end[complaint])
        reshares[phase] = np.bincount(complaint[here], minlength=len(begin))
    return Exposure(np.where(states == PRIVATE, 0.0, impressions), reshares)


def _delays(audience: Audience, number: int, generator: np.random.Generator) -> Floats:
    """From a post to its reshares, in minutes."""
    share_up_to = np.cumsum(audience.kernel.weights)[:-1]
    component = np.searchsorted(share_up_to, generator.random(number), side="right")
    return np.asarray(generator.exponential(size=number) / np.array(audience.kernel.rates)[component])
