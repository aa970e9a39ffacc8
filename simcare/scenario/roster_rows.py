"""The rows of a shift table: which column is which, and the line of shifts that each row is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic_core import PydanticCustomError

from simcare.scenario import quantities as q
from simcare.scenario.cells import DateOrder, clock_in, date_in, stamp_in, weekdays_in
from simcare.scenario.exports import ROLES, Columns, NumberedRow, columns_of
from simcare.scenario.faults import Fault, faults_in, refuse
from simcare.scenario.quantities import DAY, QuantityError
from simcare.scenario.shifts import Beginnings, Shift, laid_out
from simcare.scenario.source import shown
from simcare.scenario.tables import Table

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
"""The names by which a column is known, in small letters, the usual ones first."""

DAY_OFF = frozenset({"", "-", "–", "off", "day off", "free"})
"""What stands for start and end on a day on which somebody is not due."""


@dataclass(frozen=True)
class Given:
    """What the scenario says of every row: its team or its weekdays, if the table has no column for them; and
    what the table calls the teams.
    """

    team: str | None
    teams: Mapping[str, str]
    days: frozenset[int] | None


def columns_of_roster(table: Table, named: Mapping[str, str | None], given: Given) -> Columns:
    """The columns of the table by what they hold.

    Refuses a table without those that are needed, and one that holds what the scenario says of every row.
    """
    columns = columns_of(table, KNOWN_AS, named)
    written = {"team": given.team, "day": given.days}
    both = [role for role, key in written.items() if key is not None and role in columns]
    if both:
        raise refuse(*(_both(role, columns.named(role)) for role in both))
    needed = ["start", "end"]
    if given.team is None:
        needed.append("team")
    if "break_start" in columns or "break_end" in columns:
        needed += ["break_start", "break_end"]
    missing = [_missing(columns, role) for role in needed if role not in columns]
    if missing:
        raise refuse(*missing)
    return columns


def _both(role: str, where: str) -> Fault:
    """The fault of a table with teams or days of its own, where the scenario says them too."""
    key = {"team": "team", "day": "days"}[role]
    return Fault(
        f"{ROLES[role]} from the key '{key}' or from the table",
        f"leave '{key}' out" + ", or say with `teams` what the table calls them" * (role == "team"),
        (key,),
        got=f"both, the latter {where}",
    )


def _missing(columns: Columns, role: str) -> Fault:
    instead = {"team": "team: NAME for a table of one team", "day": "days: daily for a table without days"}
    return columns.missing(role, KNOWN_AS[role], instead.get(role, ""))


def shift_of(row: NumberedRow, columns: Columns, order: DateOrder | None, given: Given) -> Shift | None:
    """The line that a row is; None for a day off, or if it has faults, which are added to the table's."""
    start_cell, end_cell = columns.cell(row, "start"), columns.cell(row, "end")
    if {start_cell.lower(), end_cell.lower()} <= DAY_OFF:
        _check_day_off(row, columns, order)
        return None
    line, wrong = row[0], columns.table.wrong
    before = wrong.count
    days = Beginnings(given.days or frozenset())
    if "day" in columns:
        days = columns.read(row, "day", lambda cell: _day(cell, order)) or days
    start = columns.read(row, "start", lambda cell: _moment(cell, order))
    if given.days is not None and start is not None and start.day is not None:
        raise refuse(_both("day", columns.named("start")))
    if given.days is None and "day" not in columns and start is not None:
        if start.day is None:
            raise refuse(_missing(columns, "day"))
        days = Beginnings(frozenset(), frozenset((start.day,)))
    end = columns.read(row, "end", lambda cell: _moment(cell, order))
    team = given.team or columns.read(row, "team", lambda cell: _team(cell, given.teams))
    agents = columns.read(row, "agents", _heads) if "agents" in columns else 1
    pauses = _all_pauses(row, columns)
    if start is None or end is None or team is None or agents is None or wrong.count > before:
        return None
    if days.dates and start.day is not None and start.day not in days.dates:
        expected = columns.named("day").replace("in ", "the day of ", 1)
        wrong.add(line, f"{expected} {columns.named('start')}", start_cell)
        return None
    if start.day is not None and end.day is not None and not 0 < end.ms - start.ms <= DAY:
        wrong.add(line, f"an end within 24 hours of the start {columns.named('end')}", end_cell)
        return None
    from_ms = start.clock % DAY
    try:
        to_ms, breaks = laid_out(from_ms, end.clock, pauses)
    except PydanticCustomError as error:
        for fault in faults_in(error):
            role = "end" if fault.at == ("to",) else "breaks" if "breaks" in columns else "break_start"
            got = fault.got or shown(columns.cell(row, role))
            wrong.say(line, f"expected {fault.expected} {columns.named(role)}, got {got}")
        return None
    source = (columns.table.file, line)
    return Shift(team, days.weekdays, from_ms, to_ms, agents, breaks, days.dates, source)


def _check_day_off(row: NumberedRow, columns: Columns, order: DateOrder | None) -> None:
    """Add the faults of a row without start and end: what it holds all the same must be readable."""
    checks: dict[str, Callable[[str], object]] = {
        "day": lambda cell: _day(cell, order),
        "agents": _heads,
        "breaks": _pauses,
    }
    for role, parse in checks.items():
        if columns.cell(row, role).lower() not in DAY_OFF:
            columns.read(row, role, parse)


# ---- cells -------------------------------------------------------------------------------------------------


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
    try:
        return q.parse_whole(q.number_in_text(cell), most=100_000, what="a whole number of agents")
    except QuantityError as error:
        raise QuantityError(error.expected, cell or None) from None  # as it is written, not -2.0


def _all_pauses(row: NumberedRow, columns: Columns) -> list[tuple[int, int]]:
    """The breaks of a row, of one column or of two: (beginning, length)."""
    pauses = (columns.read(row, "breaks", _pauses) if "breaks" in columns else None) or []
    if columns.cell(row, "break_start") or columns.cell(row, "break_end"):
        first = columns.read(row, "break_start", clock_in)
        last = columns.read(row, "break_end", clock_in)
        if first is not None and last is not None:
            pauses.append((first % DAY, (last - first) % DAY))
    return pauses


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
