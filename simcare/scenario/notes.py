"""Notes: what is allowed but may not be what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from os.path import basename
from zoneinfo import ZoneInfo

from simcare.scenario.check_forms import Check
from simcare.scenario.clock import Clock
from simcare.scenario.contacts import ContactType
from simcare.scenario.counts import Counted
from simcare.scenario.day_curves import Window
from simcare.scenario.plans import Plan
from simcare.scenario.quantities import DAY, format_clock
from simcare.scenario.recorded import Recorded
from simcare.scenario.shifts import Shift
from simcare.scenario.traces import Doubt, Replay


def notes_on(
    clock: Clock,
    contacts: Mapping[str, ContactType],
    plans: Mapping[str, Plan],
    replays: Mapping[str, Replay],
    recorded: Mapping[str, Recorded],
    counted: Mapping[str, Counted],
) -> Iterator[str]:
    """Warnings about a scenario that is otherwise in order."""
    yield from _clock_changes(clock)
    for name, contact in contacts.items():
        for surge in contact.arrivals.surges:
            if surge.jitter > surge.at:
                yield f"surge {surge.name} of {name} can begin before 00:00, on the day before its own"
        unused = [_day_of(window) for window in contact.arrivals.scale.windows if not _in_run(window, clock)]
        if unused:
            days = f"{clock.first_day} to {clock.date_of(clock.total_days - 1)}"
            parts = ", ".join(dict.fromkeys(unused))
            yield f"scale of {name} on {parts} changes nothing: the simulated days are {days}"
    for name, replayed in replays.items():
        yield f"arrivals of {name} are replayed from a trace: the same in every replication"
        if replayed.outside:
            yield (
                f"{replayed.outside:,} of {replayed.rows:,} rows of the trace of {name} "
                f"({replayed.first} to {replayed.last}) lie outside the simulated days"
            )
        yield from map(_doubtful, replayed.doubts)
    for name, trace in recorded.items():
        of = "" if trace.by == "days" else ", each from those of its weekday"
        days = f"{trace.days} days, {trace.first} to {trace.last}"
        yield f"arrivals of {name} are whole days drawn from a trace of {days}{of}"
        yield from map(_doubtful, trace.notes)
    for name, counts in counted.items():
        yield from counts.notes(name)
    told: set[object] = set()  # once for plans that inherit it
    for name, plan in plans.items():
        yield from _dated(name, plan, clock, told)
        for team, knots in plan.headcount.items():
            first, last = knots[0], knots[-1]
            if first[0] > 0 and last[1] > 0 and (team, knots) not in told:
                told.add((team, knots))
                yield (
                    f"plan {name}: the level of {team} from {format_clock(last[0])}, {last[1]}, "
                    f"holds over midnight until {format_clock(first[0])}"
                )


def needless(checks: Sequence[Check], plans: tuple[str, ...]) -> Iterator[str]:
    """Checks that no replication could violate: they say nothing of any plan."""
    for number, check in enumerate(checks, start=1):
        if why := check.cannot_fail(plans):
            yield f"check {number} ({check.asked.measure} {check.wanted}) cannot fail: {why}"


def _in_run(window: Window, clock: Clock) -> bool:
    """Whether the day of a window is simulated, or runs on into the run; weekdays may come in another run."""
    if window.number is None and window.day is None:
        return True
    first = -1 if window.to_ms > DAY else 0
    return any(window.begins_on(day, clock) for day in range(first, clock.total_days))


def _day_of(window: Window) -> str:
    return str(window.day) if window.number is None else f"day {window.number}"


def _dated(name: str, plan: Plan, clock: Clock, told: set[object]) -> Iterator[str]:
    """Rows of shift tables outside the run, and days of the run on which a plan by dates has nobody."""
    rows = Counter(shift.source[0] for shift in plan.shifts if shift.source)
    outside = Counter(
        shift.source[0]
        for shift in plan.shifts
        if shift.source and not shift.days and not any(_inside(shift, day, clock) for day in shift.dates)
    )
    for file, count in outside.items():
        if (file, rows[file]) not in told:
            told.add((file, rows[file]))
            what = f"{count:,} of {rows[file]:,} rows of {basename(file)}"
            yield f"{what} lie outside the simulated days, {clock.simulated}"
    dates = frozenset(day for shift in plan.shifts for day in shift.dates)
    if not dates or plan.headcount or any(shift.days for shift in plan.shifts) or dates in told:
        return
    told.add(dates)
    empty = [day for day in map(clock.date_of, range(clock.total_days)) if day not in dates]
    if empty:
        more = f" and {len(empty) - 1} more of the simulated days" if len(empty) > 1 else ""
        yield f"plan {name}: no shift begins on {empty[0]}{more}"
    if max(dates) < clock.date_of(clock.total_days):
        yield (
            f"plan {name}: its shifts end on {max(dates)}, so nobody comes to finish what is open after "
            "the last day; weekdays instead of dates, or drain: {staff: last-level}, would change that"
        )


def _inside(shift: Shift, day: date, clock: Clock) -> bool:
    """Whether a shift that begins on a date has duty within the simulated days."""
    begin = (day - clock.first_day).days * DAY
    return begin + shift.to_ms > 0 and begin + shift.from_ms < clock.horizon_ms


def _doubtful(doubt: Doubt) -> str:
    """What was done with rows at a time that the clocks skip or pass twice."""
    rows = f"{doubt.file}: {doubt.rows:,} row{'s' * (doubt.rows != 1)} at a local time that"
    where = f"in {doubt.zone}, first in row {doubt.line}"
    if doubt.kind == "missing":
        done = "read as if they had not changed yet" if doubt.converted else "kept as written"
        return f"{rows} does not exist (clocks go forward) {where}; {done}"
    done = "the first is taken" if doubt.converted else "both are the same time of the simulated day"
    return f"{rows} exists twice (clocks go back) {where}; {done}"


def _clock_changes(clock: Clock) -> Iterator[str]:
    """Days that do not have 24 hours in the time zone, though every simulated day has."""
    zone = ZoneInfo(clock.timezone)
    midnights = [
        datetime.combine(clock.first_day + timedelta(days=day), time(), zone)
        for day in range(clock.total_days + 1)
    ]
    for midnight, following in pairwise(midnights):
        if midnight.utcoffset() != following.utcoffset():
            day = midnight.date()
            yield f"clocks change on {day} in {clock.timezone}; simulated days have 24 hours of wall clock"
