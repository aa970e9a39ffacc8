"""Desks of several skills, with preferences on both sides, against the Markov chain of each.

The letters are those of Garnett & Mandelbaum (An introduction to skills-based routing, 2000): types above,
teams below, a line for *may serve*. Handling differs by type and by team, so that who serves whom matters.
Customers leave after two minutes on average, so the desks may be overloaded and the figures are soon known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from simcare.experiment.result import Result
from tests.validation.agreement import agrees
from tests.validation.chains import State, stationary
from tests.validation.skilled_desk import SkilledDesk, Solved, Team, Type
from tests.validation.textbook import MINUTE, play

LEAVING = 1 / 2  # a minute


def contact_type(name: str, rate: float, handling: str, more: str = "") -> str:
    return f"""
  {name}:
    needs: [{name}]
    arrivals: {{per_minute: {rate}}}
    patience: {{exponential: {{mean: 2 min}}}}
    handling: {handling}
    {more}"""


def holds(result: Result, exact: Solved) -> None:
    """Every figure of the desk, type by type and team by team."""
    for name in exact.desk.types:
        agrees(result, "waited", exact.waited(name), contacts=name)
        agrees(result, "waiting_mean", exact.mean_wait(name) * MINUTE, contacts=name)
        agrees(result, "abandonment", exact.abandonment(name), contacts=name)
    for team in exact.desk.teams:
        agrees(result, "occupancy", exact.occupancy(team), team=team)
    agrees(result, "backlog", exact.present)


@pytest.mark.slow
@pytest.mark.parametrize("asks", [["only-a", "both"], ["both", "only-a"]])
@pytest.mark.parametrize("takes", [["a", "b"], ["b", "a"]])
def test_n_design(asks: list[str], takes: list[str]) -> None:
    """Two types, and one of two teams can do both: which it takes first, and which team is asked first."""
    exact = SkilledDesk(
        types={"a": Type(1.8, asks, LEAVING), "b": Type(1.4, ["both"], LEAVING)},
        teams={
            "only-a": Team(2, {"a": 2.0}, takes=["a"]),
            "both": Team(2, {"a": 2.0 / 0.8, "b": 1.5}, takes),
        },
        most_waiting=30,
    )
    result = play(
        contact_type("a", 1.8, "{exponential: {mean: 2 min}}", f"teams: [{', '.join(asks)}]")
        + contact_type("b", 1.4, "{exponential: {mean: 1.5 min}}"),
        "{only-a: 2, both: 2}",
        teams="{only-a: {skills: {a: 100%}}, both: {skills: {a: 80%, b: 100%}}}",
        rules=f"routing: {{order: {{priority: [{', '.join(takes)}]}}}}",
        days=10,
        replications=20,
    )
    holds(result, exact.solve())


@pytest.mark.slow
@pytest.mark.parametrize("specialists_first", [True, False])
def test_m_design(specialists_first: bool) -> None:
    """Two types, each with specialists; a third team does both, and helps `b` first."""
    asks = {name: [f"only-{name}", "both"][:: 1 if specialists_first else -1] for name in "ab"}
    exact = SkilledDesk(
        types={"a": Type(1.2, asks["a"], LEAVING), "b": Type(1.0, asks["b"], LEAVING)},
        teams={
            "only-a": Team(1, {"a": 1.0}, takes=["a"]),
            "only-b": Team(1, {"b": 1.5}, takes=["b"]),
            "both": Team(1, {"a": 1.0 / 0.75, "b": 1.5 / 0.75}, takes=["b", "a"]),
        },
        most_waiting=25,
    )
    teams = {name: "" if specialists_first else f"teams: [{', '.join(asks[name])}]" for name in "ab"}
    result = play(
        contact_type("a", 1.2, "{exponential: {mean: 1 min}}", teams["a"])
        + contact_type("b", 1.0, "{exponential: {mean: 1.5 min}}", teams["b"]),
        "{only-a: 1, only-b: 1, both: 1}",
        teams="{only-a: {skills: {a: 100%}}, only-b: {skills: {b: 100%}}, both: {skills: {a: 75%, b: 75%}}}",
        rules="routing: {order: {priority: [b, a]}, agents: most-specialised}",
        days=10,
        replications=36,
    )
    holds(result, exact.solve())


@pytest.mark.slow
def test_w_design() -> None:
    """Three types and two teams, who both take `b` before their own; `b` asks who is faster at it."""
    exact = SkilledDesk(
        types={
            "a": Type(0.6, ["early"], LEAVING),
            "b": Type(0.7, ["late", "early"], LEAVING),
            "c": Type(0.8, ["late"], LEAVING),
        },
        teams={
            "early": Team(1, {"a": 1.5, "b": 2.0}, takes=["b", "a"]),
            "late": Team(1, {"b": 1.2, "c": 1.0}, takes=["b", "c"]),
        },
        most_waiting=16,
    )
    by_team = "{by_team: {early: {exponential: {mean: 2 min}}, late: {exponential: {mean: 1.2 min}}}}"
    result = play(
        contact_type("a", 0.6, "{exponential: {mean: 1.5 min}}")
        + contact_type("b", 0.7, by_team)
        + contact_type("c", 0.8, "{exponential: {mean: 1 min}}"),
        "{early: 1, late: 1}",
        teams="{early: {skills: {a: 100%, b: 100%}}, late: {skills: {b: 100%, c: 100%}}}",
        rules="routing: {order: {priority: [b, a, c]}, agents: fastest}",
        days=10,
        replications=30,
    )
    holds(result, exact.solve())


@pytest.mark.slow
@pytest.mark.parametrize("asks", ["own team", "random"])
def test_x_design(asks: Literal["own team", "random"]) -> None:
    """Two teams who can do everything; each takes its own type before that of the other."""
    own = asks == "own team"
    exact = SkilledDesk(
        types={
            "a": Type(1.6, ["as", "bs"], LEAVING),
            "b": Type(1.2, ["bs", "as"], LEAVING),
        },
        teams={
            "as": Team(2, {"a": 1.0, "b": 2.0}, takes=["a", "b"]),
            "bs": Team(1, {"a": 1.25, "b": 1.6}, takes=["b", "a"]),
        },
        asks="in order" if own else "random",
        most_waiting=25,
    )
    result = play(
        contact_type("a", 1.6, "{exponential: {mean: 1 min}}", "teams: [as, bs]" if own else "")
        + contact_type("b", 1.2, "{exponential: {mean: 1.6 min}}", "teams: [bs, as]" if own else ""),
        "{as: 2, bs: 1}",
        teams="{as: {skills: {a: 100%, b: 80%}, first: [a]}, bs: {skills: {a: 80%, b: 100%}, first: [b]}}",
        rules="" if own else "routing: {agents: random}",
        days=10,
        replications=30,
    )
    holds(result, exact.solve())


def unequal(
    fast: int, slow: int, waiting: int, longest_idle: str, *, rule: str
) -> Iterator[tuple[State, float]]:
    """Two agents, handling of 1 and of 2 minutes; `longest_idle` says who, when both are free."""
    if not fast and not slow:
        chance = {"longest-idle": float(longest_idle == "fast"), "random": 0.5, "fastest": 1.0}.get(rule, 0.0)
        yield (1, 0, 0, ""), chance
        yield (0, 1, 0, ""), 1 - chance
    else:
        yield ((1, 1, 0, "") if fast + slow == 1 else (1, 1, waiting + 1, "")), 1.0
    if waiting:
        yield (1, 1, waiting - 1, ""), waiting * LEAVING + fast / 1.0 + slow / 2.0
    else:
        yield (0, slow, 0, "" if slow else "slow"), fast / 1.0
        yield (fast, 0, 0, "" if fast else "fast"), slow / 2.0


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["longest-idle", "random", "fastest", "most-specialised"])
def test_which_of_two_unequal_agents(rule: str) -> None:
    """Who is asked when both are free; the slow one is the specialist (after Gumbel 1960)."""
    exact = stationary(
        (0, 0, 0, "fast"),
        lambda *state: unequal(*state, rule=rule),
        within=lambda fast, slow, waiting, longest_idle: waiting <= 40,
    )
    result = play(
        contact_type("a", 1.0, "{exponential: {mean: 1 min}}"),
        "{fast: 1, slow: 1}",
        teams="{fast: {skills: {a: 100%, b: 100%}}, slow: {skills: {a: 50%}}}",
        rules=f"routing: {{agents: {rule}}}",
        days=10,
        replications=60,
    )
    queue = exact.mean(lambda fast, slow, waiting, longest_idle: waiting)
    agrees(result, "occupancy", exact.mean(lambda fast, slow, *_: fast), team="fast")
    agrees(result, "occupancy", exact.mean(lambda fast, slow, *_: slow), team="slow")
    agrees(result, "waited", exact.mean(lambda fast, slow, *_: fast + slow == 2))
    agrees(result, "waiting_mean", queue * MINUTE)
