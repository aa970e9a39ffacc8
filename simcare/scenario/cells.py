"""Days and times as the cells of exported tables write them.

Spreadsheets and workforce tools agree on nothing: ``23.11.2026``, ``11/23/2026``, ``23-Nov-26``, ``Mon``,
``Monday``, ``8:00``, ``08:00:00``, ``8 am``. Each ``…_in`` reads one cell or raises `QuantityError`. Whether
the day or the month stands first in ``03/04/2026`` no
cell can tell alone; `date_order` asks all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from simcare.scenario.quantities import DAY, HOUR, MINUTE, SECOND, QuantityError
from simcare.scenario.weekdays import EVERY_DAY

DateOrder = Literal["day-first", "month-first"]

LONGEST_CELL = 60
"""No day or time is written longer than this."""

_SAY_ORDER = "say what stands first, with dates: day-first or dates: month-first"
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_SETS = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "all": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekend": frozenset((5, 6)),
    "weekends": frozenset((5, 6)),
}

_CLOCK_TEXT = r"\d{1,2}(?::\d{2}){1,2}(?:\.0+)?(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?"
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:\.0+)?)?(?:\s*([ap])\.?m\.?)?\Z", re.IGNORECASE)
_STAMP = re.compile(rf"(.*?\S)(?:T|,?\s+)({_CLOCK_TEXT})\Z", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<before>.*?)(?P<begin>\d{1,2}:\d{2}(?::\d{2})?)(?P<half>\s*[ap]\.?m\.?)?"
    r"\s*[-–]\s*(?P<end>\d{1,2}:\d{2}(?::\d{2})?)(?P<other>\s*[ap]\.?m\.?)?\Z",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})[ .-]+([a-z]{3,9})\.?[ ,-]+(\d{4}|\d{2})\Z", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? +(\d{1,2}),? +(\d{4})\Z", re.IGNORECASE)
_LEADING_WEEKDAY = re.compile(
    rf"(?:{'|'.join(f'{day[:3]}(?:{day[3:]})?' for day in _FULL_DAYS)})\.?,?\s+", re.I
)


def clock_in(cell: str) -> int:
    """Milliseconds since 00:00 of a time of day: ``8:00``, ``08:00:00``, ``8:30 pm``, ``8am``, ``24:00``."""
    expected = "a time of day such as 08:00 or 8:00 am"
    match = _CLOCK.match(_short(cell, expected))
    if match is None:
        raise QuantityError(expected, cell)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    half = (match.group(4) or "").lower()
    if (not half and match.group(2) is None) or (half and not 1 <= hours <= 12):
        raise QuantityError(expected, cell)
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    ms = hours * HOUR + minutes * MINUTE + seconds * SECOND
    if minutes > 59 or seconds > 59 or ms > DAY:
        raise QuantityError(expected, cell)
    return ms


def date_in(cell: str, order: DateOrder | None = None) -> date:
    """A calendar day: ``2026-11-23``, ``23.11.2026``, ``23 Nov 2026``, ``Nov 23, 2026``, or with slashes.

    `order` says what stands first where only figures and slashes or hyphens stand. A weekday before the date
    is passed over, a year of two digits is one of this century.
    """
    expected = "a date such as 2026-11-23"
    text = _LEADING_WEEKDAY.sub("", _short(cell, expected), count=1)
    year, month, day = _parts(text, order, cell, expected)
    try:
        found = date(year, month, day)
    except ValueError:
        raise QuantityError("a date of the calendar", cell) from None
    if not 1900 <= found.year <= 2200:
        raise QuantityError("a date from 1900 to 2200", cell)
    return found


class DatesDoNotTell(QuantityError):
    """Dates of a table that do not tell whether the day or the month stands first: these `cells`."""

    def __init__(self, expected: str, hint: str, *cells: str) -> None:
        super().__init__(expected, " and ".join(cells), hint)
        self.cells = cells


def date_order(cells: Iterable[str]) -> DateOrder | None:
    """What stands first in dates of figures with slashes or hyphens; None if no cell is written so.

    A first figure above 12 is a day, and so is a second one.

    Raises
    ------
    DatesDoNotTell
        if such cells leave it open, or disagree.
    """
    first_with: dict[DateOrder | None, str] = {}
    for cell in cells:
        match = _YEAR_LAST.match(_LEADING_WEEKDAY.sub("", cell.strip()[:LONGEST_CELL], count=1))
        if match is not None and match.group(2) != ".":
            first, second = int(match.group(1)), int(match.group(3))
            tells: DateOrder | None = "day-first" if first > 12 else "month-first" if second > 12 else None
            first_with.setdefault(tells, cell)
    undecided = first_with.pop(None, None)
    if len(first_with) > 1:
        raise DatesDoNotTell("dates in one order", "write dates as 2026-11-23", *first_with.values())
    if not first_with and undecided is not None:
        raise DatesDoNotTell("a date whose day and month can be told apart", _SAY_ORDER, undecided)
    return next(iter(first_with), None)


def without_end(cell: str) -> str:
    """The beginning of an interval written with its end, as ``08:00-08:30``; else the cell as it is."""
    match = _interval(cell)
    if match is None:
        return cell
    return match.group("before") + match.group("begin") + (match.group("half") or "")


def length_in(cell: str) -> int:
    """How long an interval is that is written with its end, in ms; 0 if the cell has none."""
    match = _interval(cell)
    if match is None:
        return 0
    half, other = match.group("half") or "", match.group("other")
    begin, end = clock_in(match.group("begin") + half), clock_in(match.group("end") + (other or half))
    return length_until(begin, end, DAY // 2 if half and not other else DAY)  # as in 11:30 am-12:30


def length_until(begin: int, end: int, period: int = DAY) -> int:
    """How long an interval is, in ms, between two times of a clock with a period.

    ``08:00-08:29`` and ``08:00:00-08:29:59`` name the last minute or second of half an hour; ``23:30-00:00``
    ends at midnight.
    """
    last = SECOND if end % MINUTE else MINUTE
    if begin % (5 * MINUTE) == 0 and (end + last) % (5 * MINUTE) == 0:
        end += last
    return (end - begin) % period or period


def _interval(cell: str) -> re.Match[str] | None:
    """An interval with its end.

    ``2026-11-23T08:00-05:00`` and ``2026-11-23 08:00:00-05:00`` have no end but an offset from UTC.
    """
    match = _RANGE.match(cell) if len(cell) <= LONGEST_CELL else None
    if match is None or match.group("before").endswith(("T", "t")):
        return None
    if match.group("begin").count(":") != match.group("end").count(":"):
        return None
    other = match.group("other")
    if other and not match.group("half"):
        raise QuantityError(f"an interval such as 8:00{other}-8:30{other}", cell)
    return match


def stamp_in(cell: str) -> tuple[str, str] | None:
    """The date and the time of day of a cell that holds both, each as it stands; None if it does not.

    Of an interval that is written with its end the beginning counts.
    """
    try:
        match = _STAMP.match(without_end(cell.strip())) if len(cell) <= LONGEST_CELL else None
    except QuantityError:
        return None
    return (match.group(1).rstrip(","), match.group(2)) if match is not None else None


def weekdays_in(cell: str) -> frozenset[int] | None:
    """Weekdays (0 = Monday): ``Mon``, ``monday``, ``mo``, ``Mon-Fri``, ``Mon, Wed``, ``daily``, ``weekdays``.

    None if it is anything else.
    """
    text = " ".join(cell.lower().split())
    if not text or len(text) > LONGEST_CELL:
        return None
    if text in _SETS:
        return _SETS[text]
    days: set[int] = set()
    for part in re.split(r"(?:[\s,/;+&]|\band\b)+", re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", text)):
        ends = [day for end in part.split("-") for day in _weekdays_that_begin(end)]
        if len(ends) != 1 + part.count("-") or len(ends) > 2:
            return None
        days |= {(ends[0] + offset) % 7 for offset in range((ends[-1] - ends[0]) % 7 + 1)}
    return frozenset(days)


def _weekdays_that_begin(word: str) -> list[int]:
    """The one weekday that is called so, in full or by its first two letters or more; else none."""
    word = word.rstrip(".")
    return [number for number, day in enumerate(_FULL_DAYS) if len(word) > 1 and day.startswith(word)]


def _parts(text: str, order: DateOrder | None, cell: str, expected: str) -> tuple[int, int, int]:
    """Year, month and day as written."""
    if match := _YEAR_FIRST.match(text):
        return int(match.group(1)), int(match.group(3)), int(match.group(4))
    if match := _YEAR_LAST.match(text):
        first, mark, second, year = match.groups()
        if mark == "." or order == "day-first":
            return _year(year), int(second), int(first)
        if order == "month-first":
            return _year(year), int(first), int(second)
        raise QuantityError("a date whose day and month can be told apart", cell, _SAY_ORDER)
    if match := _DAY_MONTH.match(text):
        day, month, year = match.groups()
    elif match := _MONTH_DAY.match(text):
        month, day, year = match.groups()
    else:
        raise QuantityError(expected, cell)
    found = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(month.lower())]
    if len(found) != 1:
        raise QuantityError(expected, cell)
    return _year(year), found[0], int(day)


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _short(cell: str, expected: str) -> str:
    text = cell.strip()
    if not text or len(text) > LONGEST_CELL:
        raise QuantityError(expected, cell or None)
    return text
