"""What every model of the language is made of: the `Form` they extend, the field types.

A *form* is a model of what the user writes. Where the inside wants another shape than the file, the form has
a method ``canonical`` and a field is declared ``Annotated[Law, WrittenAs(LawForm)]``: it is read as the form
and holds what the form becomes. The only unions are of a list and a map, told apart by `list_or_map`; their
tags are taken out of the path of an error, which so is a path in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import fault_of, refuse
from simcare.scenario.quantities import QuantityError


class Form(BaseModel):
    """A map of the language: its keys are known, its values final. `noun` names it in messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    noun: ClassVar[str] = "a map"


# ---- declaring fields --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reads:
    """Field metadata: the value is what `parse` makes of what was written; `schema` describes the written
    form.
    """

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


AS_LIST, AS_MAP = "[list]", "[map]"
"""The tags of a field that is written as a list or as a map."""


def list_or_map(value: Any) -> str:
    """The tag of a value: a map is read as one, anything else as a list."""
    return AS_MAP if isinstance(value, dict) else AS_LIST


# ---- scalars -----------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= 5_000:
        return value
    raise QuantityError("text", value, "put it in quotes" if isinstance(value, int | float) else "")


def _one_line(value: Any) -> str:
    text = _text(value)
    if len(text) > 200 or not text.isprintable():
        raise QuantityError("one line of text of up to 200 characters", value, _unprintable(text))
    return text


def _unprintable(text: str) -> str:
    """A hint that names the first character that cannot be seen, empty if there is none."""
    from unicodedata import name

    for c in text:
        if not c.isprintable():
            called = name(c, "a line break" if c in "\r\n" else "a control character").lower()
            return f"it holds U+{ord(c):04X}, {called}"
    return ""


def parse_name(value: Any) -> str:
    """A name that the user chose: letters, digits, - and _."""
    if not isinstance(value, str):
        hint = "put it in quotes" if isinstance(value, int | float) else ""
        raise QuantityError("a name", value, hint)
    if not value or len(value) > 60 or not all(c.isalnum() or c in "-_" for c in value):
        raise QuantityError("a name of up to 60 letters, digits, - and _", value, _unprintable(value))
    if value[0] == "-":  # a command would take it for an option
        raise QuantityError("a name that does not begin with -", value)
    if value == "all":
        raise QuantityError("a name other than 'all', which means every contact type", value)
    return value


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(str(value).lower())
    raise QuantityError("true or false", value, f"did you mean {meant}?" if meant else "")


Text = Annotated[str, Reads(_text, schemas.TEXT)]
Line = Annotated[str, Reads(_one_line, schemas.LINE)]
Name = Annotated[str, Reads(parse_name, schemas.NAME)]
YesOrNo = Annotated[bool, Reads(_yes_or_no, schemas.YES_OR_NO)]
Duration = Annotated[int, Reads(q.parse_duration, schemas.DURATION)]
PositiveDuration = Annotated[int, Reads(partial(q.parse_duration, positive=True), schemas.DURATION)]
Clock = Annotated[int, Reads(partial(q.parse_clock, midnight_ends=False), schemas.CLOCK)]
ClockOrMidnight = Annotated[int, Reads(q.parse_clock, schemas.CLOCK)]
Share = Annotated[float, Reads(q.parse_share, schemas.SHARE)]
Number = Annotated[float, Reads(q.parse_number, schemas.NUMBER)]
Agents = Annotated[int, Reads(partial(q.parse_whole, most=100_000, what="a number of agents"), schemas.WHOLE)]
Date = Annotated[date, Reads(q.parse_date, schemas.DATE)]
