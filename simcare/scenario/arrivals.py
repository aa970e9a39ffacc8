"""Arrivals: how many contacts of a type are expected when.

Whatever form is written, it becomes a `Curve`: for every day straight pieces in contacts an hour, which
scale, weekdays, busy-day factors and surges multiply; or the arrivals are those of a trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.clock import Clock as SimulatedDays
from simcare.scenario.clock import TimeZone
from simcare.scenario.counts import CountsForm, CountsTable
from simcare.scenario.curves import (
    AN_HOUR,
    Counts,
    Lines,
    ShapeWritten,
    Steps,
    Total,
    Weekdays,
)
from simcare.scenario.day_curves import UNSCALED, Curve, DayCurve, Scale, curves_by_day, even
from simcare.scenario.faults import Fault, below, one_of, refuse
from simcare.scenario.fields import (
    AS_LIST,
    AS_MAP,
    Clock,
    Duration,
    Form,
    Name,
    Reads,
    Share,
    Text,
    WrittenAs,
    YesOrNo,
    list_or_map,
)
from simcare.scenario.quantities import DAY
from simcare.scenario.scaling import ScaleWritten
from simcare.scenario.tables import Folder
from simcare.scenario.traces import Trace
from simcare.scenario.where import Where

KINDS = ("per_hour", "per_minute", "per_second", "per_day", "per_week", "steps", "per_interval", "trace")
"""The keys of which arrivals have exactly one."""


@dataclass(frozen=True)
class DayFactor:
    """A gamma factor of mean 1 on each day's rates; shared by all types unless `own`."""

    cv: float
    own: bool

    @property
    def shape(self) -> float:
        """The shape of the gamma law, 1/cv²."""
        return self.cv**-2


