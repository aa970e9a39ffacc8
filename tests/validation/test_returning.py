"""Returning customers (Erlang-R, Yom-Tov & Mandelbaum 2014): each reply may draw a further message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from simcare.theory.erlang import ErlangC
from tests.validation.agreement import agrees
from tests.validation.chains import State, Stationary, stationary
from tests.validation.textbook import MINUTE, one, play


def conversation(again: float, pause: float, handling: float) -> str:
    return (
        f", conversation: {{again: {again:.0%}, pause: {{exponential: {{mean: {pause} min}}}},"
        f" handling: {{exponential: {{mean: {handling} min}}}}}}"
    )


@pytest.mark.slow
def test_returning_customers() -> None:
    """With one law for all handling it is a Jackson network: arrivals see M/M/s with the rate λ/(1 − p)."""
    erlang = ErlangC(0.6 / 0.6, 1.0, 2)
    contacts = one("per_minute: 0.6", "exponential: {mean: 1 min}", conversation(0.4, 5, 1))
    result = play(contacts, 2, days=20, replications=60)
    agrees(result, "waited", erlang.wait_probability)
    agrees(result, "occupancy", erlang.occupancy)
    agrees(result, "backlog", erlang.load + erlang.mean_queue)
    agrees(result, "replies_per_conversation", 1 / 0.6)


@dataclass(frozen=True)
class Returning:
    """Two agents; new messages leave at a rate, or at once if they would have to wait; further ones stay.

    A state is (in hand: new, further; waiting: new, further; about to write again).
    """

    rate: float
    handling: float
    further_handling: float
    again: float
    pause: float
    leaving: float = 0.0
    at_once: bool = False
    further_first: bool = True
    agents = 2

    def moves(
        self, new: int, further: int, waiting: int, waiting_further: int, pausing: int
    ) -> Iterator[tuple[State, float]]:
        in_hand, queues = (new, further), (waiting, waiting_further)
        free = new + further < self.agents
        if free:
            yield (new + 1, further, *queues, pausing), self.rate
        elif not self.at_once:
            yield (*in_hand, waiting + 1, waiting_further, pausing), self.rate
        came = (new, further + 1, *queues) if free else (*in_hand, waiting, waiting_further + 1)
        yield (*came, pausing - 1), pausing / self.pause
        yield (*in_hand, waiting - 1, waiting_further, pausing), waiting * self.leaving
        for rest, rate in (
            ((new - 1, further), new / self.handling),
            ((new, further - 1), further / self.further_handling),
        ):
            if rate:
                after = self.taken(*rest, *queues)
                yield (*after, pausing + 1), rate * self.again
                yield (*after, pausing), rate * (1 - self.again)

    def taken(self, new: int, further: int, waiting: int, waiting_further: int) -> tuple[int, int, int, int]:
        """What the agent who has just become free makes of it."""
        if waiting_further and (self.further_first or not waiting):
            return new, further + 1, waiting, waiting_further - 1
        if waiting:
            return new + 1, further, waiting - 1, waiting_further
        return new, further, waiting, waiting_further

    def solve(self) -> Stationary:
        return stationary(
            (0, 0, 0, 0, 0),
            self.moves,
            within=lambda new, further, waiting, waiting_further, pausing: (
                waiting <= 15 and waiting_further <= 30 and pausing <= 22
            ),
        )


@pytest.mark.slow
def test_new_customers_go_elsewhere_and_old_ones_wait() -> None:
    desk = Returning(rate=1.4, handling=1.0, further_handling=0.6, again=0.5, pause=2.0, at_once=True)
    exact = desk.solve()
    more = conversation(0.5, 2, 0.6) + ", patience: {constant: 1 h, leaves_at_once: 100%}"
    result = play(one("per_minute: 1.4", "exponential: {mean: 1 min}", more), 2, days=10, replications=60)
    gone = exact.mean(lambda new, further, *_: new + further == 2)
    queue = exact.mean(lambda new, further, waiting, waiting_further, pausing: waiting_further)
    busy = exact.mean(lambda new, further, *_: new + further)
    agrees(result, "abandonment", gone)
    agrees(result, "queue", queue)
    agrees(result, "backlog", busy + queue)
    agrees(result, "occupancy", busy / 2)
    agrees(result, "replies_per_conversation", 2.0)


@pytest.mark.slow
@pytest.mark.parametrize("ahead", ["later", "first"])
def test_which_messages_go_ahead(ahead: str) -> None:
    """Further messages before new ones, or the reverse; those who have just come may leave."""
    desk = Returning(
        rate=1.2,
        handling=1.0,
        further_handling=0.8,
        again=0.4,
        pause=2.0,
        leaving=1.0,
        further_first=ahead == "later",
    )
    exact = desk.solve()
    result = play(
        one(
            "per_minute: 1.2",
            "exponential: {mean: 1 min}",
            conversation(0.4, 2, 0.8) + ", patience: {exponential: {mean: 1 min}}",
        ),
        2,
        days=10,
        replications=36,
        rules=f"routing: {{ahead: [{{steps: {ahead}}}]}}",
    )
    new = exact.mean(lambda new, further, waiting, waiting_further, pausing: waiting)
    old = exact.mean(lambda new, further, waiting, waiting_further, pausing: waiting_further)
    busy = exact.mean(lambda new, further, *_: new + further)
    agrees(result, "waited", exact.mean(lambda new, further, *_: new + further == 2))
    agrees(result, "waiting_mean", new / desk.rate * MINUTE)
    agrees(result, "abandonment", new * desk.leaving / desk.rate)
    agrees(result, "backlog", busy + new + old)
    agrees(result, "occupancy", busy / 2)
