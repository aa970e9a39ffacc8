"""The arrival rate of every day of the calendar, in straight pieces, and what is multiplied on parts of it.

Rates are contacts an hour. A day's curve covers it from 00:00 to 24:00.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise

from simcare.scenario.clock import Clock
from simcare.scenario.quantities import DAY, HOUR

Piece = tuple[int, int, float, float]
"""(from ms, to ms, rate at the beginning, rate at the end)."""

DayCurve = tuple[Piece, ...]
"""The pieces of one day, in ms since its 00:00."""


@dataclass(frozen=True)
class Curve:
    """The curve of every day.

    ``weekly`` are the curves of the weekdays from Monday, or one for all of them. ``dated`` stand in their
    place on some dates. Or else the curve runs over several days: ``numbered`` are those of days 1, 2, …,
    where day 1 is the first measured one, with that of all days before in front and of all days after at the
    end.
    """

    weekly: tuple[DayCurve, ...] = ()
    dated: Mapping[date, DayCurve] = field(default_factory=dict)
    numbered: tuple[DayCurve, ...] = ()

    def on(self, day: int, clock: Clock) -> DayCurve:
        """The curve of a simulated day, counted from 0 with the warm-up."""
        if self.numbered:
            return self.numbered[min(max(clock.number_of(day), 0), len(self.numbered) - 1)]
        if self.dated and (curve := self.dated.get(clock.date_of(day))) is not None:
            return curve
        return self.weekly[clock.weekday_of(day) if len(self.weekly) == 7 else 0]

    def scaled(self, factor: float) -> Curve:
        """The curve with all rates multiplied."""

        @cache
        def times(curve: DayCurve) -> DayCurve:
            return scaled(curve, factor)

        return Curve(
            tuple(map(times, self.weekly)),
            {day: times(curve) for day, curve in self.dated.items()},
            tuple(map(times, self.numbered)),
        )


@dataclass(frozen=True)
class Window:
    """A factor on the rate from one time of day to another, on the days that begin it.

    Those are the day of the ``number`` (1 is the first measured one), else the date ``day``, else the
    ``weekdays`` (0 = Monday): the first that is given. ``to_ms`` lies past 24:00 if the window runs over
    midnight.
    """

    from_ms: int
    to_ms: int
    factor: float
    weekdays: frozenset[int] = frozenset()
    day: date | None = None
    number: int | None = None

    def begins_on(self, day: int, clock: Clock) -> bool:
        """Whether a simulated day, which may be the eve of the first, is one of its days."""
        if self.number is not None:
            return clock.number_of(day) == self.number
        if self.day is not None:
            return clock.date_of(day) == self.day
        return clock.weekday_of(day) in self.weekdays


@dataclass(frozen=True)
class Scale:
    """What all rates are multiplied by, and what else on parts of the days; windows that overlap multiply."""

    total: float = 1.0
    windows: tuple[Window, ...] = ()

    def on(self, day: int, clock: Clock) -> tuple[tuple[int, int, float], ...]:
        """The (from ms, to ms, factor) of a day, those that run on from the day before included."""
        here = [(w.from_ms, min(w.to_ms, DAY), w.factor) for w in self.windows if w.begins_on(day, clock)]
        late = [w for w in self.windows if w.to_ms > DAY and w.begins_on(day - 1, clock)]
        return (*here, *((0, w.to_ms - DAY, w.factor) for w in late))


UNSCALED = Scale()
"""Rates as they are."""


def curves_by_day(curve: Curve, scale: Scale, clock: Clock) -> list[DayCurve]:
    """The curve of each simulated day, scaled; days that are alike share theirs."""

    @cache
    def made(of: DayCurve, parts: tuple[tuple[int, int, float], ...]) -> DayCurve:
        return multiplied(scaled(of, scale.total) if scale.total != 1 else of, parts)

    return [made(curve.on(day, clock), scale.on(day, clock)) for day in range(clock.total_days)]


def scaled(curve: DayCurve, factor: float) -> DayCurve:
    """The day with all rates multiplied."""
    return tuple((a, b, left * factor, right * factor) for a, b, left, right in curve)


def multiplied(curve: DayCurve, parts: Sequence[tuple[int, int, float]]) -> DayCurve:
    """The day with the rate multiplied from and until some times, at which it jumps."""
    if not parts:
        return curve
    pieces = cut(curve, [time for begin, end, _ in parts for time in (begin, end)])
    for begin, end, factor in parts:
        pieces = tuple(
            (a, b, left * factor, right * factor) if begin <= a < end else (a, b, left, right)
            for a, b, left, right in pieces
        )
    return pieces


def cut(curve: Sequence[Piece], at_ms: Sequence[int]) -> tuple[Piece, ...]:
    """The same rate with its pieces cut at some times."""
    pieces: list[Piece] = []
    times = sorted(set(at_ms))
    for a, b, left, right in curve:
        inside = [a, *(time for time in times if a < time < b), b]
        rates = [left, *(left + (right - left) * (time - a) / (b - a) for time in inside[1:-1]), right]
        pieces += [
            (c, d, one, other) for (c, d), (one, other) in zip(pairwise(inside), pairwise(rates), strict=True)
        ]
    return tuple(pieces)


def constant(rate: float) -> DayCurve:
    """A day of one rate."""
    return ((0, DAY, rate, rate),)


def even(counts: Sequence[float]) -> DayCurve:
    """Constant rates that give these counts in equal pieces of the day."""
    length = DAY // len(counts)
    rates = [count * HOUR / length for count in counts]
    return tuple((i * length, (i + 1) * length, rate, rate) for i, rate in enumerate(rates))


def contacts_in(curve: DayCurve) -> float:
    """The contacts expected on a day with this curve."""
    return sum((b - a) / HOUR * (left + right) / 2 for a, b, left, right in curve)


def days_of(pieces: Sequence[Piece]) -> tuple[DayCurve, ...]:
    """Pieces over several days, from 00:00 of the first to 24:00 of the last, as a curve of each."""
    days = -(-pieces[-1][1] // DAY)
    curves: list[list[Piece]] = [[] for _ in range(days)]
    for a, b, left, right in cut(pieces, [day * DAY for day in range(1, days)]):
        day = a // DAY
        curves[day].append((a - day * DAY, b - day * DAY, left, right))
    return tuple(map(tuple, curves))
