"""What every model of the language is made of: the `Form` they extend, the field types, and refusals.

A *form* is a model of what the user writes. Where the inside wants another shape than the file, the form has a
method ``canonical`` and a field is declared ``Annotated[Law, WrittenAs(LawForm)]``: it is read as the form and
holds what the form becomes. No field is a union, so that the path of an error is a path in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from simcare.errors import Problem
from simcare.scenario import quantities as q
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import Path, near, shown


K = TypeVar("K", bound=str)


class Form(BaseModel):
    """A map of the language: its keys are known, its values final. `noun` names it in messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    noun: ClassVar[str] = "a map"


# ---- refusals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """Something a validator refuses: *expected …, got …; hint*, `at` a path below the value in hand.

    `got` is what the message shows; if it is left out, whatever stands there.
    """

    expected: str = ""
    hint: str = ""
    at: Path = ()
    of_key: bool = False
    got: str = ""
    sentence: str = ""
    """The whole message, where *expected …, got …* does not fit."""
    problem: Problem | None = None
    """A problem in another file, reported instead."""


def refuse(*faults: Fault) -> PydanticCustomError:
    """The error that carries faults through pydantic."""
    return PydanticCustomError("simcare", "refused", {"faults": faults})


def below(error: PydanticCustomError, *path: str | int) -> PydanticCustomError:
    """The same refusal, its faults `path` further down."""
    faults: tuple[Fault, ...] = (error.context or {}).get("faults", ())
    return refuse(*(replace(fault, at=(*path, *fault.at)) for fault in faults))


def fault_of(error: QuantityError, at: Path = (), *, of_key: bool = False) -> Fault:
    """The fault that a quantity's error becomes at a path."""
    return Fault(error.expected, error.hint, at, of_key)


def did_you_mean(word: str, known: Any) -> str:
    """A hint that names the nearest known word, empty if none is near."""
    close = near(word, tuple(known))
    return f"did you mean '{close}'?" if close is not None else ""


# ---- declaring fields -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reads:
    """Field metadata: the value is what `parse` makes of what was written; `schema` describes the written form."""

    parse: Callable[[Any], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)

    def _read(self, value: Any) -> Any:
        try:
            return self.parse(value)
        except QuantityError as error:
            raise refuse(fault_of(error)) from None


@dataclass(frozen=True, eq=False)
class WrittenAs:
    """Field metadata: the value is read as `form` and holds ``form.canonical(context)``."""

    form: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(
            self._canonical, handler.generate_schema(self.form)
        )

    @staticmethod
    def _canonical(form: Any, info: ValidationInfo) -> Any:
        return form.canonical(info.context)


def one_of(form: BaseModel, names: tuple[K, ...], what: str) -> K:
    """The one key among `names` that is given; any other number is refused."""
    given = [name for name in names if getattr(form, name) is not None]
    if len(given) == 1:
        return given[0]
    raise refuse(
        Fault(f"exactly one of {', '.join(names)} for {what}", got=" and ".join(given) or "none of them")
    )


# ---- scalars ----------------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= 5_000:
        return value
    raise QuantityError("text", value, "put it in quotes" if isinstance(value, int | float) else "")


def _name(value: Any) -> str:
    if not isinstance(value, str):
        hint = "put it in quotes" if isinstance(value, int | float) else ""
        raise QuantityError("a name", value, hint)
    if not value or len(value) > 60 or not all(c.isalnum() or c in "-_" for c in value):
        raise QuantityError("a name of up to 60 letters, digits, - and _", value)
    if value == "all":
        raise QuantityError("a name other than 'all', which means every contact type", value)
    return value


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(str(value).lower())
    raise QuantityError("true or false", value, f"did you mean {meant}?" if meant else "")


def _schema(pattern: str, what: str, *examples: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "description": what, "examples": list(examples)}


