"""Queues with room for so many, and customers who look how long the queue is, against exact values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simcare.theory.erlang import erlang_b
from tests.validation.agreement import agrees
from tests.validation.chains import State, stationary
from tests.validation.textbook import MINUTE, one, play

Move = tuple[State, float]


def bounded(present: int, *, rate: float, agents: int, room: int) -> Iterator[Move]:
    """M/M/s/s+room with handling of one minute."""
    yield (present + 1,), rate * (present < agents + room)
    yield (present - 1,), min(present, agents)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "agents", "room", "replications"), [(0.8, 1, 2, 80), (3.6, 3, 5, 26)], ids=["one", "three"]
)
def test_room_for_so_many(rate: float, agents: int, room: int, replications: int) -> None:
    """M/M/1/3 and M/M/3/8: who finds the queue full is turned away."""
    exact = stationary((0,), lambda present: bounded(present, rate=rate, agents=agents, room=room))
    contacts = one(f"per_minute: {rate}", "exponential: {mean: 1 min}", f", queue_limit: {room}")
    result = play(contacts, agents, days=10, replications=replications)
    away = exact.mean(lambda present: present == agents + room)
    queue = exact.mean(lambda present: max(present - agents, 0))
    agrees(result, "turned_away", rate * away * 24 * MINUTE)
    agrees(result, "replied", rate * (1 - away) * 24 * MINUTE)
    agrees(result, "waited", exact.mean(lambda present: agents <= present < agents + room))
    agrees(result, "waiting_mean", queue / rate * MINUTE)
    agrees(result, "queue", queue)
    agrees(result, "backlog", exact.mean(lambda present: present))
    agrees(result, "occupancy", rate * (1 - away) / agents)


@pytest.mark.slow
@pytest.mark.parametrize("handling", ["exponential: {mean: 3 min}", "lognormal: {mean: 3 min, cv: 1}"])
@pytest.mark.parametrize("lost", [", queue_limit: 0", ", patience: {leaves_at_once: 100%}"])
def test_nobody_waits(handling: str, lost: str) -> None:
    """Erlang B, written in two ways; of the handling only the mean matters (Sevastyanov 1957)."""
    result = play(one("per_minute: 1", handling, lost), 4, days=10, replications=60)
    blocked = erlang_b(4, 3.0)
    agrees(result, "turned_away" if "queue_limit" in lost else "abandoned", blocked * 24 * MINUTE)
    agrees(result, "occupancy", 3.0 * (1 - blocked) / 4)
    agrees(result, "backlog", 3.0 * (1 - blocked))
    assert result.estimate("waiting_mean").estimate == 0


def lobby(a: int, b: int, waiting: str) -> Iterator[Move]:
    """One agent for each of two types, who takes the oldest he may; three places that they share.

    In hand: is `a`'s agent busy, is `b`'s; who waits, oldest first.
    """
    for name, rate, busy in (("a", 1.2, a), ("b", 0.5, b)):
        if not busy:
            yield ((1, b, waiting) if name == "a" else (a, 1, waiting)), rate
        elif len(waiting) < 3:
            yield (a, b, waiting + name), rate
    if a:
        yield ((1, b, waiting.replace("a", "", 1)) if "a" in waiting else (0, b, waiting)), 1.0
    if b:
        yield ((a, 1, waiting.replace("b", "", 1)) if "b" in waiting else (a, 0, waiting)), 1 / 1.5


@pytest.mark.slow
def test_a_lobby_that_two_types_share() -> None:
    """Each type has its own agent, and yet one takes the other's places."""
    exact = stationary((0, 0, ""), lobby)
    kind = "needs: [{0}], arrivals: {{per_minute: {1}}}, handling: {{exponential: {{mean: {2} min}}}}"
    contacts = "\n".join(
        f"  {name}: {{{kind.format(name, rate, handling)}, queue_limit: lobby}}"
        for name, rate, handling in (("a", 1.2, 1), ("b", 0.5, 1.5))
    )
    result = play(
        contacts,
        "{ones: 1, others: 1}",
        teams="{ones: {skills: {a: 100%}}, others: {skills: {b: 100%}}}",
        top="queue_limits: {lobby: 3}",
        days=10,
        replications=85,
    )
    for name, team, rate in (("a", "ones", 1.2), ("b", "others", 0.5)):
        busy = exact.mean(lambda a, b, waiting, name=name: a if name == "a" else b)
        away = exact.mean(lambda a, b, waiting, name=name: (a if name == "a" else b) * (len(waiting) == 3))
        queue = exact.mean(lambda a, b, waiting, name=name: waiting.count(name))
        agrees(result, "turned_away", rate * away * 24 * MINUTE, contacts=name)
        agrees(result, "waited", busy - away, contacts=name)
        agrees(result, "waiting_mean", queue / rate * MINUTE, contacts=name)
        agrees(result, "occupancy", busy, team=team)


SHARES = {0: 0.0, 1: 0.3, 3: 0.6}


def at_once(waiting: int) -> float:
    return next(share for least, share in reversed(SHARES.items()) if waiting >= least)


def wary(present: int) -> Iterator[Move]:
    """M/M/2 where the longer the queue, the more of those who would have to wait go at once."""
    yield (present + 1,), 3.0 * (1 - at_once(present - 2) if present >= 2 else 1)
    yield (present - 1,), min(present, 2)


@pytest.mark.slow
def test_who_sees_a_long_queue_goes() -> None:
    exact = stationary((0,), wary, within=lambda present: present <= 100)
    shares = ", ".join(f"{least}: {share:.0%}" for least, share in SHARES.items())
    contacts = one(
        "per_minute: 3", "exponential: {mean: 1 min}", f", patience: {{leaves_at_once: {{{shares}}}}}"
    )
    result = play(contacts, 2, days=10, replications=34)
    gone = exact.mean(lambda present: at_once(present - 2) if present >= 2 else 0)
    queue = exact.mean(lambda present: max(present - 2, 0))
    agrees(result, "abandonment", gone)
    agrees(result, "waited", exact.mean(lambda present: present >= 2))
    agrees(result, "waiting_mean", queue / 3 * MINUTE)
    agrees(result, "occupancy", 3 * (1 - gone) / 2)
    agrees(result, "backlog", exact.mean(lambda present: present))
