"""A figure: one measure of one plan, about some contacts or team, in one cell; and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcare.measures.differences import (
    Change,
    Totals,
    capped,
    deviation_change,
    quantile_change,
    ratio_change,
    tail_change,
)
from simcare.measures.estimated import as_known, group_of
from simcare.measures.frame import Float, Frame
from simcare.measures.intervals import Estimate
from simcare.measures.pool import Pool
from simcare.measures.quantiles import Waits
from simcare.measures.registry import Measure
from simcare.measures.sums import Series, series_of
from simcare.measures.waits import SPREADS


@dataclass(frozen=True)
class Figure:
    """What a figure is read off: ``about`` says of whom it is, ``cell`` in what part of the time measured."""

    frame: Frame
    pool: Pool
    measure: Measure
    about: Series
    cell: int = 0

    def estimate(self, confidence: float) -> Estimate:
        """The figure and its interval."""
        return self.pool.estimated(self.frame, confidence).of(self.measure, self.about).at(self.cell)

    def change(self, other: Figure, confidence: float, times: float = 1.0) -> Change:
        """How much greater it is than `times` the other, which is of the same measure, paired by replication.

        Both must be in total or in a window that was asked for, of which every replication is kept.
        """
        if self.measure.tail:
            return tail_change(self.measure.tail, self._daily(), other._daily(), confidence, times)
        if self.measure.probability:
            return quantile_change(self.measure.probability, self._waits(), other._waits(), confidence, times)
        if self.measure.waits:
            return deviation_change(self._powers(), other._powers(), confidence, times)
        days = float(self.pool.days_seen(self.frame)[self._number(), self.cell])
        found = ratio_change(
            as_known(self.measure, self.frame), self.totals(), other.totals(), confidence, days, times
        )
        return capped(found, self.estimate(confidence), other.estimate(confidence)) if found.same else found

    def totals(self) -> Totals:
        """Numerators and denominators by replication, of a measure that is a ratio of sums."""
        number, kept, pool = self._number(), self._kept(), self.pool.by_replication
        return Totals(pool.numerators[:, number, kept], pool.denominators[:, number, kept])

    def _number(self) -> int:
        summed = self.about._replace(measure=self.measure.of or self.measure.name)
        return series_of(self.frame).index(summed)

    def _kept(self) -> int:
        return self.frame.kept_cells.index(self.cell)

    def _waits(self) -> tuple[Waits, Totals]:
        pool, frame, kept = self.pool, self.frame, self._kept()
        kind, group = frame.kind_of(self.measure.waits), group_of(frame, self.about)
        totals = Totals(
            np.cumsum(pool.by_replication.waits_at[:, kind, group, kept], axis=-1, dtype=np.float64),
            pool.by_replication.waits_of[:, kind, group, kept, np.newaxis],
        )
        return pool.waits(frame, kind, group, self.cell), totals

    def _powers(self) -> Float:
        group = group_of(self.frame, self.about)
        return self.pool.by_replication.powers[:, SPREADS.index(self.measure.waits), group, self._kept()]

    def _daily(self) -> Float:
        return self.pool.by_replication.daily
