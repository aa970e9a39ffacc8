from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import linalg, special, stats

from simcare.errors import DomainError
from simcare.theory.erlang import ErlangC, erlang_b
from simcare.theory.impatience import ErlangA


def test_nineteen_erlangs_on_twenty_agents():
    """50 an hour, 22.8 minutes of handling and of patience: the stationary benchmark, six digits known."""
    desk = ErlangA(50 / 60, 22.8, 20, 22.8)
    assert desk.wait_probability == pytest.approx(0.439393, abs=5e-7)
    assert desk.abandon_probability == pytest.approx(0.067997, abs=5e-7)
    assert desk.mean_wait == pytest.approx(1.55033, abs=1e-5)
    assert desk.wait_within(3) == pytest.approx(0.792746, abs=5e-7)
    assert desk.occupancy == pytest.approx(0.885403, abs=5e-7)


def test_the_table_of_garnett_mandelbaum_and_reiman():
    """2002: 48 calls a minute, 1 minute each, 50 agents, without leaving and with 2 minutes of patience."""
    patient, impatient = ErlangC(48, 1, 50), ErlangA(48, 1, 50, 2)
    assert patient.mean_wait * 60 == pytest.approx(20.8, abs=0.05)
    assert patient.mean_queue == pytest.approx(17, abs=0.5)
    assert patient.occupancy == pytest.approx(0.96, abs=0.005)
    assert impatient.abandon_probability == pytest.approx(0.031, abs=0.0005)
    assert impatient.mean_wait * 60 == pytest.approx(3.7, abs=0.05)
    assert impatient.mean_queue == pytest.approx(3, abs=0.5)
    assert impatient.occupancy == pytest.approx(0.93, abs=0.005)


def test_a_load_above_745_does_not_underflow():
    """2,000 in 30 minutes, 3 minutes each, an hour of patience, 195 agents: 97.4% start within 15 minutes."""
    started = time.perf_counter()
    desk = ErlangA(2000 / 30, 3, 195, 60)
    assert desk.served_within(15) == pytest.approx(0.974, abs=0.0005)
    assert ErlangA(3400, 3, 10_000, 60).served_within(15) == pytest.approx(1 - 200 / 10_200, abs=1e-9)
    assert time.perf_counter() - started < 0.5


def stationary(desk: ErlangA, most: int) -> np.ndarray:
    """The distribution of the number present up to `most`, state by state from its neighbour's."""
    weights = [1.0]
    for n in range(most):
        up = desk.arrival_rate * (1 if n < desk.agents else 1 - desk.leaves_at_once)
        down = min(n + 1, desk.agents) / desk.mean_handling + max(n + 1 - desk.agents, 0) / desk.mean_patience
        weights.append(weights[-1] * up / down)
    return np.array(weights) / math.fsum(weights)


@given(st.floats(0.5, 12), st.integers(0, 8), st.floats(0.3, 5), st.sampled_from([0.0, 0.1, 0.6]))
@settings(max_examples=40, deadline=None)
def test_against_the_balance_equations(rate, agents, patience, at_once):
    desk = ErlangA(rate, 1.0, agents, patience, at_once)
    present = np.arange(121)
    chance = stationary(desk, 120)
    assume(chance[-1] < 1e-12)
    queue = chance @ np.maximum(present - agents, 0)
    assert desk.all_busy == pytest.approx(chance[present >= agents].sum(), rel=1e-8)
    assert desk.mean_queue == pytest.approx(queue, rel=1e-8)
    assert desk.mean_busy == pytest.approx(chance @ np.minimum(present, agents), rel=1e-8, abs=1e-12)
    lost = at_once * rate * desk.all_busy + queue / patience
    assert desk.abandon_probability == pytest.approx(lost / rate, rel=1e-8)


@given(st.floats(0.5, 12), st.integers(1, 8), st.floats(0.3, 5), st.floats(0.01, 4))
@settings(max_examples=25, deadline=None)
def test_waits_against_a_dense_matrix_exponential(rate, agents, patience, time_limit):
    """A tagged customer behind j others, carried forward by the matrix exponential."""
    most = 70
    desk = ErlangA(rate, 1.0, agents, patience)
    chance = stationary(desk, agents + most)
    assume(chance[-1] < 1e-11)
    size = most + 1  # ahead: 0 … most; columns of the result: still waiting, served, left
    generator = np.zeros((size + 2, size + 2))
    for ahead in range(size):
        generator[ahead, ahead - 1 if ahead else size] += agents + (ahead / patience)
        generator[ahead, size + 1] += 1 / patience
        generator[ahead, ahead] = -(agents + (ahead + 1) / patience)
    after = linalg.expm(generator * time_limit)
    waits = chance[agents:]
    assert desk.wait_longer_than(time_limit) == pytest.approx(
        waits @ after[:size, :size].sum(axis=1), abs=1e-10
    )
    assert desk.served_within(time_limit) == pytest.approx(
        chance[:agents].sum() + waits @ after[:size, size], abs=1e-10
    )
    assert desk.abandoned_within(time_limit) == pytest.approx(waits @ after[:size, size + 1], abs=1e-10)


