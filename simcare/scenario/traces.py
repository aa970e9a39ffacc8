"""Traces: recorded arrivals from a CSV file, laid on the days of a run.

Stamps are ISO 8601. One with an offset (or ``Z``) is converted to the wall clock of the scenario's time zone;
one without is read in the trace's time zone; where the clocks change, that can be a time that does not exist
or one that exists twice, and such rows are counted. Rows outside the horizon are left out and counted.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from simcare.scenario.clock import Clock
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.source import shown
from simcare.scenario.tables import Folder, Table, cell_of
from simcare.scenario.where import Conditions, rows_where


@dataclass(frozen=True)
class Trace:
    """Recorded arrivals: a CSV column of time stamps, the rows that count, and how its days are laid on the
    run's.
    """

    file: str
    column: str
    timezone: str | None
    where: Conditions
    align: Literal["dates", "weekday", "first-day"]
    resample: Literal["days", "weekdays"] | None = None


@dataclass(frozen=True)
class Doubt:
    """Rows of a trace in a run whose time, as the clocks change, does not exist or exists twice in a zone.

    `line` is the first of them; `converted` says whether they were carried over into another time zone.
    """

    kind: Literal["missing", "twice"]
    rows: int
    line: int
    file: str
    zone: str
    converted: bool


@dataclass(frozen=True)
class Replay:
    """The arrivals of a trace in a run: sorted ms since 00:00 of the first simulated day, what was left out,
    and what had to be guessed.
    """

    arrival_ms: array[int]
    rows: int
    outside: int
    first: date
    last: date
    doubts: tuple[Doubt, ...] = ()


def replay(trace: Trace, clock: Clock, folder: Folder) -> Replay:
    """Read a trace and lay it on the run's days.

    Refuses a file that cannot be read, unknown columns, stamps that are none, and a trace of which no row
    falls into the run.
    """
    stamps, unsure = read_stamps(trace, clock, folder)
    first, last = min(stamps).date(), max(stamps).date()
    origin = datetime.combine(
        clock.first_day - timedelta(days=_shift(trace, clock, first)), datetime.min.time()
    )
    all_ms = [ms_since(origin, stamp) for stamp in stamps]
    inside = sorted(ms for ms in all_ms if 0 <= ms < clock.horizon_ms)
    if not inside:
        days = f"from {clock.first_day} to {clock.date_of(clock.total_days - 1)}"
        raise refuse(
            Fault(
                f"a trace with rows on the simulated days, {days}",
                "set clock.start, or align: weekday or first-day",
                ("trace",),
                got=f"rows from {first} to {last}",
            )
        )
    doubts = tuple(doubts_of(trace, clock, [each for each in unsure if _inside(clock, origin, each.stamp)]))
    return Replay(array("q", inside), len(stamps), len(stamps) - len(inside), first, last, doubts)


def read_stamps(trace: Trace, clock: Clock, folder: Folder) -> tuple[list[datetime], list[Unsure]]:
    """The wall-clock times of the rows that count, at least one, and the unsure ones."""
    with folder.table(trace.file, "trace") as table:
        stamps, unsure = _stamps(trace, clock, table)
    if not stamps:
        wanted = " and ".join(f"{column} = {' or '.join(values)}" for column, values in trace.where)
        got = f"none with {wanted}" if wanted else "none"
        raise refuse(Fault("a trace with at least one row", at=("where",) if wanted else ("trace",), got=got))
    return stamps, unsure


def _shift(trace: Trace, clock: Clock, first: date) -> int:
    """By how many days the trace is moved later."""
    gap = (clock.first_day - first).days
    if trace.align == "dates":
        return 0
    return gap if trace.align == "first-day" else gap + (-gap) % 7


def ms_since(origin: datetime, stamp: datetime) -> int:
    """Milliseconds from one time to another, rounded down."""
    return (stamp - origin) // timedelta(milliseconds=1)


def _inside(clock: Clock, origin: datetime, stamp: datetime) -> bool:
    return 0 <= ms_since(origin, stamp) < clock.horizon_ms


@dataclass(frozen=True)
class Unsure:
    """A row whose time does not exist or exists twice."""

    kind: Literal["missing", "twice"]
    line: int
    stamp: datetime


def doubts_of(trace: Trace, clock: Clock, unsure: list[Unsure]) -> Iterator[Doubt]:
    """The unsure rows of each kind, counted."""
    zone = trace.timezone or clock.timezone
    kinds: tuple[Literal["missing", "twice"], ...] = ("missing", "twice")
    for kind in kinds:
        lines = [each.line for each in unsure if each.kind == kind]
        if lines:
            yield Doubt(kind, len(lines), min(lines), trace.file, zone, zone != clock.timezone)


def wall_clock(stamp: datetime, naive_in: ZoneInfo, here: ZoneInfo) -> datetime:
    """The wall-clock time here of a stamp with an offset, or of one without, read in a zone."""
    if stamp.tzinfo is None:
        if naive_in == here:
            return stamp
        stamp = stamp.replace(tzinfo=naive_in)
    return stamp.astimezone(here).replace(tzinfo=None)


def doubt_of(stamp: datetime, zone: ZoneInfo) -> Literal["missing", "twice"] | None:
    """Whether a naive time does not exist in a zone, or exists twice (PEP 495)."""
    before, after = (stamp.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if before == after or before is None or after is None:
        return None
    return "missing" if before < after else "twice"


def _stamps(trace: Trace, clock: Clock, table: Table) -> tuple[list[datetime], list[Unsure]]:
    """The wall-clock times, in the scenario's time zone, of the rows that count, and the unsure ones."""
    column = table.index(trace.column)
    here, naive_in = ZoneInfo(clock.timezone), ZoneInfo(trace.timezone or clock.timezone)
    stamps: list[datetime] = []
    unsure: list[Unsure] = []
    expected = f"a time stamp such as 2026-11-23T19:04:00Z in column {shown(trace.column)}"
    for line, row in rows_where(table, trace.where):
        text = cell_of(row, column)
        try:
            stamp = datetime.fromisoformat(text)
            if len(text) < 11:  # a date without a time of day
                raise ValueError
            doubt = doubt_of(stamp, naive_in) if stamp.tzinfo is None else None
            stamp = wall_clock(stamp, naive_in, here)
            stamps.append(stamp)
            if doubt is not None:
                unsure.append(Unsure(doubt, line, stamp))
        except (ValueError, OverflowError):
            table.wrong.add(line, expected, text or None, _iso_hint(text))
    table.wrong.stop()
    return stamps, unsure


def _iso_hint(text: str) -> str:
    """How ISO 8601 would write a time that is written in another way, as far as that is certain."""
    found = re.match(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?[ T]\s*(\d{1,2}:\d{2}(?::\d{2})?))?\Z", text)
    if found is None:
        try:
            return f"the time of day is missing, as in {date.fromisoformat(text)} 17:29"
        except ValueError:
            return ""
    first, mark, second, year, time = found.groups()
    for day, month in ((first, second), (second, first)):
        certain = int(day) > 12 or (mark == "." and day is first)
        if certain and int(day) <= 31 and 1 <= int(month) <= 12:
            return f"write {year}-{month:0>2}-{day:0>2} {time or '17:29':0>5} (ISO 8601)"
    return "write times such as 2026-03-27 17:29 (ISO 8601)"
