"""Plans compared: for each a table of what it changes, and the same in sentences with the verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from simcare.experiment.compare import Comparison, Contrast
from simcare.measures.registry import MEASURES
from simcare.report.audience import audience_compared
from simcare.report.document import Report, heading_of, marks, one_line, run_notes
from simcare.report.figures import Found, amount, duration, share, signed
from simcare.report.sentences import Section
from simcare.report.table import Column, Table
from simcare.report.view import Promise, View, view_of
from simcare.scenario.quantities import format_share
from simcare.scenario.scenario import Scenario

DESK = "the desk"
UNCLEAR_NOTE = "unclear: not distinguishable with so many replications; below stands how many would tell."
NOTHING_NOTE = "There is nothing to compare by: every figure is undefined or nothing under all plans."
SAME_NOTE = "same: the same in every replication."
POINTS, POINTS_NOTE = " points", "Differences of shares are in percentage points."
WIDE = 10
"""Names of plans that are wider than this stand on several lines, one a part."""

SUFFIXES = {"mean": "mean", "sd": "standard deviation", "p50": "median"}
"""How the last part of a measure's name is told; a percentile as `90% within`."""


def comparison_report(comparison: Comparison) -> Report:
    """The report of a comparison."""
    view = view_of(comparison.result)
    tables = tuple(_table(view, comparison, plan) for plan in comparison.plans)
    cells = {cell for table in tables for row in table.rows for cell in row}
    promises = {row.promise for row in comparison.rows}
    notes = [promise.legend for promise in view.promises if promise.name in promises]
    verdicts = {row.verdict for row in comparison.rows}
    notes += [POINTS_NOTE] * any(row.unit == "share" for row in comparison.rows)
    notes += [NOTHING_NOTE] * (not comparison.rows)
    notes += [UNCLEAR_NOTE] * ("unclear" in verdicts) + [SAME_NOTE] * ("same" in verdicts)
    return Report(
        title=one_line(view.scenario.title),
        heading=tuple(heading_of(view)),
        tables=tables,
        notes=(*notes, *marks(cells), *run_notes(view)),
        sections=tuple(_sections(view, comparison)),
    )


SHORTER = {
    "unanswered_impressions": "unanswered views, a day",
    "crises_per_year": "crises, a year",
    "first_reply_few_followers_p99": "few follow, 99% within",
    "first_reply_many_followers_p99": "many follow, 99% within",
}
"""Measures whose names would be too wide for a table of 80 columns."""


def measure_words(name: str, scenario: Scenario) -> str:
    """A measure as a planner says it: `first reply, mean`, `labour cost, IDR a day`."""
    if name in SHORTER:
        return SHORTER[name]
    unit = MEASURES[name].unit.format(currency=scenario.currency or "money")
    name = MEASURES[name].of or name  # the instant is told beside it
    stem, _, last = name.rpartition("_")
    if percent := re.fullmatch(r"p(\d\d)", last):
        last = SUFFIXES.get(last, f"{percent[1]}% within")
    if stem and (percent or last in SUFFIXES):
        return f"{stem.replace('_', ' ')}, {SUFFIXES.get(last, last)}"
    words = name.replace("_", " ")
    if "per day" in unit:
        return f"{words}, {unit.removeprefix('h ').replace('per day', 'a day')}"  # "hours" is in the name
    return words


class About(Protocol):
    """What a row is about."""

    @property
    def measure(self) -> str:
        """The measure."""

    @property
    def contacts(self) -> str:
        """The contact type, "" for all."""

    @property
    def team(self) -> str:
        """The team, "" for all."""

    @property
    def promise(self) -> str:
        """The promise, "" where none applies."""

    @property
    def day(self) -> str:
        """The days, "" for all."""

    @property
    def interval(self) -> str:
        """The hours, "" for all."""


def figure_words(row: About, scenario: Scenario) -> str:
    """What a row is by: the promise, or the measure with hours and days if it has them."""
    return ", ".join(_parts_of(row, scenario))


def _parts_of(row: About, scenario: Scenario) -> list[str]:
    """The promise or the measure, then hours and days if it has them."""
    name = row.promise if row.measure == "service_level" else measure_words(row.measure, scenario)
    return [part for part in (name, row.interval, row.day) if part]


def whose(row: About, promises: Sequence[Promise]) -> str:
    """Of whom a row is: its contact type or team, the types of its promise, or the desk."""
    named = [promise.label for promise in promises if promise.name == row.promise]
    return row.contacts or row.team or next(iter(named), DESK)


