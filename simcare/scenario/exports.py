"""Tables as other tools export them: which column plays which role, and what its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from simcare.scenario.cells import DateOrder, DatesDoNotTell, date_order, stamp_in
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import shown
from simcare.scenario.tables import Table, cell_of
from simcare.scenario.where import Conditions, rows_where

NumberedRow = tuple[int, list[str]]
"""A row with the number of its line."""

ROLES = {
    "day": "the day",
    "time": "the times of intervals",
    "count": "the counts",
    "start": "the start",
    "end": "the end",
    "team": "the team",
    "agents": "the head count",
    "breaks": "the breaks",
    "break_start": "a break's start",
    "break_end": "a break's end",
}
"""What a column may hold, for messages."""

T = TypeVar("T")


@dataclass(frozen=True)
class Columns:
    """The columns of an open table by their roles; a role that no column plays is missing."""

    table: Table
    index: Mapping[str, int]

    def __contains__(self, role: str) -> bool:
        return role in self.index

    def cell(self, row: NumberedRow, role: str) -> str:
        """The cell of a role, empty if no column plays it."""
        return cell_of(row[1], self.index[role]) if role in self.index else ""

    def read(self, row: NumberedRow, role: str, parse: Callable[[str], T]) -> T | None:
        """What `parse` makes of the cell of a role; None, and one more wrong row, if it refuses."""
        try:
            return parse(self.cell(row, role))
        except QuantityError as error:
            expected = f"{error.expected} {self.named(role)}"
            self.table.wrong.add(row[0], expected, error.got or None, str(error.hint))
            return None

    def named(self, role: str) -> str:
        """For messages: in which column."""
        return f"in column {shown(self.table.columns[self.index[role]])}"

    def missing(self, role: str, known_as: Sequence[str], instead: str = "") -> Fault:
        """The fault of a table in which no column plays a role."""
        names = self.table.columns
        return Fault(
            f"a column of {self.table.file} for {ROLES[role]} ({', '.join(known_as[:4])}, …)",
            f"name it with columns: {{{role}: NAME}}" + f", or write {instead}" * bool(instead),
            ("csv",),
            got=", ".join(names[:20]) + ", …" * (len(names) > 20),
        )


def columns_of(
    table: Table, known_as: Mapping[str, Sequence[str]], given: Mapping[str, str | None]
) -> Columns:
    """The columns of a table by role: as `given`, else the one that bears a name of `known_as`.

    Those are compared in small letters, with blanks for hyphens and underscores. Refuses a role that several
    columns could play, as long as none is given; a column given for one role plays no other.
    """
    plain = [" ".join(name.replace("_", " ").replace("-", " ").lower().split()) for name in table.columns]
    found = {
        role: table.index(called, ("columns", role)) for role, called in given.items() if called is not None
    }
    taken = frozenset(found.values())
    faults = []
    for role, names in known_as.items():
        playing = [i for i, name in enumerate(plain) if name in names and i not in taken]
        if role in found or not playing:
            continue
        bearing = [table.columns[i] for i in playing]
        if len(set(bearing)) > 1:
            expected, got = f"one column of {table.file} for {ROLES[role]}", " and ".join(map(shown, bearing))
            hint = "column: NAME" if role == "count" else f"columns: {{{role}: NAME}}"
            faults.append(Fault(expected, f"say which with {hint}", ("csv",), got=got))
        else:
            found[role] = table.index(bearing[0], ("csv",))
    if faults:
        raise refuse(*faults)
    return Columns(table, found)


def filled_rows(table: Table, conditions: Conditions, most: int) -> list[NumberedRow]:
    """The rows that meet all conditions and are not blank; refuses more than `most`."""
    filled = (row for row in rows_where(table, conditions) if any(map(str.strip, row[1])))
    rows = list(islice(filled, most + 1))
    if len(rows) > most:
        raise refuse(Fault(f"a table of at most {most:_} rows", at=("csv",), got="more"))
    return rows


def order_of_dates(columns: Columns, roles: Sequence[str], rows: Sequence[NumberedRow]) -> DateOrder | None:
    """Whether the day or the month stands first in the dates of some columns, as far as it matters."""
    line_of: dict[str, int] = {}
    for role in roles:
        for row in rows if role in columns else ():
            cell = columns.cell(row, role)
            stamp = stamp_in(cell)
            line_of.setdefault(cell if stamp is None else stamp[0], row[0])
    try:
        return date_order(line_of)
    except DatesDoNotTell as error:
        got = " and ".join(f"{cell} in row {line_of[cell]}" for cell in error.cells)
        raise refuse(Fault(error.expected, error.hint, ("csv",), got=got)) from None
