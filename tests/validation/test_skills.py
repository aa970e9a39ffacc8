"""Desks of several skills, with preferences on both sides, against the Markov chain of each.

The letters are those of Garnett & Mandelbaum (An introduction to skills-based routing, 2000): types above,
teams below, a line for *may serve*. Handling differs by type and by team, so that who serves whom matters.
Customers leave after two minutes on average, so the desks may be overloaded and the figures are soon known.
"""

from __future__ import annotations

import pytest

from simcare.experiment.result import Result
from tests.validation.agreement import agrees
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
