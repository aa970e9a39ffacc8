"""Measures asked for beside the standard ones: of whom, in which hours, on which days, at which instant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from simcare.measures.registry import MEASURES, Measure
from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.clock import Clock
from simcare.scenario.costs import PRICES, Costs
from simcare.scenario.faults import Fault, name_fault, refuse
from simcare.scenario.fields import Clock as TimeOfDay
from simcare.scenario.fields import Form, Line, Name, Reads, WrittenAs
from simcare.scenario.hours import parse_window
from simcare.scenario.quantities import DAY, MOST_DAYS, QuantityError, format_clock
from simcare.scenario.source import DidYouMean
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import EVERY_DAY, WEEKDAYS, weekdays_hint, weekdays_of

INSTANT = 1
"""An instant is the millisecond that begins with it: nothing changes in between."""


@dataclass(frozen=True)
class Days:
    """Some days of a run: weekdays (0 = Monday), dates, and numbers of measured days, from 1."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()
    numbers: frozenset[int] = frozenset()

    def holds(self, day: int, clock: Clock) -> bool:
        """Is the simulated day, counted from 0, one of them?"""
        number = day - clock.warm_up_days + 1
        return (
            clock.weekday_of(day) in self.weekdays
            or clock.date_of(day) in self.dates
            or number in self.numbers
        )

    def label(self, clock: Clock) -> str:
        """The days as rows name them: `mon–fri`, `2026-11-24`."""
        dates = self.dates | {clock.date_of(clock.warm_up_days + number - 1) for number in self.numbers}
        return ", ".join([*_ranges(self.weekdays), *(day.isoformat() for day in sorted(dates))])


@dataclass(frozen=True)
class Asked:
    """A measure asked for. "" means that it is wanted of all and, apart, of each.

    ``window`` is from when to when in ms since 00:00, past 24:00 if it crosses midnight; an instant is the
    millisecond that begins with it. Without `window` and `days` the measure is wanted as the standard ones
    are: in total, by day and by interval.
    """

    measure: str
    contacts: str = ""
    team: str = ""
    promise: str = ""
    window: tuple[int, int] | None = None
    days: Days | None = None

    @property
    def what(self) -> Measure:
        """The measure."""
        return MEASURES[self.measure]

    @property
    def windowed(self) -> bool:
        """Is it wanted in some hours or on some days only?"""
        return self.window is not None or self.days is not None

    def labels(self, clock: Clock) -> tuple[str, str]:
        """The `day` and the `interval` of its rows."""
        day = "" if self.days is None else self.days.label(clock)
        if self.window is None:
            return day, ""
        begin, end = self.window
        if self.what.at_instant:
            return day, format_clock(begin)
        return day, f"{format_clock(begin)}–{format_clock(end - DAY if end > DAY else end)}"

    def stretches(self, clock: Clock) -> tuple[tuple[int, int], ...]:
        """The stretches of the time measured that it is wanted of, [from, to) in ms.

        A window over midnight belongs to the day on which it begins, be that the day before the first.
        """
        begin, end = self.window or (0, DAY)
        found = []
        for day in range(clock.warm_up_days - (end > DAY), clock.total_days):
            if self.days is None or self.days.holds(day, clock):
                from_ms = max(day * DAY + begin, clock.measured_from_ms)
                to_ms = min(day * DAY + end, clock.horizon_ms)
                if from_ms < to_ms:
                    found.append((from_ms, to_ms))
        return tuple(found)

    def days_in(self, clock: Clock) -> float:
        """Of how many days its stretches are; one cut by an end of the time measured counts in part."""
        begin, end = self.window or (0, DAY)
        return sum(to_ms - from_ms for from_ms, to_ms in self.stretches(clock)) / (end - begin)


# ---- the written form --------------------------------------------------------------------------------------

_NUMBER = re.compile(r"day (\d{1,5})\Z")
_DAY = "daily, a weekday such as sat, a range such as mon-fri, a date, or a day of the run such as day 2"


def _measure(value: Any) -> str:
    if value in MEASURES:
        return str(value)
    raise QuantityError("a measure", value, DidYouMean(str(value), MEASURES))


def parse_some_days(value: Any) -> Days:
    """Weekdays, dates and days of the run by number."""
    weekdays: set[int] = set()
    dates: set[date] = set()
    numbers: set[int] = set()
    parts = value if isinstance(value, list) else [value]
    if not parts:
        raise QuantityError("at least one day", value)
    for i, part in enumerate(parts):
        match = _NUMBER.match(part) if isinstance(part, str) else None
        if part == "daily":
            weekdays |= EVERY_DAY
        elif (found := weekdays_of(part)) is not None:
            weekdays |= found
        elif match is not None and 1 <= int(match[1]) <= MOST_DAYS:
            numbers.add(int(match[1]))
        else:
            try:
                dates.add(q.parse_date(part))
            except QuantityError:
                at = (i,) if isinstance(value, list) else ()
                raise refuse(Fault(_DAY, weekdays_hint(part), at)) from None
    return Days(frozenset(weekdays), frozenset(dates), frozenset(numbers))


