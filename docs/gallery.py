"""What the gallery shows of each scenario: what it teaches, a picture, the file, what it prints."""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import simcare
from docs.drawing import COLOURS, PALE, figure, hours, label_ends
from scenarios import freeze
from simcare.report.load import pools_of

KINDS = ("decisions", "one-plan")
"""Scenarios that weigh plans against each other, and those that have one: textbooks, published runs."""

BY_HOUR = 4
"""A day of so many intervals or more is drawn by the hour."""


@dataclass(frozen=True)
class Scene:
    """One scenario of the gallery, with its result as it stands beside the file."""

    name: str

    @property
    def path(self) -> Path:
        """The file."""
        return freeze.FOLDER / f"{self.name}.yaml"

    @property
    def printed(self) -> Path:
        """Where its expected output is kept."""
        return freeze.expected_path(self.name)

    @property
    def yaml(self) -> str:
        """The text of the file."""
        return self.path.read_text(encoding="utf-8")

    @property
    def command(self) -> str:
        """What was run."""
        return freeze.command_of(self.name)

    @property
    def output(self) -> str:
        """What it printed."""
        return self.printed.read_text(encoding="utf-8").split("\n", 1)[1]

    @functools.cached_property
    def scenario(self) -> simcare.Scenario:
        """The scenario, loaded."""
        return simcare.load(self.path)

    @property
    def title(self) -> str:
        """Its title."""
        return self.scenario.title

    @property
    def lesson(self) -> str:
        """The first sentence of what its own comment says it teaches."""
        comment = re.search(r"^# What it teaches: (.*?)^#?$", self.yaml, re.MULTILINE | re.DOTALL)
        if comment is None:
            raise ValueError(f"{self.path} does not say what it teaches")
        text = " ".join(line.removeprefix("#").strip() for line in comment[1].splitlines())
        sentence = re.split(r"(?<=[.?!])\s", text)[0]
        return sentence[0].upper() + sentence[1:]

    @functools.cached_property
    def result(self) -> simcare.Result:
        """The result of its command."""
        return run(self.name)

    @property
    def promise(self) -> str:
        """Its first promise."""
        return str(self.result.header["promises"][0]["name"])

    @property
    def finding(self) -> str:
        """The share in time under each plan; by each promise, where that is what is drawn."""
        names = self.scenario.plan_names
        promises = [str(promise["name"]) for promise in self.result.header["promises"]]
        if len(names) > 1 or len(promises) == 1 or self.by_hour:
            shares = [f"{plan} {self.share(plan, self.promise)}" for plan in names]
            return f"{self.promise[0].upper()}{self.promise[1:]}: {', '.join(shares)}"
        return f"In time: {', '.join(self.share(names[0], name) for name in promises)}"

    def share(self, plan: str, promise: str) -> str:
        """The share in time, in whole per cent."""
        level = self.result.estimate("service_level", plan=plan, promise=promise).estimate
        return "undefined" if level is None else f"{level:.0%}"

    @property
    def by_hour(self) -> bool:
        """Is the day told by the hour?"""
        return self.scenario.clock.intervals_per_day >= BY_HOUR

    def picture(self) -> Figure:
        """Work, people and service by the hour; where a day is one interval, each promise."""
        return _by_hour(self) if self.by_hour else _promises(self)


def run(name: str, plans: Sequence[str] = ()) -> simcare.Result:
    """The result of a scenario's command, of all its plans or of some."""
    given = dict(pairwise(shlex.split(freeze.command_of(name)))).get("--replications")
    replications = int(given) if given else None
    scenario = simcare.load(Scene(name).path)
    return simcare.run(scenario, plans=plans or None, replications=replications, engine="compiled")


def scenes(kind: str) -> Iterator[Scene]:
    """The scenarios of one kind, by name."""
    for name in freeze.names():
        scene = Scene(name)
        if (len(scene.scenario.plans) > 1) == (kind == "decisions"):
            yield scene


def _by_hour(scene: Scene) -> Figure:
    """Above, the load and who is on duty under each plan; below, the share answered in time."""
    scenario, result = scene.scenario, scene.result
    clock = scenario.clock
    drawn, (above, below) = figure(scene.finding, 4.2, rows=2)
    edges = [24 * step / clock.intervals_per_day for step in range(clock.intervals_per_day + 1)]
    pools = pools_of(scenario, scenario.plan_names)
    most = 0.0
    ends = []
    for plan, colour in zip(scenario.plan_names, COLOURS, strict=False):
        duty, load = (
            np.sum([figures(pool)[plan] for pool in pools], axis=0).mean(axis=0)
            for figures in (attrgetter("duty"), attrgetter("load"))
        )
        most = max(most, load.max(), duty[np.isfinite(duty)].max(initial=0))
        if plan == scenario.plan_names[0]:
            above.stairs(load, edges, color=PALE, fill=True, zorder=0)
        above.stairs(duty, edges, color=colour, linewidth=1.6)
        found = [
            result.estimate("service_level", plan=plan, promise=scene.promise, interval=start).estimate
            for start in _starts(scene)
        ]
        levels = [float("nan") if level is None else 100 * level for level in found]
        below.stairs(levels, edges, color=colour, linewidth=1.6, baseline=None)
        known = [level for level in levels if level == level]
        ends.append((known[-1] if known else 0.0, plan, colour))
    above.set_ylim(0, 1.1 * most)
    above.set_ylabel("agents")
    target = result.header["promises"][0]["target"]
    if target is not None:
        below.axhline(100 * target, color="#7f7f7f", linewidth=0.8, linestyle=":")
    below.set_ylim(0, 103)
    below.set_ylabel("in time, %")
    label_ends(below, ends, gap=13)
    hours(below)
    return drawn


def _starts(scene: Scene) -> list[str]:
    clock = scene.scenario.clock
    minutes = [1440 * step // clock.intervals_per_day for step in range(clock.intervals_per_day)]
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]


def _promises(scene: Scene) -> Figure:
    """Each promise under each plan, with its interval, and its target."""
    promises = scene.result.header["promises"]
    plans = scene.scenario.plan_names
    drawn, (axes,) = figure(scene.finding, 1.2 + 0.35 * len(promises) * len(plans))
    names = []
    for place, (plan, promise) in enumerate((plan, promise) for plan in plans for promise in promises):
        row = scene.result.estimate("service_level", plan=plan, promise=promise["name"])
        if row.estimate is not None and row.lower is not None and row.upper is not None:
            axes.plot([100 * row.lower, 100 * row.upper], [place, place], color=COLOURS[0], linewidth=2)
            axes.plot(100 * row.estimate, place, "o", color=COLOURS[0])
        if promise["target"] is not None:
            axes.plot(100 * promise["target"], place, "|", color="#7f7f7f", markersize=12)
        names.append(promise["name"] if len(plans) == 1 else f"{plan}: {promise['name']}")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("in time, %")
    return drawn
