"""Rows of single replications: what the estimates of a result are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from simcare.experiment.rows import covers, unit_of
from simcare.measures.deviation import deviation
from simcare.measures.estimated import group_of
from simcare.measures.frame import Frame, window_of
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.sums import Series, series_of
from simcare.measures.waits import SPREADS
from simcare.scenario.scenario import Scenario


class ReplicationRow(NamedTuple):
    """One measure of one replication, in total or in a window asked for, in its unit.

    ``value`` is numerator / denominator, None where there is nothing to divide by; of a standard deviation it
    is that of the replication's own waits, over their number.
    """

    plan: str
    replication: int
    measure: str
    contacts: str
    team: str
    promise: str
    day: str
    interval: str
    value: float | None
    numerator: float | None
    denominator: float
    unit: str


def replication_rows(
    scenario: Scenario, frames: Mapping[str, Frame], pools: Mapping[str, Pool]
) -> Iterator[ReplicationRow]:
    """The rows of every replication: by plan, replication and measure; totals first, then windows."""
    for plan, pool in pools.items():
        frame = frames[plan]
        series = series_of(frame)
        wanted = [
            (measure, about, kept, labels)
            for measure in MEASURES.values()
            if not (measure.probability or measure.tail)
            for about in _series(measure, frame, series)
            for kept, labels in _kept(scenario, frame, measure, about).items()
        ]
        numbers = {one: number for number, one in enumerate(series)}
        for replication in range(pool.replications):
            for measure, about, kept, labels in wanted:
                value, over, under = _figures(measure, about, pool, frame, numbers, replication, kept)
                unit = unit_of(measure, scenario)
                yield ReplicationRow(plan, replication, *about, *labels, value, over, under, unit)


def _series(measure: Measure, frame: Frame, summed: tuple[Series, ...]) -> list[Series]:
    if measure.waits:
        return [Series(measure.name), *(Series(measure.name, contacts=one) for one in frame.types)]
    name = measure.of or measure.name
    return [one._replace(measure=measure.name) for one in summed if one.measure == name]


def _kept(scenario: Scenario, frame: Frame, measure: Measure, about: Series) -> dict[int, tuple[str, str]]:
    """Which of the cells kept of every replication the figure is given for, and their day and interval."""
    found = {} if measure.at_instant else {0: ("", "")}
    for asked in scenario.measures:
        if asked.measure != measure.name or not covers(asked, about):
            continue
        if (window := window_of(asked, scenario.clock)) is not None:
            found[frame.kept_cells.index(frame.cell_of(window))] = asked.labels(scenario.clock)
    return found


def _figures(
    measure: Measure,
    about: Series,
    pool: Pool,
    frame: Frame,
    numbers: Mapping[Series, int],
    replication: int,
    kept: int,
) -> tuple[float | None, float | None, float]:
    """Value, numerator and denominator."""
    if measure.waits:
        powers = pool.by_replication.powers
        sums = powers[replication, SPREADS.index(measure.waits), group_of(frame, about), kept]
        return deviation(sums), None, float(sums[0])
    number = numbers[about._replace(measure=measure.of or measure.name)]
    over = float(pool.by_replication.numerators[replication, number, kept]) * measure.scale
    under = float(pool.by_replication.denominators[replication, number, kept])
    return over / under if under > 0 else None, over, under
