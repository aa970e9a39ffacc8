"""The rows of a table of counts: when each interval begins, and how many contacts came in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simcare.scenario import quantities as q
from simcare.scenario.cells import (
    DateOrder,
    clock_in,
    date_in,
    length_in,
    length_until,
    stamp_in,
    weekdays_in,
    without_end,
)
from simcare.scenario.curves import MOST_PER_HOUR
from simcare.scenario.exports import Columns, NumberedRow, columns_of
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.quantities import DAY, HOUR, QuantityError
from simcare.scenario.tables import Table
from simcare.scenario.traces import doubt_of, wall_clock
from simcare.scenario.weekdays import EVERY_DAY, WEEKDAYS

KNOWN_AS = {
    "day": ("date", "day", "weekday"),
    "time": (
        *("timestamp", "datetime", "date time", "interval", "interval start", "start", "start time"),
        *("from", "begin", "time", "hour", "period"),
    ),
    "end": ("end", "to", "until", "interval end", "end time"),
    "count": ("count", "contacts", "arrivals", "offered", "volume"),
}
"""The names by which the columns are known, in small letters, the usual ones first."""

Counts = dict[date | int, dict[int, float]]
"""Contacts by day (a date, or a weekday, 0 for Monday) and beginning of the interval in ms since 00:00."""


@dataclass(frozen=True)
class Zones:
    """The time zone of stamps without one, and that of the run."""

    naive_in: ZoneInfo
    here: ZoneInfo


def columns_of_counts(table: Table, named: Mapping[str, str | None], count: str | None) -> Columns:
    """The columns of day and time, of which at least one is needed, and of the counts: the one called so,
    else the one of a usual name, else the only other one.
    """
    known_as = KNOWN_AS if count is None else {role: KNOWN_AS[role] for role in ("day", "time", "end")}
    columns = columns_of(table, known_as, named)
    if "day" not in columns and "time" not in columns:
        raise refuse(columns.missing("time", KNOWN_AS["time"]))
    if count is not None:
        return Columns(table, {**columns.index, "count": table.index(count)})
    if "count" in columns:
        return columns
    others = [i for i in range(len(table.columns)) if i not in columns.index.values()]
    if len(others) == 1:
        return Columns(table, {**columns.index, "count": others[0]})
    names = ", ".join(table.columns[i] for i in others[:20])
    raise refuse(Fault("the key 'column', the column of the counts", got=f"a table with {names or 'none'}"))


def counts_in(
    rows: Sequence[NumberedRow], columns: Columns, order: DateOrder | None, zones: Zones
) -> tuple[Counts, int, int]:
    """The counts, the number of rows that hold them, and the length of the intervals in ms as their written
    ends tell it (0 if none is written); wrong rows are added to those of the table, and so are such whose end
    makes another length than the first.

    A row with several weekdays, or with no day at all, counts on each. Where the clocks go back, an hour
    comes twice and its counts are added; any other interval given twice is wrong.
    """
    counts: Counts = {}
    line_of: dict[tuple[date | int, int], int] = {}
    wrong = columns.table.wrong
    used = 0
    lengths: dict[int, int] = {}  # each with the line on which it stands first
    for row in rows:
        begin = _beginning(row, columns, order, zones)
        number = columns.read(row, "count", _count)
        if begin is None or number is None:
            continue
        used += 1
        if begin.length and begin.length not in lengths:
            lengths[begin.length] = row[0]
            (length, line), *_ = lengths.items()
            if begin.length != length:
                all_alike = f"intervals as long as that of row {line}, {q.write_duration(length)}"
                wrong.say(row[0], f"expected {all_alike}, got one of {q.write_duration(begin.length)}")
        for day in begin.days:
            of_day = counts.setdefault(day, {})
            earlier = line_of.setdefault((day, begin.ms), row[0])
            if earlier != row[0] and not begin.comes_twice:
                called = WEEKDAYS[day] if isinstance(day, int) else str(day)
                got = f"{called} {q.format_clock(begin.ms)} again, as in row {earlier}"
                wrong.say(row[0], f"expected each interval once, got {got}")
            of_day[begin.ms] = of_day.get(begin.ms, 0.0) + number
    wrong.stop()
    return counts, used, next(iter(lengths), 0)


@dataclass(frozen=True)
class _Beginning:
    """When an interval begins: on one date or on weekdays, ms since 00:00; and how long it is, as far as its
    end is written (else 0).
    """

    days: tuple[date | int, ...]
    ms: int
    length: int = 0
    comes_twice: bool = False


def _beginning(
    row: NumberedRow, columns: Columns, order: DateOrder | None, zones: Zones
) -> _Beginning | None:
    """When the interval of a row begins; None if it has faults."""
    role = "time" if "time" in columns else "day"
    stamp = columns.read(row, role, lambda cell: _stamp(cell, order))
    if stamp is None:
        return None
    if isinstance(stamp, datetime):
        length = _length(row, columns, role, _clock_of(stamp), order)
        return None if length is None else _on_date(stamp, length, zones)
    if role == "time":
        ms = columns.read(row, "time", _time_of_day)
        length = _length(row, columns, "time", ms, order) if ms is not None else 0
        days = (
            columns.read(row, "day", lambda cell: _days(cell, order))
            if "day" in columns
            else tuple(EVERY_DAY)
        )
    else:
        ms, length = 0, 0
        days = columns.read(row, "day", lambda cell: _days(cell, order))
    if ms is None or length is None or days is None:
        return None
    if isinstance(days[0], date):
        return _on_date(datetime.combine(days[0], time()) + timedelta(milliseconds=ms), length, zones)
    return _Beginning(days, ms, length)


def _length(row: NumberedRow, columns: Columns, role: str, begin: int, order: DateOrder | None) -> int | None:
    """How long an interval is as its end is written, in a column of its own or beside the beginning; 0 if it
    is not, None if it has faults.
    """
    if columns.cell(row, "end"):
        end = columns.read(row, "end", lambda cell: _end(cell, order))
        return None if end is None else length_until(begin, end)
    return columns.read(row, role, length_in)


def _end(cell: str, order: DateOrder | None) -> int:
    stamp = _stamp(cell, order)
    return _clock_of(stamp) if isinstance(stamp, datetime) else clock_in(stamp)


def _clock_of(stamp: datetime) -> int:
    """Milliseconds since 00:00 as written."""
    return (stamp.replace(tzinfo=None) - datetime.combine(stamp.date(), time())) // timedelta(milliseconds=1)


def _on_date(stamp: datetime, length: int, zones: Zones) -> _Beginning:
    """The beginning on the wall clock of the run."""
    twice = stamp.tzinfo is not None or doubt_of(stamp, zones.naive_in) == "twice"
    stamp = wall_clock(stamp, zones.naive_in, zones.here)
    return _Beginning((stamp.date(),), _clock_of(stamp), length, twice or zones.naive_in != zones.here)


def _stamp(cell: str, order: DateOrder | None) -> datetime | str:
    """The date and time of a cell that holds both; the cell itself if it does not."""
    if cell[:4].isdecimal() and len(cell) > len("2026-11-23") and without_end(cell) == cell:
        try:
            stamp = datetime.fromisoformat(cell)  # perhaps with an offset
        except ValueError:
            pass
        else:
            date_in(str(stamp.date()))  # which refuses years that nobody means
            return stamp
    parts = stamp_in(cell)
    if parts is None:
        return cell
    at = datetime.combine(date_in(parts[0], order), time())
    return at + timedelta(milliseconds=clock_in(parts[1]))


def _time_of_day(cell: str) -> int:
    """Milliseconds since 00:00; ``8`` is the hour from 08:00, ``08:00-08:30`` begins at 08:00."""
    cell = without_end(cell)
    ms = int(cell) * HOUR if cell.isdecimal() and len(cell) <= 2 else clock_in(cell)
    if ms >= DAY:
        raise QuantityError("a time of day before 24:00", cell)
    return ms


def _days(cell: str, order: DateOrder | None) -> tuple[date | int, ...]:
    """Weekdays or one date."""
    weekdays = weekdays_in(cell)
    if weekdays is not None:
        return tuple(sorted(weekdays))
    stamp = stamp_in(cell)
    return (date_in(cell if stamp is None else stamp[0], order),)


def _count(cell: str) -> float:
    """A number of contacts; an empty cell is none."""
    number = q.number_in_text(cell or "0")
    if isinstance(number, float) and 0 <= number <= MOST_PER_HOUR:
        return number
    raise QuantityError(f"a number of contacts from 0 to {MOST_PER_HOUR:_.0f}", cell)
