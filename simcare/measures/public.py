"""Public contact types as the measures need them: their audience, and whose followers count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.demand.pile_on import pile_on_of, piles_on
from simcare.scenario.quantities import MINUTE
from simcare.virality.audience import Audience
from simcare.virality.chosen import audience_of
from simcare.virality.followers import lognormal_followers
from simcare.virality.heat import crisis_probability

if TYPE_CHECKING:
    from simcare.scenario.laws import Law
    from simcare.scenario.scenario import Scenario
    from simcare.scenario.views import Views

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Followers:
    """The law of followers as nodes and weights of an average (Gauss–Hermite for a lognormal law)."""

    nodes: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean number of followers."""
        return float(np.dot(self.weights, self.nodes))

    def mean_rate(self, audience: Audience) -> float:
        """The mean of λ(F), direct reshares to be expected without an answer."""
        return float(np.dot(self.weights, audience.reshare_rate(self.nodes)))

    def crisis_probability(self, audience: Audience, unit: Float, at: int, begins: Int) -> Float:
        """The chance of `at` reshares, given how many are to be expected for each direct one, averaged.

        Read off a table of the root of the number, which is exact to five figures: averages over all nodes
        for each complaint would take longer than all other measures together. The table reaches as far as
        each replication needs it; `begins` are the first rows of these, and the row after the last.
        """
        found = np.empty_like(unit)
        for first, after in pairwise(begins.tolist()):
            if after > first:
                of_one = unit[first:after]
                most = 2.0 ** np.ceil(np.log2(max(1.0, of_one.max())))
                table = _crisis_table(self, audience, at, float(most))
                found[first:after] = np.interp(np.sqrt(of_one), *table)
        return found


TABLE = 2049
"""Entries of the table of crisis probabilities."""


@lru_cache(maxsize=64)
def _crisis_table(law: Followers, audience: Audience, at: int, most: float) -> tuple[Float, Float]:
    roots = np.linspace(0.0, np.sqrt(most), TABLE)
    reshares = np.multiply.outer(audience.reshare_rate(law.nodes), roots**2)
    return roots, np.asarray(law.weights) @ crisis_probability(audience, reshares, at)


@dataclass(frozen=True)
class Public:
    """A public contact type: its index, its audience, and what the planner calls a crisis.

    ``followers`` is their law, if means are taken over it; None if each complaint has the followers of its
    author. ``impatient_after`` in minutes, infinite if readers are patient. The rest is the plan's: within
    how many ms an acknowledgement is promised, if the first reply is one; does the answer come from a
    template; which share of conversations moves to private, and does a closing reply in public follow.
    ``views`` stand in place of the audience where the scenario gives so many a minute; ``pile_on`` is the
    share of reshares that are complaints themselves.
    """

    type: int
    audience: Audience
    severity: float
    impatient_after: float
    until_answer: bool
    crisis_at: int
    followers: Followers | None
    acknowledge_within: int | None = None
    from_template: bool = False
    moves: float = 0.0
    closes: bool = False
    views: Views | None = None
    pile_on: float = 0.0

    @property
    def reshared(self) -> bool:
        """Whether anybody may reshare these complaints."""
        law, audience = self.followers, self.audience
        rate = audience.base_reshares if law is None else law.mean_rate(audience)
        return self.views is None and self.severity * rate > 0


def public_of(scenario: Scenario, plan_name: str) -> tuple[Public, ...]:
    """The public contact types, by index, as a plan answers them.

    Followers are averaged over, not drawn, where no plan of the scenario looks at them: then who has how many
    is independent of how long he waits, so the mean given the waits is exact and has less noise
    (Rao–Blackwell). With pile-on, followers decide how many more write in, so they are those drawn. It is the
    same for all plans, so that they stay comparable customer by customer.
    """
    laws = {name: _law(scenario, name) for name in scenario.public_contacts}
    drawn = looked_at(scenario) or piles_on(scenario) or any(law is None for law in laws.values())
    plan = scenario.plan(plan_name)
    found = []
    for name, law in laws.items():
        words = scenario.virality_of(name)
        impatience = words["impatient"].value
        found.append(
            Public(
                type=scenario.contact_names.index(name),
                audience=audience_of(scenario, name),
                severity=scenario.contacts[name].severity,
                impatient_after=math.inf if impatience is None else impatience.after / MINUTE,
                until_answer=words["until"].value == "answer",
                crisis_at=words["crisis_at"].value,
                followers=None if drawn else law,
                acknowledge_within=plan.acknowledge_within,
                from_template=plan.replies == "template" and scenario.contacts[name].template is not None,
                moves=plan.moves_to.share if plan.moves_to is not None else 0.0,
                closes=plan.moves_to is not None and plan.moves_to.closing,
                views=words["views"].value,
                pile_on=pile_on_of(scenario, name),
            )
        )
    return tuple(found)


def looked_at(scenario: Scenario) -> bool:
    """Does any plan decide by followers who waits?"""
    routings = [plan.routing for plan in scenario.plans.values()]
    return any(
        one.order in ("followers", "audience") or any(c.followers_over is not None for c in one.ahead)
        for one in routings
    )


def followers_law(scenario: Scenario, name: str) -> Followers:
    """The law of the followers of a public contact type; one that has no such form stands at its mean."""
    found, law, vips = _law(scenario, name), scenario.followers_of(name), scenario.contacts[name].vips
    if found is not None:
        return found
    assert law is not None
    share = 0.0 if vips is None else vips.share
    return Followers((law.mean, 0.0 if vips is None else vips.followers), (1 - share, share))


def _law(scenario: Scenario, name: str) -> Followers | None:
    """The law as nodes, None if it has no such form."""
    law, vips = scenario.followers_of(name), scenario.contacts[name].vips
    assert law is not None
    nodes = _nodes(law)
    if nodes is None or vips is None:
        return nodes
    others = (weight * (1 - vips.share) for weight in nodes.weights)
    return Followers((*nodes.nodes, vips.followers), (*others, vips.share))


def _nodes(law: Law) -> Followers | None:
    if law.kind == "lognormal":
        mu, sigma = law.params
        nodes, weights = lognormal_followers(math.exp(mu), sigma)
        return Followers(tuple(nodes.tolist()), tuple(weights.tolist()))
    if law.kind == "constant":
        return Followers(law.params, (1.0,))
    return None
