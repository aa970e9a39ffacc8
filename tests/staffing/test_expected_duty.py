"""Expected agents on duty, against hand counts and the mean of many rosters."""

from __future__ import annotations

import numpy as np

from simcare.staffing.duty import roster_from
from simcare.staffing.expected import on_duty
from simcare.staffing.schedule import schedule_of
from tests.staffing.desks import HOUR, desk

NIGHT = (
    "{shifts: [{team: desk, from: 08:15, to: 17:00, agents: 4, breaks: [{at: 12:00, for: 45 min}]},"
    " {team: desk, days: sun, from: 22:00, to: 06:00, agents: 2}], shrinkage: 25%}"
)


def test_agents_by_interval_counted_by_hand() -> None:
    expected = on_duty(desk(NIGHT, days=2), "today")
    assert expected.shape == (1, 2, 48)
    monday, tuesday = expected[0]
    night, day = 2 * 0.75, 4 * 0.75
    by_hand = [night] * 12 + [0] * 4 + [day / 2] + [day] * 7 + [0, day / 2] + [day] * 8 + [0] * 14
    assert np.allclose(monday, by_hand)
    assert np.allclose(tuesday, [0] * 12 + by_hand[12:])


def test_a_level_by_interval() -> None:
    scenario = desk("{headcount: {desk: {08:15: 4, 22:00: 1}}, shrinkage: 50%}", days=1)
    by_hand = [0.5] * 16 + [0.25 + 1] + [2] * 27 + [0.5] * 4
    assert np.allclose(on_duty(scenario, "today")[0, 0], by_hand)


def test_only_measured_days_are_given() -> None:
    """With a day of warm-up the run begins on a Sunday, whose night reaches into the measured Monday."""
    assert np.allclose(
        on_duty(desk(NIGHT, days=1), "today"), on_duty(desk(NIGHT, days=1, warm_up="1 day"), "today")
    )


def test_it_is_the_mean_of_the_rosters() -> None:
    scenario = desk(NIGHT, days=2)
    schedule = schedule_of(scenario, "today")
    replications = 400
    edges = np.arange(0, 48 * HOUR + 1, HOUR // 2)
    total = np.zeros((replications, 96))
    for replication in range(replications):
        roster = roster_from(schedule, replication, 1)
        for start, end in zip(roster.duty_from_ms, roster.duty_to_ms, strict=True):
            total[replication] += np.maximum(0, np.minimum(edges[1:], end) - np.maximum(edges[:-1], start))
    mean, error = total.mean(axis=0) / (HOUR // 2), total.std(axis=0) / (HOUR // 2) / np.sqrt(replications)
    assert np.all(np.abs(mean - on_duty(scenario, "today").ravel()) <= 4 * error + 1e-12)
