from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simcare.errors import DomainError, TooLarge
from simcare.theory.constant_handling import ConstantHandling
from simcare.theory.domain import Overload
from simcare.theory.erlang import ErlangC
from simcare.theory.many_servers import AllenCunneen
from simcare.theory.single_server import md1_mean_wait, mg1_mean_wait


def erlang_1909(load, time):
    """P(W ≤ t) of M/D/1 with handling 1, by Erlang's own alternating sum."""
    terms = (
        (load * (k - time)) ** k / math.factorial(k) * math.exp(-load * (k - time))
        for k in range(int(time) + 1)
    )
    return (1 - load) * math.fsum(terms)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.9])
def test_one_agent_is_erlangs_formula_of_1909(load):
    desk = ConstantHandling(load, 1.0, 1)
    assert desk.mean_wait == pytest.approx(md1_mean_wait(load, 1.0), rel=1e-12)
    for time in (0.0, 0.4, 1.0, 2.5, 5.0):
        assert desk.answered_within(time) == pytest.approx(erlang_1909(load, time), abs=1e-12)


@pytest.mark.parametrize(("load", "agents"), [(1.6, 2), (6.3, 7), (9.0, 10)])
def test_several_agents_against_crommelins_equations(load, agents):
    """The number present a handling time later is what was not in service and whoever came; iterated."""
    most = 300
    coming = stats.poisson.pmf(np.arange(most), load)
    present = stats.poisson.pmf(np.arange(most), load)
    for _ in range(4000):
        waiting = np.concatenate(([present[: agents + 1].sum()], present[agents + 1 :]))
        present = np.convolve(waiting, coming)[:most]
    desk = ConstantHandling(load / 2, 2.0, agents)
    assert desk.wait_probability == pytest.approx(present[agents:].sum(), rel=1e-10)
    assert desk.mean_queue == pytest.approx(waiting @ np.arange(len(waiting)), rel=1e-10)
    # The mean wait is the area below its tail: two ways to the same.
    area = sum(desk.wait_longer_than((cell + 0.5) * 0.02) for cell in range(2000)) * 0.02
    assert area == pytest.approx(desk.mean_wait, rel=2e-3)


def test_large_and_busy_desks():
    busy = ConstantHandling(999.9, 1.0, 1000)
    assert 0.5 < busy.mean_wait / ErlangC(999.9, 1.0, 1000).mean_wait < 0.51
    assert ConstantHandling(0.0, 1.0, 3).wait_longer_than(0.0) == pytest.approx(0)
    assert ConstantHandling(0.0, 1.0, 3).mean_wait == 0
    with pytest.raises(Overload):
        ConstantHandling(3.0, 1.0, 3)
    with pytest.raises(TooLarge, match="too close"):
        ConstantHandling(3.0 - 1e-6, 1.0, 3)
    with pytest.raises(DomainError):
        ConstantHandling(1.0, 0.0, 3)


def test_allen_cunneen_where_it_is_exact_and_how_far_it_is_off():
    assert AllenCunneen(0.8, 1.0, 1.7, 1).mean_wait == pytest.approx(mg1_mean_wait(0.8, 1.0, 1.7))
    exponential, erlang = AllenCunneen(5.6, 1.0, 1.0, 7), ErlangC(5.6, 1.0, 7)
    assert exponential.mean_wait == pytest.approx(erlang.mean_wait)
    assert exponential.answered_within(0.3) == pytest.approx(erlang.answered_within(0.3))
    constant = AllenCunneen(5.6, 1.0, 0.0, 7).mean_wait / ConstantHandling(5.6, 1.0, 7).mean_wait
    assert constant == pytest.approx(0.9465, abs=0.0001)
    assert AllenCunneen(1.0, 1.0, 0.0, 3, arrivals_cv=0.0).wait_longer_than(0.0) == 0
    with pytest.raises(Overload):
        AllenCunneen(7.0, 1.0, 1.0, 7)
    with pytest.raises(DomainError, match="handling_cv"):
        AllenCunneen(1.0, 1.0, -1.0, 7)
