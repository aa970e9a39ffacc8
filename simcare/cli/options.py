"""Options that several commands share, and how their values are read: expected what, got what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simcare.errors import UsageError
from simcare.scenario.quantities import QuantityError, parse_share, parse_whole
from simcare.scenario.source import DidYouMean, near
from simcare.scenario.weekdays import WEEKDAYS as NAMES_OF_DAYS
from simcare.scenario.weekdays import parse_days

if TYPE_CHECKING:
    from simcare.scenario.clock import Clock

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv", "markdown")


NO_CONTACTS = "no contacts: nobody ever writes in, so there is nothing to measure"
"""The warning for a scenario whose rates are all 0."""


class Quantity(click.ParamType[Any]):
    """An option read by a function that raises `QuantityError` with what it expected and what it got."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value, or click's error with our words."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except QuantityError as error:
            raise _wrong(param, ctx, str(error)) from None


class Word(click.ParamType[str]):
    """An option that is one of some words."""

    name = "word"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, or click's error with the nearest word."""
        if value in self.words:
            return str(value)
        hint = f"; did you mean {found!r}?" if (found := near(str(value), self.words)) else ""
        raise _wrong(param, ctx, f"expected one of {', '.join(self.words)}, got {value!r}{hint}")

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How help names the value: all the words."""
        return "|".join(self.words)


def _wrong(param: click.Parameter | None, ctx: click.Context | None, message: str) -> click.UsageError:
    name = param.opts[0] if param is not None else "value"
    return click.UsageError(f"{name}: {message}", ctx)


def _jobs(value: str) -> int:
    expected = "a number of processes of at least 1, or -1 for one a core"
    if value.strip() == "-1":
        return -1
    try:
        return parse_whole(value, least=1, most=10_000)
    except QuantityError:
        raise QuantityError(expected, value) from None


def _replications(value: str) -> int:
    return parse_whole(value, least=1, most=1_000_000)


def _seed(value: str) -> int:
    return parse_whole(value, most=10**12)


def _precision(value: str) -> tuple[str, float]:
    """The measure, "" if none is named, and how closely it is to be known."""
    from simcare.measures.registry import MEASURES

    measure, named, share = (part.strip() for part in value.rpartition("="))
    if named and measure not in MEASURES:
        raise QuantityError("a measure", measure, DidYouMean(measure, MEASURES))
    return measure, parse_share(share, most="50%", above=True)


def _weekdays(value: str) -> frozenset[int]:
    return parse_days([part.strip() for part in value.split(",")])


REPLICATIONS = Quantity("number", _replications)
PRECISION = Quantity("precision", _precision)
SEED = Quantity("number", _seed)
JOBS = Quantity("number", _jobs)
WEEKDAYS = Quantity("weekdays", _weekdays)

FILE = click.argument("file", metavar="FILE")

PLANS = click.option(
    "--plan",
    "--plans",
    "plan",
    multiple=True,
    metavar="NAME",
    help="A plan to take; repeat it or separate names by commas. All by default; the first is compared with.",
)
DAYS = click.option(
    "--day",
    "weekdays",
    type=WEEKDAYS,
    metavar="DAY",
    help="Only these days, as in mon or sat-sun. By default their mean is shown.",
)
CHANGES = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change the scenario for this once, as in --set plans.today.shrinkage=20%. Can be repeated.",
)
FORMAT = click.option(
    "--format", "form", type=Word(FORMATS), default="table", help="How to write results (table)."
)
OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write results to this file instead of the terminal.",
)
ALLOW_LARGE = click.option(
    "--allow-large",
    is_flag=True,
    help="Accept a scenario even if simulating it is estimated to need very much memory.",
)


def options(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Several options at once, in help in the order given."""

    def decorate(command: F) -> F:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def chosen_precision(given: Sequence[tuple[str, float]]) -> float | dict[str, float] | None:
    """What `--precision` asks for: one share for the service levels, or shares by measure."""
    named = dict(given)
    if "" in named and len(given) > 1:
        raise click.UsageError("--precision: expected one share, or one share for each measure named")
    return named.get("", named or None)


def chosen_plans(names: Sequence[str], known: Sequence[str], option: str = "--plan") -> tuple[str, ...]:
    """The plans asked for, each once and in the order asked; all of them if none was."""
    asked = [part.strip() for name in names for part in name.split(",") if part.strip()]
    if names and not asked:
        raise click.UsageError(f"{option}: expected one of {', '.join(known)}, got an empty name")
    for name in asked:
        if name not in known:
            hint = f"; did you mean {found!r}?" if (found := near(name, list(known))) else ""
            raise click.UsageError(f"{option}: expected one of {', '.join(known)}, got {name!r}{hint}")
    return tuple(dict.fromkeys(asked)) or tuple(known)


def check_weekdays(clock: Clock, weekdays: frozenset[int] | None) -> None:
    """Refuse weekdays none of which is simulated."""
    simulated = {clock.weekday_of(day) for day in range(clock.warm_up_days, clock.total_days)}
    if weekdays is not None and not weekdays & simulated:
        there, asked = (
            ", ".join(NAMES_OF_DAYS[day] for day in sorted(days)) for days in (simulated, weekdays)
        )
        raise UsageError(f"--day: expected a weekday that is simulated ({there}), got {asked}")