@given(st.floats(0.2, 3), st.integers(1, 400), st.floats(0.01, 100), st.sampled_from([0.0, 0.2]))
def test_identities(occupancy, agents, patience, at_once):
    desk = ErlangA(occupancy * agents, 1.0, agents, patience, at_once)
    assert desk.served_probability + desk.abandon_probability == pytest.approx(1, abs=1e-12)
    assert desk.mean_busy == pytest.approx(
        desk.load * desk.served_probability, rel=1e-10
    )  # Little, in service
    parts = desk.mean_wait_served * desk.served_probability
    if desk.abandon_probability:
        parts += desk.mean_wait_abandoned * desk.abandon_probability
    assert parts == pytest.approx(desk.mean_wait, rel=1e-9)
    later = desk.abandon_probability - at_once * desk.all_busy
    assert desk.mean_queue / patience == pytest.approx(later * desk.arrival_rate, rel=1e-7, abs=1e-12)
    assert desk.served_within(math.inf) == pytest.approx(desk.served_probability, abs=1e-12)
    assert desk.served_within(0) == pytest.approx(1 - desk.all_busy, abs=1e-12)


@given(st.floats(0.2, 3), st.integers(1, 200), st.floats(0.5, 20), st.floats(0.001, 5))
@settings(deadline=None)
def test_the_virtual_wait_is_a_ratio_of_incomplete_gammas(occupancy, agents, patience, time_limit):
    """The density of the wait (Baccelli & Hebuterne 1981) gives γ(sμ/θ, y·e^−θt)/γ(sμ/θ, y), y = λ/θ."""
    desk = ErlangA(occupancy * agents, 1.0, agents, patience)
    x, y, stays = agents * patience, desk.arrival_rate * patience, math.exp(-time_limit / patience)
    below = special.gammainc(x, y)
    assume(below > 1e-250)
    expected = desk.wait_probability * stays * special.gammainc(x, y * stays) / below
    assert desk.wait_longer_than(time_limit) == pytest.approx(expected, rel=1e-7, abs=1e-13)


def test_mean_waits_are_integrals_of_their_distributions():
    desk = ErlangA(6, 1, 5, 1.5, 0.1)
    times, weights = np.polynomial.legendre.leggauss(200)
    times, weights = (times + 1) * 20, weights * 20
    assert desk.mean_wait == pytest.approx(weights @ [desk.wait_longer_than(t) for t in times], rel=1e-10)
    unserved = [desk.served_probability - desk.served_within(t) for t in times]
    assert desk.mean_wait_served * desk.served_probability == pytest.approx(weights @ unserved, rel=1e-10)
    not_left = [desk.abandon_probability - desk.abandoned_within(t) for t in times]
    assert desk.mean_wait_abandoned * desk.abandon_probability == pytest.approx(weights @ not_left, rel=1e-10)


@pytest.mark.parametrize("agents", [1, 20, 1000, 10_000])
def test_patience_like_handling_makes_the_number_present_poisson(agents):
    load = agents + 0.7 * math.sqrt(agents)
    desk = ErlangA(load, 1, agents, 1)
    assert desk.wait_probability == pytest.approx(stats.poisson.sf(agents - 1, load), rel=1e-9)
    expected = load * stats.poisson.sf(agents - 1, load) - agents * stats.poisson.sf(agents, load)
    assert desk.mean_queue == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (20, 19), (1000, 990), (10_000, 9950)])
def test_long_patience_is_erlang_c_and_none_is_erlang_b(agents, load):
    erlang_c, patient = ErlangC(load, 1, agents), ErlangA(load, 1, agents, math.inf)
    for time_limit in (0, 0.01, 0.3):
        assert patient.wait_longer_than(time_limit) == pytest.approx(
            erlang_c.wait_longer_than(time_limit), rel=1e-9
        )
    assert patient.mean_wait == pytest.approx(erlang_c.mean_wait, rel=1e-10)
    assert ErlangA(load, 1, agents, 1e9).mean_wait == pytest.approx(erlang_c.mean_wait, rel=1e-4)
    for nobody_waits in (ErlangA(load, 1, agents, 0), ErlangA(load, 1, agents, 5, leaves_at_once=1)):
        assert nobody_waits.abandon_probability == pytest.approx(erlang_b(agents, load), rel=1e-10)
        assert nobody_waits.mean_wait == 0
    assert ErlangA(load, 1, agents, 1e-9).abandon_probability == pytest.approx(
        erlang_b(agents, load), rel=1e-5
    )


def test_leaving_at_once_from_an_overloaded_patient_queue():
    """With half of those who must wait gone at once, two agents hold 3 erlangs: geometric above two."""
    desk = ErlangA(3, 1, 2, math.inf, leaves_at_once=0.5)
    weights = [1, 3, 4.5 / (1 - 0.75)]  # 0, 1, 2 and more present
    assert desk.all_busy == pytest.approx(weights[2] / sum(weights))
    assert desk.mean_queue == pytest.approx(desk.all_busy * 0.75 / 0.25)


def test_edges():
    nobody = ErlangA(5, 1, 0, 3)
    assert nobody.abandon_probability == pytest.approx(1)
    assert nobody.mean_wait == pytest.approx(3)
    assert nobody.wait_longer_than(1) == pytest.approx(math.exp(-1 / 3))
    assert math.isnan(nobody.mean_wait_served)
    idle = ErlangA(0, 1, 3, 3)
    assert (idle.wait_probability, idle.abandon_probability, idle.served_within(0)) == (0, 0, 1)
    assert math.isnan(idle.mean_wait_abandoned)
    # All but certain not to wait: no nan, no negative number, and the probability in its full precision.
    assert 0 < ErlangA(3000, 3, 10_000, 60).wait_probability < 1e-20
    assert ErlangA(1, 1, 10_000, 60).wait_probability == 0


@pytest.mark.parametrize(
    "arguments",
    [(-1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1.5, 1), (1, 1, 1, -1), (2, 1, 2, math.inf), (1, 1, 1, 1, 1.1)],
)
def test_the_domain(arguments):
    with pytest.raises(DomainError):
        ErlangA(*arguments)
