from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, linalg

from simcare.errors import DomainError
from simcare.theory.domain import Overload
from simcare.theory.erlang import ErlangC
from simcare.theory.priorities import SameRatePriorities


def delay_longer_than(time, finishing, above, own, most=130):
    """The number who go before one who has to wait, walked through time as a chain: up `above`, down sμ.

    It begins geometric: all in front, and himself, and ends when he is taken.
    """
    share = (above + own) / finishing
    start = (1 - share) * share ** np.arange(most)
    walk = np.zeros((most, most))
    for number in range(most):
        walk[number, number] -= finishing
        if number:
            walk[number - 1, number] += finishing
        if number + 1 < most:
            walk[number + 1, number] += above
            walk[number, number] -= above
    return (linalg.expm(walk * time) @ start).sum()


@pytest.mark.parametrize("rates", [(0.9, 0.6, 0.3), (0.2, 1.5), (1.0, 0.05, 0.9), (0.7, 0.0, 0.7)])
def test_tails_against_the_chain_of_who_goes_first(rates):
    desk = SameRatePriorities(rates, 1.5, 4)
    for time in (0.3, 4.0):
        tails = desk.wait_longer_than(time)
        for k, (tail, rate) in enumerate(zip(tails, rates, strict=True)):
            chain = desk.wait_probability * delay_longer_than(time, 4 / 1.5, sum(rates[:k]), rate)
            assert tail == pytest.approx(chain, rel=1e-9)


def test_tails_add_up_to_the_means():
    desk = SameRatePriorities((3.0, 2.0, 2.2), 1.0, 8)
    for k, mean in enumerate(desk.mean_waits):
        area, _ = integrate.quad(lambda t, k=k: desk.wait_longer_than(t)[k], 0, np.inf, epsrel=1e-9)
        assert area == pytest.approx(mean, rel=1e-7)


def test_the_most_urgent_wait_as_in_a_queue_of_their_own_and_one_class_is_erlang_c():
    desk = SameRatePriorities((2.0, 1.5), 1.0, 4)
    assert desk.wait_longer_than(0.7)[0] == pytest.approx(desk.wait_probability * math.exp(-(4 - 2) * 0.7))
    alone = SameRatePriorities((3.5,), 1.0, 4)
    assert alone.wait_longer_than(0.7)[0] == pytest.approx(ErlangC(3.5, 1.0, 4).wait_longer_than(0.7))
    assert desk.answered_within(math.inf) == (1.0, 1.0)


def test_the_last_of_two_at_one_agent_by_the_busy_period():
    """All who come are urgent but him: as with newest first, the mean delay is 1/(μ − λ)² times μ (M/M/1)."""
    desk = SameRatePriorities((0.8, 1e-12), 1.0, 1)
    assert desk.mean_waits[1] == pytest.approx(0.8 / (0.2 * 0.2), rel=1e-9)
    area, _ = integrate.quad(lambda t: desk.wait_longer_than(t)[1], 0, np.inf, epsrel=1e-9, limit=200)
    assert area == pytest.approx(20.0, rel=1e-6)


def test_the_domain():
    with pytest.raises(Overload, match="more than 2 agents"):
        SameRatePriorities((1.0, 1.0), 1.0, 2)
    with pytest.raises(DomainError, match="arrival_rates"):
        SameRatePriorities((1.0, -1.0), 1.0, 2)
    with pytest.raises(DomainError, match="time"):
        SameRatePriorities((1.0,), 1.0, 2).wait_longer_than(-1)