NUMBER_SCHEMA: dict[str, Any] = {"type": ["number", "string"], "pattern": q.COUNT_PATTERN, "minimum": 0}
RATIO_SCHEMA: dict[str, Any] = {
    "type": ["number", "string"], "pattern": rf"{q.SHARE_PATTERN}|{q.COUNT_PATTERN}", "minimum": 0
}  # fmt: skip
WHOLE_SCHEMA: dict[str, Any] = {"type": ["integer", "string"], "pattern": q.COUNT_PATTERN, "minimum": 0}
DURATION_SCHEMA: dict[str, Any] = {"type": "string", "pattern": q.DURATION_PATTERN}
CLOCK_SCHEMA: dict[str, Any] = {"type": "string", "pattern": q.CLOCK_PATTERN}
SHARE_SCHEMA: dict[str, Any] = {"type": "string", "pattern": q.SHARE_PATTERN}

Text = Annotated[str, Reads(_text, {"type": "string", "minLength": 1})]
Name = Annotated[str, Reads(_name, {"type": "string", "minLength": 1, "maxLength": 60})]
YesOrNo = Annotated[bool, Reads(_yes_or_no, {"type": "boolean"})]
Duration = Annotated[int, Reads(q.parse_duration, DURATION_SCHEMA)]
PositiveDuration = Annotated[int, Reads(partial(q.parse_duration, positive=True), DURATION_SCHEMA)]
Clock = Annotated[int, Reads(partial(q.parse_clock, midnight_ends=False), CLOCK_SCHEMA)]
ClockOrMidnight = Annotated[int, Reads(q.parse_clock, CLOCK_SCHEMA)]
Share = Annotated[float, Reads(q.parse_share, SHARE_SCHEMA)]
Number = Annotated[float, Reads(q.parse_number, NUMBER_SCHEMA)]
Agents = Annotated[int, Reads(partial(q.parse_whole, most=100_000, what="a number of agents"), WHOLE_SCHEMA)]
Date = Annotated[date, Reads(q.parse_date, {"type": "string", "pattern": q.DATE_PATTERN})]


# ---- maps and lists read by hand --------------------------------------------------------------------------------


@dataclass
class Faults:
    """Collects the faults of a value that is read piece by piece, to refuse them all at once."""

    found: list[Fault] = field(default_factory=list)

    def read(self, parse: Callable[[Any], Any], value: Any, at: Path, *, of_key: bool = False) -> Any:
        """What `parse` makes of a piece; None, and a fault more, if it refuses."""
        try:
            return parse(value)
        except QuantityError as error:
            self.found.append(fault_of(error, at, of_key=of_key))
            return None

    def add(self, fault: Fault) -> None:
        """One more fault."""
        self.found.append(fault)

    def stop(self) -> None:
        """Refuse if anything was found."""
        if self.found:
            raise refuse(*self.found)


def read_by_clock(
    written: Any, parse: Callable[[Any], Any], expected: str, *, midnight_ends: bool
) -> tuple[tuple[int, Any], ...]:
    """A map from times of day to values, sorted by time."""
    if not isinstance(written, dict) or not written:
        raise refuse(Fault(expected))
    faults, knots, first_spelling = Faults(), {}, {}
    for key, value in written.items():
        clock = faults.read(partial(q.parse_clock, midnight_ends=midnight_ends), key, (key,), of_key=True)
        level = faults.read(parse, value, (key,))
        if clock in knots and clock is not None:
            faults.add(
                Fault(
                    "each time of day once",
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
            name = faults.read(_name, word, at)
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
    faults = Faults()
    names = [faults.read(_name, word, (i,)) for i, word in enumerate(written)]
    for i, name in enumerate(names):
        if name is not None and name in names[:i]:
            faults.add(Fault("each name once", at=(i,)))
    faults.stop()
    return tuple(names)


RANKS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
}
Ranks = Annotated[tuple[tuple[str, ...], ...], Reads(read_ranks, RANKS_SCHEMA)]
Names = Annotated[
    tuple[str, ...],
    Reads(read_names, {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}),
]
