"""Teams without limit, and teams that help after a while, against exact values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import simcare
from tests.validation.agreement import agrees
from tests.validation.any_patience import AnyPatience
from tests.validation.textbook import MINUTE, one, play, scenario_of

UNLIMITED = "{desk: unlimited}"


@pytest.mark.slow
@pytest.mark.parametrize("handling", ["constant: 3 min", "lognormal: {mean: 3 min, cv: 1.5}"])
def test_as_many_as_are_needed(handling: str) -> None:
    """M/G/∞: nobody waits, and rate × mean handling are in hand."""
    result = play(one("per_minute: 2", handling), UNLIMITED, days=10, replications=8)
    agrees(result, "backlog", 6.0)
    agrees(result, "busy_hours", 6.0 * 24, team="desk")
    assert result.estimate("waited").estimate == 0


@pytest.mark.parametrize("handling", ["constant: 3 min", "lognormal: {mean: 3 min, cv: 1.5}"])
def test_the_number_in_hand_is_poisson(handling: str) -> None:
    """Whatever the handling (Takács 1962): here at every full hour, half a day after the start."""
    log = simcare.simulate(scenario_of(one("per_minute: 1", handling), UNLIMITED, days=60), "only")
    at = np.arange(12, 61 * 24) * 3_600_000
    starts, ends = np.sort(log.stints.start_ms), np.sort(log.stints.end_ms)
    present = np.searchsorted(starts, at, side="right") - np.searchsorted(ends, at, side="right")
    found = np.bincount(np.minimum(present, 7), minlength=8)
    expected = stats.poisson.pmf(np.arange(8), 3.0) * len(at)
    expected[7] = len(at) - expected[:7].sum()
    assert stats.chisquare(found, expected).pvalue > 1e-3


@pytest.mark.slow
def test_helpers_who_come_after_a_while() -> None:
    """To the agent it is as if customers left after 45 seconds: M/M/1+D. To the helpers they are left."""
    rate, after, width = 1.2, 0.75, 1e-3
    stays = (AnyPatience.middles(width, 40) < after).astype(np.float64)
    exact = AnyPatience(rate, 1, stays, width)
    result = play(
        one(f"per_minute: {rate}", "exponential: {mean: 1 min}", ", overflow_after: {helpers: 45 s}"),
        "{desk: 1, helpers: unlimited}",
        teams="{desk: {skills: {answer: 100%}}, helpers: {skills: {answer: 50%}}}",
        days=10,
        replications=36,
        promise="30 s",
    )
    helped = exact.abandon_probability
    agrees(result, "waited", exact.wait_probability)
    agrees(result, "waiting_mean", exact.mean_wait * MINUTE)
    agrees(result, "service_level", exact.served_within(0.5), promise="answered within 30 s")
    agrees(result, "occupancy", rate * (1 - helped), team="desk")
    agrees(result, "busy_hours", rate * helped * 2 * 24, team="helpers")
