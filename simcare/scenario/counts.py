"""Counts of arrivals from a CSV file: contacts by interval, as telephone and help-desk tools export them.

The rate is constant over an interval and brings its count on average: the days are like those recorded, and
chance is drawn anew in every replication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from simcare.scenario import quantities as q
from simcare.scenario.cells import DateOrder
from simcare.scenario.clock import Clock, TimeZone
from simcare.scenario.count_rows import Counts, Zones, columns_of_counts, counts_in
from simcare.scenario.day_curves import Curve, DayCurve, Piece
from simcare.scenario.exports import filled_rows, order_of_dates
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.fields import Form, PositiveDuration, Text
from simcare.scenario.quantities import DAY, HOUR
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import WEEKDAYS
from simcare.scenario.where import Conditions, Where

MOST_ROWS = 1_000_000
"""A table of counts has at most this many rows: 57 years of half hours."""

MOST_PROBLEMS = 20
"""So many wrong rows of a table of counts are named."""


@dataclass(frozen=True)
class CountsTable:
    """Where counts are found: the columns of a CSV file, and how its rows are read."""

    csv: str
    column: str | None
    day: str | None
    time: str | None
    end: str | None
    where: Conditions
    interval: int | None
    timezone: str | None
    dates: DateOrder | None
    by: Literal["dates", "weekdays"]


@dataclass(frozen=True)
class Counted:
    """The curve that counts become in a run, and what is to be told of them.

    `first` and `last` are None for a table without dates. `outside` are rows on dates that are not simulated,
    `gaps` dates between the first and the last without any row, `never` simulated weekdays without any.
    """

    curve: Curve
    file: str
    rows: int
    first: date | None = None
    last: date | None = None
    outside: int = 0
    gaps: tuple[date, ...] = ()
    never: tuple[int, ...] = ()

    def notes(self, name: str) -> Iterator[str]:
        """What may surprise about the arrivals of a type."""
        if self.outside:
            rows = f"{self.outside:,} of {self.rows:,} rows of {self.file} for {name}"
            yield f"{rows} ({self.first} to {self.last}) lie outside the simulated days"
        if self.gaps:
            more = f" and {len(self.gaps) - 1} more days" if len(self.gaps) > 1 else ""
            yield f"{self.file} has no rows for {name} on {self.gaps[0]}{more}: days without arrivals"
        if self.never:
            days = ", ".join(WEEKDAYS[day] for day in self.never)
            yield f"{self.file} has no rows for {name} on {days}: nobody arrives then"


def count(table: CountsTable, clock: Clock, folder: Folder) -> Counted:
    """Read the counts and lay them on the days of a run.

    Refuses a file that cannot be read, wrong rows, an interval given twice, intervals of several lengths, and
    dates that do not hold all measured days.
    """
    with folder.table(table.csv, most_problems=MOST_PROBLEMS) as opened:
        columns = columns_of_counts(
            opened, {"day": table.day, "time": table.time, "end": table.end}, table.column
        )
        rows = filled_rows(opened, table.where, MOST_ROWS)
        order = table.dates or order_of_dates(columns, ("day", "time", "end"), rows)
        zones = Zones(ZoneInfo(table.timezone or clock.timezone), ZoneInfo(clock.timezone))
        counts, used, written = counts_in(rows, columns, order, zones)
    if not counts:
        wanted = " and ".join(f"{column} = {' or '.join(values)}" for column, values in table.where)
        got = f"none with {wanted}" if wanted else "none"
        raise refuse(Fault("a table of counts with at least one row", at=("csv",), got=got))
    of_dates = {day: of_day for day, of_day in counts.items() if isinstance(day, date)}
    of_weekdays = {day: of_day for day, of_day in counts.items() if isinstance(day, int)}
    if of_dates and of_weekdays:
        raise refuse(Fault("dates or weekdays in all rows", at=("csv",), got="both"))
    length = _length(counts, table.interval, written)
    if of_weekdays:
        weekly = tuple(_day_curve(of_weekdays.get(day, {}), length) for day in range(7))
        return Counted(Curve(weekly), table.csv, used, never=_never(of_weekdays, clock))
    return _on_dates(table, clock, of_dates, used, length)


def _on_dates(
    table: CountsTable, clock: Clock, counts: Mapping[date, Mapping[int, float]], rows: int, length: int
) -> Counted:
    """The dates as they are, and the means of weekdays for a warm-up before them; or those means alone."""
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    gaps = tuple(day for day in days if day not in counts)
    weekly = tuple(
        _mean([counts.get(day, {}) for day in days if day.weekday() == weekday], length)
        for weekday in range(7)
    )
    if table.by == "weekdays":
        never = _never({day.weekday() for day in counts}, clock)
        return Counted(Curve(weekly), table.csv, rows, first, last, gaps=gaps, never=never)
    end = clock.date_of(clock.total_days - 1)
    if not first <= clock.start <= end <= last:
        expected = f"counts for all measured days, {clock.start} to {end}"
        hint = "set clock.start and clock.days, or by: weekdays"
        raise refuse(Fault(expected, hint, ("csv",), got=f"rows from {first} to {last}"))
    dated = {day: _day_curve(counts.get(day, {}), length) for day in days if clock.first_day <= day <= end}
    outside = sum(len(of_day) for day, of_day in counts.items() if day not in dated)
    told = tuple(day for day in gaps if day in dated)
    return Counted(Curve(weekly, dated), table.csv, rows, first, last, outside, told)


def _never(seen: Mapping[int, object] | set[int], clock: Clock) -> tuple[int, ...]:
    """The weekdays of the run that are not among those seen."""
    simulated = {clock.weekday_of(day) for day in range(min(clock.total_days, 7))}
    return tuple(sorted(simulated.difference(seen)))


def _length(counts: Counts, given: int | None, written: int) -> int:
    """The length of the intervals: as given or as their ends are written, else the smallest step between
    times of day at which some begin.

    A single time of day is 00:00 of whole days. Refuses a length given that is not the one written, and
    intervals that would overlap or run over midnight.
    """
    if given and written and given != written:
        got = f"{q.write_duration(given)}; their ends are written in the table"
        raise refuse(Fault(f"intervals of {q.write_duration(written)}", at=("interval",), got=got))
    begins = sorted({begin for of_day in counts.values() for begin in of_day})
    steps = [later - earlier for earlier, later in pairwise(begins)]
    known = given or written
    if not known and not steps and begins != [0]:
        got = f"a table with {q.format_clock(begins[0])} as the only time of day"
        raise refuse(Fault("the key 'interval', the length of the intervals", got=got))
    length = known or min(steps, default=DAY)
    too_near = next((i for i, step in enumerate(steps) if step < length), None)
    if too_near is not None or length > DAY - begins[-1]:
        shown = begins[-1:] if too_near is None else begins[too_near : too_near + 2]
        got = f"{q.write_duration(length)} with beginnings at {', '.join(map(q.format_clock, shown))}"
        at, hint = (("interval",), "") if given else (("csv",), "" if written else "give the key `interval`")
        raise refuse(Fault("intervals that neither overlap nor run over midnight", hint, at, got=got))
    return length


def _day_curve(counts: Mapping[int, float], length: int) -> DayCurve:
    """The rate that brings the counts in their intervals, and nobody between them."""
    pieces: list[Piece] = []
    end = 0
    for begin in sorted(counts):
        rate = counts[begin] * HOUR / length
        pieces += [(end, begin, 0.0, 0.0), (begin, begin + length, rate, rate)]
        end = begin + length
    return tuple(piece for piece in (*pieces, (end, DAY, 0.0, 0.0)) if piece[0] < piece[1])


def _mean(days: Sequence[Mapping[int, float]], length: int) -> DayCurve:
    """The curve of the mean of some days."""
    begins = {begin for of_day in days for begin in of_day}
    sums = {begin: sum(of_day.get(begin, 0.0) for of_day in days) for begin in begins}
    return _day_curve({begin: total / len(days) for begin, total in sums.items()}, length)


# ---- the written form --------------------------------------------------------------------------------------


class CountColumns(Form):
    """The columns of a table of counts that have names of their own."""

    noun = "the columns of a table of counts"

    day: Text | None = None
    """The day of an interval: a date or weekdays. Examples: `Datum`"""

    time: Text | None = None
    """When an interval begins, perhaps with its date or its end. Examples: `Interval`"""

    end: Text | None = None
    """When an interval ends, if that has a column of its own. Examples: `Interval end`"""


class CountsForm(Form):
    """Counts of contacts by interval in a CSV file: a row an interval, of some days or of every week."""

    noun = "a table of counts"

    csv: Text
    """The CSV file, from the scenario's folder. Examples: `week.csv`"""

    column: Text | None = None
    """The column of the counts; it may be left out if there is only one. Examples: `complaints`"""

    columns: CountColumns = CountColumns()
    """Columns of day and time that have other names than the usual ones. Examples: `{day: Datum}`"""

    where: Where | None = None
    """Which rows count: the cells they hold. Examples: `{queue: complaints}`"""

    interval: PositiveDuration | None = None
    """How long each interval is; if left out, as its end is written, else as long as the smallest step
    between two of them.

    Examples: `30 min`
    """

    timezone: TimeZone | None = None
    """The time zone of times without one; the clock's if left out. Examples: `UTC`"""

    dates: Literal["day-first", "month-first"] | None = None
    """What stands first in dates such as 03/04/2026, if no row tells. Examples: `day-first`"""

    by: Literal["dates", "weekdays"] = "dates"
    """Whether each date of the file stands for itself, or the mean of each weekday for all such days.

    Default: `dates`. Examples: `weekdays`
    """

    def canonical(self, folder: Folder) -> CountsTable:
        """Where to find the counts; they are read when the days of the run are known."""
        return CountsTable(
            self.csv,
            self.column,
            self.columns.day,
            self.columns.time,
            self.columns.end,
            self.where or (),
            self.interval,
            self.timezone,
            self.dates,
            self.by,
        )
