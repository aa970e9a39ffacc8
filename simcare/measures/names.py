"""Names that somebody asked for and that do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from simcare.errors import UsageError

_FEW = 12
"""So many names are listed when none is near."""


def no_such(what: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for an unknown name: with the nearest known one, or with all if they are few."""
    names = tuple(known)
    hint = ""
    if near := get_close_matches(name, names, n=1):
        hint = f"; did you mean '{near[0]}'?"
    elif 0 < len(names) <= _FEW:
        hint = "; there is " + ", ".join(f"'{one}'" for one in names)
    return UsageError(f"there is no {what} '{name}'{hint}")
