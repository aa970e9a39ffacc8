from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import DomainError
from simcare.theory.erlang import erlang_b
from simcare.theory.inverse import largest_rate, least_agents


@given(st.integers(0, 3000), st.integers(0, 50))
def test_the_least_number_is_found_by_asking_a_few(wanted: int, at_least: int) -> None:
    asked: list[int] = []

    def reached(agents: int) -> bool:
        asked.append(agents)
        return agents >= wanted

    assert least_agents(reached, at_least) == max(wanted, at_least)
    assert min(asked) >= at_least and len(asked) < 30


def test_lines_by_the_printed_tables() -> None:
    """At most 1% lost at 4.46 erlangs needs 10 lines, at 12.0 it needs 20 (tables of Erlang B)."""
    assert [least_agents(lambda s, a=a: erlang_b(s, a) <= 0.0101) for a in (4.46, 12.0)] == [10, 20]


@given(st.floats(0.01, 100), st.floats(0.01, 10), st.floats(0.01, 0.99))
def test_the_largest_rate_of_one_agent(completions: float, within: float, target: float) -> None:
    """M/M/1: the share that waits longer than t is ρ exp(−(μ − λ) t)."""

    def reached(rate: float) -> bool:
        return 1 - rate / completions * math.exp(-(completions - rate) * within) >= target

    rate = largest_rate(reached, completions / 2, completions)
    assert 0 < rate < completions and reached(rate)
    assert not reached(rate * (1 + 1e-9)) or rate > completions * (1 - 1e-9)


def test_what_cannot_be_reached_is_said() -> None:
    with pytest.raises(DomainError, match="not even 64 reach the target"):
        least_agents(lambda agents: False, most=64)
    with pytest.raises(DomainError, match="missed however few arrive"):
        largest_rate(lambda rate: False, 1.0)
    with pytest.raises(DomainError, match="reached however many arrive"):
        largest_rate(lambda rate: True, 1.0)
