"""What pydantic found wrong, in the sentences of the language: *expected …, got …; hint*."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simcare.errors import Problem
from simcare.scenario.faults import Fault, did_you_mean
from simcare.scenario.fields import Form, WrittenAs
from simcare.scenario.source import Node, Path, Place, Word, at, near, place_of, shown


@dataclass(frozen=True)
class Finding:
    """A problem and the place in the scenario by which it is sorted."""

    place: Place
    problem: Problem


def findings_of(error: ValidationError, root: Node, form: type[Form]) -> Iterator[Finding]:
    """Every fault of a failed validation, with its place."""
    all_details = error.errors(include_url=False, include_input=False)
    misspelt = {
        (*details["loc"][:-1], near(str(details["loc"][-1]), keys_of(above)))
        for details in all_details
        if details["type"] == "extra_forbidden" and (above := model_at(form, details["loc"][:-1]))
    }
    for details in all_details:
        path = tuple(details["loc"])
        if details["type"] == "missing" and path in misspelt:
            continue
        of_key = path[-1:] == ("[key]",)
        if of_key:
            path = path[:-1]
        for fault in _faults(details, path, root, form):
            yield finding(fault, root, path, of_key=of_key)


def finding(fault: Fault, root: Node, path: Path, *, of_key: bool = False) -> Finding:
    """A fault below `path` with its place and its sentence."""
    path = (*path, *fault.at)
    of_key = of_key or fault.of_key
    place = place_of(root, path, of_key=of_key)
    if fault.problem is not None:
        return Finding(place, fault.problem)
    found = _found(root, path)
    got = fault.got or (
        shown(path[-1]) if of_key and path else shown(found) if found is not None else "nothing"
    )
    sentence = fault.sentence or f"expected {fault.expected}, got {got}" + (
        f"; {fault.hint}" if fault.hint else ""
    )
    return Finding(place, Problem(place.file, place.line, place.column, sentence))


def _found(root: Node, path: Path) -> Node | None:
    """What stands at `path`; a single name stands for the list of it."""
    found = at(root, path)
    while found is None and path:
        path = path[:-1]
        found = at(root, path)
        if found is not None and not isinstance(found, Word):
            return None
    return found


def model_at(form: type[Form], path: Path) -> type[Form] | None:
    """The form that reads the map at `path`, None if it is read another way."""
    annotation: Any = form
    for step in path:
        annotation = _below(_bare(annotation), step)
    annotation = _bare(annotation)
    return annotation if _is_form(annotation) else None


def is_open(form: type[Form], path: Path) -> bool:
    """Whether the map at `path` has names for keys, chosen by the user."""
    annotation: Any = form
    for step in path:
        annotation = _below(_bare(annotation), step)
    return get_origin(_bare(annotation)) is dict


def forms_below(form: type[Form]) -> list[type[Form]]:
    """A form and all the forms that its fields are read as, each once."""
    found = [form]
    for one in found:  # grows as it goes
        for name, info in one.model_fields.items():
            annotation = _bare(_below(one, info.alias or name))
            while get_origin(annotation) in (dict, tuple):
                annotation = _bare(_below(annotation, 0))
            if _is_form(annotation) and annotation not in found:
                found.append(annotation)
    return found


def _faults(details: ErrorDetails, path: Path, root: Node, form: type[Form]) -> tuple[Fault, ...]:
    context = details.get("ctx", {})
    match details["type"]:
        case "simcare":
            faults: tuple[Fault, ...] = context["faults"]
            return faults
        case "missing":
            above = model_at(form, path[:-1])
            noun = above.noun if above is not None else "a map"
            return (Fault(f"the key '{path[-1]}'", got=f"{noun} without it"),)
        case "extra_forbidden":
            return (_unknown_key(str(path[-1]), model_at(form, path[:-1])),)
        case "literal_error":
            words = re.findall(r"'([^']*)'", context["expected"])
            found = at(root, path)
            hint = did_you_mean(str(getattr(found, "value", "")), words)
            return (Fault(_list(words, "or"), hint),)
        case "model_type" | "model_attributes_type" | "dict_type":
            return (Fault(_map_expected(model_at(form, path))),)
        case "tuple_type" | "list_type":
            return (Fault("a list"),)
        case "too_short":
            return (Fault("at least one entry"),)
        case "too_long":
            return (Fault(f"at most {context['max_length']} entries", got=f"{context['actual_length']}"),)
    return (Fault("another kind of value"),)


def _unknown_key(key: str, form: type[Form] | None) -> Fault:
    known = keys_of(form) if form is not None else []
    noun = form.noun if form is not None else "the map"
    hint = did_you_mean(key, known)
    return Fault(f"a key of {noun}" + ("" if hint else f" ({', '.join(known)})"), hint, of_key=True)


def keys_of(form: type[Form]) -> list[str]:
    """The keys of a form as they are written."""
    return [info.alias or name for name, info in form.model_fields.items()]


def _map_expected(form: type[Form] | None) -> str:
    if form is None:
        return "a map from names to values"
    known = keys_of(form)
    return f"{form.noun}, a map with the keys {', '.join(known[:8])}" + (", …" if len(known) > 8 else "")


def _list(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]


# ---- following a path through the types --------------------------------------------------------------------


def _bare(annotation: Any) -> Any:
    """The form or container behind Annotated and Optional."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            read_as = [extra.form for extra in annotation.__metadata__ if isinstance(extra, WrittenAs)]
            annotation = read_as[0] if read_as else get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        else:
            return annotation


def _below(annotation: Any, step: str | int) -> Any:
    if _is_form(annotation):
        for name, info in annotation.model_fields.items():
            if (info.alias or name) == step:
                read_as = [extra for extra in info.metadata if isinstance(extra, WrittenAs)]
                return Annotated[info.annotation, read_as[0]] if read_as else info.annotation
        return None
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return args[1]
    return args[0] if origin in (tuple, list) and isinstance(step, int) else None


def _is_form(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Form)
