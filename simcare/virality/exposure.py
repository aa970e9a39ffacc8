"""Who sees complaints, and in which state: impressions, reshares, and views a minute now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import ANSWERED, PRIVATE, RESOLVED, UNANSWERED, WAITING, Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import (
    Flow,
    Phases,
    States,
    Totals,
    by_kernels,
    exponentials,
    known,
    phases,
    table_of,
    totals,
)


@dataclass(frozen=True)
class Exposure:
    """Mean impressions and reshares; both have the shape of what they were made of."""

    impressions: Floats
    reshares: Floats


def exposure(
    audience: Audience, parts: Phases | Totals, followers: ArrayLike, heat: ArrayLike = 1.0
) -> Exposure:
    """What complaints bring, given what falls into each of their phases, or into some and all of them.

    `followers` and `heat` are numbers, or one for each complaint; a type's severity multiplies its heat. Both
    enter through F, and through heat times λ(F), linearly. So means over either need no more than the means
    of these: at heat 1 this is the mean over all heats.
    """
    return brought(audience, parts, followers, np.asarray(heat) * audience.reshare_rate(followers))


def brought(audience: Audience, parts: Phases | Totals, followers: ArrayLike, direct: ArrayLike) -> Exposure:
    """The same, given how many `direct` reshares are to be expected if nobody answers."""
    followers, direct = np.asarray(followers, dtype=np.float64), np.asarray(direct, dtype=np.float64)
    reshare_views = audience.resharer_followers * direct * parts.reshare_views
    impressions = audience.seen_by * (followers * parts.views + reshare_views)
    return Exposure(impressions, direct * parts.reshares)


def impressions_under(
    audiences: Sequence[Audience],
    begin_minutes: Floats,
    states: States,
    among: Sequence[bool],
    sizes: Sequence[tuple[Floats, Floats]],
    rows: NDArray[np.intp],
    found: Floats,
    kernels: Any = None,
) -> None:
    """What complaints bring under each of several audiences, whose kernels have as many components: their
    impressions in the phases that `among` says, and all reshares for each direct one to be expected.

    These go to `found` (audiences, 2, all complaints), at the `rows` of these complaints; `sizes` are for
    each audience followers and direct reshares of all complaints; the rest is as for `totals`. With `kernels`
    it takes less time, and an exponential that several audiences need is taken once.
    """
    if not known(audiences, begin_minutes, kernels):
        for audience, (followers, direct), to in zip(audiences, sizes, found, strict=True):
            parts = totals(audience, begin_minutes, states, among)
            to[0, rows] = brought(audience, parts, followers[rows], direct[rows]).impressions[0]
            to[1, rows] = parts.reshares
        return
    counted, flows = np.array(among), tuple(states[:-1].tolist())
    wanted = exponentials(tuple(audiences), tuple(range(len(flows))), flows)
    of_each = [
        (place, states, counted, PRIVATE, table_of(one), one.seen_by, one.resharer_followers, *size)
        for one, place, size in zip(audiences, wanted.place, sizes, strict=True)
    ]
    for some, lasts, left in by_kernels(wanted, begin_minutes, kernels):
        for given, to in zip(of_each, found, strict=True):
            kernels.impressions_under(lasts, left, *given, rows[some], to)


def unanswered(values: Floats, states: NDArray[np.integer]) -> Floats:
    """The sum over the phases without an answer, one for each complaint."""
    return np.asarray(np.where(np.isin(states, UNANSWERED), values, 0.0).sum(axis=0))


def answered_after(
    audience: Audience, followers: ArrayLike, minutes: ArrayLike, resolved_after: float = np.inf
) -> tuple[Exposure, NDArray[np.int8]]:
    """One complaint, answered after each of several times and resolved so long after the answer: its
    exposure, and the states of its three phases.
    """
    minutes = np.atleast_1d(np.asarray(minutes, dtype=np.float64))
    states = np.repeat(np.array([[WAITING], [ANSWERED], [RESOLVED]], dtype=np.int8), len(minutes), axis=1)
    begins = np.vstack((np.zeros_like(minutes), minutes, minutes + resolved_after))
    return exposure(audience, phases(audience, begins, states), followers), states


def views_a_minute(audience: Audience, followers: ArrayLike, minutes: ArrayLike) -> Floats:
    """Impressions a minute of complaints of that age that nobody has answered, at mean heat: what an answer
    now would be seen by.
    """
    of_follower, of_reshare = by_age(audience, minutes)
    followers = np.asarray(followers, dtype=np.float64)
    return np.asarray(of_follower * followers + of_reshare * audience.reshare_rate(followers))


def by_age(audience: Audience, minutes: ArrayLike) -> tuple[Floats, Floats]:
    """Impressions a minute of an unanswered complaint of that age, for each follower, and for each direct
    reshare to be expected.
    """
    age = np.asarray(minutes, dtype=np.float64)
    waiting = Flow(audience, audience.factors[WAITING])
    _, y = waiting.later(*waiting.fresh, age.ravel())
    of_reshare = audience.resharer_followers * (waiting.rates @ y).reshape(age.shape)
    return audience.seen_by * audience.kernel.density(age), audience.seen_by * of_reshare
