"""The order in which messages are taken, against exact values."""

from __future__ import annotations

import math

import pytest
from scipy import integrate, special

from simcare.theory.erlang import ErlangC
from simcare.theory.single_server import mm1_mean_wait
from tests.validation.agreement import agrees
from tests.validation.skilled_desk import SkilledDesk, Team, Type
from tests.validation.textbook import MINUTE, one, play


def contact_type(name: str, rate: float, more: str = "") -> str:
    exponential = "{exponential: {mean: 1 min}}"
    return f"\n  {name}: {{needs: [answer], arrivals: {{per_minute: {rate}}}, handling: {exponential}{more}}}"


def busy_period_within(time: float, rate: float) -> float:
    """P(busy period ≤ time) of M/M/1 with handling of a unit (Takács 1962)."""

    def density(t: float) -> float:
        bessel = special.ive(1, 2 * t * math.sqrt(rate))  # times exp(2t·√λ)
        return float(bessel * math.exp(-t * (1 - math.sqrt(rate)) ** 2) / (t * math.sqrt(rate)))

    return float(integrate.quad(density, 0, time)[0])


@pytest.mark.slow
def test_the_newest_first() -> None:
    """The same mean wait as first come first served, and another law: who must wait, waits a busy period."""
    rate = 0.5
    assert busy_period_within(1000, rate) == pytest.approx(1, abs=1e-9)
    in_time = 1 - rate + rate * busy_period_within(2, rate)
    assert in_time - ErlangC(rate, 1.0, 1).answered_within(2) > 0.04
    result = play(
        one(f"per_minute: {rate}", "exponential: {mean: 1 min}"),
        1,
        days=10,
        replications=260,
        rules="routing: {order: newest}",
        promise="2 min",
    )
    agrees(result, "service_level", in_time, promise="answered within 2 min")
    agrees(result, "waited", rate)
    agrees(result, "waiting_mean", mm1_mean_wait(rate, 1.0) * MINUTE)


@pytest.mark.slow
def test_equals_among_three_priorities() -> None:
    """Two of four types are equals, and wait together like one; the one not listed comes last."""
    rates = {"urgent": 0.9, "question": 0.5, "request": 0.7, "other": 0.8}
    ranks = {"urgent": 0.9, "equals": 1.2, "other": 0.8}
    exact = SkilledDesk(
        {name: Type(rate, ["desk"], leaving=1 / 2) for name, rate in ranks.items()},
        {"desk": Team(2, dict.fromkeys(ranks, 1.0), list(ranks))},
        most_waiting=18,
    ).solve()
    patience = ", patience: {exponential: {mean: 2 min}}"
    result = play(
        "".join(contact_type(name, rate, patience) for name, rate in rates.items()),
        2,
        days=10,
        replications=28,
        rules="routing: {order: {priority: [urgent, [question, request]]}}",
    )
    for name in rates:
        rank = name if name in ranks else "equals"
        agrees(result, "waited", exact.waited(rank), contacts=name)
        agrees(result, "waiting_mean", exact.mean_wait(rank) * MINUTE, contacts=name)
        agrees(result, "abandonment", exact.abandonment(rank), contacts=name)
    agrees(result, "occupancy", exact.occupancy("desk"))


@pytest.mark.slow
def test_a_large_audience_goes_ahead() -> None:
    """Half of the complaints have followers enough to go ahead; the other half goes last."""
    ranks = {"loud": 0.6, "question": 1.0, "quiet": 0.6}
    exact = SkilledDesk(
        {name: Type(rate, ["desk"], leaving=1 / 2) for name, rate in ranks.items()},
        {"desk": Team(2, dict.fromkeys(ranks, 1.0), list(ranks))},
        most_waiting=18,
    ).solve()
    patience = ", patience: {exponential: {mean: 2 min}}"
    followers = ", followers: {lognormal: {median: 10_000, p90: 90_000}}"
    ahead = "[{contacts: complaint, followers_over: 10_000}]"
    result = play(
        contact_type("complaint", 1.2, patience + followers)
        + contact_type("question", 1.0, patience + followers),
        2,
        days=10,
        replications=30,
        rules=f"routing: {{order: {{priority: [question, complaint]}}, ahead: {ahead}}}",
    )
    agrees(result, "waiting_mean", exact.mean_wait("question") * MINUTE, contacts="question")
    agrees(result, "abandonment", exact.abandonment("question"), contacts="question")
    waits = [exact.mean_wait(half) for half in ("loud", "quiet")]
    agrees(result, "waiting_mean", sum(waits) / 2 * MINUTE, contacts="complaint")
    agrees(result, "occupancy", exact.occupancy("desk"))