class MeasureForm(Form):
    """A measure to report beside the standard ones, of some contacts, in some hours or on some days."""

    noun = "a measure asked for"

    measure: Annotated[str, Reads(_measure, {"enum": list(MEASURES)})]
    """Which measure. Examples: `waiting_p90`, `queue`"""

    contacts: Name | None = None
    """Of one contact type only; of all and of each if it is left out. Examples: `network-complaint`"""

    team: Name | None = None
    """Of one team only; of all and of each if it is left out. Examples: `frontline`"""

    promise: Line | None = None
    """Of one promise only, by its name. Examples: `first reply within 15 min`"""

    steps: Literal["first", "later", "all"] | None = None
    """For waiting: of first replies, as without it, of further messages and escalated work (`later`), or of
    both. Examples: `later`
    """

    window: Annotated[tuple[int, int], Reads(parse_window, {"type": "string"})] | None = None
    """Hours of the day; one that ends before it begins runs over midnight. Contacts count if they arrive in
    it, time measures count what happens in it. Examples: `18:00–22:00`, `22:30–06:00`
    """

    at: TimeOfDay | None = None
    """An instant of the day, for the number that wait, are in hand or on duty then. Examples: `19:30`"""

    days: Annotated[Days, Reads(parse_some_days, schemas.DAYS)] | None = None
    """Some days only: weekdays, dates, or days of the run by number; all of them together are one figure.

    Examples: `mon-fri`, `[sat, sun]`, `2026-11-24`, `day 2`
    """

    def canonical(self, folder: Folder) -> Asked:
        """The measure by its full name, and the hours."""
        name = self._full_name()
        window = self.window if self.at is None else (self.at, self.at + INSTANT)
        days = None if self.days is not None and self.days.weekdays == EVERY_DAY else self.days
        return Asked(name, self.contacts or "", self.team or "", self.promise or "", window, days)

    def _full_name(self) -> str:
        """The measure with `steps` and `at` in its name, where these fit."""
        name = self.measure
        if self.steps in ("later", "all"):
            name = name.replace("waiting_", f"waiting_{self.steps}_", 1)
            if name not in MEASURES or not self.measure.startswith("waiting_"):
                hint = "steps are told apart for waiting_mean, waiting_sd and waiting_p50 to p99"
                raise refuse(Fault("a measure of waiting beside steps", hint, ("measure",)))
        if self.at is not None:
            if self.window is not None:
                raise refuse(Fault("a window or an instant", at=("at",), of_key=True, got="both"))
            name = name if MEASURES[name].at_instant else f"{name}_at"
            if name not in MEASURES:
                these = ", ".join(one.of for one in MEASURES.values() if one.at_instant)
                raise refuse(Fault(f"a measure that has a value at an instant ({these})", at=("measure",)))
        elif MEASURES[name].at_instant:
            raise refuse(Fault("the key 'at'", "as in at: 19:30", got=f"{name} without it"))
        return name


MeasureAsked = Annotated[Asked, WrittenAs(MeasureForm)]


def asked_faults(
    asked: Asked,
    contacts: Collection[str],
    teams: Collection[str],
    promises: Collection[str],
    clock: Clock,
    audience: Collection[str],
    costs: Costs,
) -> Iterator[tuple[str, Fault]]:
    """What is wrong with the meaning of a measure asked for: the key and the fault.

    `audience` says what there is to measure of one (`audience_in`), `costs` what has a price.
    """
    price = asked.what.price
    if price and all(getattr(costs, one) is None for one in (PRICES if price == "any" else (price,))):
        yield "measure", Fault(f"a price in costs, {price if price in PRICES else 'any of them'}", got="none")
    if asked.what.audience and "public" not in audience:
        yield "measure", Fault("a contact type that comes by a public channel", got="none")
    elif asked.what.needs == "trending" and "trending" not in audience:
        expected = "virality.trending, and a surge of a contact type that comes by a public channel"
        yield "measure", Fault(expected, got="not both")
    elif asked.what.needs == "pile-on" and "pile-on" not in audience:
        yield (
            "measure",
            Fault("virality.pile_on of a contact type that comes by a public channel", got="none"),
        )
    if asked.windowed and not asked.what.dimensions:
        yield "measure", Fault(f"neither hours nor days beside {asked.measure}, which is given in total")
    known = {"contacts": contacts, "team": teams, "promise": promises}
    what = {
        "contacts": "one of the contact types",
        "team": "one of the teams",
        "promise": "one of the service levels",
    }
    for key, names in known.items():
        name = getattr(asked, key)
        if name and key not in asked.what.dimensions:
            by = ", ".join(asked.what.dimensions) or "nothing"
            yield (
                key,
                Fault(f"no {key} beside {asked.measure}, which is given by {by}", of_key=True, got="one"),
            )
        elif name and (fault := name_fault(name, names, what[key])):
            yield key, fault
    if asked.measure == "service_level" and not promises:
        yield "measure", Fault("service levels in the scenario, of which to measure one", got="none")
    if asked.days is not None and not asked.stretches(clock):
        first, last = clock.date_of(clock.warm_up_days), clock.date_of(clock.total_days - 1)
        yield "days", Fault(f"days that are measured, {first} to {last}", got="none of them")


def _ranges(weekdays: frozenset[int]) -> Iterator[str]:
    """Weekdays in order, three or more in a row as a range."""
    row: list[int] = []
    for day in [*sorted(weekdays), None]:
        if day is not None and (not row or day == row[-1] + 1):
            row.append(day)
            continue
        yield from [f"{WEEKDAYS[row[0]]}–{WEEKDAYS[row[-1]]}"] if len(row) > 2 else [WEEKDAYS[d] for d in row]
        row = [] if day is None else [day]
