"""In a steady state every window is like every other: figures of a night against the M/M/1 queue.

The wait is 0 with probability 1 − ρ and beyond that exponential with rate μ − λ (Gross & Harris 1998), so its
mean is ρ/(μ − λ) and its variance ρ(2 − ρ)/(μ − λ)²; an arrival finds the agent busy as often
as he is (PASTA).
"""

from __future__ import annotations

import math

import pytest

from simcare.experiment.result import Result
from simcare.experiment.run import run
from simcare.scenario.load import loads
from simcare.theory.erlang import erlang_b
from tests.validation.agreement import agrees

ARRIVALS, SERVICE, LOAD = 60 / 3600, 100 / 3600, 0.6
NIGHT = "22:10–05:40"


@pytest.fixture(scope="module")
def night() -> Result:
    scenario = loads("""
simcare: 1
title: One server
clock: {days: 10, warm_up: 1 day}
contacts: {call: {needs: [talk], arrivals: {per_hour: 60}, handling: {exponential: {mean: 36 s}}}}
teams: {desk: {skills: {talk: 100%}}}
plans: {only: {headcount: {desk: 1}}}
experiment: {replications: 16, seed: 5}
""")
    hours = ("waiting_mean", "waiting_sd", "waited", "queue", "present", "all_busy", "contacts", "replies")
    return run(
        scenario, measures=[*(f"{name} {NIGHT}" for name in hours), "all_busy at 03:00", "in_hand at 03:00"]
    )


def test_waits_and_their_deviation(night: Result) -> None:
    agrees(night, "waiting_mean", LOAD / (SERVICE - ARRIVALS), within=0.07, interval=NIGHT)
    deviation = math.sqrt(LOAD * (2 - LOAD)) / (SERVICE - ARRIVALS)
    agrees(night, "waiting_sd", deviation, within=0.07, interval=NIGHT)
    agrees(night, "waiting_sd", deviation, within=0.03)


def test_what_is_in_the_house(night: Result) -> None:
    agrees(night, "queue", LOAD**2 / (1 - LOAD), within=0.07, interval=NIGHT)
    agrees(night, "present", LOAD / (1 - LOAD), within=0.07, interval=NIGHT)


def test_who_arrives_sees_the_time_average(night: Result) -> None:
    agrees(night, "waited", LOAD, within=0.02, interval=NIGHT)
    agrees(night, "all_busy", LOAD, within=0.02, interval=NIGHT)
    agrees(night, "all_busy_at", LOAD, within=0.2, interval="03:00")
    agrees(night, "in_hand_at", LOAD, within=0.2, interval="03:00")


def test_counts_are_a_night(night: Result) -> None:
    agrees(night, "contacts", 60 * 7.5, interval=NIGHT)
    agrees(night, "replies", 60 * 7.5, interval=NIGHT)


@pytest.mark.slow
def test_a_loss_desk_is_full_as_often_as_it_turns_away() -> None:
    """Erlang B: all are busy as often as a call is turned away; chats without slowdown are agents."""
    for agents, chats in ((5, 1), (1, 5)):
        found = run(
            loads(f"""
simcare: 1
title: Loss
clock: {{days: 10, warm_up: 1 day}}
contacts:
  call:
    needs: [talk]
    arrivals: {{per_hour: 40}}
    handling: {{exponential: {{mean: 6 min}}}}
    queue_limit: 0
teams: {{desk: {{skills: {{talk: 100%}}, chats: {chats}}}}}
plans: {{only: {{headcount: {{desk: {agents}}}}}}}
experiment: {{replications: 40}}
""")
        )
        agrees(found, "all_busy", erlang_b(5, 4.0), within=0.04)
        agrees(found, "blocked", erlang_b(5, 4.0), within=0.04)
        agrees(found, "in_hand", 4.0 * (1 - erlang_b(5, 4.0)), within=0.02)
