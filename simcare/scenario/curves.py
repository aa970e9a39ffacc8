"""Curves as they are written: lines between times, steps, counts by interval, a shape, weekday factors.

All become a `Curve`: straight pieces of rate in contacts an hour that cover every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.day_curves import Curve, Piece, constant, days_of, even
from simcare.scenario.faults import Fault, Faults, one_of, refuse
from simcare.scenario.fields import Form, Reads, WrittenAs
from simcare.scenario.lists import read_by_clock, read_by_moment
from simcare.scenario.profiles import PROFILES
from simcare.scenario.quantities import DAY, MINUTE, QuantityError
from simcare.scenario.source import DidYouMean
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import weekdays_hint, weekdays_of

MOST_PER_HOUR = 1e8
"""No rate is larger than this."""


@dataclass(frozen=True)
class Shape:
    """How a daily total is spread: weights of equal pieces of the day, or the CSV column that holds them."""

    weights: tuple[float, ...]
    csv: str = ""
    column: str = ""

    def spread(self, per_day: float, folder: Folder) -> Curve:
        """The curve of days with `per_day` contacts in all."""
        weights = self.weights
        if self.csv:
            weights = tuple(folder.column(self.csv, self.column, lambda cell: _rate(q.number_in_text(cell))))
            _check_weights(weights)
        total = sum(weights)
        return Curve((even([per_day * weight / total for weight in weights]),))


# ---- the written forms -------------------------------------------------------------------------------------

AN_HOUR = {"per_hour": 1.0, "per_minute": 60.0, "per_second": 3600.0}
"""How often an hour the unit of a rate fits into it."""

_MAP = "a map from times of day to numbers"

_rate = partial(q.parse_number, most=MOST_PER_HOUR)


def _lines(written: Any) -> Curve:
    """A number all day, or straight lines between the times of a map, of any day or of several."""
    if not isinstance(written, dict):
        try:
            rate = _rate(written)
        except QuantityError as error:
            expected = f"{error.expected}, or a map from times of day to such numbers"
            raise QuantityError(expected, written, error.hint) from None
        return Curve((constant(rate),))
    numbered = read_by_moment(written, _rate, _MAP)
    if numbered is not None:
        return _numbered(numbered, [(a, b, left, right) for (a, left), (b, right) in pairwise(numbered)])
    knots = read_by_clock(written, _rate, _MAP, midnight_ends=True)
    first, last = knots[0], knots[-1]
    ends = ((0, first[1]), *knots, (DAY, last[1]))
    return Curve((tuple((a, b, left, right) for (a, left), (b, right) in pairwise(ends) if b > a),))


def _steps(written: Any) -> Curve:
    """Constant from each time of a map to the next; on any day the first is 00:00."""
    numbered = read_by_moment(written, _rate, _MAP)
    if numbered is not None:
        return _numbered(numbered, [(a, b, rate, rate) for (a, rate), (b, _) in pairwise(numbered)])
    knots = read_by_clock(written, _rate, _MAP, midnight_ends=False)
    if knots[0][0] != 0:
        got = q.format_clock(knots[0][0])
        raise refuse(
            Fault(
                "steps that begin at 00:00", at=(next(iter(written)),), of_key=True, got=f"{got} as the first"
            )
        )
    times = [time for time, _ in knots] + [DAY]
    return Curve((tuple((a, b, rate, rate) for (a, rate), b in zip(knots, times[1:], strict=True)),))


def _numbered(knots: Sequence[tuple[int, float]], pieces: Sequence[Piece]) -> Curve:
    """The curve of days 1, 2, … from the pieces between its knots; constant before the first and after the
    last.
    """
    (begin, first), (end, last) = knots[0], knots[-1]
    to = max(DAY, -(-end // DAY) * DAY)
    ends = [(0, begin, first, first), *pieces, (end, to, last, last)]
    return Curve(
        numbered=(constant(first), *days_of([piece for piece in ends if piece[0] < piece[1]]), constant(last))
    )


def _counts(written: Any) -> Curve:
    """Contacts in each of as many equal intervals of the day."""
    expected = "a list of contacts in each interval of the day (24 for hours, 48 for half hours)"
    if not isinstance(written, list) or not written:
        raise refuse(Fault(expected))
    if (DAY // MINUTE) % len(written):
        raise refuse(Fault(expected + ", intervals of whole minutes", got=f"{len(written)} numbers"))
    return Curve((even(_numbers(written)),))


def _shape(written: Any) -> Shape:
    """Weights of the pieces of the day, or a CSV column to read them from."""
    if isinstance(written, str):
        if written not in PROFILES:
            raise QuantityError(
                f"a built-in profile ({', '.join(PROFILES)})", written, DidYouMean(written, PROFILES)
            )
        return Shape(PROFILES[written].weights)
    if isinstance(written, list):
        weights = tuple(_numbers(written))
        _check_weights(weights)
        return Shape(weights)
    if not isinstance(written, dict):
        raise QuantityError(
            "the name of a built-in profile, {csv, column}, or a list of 24, 48 or 96 weights", written
        )
    faults = Faults()
    for key, value in written.items():
        if key not in ("csv", "column"):
            faults.add(Fault("the keys csv and column", DidYouMean(key, ("csv", "column")), (key,), True))
        elif not isinstance(value, str):
            faults.add(Fault("text", at=(key,)))
    for key in ("csv", "column"):
        if key not in written:
            faults.add(Fault(f"the key '{key}'", got="a shape without it"))
    faults.stop()
    return Shape((), written["csv"], written["column"])


def _check_weights(weights: tuple[float, ...]) -> None:
    if len(weights) not in (24, 48, 96):
        raise refuse(
            Fault(
                "24, 48 or 96 weights, one for each hour, half hour or quarter", got=f"{len(weights)} of them"
            )
        )
    if sum(weights) <= 0:
        raise refuse(Fault("at least one weight above zero"))


def _numbers(written: list[Any]) -> list[float]:
    faults = Faults()
    numbers = [faults.read(_rate, value, (i,)) for i, value in enumerate(written)]
    faults.stop()
    return numbers


def _weekdays(written: Any) -> tuple[float, ...]:
    expected = "a map from weekdays (mon, or mon-fri) to shares such as 120%"
    if not isinstance(written, dict) or not written:
        raise refuse(Fault(expected))
    faults, factors = Faults(), dict[int, float]()
    for key, value in written.items():
        days = weekdays_of(key)
        factor = faults.read(partial(q.parse_share, most="10000%"), value, (key,))
        if days is None:
            hint = weekdays_hint(key)
            faults.add(Fault("a weekday such as sat or a range such as mon-fri", hint, (key,), True))
        elif not days.isdisjoint(factors):
            faults.add(Fault("each weekday once", at=(key,), of_key=True))
        else:
            factors |= dict.fromkeys(days, factor)
    faults.stop()
    return tuple(factors.get(day, 1.0) for day in range(7))


Total = Annotated[float, Reads(_rate, schemas.NUMBER)]
ShapeWritten = Annotated[Shape, Reads(_shape, schemas.SHAPE)]
Counts = Annotated[Curve, Reads(_counts, schemas.COUNTS)]
Weekdays = Annotated[tuple[float, ...], Reads(_weekdays, schemas.WEEKDAYS)]
Lines = Annotated[Curve, Reads(_lines, schemas.LINES)]
_Steps = Annotated[Curve, Reads(_steps, schemas.by_moment(schemas.NUMBER))]


class StepsForm(Form):
    """A rate that is constant from one time to the next, of any day or on days such as `day 2 19:00`."""

    noun = "steps"

    per_hour: _Steps | None = None
    """Contacts an hour from each time on; on any day the first is 00:00. Examples: `{00:00: 4, 08:00: 60}`"""

    per_minute: _Steps | None = None
    """Contacts a minute from each time on. Examples: `{00:00: 0.1, 08:00: 2}`"""

    per_second: _Steps | None = None
    """Contacts a second from each time on. Examples: `{day 1 00:00: 0.5, day 2 19:00: 2}`"""

    def canonical(self, folder: Folder) -> Curve:
        """The curve in contacts an hour."""
        unit = one_of(self, tuple(AN_HOUR), "steps")
        curve: Curve = getattr(self, unit)
        return curve.scaled(AN_HOUR[unit])


Steps = Annotated[Curve, WrittenAs(StepsForm)]
