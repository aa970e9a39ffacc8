"""Customers who try again, against the Markov chain of who is there and who is about to try.

After Falin & Templeton (Retrial queues, 1997): the pause before a further try is exponential, and so each try
finds the desk as it is at a random moment of the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.validation.agreement import agrees
from tests.validation.chains import State, Stationary, stationary
from tests.validation.textbook import MINUTE, one, play

AFTER = 2.0  # minutes until the next try


@dataclass(frozen=True)
class Retrials:
    """M/M/s with places to wait and handling of a minute, where who fails tries again with a chance.

    Of those who would have to wait and for whom there is a place, the share `balks` goes at once. A state is
    (present, about to try).
    """

    rate: float
    agents: int
    places: int
    chance: float
    balks: float = 0.0

    def moves(self, present: int, trying: int) -> Iterator[tuple[State, float]]:
        fails = self.turned_away(present) + self.goes(present)
        yield (present + 1, trying), self.rate * (1 - fails)
        yield (present, trying + 1), self.rate * fails * self.chance
        yield (present + 1, trying - 1), trying / AFTER * (1 - fails)
        yield (present, trying - 1), trying / AFTER * fails * (1 - self.chance)
        yield (present - 1, trying), min(present, self.agents)

    def turned_away(self, present: int) -> float:
        return float(present == self.agents + self.places)

    def goes(self, present: int) -> float:
        return self.balks * (self.agents <= present < self.agents + self.places)

    def solve(self) -> Stationary:
        return stationary((0, 0), self.moves, within=lambda present, trying: trying <= 120)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("desk", "replications"),
    [
        (Retrials(rate=0.5, agents=1, places=0, chance=1.0), 160),
        (Retrials(rate=2.4, agents=2, places=0, chance=0.7), 20),
        (Retrials(rate=2.0, agents=2, places=2, chance=0.8), 50),
        (Retrials(rate=2.6, agents=2, places=3, chance=0.6, balks=0.4), 64),
    ],
    ids=["until-they-succeed", "some-give-up", "with-a-queue", "some-go-at-once"],
)
def test_trying_again(desk: Retrials, replications: int) -> None:
    more = (
        f", queue_limit: {desk.places}, patience: {{leaves_at_once: {desk.balks:.0%}}}"
        f", tries_again: {{chance: {desk.chance:.0%}, after: {{exponential: {{mean: {AFTER} min}}}}}}"
    )
    contacts = one(f"per_minute: {desk.rate}", "exponential: {mean: 1 min}", more)
    result = play(contacts, desk.agents, days=10, replications=replications)

    exact = desk.solve()
    busy = exact.mean(lambda present, trying: min(present, desk.agents))
    queue = exact.mean(lambda present, trying: max(present - desk.agents, 0))
    trying = exact.mean(lambda present, trying: trying)
    agrees(result, "occupancy", busy / desk.agents)
    agrees(result, "replied", busy * 24 * MINUTE)
    agrees(result, "backlog", busy + queue)
    agrees(result, "tries", (desk.rate + trying / AFTER) / desk.rate)
    tried_in_vain = exact.mean(lambda p, t: (desk.rate + t / AFTER) * desk.turned_away(p))
    agrees(result, "blocked", tried_in_vain / (desk.rate + trying / AFTER))
    if desk.places:
        agrees(result, "waiting_mean", queue / desk.rate * MINUTE)
    if desk.chance == 1:
        agrees(result, "answer_mean", (queue + trying) / desk.rate * MINUTE)
        return

    def lost(fails: Callable[[int], float]) -> float:
        """A day, those who do not try again after they failed in this way."""
        tries = exact.mean(lambda present, trying: (desk.rate + trying / AFTER) * fails(present))
        return (1 - desk.chance) * tries * 24 * MINUTE

    agrees(result, "turned_away", lost(desk.turned_away))
    if desk.balks:
        agrees(result, "abandoned", lost(desk.goes))
