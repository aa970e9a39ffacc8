"""The rows of a shift table: which column is which, and the line of shifts that each row is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic_core import PydanticCustomError

from simcare.scenario import quantities as q
from simcare.scenario.cells import DateOrder, clock_in, date_in, date_order, stamp_in, weekdays_in
from simcare.scenario.faults import Fault, faults_in, refuse
from simcare.scenario.quantities import DAY, QuantityError
from simcare.scenario.shifts import Beginnings, Shift, laid_out
from simcare.scenario.source import shown
from simcare.scenario.tables import Table, cell_of

KNOWN_AS = {
    "day": ("date", "day", "days", "weekday", "weekdays", "shift date", "start date"),
    "start": ("start", "from", "begin", "start time", "shift start", "time from", "in"),
    "end": ("end", "to", "until", "end time", "shift end", "finish", "time to", "out"),
    "team": ("team", "group", "department", "desk", "queue"),
    "agents": ("agents", "headcount", "head count", "heads", "people", "staff", "count", "number"),
    "breaks": ("breaks", "break", "lunch", "pause", "pauses"),
    "break_start": ("break start", "break from", "lunch start"),
    "break_end": ("break end", "break to", "lunch end"),
}
"""The names by which a column is known, in small letters, the likelier first."""

DAY_OFF = frozenset({"", "-", "–", "off", "day off", "free"})
"""What stands for start and end on a day on which somebody is not due."""

T = TypeVar("T")


# ---- columns -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of the table: its name and position."""

    name: str
    index: int


@dataclass(frozen=True)
class Written:
    """What the scenario says of its table: names of columns by what they hold; the team or the weekdays of
    every row, if it has no column for them; what the table calls the teams.
    """

    columns: Mapping[str, str | None]
    team: str | None
    teams: Mapping[str, str]
    days: frozenset[int] | None


def columns_of(table: Table, written: Written) -> dict[str, Column]:
    """The columns of the table by what they hold, those not there left out; refuses a table without the
    columns that are needed.
    """
    plain = [" ".join(name.replace("_", " ").replace("-", " ").lower().split()) for name in table.columns]
    found: dict[str, Column] = {}
    for role, names in KNOWN_AS.items():
        given = written.columns[role]
        if given is not None:
            found[role] = Column(given, table.index(given, ("columns", role)))
            continue
        known = next((name for name in names if name in plain), None)
        if known is not None:
            at = plain.index(known)
            found[role] = Column(table.columns[at], table.index(table.columns[at], ("csv",)))
    if written.team is not None:
        found.pop("team", None)
    if written.days is not None:
        found.pop("day", None)
    needed = ["start", "end"] + ["team"] * (written.team is None)
    missing = [role for role in needed if role not in found]
    for role, other in (("break_start", "break_end"), ("break_end", "break_start")):
        if role not in found and other in found:
            missing.append(role)
    if missing:
        raise refuse(*(_missing(role, table) for role in missing))
    return found


def _missing(role: str, table: Table) -> Fault:
    names = ", ".join(table.columns[:20]) + (", …" if len(table.columns) > 20 else "")
    key = {"team": "team: NAME for a table of one team", "day": "days: daily for a table without days"}
    what = {"team": "the team", "day": "the day", "break_start": "a break's start", "break_end": "its end"}
    return Fault(
        f"a column of {table.file} for {what.get(role, f'the {role}')} ({', '.join(KNOWN_AS[role][:4])}, …)",
        f"name it with columns: {{{role}: NAME}}" + (f", or write {key[role]}" if role in key else ""),
        ("csv",),
        got=names,
    )


def order_of(columns: dict[str, Column], rows: Sequence[tuple[int, list[str]]]) -> DateOrder | None:
    """Whether the day or the month stands first in the dates of the table, as far as it matters."""
    try:
        return date_order(_dates(columns, rows))
    except QuantityError as error:
        raise refuse(Fault(error.expected, error.hint, ("csv",), got=str(error.got))) from None


def _dates(columns: dict[str, Column], rows: Sequence[tuple[int, list[str]]]) -> Iterator[str]:
    for role in ("day", "start", "end"):
        if role in columns:
            for _, row in rows:
                cell = cell_of(row, columns[role].index)
                stamp = stamp_in(cell)
                yield cell if stamp is None else stamp[0]


# ---- rows --------------------------------------------------------------------------------------------------


