"""Paths of the queue in single replications."""

from __future__ import annotations

import pytest

from simcare.experiment.paths import POINTS_A_DAY, STEP_MS, queue_paths
from simcare.experiment.run import run
from simcare.scenario.load import loads
from simcare.scenario.quantities import format_clock

DESK = """
simcare: 1
title: A desk
clock: {days: 2, warm_up: 1 day, interval: 1 h}
contacts:
  question:
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
    paths = queue_paths(result, ["one", "two"])
    assert paths.replications == 5
    for plan, messages in paths.messages.items():
        assert messages.shape == (5, 2, POINTS_A_DAY)
        for place in instants:
            row = result.estimate("queue_at", plan=plan, interval=format_clock(place * STEP_MS))
            assert messages[:, :, place].mean() == pytest.approx(row.estimate)
