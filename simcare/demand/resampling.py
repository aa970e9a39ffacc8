"""Days drawn from a trace: a bootstrap of whole days, with all that belongs together in them.

Within a day nothing is changed: its shape, its bursts, its total stay as recorded (block bootstrap with days
as blocks: Künsch 1989). Days of a run are drawn independently, with replacement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.clock import Clock
from simcare.scenario.quantities import DAY
from simcare.scenario.recorded import Recorded

Int = NDArray[np.int64]
Float = NDArray[np.float64]


def resampled_ms(recorded: Recorded, clock: Clock, uniforms: Float) -> Int:
    """Arrival times (ms, sorted) of a run whose days are recorded ones: number ⌊u·n⌋ of the n it may be, with
    one uniform a simulated day.
    """
    like = [recorded.like(clock.weekday_of(day)) for day in range(clock.total_days)]
    first, step, count = np.array([(days.start, days.step, len(days)) for days in like]).T
    chosen = first + step * np.floor(uniforms * count).astype(np.int64)

    at_ms = np.array(recorded.arrival_ms, dtype=np.int64)
    bounds = np.searchsorted(at_ms, DAY * np.arange(recorded.days + 1))
    begin, contacts = bounds[chosen], np.diff(bounds)[chosen]
    moved = DAY * (np.arange(clock.total_days) - chosen)
    place = np.arange(contacts.sum()) - np.repeat(np.cumsum(contacts) - contacts, contacts)
    times: Int = at_ms[np.repeat(begin, contacts) + place] + np.repeat(moved, contacts)
    return times


def expected_between(recorded: Recorded, clock: Clock, edges_ms: Float) -> Float:
    """Expected contacts between successive `edges_ms`, which lie in [0, horizon]: the mean of the days."""
    at_ms = np.array(recorded.arrival_ms, dtype=np.int64)
    day = np.minimum(edges_ms // DAY, clock.total_days - 1).astype(np.int64)
    until = np.zeros(len(edges_ms))  # expected contacts since 00:00 of the edge's own day
    before = np.zeros(clock.total_days)  # and on each day
    weekday = np.array([clock.weekday_of(number) for number in range(clock.total_days)])
    for one in np.unique(weekday):
        days = recorded.like(int(one))
        clock_ms = np.sort(at_ms[np.isin(at_ms // DAY, days)] % DAY)
        before[weekday == one] = len(clock_ms) / len(days)
        of_day = weekday[day] == one
        until[of_day] = np.searchsorted(clock_ms, edges_ms[of_day] - DAY * day[of_day]) / len(days)
    return np.diff(np.concatenate(([0.0], np.cumsum(before)))[day] + until)
