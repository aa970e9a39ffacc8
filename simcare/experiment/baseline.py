"""Baselines: what plans did before, replication by replication, to hold what they do now against.

A baseline pairs with a run only if both simulate the same customers. So it is refused where anything but the
plans has changed since (contacts, clock, teams, promises, prices, virality), where the seed is another, and
where the random streams are laid out in another way. That is read off a number that moves with the layout,
and off the customers themselves: as many must have come in each replication as when it was saved. Plans may
change: that is what is to be checked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import simcare
from simcare.demand.streams import LAYOUT
from simcare.errors import UsageError
from simcare.experiment.figure import Figure
from simcare.experiment.place import Place, headline_places
from simcare.measures.differences import Totals
from simcare.measures.frame import Float, Frame
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series
from simcare.scenario.hashing import hash_of
from simcare.scenario.scenario import Scenario

FORMAT = 1
"""The version of the file; another one is refused."""

Key = tuple[str, ...]
"""Plan, measure, contacts, team, promise, day and interval of a figure."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """What plans did: ``figures`` holds the sums of each by replication, ``came`` how many contacts came.

    ``world`` is the hash of the scenario without its plans, ``plans`` has that of each plan.
    """

    version: str
    layout: int
    seed: int
    world: str
    plans: Mapping[str, str]
    came: Float
    figures: Mapping[Key, Totals]

    @property
    def replications(self) -> int:
        """How many replications it holds."""
        return len(self.came)

    def totals(self, plan: str, place: Place) -> Totals:
        """A figure of a plan by replication; UsageError if the baseline has none."""
        key = _key(plan, place)
        if key not in self.figures:
            raise UsageError(
                f"the baseline has no {place.measure.name} of plan {plan}"
                + "".join(f", {part}" for part in key[2:] if part)
                + f"; {SAVE_ANOTHER}"
            )
        return self.figures[key]

    def changed(self, scenario: Scenario, plans: Iterable[str]) -> list[str]:
        """Which of the plans are not as they were when the baseline was saved."""
        now = plan_hashes(scenario)
        return [plan for plan in plans if self.plans.get(plan) != now[plan]]

    def check_fits(self, scenario: Scenario, seed: int, frame: Frame, pool: Pool) -> None:
        """Raise a UsageError if a run, with this frame and pool of one of its plans, has other customers."""
        told = ""
        if self.layout != LAYOUT:
            told = f"random streams are laid out anew since it was saved by simcare {self.version}"
        elif self.seed != seed:
            told = f"it was saved with seed {self.seed}, and this run has seed {seed}"
        elif self.world != world_hash(scenario):
            told = "the scenario has changed since it was saved, and not in its plans alone"
        else:
            came, count = _came(frame, pool), min(pool.replications, self.replications)
            if not np.array_equal(came[:count], self.came[:count]):
                told = f"other customers come than when it was saved by simcare {self.version}"
        if told:
            raise UsageError(f"the baseline does not fit: {told}; {SAVE_ANOTHER}")

    def to_json(self) -> str:
        """The file: one figure a line, its numerators and denominators by replication."""
        head = {
            "simcare_baseline": FORMAT,
            "version": self.version,
            "stream_layout": self.layout,
            "seed": self.seed,
            "scenario_hash_without_plans": self.world,
            "plan_hashes": dict(self.plans),
            "contacts": self.came.tolist(),
        }
        lines = [
            json.dumps([list(key), totals.over.tolist(), totals.under.tolist()], ensure_ascii=False)
            for key, totals in self.figures.items()
        ]
        head["checksum"] = _checksum(head, [json.loads(line) for line in lines])
        text = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
        return text + ',\n  "figures": [\n    ' + ",\n    ".join(lines) + "\n  ]\n}\n"


SAVE_ANOTHER = "save a new one with --save-baseline"


def baseline_of(
    scenario: Scenario,
    seed: int,
    frames: Mapping[str, Frame],
    pools: Mapping[str, Pool],
    places: Iterable[Place],
) -> Baseline:
    """The baseline of a run: the headline figures of its plans, and those at some more places."""
    frame, pool = next(iter(frames.values())), next(iter(pools.values()))
    kept = [one for one in dict.fromkeys([*headline_places(frame), *places]) if _by_replication(one)]
    return Baseline(
        version=simcare.__version__,
        layout=LAYOUT,
        seed=seed,
        world=world_hash(scenario),
        plans=plan_hashes(scenario),
        came=_came(frame, pool),
        figures={
            _key(plan, place): place.at(frames[plan], pools[plan]).totals()
            for plan in pools
            for place in kept
        },
    )


def read_baseline(path: str | os.PathLike[str]) -> Baseline:
    """The baseline that a file holds; UsageError if it is none."""
    name = os.fsdecode(path)
    try:
        with open(name, encoding="utf-8") as file:
            read = json.load(file)
    except OSError as error:
        raise UsageError(f"cannot read the baseline {name}: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{name}: expected a baseline, got something that is not JSON") from None
    if not isinstance(read, dict) or "simcare_baseline" not in read:
        raise UsageError(f"{name}: expected a baseline as --save-baseline writes it, got other JSON")
    if read["simcare_baseline"] != FORMAT:
        raise UsageError(
            f"{name}: expected a baseline of format {FORMAT}, got {read['simcare_baseline']!r}; "
            f"{SAVE_ANOTHER}"
        )
    try:
        return _parsed(read)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{name}: the baseline is damaged; {SAVE_ANOTHER}") from None


def world_hash(scenario: Scenario) -> str:
    """The hash of a scenario without its plans, whatever its seed: the run's own is kept beside it."""
    return hash_of(replace(scenario, plans={}, experiment=scenario.experiment.model_copy(update={"seed": 0})))


def plan_hashes(scenario: Scenario) -> dict[str, str]:
    """The hash of each plan, with all that it inherits."""
    return {name: hash_of(plan) for name, plan in scenario.plans.items()}


def _checksum(head: Mapping[str, Any], figures: list[Any]) -> str:
    """What changes with every number: a figure that was damaged must not be taken for what a plan did."""
    told = {name: value for name, value in head.items() if name not in ("checksum", "figures")}
    return hash_of({**told, "figures": figures})


def _parsed(read: Mapping[str, Any]) -> Baseline:
    if read["checksum"] != _checksum(read, read["figures"]):
        raise ValueError
    came = np.array(read["contacts"], dtype=np.float64)
    figures = {}
    for key, over, under in read["figures"]:
        totals = Totals(np.array(over, dtype=np.float64), np.array(under, dtype=np.float64))
        if not came.shape == totals.over.shape == totals.under.shape or came.ndim != 1:
            raise ValueError
        figures[tuple(map(str, key))] = totals
    return Baseline(
        str(read["version"]),
        int(read["stream_layout"]),
        int(read["seed"]),
        str(read["scenario_hash_without_plans"]),
        {str(name): str(value) for name, value in read["plan_hashes"].items()},
        came,
        figures,
    )


def _by_replication(place: Place) -> bool:
    return not (place.measure.probability or place.measure.waits or place.measure.tail)


def _key(plan: str, place: Place) -> Key:
    return (plan, *place.about, place.day, place.interval)


def _came(frame: Frame, pool: Pool) -> Float:
    """How many contacts came in each replication of themselves, pile-on apart: the same under every plan."""

    def number(measure: str) -> Float:
        return Figure(frame, pool, MEASURES[measure], Series(measure)).totals().over

    return number("contacts") - number("piled_on") if "pile-on" in frame.has else number("contacts")
