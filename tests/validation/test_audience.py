"""Unanswered impressions of textbook desks: known exactly from the Laplace transform of the wait.

Without reshares a complaint is seen by v F Σ wₖ (1 − exp(−ωₖ τ)) before it is answered at age τ. Its mean
needs of the law of τ no more than the transform at the rates ω: W*(ω) if handling begins the answer,
W*(ω) S*(ω) if its end does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simcare.theory.erlang import ErlangC
from simcare.virality.kernels import MEASURED
from tests.validation.agreement import agrees
from tests.validation.textbook import one, play

FOLLOWERS, SEEN_BY, DAY = 400, 0.05, 1440
PUBLIC = f", channel: x, followers: {{constant: {FOLLOWERS}}}"
Transform = Callable[[np.ndarray], np.ndarray]


def unanswered(arrivals: float, wait: Transform) -> float:
    """Impressions a day without an answer, of so many complaints a minute whose time unanswered has this
    transform.
    """
    rates = np.array(MEASURED.rates)
    seen = float(np.array(MEASURED.weights) @ (1 - wait(rates)))
    return arrivals * DAY * SEEN_BY * FOLLOWERS * seen


def top(until: str) -> str:
    spread = f"{{reshared_at_least_once: 0%, seen_by: 5%, until: {until}}}"
    return f"channels: {{x: {{public: true}}}}\nvirality: {spread}\nmeasures: [{{measure: {MEASURE}}}]"


MEASURE = "unanswered_impressions_of_arrivals"


@pytest.mark.slow
@pytest.mark.parametrize("until", ["answer", "reply"])
def test_many_agents(until: str) -> None:
    """M/M/c: W*(s) = 1 − C + C (cμ − λ) / (cμ − λ + s)."""
    arrivals, mean, agents = 1.0, 3.0, 4
    erlang = ErlangC(arrivals, mean, agents)
    late, drains = erlang.wait_probability, agents / mean - arrivals

    def transform(s: np.ndarray) -> np.ndarray:
        handled = 1 / (1 + mean * s) if until == "reply" else 1.0
        return np.asarray((1 - late + late * drains / (drains + s)) * handled)

    contacts = one(f"per_minute: {arrivals}", f"exponential: {{mean: {mean} min}}", PUBLIC)
    result = play(contacts, agents, days=10, replications=220, top=top(until))
    agrees(result, MEASURE, unanswered(arrivals, transform), within=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("until", ["answer", "reply"])
def test_one_agent_with_any_handling(until: str) -> None:
    """M/G/1, gamma handling: W*(s) = (1 − ρ) s / (s − λ (1 − S*(s))), Pollaczek and Khinchine's transform."""
    arrivals, mean, cv = 0.14, 5.0, 1.5

    def handling(s: np.ndarray) -> np.ndarray:
        return np.asarray((1 + mean * cv**2 * s) ** -(cv**-2))

    def transform(s: np.ndarray) -> np.ndarray:
        handled = handling(s) if until == "reply" else 1.0
        waits = (1 - arrivals * mean) * s / (s - arrivals * (1 - handling(s)))
        return np.asarray(waits * handled)

    contacts = one(f"per_minute: {arrivals}", f"gamma: {{mean: {mean} min, cv: {cv}}}", PUBLIC)
    result = play(contacts, 1, days=20, replications=300, top=top(until))
    agrees(result, MEASURE, unanswered(arrivals, transform), within=0.015)
