"""What formulas say of a desk, as figures by number of agents: asked, searched for a target, told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simcare.errors import DomainError
from simcare.report.document import Report
from simcare.report.figures import UNDEFINED
from simcare.report.formula_parameters import PARAMETERS
from simcare.report.formulas import FORMULAS, Desk, Figure, Formula, Kind
from simcare.report.table import Column, Table
from simcare.scenario.quantities import HOUR, MINUTE, format_duration, format_share, write_duration
from simcare.theory.domain import Overload
from simcare.theory.inverse import largest_rate, least_agents

BESIDE = (-2, -1, 1, 2)
"""With how many agents less and more the answer to a target is shown."""


@dataclass(frozen=True)
class Asked:
    """A question to a formula: times in ms, `rate` in contacts per ms, `more` parameters by name.

    At most one of rate and agents may be None: it is then found for the `target` of the formula's first
    figure: the share answered `within`, or at once.
    """

    name: str
    rate: float | None
    agents: int | None
    within: float | None
    target: float | None
    more: dict[str, Any]

    @property
    def formula(self) -> Formula:
        """The formula that is asked."""
        return FORMULAS[self.name]

    @property
    def given(self) -> dict[str, Any]:
        """The parameters that were given, or that are not as where they are left out."""
        return {name: value for name, value in self.more.items() if value != PARAMETERS[name].default}


@dataclass(frozen=True)
class Answer:
    """What the formula says of one number of agents."""

    rate: float
    agents: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Answers:
    """Of the desk asked for, or of the least one that reaches the target and of those beside it."""

    asked: Asked
    found: Answer
    beside: tuple[Answer, ...]

    @property
    def every(self) -> tuple[Answer, ...]:
        """All of them by number of agents."""
        return tuple(sorted((self.found, *self.beside), key=lambda one: one.agents))


def answers(asked: Asked) -> Answers:
    """Ask the formula. `DomainError` outside its domain, and for a target out of reach."""
    if asked.rate is not None and asked.agents is not None:
        return Answers(asked, _answer(asked, asked.rate, asked.agents), ())
    target = asked.target or 0.0
    if asked.rate is None:
        agents = asked.agents or 0
        if agents < 1:
            raise DomainError("agents: expected at least 1 to find what they can take, got 0")
        begin = 0.5 * agents / asked.more["handling"]
        rate = largest_rate(lambda some: _level(asked, some, agents) >= target, begin)
        return Answers(asked, _answer(asked, rate, agents), ())
    rate = asked.rate
    agents = least_agents(lambda some: _level(asked, rate, some) >= target, at_least=1)
    beside = (_stable(asked, rate, agents + more) for more in BESIDE if agents + more > 0)
    return Answers(asked, _answer(asked, rate, agents), tuple(one for one in beside if one is not None))


def _answer(asked: Asked, rate: float, agents: int) -> Answer:
    desk = Desk(rate, agents, asked.within, asked.more)
    return Answer(rate, agents, tuple(asked.formula.figures(desk)))


def _stable(asked: Asked, rate: float, agents: int) -> Answer | None:
    try:
        return _answer(asked, rate, agents)
    except Overload:
        return None


def _level(asked: Asked, rate: float, agents: int) -> float:
    """The share that the target is about; 0 where the queue would grow for ever."""
    try:
        return next(asked.formula.figures(Desk(rate, agents, asked.within, asked.more))).value
    except Overload:
        return 0.0


# --- as a report, as JSON, as rows ----------------------------------------------------------------------


def formula_report(found: Answers) -> Report:
    """The answers as a report."""
    asked, answer, formula = found.asked, found.found, found.asked.formula
    columns = [
        Column("", "left"),
        *(Column(f"{one.agents:,} agent{'s' * (one.agents != 1)}") for one in found.every),
    ]
    rows: list[tuple[str, ...]] = []
    for number, figure in enumerate(answer.figures):
        cells = (written(one.figures[number].kind, one.figures[number].value) for one in found.every)
        rows.append((figure.words, *cells))
        if number == 0 and asked.target is not None:
            reached = (one.figures[0].value >= asked.target for one in found.every)
            rows.append(
                (f"  target {_target(asked.target)}", *("met" if one else "missed" for one in reached))
            )
    return Report(
        title=formula.title,
        heading=tuple(_heading(asked, answer)),
        tables=(Table("In the long run", tuple(columns), tuple(rows)),),
        notes=(formula.exact,),
        sections=(),
    )


def _heading(asked: Asked, answer: Answer) -> Iterator[str]:
    told = "".join(f", {PARAMETERS[name].words(value)}" for name, value in asked.given.items())
    yield (
        f"{_number(answer.rate * HOUR)} contacts an hour{told}: "
        f"a load of {_number(answer.rate * asked.more['handling'])} erlangs"
    )
    if asked.target is None:
        return
    goal = f"{_target(asked.target)} answered " + (
        f"within {write_duration(round(asked.within))}" if asked.within is not None else "at once"
    )
    if asked.agents is None:
        yield f"{answer.agents:,} agent{'s are' if answer.agents != 1 else ' is'} needed for {goal}"
    elif asked.rate is None:
        yield (
            f"{_number(answer.rate * HOUR)} contacts an hour are the most that {answer.agents:,} "
            f"agent{'s' * (answer.agents != 1)} can take with {goal}"
        )


def written(kind: Kind, value: float) -> str:
    """A figure as text; times are in ms. Exact figures have no interval, so they show four digits or so."""
    if value != value:
        return UNDEFINED
    write: dict[Kind, Callable[[float], str]] = {"share": _share, "time": _time, "number": _number}
    return write[kind](value)


def _share(value: float) -> str:
    """One decimal, or enough for a digit of the distance from 0 or 100% to show; only 1 is ever 100%."""
    decimals, off = 1, 100 * min(value, 1 - value)
    while 0 < off < 0.5 * 10**-decimals and decimals < 6:
        decimals += 1
    text = f"{100 * value:.{decimals}f}%"
    return "above 99.999999%" if value < 1 - 1e-14 and text.startswith("100") else text


def _target(share: float) -> str:
    """The share that was asked for, with all its digits."""
    return format_share(share, 12)


def _time(ms: float) -> str:
    if ms < MINUTE - 50:
        return f"{ms / 1000:.1f} s"
    return f"{ms / MINUTE:.1f} min" if ms < HOUR - 3000 else format_duration(max(ms, HOUR))


def _number(value: float) -> str:
    """Four digits at least; whole numbers as such."""
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value >= 100 else f"{value:.4g}"


def formula_data(found: Answers) -> dict[str, Any]:
    """The answers as plain values: times in seconds, shares of 1, undefined figures None."""
    asked = found.asked
    given = {
        "arrivals_per_hour": asked.rate and asked.rate * HOUR,
        **{name: PARAMETERS[name].plain(value) for name, value in asked.given.items()},
        "agents": asked.agents,
        "within": None if asked.within is None else asked.within / 1000,
        "target": asked.target,
    }
    return {
        "formula": asked.name,
        "given": {name: value for name, value in given.items() if value is not None},
        "agents": found.found.agents,
        "arrivals_per_hour": found.found.rate * HOUR,
        "answers": formula_rows(found),
    }


def formula_rows(found: Answers) -> list[dict[str, Any]]:
    """One row for each number of agents."""
    return [
        {
            "agents": one.agents,
            "arrivals_per_hour": one.rate * HOUR,
            "load": one.rate * found.asked.more["handling"],
            **{figure.name: _plain(figure) for figure in one.figures},
        }
        for one in found.every
    ]


def _plain(figure: Figure) -> float | None:
    if figure.value != figure.value:
        return None
    return figure.value / 1000 if figure.kind == "time" else figure.value
