"""A Result as the tables and the sentences look at it: every figure by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simcare.experiment.result import Result
from simcare.measures.promises import Promise as Measured
from simcare.measures.promises import promises_of
from simcare.report.figures import Found, Verdict, verdict
from simcare.scenario.promises import IN_WORDS
from simcare.scenario.quantities import format_clock, format_share, write_duration
from simcare.scenario.scenario import Scenario

MANY = 6
"""More contact types or teams than this are not shown one by one, but only together (all are in the JSON)."""

Waits = Literal["first_reply", "answer"]


@dataclass(frozen=True)
class Promise:
    """A service level as it is shown. ``waits`` is what it limits; ``meaning`` says what is in time.

    ``base`` says in few words what its share is taken of: `of all`. ``within_s`` is the limit in seconds,
    None if it counts open hours only, which is no time of waiting.
    """

    name: str
    types: tuple[str, ...]
    label: str
    waits: Waits
    target: float | None
    base: str
    meaning: str
    within_s: float | None = None

    @property
    def contacts(self) -> str:
        """The value of `contacts` in the rows of this promise: its type, or "" for all it covers."""
        return self.types[0] if len(self.types) == 1 else ""

    @property
    def terms(self) -> str:
        """The promise with its target: `first reply within 15 min (of all), target 90%`."""
        name = self.name + self.aside
        return name if self.target is None else f"{name}, target {format_share(self.target)}"

    @property
    def legend(self) -> str:
        """The formula in force, with the contacts and, where it does not say the same anyway, the name."""
        said = self.meaning.startswith(self.name.replace("first reply", "replied to", 1))
        return f"Service level of {self.label if said else f'{self.label}, {self.name}'}: {self.meaning}."

    @property
    def aside(self) -> str:
        """What the share is taken of, in brackets, unless the name says it already."""
        return "" if self.name.endswith(self.base) else f" ({self.base})"


@dataclass(frozen=True)
class View:
    """Figures of a Result by name. ``plans`` in the order in which they were asked for, the others being
    compared with the first; ``intervals`` are the clock times at which the intervals of the day begin.
    """

    result: Result
    plans: tuple[str, ...]
    promises: tuple[Promise, ...]
    intervals: tuple[str, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.result.scenario

    @property
    def replications(self) -> int:
        """Of how many replications the figures are made."""
        return int(self.result.header["replications"])

    def found(self, plan: str, measure: str, **dimensions: str) -> Found:
        """The estimate and interval of a figure; undefined if the result has no such row."""
        row = self.result.row(plan, measure, **dimensions)
        return Found(None) if row is None else Found(row.estimate, row.lower, row.upper)

    def level(self, plan: str, promise: Promise, interval: str = "") -> Found:
        """The service level of a promise over all the contacts it covers."""
        return self.found(
            plan, "service_level", contacts=promise.contacts, promise=promise.name, interval=interval
        )

    def verdict(self, plan: str, promise: Promise, interval: str = "") -> Verdict:
        """Is the promise met, in total or in an interval of the day?"""
        return verdict(self.level(plan, promise, interval), promise.target)

    def pool(self, types: tuple[str, ...]) -> str | None:
        """The value of `contacts` in rows about just these types: one type, or "" for all; else None."""
        if len(types) == len(self.scenario.contact_names):
            return ""
        return types[0] if len(types) == 1 else None

    def total(self, plan: str, measure: str, types: tuple[str, ...], interval: str = "") -> Found:
        """A count or time average summed over contact types; with an interval only if it is one row's."""
        pool = self.pool(types)
        if pool is not None:
            return self.found(plan, measure, contacts=pool, interval=interval)
        return _added([self.found(plan, measure, contacts=name, interval=interval) for name in types])


def view_of(result: Result) -> View:
    """A view of the result."""
    scenario = result.scenario
    step, day = scenario.clock.interval, 86_400_000
    return View(
        result=result,
        plans=tuple(result.header["plans"]),
        promises=shown_promises(scenario),
        intervals=tuple(format_clock(start) for start in range(0, day, step)),
    )


def label_of(scenario: Scenario, types: tuple[str, ...]) -> str:
    """The contact types by name, or `all contacts`."""
    if len(types) == len(scenario.contact_names) > 1:
        return "all contacts"
    if len(types) > MANY:
        return f"{len(types)} contact types"
    return ", ".join(types)


def shown_promises(scenario: Scenario) -> tuple[Promise, ...]:
    """The service levels of a scenario as they are shown."""
    names = scenario.contact_names
    shown = []
    for promise in promises_of(scenario):
        types = tuple(names[number] for number in promise.types)
        shown.append(
            Promise(
                name=promise.name,
                types=types,
                label=label_of(scenario, types),
                waits="first_reply" if promise.kind == "first_reply" else "answer",
                target=promise.target,
                base=IN_WORDS[promise.definition],
                meaning=_meaning(promise),
                within_s=None if promise.open_hours else promise.within_ms / 1000,
            )
        )
    return tuple(shown)


def _meaning(promise: Measured) -> str:
    """What is in time, of which contacts, and what counts as missed: the formula in force, for a reader."""
    first = promise.kind == "first_reply"
    done = "replied to" if first else "answered"
    hours = ", open hours only" if promise.open_hours else ""
    until = "ends" if first else "starts"
    within = f"within {write_duration(promise.within_ms)}{hours} (until handling {until})"
    needed = "of all that needed an answer"
    others = ("was turned away, " if promise.limited else "") + "gave up silently or is still open"
    words = {
        "of_all": f"{done} {within}, {needed}; who left, {others} counts as missed",
        "of_answered": (
            f"{done} {within}, of all that were {done} at all or gave up silently; who gave up silently "
            "counts as missed"
        ),
        "without_short_abandons": (
            f"{done} {within}, {needed} but those who left within {write_duration(promise.short_ms)}; who "
            f"left later, {others} counts as missed"
        ),
        "abandoned_in_time_count": (
            f"{done}, or left, {within}, {needed}; who left later, {others} counts as missed"
        ),
    }[promise.definition]
    return f"{words} (definition {promise.definition})"


def _added(parts: list[Found]) -> Found:
    values = [part.estimate for part in parts if part.estimate is not None]
    return Found(sum(values)) if len(values) == len(parts) else Found(None)
