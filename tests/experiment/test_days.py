"""Single days of a result."""

from __future__ import annotations

import pytest

from simcare.experiment.days import POINTS_A_DAY, STEP_MS, single_days
from simcare.experiment.run import run
from simcare.scenario.load import loads
from simcare.scenario.quantities import format_clock

DESK = """
simcare: 1
title: A desk
clock: {days: 2, warm_up: 1 day, interval: 1 h}
channels: {x: {public: true}}
contacts:
  question:
    channel: x
    needs: [care]
    arrivals: {per_hour: {08:00: 4, 19:00: 20, 24:00: 2}}
    patience: {exponential: {mean: 2 h}}
    handling: {exponential: {mean: 10 min}}
    conversation: {again: 40%, pause: {exponential: {mean: 1 h}}, handling: {exponential: {mean: 5 min}}}
teams: {desk: {skills: {care: 100%}}}
plans:
  one: {headcount: {desk: {00:00: 1, 08:00: 2}}}
  two: {headcount: {desk: 3}}
experiment: {replications: 5}
"""


def test_a_path_is_what_the_measure_of_an_instant_says() -> None:
    scenario = loads(DESK)
    instants = [0, 33, 76, 95]
    asked = [f"queue at {format_clock(place * STEP_MS)}" for place in instants]
    result = run(scenario, measures=asked)
    paths = single_days(result, ["one", "two"])
    assert paths.replications == 5
    for plan, messages in paths.messages.items():
        assert messages.shape == (5, 2, POINTS_A_DAY)
        for place in instants:
            row = result.estimate("queue_at", plan=plan, interval=format_clock(place * STEP_MS))
            assert messages[:, :, place].mean() == pytest.approx(row.estimate)


def test_views_of_a_day_are_what_the_measure_says_of_it() -> None:
    scenario = loads(DESK)
    result = run(scenario)
    unanswered = single_days(result, ["one"]).unanswered["one"]
    assert unanswered.shape == (5, 2)
    for day, date in enumerate(("2026-01-05", "2026-01-06")):
        row = result.estimate("unanswered_impressions", plan="one", day=date)
        assert unanswered[:, day].mean() == pytest.approx(row.estimate)


def test_without_an_audience_there_are_no_views() -> None:
    scenario = loads(DESK.replace("public: true", "public: false"))
    assert single_days(run(scenario, replications=1), ["one"]).unanswered == {}
