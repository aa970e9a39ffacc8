"""Tidy rows: one figure each, with what it is about, its interval and its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from simcare.measures.estimated import Estimated
from simcare.measures.frame import Frame, window_of
from simcare.measures.intervals import Estimate
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.sums import Series, applies, series_of
from simcare.scenario.asked import Asked
from simcare.scenario.clock import Clock
from simcare.scenario.scenario import Scenario

if TYPE_CHECKING:
    from simcare.experiment.each import ReplicationRow


class Row(NamedTuple):
    """One figure of a result. Dimensions that do not apply are "".

    ``day`` is an ISO date and ``interval`` the "HH:MM" at which an interval of the day begins; of a figure
    asked for they may be days such as "mon–fri" and a window or an instant of the day. An
    ``estimate`` is None if it is undefined and inf if it is later than the horizon; ``lower`` and
    ``upper`` are None if nothing is known of them, as with a single replication. ``definition`` is that of a
    service level.
    """

    plan: str
    measure: str
    contacts: str
    team: str
    promise: str
    day: str
    interval: str
    estimate: float | None
    lower: float | None
    upper: float | None
    unit: str
    replications: int
    definition: str = ""


@dataclass(frozen=True, eq=False)
class Line:
    """The figures of one measure about the same contacts, team or promise under one plan, each estimated when
    it is asked for. ``cells`` are those it is given in, by day and interval, in the order of the rows.
    """

    plan: str
    measure: Measure
    about: Series
    cells: Mapping[tuple[str, str], int]
    estimated: Estimated
    unit: str
    definition: str

    def rows(self) -> Iterator[Row]:
        """All of them."""
        return self._rows(self.cells)

    def at(self, places: Iterable[tuple[str, str]]) -> list[Row]:
        """Those of some days and intervals; none are estimated for none."""
        cells = {place: self.cells[place] for place in places}
        return list(self._rows(cells)) if cells else []

    def _rows(self, cells: Mapping[tuple[str, str], int]) -> Iterator[Row]:
        figures = self.estimated.of(self.measure, self.about)
        columns = ([column[cell] for cell in cells.values()] for column in figures)
        about, told = (self.plan, *self.about), (self.unit, self.estimated.pool.replications, self.definition)
        fields = (*map(repeat, about), *zip(*cells, strict=True), *columns, *map(repeat, told))
        return map(_row, zip(*fields, strict=False))  # what is repeated has no end


_row: Any = partial(tuple.__new__, Row)
"""A row of all its fields; there are so many that `Row._make` would take half of the time of a result."""


def lines_of(scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]) -> Iterator[Line]:
    """All rows of a result, not yet estimated: by plan, then by measure in the order of the registry, totals
    first; windows that were asked for after the intervals of the day.
    """
    cells_of = _Cells(scenario)
    for plan, pool in pools.items():
        frame = frames[plan]
        estimated = pool.estimated(frame, scenario.experiment.confidence)
        summed = _by_measure(frame)
        definitions = {promise.name: promise.definition for promise in frame.promises}
        for measure in MEASURES.values():
            unit = unit_of(measure, scenario)
            for about in _series_about(measure, frame, summed):
                cells = cells_of(measure, about, frame)
                if cells:
                    definition = definitions.get(about.promise, "")
                    yield Line(plan, measure, about, cells, estimated, unit, definition)


def rows_of(scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]) -> Iterator[Row]:
    """All rows of a result, in the order of `lines_of`."""
    for line in lines_of(scenario, frames, pools):
        yield from line.rows()


def series_about(measure: Measure, frame: Frame) -> list[Series]:
    """What the figures of a measure are about."""
    return _series_about(measure, frame, _by_measure(frame))


def _by_measure(frame: Frame) -> dict[str, list[Series]]:
    """The rows of sums, by measure."""
    found: dict[str, list[Series]] = {}
    for one in series_of(frame):
        found.setdefault(one.measure, []).append(one)
    return found


def _series_about(measure: Measure, frame: Frame, summed: Mapping[str, list[Series]]) -> list[Series]:
    name = measure.name
    if not applies(measure, frame):
        return []
    if measure.tail:
        return [Series(name)]
    if not measure.waits:
        found = summed.get(measure.of or name, [])
        return [one._replace(measure=name) for one in found] if measure.of else found
    by_team = frame.teams_too and "team" in measure.dimensions
    teams = [Series(name, team=team) for team in frame.teams] if by_team else []
    shared = [Series(name, promise=one.name) for one in frame.shared if one.waits == measure.waits]
    types = [Series(name, contacts=of_type) for of_type in frame.types]
    return [Series(name), *types, *teams, *(shared if measure.probability else [])]


class _Cells:
    """The cells in which figures are given, by the day and interval that name each."""

    def __init__(self, scenario: Scenario) -> None:
        self._clock = scenario.clock
        self._labels = cell_labels(scenario)
        self._standard: dict[tuple[bool, bool], dict[tuple[str, str], int]] = {}
        self._asked: dict[str, list[Asked]] = {}
        for one in scenario.measures:
            self._asked.setdefault(one.measure, []).append(one)

    def __call__(self, measure: Measure, series: Series, frame: Frame) -> dict[tuple[str, str], int]:
        """Those of one measure about something."""
        asked = [one for one in self._asked.get(measure.name, []) if covers(one, series)]
        standard = measure.standard and not (series.team and "contacts" in measure.dimensions)
        given = standard or not all(one.windowed for one in asked)
        cells = self._of(measure) if given else {}
        windows = [(one, window) for one in asked if (window := window_of(one, self._clock)) is not None]
        cells = cells if not windows else dict(cells)
        for one, window in windows:
            cells.setdefault(one.labels(self._clock), frame.cell_of(window))
        return cells

    def _of(self, measure: Measure) -> dict[tuple[str, str], int]:
        """Those by day and by interval, as far as the measure is broken down by them."""
        by_day, by_interval = kind = ("day" in measure.dimensions, "interval" in measure.dimensions)
        if kind not in self._standard:
            self._standard[kind] = {
                (day, interval): cell
                for cell, (day, interval) in enumerate(self._labels)
                if (by_day or not day) and (by_interval or not interval)
            }
        return self._standard[kind]


def covers(asked: Asked, series: Series) -> bool:
    """Is the figure among those that are asked for, whatever the hours?"""
    promise = asked.promise
    return (
        asked.contacts in ("", series.contacts)
        and asked.team in ("", series.team)
        and (
            promise in ("", series.promise) or series.promise.startswith((f"{promise} (", f"{promise} no. "))
        )
    )


def series_asked(frame: Frame, asked: Asked) -> list[Series]:
    """What the figure asked for is about: all contacts where none are named, each promise that applies."""
    return [
        one
        for one in series_about(asked.what, frame)
        if (one.contacts, one.team) == (asked.contacts, asked.team)
        and covers(asked, one)
        and bool(one.promise) == (asked.measure == "service_level" or bool(asked.promise))
    ]


def answers(row: Row | ReplicationRow, asked: Asked, clock: Clock) -> bool:
    """Does the row answer what is asked for? All of a measure do where neither hours nor days are named."""
    about = Series(row.measure, row.contacts, row.team, row.promise)
    return is_about(about, asked) and is_at((row.day, row.interval), asked, clock)


def is_about(about: Series, asked: Asked) -> bool:
    """Is the figure of what is asked for, whatever the hours and days?"""
    return about.measure == asked.measure and covers(asked, about)


def is_at(place: tuple[str, str], asked: Asked, clock: Clock) -> bool:
    """Is the figure of the hours and days that are asked for, if any are?"""
    return not asked.windowed or place == asked.labels(clock)


def promised(frame: Frame, pool: Pool, confidence: float) -> Iterator[Estimate]:
    """The service level, in total, of every promise that has a target."""
    for promise in frame.promises:
        if promise.target is not None:
            about = Series("service_level", promise=promise.name)
            yield pool.estimated(frame, confidence).of(MEASURES["service_level"], about).at(0)


def total(measure: Measure, frame: Frame, pool: Pool, confidence: float) -> Iterator[Estimate]:
    """A measure over everything: one estimate, or one for each promise."""
    for series in series_about(measure, frame):
        if not (series.contacts or series.team):
            yield pool.estimated(frame, confidence).of(measure, series).at(0)


def cell_labels(scenario: Scenario) -> list[tuple[str, str]]:
    """What the cells of a sum are, in their order: (day, interval), both "" for the total."""
    clock = scenario.clock
    days = [clock.date_of(clock.warm_up_days + day).isoformat() for day in range(clock.days)]
    minutes = [clock.interval // 60_000 * number for number in range(clock.intervals_per_day)]
    starts = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]
    return [("", ""), *((day, "") for day in days), *(("", start) for start in starts)]


def unit_of(measure: Measure, scenario: Scenario) -> str:
    """The measure's unit, with the scenario's currency."""
    return measure.unit.format(currency=scenario.currency or "money")
