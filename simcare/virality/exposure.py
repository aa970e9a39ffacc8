"""Who sees complaints, and in which state: impressions, reshares, and views a minute now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.virality.audience import ANSWERED, RESOLVED, UNANSWERED, WAITING, Audience
from simcare.virality.kernels import Floats
from simcare.virality.phases import Flow, Phases, Totals, phases


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
    impressions = impressions_of(audience, parts.views, parts.reshare_views, followers, direct)
    return Exposure(impressions, np.asarray(direct, dtype=np.float64) * parts.reshares)


def impressions_of(
    audience: Audience, views: Floats, reshare_views: Floats, followers: ArrayLike, direct: ArrayLike
) -> Floats:
    """The impressions among them."""
    followers, direct = np.asarray(followers, dtype=np.float64), np.asarray(direct, dtype=np.float64)
    of_reshares = audience.resharer_followers * direct * reshare_views
    return np.asarray(audience.seen_by * (followers * views + of_reshares))


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
