"""Shifts and levels on the calendar of the run: when people are due.

Weekdays are a periodic pattern: a night shift begun on the eve of the first simulated day is on duty at
00:00. Dates come once. Times are milliseconds since midnight of the first simulated day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.clock import Clock
from simcare.scenario.plans import Plan
from simcare.scenario.shifts import Shift

Int = NDArray[np.int64]

DAY_MS = 86_400_000

EVE = -1
"""The day before the first simulated one: shifts begun then may still be on duty."""


def lines_of(plan: Plan, team: str) -> tuple[Shift, ...]:
    """The lines of a team's shifts, in the order of the plan."""
    return tuple(shift for shift in plan.shifts if shift.team == team)


def spans_of(shift: Shift, clock: Clock, until_ms: int, *, breaks_out: bool) -> tuple[Int, Int, Int]:
    """When the people of a line are due: (day the shift begins, from, to) of each span, in order of time.

    Breaks are left out, or with ``breaks_out=False`` counted in. Spans are half-open and cut to
    [0, `until_ms`); the day of a shift begun on the eve is -1.
    """
    pieces = np.array(_pieces(shift) if breaks_out else [(shift.from_ms, shift.to_ms)], dtype=np.int64)
    pieces = pieces.reshape(-1, 2)
    days = np.arange(EVE, days_until(until_ms), dtype=np.int64)
    weekly = np.array([weekday in shift.days for weekday in range(7)])
    dated = [(day - clock.first_day).days for day in shift.dates]
    days = days[weekly[(days + clock.weekday_of(0)) % 7] | np.isin(days, dated)]
    day = np.repeat(days, len(pieces))
    from_ms = np.maximum((days[:, None] * DAY_MS + pieces[:, 0]).ravel(), 0)
    to_ms = np.minimum((days[:, None] * DAY_MS + pieces[:, 1]).ravel(), until_ms)
    kept = from_ms < to_ms
    return day[kept], from_ms[kept], to_ms[kept]


def levels_of(knots: tuple[tuple[int, int], ...], until_ms: int) -> tuple[Int, Int, Int]:
    """The levels of a team as planned: (day, from, level) of each stretch, one beginning at every midnight.

    `knots` are (time of day, level); a level holds until the next knot, over midnight too.
    """
    of_day = np.array(knots if knots[0][0] == 0 else ((0, knots[-1][1]), *knots), dtype=np.int64)
    days = np.arange(days_until(until_ms), dtype=np.int64)
    from_ms = (days[:, None] * DAY_MS + of_day[:, 0]).ravel()
    kept = from_ms < until_ms
    return np.repeat(days, len(of_day))[kept], from_ms[kept], np.tile(of_day[:, 1], len(days))[kept]


def days_until(time_ms: int) -> int:
    """How many calendar days [0, `time_ms`) touches."""
    return -(-time_ms // DAY_MS)


def _pieces(shift: Shift) -> list[tuple[int, int]]:
    """What is left of a shift without its breaks."""
    begins = [shift.from_ms, *(end for _, end in shift.breaks)]
    ends = [*(begin for begin, _ in shift.breaks), shift.to_ms]
    return [(begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end]
