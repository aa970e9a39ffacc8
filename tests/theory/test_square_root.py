from __future__ import annotations

import math

import pytest

from simcare.errors import DomainError
from simcare.theory.erlang import ErlangC
from simcare.theory.impatience import ErlangA
from simcare.theory.square_root import (
    abandon_probability_limit,
    beta_for,
    beta_of,
    square_root_agents,
    wait_probability_limit,
)


@pytest.mark.parametrize("beta", [0.1, 0.5, 1.0, 2.0])
def test_erlang_c_goes_to_the_limit(beta):
    off = []
    for load in (100.0, 10_000.0):
        agents = square_root_agents(load, beta)
        exact = ErlangC(load, 1.0, agents).wait_probability
        off.append(abs(wait_probability_limit(beta_of(agents, load)) / exact - 1))
    assert off[1] < 0.025 and off[1] < off[0] / 5  # the error falls like one over √load


@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("beta", [-1.0, 0.0, 1.0])
def test_erlang_a_goes_to_the_limit(beta, ratio):
    load = 10_000.0
    agents = square_root_agents(load, beta)
    exact = ErlangA(load, 1.0, agents, ratio)
    assert wait_probability_limit(beta_of(agents, load), ratio) == pytest.approx(exact.all_busy, rel=0.015)
    leaves = abandon_probability_limit(beta_of(agents, load), ratio, load)
    assert leaves == pytest.approx(exact.abandon_probability, rel=0.03)


def test_values_known_by_hand():
    # Φ(1) = 0.841345, φ(1) = 0.241971; with patience like handling the number present is Poisson.
    assert wait_probability_limit(1.0) == pytest.approx(1 / (1 + 0.841345 / 0.241971), rel=1e-5)
    for beta in (-3.0, 0.0, 0.7):
        assert wait_probability_limit(beta, 1.0) == pytest.approx(math.erfc(beta / math.sqrt(2)) / 2)
    assert wait_probability_limit(50.0) == 0 and wait_probability_limit(-50.0, 2.0) == pytest.approx(1)
    assert square_root_agents(100.0, 1.0) == 110 and square_root_agents(4.0, -3.0) == 0


@pytest.mark.parametrize("ratio", [math.inf, 0.3, 4.0])
@pytest.mark.parametrize("share", [0.001, 0.2, 0.9])
def test_the_quality_for_a_share_who_wait_is_found_again(share, ratio):
    assert wait_probability_limit(beta_for(share, ratio), ratio) == pytest.approx(share, rel=1e-9)


def test_the_domain():
    for wrong in (
        lambda: wait_probability_limit(0.0),
        lambda: wait_probability_limit(math.nan, 1.0),
        lambda: wait_probability_limit(1.0, 0.0),
        lambda: beta_for(1.0),
        lambda: beta_of(3, 0.0),
        lambda: abandon_probability_limit(-20.0, 1.0, 4.0),
    ):
        with pytest.raises(DomainError):
            wrong()
