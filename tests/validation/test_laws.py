"""Handling and patience that are not exponential, against exact values for several agents.

One agent with any handling is in `test_stationary`; loss systems and processor sharing, where only the mean
of the handling matters, in `test_limits` and `test_chats`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simcare.theory.impatience import ErlangA
from simcare.theory.single_server import md1_mean_wait
from tests.validation.agreement import agrees
from tests.validation.any_patience import AnyPatience
from tests.validation.chains import State, stationary
from tests.validation.textbook import MINUTE, one, play

Floats = NDArray[np.float64]


def present_of_constant_handling(rate: float, agents: int, most: int = 200) -> Floats:
    """M/D/s: the shares of time with 0, 1, … present (Crommelin 1932); handling takes the unit of time.

    Whoever is in hand now is gone a unit later and nobody who came in between is: so the number present goes
    from n to max(n − s, 0) plus a Poisson number.
    """
    stay = np.maximum(np.arange(most + 1) - agents, 0)
    moves = stats.poisson.pmf(np.arange(most + 1) - stay[:, np.newaxis], rate)
    balance = moves.T - np.eye(most + 1)
    balance[0] = 1.0  # instead of one balance equation, which follows from the others
    share: Floats = np.linalg.solve(balance, np.eye(most + 1)[0])
    assert share.min() > -1e-12 and share[-20:].sum() < 1e-12
    return share


def test_constant_handling_of_one_agent_is_pollaczeks() -> None:
    share = present_of_constant_handling(0.6, 1)
    queue = share @ np.maximum(np.arange(len(share)) - 1, 0)
    assert queue / 0.6 == pytest.approx(md1_mean_wait(0.6, 1.0), rel=1e-9)


@pytest.mark.slow
def test_constant_handling() -> None:
    agents, rate = 3, 2.0
    result = play(one(f"per_minute: {rate}", "constant: 1 min"), agents, days=10, replications=120)
    share = present_of_constant_handling(rate, agents)
    queue = share @ np.maximum(np.arange(len(share)) - agents, 0)
    agrees(result, "waited", share[agents:].sum())
    agrees(result, "waiting_mean", queue / rate * MINUTE)
    agrees(result, "occupancy", rate / agents)
    agrees(result, "backlog", rate + queue)


def two_stages(first: int, second: int, waiting: int) -> Iterator[tuple[State, float]]:
    """M/E2/2+M: handling in two exponential stages of half a minute, patience of a minute on average."""
    yield ((first + 1, second, 0) if first + second < 2 else (first, second, waiting + 1)), 2.4
    yield (first - 1, second + 1, waiting), 2 * first
    yield ((first + 1, second - 1, waiting - 1) if waiting else (first, second - 1, 0)), 2 * second
    yield (first, second, waiting - 1), waiting


@pytest.mark.slow
def test_handling_of_little_variety() -> None:
    """A gamma law of cv 1/√2 is two exponential stages one after the other."""
    exact = stationary((0, 0, 0), two_stages, within=lambda first, second, waiting: waiting <= 40)
    contacts = one(
        "per_minute: 2.4",
        "gamma: {mean: 1 min, cv: 0.70710678}",
        ", patience: {exponential: {mean: 1 min}}",
    )
    result = play(contacts, 2, days=10, replications=16)
    queue = exact.mean(lambda first, second, waiting: waiting)
    agrees(result, "waited", exact.mean(lambda first, second, waiting: first + second == 2))
    agrees(result, "waiting_mean", queue / 2.4 * MINUTE)
    agrees(result, "abandonment", queue / 2.4)
    agrees(result, "occupancy", exact.mean(lambda first, second, waiting: first + second) / 2)


def test_any_patience_is_erlang_a_when_exponential() -> None:
    exact = ErlangA(3.5, 1.0, 3, 0.8)
    stays = np.exp(-AnyPatience.middles(1e-3, 30) / 0.8)
    found = AnyPatience(3.5, 3, stays, 1e-3)
    assert found.wait_probability == pytest.approx(exact.wait_probability, rel=1e-5)
    assert found.abandon_probability == pytest.approx(exact.abandon_probability, rel=1e-5)
    assert found.mean_wait == pytest.approx(exact.mean_wait, rel=1e-5)
    assert found.served_within(0.5) == pytest.approx(exact.served_within(0.5), rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("patience", "stays"),
    [
        ("constant: 45 s", lambda x: x < 0.75),
        ("lognormal: {median: 45 s, p90: 3 min}", lambda x: 1 - stats.norm.cdf(np.log(x / 0.75) / SIGMA)),
        ("uniform: {from: 0 s, to: 2 min}", lambda x: np.maximum(1 - x / 2, 0)),
    ],
    ids=["constant", "lognormal", "uniform"],
)
def test_patience_of_any_law(patience: str, stays: Callable[[Floats], Floats]) -> None:
    width = 1e-3
    exact = AnyPatience(3.5, 3, np.asarray(stays(AnyPatience.middles(width, 60)), dtype=np.float64), width)
    contacts = one("per_minute: 3.5", "exponential: {mean: 1 min}", f", patience: {{{patience}}}")
    result = play(contacts, 3, days=10, replications=24, promise="30 s")
    agrees(result, "waited", exact.wait_probability)
    agrees(result, "waiting_mean", exact.mean_wait * MINUTE)
    agrees(result, "abandonment", exact.abandon_probability)
    agrees(result, "service_level", exact.served_within(0.5), promise="answered within 30 s")
    agrees(result, "occupancy", 3.5 * (1 - exact.abandon_probability) / 3)


SIGMA = float(np.log(4) / stats.norm.ppf(0.9))
"""Of the lognormal law whose 90th percentile is four times its median."""
