"""Shifts: lines of a shift table, people of a team on duty on some weekdays, with their breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

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
    WrittenAs,
)
from simcare.scenario.quantities import DAY
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import EVERY_DAY, parse_days


@dataclass(frozen=True)
class Shift:
    """A line of a shift table: so many people of a team on some weekdays.

    Times are ms since 00:00 of the day the shift begins; ``to_ms`` lies past 24:00 if it crosses midnight,
    and so may breaks.
    """

    team: str
    days: frozenset[int]
    from_ms: int
    to_ms: int
    agents: int
    breaks: tuple[tuple[int, int], ...] = ()

    @property
    def is_staffed(self) -> bool:
        """Whether there is anybody in it, and time outside its breaks, which do not overlap."""
        pauses = sum(end - begin for begin, end in self.breaks)
        return self.agents > 0 and pauses < self.to_ms - self.from_ms


class BreakForm(Form):
    """A break, inside its shift."""

    noun = "a break"

    at: Clock
    """When it begins. Examples: `12:00`"""

    for_: PositiveDuration = Field(alias="for")
    """How long it lasts. Examples: `1 h`"""


class ShiftForm(Form):
    """A line of a shift table: so many people of a team on some weekdays."""

    noun = "a shift"

    team: Name
    """The team. Examples: `frontline`"""

    days: Annotated[frozenset[int], Reads(parse_days, schemas.DAYS)] = EVERY_DAY
    """The weekdays it begins on.

    Default: `daily`. Examples: `mon-fri`, `[mon, wed]`
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
        if self.from_ == self.to:
            raise refuse(
                Fault(
                    "an end that differs from the beginning",
                    "for a whole day write from: 00:00, to: 24:00",
                    ("to",),
                )
            )
        to = self.to if self.to > self.from_ else self.to + DAY
        breaks: list[tuple[int, int]] = []
        faults = Faults()
        for i, pause in enumerate(self.breaks):
            begin = pause.at if pause.at >= self.from_ else pause.at + DAY
            end = begin + pause.for_
            got = f"one from {q.format_clock(begin)} to {q.format_clock(end)}"
            if end > to:
                within = f"from {q.format_clock(self.from_)} to {q.format_clock(to)}"
                faults.add(Fault(f"a break inside its shift, {within}", at=("breaks", i), got=got))
            elif any(begin < other_end and other < end for other, other_end in breaks):
                faults.add(Fault("breaks that do not overlap", at=("breaks", i), got=got + " beside another"))
            breaks.append((begin, end))
        faults.stop()
        return Shift(self.team, self.days, self.from_, to, self.agents, tuple(sorted(breaks)))


Shifts = tuple[Annotated[Shift, WrittenAs(ShiftForm)], ...]
