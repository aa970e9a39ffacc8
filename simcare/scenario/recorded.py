"""Days of a trace to be drawn from: what `resample` makes of it, in place of a replay."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from simcare.scenario.clock import Clock
from simcare.scenario.faults import Fault
from simcare.scenario.quantities import DAY, MOST_DAYS
from simcare.scenario.tables import Folder
from simcare.scenario.traces import Doubt, Trace, doubts_of, ms_since, read_stamps
from simcare.scenario.weekdays import WEEKDAYS


@dataclass(frozen=True)
class Recorded:
    """The days of a trace, of which each simulated day is to be one, drawn anew in every replication.

    ``arrival_ms`` are sorted ms since 00:00 of ``first``; ``days`` counts the calendar days up to the last.
    """

    arrival_ms: array[int]
    first: date
    days: int
    by: Literal["days", "weekdays"]
    source: str
    notes: tuple[Doubt, ...] = ()

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.first + timedelta(days=self.days - 1)

    def like(self, weekday: int) -> range:
        """The days, counted from 0, that a simulated day of this weekday may be."""
        if self.by == "days":
            return range(self.days)
        return range((weekday - self.first.weekday()) % 7, self.days, 7)


def record(trace: Trace, clock: Clock, folder: Folder) -> Recorded:
    """Read a trace to resample its days; refuses what cannot be read."""
    assert trace.resample is not None
    stamps, unsure = read_stamps(trace, clock, folder)
    first, last = min(stamps).date(), max(stamps).date()
    origin = datetime.combine(first, time())
    arrival_ms = array("q", sorted(ms_since(origin, stamp) for stamp in stamps))
    doubts = tuple(doubts_of(trace, clock, unsure))
    return Recorded(arrival_ms, first, (last - first).days + 1, trace.resample, trace.file, doubts)


def on_common_days(recorded: Mapping[str, Recorded]) -> dict[str, Recorded]:
    """The same by contact type, where those of one file have all days from the first to the last of any."""
    firsts: dict[str, date] = {}
    lasts: dict[str, date] = {}
    for days in recorded.values():
        firsts[days.source] = min(days.first, firsts.get(days.source, days.first))
        lasts[days.source] = max(days.last, lasts.get(days.source, days.last))
    return {name: _between(days, firsts[days.source], lasts[days.source]) for name, days in recorded.items()}


def unfit(recorded: Recorded, clock: Clock) -> Fault | None:
    """The fault of a trace of which a day of the run has fewer than two days to be drawn from; or far too
    many, as a mistyped year makes them.
    """
    if recorded.days > MOST_DAYS:
        got = f"rows from {recorded.first} to {recorded.last}"
        return Fault(f"a trace of at most {MOST_DAYS:_} days to draw from", at=("trace",), got=got)
    for weekday in sorted({clock.weekday_of(day) for day in range(min(clock.total_days, 7))}):
        number = len(recorded.like(weekday))
        if number < 2 and recorded.by == "weekdays":
            got = f"{number} {WEEKDAYS[weekday]} from {recorded.first} to {recorded.last}"
            hint = "or resample: days" if recorded.days > 1 else ""
            expected = "a trace of at least two of each simulated weekday"
            return Fault(expected, hint, ("resample",), got=got)
        if number < 2:
            got = f"rows of {recorded.first} only"
            return Fault("a trace of at least two days", at=("resample",), got=got)
    return None


def _between(recorded: Recorded, first: date, last: date) -> Recorded:
    """The same arrivals on a longer row of days."""
    earlier = (recorded.first - first).days * DAY
    moved = array("q", (ms + earlier for ms in recorded.arrival_ms)) if earlier else recorded.arrival_ms
    return replace(recorded, arrival_ms=moved, first=first, days=(last - first).days + 1)
