"""Tidy rows: one figure each, with what it is about, its interval and its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simcare.measures.frame import Frame
from simcare.measures.intervals import Estimate
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.sums import Series, series_of
from simcare.scenario.scenario import Scenario


class Row(NamedTuple):
    """One figure of a result. Dimensions that do not apply are "".

    ``day`` is an ISO date and ``interval`` the "HH:MM" at which an interval of the day begins. An
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


def rows_of(scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]) -> Iterator[Row]:
    """All rows of a result: by plan, then by measure in the order of the registry, totals first."""
    labels = cell_labels(scenario)
    confidence = scenario.experiment.confidence
    for plan, pool in pools.items():
        series = series_of(frames[plan])
        definitions = {promise.name: promise.definition for promise in frames[plan].promises}
        numbers: dict[str, list[int]] = {}
        for number, one in enumerate(series):
            numbers.setdefault(one.measure, []).append(number)
        for measure in MEASURES.values():
            cells = _cells_of(measure, labels)
            found: Iterator[tuple[Series, int, Estimate]]
            if measure.waits:
                found = _quantiles(measure, frames[plan], pool, cells, confidence)
            else:
                rows = [(number, series[number]) for number in numbers.get(measure.name, [])]
                found = _ratios(measure, frames[plan], rows, pool, cells, confidence)
            unit = unit_of(measure, scenario)
            for about, cell, estimate in found:
                definition = definitions.get(about.promise, "")
                yield Row(plan, *about, *labels[cell], *estimate, unit, pool.replications, definition)


def promised(frame: Frame, pool: Pool, confidence: float) -> Iterator[Estimate]:
    """The service level, in total, of every promise that has a target."""
    series = series_of(frame)
    for promise in frame.promises:
        if promise.target is not None:
            number = series.index(Series("service_level", promise=promise.name))
            yield pool.ratios(MEASURES["service_level"], frame, number, confidence)[0]


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


def _cells_of(measure: Measure, labels: list[tuple[str, str]]) -> list[int]:
    """The numbers of the cells that the measure is given for."""
    by_day, by_interval = "day" in measure.dimensions, "interval" in measure.dimensions
    return [
        cell
        for cell, (day, interval) in enumerate(labels)
        if (by_day or not day) and (by_interval or not interval)
    ]


def _ratios(
    measure: Measure,
    frame: Frame,
    rows: Sequence[tuple[int, Series]],
    pool: Pool,
    cells: list[int],
    confidence: float,
) -> Iterator[tuple[Series, int, Estimate]]:
    for number, series in rows:
        estimates = pool.ratios(measure, frame, number, confidence)
        for cell in cells:
            yield series, cell, estimates[cell]


def _quantiles(
    measure: Measure, frame: Frame, pool: Pool, cells: list[int], confidence: float
) -> Iterator[tuple[Series, int, Estimate]]:
    for group, contacts in enumerate(("", *frame.types)):
        for cell in cells:
            estimate = pool.quantile(measure, frame, group, cell, confidence)
            yield Series(measure.name, contacts=contacts), cell, estimate