def _table(view: View, comparison: Comparison, plan: str) -> Table:
    against = comparison.against
    plans = (Column(_stacked(against)), Column(_stacked(plan)))
    columns = (Column("", "left"), *plans, Column("difference"), Column("", "left"))
    groups: dict[str, list[Contrast]] = {}
    for row in comparison.rows:
        if row.plan == plan:
            groups.setdefault(whose(row, view.promises), []).append(row)
    if DESK in groups:
        groups[DESK] = groups.pop(DESK)  # last, as in the other tables
    lines: list[tuple[str, ...]] = []
    for who, rows in groups.items():
        lines.append((who,))
        for row in rows:
            what, *when = _parts_of(row, view.scenario)
            if when:  # below, or the table would be too wide
                lines.append((f"{what},", "", "", "", ""))
                what = f"  {', '.join(when)}"
            lines.append(
                (
                    what,
                    _alone(row.estimate_against, row.unit),
                    _alone(row.estimate, row.unit),
                    signed(Found(row.difference, row.lower, row.upper), row.unit).replace(POINTS, ""),
                    row.verdict,
                )
            )
    return Table(f"{plan}, compared with {against}", columns, tuple(lines))


def _stacked(plan: str) -> str:
    """The name of a plan as the head of a column, cut after hyphens if it is wide."""
    lines = [""]
    for part in re.findall(r"[^-]*-|[^-]+", plan):
        if lines[-1] and len(lines[-1] + part) > WIDE:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _alone(value: float | None, unit: str) -> str:
    """A figure without its interval, which is the difference's to have."""
    found = Found(value)
    if unit == "share":
        return share(found)
    return duration(found) if unit == "s" else amount(found)


# --- in sentences -------------------------------------------------------------------------------------------


def _sections(view: View, comparison: Comparison) -> Iterator[Section]:
    for plan in comparison.plans:
        rows = [row for row in comparison.rows if row.plan == plan]
        yield Section(f"Plan {plan}, beside {comparison.against}", tuple(_plan(view, rows)))
    if any(row.measure in SHORTER for row in comparison.rows):
        yield Section("Who reads along", tuple(audience_compared(view, comparison.against)))
    yield Section("How sure", tuple(_how_sure(view, comparison)))


def _plan(view: View, rows: Sequence[Contrast]) -> Iterator[str]:
    for verdict, begin in (
        ("better", "Better"),
        ("worse", "Worse"),
        ("more", "More"),
        ("less", "Less"),
        ("same", "The same in every replication"),
        ("undefined", "Undefined"),
    ):
        these = [row for row in rows if row.verdict == verdict]
        if these:
            plain = verdict in ("same", "undefined")
            yield f"{begin}: {'; '.join(_by_whom(view, these, plain))}."
    for row in rows:
        if row.verdict == "unclear":
            yield f"Not distinguishable: {_named(view, row)}. {_to_tell(row)}"


def _by_whom(view: View, rows: Sequence[Contrast], plain: bool) -> Iterator[str]:
    """The figures of each contact type together, those of the desk last; `plain` without how much."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        words = _words(view, row) + ("" if plain else f" ({_by_how_much(row, view)})")
        groups.setdefault(whose(row, view.promises), []).append(words)
    desk = groups.pop(DESK, None)
    yield from (f"{who}: {', '.join(told)}" for who, told in groups.items())
    if desk is not None:
        yield ", ".join(desk)


def _named(view: View, row: Contrast) -> str:
    who, words = whose(row, view.promises), _words(view, row)
    return words if who == DESK else f"{who}, {words}"


def _words(view: View, row: Contrast) -> str:
    currency, words = view.scenario.currency, figure_words(row, view.scenario)
    if currency and currency in row.unit:  # the amount has it
        words = words.replace(f", {currency} a day", "")
    return words


def _by_how_much(row: Contrast, view: View) -> str:
    more = (row.difference or 0.0) > 0
    bounds = (row.lower, row.upper) if more else (row.upper, row.lower)
    size = signed(
        Found(*(one if one is None or more else -one for one in (row.difference, *bounds))), row.unit
    ).removeprefix("+")
    currency = view.scenario.currency
    if currency and currency in row.unit:
        size = f"{size} {currency} a day"
    return f"{size} {'more' if more else 'less'}"


def _to_tell(row: Contrast) -> str:
    if row.replications < 2:
        return "One replication tells nothing of how far chance moves it."
    if row.p_value is None:
        return "So few replications cannot tell how far chance moves it."
    if row.replications_to_tell is None:
        return "It is too small a difference, if any, to be told by more replications."
    return f"If the difference stays, about {row.replications_to_tell:,} replications would tell."


def _how_sure(view: View, comparison: Comparison) -> Iterator[str]:
    confidence = view.scenario.experiment.confidence
    days = view.scenario.clock.days
    length = f"{days} days" if days > 1 else "1 day"
    if view.replications < 2:
        yield f"One replication of {length}: no difference can be told from chance."
        return
    sure = format_share(confidence)
    yield (
        f"{view.replications:,} replications of {length}; in each every plan met the same customers. A "
        f"difference stands with its own interval of {sure} confidence."
    )
    count = comparison.header["comparisons"]
    if count > 1:
        yield (
            f"The verdicts are read together (Holm): the chance that any of the {count} calls a difference "
            f"where there is none is at most {format_share(1 - confidence)}. So one whose own interval "
            "leaves out 0 may still be unclear."
        )
