"""The header of a result: of what it is, how it was made, and what to bear in mind when reading it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import simcare
from simcare.measures.frame import Frame
from simcare.measures.pool import Pool
from simcare.measures.promises import formula
from simcare.measures.sums import Series, series_of
from simcare.scenario.quantities import write_duration
from simcare.scenario.scenario import Scenario


def header_of(
    scenario: Scenario,
    seed: int,
    frames: Mapping[str, Frame],
    pools: Mapping[str, Pool],
    notes: Sequence[str],
) -> dict[str, Any]:
    """The header as plain values, ready for JSON."""
    frame, pool = next(iter(frames.values())), next(iter(pools.values()))
    return {
        "title": scenario.title,
        "source": Path(scenario.source).name,  # the same bytes from every folder; the hash tells files apart
        "scenario_hash": scenario.hash,
        "seed": seed,
        "version": simcare.__version__,
        "replications": pool.replications,
        "confidence": scenario.experiment.confidence,
        "start": scenario.clock.start.isoformat(),
        "days": scenario.clock.days,
        "timezone": scenario.clock.timezone,
        "plans": list(pools),
        "promises": [
            {
                "name": promise.name,
                "contacts": [frame.types[number] for number in promise.types],
                "target": promise.target,
                "formula": formula(promise),
            }
            for promise in frame.promises
        ],
        "notes": [
            *scenario.notes,
            *_held_fixed(scenario),
            *_without_cost(scenario, frames, pools),
            *_still_open(scenario, frames, pools),
            *notes,
        ],
    }


def _held_fixed(scenario: Scenario) -> list[str]:
    """Replayed arrivals do not vary, so the intervals leave their chance out."""
    names = ", ".join(sorted(scenario.traces))
    if not names:
        return []
    return [
        f"Arrivals of {names} are replayed from a trace, the same in every replication: the intervals do "
        "not hold the chance of other days."
    ]


def _without_cost(scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]) -> list[str]:
    notes = []
    for plan, frame in frames.items():
        staffed = scenario.plan(plan).staffed_teams
        missing = [
            name
            for name, cost in zip(frame.teams, frame.cost_per_hour, strict=True)
            if cost is None and name in staffed
        ]
        if missing:
            notes.append(
                f"labour_cost of plan {plan} is undefined: no cost is given for {', '.join(missing)}."
            )
    return notes


def _still_open(scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]) -> list[str]:
    notes = []
    for plan, pool in pools.items():
        series = series_of(frames[plan]).index(Series("open"))
        still_open = int(pool.sums.numerator[series, 0])
        if still_open:
            notes.append(
                f"Under plan {plan}, {still_open} contacts of {pool.replications} replications had no "
                f"first reply when the run ended, {write_duration(scenario.drain.duration)} after the "
                "last day: means leave them out, percentiles count them as later than the horizon."
            )
    return notes
