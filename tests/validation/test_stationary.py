"""Textbook queues with exact answers: within four standard errors, most of them at one per cent."""

from __future__ import annotations

import numpy as np
import pytest

import simcare
from simcare.theory import single_server
from simcare.theory.erlang import ErlangC, erlang_b
from simcare.theory.impatience import ErlangA
from tests.validation.agreement import agrees
from tests.validation.textbook import MINUTE, one, play, scenario_of


@pytest.mark.slow
def test_one_agent() -> None:
    result = play(one("per_minute: 0.35", "exponential: {mean: 1 min}"), 1, days=20, replications=130)
    agrees(result, "waiting_mean", single_server.mm1_mean_wait(0.35, 1) * MINUTE)
    agrees(result, "waited", 0.35)
    in_time = 1 - single_server.mm1_wait_longer_than(0.35, 1, 1)
    agrees(result, "service_level", in_time, promise="answered within 1 min")
    agrees(result, "occupancy", 0.35)


@pytest.mark.slow
def test_two_agents() -> None:
    erlang = ErlangC(0.4, 3.0, 2)
    result = play(one("per_minute: 0.4", "exponential: {mean: 3 min}"), 2, days=20, replications=280)
    agrees(result, "waiting_mean", erlang.mean_wait * MINUTE)
    agrees(result, "waited", erlang.wait_probability)
    agrees(result, "service_level", 1 - erlang.wait_longer_than(1), promise="answered within 1 min")
    agrees(result, "occupancy", erlang.occupancy)


@pytest.mark.slow
def test_many_agents() -> None:
    erlang = ErlangC(2.0, 2.0, 6)
    result = play(one("per_minute: 2", "exponential: {mean: 2 min}"), 6, days=10, replications=60)
    agrees(result, "service_level", 1 - erlang.wait_longer_than(1), promise="answered within 1 min")
    agrees(result, "occupancy", erlang.occupancy)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [0.0, 0.3])
def test_customers_who_leave(at_once: float) -> None:
    erlang = ErlangA(1.0, 3.0, 3, 3.0, leaves_at_once=at_once)
    patience = f", patience: {{exponential: {{mean: 3 min}}, leaves_at_once: {at_once:.0%}}}"
    contacts = one("per_minute: 1", "exponential: {mean: 3 min}", patience)
    result = play(contacts, 3, days=10, replications=60)
    agrees(result, "abandonment", erlang.abandon_probability)
    agrees(result, "waiting_mean", erlang.mean_wait * MINUTE)
    agrees(result, "service_level", erlang.served_within(1), promise="answered within 1 min")
    agrees(result, "occupancy", erlang.occupancy)


def test_the_benchmark_queue() -> None:
    """M/M/20+M with the figures printed for it; a short run, so to five per cent only."""
    erlang = ErlangA(50 / 60, 22.8, 20, 22.8)
    assert erlang.abandon_probability == pytest.approx(0.067997, abs=5e-7)
    patience = ", patience: {exponential: {mean: 22.8 min}}"
    contacts = one("per_hour: 50", "exponential: {mean: 22.8 min}", patience)
    result = play(contacts, 20, days=1, replications=60, promise="3 min")
    agrees(result, "waited", erlang.wait_probability, within=0.05)
    agrees(result, "abandonment", erlang.abandon_probability, within=0.1)
    agrees(result, "occupancy", erlang.occupancy)
    agrees(result, "service_level", erlang.served_within(3), promise="answered within 3 min", within=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handling", "cv", "replications"),
    [("constant: 1 min", 0.0, 75), ("lognormal: {mean: 1 min, cv: 0.8}", 0.8, 135)],
)
def test_one_agent_with_any_handling(handling: str, cv: float, replications: int) -> None:
    """Pollaczek–Khinchine: of handling, only the mean and the coefficient of variation matter."""
    result = play(one("per_minute: 0.35", handling), 1, days=20, replications=replications)
    agrees(result, "waiting_mean", single_server.mg1_mean_wait(0.35, 1, cv) * MINUTE)
    agrees(result, "occupancy", 0.35)


CLASSES = [single_server.PriorityClass(0.15, 1.5, 1.0), single_server.PriorityClass(0.2, 1.0, 0.5)]
TWO_CLASSES = """
  urgent: {needs: [answer], arrivals: {per_minute: 0.15}, handling: {exponential: {mean: 1.5 min}}}
  normal: {needs: [answer], arrivals: {per_minute: 0.2}, handling: {gamma: {mean: 1 min, cv: 0.5}}}"""


@pytest.mark.slow
def test_two_classes_with_priorities() -> None:
    order = "routing: {order: {priority: [urgent, normal]}}"
    result = play(TWO_CLASSES, 1, days=20, replications=230, rules=order)
    for name, wait in zip(["urgent", "normal"], single_server.priority_mean_waits(CLASSES), strict=True):
        agrees(result, "waiting_mean", wait * MINUTE, contacts=name)


