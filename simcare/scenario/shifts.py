"""Shifts: lines of a shift table, people of a team on duty on some days, with their breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, Faults, refuse
from simcare.scenario.fields import (
    Agents,
    Clock,
    ClockOrMidnight,
    Form,
    Name,
    PositiveDuration,
    Reads,
)
from simcare.scenario.quantities import DAY
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import EVERY_DAY, parse_days


@dataclass(frozen=True)
class Shift:
    """A line of a shift table: so many people of a team, on some weekdays and dates.

    Times are ms since 00:00 of the day the shift begins; ``to_ms`` lies past 24:00 if it crosses midnight,
    and so may breaks. ``source`` is the file and the row of a line that was read from a table.
    """

    team: str
    days: frozenset[int]
    from_ms: int
    to_ms: int
    agents: int
    breaks: tuple[tuple[int, int], ...] = ()
    dates: frozenset[date] = frozenset()
    source: tuple[str, int] | None = field(default=None, compare=False)

    @property
    def is_staffed(self) -> bool:
        """Whether there is anybody in it, and time outside its breaks, which do not overlap."""
        pauses = sum(end - begin for begin, end in self.breaks)
        return self.agents > 0 and pauses < self.to_ms - self.from_ms

    def begins_on(self, day: date) -> bool:
        """Whether people of this line come on a day of the calendar."""
        return day.weekday() in self.days or day in self.dates


def laid_out(
    from_: int, to: int, pauses: Sequence[tuple[int, int]]
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The end and the breaks of a shift, in ms since 00:00 of the day it begins.

    `from_`, `to` and the beginnings of `pauses` (beginning, length) are times of day. An end that is not
    after the beginning is on the next day. Refuses a shift of no length, and breaks outside it or over each
    other.
    """
    if from_ == to:
        hint = "for a whole day write from: 00:00, to: 24:00"
        raise refuse(Fault("an end that differs from the beginning", hint, ("to",)))
    to = to if to > from_ else to + DAY
    breaks: list[tuple[int, int]] = []
    faults = Faults()
    for i, (at, length) in enumerate(pauses):
        begin = at if at >= from_ else at + DAY
        end = begin + length
        got = f"one from {q.format_clock(begin)} to {q.format_clock(end)}"
        if end > to:
            within = f"from {q.format_clock(from_)} to {q.format_clock(to)}"
            faults.add(Fault(f"a break inside its shift, {within}", at=("breaks", i), got=got))
        elif any(begin < other_end and other < end for other, other_end in breaks):
            faults.add(Fault("breaks that do not overlap", at=("breaks", i), got=got + " beside another"))
        breaks.append((begin, end))
    faults.stop()
    return to, tuple(sorted(breaks))


# ---- the written form --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Beginnings:
    """The days on which a line's people come: weekdays (0 = Monday) and dates."""

    weekdays: frozenset[int]
    dates: frozenset[date] = frozenset()


def _beginnings(written: Any) -> Beginnings:
    """Weekdays as `parse_days` reads them, dates, or a list of both."""
    parts = written if isinstance(written, list) else [written]
    faults, weekdays, dates = Faults(), [], set()
    for i, part in enumerate(parts):
        at = (i,) if isinstance(written, list) else ()
        if isinstance(part, str) and part[:4].isdigit():
            dates.add(faults.read(q.parse_date, part, at))
        else:
            weekdays.append(part)
    faults.stop()
    return Beginnings(parse_days(weekdays) if weekdays or not dates else frozenset(), frozenset(dates))


class BreakForm(Form):
    """A break, inside its shift."""

    noun = "a break"

    at: Clock
    """When it begins. Examples: `12:00`"""

    for_: PositiveDuration = Field(alias="for")
    """How long it lasts. Examples: `1 h`"""


class ShiftForm(Form):
    """A line of a shift table: so many people of a team on some days."""

    noun = "a shift"

    team: Name
    """The team. Examples: `frontline`"""

    days: Annotated[Beginnings, Reads(_beginnings, schemas.DAYS)] = Beginnings(EVERY_DAY)
    """The days it begins on: weekdays, dates, or a list of both.

    Default: `daily`. Examples: `mon-fri`, `[mon, wed]`, `[sat, 2026-12-24]`
    """

    from_: Clock = Field(alias="from")
    """When duty begins. Examples: `08:00`"""

    to: ClockOrMidnight
    """When duty ends; not after `from` means the next day. Examples: `17:00`, `24:00`"""

    agents: Agents
    """How many people. Examples: `5`"""

    breaks: tuple[BreakForm, ...] = ()
    """Times off duty within the shift. Examples: `[{at: 12:00, for: 1 h}]`"""

    def canonical(self, folder: Folder) -> Shift:
        """The shift on one axis of time."""
        pauses = [(pause.at, pause.for_) for pause in self.breaks]
        to, breaks = laid_out(self.from_, self.to, pauses)
        weekdays, dates = self.days.weekdays, self.days.dates
        return Shift(self.team, weekdays, self.from_, to, self.agents, breaks, dates)