def shift_of(
    line: int,
    row: list[str],
    table: Table,
    columns: dict[str, Column],
    order: DateOrder | None,
    written: Written,
) -> Shift | None:
    """The line that a row is; None for a day off, or if it has faults, which are added to the table's."""
    cells = {role: cell_of(row, column.index) for role, column in columns.items()}
    if {cells["start"].lower(), cells["end"].lower()} <= DAY_OFF:
        return None
    wrong, before = table.wrong, table.wrong.count

    def named(role: str) -> str:
        return f"in column {shown(columns[role].name)}"

    def read(role: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(cells[role])
        except QuantityError as error:
            wrong.add(line, f"{error.expected} {named(role)}", error.got or None, str(error.hint))
            return None

    days = Beginnings(written.days or frozenset())
    if "day" in columns:
        days = read("day", lambda cell: _day(cell, order)) or days
    start = read("start", lambda cell: _moment(cell, order))
    if days == Beginnings(frozenset()) and start is not None and "day" not in columns:
        if start.day is None:
            raise refuse(_missing("day", table))
        days = Beginnings(frozenset(), frozenset((start.day,)))
    end = read("end", lambda cell: _moment(cell, order))
    team = written.team or read("team", lambda cell: _team(cell, written.teams))
    agents = read("agents", _heads) if "agents" in columns else 1
    pauses = (read("breaks", _pauses) if "breaks" in columns else None) or []
    if cells.get("break_start") or cells.get("break_end"):
        first, last = read("break_start", clock_in), read("break_end", clock_in)
        if first is not None and last is not None:
            pauses = [*pauses, (first % DAY, (last - first) % DAY)]
    if start is None or end is None or team is None or agents is None or wrong.count > before:
        return None
    if days.dates and start.day is not None and start.day not in days.dates:
        wrong.add(line, f"the day of column {shown(columns['day'].name)} {named('start')}", cells["start"])
    elif start.day is not None and end.day is not None and not 0 < end.ms - start.ms <= DAY:
        wrong.add(line, f"an end within 24 hours of the start {named('end')}", cells["end"])
    else:
        source = (table.file, line)
        try:
            to, breaks = laid_out(start.clock % DAY, end.clock, pauses)
            return Shift(team, days.weekdays, start.clock % DAY, to, agents, breaks, days.dates, source)
        except PydanticCustomError as error:
            for fault in faults_in(error):
                of = "end" if fault.at == ("to",) else "breaks" if "breaks" in columns else "break_start"
                wrong.say(line, f"expected {fault.expected} {named(of)}, got {fault.got or shown(cells[of])}")
    return None


@dataclass(frozen=True)
class _Moment:
    """A time of day, with its date if the cell has one."""

    clock: int
    day: date | None

    @property
    def ms(self) -> int:
        """Since 00:00 of some day long past, if it has a date."""
        return (self.day.toordinal() if self.day is not None else 0) * DAY + self.clock


def _moment(cell: str, order: DateOrder | None) -> _Moment:
    stamp = stamp_in(cell)
    if stamp is None:
        return _Moment(clock_in(cell), None)
    return _Moment(clock_in(stamp[1]), date_in(stamp[0], order))


def _day(cell: str, order: DateOrder | None) -> Beginnings:
    """Weekdays or a date, perhaps with the 00:00 that spreadsheets add."""
    weekdays = weekdays_in(cell)
    if weekdays is not None:
        return Beginnings(weekdays)
    stamp = stamp_in(cell)
    if stamp is not None and clock_in(stamp[1]) == 0:
        cell = stamp[0]
    try:
        return Beginnings(frozenset(), frozenset((date_in(cell, order),)))
    except QuantityError as error:
        if error.expected != "a date such as 2026-11-23":
            raise
        raise QuantityError("a date such as 2026-11-23 or weekdays such as mon-fri", cell) from None


def _team(cell: str, called: Mapping[str, str]) -> str:
    if not cell:
        raise QuantityError("a team", None)
    return called.get(cell, cell)


def _heads(cell: str) -> int:
    return q.parse_whole(q.number_in_text(cell), most=100_000, what="a number of agents")


def _pauses(cell: str) -> list[tuple[int, int]]:
    """Breaks such as ``12:00-13:00; 15:00-15:15``: (beginning, length)."""
    pauses = []
    for part in cell.replace("–", "-").replace(",", ";").split(";"):
        if part.strip().lower() in DAY_OFF:
            continue
        ends = part.split("-")
        if len(ends) != 2:
            raise QuantityError("breaks such as 12:00-13:00", cell)
        begin, end = (clock_in(each) for each in ends)
        if begin == end:
            raise QuantityError("breaks such as 12:00-13:00", cell)
        pauses.append((begin % DAY, (end - begin) % DAY))
    return pauses
