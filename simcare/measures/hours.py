"""Hours of the week on the clock of a run: how much of them lies before an instant, exact to the ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.hours import WEEK, Span, WeekHours
from simcare.scenario.quantities import DAY

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Hours:
    """Hours that repeat every week, in a run whose time 0 is ``monday_ms`` after 00:00 of a Monday."""

    spans: tuple[Span, ...]
    monday_ms: int

    @classmethod
    def of(cls, hours: WeekHours, first_weekday: int) -> Hours:
        """The hours in a run whose first simulated day is a weekday, 0 for Monday."""
        return cls(hours.spans, first_weekday * DAY)

    def before(self, at_ms: Int) -> Int:
        """How much of the hours lies before each instant, in ms: the difference of two is the time in them.

        It is counted from 00:00 of the Monday on or before time 0.
        """
        begin, end = np.array(self.spans, dtype=np.int64).reshape(-1, 2).T
        whole = np.append(0, np.cumsum(end - begin))
        week, into = np.divmod(at_ms + self.monday_ms, WEEK)
        begun = np.searchsorted(begin, into, side="right")
        ahead = np.maximum(np.append(0, end)[begun] - into, 0)  # of the span that began last
        within: Int = week * whole[-1] + whole[begun] - ahead
        return within


def open_time(opening: Sequence[Hours | None], of_type: Int, from_ms: Int, time_ms: Int) -> Int:
    """What of some time after an instant lies in the opening hours of a contact type, row by row.

    `opening` has the hours of each type; of a type without any it is all of the time.
    """
    time = time_ms.copy()
    for number, hours in enumerate(opening):
        if hours is not None:
            rows = of_type == number
            begin = from_ms[rows]
            time[rows] = hours.before(begin + time_ms[rows]) - hours.before(begin)
    return time
