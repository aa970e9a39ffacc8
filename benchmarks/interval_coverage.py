"""How often the 95% intervals of a run hold the truth: 1,000 runs of 20 replications, each standard measure.

    python benchmarks/interval_coverage.py [RUNS]     # prints a table; some minutes on two cores

Two small desks, each with every feature that a measure looks at: one whose days are alike, and one whose days
differ much (a day factor of cv 20%) and which is near its limit, so that what is summed up over a day is
skewed. The truth is what as many other replications give, from another seed: its own error is 3% of the
standard error of one run, which moves a coverage by less than 0.1 points. The runs are independent: no
replication serves in two of them.

A measure that is in every result is in the table; nothing here names one. One that these desks leave
undefined, or the same in all runs, is an error: give them what it looks at.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from joblib import Parallel, delayed

from simcare.experiment.rows import Row, rows_of
from simcare.experiment.run import CHUNK, Work, asking
from simcare.measures.frame import frame_of
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

RUNS, REPLICATIONS = 1000, 20
SEED, SEED_OF_TRUTH = 1, 2
PLAN = "only"
PILED_ON = ("piled_on",)
"""Those of complaints that are reshares: they have a desk of their own."""

ASKED = tuple(
    name
    for name, one in MEASURES.items()
    if name not in PILED_ON and (not one.standard or one.needs == "followers")
)
"""The measures that are given only if asked for, by name; no plan of these desks goes by followers."""

STANDARD = tuple(name for name in MEASURES if name not in (*ASKED, *PILED_ON))
"""Those in every result."""

BATCH = 25
"""Runs that one process does at a time."""

DESK = """
simcare: 1
title: A small desk
clock: {interval: 24 h}
channels: {x: {public: true}}
contacts:
  call:
    channel: x
    needs: [talk]
    arrivals:
      per_hour: {08:00: 0, 10:00: 12, 16:00: 12, 18:00: 0}%s
      surges: [{name: outage, at: 13:00, chance: 50%%, times: 1.5, hold: 1 h}]
    actionable: 90%%
    patience: {exponential: {mean: 30 min}}
    silent: 20%%
    queue_limit: 6
    tries_again: {chance: 30%%, after: {exponential: {mean: 30 min}}}
    waiting_cost: 12 EUR/h
    handling: {exponential: {mean: 20 min}}
    acknowledgement: {exponential: {mean: 5 min}}
    conversation: {again: 20%%, pause: {exponential: {mean: 2 h}}, handling: {exponential: {mean: 10 min}}}
    escalates: {to: tools, chance: 10%%, handling: {exponential: {mean: 20 min}}}
  mail:
    needs: [talk]
    arrivals: {per_hour: {08:00: 0, 10:00: 2, 16:00: 2, 18:00: 0}}
    handling: {exponential: {mean: 20 min}}
teams: {desk: {skills: {talk: 100%%, tools: 100%%}, cost: 30 EUR/h}}
plans:
  only:
    shifts:
      - {team: desk, from: 08:00, to: 16:00, agents: 4, breaks: [{at: 12:00, for: 30 min}]}
      - {team: desk, from: 10:00, to: 18:00, agents: 2}
    shrinkage: 10%%%s
