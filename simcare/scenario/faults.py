"""Refusals: how a validator says what it expected, and how that travels through pydantic.

A validator raises ``refuse(Fault(…))``; `simcare.scenario.translate` finds the place and makes the sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from simcare.errors import Problem
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import DidYouMean, Hint, Path

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class Fault:
    """Something a validator refuses: *expected …, got …; hint*, `at` a path below the value in hand.

    `got` is what the message shows; if it is left out, whatever stands there.
    """

    expected: str = ""
    hint: Hint = ""
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
    return refuse(*(replace(fault, at=(*path, *fault.at)) for fault in faults_in(error)))


def faults_in(error: PydanticCustomError) -> tuple[Fault, ...]:
    """The faults that a refusal carries."""
    faults: tuple[Fault, ...] = (error.context or {}).get("faults", ())
    return faults


def fault_of(error: QuantityError, at: Path = (), *, of_key: bool = False) -> Fault:
    """The fault that a quantity's error becomes at a path."""
    return Fault(error.expected, error.hint, at, of_key)


def name_fault(word: str, known: Collection[str], what: str, *, of_key: bool = False) -> Fault | None:
    """The fault of a name that should be one of `known`, None if it is."""
    if word in known:
        return None
    names = list(known)
    listed = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
    expected = f"{what} ({listed})" if names else f"{what}, of which there is none"
    return Fault(expected, DidYouMean(word, names), of_key=of_key)


def one_of(form: BaseModel, names: tuple[K, ...], what: str) -> K:
    """The one key among `names` that is given; any other number is refused."""
    given = [name for name in names if getattr(form, name) is not None]
    if len(given) == 1:
        return given[0]
    raise refuse(
        Fault(f"exactly one of {', '.join(names)} for {what}", got=" and ".join(given) or "none of them")
    )


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
