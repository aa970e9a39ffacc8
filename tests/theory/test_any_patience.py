from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from simcare.errors import DomainError
from simcare.theory.any_patience import AnyPatience
from simcare.theory.domain import Overload
from simcare.theory.erlang import ErlangC
from simcare.theory.impatience import ErlangA
from tests.validation.any_patience import AnyPatience as InCells

FIGURES = (
    "wait_probability",
    "abandon_probability",
    "served_probability",
    "mean_wait",
    "mean_wait_served",
    "mean_wait_abandoned",
    "mean_queue",
    "mean_busy",
    "occupancy",
)


@pytest.mark.parametrize(
    ("rate", "handling", "agents", "patience"),
    [(4000, 0.05, 195, 1.0), (1.8, 1.0, 2, 0.3), (9990, 1.0, 10_000, 3.0), (6, 1, 1, 0.01)],
)
def test_exponential_patience_is_erlang_a(rate, handling, agents, patience):
    desk = AnyPatience(rate, handling, agents, lambda t: np.exp(-t / patience))
    erlang = ErlangA(rate, handling, agents, patience)
    for name in FIGURES:
        assert getattr(desk, name) == pytest.approx(getattr(erlang, name), rel=1e-9), name
    for time in (0.0, 0.01, 0.25, 2.0):
        assert desk.served_within(time) == pytest.approx(erlang.served_within(time), rel=1e-10)
        assert desk.wait_longer_than(time) == pytest.approx(
            erlang.wait_longer_than(time), rel=1e-8, abs=1e-14
        )


@pytest.mark.parametrize("rate", [2.2, 3.0, 4.5])
def test_constant_patience_in_closed_form(rate):
    """M/M/3+D: exp((λ − sμ)v) up to the patience d, then exp(λd − sμv)."""
    agents, d, within = 3, 0.8, 0.5
    desk = AnyPatience(rate, 1.0, agents, lambda t: np.where(t < d, 1.0, 0.0), jumps=[d])
    drift = rate - agents

    def before(time):
        return math.expm1(drift * time) / drift if drift else time

    after = math.exp(drift * d) / agents
    idle = sum(rate**n / math.factorial(n) for n in range(agents)) * 2 / rate**2
    busy = rate * (before(d) + after) / (idle + rate * (before(d) + after))
    assert desk.wait_probability == pytest.approx(busy, rel=1e-12)
    assert desk.abandon_probability == pytest.approx(busy * after / (before(d) + after), rel=1e-12)
    in_time = 1 - busy * (1 - before(within) / (before(d) + after))
    assert desk.served_within(within) == pytest.approx(in_time, rel=1e-12)
    assert desk.wait_longer_than(d) == 0
    assert desk.mean_wait_abandoned == pytest.approx(d, rel=1e-12)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.0])
def test_lognormal_patience_against_a_sum_over_cells(sigma):
    width, longest = 0.002, 60.0

    def survival(t):
        return special.ndtr(-np.log(t / 2) / sigma)

    cells = InCells(3.6, 4, survival(InCells.middles(width, longest)), width)
    desk = AnyPatience(3.6, 1.0, 4, survival)
    for name in ("wait_probability", "abandon_probability", "mean_wait"):
        assert getattr(desk, name) == pytest.approx(getattr(cells, name), rel=1e-5), name
    assert desk.served_within(1.0) == pytest.approx(cells.served_within(1.0), rel=1e-5)


def test_the_identities_of_any_law():
    """Who leaves is what does not fit: λ·P(leaves) = λ − sμ·P(busy agents) (Zeltyn & Mandelbaum 2005)."""
    steps = np.array([0.0, 0.1, 0.4, 0.4, 1.5, 3.0])
    desk = AnyPatience(5.0, 0.5, 2, lambda t: (steps[None] > np.ravel(t)[:, None]).mean(axis=1), jumps=steps)
    idle = sum(2.5**n / math.factorial(n) for n in range(2))
    share_idle = [(1 - desk.wait_probability) * 2.5**n / math.factorial(n) / idle for n in range(2)]
    busy = share_idle[1] + 2 * (1 - sum(share_idle))
    assert desk.abandon_probability == pytest.approx(1 - busy / 2.5, rel=1e-10)
    total = (
        desk.served_probability * desk.mean_wait_served + desk.abandon_probability * desk.mean_wait_abandoned
    )
    assert total == pytest.approx(desk.mean_wait, rel=1e-12)
    assert desk.wait_longer_than(0.2) < desk.wait_probability * 4 / 6


def test_nobody_leaves_and_nobody_comes():
    stays = AnyPatience(1.8, 1.0, 2, np.ones_like)
    assert stays.mean_wait == pytest.approx(ErlangC(1.8, 1.0, 2).mean_wait, rel=1e-11)
    assert stays.served_within(math.inf) == pytest.approx(1) and math.isnan(stays.mean_wait_abandoned)
    empty = AnyPatience(0.0, 1.0, 2, np.ones_like)
    assert empty.wait_probability == empty.mean_wait == 0 and empty.served_within(0.0) == 1


def test_the_domain():
    with pytest.raises(Overload, match="who never leave"):
        AnyPatience(5.0, 1.0, 2, lambda t: 0.5 + 0.5 * np.exp(-t)).wait_probability  # noqa: B018
    for wrong in ((-1.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)):
        with pytest.raises(DomainError):
            AnyPatience(*wrong, np.ones_like)