@pytest.mark.parametrize("order", ["{priority: [normal, urgent]}", "first-come", "newest"])
def test_what_one_class_gains_another_loses(order: str) -> None:
    """Kleinrock's conservation law: Σ load × wait is the same for every order that wastes no time."""
    result = play(TWO_CLASSES, 1, days=10, replications=30, rules=f"routing: {{order: {order}}}")
    conserved = error = 0.0
    for name, one_class in zip(["urgent", "normal"], CLASSES, strict=True):
        row = result.estimate("waiting_mean", contacts=name)
        assert row.estimate is not None and row.lower is not None and row.upper is not None
        conserved += one_class.load * row.estimate
        error += one_class.load * (row.upper - row.lower) / 2 / 2  # at least a standard error
    exact = single_server.conservation_constant(CLASSES) * MINUTE
    assert abs(conserved - exact) <= 4 * error <= 0.15 * exact


def test_those_who_write_again_are_part_of_the_load() -> None:
    """The trap: a quarter come back, and the wait is that of the whole load, not of the first messages.

    With pauses that need no agent the desk is a Jackson network, where who arrives sees the load λ/(1 − p).
    """
    again = (
        ", conversation: {again: 25%, pause: {exponential: {mean: 30 min}},"
        " handling: {exponential: {mean: 1 min}}}"
    )
    result = play(one("per_minute: 0.6", "exponential: {mean: 1 min}", again), 1, days=10, replications=40)
    agrees(result, "waiting_mean", single_server.mm1_mean_wait(0.6 / 0.75, 1) * MINUTE, within=0.1)
    agrees(result, "occupancy", 0.6 / 0.75, within=0.02)
    assert single_server.mm1_mean_wait(0.6, 1) < 0.5 * single_server.mm1_mean_wait(0.6 / 0.75, 1)


def test_splitting_a_class_in_two_equal_ones_changes_nothing() -> None:
    whole = play(one("per_minute: 0.5", "exponential: {mean: 1 min}"), 1, days=10, replications=30)
    half = "{needs: [answer], arrivals: {per_minute: 0.25}, handling: {exponential: {mean: 1 min}}}"
    halves = play(f"  a: {half}\n  b: {half}", 1, days=10, replications=30)
    rows = [result.estimate("waiting_mean") for result in (whole, halves)]
    (one_mean, one_half), (other_mean, other_half) = (
        (row.estimate or 0.0, ((row.upper or 0.0) - (row.lower or 0.0)) / 2) for row in rows
    )
    assert abs(one_mean - other_mean) <= 2 * (one_half**2 + other_half**2) ** 0.5 <= 0.15 * one_mean


def test_twice_the_rate_and_half_the_handling_halve_every_wait() -> None:
    """The same uniforms: messages come at half the time, and wait half as long but for milliseconds."""
    logs = []
    for steps, handling in (("00:00: 1, 20:00: 0", "60 s"), ("00:00: 2, 10:00: 0", "30 s")):
        arrivals = f"steps: {{per_minute: {{{steps}}}}}"
        scenario = scenario_of(
            one(arrivals, f"exponential: {{mean: {handling}}}"), 2, days=1, warm_up="0 days"
        )
        logs.append(simcare.simulate(scenario, "only"))
    slow, fast = logs
    assert len(slow.steps.step) == len(fast.steps.step) > 1000
    np.testing.assert_allclose(slow.steps.ready_ms, 2 * fast.steps.ready_ms, atol=2)
    np.testing.assert_allclose(slow.stints.start_ms, 2 * fast.stints.start_ms, atol=100)
    waits = [(log.stints.start_ms - log.steps.ready_ms).sum() for log in logs]
    assert waits[0] == pytest.approx(2 * waits[1], rel=1e-3)


def test_the_limits_of_patience() -> None:
    """Everybody who would wait leaves at once: Erlang B. Nobody ever leaves: as without patience."""
    lost = ", patience: {constant: 1 h, leaves_at_once: 100%}"
    result = play(one("per_minute: 1", "exponential: {mean: 3 min}", lost), 4, days=5, replications=40)
    agrees(result, "abandonment", erlang_b(4, 3.0), within=0.03)
    endless = ", patience: {constant: 100000 h}"
    patient = play(one("per_minute: 1", "exponential: {mean: 3 min}", endless), 4, days=1, replications=4)
    never = play(one("per_minute: 1", "exponential: {mean: 3 min}"), 4, days=1, replications=4)
    assert [row.estimate for row in patient.rows] == [row.estimate for row in never.rows]


def test_arrivals_see_time_averages() -> None:
    """PASTA (Wolff 1982): the share of arrivals that must wait is the share of time in which all are busy."""
    scenario = scenario_of(one("per_minute: 1", "exponential: {mean: 3 min}"), 4, days=20, replications=1)
    tape, _, _ = simcare.draw(scenario, "only")
    log = simcare.simulate(scenario, "only")
    end = int(tape.arrival_ms[-1])
    times = np.concatenate([log.stints.start_ms, log.stints.end_ms])
    change = np.repeat([1, -1], len(log.stints.start_ms))
    by_time = np.lexsort((change, times))
    busy = np.cumsum(change[by_time])[:-1]
    lengths = np.diff(np.minimum(times[by_time], end))
    time_share = lengths[busy == 4].sum() / end
    first_start = np.full(len(log.steps.step), -1)
    first_start[log.stints.step] = log.stints.start_ms
    waited = float((first_start > log.steps.ready_ms).mean())
    assert waited == pytest.approx(time_share, abs=0.02)
    assert waited == pytest.approx(ErlangC(1.0, 3.0, 4).wait_probability, abs=0.05)
