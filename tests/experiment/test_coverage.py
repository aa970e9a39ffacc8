"""How often the intervals of a run hold the truth: 1,000 runs of 20 replications of a small desk.

The truth is what all 20,000 replications together give, 30 times as sure as one run. Takes minutes.
"""

from __future__ import annotations

from functools import partial

import pytest

from simcare.experiment.run import CHUNK, Work
from simcare.measures.frame import frame_of
from simcare.measures.intervals import Estimate
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series, series_of
from simcare.scenario.load import loads

RUNS, REPLICATIONS = 1000, 20

TEXT = """
simcare: 1
title: A small desk
clock: {interval: 24 h}
contacts:
  call:
    needs: [talk]
    arrivals: {steps: {per_hour: {00:00: 0, 10:00: 12, 16:00: 0}}}
    patience: {exponential: {mean: 20 min}}
    handling: {exponential: {mean: 10 min}}
teams: {desk: {skills: {talk: 100%}}}
plans: {only: {headcount: {desk: 2}}}
service_levels: [{contacts: all, answered_within: 5 min, target: 80%}]
"""

RATIOS = (
    "contacts",
    "abandonment",
    "service_level",
    "waiting_mean",
    "waited",
    "queue",
    "occupancy",
    "busy_hours",
)
PERCENTILES = ("waiting_p50", "waiting_p90", "first_reply_p50", "first_reply_p90")


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    scenario = loads(TEXT)
    frame = frame_of(scenario, "only")
    work = Work(scenario, ("only",), seed=1)
    series = series_of(frame)
    of = {name: [one.measure for one in series].index(name) for name in RATIOS}
    assert series[of["service_level"]] == Series("service_level", promise="answered within 5 min")

    def estimates(pool: Pool) -> dict[str, Estimate]:
        found = {name: pool.ratios(MEASURES[name], frame, row, 0.95)[0] for name, row in of.items()}
        percentile = partial(pool.quantile, frame=frame, group=0, cell=0, confidence=0.95)
        return found | {name: percentile(MEASURES[name]) for name in PERCENTILES}

    found: list[dict[str, Estimate]] = []
    parts: list[Pool] = []
    for run in range(RUNS):
        begins = range(run * REPLICATIONS, (run + 1) * REPLICATIONS, CHUNK)
        pool = Pool.sum([work.chunk(begin, begin + CHUNK)["only"] for begin in begins])
        found.append(estimates(pool))
        parts = [Pool.sum([*parts, pool])]
    truth = estimates(parts[0])

    assert set(truth) == {*RATIOS, *PERCENTILES}
    for name, true in truth.items():
        assert true.value is not None
        held = sum(
            (one[name].lower or 0) <= true.value
            and (one[name].upper is None or true.value <= one[name].upper)
            for one in found
        )
        assert 0.93 <= held / RUNS <= 0.97, name
