"""The clock: which days are simulated, in what time zone, and how the day is cut into intervals."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.fields import Date, Form, Reads
from simcare.scenario.hours import Opening
from simcare.scenario.quantities import DAY, MINUTE, MOST_DAYS, QuantityError
from simcare.scenario.source import DidYouMean


def _interval(value: Any) -> int:
    ms = q.parse_duration(value, positive=True)
    if ms > DAY or DAY % ms or ms % MINUTE:
        raise QuantityError(
            "an interval of whole minutes that divides the day, such as 15 min, 30 min or 1 h", value
        )
    return ms


def _warm_up(value: Any) -> int:
    ms = q.parse_duration(value, longest=366 * DAY)
    if ms % DAY:
        raise QuantityError("a warm-up of whole days, such as 1 day", value)
    return ms


def parse_timezone(value: Any) -> str:
    """The name of a time zone, such as ``Asia/Jakarta``."""
    from zoneinfo import ZoneInfo, available_timezones

    expected = "a time zone such as Asia/Jakarta"
    if not isinstance(value, str) or not value or len(value) > 60 or not value.isascii():
        raise QuantityError(expected, value)
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        raise QuantityError(expected, value, DidYouMean(value, available_timezones)) from None
    return value


TimeZone = Annotated[str, Reads(parse_timezone, {"type": "string"})]


class Clock(Form):
    """Which days are simulated, in what time zone, and how the day is cut into intervals.

    Inside, time is counted in milliseconds from 00:00 of the first simulated day; the days of the warm-up
    come before `start`. Every day has 24 hours of wall clock.
    """

    noun = "a clock"

    start: Date = date(2026, 1, 5)
    """The first measured day; the default is a Monday.

    Default: `2026-01-05`. Examples: `2026-11-23`
    """

    days: Annotated[
        int, Reads(partial(q.parse_whole, least=1, most=MOST_DAYS, what="a number of days"), schemas.WHOLE)
    ] = 1
    """How many days are measured.

    Default: `1`. Examples: `7`
    """

    timezone: TimeZone = "UTC"
    """The time zone of the clock times: traces are read in it and output is labelled with it.

    Default: `UTC`. Examples: `Asia/Jakarta`
    """

    interval: Annotated[int, Reads(_interval, schemas.DURATION)] = 30 * MINUTE
    """The interval of tables by time of day; it divides the day.

    Default: `30 min`. Examples: `15 min`, `1 h`
    """

    warm_up: Annotated[int, Reads(_warm_up, schemas.DURATION)] = 0
    """Whole days simulated before `start` and not measured, so that the first day has a backlog.

    Default: `0 s`. Examples: `1 day`
    """

    open: Opening | None = None
    """When the desk is open, for promises that count open hours only; days not named are closed, and `daily`
    stands for those not named otherwise.

    Examples: `{mon-fri: 08:00–20:00, sat: [09:00–12:00, 13:00–16:00]}`, `{daily: 20:00-04:00, sun: closed}`
    """

    @property
    def warm_up_days(self) -> int:
        """Days simulated before the first measured one."""
        return self.warm_up // DAY

    @property
    def total_days(self) -> int:
        """Simulated days, the warm-up included."""
        return self.warm_up_days + self.days

    @property
    def first_day(self) -> date:
        """The first simulated day."""
        return self.date_of(0)

    @property
    def simulated(self) -> str:
        """The simulated days in a message: `2026-11-23 to 2026-11-29`, or the only one."""
        first, last = self.first_day, self.date_of(self.total_days - 1)
        return f"{first} to {last}" if first < last else f"{first}"

    @property
    def measured_from_ms(self) -> int:
        """When measuring begins."""
        return self.warm_up

    @property
    def horizon_ms(self) -> int:
        """When arrivals and measuring end."""
        return self.total_days * DAY

    @property
    def intervals_per_day(self) -> int:
        """Intervals in a day."""
        return DAY // self.interval

    def date_of(self, day: int) -> date:
        """The date of a simulated day, counted from 0."""
        return self.start + timedelta(days=day - self.warm_up_days)

    def number_of(self, day: int) -> int:
        """What a simulated day is called in the file: the first measured one is day 1, the eve of it 0."""
        return day - self.warm_up_days + 1

    def weekday_of(self, day: int) -> int:
        """The weekday of a simulated day, 0 for Monday."""
        return self.date_of(day).weekday()
