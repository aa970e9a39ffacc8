"""Shift tables from a CSV file, as workforce tools export them: each row is a line of the plan's shifts.

A row has a day (a date or weekdays), a start, an end, a team, and a head count or one person's name. Which
column is which is told by its name; ``columns`` names those that have another.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from simcare.scenario import schemas
from simcare.scenario.exports import filled_rows, order_of_dates
from simcare.scenario.faults import Fault, name_fault, refuse
from simcare.scenario.fields import AS_LIST, AS_MAP, Form, Name, Reads, Text, WrittenAs, list_or_map
from simcare.scenario.roster_rows import Given, columns_of_roster, shift_of
from simcare.scenario.shifts import Shift, ShiftForm
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import parse_days
from simcare.scenario.where import Where

MOST_ROWS = 100_000
"""A shift table has at most this many rows."""


class RosterColumns(Form):
    """The columns of a shift table that have names of their own."""

    noun = "the columns of a shift table"

    day: Text | None = None
    """The day a shift begins: a date or weekdays. Examples: `Datum`"""

    start: Text | None = None
    """When duty begins, perhaps with its date. Examples: `Shift start`"""

    end: Text | None = None
    """When duty ends, perhaps with its date. Examples: `Shift end`"""

    team: Text | None = None
    """The team. Examples: `Queue`"""

    agents: Text | None = None
    """How many people; without such a column each row is one person. Examples: `Heads`"""

    breaks: Text | None = None
    """Times off duty, such as `12:00-13:00` or several with `;` between. Examples: `Lunch`"""

    break_start: Text | None = None
    """When the break begins, if it has columns of its own. Examples: `Lunch from`"""

    break_end: Text | None = None
    """When it ends. Examples: `Lunch to`"""


class RosterForm(Form):
    """A shift table in a CSV file: each row is a line."""

    noun = "a shift table"

    csv: Text
    """The CSV file, from the scenario's folder. Examples: `roster.csv`"""

    columns: RosterColumns = RosterColumns()
    """Columns that have other names than the usual ones. Examples: `{day: Datum, agents: Heads}`"""

    where: Where | None = None
    """Which rows count: the cells they hold. Examples: `{site: Jakarta}`"""

    team: Name | None = None
    """The team of every row, for a table of one team. Examples: `frontline`"""

    teams: dict[Text, Name] | None = None
    """What the table calls the teams, if more than capitals, blanks, hyphens and underscores differ.

    Examples: `{Service Desk 1: frontline}`
    """

    days: Annotated[frozenset[int], Reads(parse_days, schemas.DAYS)] | None = None
    """The weekdays of every row, for a table without days. Examples: `daily`"""

    dates: Literal["day-first", "month-first"] | None = None
    """What stands first in dates such as 03/04/2026, if no row tells. Examples: `day-first`"""

    by: Literal["dates", "weekdays"] = "dates"
    """Whether dates are meant as they are, or stand for their weekdays, so that one week repeats.

    Default: `dates`. Examples: `weekdays`
    """

    def canonical(self, folder: Folder) -> tuple[Shift, ...]:
        """The lines, one a row, in the order of the file."""
        with folder.table(self.csv, most_problems=MOST_ROWS) as table:
            given = Given(self.team, self.teams or {}, self.days)
            columns = columns_of_roster(table, self.columns.model_dump(), given)
            rows = filled_rows(table, self.where or (), MOST_ROWS)
            order = self.dates or order_of_dates(columns, ("day", "start", "end"), rows)
            read = [shift_of(row, columns, order, given) for row in rows]
            table.wrong.stop()
            if self.where is None and self.teams and not self.team:
                _check_called(self.teams, {columns.cell(row, "team") for row in rows}, table.file)
        shifts = tuple(shift for shift in read if shift is not None)
        if not shifts:
            got = "none" if not rows else f"{len(rows):,} without start and end"
            raise refuse(Fault("a shift table with at least one row that has a start", at=("csv",), got=got))
        return _repeated(shifts) if self.by == "weekdays" else shifts


Shifts = Annotated[
    Annotated[tuple[Annotated[Shift, WrittenAs(ShiftForm)], ...], Tag(AS_LIST)]
    | Annotated[tuple[Shift, ...], WrittenAs(RosterForm), Tag(AS_MAP)],
    Discriminator(list_or_map),
]
"""Lines of shifts: a list, or the table that holds them."""


def with_known_teams(shifts: tuple[Shift, ...] | None, teams: Collection[str]) -> tuple[Shift, ...] | None:
    """The lines of a table with its teams spelled as in the scenario, where only capitals, blanks, hyphens
    and underscores differ; anything else stays as it is, to be refused.
    """
    if not shifts or shifts[0].source is None:
        return shifts
    spelled: dict[str, list[str]] = {}
    for team in teams:
        spelled.setdefault(_letters(team), []).append(team)
    known = {
        name: spelled[_letters(name)][0]
        for name in {shift.team for shift in shifts}.difference(teams)
        if len(spelled.get(_letters(name), ())) == 1
    }
    return tuple(replace(shift, team=known.get(shift.team, shift.team)) for shift in shifts)


def _check_called(called: Collection[str], cells: Collection[str], file: str) -> None:
    """Refuse names that the table does not call any team."""
    teams = sorted(filter(None, cells))
    faults = [name_fault(name, teams, f"a team of {file}", of_key=True) for name in called]
    if any(faults):
        raise refuse(
            *(
                replace(fault, at=("teams", name))
                for name, fault in zip(called, faults, strict=True)
                if fault is not None
            )
        )


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c not in " -_")


def _repeated(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    """The lines with their dates read as weekdays; the dates must be those of one week."""
    dates = [day for shift in shifts for day in shift.dates]
    if dates and max(dates) - min(dates) >= timedelta(days=7):
        got = f"some from {min(dates)} to {max(dates)}"
        raise refuse(
            Fault("dates of at most seven days in a row, to stand for weekdays", at=("by",), got=got)
        )
    return tuple(
        replace(shift, days=shift.days | {day.weekday() for day in shift.dates}, dates=frozenset())
        for shift in shifts
    )
