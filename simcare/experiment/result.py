"""The Result of a run: estimates as tidy rows, differences between plans, sums by replication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcare.errors import UsageError
from simcare.experiment import output
from simcare.experiment.rows import Row, rows_of
from simcare.measures.frame import Frame
from simcare.measures.intervals import Estimate, Totals, Waits, quantile_difference, ratio_difference
from simcare.measures.names import no_such
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.registry import measure as measure_named
from simcare.measures.service import WAITS
from simcare.measures.sums import Series, series_of
from simcare.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


class ReplicationRow(NamedTuple):
    """One measure of one replication in total: numerator / denominator is its value, in its unit."""

    plan: str
    replication: int
    measure: str
    contacts: str
    team: str
    promise: str
    numerator: float
    denominator: float


@dataclass(frozen=True, eq=False)
class Result:
    """What a run found. ``header`` says of what and how; ``rows`` holds every estimate.

    The header has ``title``, ``source``, ``scenario_hash``, ``seed``, ``version``, ``replications``,
    ``confidence``, ``days``, ``start``, ``timezone``, ``plans``, ``promises`` (each with its formula in
    words) and ``notes``.
    """

    header: Mapping[str, Any]
    scenario: Scenario
    frames: Mapping[str, Frame]
    pools: Mapping[str, Pool]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every estimate: by plan and measure; in total, then by day and interval, contact type, team and
        promise.
        """
        return tuple(rows_of(self.scenario, self.frames, self.pools))

    def select(self, **filters: str) -> tuple[Row, ...]:
        """The rows whose fields have the given values: ``select(measure="queue", plan="today", day="")``."""
        self._check_known(**filters)
        chosen = {Row._fields.index(field): value for field, value in filters.items()}
        return tuple(row for row in self.rows if all(row[place] == value for place, value in chosen.items()))

    def estimate(
        self,
        measure: str,
        *,
        plan: str = "",
        contacts: str = "",
        team: str = "",
        promise: str = "",
        day: str = "",
        interval: str = "",
    ) -> Row:
        """The one row of that measure, in total unless a dimension is given.

        The plan may be left out if there is only one, and so may the promise where only one applies. Raises
        `UsageError` if there is no such row, or more than one.
        """
        plan = self._plan(plan)
        about = {"contacts": contacts, "team": team, "day": day, "interval": interval}
        self._check_known(plan=plan, measure=measure_named(measure).name, promise=promise, **about)
        rows = self._by_dimensions.get((plan, measure, contacts, team, day, interval), [])
        rows = [row for row in rows if promise in ("", row.promise)]
        if len(rows) == 1:
            return rows[0]
        given = ", ".join(f"{name} {value!r}" for name, value in about.items() if value) or "in total"
        if rows:
            names = ", ".join(repr(row.promise) for row in rows)
            raise UsageError(f"{measure} ({given}) is given for several promises: say which of {names}")
        raise UsageError(f"{measure} is not given for {given}; it is given by {self._dimensions(measure)}")

    def difference(
        self,
        measure: str,
        plan: str,
        against: str,
        *,
        contacts: str = "",
        team: str = "",
        promise: str = "",
    ) -> Row:
        """How much greater the measure is under `plan` than under `against`, in total, paired by replication.

        Both plans served the same contacts, so what they share falls out of the interval. The row's plan
        reads "`plan` minus `against`".
        """
        first = self.estimate(measure, plan=plan, contacts=contacts, team=team, promise=promise)
        second = self.estimate(measure, plan=against, contacts=contacts, team=team, promise=promise)
        one = measure_named(measure)
        confidence = self.scenario.experiment.confidence
        found: Estimate
        if one.waits:
            found = quantile_difference(
                one.probability, self._waits(first, one), self._waits(second, one), confidence
            )
        else:
            days = float(self.pools[first.plan].days_seen(self.frames[first.plan], self._series(first))[0])
            found = ratio_difference(one, self._totals(first), self._totals(second), confidence, days)
        return first._replace(
            plan=f"{plan} minus {against}", estimate=found.value, lower=found.lower, upper=found.upper
        )

    def replications(self) -> tuple[ReplicationRow, ...]:
        """The totals of every replication, before they are averaged: for statistics of your own."""
        rows = []
        for plan, pool in self.pools.items():
            series = series_of(self.frames[plan])
            scales = [MEASURES[one.measure].scale for one in series]
            sums = zip(pool.numerators.tolist(), pool.denominators.tolist(), strict=True)
            for replication, (over, under) in enumerate(sums):
                for one, scale, numerator, denominator in zip(series, scales, over, under, strict=True):
                    rows.append(ReplicationRow(plan, replication, *one, numerator * scale, denominator))
        return tuple(rows)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; pandas is imported here and nowhere else."""
        try:
            import pandas as pd
        except ImportError:
            raise UsageError("to_pandas() needs pandas: pip install 'simcare[pandas]'") from None
        return pd.DataFrame(self.rows, columns=list(Row._fields)).astype(
            {"estimate": float, "lower": float, "upper": float}
        )

    def to_json(self) -> str:
        """Header and rows as JSON, byte for byte the same for the same scenario, seed and version."""
        return output.to_json(self.header, self.rows)

    def to_csv(self) -> str:
        """The rows as CSV."""
        return output.to_csv(self.rows)

    # --- what is asked for ----------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """For each field that rows can be selected by, the values that occur."""
        fields = [
            field for field in Row._fields if field not in ("estimate", "lower", "upper", "replications")
        ]
        return {field: {str(row[Row._fields.index(field)]) for row in self.rows} | {""} for field in fields}

    def _check_known(self, **filters: str) -> None:
        for field, value in filters.items():
            if field not in self._known:
                raise no_such("field to select by", field, self._known)
            if value not in self._known[field]:
                raise no_such(field, value, self._known[field])

    @cached_property
    def _by_dimensions(self) -> dict[tuple[str, ...], list[Row]]:
        """The rows by all their dimensions but the promise."""
        rows: dict[tuple[str, ...], list[Row]] = {}
        for row in self.rows:
            place = (row.plan, row.measure, row.contacts, row.team, row.day, row.interval)
            rows.setdefault(place, []).append(row)
        return rows

    def _plan(self, plan: str) -> str:
        if plan or len(self.pools) == 1:
            return plan or next(iter(self.pools))
        raise UsageError(f"say which plan: {', '.join(map(repr, self.pools))}")

    def _dimensions(self, name: str) -> str:
        return ", ".join(MEASURES[name].dimensions)

    def _series(self, row: Row) -> int:
        about = Series(row.measure, row.contacts, row.team, row.promise)
        return series_of(self.frames[row.plan]).index(about)

    def _totals(self, row: Row) -> Totals:
        pool, series = self.pools[row.plan], self._series(row)
        return Totals(pool.numerators[:, series], pool.denominators[:, series])

    def _waits(self, row: Row, one: Measure) -> tuple[Waits, Totals]:
        pool, frame = self.pools[row.plan], self.frames[row.plan]
        kind, group = WAITS.index(one.waits), ("", *frame.types).index(row.contacts)
        totals = Totals(
            pool.waits_below[:, kind, group].astype(np.float64),
            pool.waits_of[:, kind, group].astype(np.float64),
        )
        return pool.waits(frame, kind, group, 0), totals
