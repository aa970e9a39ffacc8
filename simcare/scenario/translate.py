"""What pydantic found wrong, in the sentences of the language: *expected …, got …; hint*."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simcare.errors import Problem
from simcare.scenario.faults import Fault
from simcare.scenario.fields import AS_LIST, AS_MAP, Form, WrittenAs
from simcare.scenario.source import DidYouMean, Node, Path, Place, Word, at, near, place_of, shown


@dataclass(frozen=True)
class Finding:
    """Something wrong: the place in the scenario by which it is sorted, and its problem, made when told."""

    place: Place
    tell: Callable[[], Problem]


def findings_of(error: ValidationError, root: Node, form: type[Form]) -> Iterator[Finding]:
    """Every fault of a failed validation, with its place."""
    all_details = error.errors(include_url=False, include_input=False)
    for details in all_details:
        details["loc"] = tuple(step for step in details["loc"] if step not in (AS_LIST, AS_MAP))
    unknown: dict[Path, list[str]] = {}
    for details in all_details:
        if details["type"] == "extra_forbidden":
            unknown.setdefault(details["loc"][:-1], []).append(str(details["loc"][-1]))
    for details in all_details:
        path: Path = tuple(details["loc"])
        if details["type"] == "simcare":
            of_key = path[-1:] == ("[key]",)
            for fault in details["ctx"]["faults"]:
                yield finding(fault, root, path[:-1] if of_key else path, of_key=of_key)
        elif details["type"] != "missing" or not _is_misspelt(path, unknown, form):
            of_key = details["type"] == "extra_forbidden"
            tell = partial(_told_by_pydantic, details, path, root, form)
            yield Finding(place_of(root, path, of_key=of_key), tell)


def found_already(problem: Problem) -> Finding:
    """A problem that needs no making."""
    return Finding(Place(problem.file, problem.line, problem.column), lambda: problem)


def finding(fault: Fault, root: Node, path: Path, *, of_key: bool = False) -> Finding:
    """A fault below `path` with its place."""
    path, of_key = (*path, *fault.at), of_key or fault.of_key
    return Finding(place_of(root, path, of_key=of_key), partial(_told, fault, root, path, of_key))


def _told(fault: Fault, root: Node, path: Path, of_key: bool) -> Problem:
    """The problem that a fault is, in a sentence."""
    if fault.problem is not None:
        return fault.problem
    found = _found(root, path)
    got = fault.got or ("nothing" if found is None else shown(found))
    if of_key and not fault.got:
        got = shown(path[-1])
    hint = str(fault.hint)
    sentence = fault.sentence or f"expected {fault.expected}, got {got}" + (f"; {hint}" if hint else "")
    place = place_of(root, path, of_key=of_key)
    return Problem(place.file, place.line, place.column, sentence)


def _told_by_pydantic(details: ErrorDetails, path: Path, root: Node, form: type[Form]) -> Problem:
    fault = _fault_of(details, path, root, form)
    return _told(fault, root, path, fault.of_key)


def _is_misspelt(path: Path, unknown: dict[Path, list[str]], form: type[Form]) -> bool:
    """Whether a missing key stands there with another spelling, which is a problem already."""
    above, beside = model_at(form, path[:-1]), unknown.get(path[:-1], [])
    return above is not None and any(near(key, keys_of(above)) == path[-1] for key in beside[:20])


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
        annotation = _below(_bare(annotation, step), step)
    annotation = _bare(annotation)
    return annotation if _is_form(annotation) else None


def is_open(form: type[Form], path: Path) -> bool:
    """Whether the map at `path` has names for keys, chosen by the user."""
    annotation: Any = form
    for step in path:
        annotation = _below(_bare(annotation, step), step)
    return get_origin(_bare(annotation)) is dict


def forms_below(form: type[Form]) -> list[type[Form]]:
    """A form and all the forms that its fields are read as, each once."""
    found = [form]
    for one in found:  # grows as it goes
        for name, info in one.model_fields.items():
            for step in ("", 0):  # of a list and a map, the one and the other
                annotation = _bare(_below(one, info.alias or name), step)
                while get_origin(annotation) in (dict, tuple):
                    annotation = _bare(_below(annotation, 0))
                if _is_form(annotation) and annotation not in found:
                    found.append(annotation)
    return found


def _fault_of(details: ErrorDetails, path: Path, root: Node, form: type[Form]) -> Fault:
    """What one of pydantic's own errors means here."""
    above = model_at(form, path[:-1])
    match details["type"]:
        case "missing":
            return Fault(f"the key '{path[-1]}'", got=f"{above.noun if above else 'a map'} without it")
        case "extra_forbidden" if above is not None:
            known = keys_of(above)
            hint = str(DidYouMean(str(path[-1]), known))
            return Fault(
                f"a key of {above.noun}" + ("" if hint else f" ({', '.join(known)})"), hint, of_key=True
            )
        case "literal_error":
            words = re.findall(r"'([^']*)'", details["ctx"]["expected"])
            found = at(root, path)
            return Fault(_either(words), DidYouMean(str(getattr(found, "value", "")), words))
        case "model_type" | "model_attributes_type" | "dict_type":
            return Fault(_map_expected(model_at(form, path)))
        case "tuple_type" | "list_type":
            return Fault("a list")
        case "too_short":
            return Fault("at least one entry")
        case "too_long":
            return Fault(f"at most {details['ctx']['max_length']} entries")
    return Fault("another kind of value")


def keys_of(form: type[Form]) -> list[str]:
    """The keys of a form as they are written."""
    return [info.alias or name for name, info in form.model_fields.items()]


def _map_expected(form: type[Form] | None) -> str:
    if form is None:
        return "a map from names to values"
    known = keys_of(form)
    keys = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return f"{form.noun}, a map with the key{'s' * (len(known) > 1)} {keys}"


def _either(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


# ---- following a path through the types --------------------------------------------------------------------


def _bare(annotation: Any, step: str | int = "") -> Any:
    """The form or container behind Annotated and Optional; of a list and a map the one that has the step."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            read_as = [extra.form for extra in annotation.__metadata__ if isinstance(extra, WrittenAs)]
            annotation = read_as[0] if read_as else get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            options = [arg for arg in get_args(annotation) if arg is not type(None)]
            annotation = options[0 if isinstance(step, int) else -1]
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
