"""The parameters of the audience model, and the states of a complaint."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from simcare.errors import DomainError
from simcare.theory.domain import not_negative
from simcare.virality.kernels import MEASURED, Floats, Kernel

STATES = 6
WAITING, IMPATIENT, ANSWERED, TEMPLATE, RESOLVED, PRIVATE = range(STATES)
"""States of a complaint.

`WAITING`    nobody has answered
`IMPATIENT`  nobody has answered, and it has lasted so long that readers take it as an insult
`ANSWERED`   a personal first reply has been sent
`TEMPLATE`   a first reply from a template has been sent
`RESOLVED`   the last reply has been sent
`PRIVATE`    the conversation goes on in private: nobody sees or passes on anything
"""

UNANSWERED = (WAITING, IMPATIENT)
"""The states in which those who see the complaint see it without an answer."""

HIGHEST_TAIL = 100
"""With a Pareto tail above this, heat hardly differs from 1."""


@dataclass(frozen=True)
class Audience:
    """All numbers of the model.

    ``kernel``  when a post is seen
    ``seen_by``  v: the share of followers who ever see a post
    ``base_reshares``  λ₁: how often a complaint of somebody with some 1000 followers is reshared if nobody
        answers, reshares of reshares apart
    ``follower_exponent``, ``follower_offset``  β and F₀: the same for F followers is
        λ(F) = λ₁ ((F + F₀) / 1000)^β
    ``reshares_per_reshare``  n: how many further reshares a reshare brings
    ``resharer_followers``  M: mean followers of those who reshare
    ``heat_tail``  α: heat is inverse gamma with mean 1 and this Pareto exponent of its tail; infinity: all
        complaints are equally hot
    ``impatient``, ``answered``, ``template``, ``resolved``  the factor on reshares in each state, where 1 is
        that of a complaint that waits

    Every number may be 0 but ``heat_tail``: it must be above 1 for a mean to exist. n times the largest
    factor must be below 1 for cascades to end. Raises `DomainError` otherwise.

    How far a reshare reaches does not depend on who reshared: fitted to cascades on Twitter, the exponent of
    a resharer's followers is 0.00 to 0.05. Heat belongs to the complaint and not to each reshare, so all
    means are finite.
    """

    kernel: Kernel = field(default=MEASURED)
    seen_by: float = 0.05
    base_reshares: float = 0.10
    follower_exponent: float = 0.5
    follower_offset: float = 80.0
    reshares_per_reshare: float = 0.1
    resharer_followers: float = 1500.0
    heat_tail: float = 1.5
    impatient: float = 1.0
    answered: float = 0.6
    template: float = 0.9
    resolved: float = 0.25

    def __post_init__(self) -> None:
        for name in (
            "seen_by",
            "base_reshares",
            "follower_exponent",
            "follower_offset",
            "reshares_per_reshare",
            "resharer_followers",
            "impatient",
            "answered",
            "template",
            "resolved",
        ):
            not_negative(name, getattr(self, name))
        if not (1 < self.heat_tail <= HIGHEST_TAIL or self.heat_tail == math.inf):
            raise DomainError(
                f"heat_tail: expected a number above 1 and at most {HIGHEST_TAIL}, or infinity, "
                f"got {self.heat_tail!r}"
            )
        most = self.reshares_per_reshare * max(self.factors)
        if most >= 1:
            raise DomainError(
                f"reshares_per_reshare: expected less than 1 in every state, got {most:g}: "
                "such a cascade would never end"
            )

    @property
    def factors(self) -> tuple[float, ...]:
        """The factor of each state on reshares, in the order of the states."""
        return (1.0, self.impatient, self.answered, self.template, self.resolved, 0.0)

    @property
    def has_heat(self) -> bool:
        """Are some complaints hotter than others?"""
        return math.isfinite(self.heat_tail)

    def reshare_rate(self, followers: ArrayLike) -> Floats:
        """λ(F): direct reshares to be expected, never answered and at mean heat."""
        scaled = (np.asarray(followers, dtype=np.float64) + self.follower_offset) / 1000
        return np.asarray(self.base_reshares * scaled**self.follower_exponent)

    def never_answered(self, followers: ArrayLike) -> Floats:
        """All reshares to be expected of complaints that are never answered, at mean heat: λ(F) / (1 − n)."""
        return np.asarray(self.reshare_rate(followers) / (1 - self.reshares_per_reshare))
