"""People who finish what they hold, against an exact answer; the trap is to model them as a level.

Two people answer; one goes home after two hours and finishes the message in hand, the other stays. The desk
is a small Markov chain on (is he busy, is she busy, how many wait), solved here by matrix exponentials.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.linalg import expm

import simcare
from simcare.scenario.load import loads
from tests.validation.agreement import agrees

RATE, HANDLING = 0.16, 10.0  # a minute, minutes
HE_LEAVES, LAST_ARRIVALS, NEXT_DAY = 120.0, 240.0, 1440.0
LONGEST_QUEUE = 90

PLANS = {
    "people": """
      - {team: desk, from: 00:00, to: 02:00, agents: 1}
      - {team: desk, from: 00:00, to: 24:00, agents: 1}""",
    "level": "{desk: {00:00: 2, 02:00: 1}}",
}


def mean_wait(plan: str) -> float:
    """Mean wait in minutes over a day: Little's law, ∫ E[waiting] dt over the expected arrivals."""
    states = list(itertools.product((0, 1), (0, 1), range(LONGEST_QUEUE + 1)))
    number = {state: place for place, state in enumerate(states)}
    waiting = np.array([float(queue) for _, _, queue in states])
    chance, total = np.zeros(len(states)), 0.0
    chance[number[0, 0, 0]] = 1.0
    lengths = (HE_LEAVES, LAST_ARRIVALS - HE_LEAVES, NEXT_DAY - LAST_ARRIVALS)
    for length, he_is_on_duty, rate in zip(lengths, (True, False, False), (RATE, RATE, 0.0), strict=True):
        moves = np.zeros((len(states) + 1, len(states) + 1))
        for (he, she, queue), here in number.items():
            for there, at_rate in transitions(plan, he, she, queue, he_is_on_duty, rate):
                moves[here, number[there]] += at_rate
                moves[here, here] -= at_rate
            moves[here, -1] = waiting[here]
        after = np.append(chance, 0.0) @ expm(moves * length)
        chance, total = after[:-1], total + float(after[-1])
    return total / (RATE * LAST_ARRIVALS)


def transitions(
    plan: str, he: int, she: int, queue: int, he_is_on_duty: bool, rate: float
) -> list[tuple[tuple[int, int, int], float]]:
    """Where the desk goes from a state, and how fast. He is asked first while he is on duty."""
    found = []
    level_is_full = plan == "level" and not he_is_on_duty and he + she >= 1
    if rate and queue < LONGEST_QUEUE:
        if he_is_on_duty and not he:
            found.append(((1, she, queue), rate))
        elif not she and not level_is_full:
            found.append(((he, 1, queue), rate))
        else:
            found.append(((he, she, queue + 1), rate))
    if he:
        takes_another = queue > 0 and (he_is_on_duty or (plan == "level" and not she))
        found.append(((1, she, queue - 1) if takes_another else (0, she, queue), 1 / HANDLING))
    if she:
        takes_another = queue > 0 and (he_is_on_duty or plan == "people" or not he)
        found.append(((he, 1, queue - 1) if takes_another else (he, 0, queue), 1 / HANDLING))
    return found


@pytest.mark.slow
def test_people_and_levels_each_have_their_own_wait() -> None:
    result = simcare.run(
        loads(f"""
simcare: 1
title: he goes home, she stays
clock: {{days: 50}}
contacts:
  message:
    needs: [answer]
    arrivals: {{steps: {{per_minute: {{00:00: {RATE}, 04:00: 0}}}}}}
    handling: {{exponential: {{mean: {HANDLING} min}}}}
teams: {{desk: {{skills: {{answer: 100%}}}}}}
plans:
  people:
    routing: {{agents: most-specialised}}
    shifts: {PLANS["people"]}
  level: {{headcount: {PLANS["level"]}}}
experiment: {{replications: 400, seed: 5}}
"""),
        jobs=2,
    )
    people, level = mean_wait("people"), mean_wait("level")
    agrees(result, "waiting_mean", 60 * people, plan="people", within=0.015)
    agrees(result, "waiting_mean", 60 * level, plan="level", within=0.015)
    assert level > 1.03 * people