costs: {lost_customer: 200 EUR, thousand_unanswered: 5 EUR, crisis: 10_000 EUR}
virality: {many_followers: 350, %s}
service_levels: [{contacts: all, first_reply_within: 15 min, target: 80%%}]
drain: {for: %s}
"""

ACKNOWLEDGING = "\n    acknowledge_within: 15 min"
TRENDING = "trending: 50 reshares"
PILING_ON = "pile_on: 20%, heat: off"  # else one complaint in a thousand brings more than all others
DIFFERING = "\n      day_factor: {cv: 20%}"

DESKS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "days alike": (DESK % ("", "", TRENDING, "8 h 15 min"), STANDARD),
        "days differ": (DESK % (DIFFERING, "", TRENDING, "8 h 15 min"), STANDARD),
        # Where all is done in the end: otherwise high percentiles of later waits are later than the horizon.
        "worked off": (DESK % (DIFFERING, ACKNOWLEDGING, TRENDING, "2 days"), ASKED),
        "piled on": (DESK % ("", "", PILING_ON, "8 h 15 min"), PILED_ON),
    }
)
"""Scenarios, and the measures that are looked at on each; every measure on some."""


class Interval(NamedTuple):
    """One figure of one run."""

    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Coverage:
    """How the intervals of one measure did.

    Shares of all runs: ``held`` the truth; ``too_low``, the truth lay above the interval; ``too_high``, below
    it; ``open_above``, there was no upper bound, which no truth can exceed. ``half_width`` is the mean of the
    closed intervals over the truth.
    """

    desk: str
    measure: str
    truth: float
    held: float
    too_low: float
    too_high: float
    open_above: float
    half_width: float


def coverages(desk: str, runs: int = RUNS, jobs: int = -1) -> list[Coverage]:
    """The coverage on one of the `DESKS` of its measures, in total."""
    text, measures = DESKS[desk]
    asked = [f"{name.removesuffix('_at')} at 15:00" if name.endswith("_at") else name for name in ASKED]
    scenario = asking(loads(text), asked if measures == ASKED else [])
    begins = range(0, runs, BATCH)
    parts = Parallel(n_jobs=jobs)(
        [delayed(_pool)(scenario, SEED_OF_TRUTH, begin, min(begin + BATCH, runs)) for begin in begins]
        + [delayed(_intervals)(scenario, SEED, begin, min(begin + BATCH, runs)) for begin in begins]
    )
    truth = _figures(scenario, Pool.sum(parts[: len(begins)]))
    found = [figures for part in parts[len(begins) :] for figures in part]
    return [coverage_of(desk, name, truth[name].estimate, [one[name] for one in found]) for name in measures]


def coverage_of(desk: str, measure: str, truth: float | None, found: list[Interval]) -> Coverage:
    """How the intervals of a measure did; ValueError for one that is undefined or never varies."""
    if truth is None or not math.isfinite(truth) or len({one.estimate for one in found}) == 1:
        raise ValueError(
            f"on the desk '{desk}' {measure} is undefined or the same in all runs: give it some life"
        )
    too_low = sum(one.upper is not None and one.upper < truth for one in found)
    too_high = sum(one.lower is not None and one.lower > truth for one in found)
    open_above = sum(one.upper is None or math.isinf(one.upper) for one in found)
    widths = [
        (one.upper - one.lower) / 2
        for one in found
        if one.lower is not None and one.upper is not None and math.isfinite(one.upper)
    ]
    mean_width = sum(widths) / len(widths) / truth if widths and truth else math.nan
    held, low, high, none = (
        count / len(found) for count in (len(found) - too_low - too_high, too_low, too_high, open_above)
    )
    return Coverage(desk, measure, truth, held, low, high, none, mean_width)


def table(found: list[Coverage]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield "| desk | measure | truth | held | too low | too high | no upper bound | half-width |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: |"
    for one in found:
        shares = " | ".join(f"{share:.1%}" for share in (one.held, one.too_low, one.too_high, one.open_above))
        yield f"| {one.desk} | `{one.measure}` | {one.truth:.4g} | {shares} | {one.half_width:.1%} |"


def _pool(scenario: Scenario, seed: int, first: int, after: int) -> Pool:
    """The replications of the runs from `first` up to `after`, all together."""
    work = Work(scenario, (PLAN,), seed, "compiled")
    begins = range(first * REPLICATIONS, after * REPLICATIONS, CHUNK)
    return Pool.sum([work.chunk(begin, begin + CHUNK)[PLAN] for begin in begins])


def _intervals(scenario: Scenario, seed: int, first: int, after: int) -> list[dict[str, Interval]]:
    """The figures of each of some runs."""
    return [_figures(scenario, _pool(scenario, seed, run, run + 1)) for run in range(first, after)]


def _figures(scenario: Scenario, pool: Pool) -> dict[str, Interval]:
    """Every figure in total, by measure."""
    rows = rows_of(scenario, {PLAN: frame_of(scenario, PLAN)}, {PLAN: pool})
    return {row.measure: Interval(row.estimate, row.lower, row.upper) for row in rows if _in_total(row)}


def _in_total(row: Row) -> bool:
    return not (row.contacts or row.team or row.day or (row.interval and not row.measure.endswith("_at")))


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    for line in table([one for desk in DESKS for one in coverages(desk, runs)]):
        print(line)
