"""What Erlang's formulas say of a desk with a constant rate, as figures by number of agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simcare.errors import DomainError
from simcare.report.document import Report
from simcare.report.figures import UNDEFINED
from simcare.report.table import Column, Table
from simcare.scenario.quantities import HOUR, MINUTE, format_share, write_duration
from simcare.theory.erlang import ErlangC, erlang_b
from simcare.theory.impatience import ErlangA
from simcare.theory.inverse import largest_rate, least_agents

Formula = Literal["erlang-b", "erlang-c", "erlang-a"]
Kind = Literal["share", "time", "number"]

TITLES: dict[Formula, str] = {
    "erlang-b": "Erlang B: whoever finds all agents busy is lost",
    "erlang-c": "Erlang C: everybody waits, nobody leaves",
    "erlang-a": "Erlang A: who waits may leave",
}

ASSUMED: dict[Formula, str] = {
    "erlang-b": "Exact for a constant rate and any law of handling (M/G/s/s; Erlang 1917).",
    "erlang-c": "Exact for a constant rate, exponential handling and first come first served, in the long "
    "run (M/M/s; Erlang 1917).",
    "erlang-a": "Exact for a constant rate, exponential handling and patience, first come first served, in "
    "the long run (M/M/s+M; Palm 1946; Garnett, Mandelbaum & Reiman 2002).",
}

BESIDE = (-2, -1, 1, 2)
"""With how many agents less and more the answer to a target is shown."""


@dataclass(frozen=True)
class Asked:
    """A question to a formula: times in ms, `rate` in contacts per ms.

    Exactly one of rate and agents may be None: it is then found for the `target`, the share answered `within`
    (Erlang B: at once).
    """

    formula: Formula
    rate: float | None
    handling: float
    patience: float
    agents: int | None
    within: float | None
    target: float | None


@dataclass(frozen=True)
class Figure:
    """One figure of an answer; `name` is its key in JSON and CSV, in seconds if it is a time."""

    name: str
    words: str
    kind: Kind
    value: float


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


def answers(asked: Asked) -> Answers:
    """Ask the formula. `DomainError` outside its domain, and for a target out of reach."""
    if asked.rate is not None and asked.agents is not None:
        return Answers(asked, _answer(asked, asked.rate, asked.agents), ())
    if asked.rate is None:
        assert asked.agents is not None
        rate = _largest(asked, asked.agents)
        return Answers(asked, _answer(asked, rate, asked.agents), ())
    rate = asked.rate
    agents = least_agents(lambda some: _level(asked, rate, some) >= (asked.target or 0.0))
    beside = [agents + more for more in BESIDE if _stable(asked, rate, agents + more)]
    return Answers(
        asked, _answer(asked, rate, agents), tuple(_answer(asked, rate, some) for some in beside if some >= 0)
    )


def _largest(asked: Asked, agents: int) -> float:
    if agents < 1:
        raise DomainError("agents: expected at least 1 to find what they can take, got 0")
    below = agents / asked.handling if asked.formula == "erlang-c" else float("inf")
    begin = 0.5 * agents / asked.handling
    return largest_rate(lambda rate: _level(asked, rate, agents) >= (asked.target or 0.0), begin, below)


def _stable(asked: Asked, rate: float, agents: int) -> bool:
    return agents >= 0 and (asked.formula != "erlang-c" or rate * asked.handling < agents)


def _level(asked: Asked, rate: float, agents: int) -> float:
    """The share answered in time."""
    if not _stable(asked, rate, agents):
        return 0.0
    if asked.formula == "erlang-b":
        return 1 - erlang_b(agents, rate * asked.handling)
    assert asked.within is not None
    if asked.formula == "erlang-c":
        return ErlangC(rate, asked.handling, agents).answered_within(asked.within)
    return ErlangA(rate, asked.handling, agents, asked.patience).served_within(asked.within)


def _answer(asked: Asked, rate: float, agents: int) -> Answer:
    figures = {"erlang-b": _erlang_b, "erlang-c": _erlang_c, "erlang-a": _erlang_a}[asked.formula]
    return Answer(rate, agents, tuple(figures(asked, rate, agents)))


def _erlang_b(asked: Asked, rate: float, agents: int) -> Iterator[Figure]:
    load = rate * asked.handling
    blocked = erlang_b(agents, load)
    yield Figure("answered", "answered at once", "share", 1 - blocked)
    yield Figure("blocked", "lost", "share", blocked)
    yield Figure("busy", "agents busy, on average", "number", load * (1 - blocked))
    yield Figure("occupancy", "occupancy", "share", load * (1 - blocked) / agents if agents else float("nan"))


def _erlang_c(asked: Asked, rate: float, agents: int) -> Iterator[Figure]:
    queue = ErlangC(rate, asked.handling, agents)
    if asked.within is not None:
        yield _within(asked, queue.answered_within(asked.within))
    yield Figure("waited", "have to wait", "share", queue.wait_probability)
    yield Figure("waiting_mean", "wait, mean", "time", queue.mean_wait)
    yield Figure("waiting_mean_of_waiting", "  of those who have to", "time", 1 / queue.spare_rate)
    yield Figure("queue", "waiting, on average", "number", queue.mean_queue)
    yield Figure("busy", "agents busy, on average", "number", queue.load)
    yield Figure("occupancy", "occupancy", "share", queue.occupancy)


def _erlang_a(asked: Asked, rate: float, agents: int) -> Iterator[Figure]:
    queue = ErlangA(rate, asked.handling, agents, asked.patience)
    if asked.within is not None:
        within = queue.served_within(asked.within)
        yield _within(asked, within)
        of_answered = within / queue.served_probability if queue.served_probability else float("nan")
        yield Figure("answered_within_of_answered", "  of those ever answered", "share", of_answered)
    yield Figure("waited", "have to wait", "share", queue.wait_probability)
    yield Figure("abandonment", "leave unanswered", "share", queue.abandon_probability)
    yield Figure("waiting_mean", "wait, mean", "time", queue.mean_wait)
    yield Figure("waiting_answered_mean", "  of those answered", "time", queue.mean_wait_served)
    yield Figure("waiting_abandoned_mean", "  of those who leave", "time", queue.mean_wait_abandoned)
    yield Figure("queue", "waiting, on average", "number", queue.mean_queue)
    yield Figure("busy", "agents busy, on average", "number", queue.mean_busy)
    yield Figure("occupancy", "occupancy", "share", queue.occupancy)


def _within(asked: Asked, value: float) -> Figure:
    assert asked.within is not None
    return Figure("answered_within", f"answered within {write_duration(round(asked.within))}", "share", value)


# --- as a report, as JSON, as rows ----------------------------------------------------------------------


def formula_report(found: Answers) -> Report:
    """The answers as a report."""
    asked, answer = found.asked, found.found
    every = sorted((answer, *found.beside), key=lambda one: one.agents)
    columns = [
        Column("", "left"),
        *(Column(f"{one.agents:,} agent{'s' * (one.agents != 1)}") for one in every),
    ]
    rows: list[tuple[str, ...]] = []
    for number, figure in enumerate(answer.figures):
        rows.append(
            (figure.words, *(written(one.figures[number].kind, one.figures[number].value) for one in every))
        )
        if number == 0 and asked.target is not None:
            reached = (one.figures[0].value >= asked.target for one in every)
            rows.append(
                (f"  target {format_share(asked.target)}", *("met" if one else "missed" for one in reached))
            )
    return Report(
        title=TITLES[asked.formula],
        heading=tuple(_heading(asked, answer)),
        tables=(Table("In the long run", tuple(columns), tuple(rows)),),
        notes=(ASSUMED[asked.formula],),
        sections=(),
    )


def _heading(asked: Asked, answer: Answer) -> Iterator[str]:
    patience = f", patience {write_duration(round(asked.patience))}" if asked.formula == "erlang-a" else ""
    yield (
        f"{_number(answer.rate * HOUR)} contacts an hour, "
        f"handling {write_duration(round(asked.handling))}{patience}: "
        f"a load of {_number(answer.rate * asked.handling)} erlangs"
    )
    if asked.target is None:
        return
    goal = f"{format_share(asked.target)} answered " + (
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
    """One decimal, or enough for a digit of the distance from 0 or 100% to show."""
    decimals, off = 1, 100 * min(value, 1 - value)
    while 0 < off < 0.5 * 10**-decimals and decimals < 6:
        decimals += 1
    return f"{100 * value:.{decimals}f}%"


def _time(ms: float) -> str:
    if ms < MINUTE - 50:
        return f"{ms / 1000:.1f} s"
    return f"{ms / MINUTE:.1f} min" if ms < HOUR - 3000 else f"{ms / HOUR:,.1f} h"


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
        "handling": asked.handling / 1000,
        "patience": asked.patience / 1000 if asked.formula == "erlang-a" else None,
        "agents": asked.agents,
        "within": asked.within and asked.within / 1000,
        "target": asked.target,
    }
    every = sorted((found.found, *found.beside), key=lambda one: one.agents)
    return {
        "formula": asked.formula,
        "given": {name: value for name, value in given.items() if value is not None},
        "agents": found.found.agents,
        "arrivals_per_hour": found.found.rate * HOUR,
        "answers": formula_rows(every, asked.handling),
    }


def formula_rows(every: Sequence[Answer], handling: float) -> list[dict[str, Any]]:
    """One row for each number of agents."""
    return [
        {
            "agents": one.agents,
            "arrivals_per_hour": one.rate * HOUR,
            "load": one.rate * handling,
            **{figure.name: _plain(figure) for figure in one.figures},
        }
        for one in every
    ]


def _plain(figure: Figure) -> float | None:
    if figure.value != figure.value:
        return None
    return figure.value / 1000 if figure.kind == "time" else figure.value
