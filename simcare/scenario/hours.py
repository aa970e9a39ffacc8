"""Hours of the week: when a desk or a channel is open, as written and on one axis of time."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, Faults, refuse
from simcare.scenario.fields import Reads
from simcare.scenario.quantities import DAY, QuantityError
from simcare.scenario.weekdays import EVERY_DAY, weekdays_hint, weekdays_of

WEEK = 7 * DAY

Span = tuple[int, int]


@dataclass(frozen=True)
class WeekHours:
    """Hours that repeat every week: half-open spans in ms since Monday 00:00, in order, none touching.

    Hours over the end of Sunday are two spans.
    """

    spans: tuple[Span, ...]


def on_days(days: Iterable[int], from_ms: int, to_ms: int) -> list[Span]:
    """The spans of hours that begin on some weekdays; `to_ms` lies past 24:00 if they run over midnight."""
    spans: list[Span] = []
    for day in sorted(days):
        begin, end = day * DAY + from_ms, day * DAY + to_ms
        spans.append((begin, min(end, WEEK)))
        if end > WEEK:
            spans.append((0, end - WEEK))
    return spans


def outside(hours: WeekHours, spans: Iterable[Span]) -> WeekHours:
    """What is left of the hours outside some spans."""
    left: list[Span] = []
    taken = together(spans).spans
    for begin, end in hours.spans:
        for first, last in taken[bisect_right(taken, begin, key=itemgetter(1)) :]:
            if first >= end:
                break
            left.append((begin, first))
            begin = last
        left.append((begin, end))
    return WeekHours(tuple((begin, end) for begin, end in left if begin < end))


def together(spans: Iterable[Span]) -> WeekHours:
    """The hours that any of the spans covers."""
    united: list[Span] = []
    for begin, end in sorted(spans):
        if united and begin <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((begin, end))
    return WeekHours(tuple(united))


# ---- the written form --------------------------------------------------------------------------------------

MOST_WINDOWS = 50
"""A day has at most this many windows."""

_WINDOW = re.compile(r"\s*([\d:]+)\s*[-–]\s*([\d:]+)\s*\Z")
_EXPECTED = "a map from weekdays to windows, such as {mon-fri: 08:00–20:00, sat: [09:00–12:00, 13:00–16:00]}"


def parse_opening(written: Any) -> WeekHours:
    """A map from weekdays to a window, a list of windows or ``closed``; ``daily`` is for days not named."""
    if not isinstance(written, dict) or not written:
        window = isinstance(written, str) and is_window(written)
        raise refuse(Fault(_EXPECTED, f"write {{daily: {written}}}" if window else ""))
    faults = Faults()
    days_of = _days_of(written, faults)
    spans: list[Span] = []
    for key, value in written.items():
        if value == "closed":
            continue
        several = isinstance(value, list)
        if several and len(value) > MOST_WINDOWS:
            faults.add(Fault(f"at most {MOST_WINDOWS} windows", at=(key,), got=f"{len(value):_}"))
            continue
        for i, item in enumerate(value if several else [value]):
            at = (key, i) if several else (key,)
            window = faults.read(partial(parse_window, or_else="or the word closed"), item, at)
            new = on_days(days_of[key], *window) if window else []
            if any(begin < other_end and other < end for begin, end in new for other, other_end in spans):
                faults.add(Fault("windows that do not overlap", at=at, got=f"{item} beside another"))
            spans += new
    if not (spans or faults.found):
        faults.add(Fault("at least one window", got="a week without any"))
    faults.stop()
    return together(spans)


def _days_of(written: dict[str, Any], faults: Faults) -> dict[str, frozenset[int]]:
    """The weekdays that each key stands for."""
    days_of: dict[str, frozenset[int]] = {}
    named: frozenset[int] = frozenset()
    for key in written:
        days = frozenset() if key == "daily" else weekdays_of(key)
        if days is None:
            expected = "daily, a weekday such as sat or a range such as mon-fri"
            faults.add(Fault(expected, weekdays_hint(key), (key,), True))
        elif days & named:
            faults.add(Fault("each weekday once", at=(key,), of_key=True))
        days_of[key] = (days or frozenset()) - named
        named |= days_of[key]
    return days_of | ({"daily": EVERY_DAY - named} if "daily" in written else {})


def is_window(word: str) -> bool:
    """Does a word look like a window such as ``08:00–20:00``?"""
    return _WINDOW.match(word[:40]) is not None


def parse_window(written: Any, or_else: str = "") -> Span:
    """From when to when a window such as ``08:00–20:00`` runs, in ms since 00:00.

    An end not after the beginning is on the next day. `or_else` is the hint for other words.
    """
    expected = "a window of the day such as 08:00–20:00"
    match = _WINDOW.match(written) if isinstance(written, str) and len(written) <= 40 else None
    if match is None:
        raise QuantityError(expected, written, or_else if isinstance(written, str) else "")
    if all(end.isdecimal() and int(end) <= 24 for end in match.groups()):
        meant = "–".join(f"{int(end):02d}:00" for end in match.groups())
        raise QuantityError(expected, written, f"did you mean {meant}?")
    try:
        begin, end = q.parse_clock(match[1], midnight_ends=False), q.parse_clock(match[2])
    except QuantityError:
        raise QuantityError(expected, written) from None
    if begin == end:
        hint = "for a whole day write 00:00–24:00"
        raise QuantityError("a window whose end differs from its beginning", written, hint)
    return begin, end if end > begin else end + DAY


Opening = Annotated[WeekHours, Reads(parse_opening, schemas.OPENING)]
