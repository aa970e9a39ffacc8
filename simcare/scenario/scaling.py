"""The key ``scale``: all rates by one share, or parts of the days by others.

``{18:00–22:00: 150%, sat: 120%, day 2 10:00–12:00: 300%, 2026-12-24: 50%}``: a part is a window of the clock,
some days, or a window on some days. Windows that overlap multiply; the same window stands there once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.day_curves import Scale, Window
from simcare.scenario.faults import Fault, Faults
from simcare.scenario.fields import Reads
from simcare.scenario.hours import parse_window
from simcare.scenario.quantities import MOST_DAYS, QuantityError
from simcare.scenario.weekdays import EVERY_DAY, weekdays_hint, weekdays_of

_EXPECTED = "a window such as 18:00–22:00, days such as sat or day 2, or both as in sat 18:00–22:00"
_DAYS_AND_WINDOW = re.compile(r"(?:(.*\S)\s+)?([\d:]+\s*[-–]\s*[\d:]+)\Z")

_share = partial(q.parse_share, most="100000%")


def _scale(written: Any) -> Scale:
    """A share of all, or of each part of a map."""
    if not isinstance(written, dict):
        return Scale(_share(written))
    if not written:
        raise QuantityError("a share such as 110%, or a map from parts of the day to such shares", written)
    faults = Faults()
    windows = [
        faults.read(partial(_window, factor=faults.read(_share, value, (key,))), key, (key,), of_key=True)
        for key, value in written.items()
    ]
    first: dict[Window, str] = {}
    for key, window in zip(written, windows, strict=True):
        if window is not None:
            same = first.setdefault(replace(window, factor=1.0), key)
            if same != key:
                faults.add(Fault("each part of the days once", f"it is the same as {same}", (key,), True))
    faults.stop()
    return Scale(windows=tuple(windows))


def _window(key: str, factor: float) -> Window:
    """The window that a key means, as if its factor were known."""
    match = _DAYS_AND_WINDOW.match(key.strip()) if ":" in key and len(key) <= 60 else None
    days, window = match.groups() if match else (key.strip(), "00:00–24:00")
    weekdays, number, day = EVERY_DAY, None, None
    if days is not None:
        numbered = re.match(r"day\s+(\d{1,6})\Z", days)
        if numbered:
            number = int(numbered.group(1))
        elif days[:4].isdigit():
            day = q.parse_date(days)
        elif days != "daily":
            weekdays = weekdays_of(days) or frozenset()
    if not weekdays or (number is not None and not 1 <= number <= MOST_DAYS):
        raise QuantityError(_EXPECTED, key, weekdays_hint(days))
    return Window(*parse_window(window), factor, weekdays, day, number)


ScaleWritten = Annotated[Scale, Reads(_scale, schemas.SCALE)]
