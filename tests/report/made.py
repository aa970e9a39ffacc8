"""Results made by hand, or drawn, for reports that no simulation has to be run for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, NamedTuple, cast

from simcare.experiment.result import Result
from simcare.experiment.rows import Row
from simcare.report.figures import Found
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

SCENARIO = """
simcare: 1
title: A desk in two plans
clock: {{start: 2026-11-23, days: {days}, interval: {interval}}}
contacts:
  complaint:
    needs: [care]
    arrivals: {{per_hour: 6}}
    patience: {{exponential: {{mean: 3 h}}}}
    silent: 30%
    handling: {{exponential: {{mean: 6 min}}}}
  question: {{needs: [care], arrivals: {{per_hour: 6}}, handling: {{exponential: {{mean: 6 min}}}}}}
teams:
  desk: {{skills: {{care: 100%}}, cost: 20 EUR/h}}
plans:
  today: {{headcount: {{desk: 1}}}}
  late-shift: {{headcount: {{desk: 2}}}}
service_levels:
  - {{contacts: complaint, first_reply_within: 15 min, target: 90%}}
  - {{contacts: question, answered_within: 4 h, target: 95%}}
"""

TARGETS = {"complaint": 0.9, "question": 0.95}
PROMISES = {"complaint": "first reply within 15 min", "question": "answered within 4 h"}


@cache
def scenario(interval: str = "4 h", days: int = 7) -> Scenario:
    return loads(SCENARIO.format(interval=interval, days=days))


class Key(NamedTuple):
    """What a row is about; a dimension that does not apply is ""."""

    plan: str
    measure: str
    contacts: str = ""
    team: str = ""
    promise: str = ""
    day: str = ""
    interval: str = ""


@dataclass(frozen=True)
class Made:
    """Stands in for a Result: rows at will; a difference is that of the estimates."""

    scenario: Scenario
    figures: Mapping[Key, Found]
    replicated: int = 50
    half_width: float | None = 0.01
    notes: tuple[str, ...] = field(default=())

    @property
    def header(self) -> dict[str, Any]:
        plans = list(dict.fromkeys(key.plan for key in self.figures))
        return {"plans": plans, "replications": self.replicated, "seed": 7, "notes": list(self.notes)}

    def row(self, plan: str, measure: str, **dimensions: str) -> Row | None:
        key = Key(plan, measure, **dimensions)
        found = self.figures.get(key)
        if found is None:
            return None
        return Row(*key, found.estimate, found.lower, found.upper, "", self.replicated)

    def difference(
        self, measure: str, plan: str, against: str, *, contacts: str = "", team: str = "", promise: str = ""
    ) -> Row:
        one, other = (
            self.figures[Key(name, measure, contacts, team, promise)].estimate for name in (plan, against)
        )
        change = None if one is None or other is None else one - other
        lower = upper = None
        if change is not None and self.half_width is not None:
            half = self.half_width * max(1.0, abs(change))
            lower, upper = change - half, change + half
        return Row(plan, measure, contacts, team, promise, "", "", change, lower, upper, "", self.replicated)


def result(made: Made) -> Result:
    """The stand-in as the type that reports expect."""
    return cast(Result, made)


def keys(of: Scenario) -> Iterator[Key]:
    """All figures that a report of the scenario looks up."""
    starts = [f"{hour:02d}:{minute:02d}" for hour, minute in _starts(of)]
    for plan in of.plan_names:
        for start in ("", *starts):
            for contacts in ("", *of.contact_names):
                for measure in ("contacts", "queue", "first_reply_p90", "answer_p90"):
                    yield Key(plan, measure, contacts, interval=start)
            for contacts in of.contact_names:
                yield Key(plan, "service_level", contacts, promise=PROMISES[contacts], interval=start)
            for measure in ("on_duty", "occupancy", "staffed_hours"):
                yield Key(plan, measure, team="desk", interval=start)
        for contacts in of.contact_names:
            for which in ("mean", "p50"):
                yield Key(plan, f"first_reply_{which}", contacts)
                yield Key(plan, f"answer_{which}", contacts)
            yield Key(plan, "abandoned", contacts)
            yield Key(plan, "abandoned_silently", contacts)
        for measure in (
            "backlog_at_close",
            "oldest_open",
            "occupancy",
            "staffed_hours",
            "overtime_hours",
            "labour_cost",
        ):
            yield Key(plan, measure)


def _starts(of: Scenario) -> Iterator[tuple[int, int]]:
    for minute in range(0, 1440, of.clock.interval // 60_000):
        yield divmod(minute, 60)


# --- drawn -------------------------------------------------------------------------------------------------

SHARES = ("service_level", "occupancy")


def random_result(seed: int) -> Made:
    """A result in which any figure may be anything: undefined, later, at its target, without interval."""
    dice = Random(seed)
    of = scenario(dice.choice(["4 h", "30 min"]), dice.choice([1, 7]))
    calm = dice.random() < 0.5  # otherwise no two intervals are alike, and nothing is folded
    figures: dict[Key, Found] = {}
    before: dict[Key, Found] = {}
    for key in keys(of):
        series = key._replace(interval="")
        if calm and key.interval and series in before and dice.random() < 0.8:
            figures[key] = before[series]
        elif key.interval and key.promise and dice.random() < 0.1:
            figures[key] = Found(None)
        elif key.measure == "contacts" and key.interval:
            figures[key] = Found(dice.choice([0.0, 0.1, 3.0, 80.04]))
        elif key.measure == "staffed_hours":
            figures[key] = Found(24.0, 24.0, 24.0)
        elif key.measure == "on_duty":
            figures[key] = Found(dice.choice([0.0, 1.0, 2.64]))
        else:
            figures[key] = _found(dice, key.measure, TARGETS.get(key.contacts) if key.promise else None)
        if key.interval:
            before[series] = figures[key]
    return Made(of, figures, dice.choice([1, 2, 50]), dice.choice([None, 0.0, 0.01, 10.0]))


def _found(dice: Random, measure: str, target: float | None) -> Found:
    kind = dice.randrange(20)
    if kind == 0:
        return Found(None)
    if kind == 1 and measure.startswith(("first_reply", "answer", "oldest")):
        return Found(math.inf, dice.uniform(0, 1e5), math.inf)
    if measure in SHARES:
        near = target if target is not None else dice.random()
        estimate = dice.choice([0.0, 1.0, dice.random(), near, near + dice.uniform(-0.02, 0.02)])
        estimate, most = min(1.0, max(0.0, estimate)), 1.0
    else:
        estimate, most = dice.choice([0.0, 1.0, dice.uniform(0, 10), dice.uniform(0, 3e5)]), math.inf
    if kind == 2:
        return Found(estimate)
    below = dice.choice([0.0, 1e-7, 0.0004, 0.006, 0.03, 0.4]) * max(estimate, 1.0)
    above = below * dice.choice([1.0, 1.0, 1.05, 0.5])
    return Found(estimate, max(0.0, estimate - below), min(most, estimate + above))
