"""Agents with several chats: limited processor sharing, against the chain of how many each has in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

import simcare
from tests.validation.agreement import agrees
from tests.validation.chains import State, stationary
from tests.validation.textbook import MINUTE, one, play, scenario_of


def sharing(
    in_hand: Sequence[int], waiting: int, *, rate: float, paces: Sequence[float], leaving: float = 0.0
) -> Iterator[tuple[State, float]]:
    """Equal agents, their numbers in hand sorted; `paces[k − 1]` is that of all k together, handling of 1."""
    fewest = in_hand[0]
    if fewest < len(paces):
        yield (_sorted(in_hand, 0, fewest + 1), waiting), rate
    else:
        yield (in_hand, waiting + 1), rate
    if waiting:
        yield (in_hand, waiting - 1), waiting * leaving
    for agent, number in enumerate(in_hand):
        if number and waiting:
            yield (in_hand, waiting - 1), paces[number - 1]
        elif number:
            yield (_sorted(in_hand, agent, number - 1), waiting), paces[number - 1]


def _sorted(in_hand: Sequence[int], agent: int, number: int) -> tuple[int, ...]:
    return tuple(sorted((*in_hand[:agent], number, *in_hand[agent + 1 :])))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chats", "in_total", "agents", "rate", "replications"),
    [
        ("{pace_each: [100%, 80%, 60%]}", [1.0, 1.6, 1.8], 2, 3.6, 40),
        ("{pace_in_total: [100%, 150%]}", [1.0, 1.5], 3, 4.6, 34),
        ("{at_once: 4, pace_in_total: [100%, 110%, 90%, 70%]}", [1.0, 1.1, 0.9, 0.7], 1, 0.8, 150),
    ],
    ids=["each", "in-total", "slower-than-one-by-one"],
)
def test_several_at_once(
    chats: str, in_total: list[float], agents: int, rate: float, replications: int
) -> None:
    """Whoever has the fewest in hand gets the next one; who finds all full waits and may leave."""
    exact = stationary(
        ((0,) * agents, 0),
        lambda in_hand, waiting: sharing(in_hand, waiting, rate=rate, paces=in_total, leaving=1 / 2),
        within=lambda in_hand, waiting: waiting <= 60,
    )
    contacts = one(
        f"per_minute: {rate}", "exponential: {mean: 1 min}", ", patience: {exponential: {mean: 2 min}}"
    )
    teams = f"{{desk: {{skills: {{answer: 100%}}, chats: {chats}}}}}"
    result = play(contacts, agents, teams=teams, days=10, replications=replications)
    queue = exact.mean(lambda in_hand, waiting: waiting)
    held = exact.mean(lambda in_hand, waiting: sum(in_hand))
    agrees(result, "backlog", held + queue)
    agrees(result, "queue", queue)
    agrees(result, "waited", exact.mean(lambda in_hand, waiting: min(in_hand) == len(in_total)))
    agrees(result, "waiting_mean", queue / rate * MINUTE)
    agrees(result, "abandonment", queue / 2 / rate)


@pytest.mark.slow
@pytest.mark.parametrize(
    "handling",
    ["exponential: {mean: 1 min}", "constant: 1 min", "lognormal: {mean: 1 min, cv: 1.5}"],
)
def test_processor_sharing(handling: str) -> None:
    """M/G/1 with the agent's time shared among all: of handling only the mean matters (Sakata et al. 1969).

    Thirty at once are as good as without limit: more than so many would be there once in 10⁹ minutes.
    """
    chats = "{pace_in_total: [" + ", ".join(["100%"] * 30) + "]}"
    teams = f"{{desk: {{skills: {{answer: 100%}}, chats: {chats}}}}}"
    result = play(one("per_minute: 0.5", handling), 1, teams=teams, days=10, replications=130)
    agrees(result, "backlog", 1.0)
    agrees(result, "occupancy", 0.5)
    agrees(result, "first_reply_mean", 2 * MINUTE)


def test_chats_without_slowdown_are_agents() -> None:
    """Two agents of three chats each do what six agents do, to the millisecond."""
    contacts = one(
        "per_minute: 5.5", "exponential: {mean: 1 min}", ", patience: {exponential: {mean: 2 min}}"
    )
    chats = "{desk: {skills: {answer: 100%}, chats: 3}}"
    two, six = (
        simcare.simulate(scenario_of(contacts, agents, days=1, teams=teams), "only")
        for agents, teams in ((2, chats), (6, "{desk: {skills: {answer: 100%}}}"))
    )
    assert len(two.stints.step) > 10_000
    for table, columns in (("steps", ["outcome", "gone_ms"]), ("stints", ["step", "start_ms", "end_ms"])):
        for column in columns:
            assert (getattr(getattr(two, table), column) == getattr(getattr(six, table), column)).all()
