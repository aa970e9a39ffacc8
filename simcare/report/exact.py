"""Exact answers as tables: of a plan by itself, and beside its simulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from simcare.experiment.beside import Beside, Solved, beside
from simcare.experiment.exact import Exact
from simcare.experiment.parts import Part
from simcare.experiment.result import Result
from simcare.measures.registry import MEASURES
from simcare.report.document import Report, days_in_words, one_line
from simcare.report.figures import UNDEFINED
from simcare.report.formula_answers import written
from simcare.report.formulas import Kind
from simcare.report.table import Column, Table
from simcare.scenario.quantities import format_clock
from simcare.scenario.scenario import Scenario

SOLVED = (
    "Exact: Kolmogorov's equations of M(t)/M/s(t)+M, from an empty desk on. A contact counts in the interval "
    "in which it arrived."
)
WORDS = {
    "queue": "messages waiting, on average",
    "waiting_mean": "wait, mean",
    "abandonment": "leave unanswered",
    "occupancy": "occupancy",
}
WHAT_IS_ERROR = "error: by how much the formula is above the simulated figure."
CHANCE = 2 * float(norm.sf(4))
"""How seldom chance alone reaches what is called no chance: as seldom as four standard errors of many."""


def exact_report(scenario: Scenario, found: Iterable[Exact]) -> Report:
    """The report of plans that were solved."""
    plans = list(found)
    differs = [
        f"Plan {_named(scenario, one)} is the nearest desk, not the same: {line}"
        for one in plans
        for line in one.differs
    ]
    return Report(
        title=one_line(scenario.title),
        heading=(days_in_words(scenario.clock), "By formula, without simulation"),
        tables=tuple(
            table for one in plans for table in (_total(scenario, one), _by_interval(scenario, one))
        ),
        notes=(SOLVED, *differs),
        sections=(),
    )


def _named(scenario: Scenario, one: Exact | Part) -> str:
    """The plan, and the teams if they are not all of it."""
    whole = one.types == scenario.contact_names
    return one.plan if whole else f"{one.plan}, {', '.join(one.teams)}"


def _total(scenario: Scenario, one: Exact) -> Table:
    rows = [(words, text) for words, text in _figures(one)]
    return Table(f"Plan {_named(scenario, one)}", (Column("", "left"), Column("exact")), tuple(rows))


def _figures(one: Exact) -> Iterator[tuple[str, str]]:
    for promise, level in one.service_level.items():
        yield promise, _written("share", level)
    yield WORDS["waiting_mean"], _written("time", one.waiting_mean)
    yield WORDS["abandonment"], _written("share", one.abandonment)
    yield WORDS["queue"], _written("number", float(one.queue.mean()))
    yield WORDS["occupancy"], _written("share", one.occupancy)


def _by_interval(scenario: Scenario, one: Exact) -> Table:
    columns = [Column("from", "left"), Column("contacts")]
    columns += [Column("in time" if len(one.in_time) == 1 else promise) for promise in one.in_time]
    columns += [Column("waiting"), Column("busy"), Column("on duty")]
    rows = []
    for number in range(scenario.clock.intervals_per_day):
        shares = [_written("share", float(level[number])) for level in one.in_time.values()]
        numbers = (f"{column[number]:.2f}" for column in (one.queue, one.busy, one.on_duty))
        rows.append(
            (
                format_clock(number * scenario.clock.interval),
                f"{one.contacts[number]:.1f}",
                *shares,
                *numbers,
            )
        )
    title = f"Plan {_named(scenario, one)}, by time of {'arrival' if one.in_time else 'day'}"
    return Table(title, tuple(columns), tuple(rows))


def _written(kind: Kind, value: float) -> str:
    """A time in seconds, a share or a number; the smallest are 0."""
    if math.isnan(value):
        return written("share", value)
    value = 0.0 if abs(value) < 1e-9 else value
    return written(kind, 1000 * value if kind == "time" else value)


def beside_tables(
    result: Result, found: Mapping[str, tuple[Solved, ...]]
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """The simulation beside the exact answer, and beside the nearest formula where there is none; and why."""
    every = [one for parts in found.values() for one in parts]
    exact = [one for one in every if one.exact]
    nearest = [one for one in every if one.found is not None and not one.exact]
    tables = []
    if exact:
        rows = tuple(_beside_rows(result, exact, len(every) > 1, _off))
        note = _what_is_off(result.header["replications"])
        tables.append(Table("Beside the exact answer", _beside_columns("exact", "off"), rows, (note,)))
    if nearest:
        rows = tuple(_beside_rows(result, nearest, len(every) > 1, _apart))
        notes = (WHAT_IS_ERROR, *_why_nearest(result.scenario, nearest))
        columns = _beside_columns("formula", "error")
        tables.append(Table("Beside the nearest formula", columns, rows, notes))
    none = (f"Note: {one.why[:1].upper()}{one.why[1:]}." for one in every if one.found is None)
    return tuple(table for table in tables if table.rows), tuple(dict.fromkeys(none))


def _beside_columns(formula: str, last: str) -> tuple[Column, ...]:
    names = ("simulated", "standard\nerror", formula, last)
    return (Column("", "left"), *map(Column, names))


def _beside_rows(
    result: Result, some: Sequence[Solved], several: bool, last: Callable[[Beside], str]
) -> Iterator[tuple[str, ...]]:
    for one in some:
        if several:
            yield (_named(result.scenario, one.part),)
        assert one.found is not None
        for figure in beside(result, one.found):
            yield (("  " if several else "") + _words(figure), *_cells(figure), last(figure))


def _why_nearest(scenario: Scenario, nearest: Sequence[Solved]) -> Iterator[str]:
    """Why there is no exact answer and what is taken instead, once for all plans that share it."""
    same: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for one in nearest:
        assert one.found is not None
        same.setdefault((one.part.beyond, one.found.differs), []).append(_named(scenario, one.part))
    for (beyond, differs), names in same.items():
        because = f"no exact answer, for {'; '.join(beyond)}" if beyond else "exact for the nearest desk only"
        yield f"Plan{'s' * (len(names) > 1)} {'; '.join(names)}: {because}. {' '.join(differs)}"


def _what_is_off(replications: int) -> str:
    if replications < 2:
        return "off: it takes two replications to tell the standard error."
    limit = float(student.isf(CHANCE / 2, replications - 1))
    beyond = f"{limit:.1f}" if limit < 100 else f"{limit:,.0f}"
    return (
        f"off: standard errors above the exact value; with {replications:,} replications, beyond {beyond} it "
        "is not chance."
    )


def _words(one: Beside) -> str:
    return one.promise or WORDS[one.measure] + (f", {one.contacts}" if one.contacts else "")


def _off(one: Beside) -> str:
    """How many standard errors the simulation lies above the formula."""
    return UNDEFINED if one.off is None or math.isnan(one.off) else f"{one.off:+.1f}"


def _apart(one: Beside) -> str:
    """By how many per cent the formula lies above the simulation."""
    return UNDEFINED if one.apart is None else f"{100 * one.apart:+,.1f}%"


def _cells(one: Beside) -> tuple[str, str, str]:
    unit = MEASURES[one.measure].unit
    kind: Kind = "share" if unit == "share" else "time" if unit == "s" else "number"
    if math.isnan(one.standard_error):
        error = UNDEFINED
    elif kind == "share":
        error = f"{100 * one.standard_error:.2g} points"
    elif kind == "number":
        error = f"{one.standard_error:.2g}"
    else:
        error = _written(kind, one.standard_error)
    return _written(kind, one.simulated), error, _written(kind, one.formula)


def exact_data(one: Exact) -> dict[str, Any]:
    """A plan that was solved as plain values: times in seconds, shares of 1, undefined figures None."""
    return {
        "plan": one.plan,
        "contacts": list(one.types),
        "teams": list(one.teams),
        "differs": list(one.differs),
        "service_level": {promise: _plain(level) for promise, level in one.service_level.items()},
        "waiting_mean": _plain(one.waiting_mean),
        "abandonment": _plain(one.abandonment),
        "occupancy": _plain(one.occupancy),
        "by_interval": {
            "contacts": one.contacts.tolist(),
            "in_time": {
                promise: [_plain(x) for x in level.tolist()] for promise, level in one.in_time.items()
            },
            "queue": one.queue.tolist(),
            "busy": one.busy.tolist(),
            "on_duty": one.on_duty.tolist(),
        },
    }


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
