from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import DomainError
from simcare.theory.erlang import ErlangC
from simcare.theory.single_server import (
    PriorityClass,
    conservation_constant,
    md1_mean_wait,
    mg1_mean_wait,
    mm1_mean_wait,
    mm1_wait_longer_than,
    priority_mean_waits,
    same_rate_priority_mean_waits,
)

classes = st.lists(
    st.builds(PriorityClass, st.floats(0, 1), st.floats(0.1, 1), st.floats(0, 3)), min_size=1, max_size=5
)


def stable(drawn: list[PriorityClass]) -> list[PriorityClass]:
    """The same classes with their rates scaled to a load of at most 0.95."""
    load = sum(c.load for c in drawn)
    scale = min(1.0, 0.95 / load) if load else 1.0
    return [PriorityClass(c.arrival_rate * scale, c.mean_handling, c.handling_cv) for c in drawn]


def test_textbook_values():
    assert mm1_mean_wait(0.8, 1) == pytest.approx(4)
    assert md1_mean_wait(0.8, 1) == pytest.approx(2)
    assert mg1_mean_wait(0.8, 1, 0.5) == pytest.approx(2.5)
    assert mm1_wait_longer_than(0.8, 1, 3) == pytest.approx(0.8 * math.exp(-0.6))
    # Load 0.9, two classes of equal rate and exponential handling: W₀ = 0.9, W = 0.9/0.55 and 0.9/(0.55·0.1).
    two = [PriorityClass(0.45, 1), PriorityClass(0.45, 1)]
    assert priority_mean_waits(two) == pytest.approx((0.9 / 0.55, 0.9 / 0.055))


@given(classes)
def test_the_conservation_law(drawn):
    ordered = stable(drawn)
    weighted = sum(c.load * wait for c, wait in zip(ordered, priority_mean_waits(ordered), strict=True))
    assert weighted == pytest.approx(conservation_constant(ordered), rel=1e-9, abs=1e-12)
    reverse = ordered[::-1]
    weighted = sum(c.load * wait for c, wait in zip(reverse, priority_mean_waits(reverse), strict=True))
    assert weighted == pytest.approx(conservation_constant(ordered), rel=1e-9, abs=1e-12)


@given(st.floats(0.01, 0.95), st.floats(0.1, 10), st.floats(0, 3))
def test_one_class_is_pollaczek_khinchine(load, handling, cv):
    (wait,) = priority_mean_waits([PriorityClass(load / handling, handling, cv)])
    assert wait == pytest.approx(mg1_mean_wait(load / handling, handling, cv))


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=4), st.integers(1, 50))
def test_priorities_at_one_rate_share_out_the_waits_of_erlang_c(shares, agents):
    rates = [0.9 * agents * share / sum(shares) for share in shares]
    waits = same_rate_priority_mean_waits(rates, 1.0, agents)
    together = ErlangC(sum(rates), 1.0, agents)
    assert sum(r * w for r, w in zip(rates, waits, strict=True)) == pytest.approx(
        together.mean_queue, rel=1e-9
    )
    assert list(waits) == sorted(waits)


def test_with_one_agent_both_formulas_agree():
    rates = (0.2, 0.3, 0.4)
    cobham = priority_mean_waits([PriorityClass(rate, 1) for rate in rates])
    assert same_rate_priority_mean_waits(rates, 1, 1) == pytest.approx(cobham)


def test_the_domain():
    with pytest.raises(DomainError, match="less than 1"):
        mg1_mean_wait(1, 1, 1)
    with pytest.raises(DomainError):
        priority_mean_waits([PriorityClass(0.5, 1), PriorityClass(0.5, 1)])
    with pytest.raises(DomainError):
        same_rate_priority_mean_waits([1, -0.5], 1, 3)
    with pytest.raises(DomainError):
        PriorityClass(1, 1, -1)
