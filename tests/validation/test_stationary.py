"""Textbook queues with exact answers: simulated from a scenario, within four standard errors at one per cent.

Every queue runs warm for a day first, since the formulas speak of a system that has always been there.
"""

from __future__ import annotations

import pytest

import simcare
from simcare.experiment.result import Result
from simcare.scenario.load import loads
from simcare.theory import single_server
from simcare.theory.erlang import ErlangC
from simcare.theory.impatience import ErlangA
from tests.validation.agreement import agrees

MINUTE = 60.0  # seconds: waits are reported in seconds


def play(
    contacts: str, agents: int, *, days: int, replications: int, rules: str = "", promise: str = "1 min"
) -> Result:
    scenario = loads(f"""
simcare: 1
title: textbook
clock: {{warm_up: 1 day, days: {days}}}
contacts:
{contacts}
teams: {{desk: {{skills: {{answer: 100%}}}}}}
plans:
  only:
    headcount: {{desk: {agents}}}
    {rules}
service_levels:
  - {{contacts: all, answered_within: {promise}}}
experiment: {{replications: {replications}, seed: 11}}
""")
    return simcare.run(scenario, jobs=2)


def one(arrivals: str, handling: str, more: str = "") -> str:
    return f"  message: {{needs: [answer], arrivals: {{{arrivals}}}, handling: {{{handling}}}{more}}}"


@pytest.mark.slow
def test_one_agent() -> None:
    result = play(one("per_minute: 0.5", "exponential: {mean: 1 min}"), 1, days=20, replications=90)
    agrees(result, "waiting_mean", single_server.mm1_mean_wait(0.5, 1) * MINUTE)
    agrees(result, "waited", 0.5)
    in_time = 1 - single_server.mm1_wait_longer_than(0.5, 1, 1)
    agrees(result, "service_level", in_time, promise="answered within 1 min")
    agrees(result, "occupancy", 0.5)


@pytest.mark.slow
def test_many_agents() -> None:
    erlang = ErlangC(2.0, 2.0, 6)
    result = play(one("per_minute: 2", "exponential: {mean: 2 min}"), 6, days=10, replications=60)
    agrees(result, "waiting_mean", erlang.mean_wait * MINUTE)
    agrees(result, "waited", erlang.wait_probability)
    agrees(result, "service_level", 1 - erlang.wait_longer_than(1), promise="answered within 1 min")
    agrees(result, "queue", erlang.mean_wait * 2.0)
    agrees(result, "occupancy", erlang.occupancy)


@pytest.mark.parametrize(
    ("days", "replications", "within"), [(1, 60, 0.05), pytest.param(10, 90, 0.01, marks=pytest.mark.slow)]
)
def test_customers_who_leave(days: int, replications: int, within: float) -> None:
    """Workload S, and the figures printed for it: P(wait) .439393, P(abandon) .067997, E[W] 1.55033 min."""
    erlang = ErlangA(50 / 60, 22.8, 20, 22.8)
    assert erlang.abandon_probability == pytest.approx(0.067997, abs=5e-7)
    patience = ", patience: {exponential: {mean: 22.8 min}}"
    contacts = one("per_hour: 50", "exponential: {mean: 22.8 min}", patience)
    result = play(contacts, 20, days=days, replications=replications, promise="3 min")
    agrees(result, "waited", erlang.wait_probability, within=within)
    agrees(result, "abandonment", erlang.abandon_probability, within=2 * within)
    agrees(result, "waiting_mean", erlang.mean_wait * MINUTE, within=2 * within)
    agrees(result, "occupancy", erlang.occupancy, within=within)
    agrees(result, "service_level", erlang.served_within(3), promise="answered within 3 min", within=within)


@pytest.mark.slow
def test_customers_some_of_whom_leave_at_once() -> None:
    erlang = ErlangA(50 / 60, 22.8, 20, 22.8, leaves_at_once=0.3)
    patience = ", patience: {exponential: {mean: 22.8 min}, leaves_at_once: 30%}"
    contacts = one("per_hour: 50", "exponential: {mean: 22.8 min}", patience)
    result = play(contacts, 20, days=10, replications=90)
    agrees(result, "abandonment", erlang.abandon_probability)
    agrees(result, "waiting_mean", erlang.mean_wait * MINUTE, within=0.02)
    agrees(result, "occupancy", erlang.occupancy)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handling", "cv"),
    [
        ("constant: 1 min", 0.0),
        ("lognormal: {mean: 1 min, cv: 1.2}", 1.2),
        ("uniform: {from: 30 s, to: 90 s}", 0.2886751345948129),
    ],
)
def test_one_agent_with_any_handling(handling: str, cv: float) -> None:
    """Pollaczek–Khinchine: of handling, only the mean and the coefficient of variation matter."""
    result = play(one("per_minute: 0.5", handling), 1, days=20, replications=100)
    agrees(result, "waiting_mean", single_server.mg1_mean_wait(0.5, 1, cv) * MINUTE, within=0.012)
    agrees(result, "occupancy", 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["{priority: [urgent, normal]}", "first-come", "newest"])
def test_two_classes_and_the_conservation_law(order: str) -> None:
    """Cobham's waits under priorities; Σ load × wait is the same for every order (Kleinrock)."""
    classes = [single_server.PriorityClass(0.2, 1.5, 1.0), single_server.PriorityClass(0.3, 1.0, 0.5)]
    contacts = """
  urgent: {needs: [answer], arrivals: {per_minute: 0.2}, handling: {exponential: {mean: 1.5 min}}}
  normal: {needs: [answer], arrivals: {per_minute: 0.3}, handling: {gamma: {mean: 1 min, cv: 0.5}}}"""
    result = play(contacts, 1, days=20, replications=90, rules=f"routing: {{order: {order}}}")
    loads = {"urgent": 0.3, "normal": 0.3}
    waits = {name: result.estimate("waiting_mean", contacts=name).estimate or 0.0 for name in loads}
    conserved = sum(loads[name] * waits[name] for name in loads)
    assert conserved == pytest.approx(single_server.conservation_constant(classes) * MINUTE, rel=0.02)
    if order.startswith("{"):
        for name, wait in zip(loads, single_server.priority_mean_waits(classes), strict=True):
            agrees(result, "waiting_mean", wait * MINUTE, contacts=name, within=0.015)


@pytest.mark.slow
def test_priorities_among_many_agents_with_one_handling_law() -> None:
    waits = single_server.same_rate_priority_mean_waits([1.0, 1.0], 2.0, 6)
    contacts = """
  urgent: {needs: [answer], arrivals: {per_minute: 1}, handling: {exponential: {mean: 2 min}}}
  normal: {needs: [answer], arrivals: {per_minute: 1}, handling: {exponential: {mean: 2 min}}}"""
    order = "routing: {order: {priority: [urgent, normal]}}"
    result = play(contacts, 6, days=10, replications=60, rules=order)
    for name, wait in zip(["urgent", "normal"], waits, strict=True):
        agrees(result, "waiting_mean", wait * MINUTE, contacts=name, within=0.015)
