"""Maps and lists that are read by hand, because their keys or entries are quantities or may be nested."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import Fault, Faults, refuse
from simcare.scenario.fields import Reads, parse_name
from simcare.scenario.source import shown

ALL = ("all",)
"""What a list of contact types holds until it is known which there are."""


def read_by_clock(
    written: Any, parse: Callable[[Any], Any], expected: str, *, midnight_ends: bool
) -> tuple[tuple[int, Any], ...]:
    """A map from times of day to values, sorted by time."""
    parse_key = partial(q.parse_clock, midnight_ends=midnight_ends)
    return _by_time(written, parse_key, parse, expected, "time of day")


def read_by_moment(
    written: Any, parse: Callable[[Any], Any], expected: str
) -> tuple[tuple[int, Any], ...] | None:
    """A map from times on numbered days to values, in ms since 00:00 of day 1; None if its times are those
    of any day.
    """
    if not isinstance(written, dict) or not any(str(key).startswith("day ") for key in written):
        return None
    plain = [key for key in written if not str(key).startswith("day ")]
    if plain:
        both = "times of any day, or times on days such as day 2 19:00, not both"
        raise refuse(*(Fault(both, at=(key,), of_key=True) for key in plain))
    return _by_time(written, q.parse_moment, parse, expected, "time")


def _by_time(
    written: Any, parse_key: Callable[[Any], int], parse: Callable[[Any], Any], expected: str, what: str
) -> tuple[tuple[int, Any], ...]:
    if not isinstance(written, dict) or not written:
        raise refuse(Fault(expected))
    faults = Faults()
    knots: dict[int, Any] = {}
    first_spelling: dict[int, str] = {}
    for key, value in written.items():
        clock = faults.read(parse_key, key, (key,), of_key=True)
        level = faults.read(parse, value, (key,))
        if clock in knots and clock is not None:
            faults.add(
                Fault(
                    f"each {what} once",
                    f"{shown(first_spelling[clock])} is the same",
                    (key,),
                    of_key=True,
                )
            )
        knots[clock], first_spelling[clock] = level, key
    faults.stop()
    return tuple(sorted(knots.items()))


def read_ranks(written: Any) -> tuple[tuple[str, ...], ...]:
    """Names in order; a list inside the list holds equals."""
    expected = "a list of names in order, such as [urgent, [normal, other]]"
    if not isinstance(written, list):
        raise refuse(Fault(expected))
    faults, ranks, seen = Faults(), [], set()
    for i, item in enumerate(written):
        equals = item if isinstance(item, list) else [item]
        if not equals:
            faults.add(Fault("a name or a list of names", at=(i,)))
        names = []
        for j, word in enumerate(equals):
            at = (i, j) if isinstance(item, list) else (i,)
            name = faults.read(parse_name, word, at)
            if name is not None and name in seen:
                faults.add(Fault("each name once", f"{shown(name)} stands earlier in the list", at))
            seen.add(name)
            names.append(name)
        ranks.append(tuple(names))
    faults.stop()
    return tuple(ranks)


def read_names(written: Any) -> tuple[str, ...]:
    """A list of at least one name, each once."""
    if not isinstance(written, list) or not written:
        hint = f"write [{written}]" if isinstance(written, str) and len(written) <= 60 else ""
        raise refuse(Fault("a list of at least one name", hint))
    faults, names = Faults(), dict[str, int]()
    for i, word in enumerate(written):
        name = faults.read(parse_name, word, (i,))
        if name is not None and names.setdefault(name, i) != i:
            faults.add(Fault("each name once", at=(i,)))
    faults.stop()
    return tuple(names)


def read_contacts(written: Any) -> tuple[str, ...]:
    """Contact types: a name, a list of names, or ``all``, which is `ALL`."""
    if written == "all":
        return ALL
    return read_names([written] if isinstance(written, str) else written)


def read_tags(written: Any) -> tuple[str, ...]:
    """Tags: a name or a list of names."""
    return read_names([written] if isinstance(written, str) else written)


ContactTypes = Annotated[tuple[str, ...], Reads(read_contacts, schemas.NAME_OR_NAMES)]
Ranks = Annotated[tuple[tuple[str, ...], ...], Reads(read_ranks, schemas.RANKS)]
Tags = Annotated[tuple[str, ...], Reads(read_tags, schemas.NAME_OR_NAMES)]
Names = Annotated[
    tuple[str, ...],
    Reads(read_names, schemas.NAMES),
]
