"""Exact answers as tables: of a plan by itself, and beside its simulation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from simcare.experiment.beside import Beside, beside
from simcare.experiment.exact import Exact
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
CHANCE = 2 * float(norm.sf(4))
"""How seldom chance alone reaches what is called no chance: as seldom as four standard errors of many."""


def exact_report(scenario: Scenario, found: Iterable[Exact]) -> Report:
    """The report of plans that were solved."""
    plans = list(found)
    differs = [
        f"Plan {one.plan} is the nearest desk, not the same: {line}" for one in plans for line in one.differs
    ]
    return Report(
        title=one_line(scenario.title),
        heading=(days_in_words(scenario.clock), "By formula, without simulation"),
        tables=tuple(table for one in plans for table in (_total(one), _by_interval(scenario, one))),
        notes=(SOLVED, *differs),
        sections=(),
    )


def _total(one: Exact) -> Table:
    rows = [(words, text) for words, text in _figures(one)]
    return Table(f"Plan {one.plan}", (Column("", "left"), Column("exact")), tuple(rows))


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
    title = f"Plan {one.plan}, by time of arrival" if one.in_time else f"Plan {one.plan}, by time of day"
    return Table(title, tuple(columns), tuple(rows))


def _written(kind: Kind, value: float) -> str:
    """A time in seconds, a share or a number; the smallest are 0."""
    if math.isnan(value):
        return written("share", value)
    value = 0.0 if abs(value) < 1e-9 else value
    return written(kind, 1000 * value if kind == "time" else value)


def beside_tables(
    result: Result, found: Mapping[str, Exact | str]
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """The simulation beside the exact answer, plan by plan, if any has one; and why others have none."""
    none = tuple(f"Note: {why[:1].upper()}{why[1:]}." for why in found.values() if isinstance(why, str))
    rows: list[tuple[str, ...]] = []
    notes = [_what_is_off(result.header["replications"])]
    for plan, exact in found.items():
        if isinstance(exact, str):
            continue
        rows += [] if len(found) == 1 else [(plan,)]
        indent = "" if len(found) == 1 else "  "
        rows += [(indent + _words(one), *_cells(one)) for one in beside(result, exact)]
        notes += [f"Plan {plan}: exact for the nearest desk only. {line}" for line in exact.differs]
    if not rows:
        return (), none
    columns = (
        Column("", "left"),
        Column("simulated"),
        Column("standard\nerror"),
        Column("exact"),
        Column("off"),
    )
    return (Table("Beside the exact answer", columns, tuple(rows), tuple(notes)),), none


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
    return one.promise or WORDS[one.measure]


def _cells(one: Beside) -> tuple[str, ...]:
    unit = MEASURES[one.measure].unit
    kind: Kind = "share" if unit == "share" else "time" if unit == "s" else "number"
    off = UNDEFINED if one.off is None else f"{one.off:+.1f}"
    if math.isnan(one.standard_error):
        error = off = UNDEFINED
    elif kind == "share":
        error = f"{100 * one.standard_error:.2g} points"
    elif kind == "number":
        error = f"{one.standard_error:.2g}"
    else:
        error = _written(kind, one.standard_error)
    return _written(kind, one.simulated), error, _written(kind, one.exact), off


def exact_data(one: Exact) -> dict[str, Any]:
    """A plan that was solved as plain values: times in seconds, shares of 1, undefined figures None."""
    return {
        "plan": one.plan,
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
