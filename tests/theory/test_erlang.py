from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.theory.erlang import ErlangC, erlang_b, erlang_c, log_inverse_erlang_b

# Loads at which 1% is lost, from the printed tables of traffic engineering, to the digits they give.
LOST_1_PERCENT = {5: 1.36, 10: 4.46, 20: 12.0, 30: 20.3, 50: 37.9, 100: 84.1}


@pytest.mark.parametrize(("lines", "load"), LOST_1_PERCENT.items())
def test_erlang_b_meets_the_printed_tables(lines, load):
    digit = 10.0 ** (math.floor(math.log10(load)) - 2)
    assert erlang_b(lines, load - digit / 2) < 0.01 < erlang_b(lines, load + digit / 2)


@given(st.integers(0, 60), st.floats(0.01, 80))
def test_erlang_b_is_a_truncated_poisson_distribution(agents, load):
    truncated = stats.poisson.pmf(agents, load) / stats.poisson.cdf(agents, load)
    assert erlang_b(agents, load) == pytest.approx(truncated, rel=1e-10)


def test_erlang_b_of_ten_thousand_agents():
    # B = pmf/cdf of a Poisson variable; scipy's pmf is good to about nine digits here.
    assert erlang_b(10_000, 9_900) == pytest.approx(
        stats.poisson.pmf(10_000, 9_900) / stats.poisson.cdf(10_000, 9_900), rel=1e-8
    )
    assert erlang_b(10_000, 1.0) == 0.0
    # 1/B = Σ s!/(s−k)!·a^−k, nearly s!·e at load 1
    assert log_inverse_erlang_b(10_000, 1.0) == pytest.approx(math.lgamma(10_001) + 1.0, rel=1e-13)


def test_tanners_worked_example():
    """360 calls in half an hour, 4 minutes each, 55 agents, 15 seconds (M. Tanner, The Erlang-C Formula)."""
    queue = ErlangC(360 / 1800, 240, 55)
    assert queue.load == pytest.approx(48)
    assert queue.occupancy == pytest.approx(0.873, abs=0.0005)
    assert queue.wait_probability == pytest.approx(0.239, abs=0.0005)
    assert queue.mean_wait == pytest.approx(8.2, abs=0.05)
    assert queue.answered_within(15) == pytest.approx(0.846, abs=0.0005)


def test_one_agent_is_mm1():
    queue = ErlangC(0.8, 1, 1)
    assert queue.wait_probability == pytest.approx(0.8)
    assert queue.mean_wait == pytest.approx(4)
    assert queue.mean_queue == pytest.approx(3.2)
    assert queue.wait_longer_than(5) == pytest.approx(0.8 * math.exp(-1))


@given(st.integers(1, 300), st.floats(0.01, 0.999), st.floats(0.1, 50))
def test_the_unit_of_time_changes_no_probability(agents, occupancy, unit):
    queue, other = ErlangC(agents * occupancy, 1, agents), ErlangC(agents * occupancy / unit, unit, agents)
    assert other.wait_probability == pytest.approx(queue.wait_probability, rel=1e-9)
    assert other.mean_wait == pytest.approx(unit * queue.mean_wait, rel=1e-9)
    assert other.wait_longer_than(0.3 * unit) == pytest.approx(queue.wait_longer_than(0.3), rel=1e-7)


def test_rate_zero_and_the_domain():
    assert ErlangC(0, 1, 3).wait_probability == 0
    assert erlang_b(0, 5) == 1
    for wrong in (
        lambda: erlang_b(-1, 1),
        lambda: erlang_b(3, -1),
        lambda: erlang_b(2.5, 1),
        lambda: erlang_c(3, 3),
    ):
        with pytest.raises(DomainError):
            wrong()
    with pytest.raises(DomainError, match="need more than 3 agents"):
        ErlangC(4, 1, 3)
    with pytest.raises(DomainError, match="mean_handling"):
        ErlangC(1, math.nan, 3)