class Surge(Form):
    """A surge: with `chance` a day, rates are multiplied by `times`, after a ramp up and before a fade."""

    noun = "a surge"

    name: Name
    """Surges of one name share their draw across contact types. Examples: `outage`"""

    at: Clock
    """When the ramp begins. Examples: `19:00`"""

    jitter: Annotated[int, Reads(partial(q.parse_duration, longest=DAY // 2), schemas.DURATION)] = 0
    """The beginning varies evenly by as much to either side.

    Default: `0 s`. Examples: `20 min`
    """

    chance: Share = 1.0
    """The chance that it happens on a day.

    Default: `100%`. Examples: `15%`
    """

    times: Annotated[float, Reads(partial(q.parse_ratio, most=1_000), schemas.RATIO)]
    """The factor on the rate at full height. Examples: `4`"""

    ramp: Duration = 0
    """How long it takes to reach full height.

    Default: `0 s`. Examples: `10 min`
    """

    hold: Duration
    """How long it stays at full height. Examples: `45 min`"""

    fade: Duration = 0
    """How long it takes to fade.

    Default: `0 s`. Examples: `1 h`
    """


@dataclass(frozen=True)
class Arrivals:
    """How many contacts are expected when: a curve and its scale, or a trace and no curve.

    ``weekdays`` are seven further factors from Monday. Loading puts the curve of ``counts`` in their place.
    """

    curve: Curve
    scale: Scale = UNSCALED
    weekdays: tuple[float, ...] = (1.0,) * 7
    day_factor: DayFactor | None = None
    surges: tuple[Surge, ...] = ()
    trace: Trace | None = None
    counts: CountsTable | None = None

    def curves(self, clock: SimulatedDays) -> list[DayCurve]:
        """The curve of each simulated day in contacts an hour: scaled, and nothing else multiplied yet."""
        return curves_by_day(self.curve, self.scale, clock)


# ---- the written form --------------------------------------------------------------------------------------


class DayFactorForm(Form):
    """Busy and quiet days: a gamma factor of mean 1 on each day's rates."""

    noun = "a day factor"

    cv: Annotated[float, Reads(partial(q.parse_ratio, least=0.001, most=10), schemas.RATIO)]
    """How much days differ: standard deviation over mean. Examples: `20%`"""

    own: YesOrNo = False
    """Whether this type has busy days of its own; otherwise all types share them.

    Default: `false`.
    """

    def canonical(self, folder: Folder) -> DayFactor:
        """The factor."""
        return DayFactor(self.cv, self.own)


CountsWritten = Annotated[
    Annotated[Counts, Tag(AS_LIST)] | Annotated[CountsTable, WrittenAs(CountsForm), Tag(AS_MAP)],
    Discriminator(list_or_map),
]
"""Counts by interval: a list, or the table that holds them."""


class ArrivalsForm(Form):
    """How many contacts arrive when: exactly one of per_hour, per_minute, per_second, per_day, per_week,
    steps, per_interval, trace.
    """

    noun = "arrivals"

    per_hour: Lines | None = None
    """Contacts an hour: one number, or straight lines between times of day, constant before the first and
    after the last. Or between times on days such as `day 2 19:00`, where day 1 is the first measured one.

    Examples: `12`, `{06:00: 10, 19:00: 160, 24:00: 10}`, `{day 1 08:00: 5, day 2 19:00: 60, day 3 00:00: 5}`
    """

    per_minute: Lines | None = None
    """Contacts a minute, written like `per_hour`. Examples: `4.2`"""

    per_second: Lines | None = None
    """Contacts a second, written like `per_hour`. Examples: `0.07`"""

    per_day: Total | None = None
    """Contacts on an ordinary day, spread by `shape`. Examples: `2000`"""

    per_week: Total | None = None
    """Contacts in a week, spread over its days by `weekdays` and over each day by `shape`.

    Examples: `14_000`
    """

    shape: ShapeWritten | None = None
    """How `per_day` or `per_week` is spread over the day: a built-in profile, a CSV column, or weights;
    without it evenly.

    Examples: `airline-complaints-2015`, `{csv: hours.csv, column: share}`
    """

    steps: Steps | None = None
    """Contacts an hour or a minute, constant between times of day.

    Examples: `{per_hour: {00:00: 4, 08:00: 60}}`
    """

    per_interval: CountsWritten | None = None
    """Contacts in each of as many equal intervals of the day; or a CSV file with counts by interval, of some
    days or of every week.

    Examples: `[300, 900, 600]`, `{csv: week.csv, column: complaints}`
    """

    trace: Text | None = None
    """A CSV file of recorded arrivals, replayed as they were in every replication unless `resample` is given.

    Examples: `tickets.csv`
    """

    column: Text | None = None
    """The column of the trace that holds time stamps (ISO 8601). Examples: `created_at`"""

    timezone: TimeZone | None = None
    """The time zone of stamps without one; the clock's if left out. Examples: `UTC`"""

    where: Where | None = None
    """Which rows of the trace count: the cells they hold. Examples: `{turn: 0, role: client}`"""

    align: Literal["dates", "weekday", "first-day"] | None = None
    """How the trace's days are laid on the run's: by date, shifted by whole weeks, or first day on first day.

    Default: `dates`. Examples: `weekday`
    """

    resample: Literal["days", "weekdays"] | None = None
    """Each simulated day is a whole day of the trace, drawn anew in every replication: any day, or one of the
    same weekday.

    Examples: `days`, `weekdays`
    """

    weekdays: Weekdays | None = None
    """Factors on some weekdays. Examples: `{sat: 120%, sun: 90%}`"""

    scale: ScaleWritten | None = None
    """A factor on all rates, or on parts of the days: windows of the clock, weekdays, dates, days such as
    `day 2`, or windows on them. Parts that overlap multiply.

    Default: `100%`. Examples: `110%`, `{18:00–22:00: 150%, sat 10:00–14:00: 80%, day 2: 300%}`
    """

    day_factor: Annotated[DayFactor, WrittenAs(DayFactorForm)] | None = None
    """Busy and quiet days. Examples: `{cv: 20%}`"""

    surges: Annotated[tuple[Surge, ...], Field(max_length=20)] | None = None
    """Surges that multiply the rate on some days."""

    def canonical(self, folder: Folder) -> Arrivals:
        """The arrivals as one curve, or as a trace."""
        kind = one_of(self, KINDS, "arrivals")
        if self.shape is not None and kind not in ("per_day", "per_week"):
            expected = "a shape only together with per_day or per_week"
            raise refuse(Fault(expected, at=("shape",), of_key=True, got=f"one with {kind}"))
        if kind == "trace":
            return Arrivals(Curve(), trace=self._trace())
        for key in ("column", "timezone", "where", "align", "resample"):
            if getattr(self, key) is not None:
                raise refuse(
                    Fault(f"{key} only together with a trace", at=(key,), of_key=True, got=f"it with {kind}")
                )
        surges = self.surges or ()
        names = [surge.name for surge in surges]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise refuse(Fault("a name of its own for each surge of a type", at=("surges", i, "name")))
        weekdays = self.weekdays or (1.0,) * 7
        if kind == "per_week":
            if not any(weekdays):
                raise refuse(Fault("a weekday above 0% for the contacts of a week", at=("weekdays",)))
            weekdays = tuple(7 * factor / sum(weekdays) for factor in weekdays)
        scale = self.scale or UNSCALED
        if isinstance(self.per_interval, CountsTable):
            return Arrivals(Curve(), scale, weekdays, self.day_factor, surges, counts=self.per_interval)
        return Arrivals(self._curve(kind, folder), scale, weekdays, self.day_factor, surges)

    def _curve(self, kind: str, folder: Folder) -> Curve:
        written = getattr(self, kind)
        if kind in AN_HOUR:
            return Curve.scaled(written, AN_HOUR[kind])
        if kind in ("steps", "per_interval"):
            curve: Curve = written
            return curve
        per_day = written / 7 if kind == "per_week" else written
        if self.shape is None:
            return Curve((even([per_day]),))
        try:
            return self.shape.spread(per_day, folder)
        except PydanticCustomError as error:
            raise below(error, "shape") from None

    def _trace(self) -> Trace:
        for key in ("weekdays", "scale", "day_factor", "surges"):
            if getattr(self, key) is not None:
                raise refuse(
                    Fault(
                        f"no {key} beside a trace, which is replayed as it was",
                        at=(key,),
                        of_key=True,
                        got="both",
                    )
                )
        if self.trace is None or self.column is None:
            raise refuse(
                Fault("the key 'column', the column of the trace's time stamps", got="a trace without it")
            )
        if self.resample is not None and self.align is not None:
            raise refuse(
                Fault(
                    "align or resample, which takes days from any date",
                    at=("align",),
                    of_key=True,
                    got="both",
                )
            )
        align = self.align or "dates"
        return Trace(self.trace, self.column, self.timezone, self.where or (), align, self.resample)
