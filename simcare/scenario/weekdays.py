"""Weekdays as people write them: ``sat``, ``mon-fri``, ``daily``, or a list of these."""

from __future__ import annotations

from typing import Any

from simcare.scenario.quantities import QuantityError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EVERY_DAY = frozenset(range(7))
"""Monday is 0."""


def parse_days(value: Any) -> frozenset[int]:
    """Weekdays (0 = Monday): ``daily``, ``sat``, a range such as ``mon-fri``, or a list of these."""
    parts = value if isinstance(value, list) else [value]
    days: set[int] = set()
    for part in parts:
        found = EVERY_DAY if part == "daily" else weekdays_of(part)
        if found is None:
            raise QuantityError(
                "daily, a weekday such as sat, a range such as mon-fri, or a list of these",
                part,
                weekdays_hint(part),
            )
        days |= found
    if not days:
        raise QuantityError("at least one weekday", value)
    return frozenset(days)


def weekdays_hint(word: Any) -> str:
    """What ``monday`` or ``Tues - Fri`` may mean; empty if that cannot be told."""
    ends = word.lower().replace("–", "-").split("-") if isinstance(word, str) else []
    short = [end.strip()[:3] for end in ends]
    if not 1 <= len(short) <= 2 or any(day not in WEEKDAYS for day in short):
        return ""
    return f"did you mean '{'-'.join(short)}'?"


def weekdays_of(word: Any) -> frozenset[int] | None:
    """The days of ``sat`` or ``mon-fri`` (``sat-mon`` runs over Sunday), None if it is neither."""
    ends = word.lower().replace("–", "-").split("-") if isinstance(word, str) else []
    if not 1 <= len(ends) <= 2 or any(end not in WEEKDAYS for end in ends):
        return None
    first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
    return frozenset((first + offset) % 7 for offset in range((last - first) % 7 + 1))
