"""The Result of a run: estimates as tidy rows, differences between plans, sums by replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simcare.errors import UsageError
from simcare.experiment import output
from simcare.experiment.each import ReplicationRow, replication_rows
from simcare.experiment.figure import Figure
from simcare.experiment.rows import Line, Row, answers, is_about, is_at, lines_of
from simcare.measures.frame import Frame, window_of
from simcare.measures.names import no_such
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES
from simcare.measures.registry import measure as measure_named
from simcare.measures.sums import Series
from simcare.scenario.asked import Asked
from simcare.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


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
        promise. The other methods estimate only the rows they give.
        """
        return tuple(row for line in self._lines for row in line.rows())

    def select(self, **filters: str) -> tuple[Row, ...]:
        """The rows whose fields have the given values: ``select(measure="queue", plan="today", day="")``."""
        self._check_known(**filters)
        at = {name: filters.pop(name) for name in ("day", "interval") if name in filters}
        rows: list[Row] = []
        for line in self._lines:
            fields = self._fields_of(line)
            if all(fields[name] == value for name, value in filters.items()):
                rows += line.at(
                    [
                        (day, interval)
                        for day, interval in line.cells
                        if at.get("day", day) == day and at.get("interval", interval) == interval
                    ]
                )
        return tuple(rows)

    def row(
        self,
        plan: str,
        measure: str,
        *,
        contacts: str = "",
        team: str = "",
        promise: str = "",
        day: str = "",
        interval: str = "",
    ) -> Row | None:
        """The row of exactly these dimensions, None if there is none."""
        lines = self._lines_about.get((plan, measure, contacts, team), [])
        of_promise = [line for line in lines if line.about.promise == promise]
        place = (day, interval)
        return of_promise[0].at([place])[0] if of_promise and place in of_promise[0].cells else None

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
        lines = [
            line
            for line in self._lines_about.get((plan, measure, contacts, team), [])
            if (day, interval) in line.cells
        ]
        lines = [line for line in lines if promise == line.about.promise] or ([] if promise else lines)
        if len(lines) == 1:
            return lines[0].at([(day, interval)])[0]
        given = ", ".join(f"{name} {value!r}" for name, value in about.items() if value) or "in total"
        if lines:
            names = ", ".join(repr(line.about.promise) for line in lines)
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
        day: str = "",
        interval: str = "",
    ) -> Row:
        """How much greater the measure is under `plan` than under `against`, paired by replication.

        In total, or in a window that was asked for, by the `day` and `interval` of its rows.

        Both plans served the same contacts, so what they share falls out of the interval. The row's plan
        reads "`plan` minus `against`".
        """
        about = {"contacts": contacts, "team": team, "promise": promise, "day": day, "interval": interval}
        first = self.estimate(measure, plan=plan, **about)
        second = self.estimate(measure, plan=against, **about)
        found = self._figure(first).change(self._figure(second), self.scenario.experiment.confidence)
        return first._replace(
            plan=f"{plan} minus {against}", estimate=found.value, lower=found.lower, upper=found.upper
        )

    def replications(self, measures: Sequence[Asked] | None = None) -> tuple[ReplicationRow, ...]:
        """Every replication by itself, before they are averaged, in total and in the windows asked for: for
        statistics of your own; of all measures, or of those asked for.

        Percentiles are left out: they are taken of the waits of all replications together.
        """
        rows = replication_rows(self.scenario, self.frames, self.pools)
        if measures is None:
            return tuple(rows)
        clock = self.scenario.clock
        return tuple(row for row in rows if any(answers(row, one, clock) for one in measures))

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; pandas is imported here and nowhere else."""
        try:
            import pandas as pd
        except ImportError:
            raise UsageError("to_pandas() needs pandas: pip install 'simcare[pandas]'") from None
        return pd.DataFrame(self.rows, columns=list(Row._fields)).astype(
            {"estimate": float, "lower": float, "upper": float}
        )

    def asked(self, measures: Sequence[Asked]) -> tuple[Row, ...]:
        """The rows that answer what is asked for, in the order of `rows`."""
        clock = self.scenario.clock
        rows: list[Row] = []
        for line in self._lines:
            about = [one for one in measures if is_about(line.about, one)]
            rows += line.at([place for place in line.cells if any(is_at(place, one, clock) for one in about)])
        return tuple(rows)

    def to_json(self) -> str:
        """Header and rows as JSON, byte for byte the same for the same scenario, seed and version."""
        return output.to_json(self.header, self.rows)

    def to_csv(self) -> str:
        """The rows as CSV."""
        return output.to_csv(self.rows)

    # --- what is asked for ----------------------------------------------------------------------------------

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        """The rows, not yet estimated."""
        return tuple(lines_of(self.scenario, self.frames, self.pools))

    @cached_property
    def _lines_about(self) -> dict[tuple[str, ...], list[Line]]:
        """The lines by their dimensions but the promise."""
        lines: dict[tuple[str, ...], list[Line]] = {}
        for line in self._lines:
            about = line.about
            lines.setdefault((line.plan, about.measure, about.contacts, about.team), []).append(line)
        return lines

    def _fields_of(self, line: Line) -> dict[str, str]:
        """What all rows of a line have in common, by field."""
        return {"plan": line.plan, **line.about._asdict(), "unit": line.unit, "definition": line.definition}

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """For each field that rows can be selected by, the values that occur."""
        known: dict[str, set[str]] = {
            field: {""}
            for field in Row._fields
            if field not in ("estimate", "lower", "upper", "replications")
        }
        for line in self._lines:
            for field, value in self._fields_of(line).items():
                known[field].add(value)
        places = {place for line in self._lines for place in line.cells}
        for field, values in zip(("day", "interval"), zip(*places, strict=True), strict=True):
            known[field].update(values)
        return known

    def _check_known(self, **filters: str) -> None:
        for field, value in filters.items():
            if field not in self._known:
                raise no_such("field to select by", field, self._known)
            if value not in self._known[field]:
                raise no_such(field, value, self._known[field])

    def _plan(self, plan: str) -> str:
        if plan or len(self.pools) == 1:
            return plan or next(iter(self.pools))
        raise UsageError(f"say which plan: {', '.join(map(repr, self.pools))}")

    def _dimensions(self, name: str) -> str:
        return ", ".join(MEASURES[name].dimensions)

    def _cell(self, row: Row) -> int:
        """The cell of a row about the total or a window; every replication is kept of those alone."""
        if not (row.day or row.interval):
            return 0
        clock = self.scenario.clock
        for asked in self.scenario.measures:
            window = window_of(asked, clock)
            if window is not None and asked.labels(clock) == (row.day, row.interval):
                return self.frames[row.plan].cell_of(window)
        raise UsageError(
            f"differences are paired in total and in windows asked for, not at day {row.day!r}, interval "
            f"{row.interval!r}: ask for {row.measure} there with `measures`"
        )

    def _figure(self, row: Row) -> Figure:
        about = Series(row.measure, row.contacts, row.team, row.promise)
        frame, pool = self.frames[row.plan], self.pools[row.plan]
        return Figure(frame, pool, MEASURES[row.measure], about, self._cell(row))
