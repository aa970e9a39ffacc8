"""Quantities as people write them: ``1 h 30 min``, ``19:00``, ``85%``, ``45_000 IDR/h``, ``40_000``, ``1M``.

Each ``parse_…`` takes what YAML gave and returns a number in the units of the inside (milliseconds,
fractions, parts per million) or raises `QuantityError`, whose parts make one sentence: expected, got, hint.
Arithmetic is in exact fractions until the last step. ``write_duration`` and the ``format_…`` go the other
way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isfinite

from simcare.scenario.source import Hint, shown

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LONGEST = 36_500 * DAY
"""No duration is longer than this (a hundred years)."""

MOST_DAYS = 3_660
"""A run has at most this many days (ten years)."""

LARGEST = 1e12
"""No number is larger than this."""

_UNITS = {
    "ms": 1, "s": SECOND, "sec": SECOND, "second": SECOND, "seconds": SECOND,
    "min": MINUTE, "mins": MINUTE, "minute": MINUTE, "minutes": MINUTE,
    "h": HOUR, "hr": HOUR, "hrs": HOUR, "hour": HOUR, "hours": HOUR,
    "d": DAY, "day": DAY, "days": DAY, "week": 7 * DAY, "weeks": 7 * DAY,
}  # fmt: skip
_UNITS_THAT_FIT = "ms, s, min, h, day, week"

_DIGITS = r"\d+(?:_\d+)*(?:\.\d+)?"
_UNIT_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
DURATION_PATTERN = rf"^{_DIGITS} ?({_UNIT_WORDS})( ?{_DIGITS} ?({_UNIT_WORDS}))*$"
CLOCK_PATTERN = r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$|^24:00(:00)?$"
MOMENT_PATTERN = CLOCK_PATTERN.replace("^", r"^(day +\d+ +)?")
SHARE_PATTERN = rf"^{_DIGITS} ?%$"
COUNT_PATTERN = rf"^{_DIGITS} ?[kKM]?$"
MONEY_PATTERN = rf"^{_DIGITS} ?[A-Z]{{3}}$"
MONEY_PER_HOUR_PATTERN = rf"^{_DIGITS} ?[A-Z]{{3}} ?/ ?(h|hour)$"
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"

_PART = re.compile(rf"\s*([-+]?{_DIGITS})\s*([^\W\d_]+)?\s*")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
_MOMENT = re.compile(r"day\s+(\d{1,6})\s+(\S+)\Z")
_SHARE = re.compile(rf"([-+]?{_DIGITS})\s?%\Z")
_COUNT = re.compile(rf"([-+]?{_DIGITS})\s?([kKM]?)\Z")
_MONEY = re.compile(rf"([-+]?{_DIGITS})\s?([A-Z]{{3}})\Z")
_MONEY_PER_HOUR = re.compile(r"(.*\S)\s?/\s?(h|hour)\Z")


class QuantityError(ValueError):
    """A value that is not the quantity expected here; reads *expected …, got …; hint*."""

    def __init__(self, expected: str, got: object, hint: Hint = "") -> None:
        super().__init__(expected, got, hint)
        self.expected, self.got, self.hint = expected, got, hint

    def __str__(self) -> str:
        hint = str(self.hint)
        return f"expected {self.expected}, got {shown(self.got)}" + (f"; {hint}" if hint else "")


@dataclass(frozen=True)
class Money:
    """An amount in a currency (three letters), or an amount an hour."""

    amount: float
    currency: str


# ---- reading -----------------------------------------------------------------------------------------------


def parse_duration(value: object, *, positive: bool = False, longest: int = LONGEST) -> int:
    """Milliseconds of a duration such as ``15 min`` or ``1 h 30 min``."""
    expected = "a duration" + (" above zero" if positive else "") + " such as 15 min"
    if _is_number(value):
        raise QuantityError(expected, value, f"a bare number has no unit; units that fit: {_UNITS_THAT_FIT}")
    text = _text(value, expected)
    total, used, position = Fraction(0), LONGEST + 1, 0
    while position < len(text) or position == 0:
        part = _PART.match(text, position)
        if part is None:
            raise QuantityError(expected, value)
        number, unit = part.groups()
        if unit is None:
            raise QuantityError(expected, value, f"a number has no unit; units that fit: {_UNITS_THAT_FIT}")
        if unit not in _UNITS:
            known = _UNITS.get(unit.lower())
            raise QuantityError(
                expected,
                value,
                f"did you mean {unit.lower()}?"
                if known
                else f"{unit} is no unit here; units that fit: {_UNITS_THAT_FIT}",
            )
        if number.startswith("-"):
            raise QuantityError("a duration of zero or more", value)
        if _UNITS[unit] >= used:
            raise QuantityError(expected, value, "larger units come first, each once")
        used = _UNITS[unit]
        total += Fraction(number.replace("_", "")) * used
        position = part.end()
    if total.denominator != 1:
        raise QuantityError("a duration in whole milliseconds", value)
    if positive and total == 0:
        raise QuantityError(expected, value)
    if total > longest:
        raise QuantityError(f"a duration of at most {write_duration(longest)}", value)
    return int(total)


def parse_clock(value: object, *, midnight_ends: bool = True) -> int:
    """Milliseconds since 00:00 of a time of day such as ``19:00``; ``24:00`` only if a day may end here."""
    last = "24:00" if midnight_ends else "23:59"
    expected = f"a time of day from 00:00 to {last}"
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 23:
        raise QuantityError(expected, value, f"did you mean {value:02d}:00?")
    match = _CLOCK.match(_text(value, expected))
    if match is None:
        raise QuantityError(expected, value)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    ms = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or ms > DAY or (ms == DAY and not midnight_ends):
        raise QuantityError(expected, value)
    return ms


def parse_moment(value: object) -> int:
    """Milliseconds since 00:00 of day 1 of a time on a numbered day, such as ``day 2 19:00``."""
    expected = "a time on a day such as day 2 19:00, from day 1 00:00"
    match = _MOMENT.match(_text(value, expected))
    if match is None:
        whole_day = re.match(r"day\s+\d+\Z", str(value).strip())
        raise QuantityError(expected, value, f"write {value} 00:00" if whole_day else "")
    day = int(match.group(1))
    if not 1 <= day <= MOST_DAYS:
        raise QuantityError(f"a day from 1 to {MOST_DAYS:_}", value)
    try:
        return (day - 1) * DAY + parse_clock(match.group(2))
    except QuantityError:
        raise QuantityError(expected, value) from None


def parse_share(
    value: object, *, least: str = "0%", most: str = "100%", above: bool = False, below: bool = False
) -> float:
    """The fraction a share such as ``85%`` stands for; `above` and `below` leave the ends out."""
    return float(_share(value, least, most, above, below))


def parse_speed(value: object) -> int:
    """Parts per million of a speed such as ``80%``, above 0% and at most 10000%."""
    ppm = _share(value, "0%", "10000%", True, False, "a speed") * 1_000_000
    if ppm.denominator != 1:
        raise QuantityError("a speed in steps of 0.0001%", value)
    return int(ppm)


def parse_ratio(value: object, *, least: float = 0, most: float) -> float:
    """A plain number or a share: ``1.2`` and ``120%`` are the same."""
    match = _SHARE.match(value.strip()) if isinstance(value, str) and len(value) <= 40 else None
    number = float(Fraction(match.group(1).replace("_", "")) / 100) if match else None
    expected = f"a number such as 1.2 or a share such as 120%, {_range(least, most, False)}"
    if number is None:
        return parse_number(value, least=least, most=most, expected=expected)
    if not _fits(number, least, most, False):
        raise QuantityError(expected, value)
    return number


def parse_number(
    value: object, *, least: float = 0, most: float = LARGEST, positive: bool = False, expected: str = ""
) -> float:
    """A number: ``12.5``, ``40_000``, ``40k``, ``1M``."""
    expected = expected or f"a number {_range(least, most, positive)}"
    if isinstance(value, str):
        match = _COUNT.match(value.strip()) if len(value) <= 40 else None
        if match is None:
            raise QuantityError(expected, value)
        scale = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}[match.group(2)]
        number = float(Fraction(match.group(1).replace("_", "")) * scale)
    elif _is_number(value):
        number = float(value)  # type: ignore[arg-type]
    else:
        raise QuantityError(expected, value)
    if not isfinite(number) or not _fits(number, least, most, positive):
        raise QuantityError(expected, value)
    return number


def parse_whole(value: object, *, least: int = 0, most: int = 10**9, what: str = "a whole number") -> int:
    """A whole number: ``5``, ``40_000``, ``1M``."""
    expected = f"{what} from {least:_} to {most:_}"
    number = parse_number(value, least=least, most=most, expected=expected)
    if number != int(number):
        raise QuantityError(expected, value)
    return int(number)


def number_in_text(text: str) -> object:
    """The number that a cell of a CSV file holds, or the cell as it is."""
    text = text.strip()
    try:
        return float(text) if len(text) <= 40 else text
    except ValueError:
        return text


def parse_money(value: object) -> Money:
    """An amount of money: ``600_000 IDR``."""
    return _money(value, value, "money such as 600_000 IDR", "amount and three letters", "money")


def parse_money_per_hour(value: object) -> Money:
    """The cost of an hour: ``45_000 IDR/h``."""
    expected, hint = "money an hour such as 45_000 IDR/h", "amount, three letters, /h"
    match = _MONEY_PER_HOUR.match(value.strip()) if isinstance(value, str) and len(value) <= 40 else None
    if match is None and not _is_number(value):
        raise QuantityError(expected, value)
    return _money(match[1] if match else value, value, expected, hint, "money an hour")


def parse_date(value: object) -> date:
    """A calendar day such as ``2026-11-23``."""
    expected = "a date such as 2026-11-23"
    text = _text(value, expected)
    if not re.match(r"\d{4}-\d{2}-\d{2}\Z", text):
        raise QuantityError(expected, value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise QuantityError("a date of the calendar", value) from None
    if not 1900 <= day.year <= 2200:
        raise QuantityError("a date from 1900 to 2200", value)
    return day


# ---- writing -----------------------------------------------------------------------------------------------


def write_duration(ms: int) -> str:
    """A duration exactly, as the language reads it: ``1 day 2 h``, ``90 s`` as ``1 min 30 s``."""
    parts = []
    for unit, size in (("day", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND), ("ms", 1)):
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count} {unit}{'s' if unit == 'day' and count != 1 else ''}")
    return " ".join(parts) or "0 s"


def format_duration(ms: float) -> str:
    """A duration for people, in at most two units: ``350 ms``, ``6.5 s``, ``12 min 05 s``, ``2 h 05 min``,
    ``3 days 4 h``.
    """
    if ms < 0:
        return "-" + format_duration(-ms)
    if ms < SECOND - 0.5:
        return f"{round(ms)} ms"
    if ms < MINUTE - 50:
        return f"{round(ms / SECOND, 1):g} s"
    for larger, name, smaller, unit, width in ((HOUR, "min", SECOND, "s", 2), (DAY, "h", MINUTE, "min", 2)):
        size = smaller * 60
        whole, part = divmod(round(ms / smaller), 60)
        if whole * size < larger:
            return f"{whole} {name}" + (f" {part:0{width}d} {unit}" if part else "")
    days, hours = divmod(round(ms / HOUR), 24)
    return f"{days} day{'s' if days != 1 else ''}" + (f" {hours} h" if hours else "")


def format_clock(ms: int) -> str:
    """A time of day: ``19:00``, ``24:00``; times of a later day are shown as that day's clock."""
    ms = ms if 0 <= ms <= DAY else ms % DAY
    hours, rest = divmod(ms, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds // SECOND:02d}" if seconds >= SECOND else "")


def format_share(share: float, decimals: int = 4) -> str:
    """A share as the language writes it: ``90%``, ``12.5%``."""
    return f"{round(share * 100, decimals):.{decimals}f}".rstrip("0").rstrip(".") + "%"


# ---- pieces ------------------------------------------------------------------------------------------------


def _share(value: object, least: str, most: str, above: bool, below: bool, what: str = "a share") -> Fraction:
    expected = f"{what} {'above' if above else 'from'} {least} to {'below ' if below else ''}{most}"
    if _is_number(value):
        number = float(value)  # type: ignore[arg-type]
        over = len(most) > len("100%")  # shares above 100% are usual here, so 1.2 means 120%
        percent = f"{number * 100:g}%" if 0 < abs(number) <= (20 if over else 1) else f"{value}%"
        raise QuantityError(expected, value, f"a share has a percent sign; did you mean {percent}?")
    match = _SHARE.match(_text(value, expected))
    if match is None:
        raise QuantityError(expected, value)
    share = Fraction(match.group(1).replace("_", ""))
    low, high = Fraction(least[:-1]), Fraction(most[:-1])
    if share < low or share > high or (above and share == low) or (below and share == high):
        raise QuantityError(expected, value)
    return share / 100


def _money(amount: object, value: object, expected: str, written: str, what: str) -> Money:
    if _is_number(amount):
        raise QuantityError(expected, value, f"a bare number has no currency; write {written}")
    match = _MONEY.match(_text(amount, expected))
    if match is None:
        raise QuantityError(expected, value)
    number = float(Fraction(match.group(1).replace("_", "")))
    if not _fits(number, 0, LARGEST, False):
        raise QuantityError(f"{what} from 0 to {_plain(LARGEST)}", value)
    return Money(number, match.group(2))


def _text(value: object, expected: str) -> str:
    """The text of a quantity; no quantity is longer than forty characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > 40:
        raise QuantityError(expected, value)
    return value.strip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fits(number: float, least: float, most: float, positive: bool) -> bool:
    return least <= number <= most and not (positive and number <= 0)


def _range(least: float, most: float, positive: bool) -> str:
    if most >= LARGEST:
        return "above 0" if positive else f"of {_plain(least)} or more"
    return f"{'above 0' if positive else f'from {_plain(least)}'} to {_plain(most)}"


def _plain(number: float) -> str:
    return f"{int(number):_}" if number == int(number) else f"{number:g}"
