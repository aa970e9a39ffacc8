"""Notes: what is allowed but may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from simcare.scenario.clock import Clock
from simcare.scenario.contacts import ContactType
from simcare.scenario.plans import Plan
from simcare.scenario.quantities import format_clock
from simcare.scenario.traces import Doubt, Replay


def notes_on(
    clock: Clock,
    contacts: Mapping[str, ContactType],
    plans: Mapping[str, Plan],
    replays: Mapping[str, Replay],
) -> Iterator[str]:
    """Warnings about a scenario that is otherwise in order."""
    yield from _clock_changes(clock)
    for name, contact in contacts.items():
        for surge in contact.arrivals.surges:
            if surge.jitter > surge.at:
                yield f"surge {surge.name} of {name} can begin before 00:00, on the day before its own"
    for name, replayed in replays.items():
        yield f"arrivals of {name} are replayed from a trace: the same in every replication"
        if replayed.outside:
            yield (
                f"{replayed.outside:,} of {replayed.rows:,} rows of the trace of {name} "
                f"({replayed.first} to {replayed.last}) lie outside the simulated days"
            )
        yield from map(_doubtful, replayed.doubts)
    told: set[object] = set()  # once for plans that inherit it
    for name, plan in plans.items():
        for team, knots in plan.headcount.items():
            first, last = knots[0], knots[-1]
            if first[0] > 0 and last[1] > 0 and (team, knots) not in told:
                told.add((team, knots))
                yield (
                    f"plan {name}: the level of {team} from {format_clock(last[0])}, {last[1]}, "
                    f"holds over midnight until {format_clock(first[0])}"
                )


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
