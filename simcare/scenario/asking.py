"""Asking for a measure from outside the file: ``queue at 19:30``, or what would stand under `measures`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from simcare.errors import UsageError
from simcare.scenario.asked import Asked, MeasureAsked, MeasureForm, asked_faults
from simcare.scenario.audience_meaning import audience_in
from simcare.scenario.check_forms import Check, CheckAsked, CheckForm, check_faults
from simcare.scenario.fields import Form
from simcare.scenario.hours import is_window
from simcare.scenario.source import Entry, Items, Map, Node, Place, Word, plain
from simcare.scenario.tables import Folder
from simcare.scenario.translate import Finding, finding, findings_of

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario

_READER: TypeAdapter[Asked] = TypeAdapter(MeasureAsked)
_CHECK_READER: TypeAdapter[Check] = TypeAdapter(CheckAsked)


def ask(scenario: Scenario, wanted: str | Mapping[str, Any]) -> Asked:
    """The measure that is wanted, in words such as ``waiting_p90 18:00–22:00 mon-fri`` or as a map with the
    keys of the language.

    Raises `UsageError` with all that is wrong with it.
    """
    written = in_words(wanted) if isinstance(wanted, str) else dict(wanted)
    shown = wanted if isinstance(wanted, str) else str(written.get("measure", "measures"))
    root = _tree(written, Place(f"measure {shown!r}"))
    asked: Asked = _read(root, _READER, MeasureForm)
    promises = [level.name for level in scenario.service_levels]
    names = (scenario.contacts, scenario.teams, promises)
    faults = asked_faults(asked, *names, scenario.clock, audience_in(scenario), scenario.costs)
    _refuse([finding(fault, root, (key,)) for key, fault in faults])
    return asked


def ask_check(scenario: Scenario, wanted: Mapping[str, Any]) -> Check:
    """The check that a map with the keys of `checks` means.

    Raises `UsageError` with all that is wrong with it.
    """
    root = _tree(dict(wanted), Place(f"check of {wanted.get('measure', 'nothing')!r}"))
    check: Check = _read(root, _CHECK_READER, CheckForm)
    faults = check_faults(check, (), scenario, scenario.currency, audience_in(scenario))
    _refuse([finding(fault, root, path) for path, fault in faults])
    return check


def _read(root: Node, reader: TypeAdapter[Any], form: type[Form]) -> Any:
    try:
        return reader.validate_python(plain(root), context=Folder(""))
    except ValidationError as error:
        _refuse(list(findings_of(error, root, form)))


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise UsageError("\n".join(str(found.tell()) for found in findings))


def in_words(text: str) -> dict[str, Any]:
    """What a short form means as a map: the name, then a window, `at` with a time, or days."""
    name, *rest = text.replace(",", " ").split() or [""]
    asked: dict[str, Any] = {"measure": name}
    days: list[str] = []
    while rest:
        word = rest.pop(0)
        if word in ("at", "day") and rest:
            following = rest.pop(0)
            if word == "at":
                asked["at"] = following
            else:
                days.append(f"day {following}")
        elif is_window(word):
            asked["window"] = word
        else:
            days.append(word)
    return asked | ({"days": days} if days else {})


def _tree(value: Any, place: Place) -> Node:
    """Plain values as a tree, all at one place."""
    if isinstance(value, Mapping):
        return Map({str(key): Entry(place, _tree(item, place)) for key, item in value.items()}, place)
    if isinstance(value, list | tuple):
        return Items(tuple(_tree(item, place) for item in value), place)
    plain_value = value if isinstance(value, str | int | float | bool) or value is None else str(value)
    return Word(plain_value, str(value), place)
