"""Every estimate of one plan, all of a sort at once: ratios of sums, percentiles, standard deviations.

A result has thousands of figures, and what is done for one of them costs as much as for a row of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcare.measures.deviation import deviation_bounds
from simcare.measures.frame import Frame
from simcare.measures.intervals import Bounds, Estimate, ratio_bounds, ratios_of, told
from simcare.measures.quantiles import quantile_bounds
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.sums import Series, series_of
from simcare.measures.waits import SPREADS
from simcare.measures.worst_days import worst_days

if TYPE_CHECKING:
    from simcare.measures.pool import Pool


class Figures(NamedTuple):
    """Values, lower and upper bounds of a figure by cell; None is undefined or unknown."""

    value: list[float | None]
    lower: list[float | None]
    upper: list[float | None]

    def at(self, cell: int) -> Estimate:
        """The estimate of one cell."""
        return Estimate(self.value[cell], self.lower[cell], self.upper[cell])


@dataclass(frozen=True, eq=False)
class Estimated:
    """The estimates of a plan's figures with intervals of one `confidence`; made when they are asked for, all
    of a sort together.
    """

    frame: Frame
    pool: Pool
    confidence: float

    def of(self, measure: Measure, about: Series) -> Figures:
        """A measure about some contacts, a team or a promise, in every cell."""
        if measure.tail:
            found = worst_days(measure.tail, self.pool.by_replication.daily, self.confidence)
            return Figures([found.value], [found.lower], [found.upper])
        if measure.waits:
            group = group_of(self.frame, about)
            return (self._quantiles if measure.probability else self._deviations)[measure.name][group]
        return self._ratios[about._replace(measure=measure.of or measure.name)]

    @cached_property
    def _ratios(self) -> Mapping[Series, Figures]:
        """Of ratios of sums, by what they are about. One at an instant is known as its time average is."""
        series = series_of(self.frame)
        known = {name: as_known(MEASURES[name], self.frame) for name in {one.measure for one in series}}
        ratios, days = ratios_of(self.pool.sums, self.confidence), self.pool.days_seen(self.frame)
        bounds = ratio_bounds([known[one.measure] for one in series], ratios, self.confidence, days)
        return dict(zip(series, _figures(bounds), strict=True))

    @cached_property
    def _quantiles(self) -> Mapping[str, list[Figures]]:
        """Of percentiles, by measure and group."""
        frame = self.frame
        waits = self.pool.many_waits(frame, sys.modules.get("simcare.measures.kernels"))
        groups = 1 + frame.groups + len(frame.shared)
        found: dict[str, list[Figures]] = {}
        wanted = [one for one in MEASURES.values() if one.probability and one.waits in frame.waits]
        for misses in {one.misses for one in wanted}:  # how sure the interval is to be
            measures = [one for one in wanted if one.misses == misses]
            size = groups * frame.cells
            first = np.array([frame.kind_of(one.waits) * size for one in measures])
            rows = (first[:, np.newaxis] + np.arange(size)).ravel()
            probability = np.repeat([one.probability for one in measures], size)
            bounds = quantile_bounds(probability, rows, waits, 1 - (1 - self.confidence) / misses)
            columns = (column.reshape(len(measures), groups, frame.cells) for column in bounds)
            for measure, *of_measure in zip(measures, *columns, strict=True):
                found[measure.name] = _figures(Bounds._make(of_measure))
        return found

    @cached_property
    def _deviations(self) -> Mapping[str, list[Figures]]:
        """Of standard deviations, by measure and group."""
        bounds = deviation_bounds(self.pool.powers, self.confidence)
        return {
            f"{waits}_sd": _figures(Bounds._make(of_kind))
            for waits, *of_kind in zip(SPREADS, *bounds, strict=True)
        }


def as_known(measure: Measure, frame: Frame) -> Measure:
    """The measure as it is known here: of reshares where nobody can reshare, nothing is left to chance."""
    certain = measure.of_reshares and not any(public.reshared for public in frame.public)
    return replace(measure, chance="fixed") if certain else measure


def group_of(frame: Frame, series: Series) -> int:
    """Which group of waits the figure is about: 0 all types, then each type, team and shared promise."""
    if series.promise:
        return 1 + frame.groups + [one.name for one in frame.shared].index(series.promise)
    if series.team:
        return 1 + len(frame.types) + frame.teams.index(series.team)
    return ("", *frame.types).index(series.contacts)


def _figures(bounds: Bounds) -> list[Figures]:
    """Of rows of bounds, one each."""
    columns: list[list[Any]] = [told(column) for column in bounds]
    return list(map(Figures._make, zip(*columns, strict=True)))
