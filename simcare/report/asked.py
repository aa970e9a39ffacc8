"""The measures that were asked for, plan by plan: one line for each of whom they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simcare.experiment.result import Result
from simcare.experiment.rows import Row
from simcare.measures.sums import Series
from simcare.report.figures import Found, amounts, durations, share
from simcare.report.table import Column, Table
from simcare.report.view import shown_promises
from simcare.scenario.asked import Asked

TITLE = "Measures asked for"
OF_A_TEAM = (
    "Service level of a team: of the contacts whose first reply it sent; who left counts for no team, "
    "whatever the definition."
)


def asked_table(result: Result, asked: Sequence[Asked]) -> Table:
    """One column a plan; what is wanted as the standard measures are stands here in total.

    Below stands the formula of each service level among them.
    """
    plans = tuple(result.header["plans"])
    columns = (Column("", "left"), *(Column(plan) for plan in plans))
    rows: list[tuple[str, ...]] = []
    under = False
    for one in asked:
        lines = list(_lines(result, one, plans))
        if under and len(lines) == 1:
            rows.append(("",))
        rows += lines
        under = len(lines) > 1
    wanted = result.asked(asked)
    told = {row.promise for row in wanted}
    notes = [promise.legend for promise in shown_promises(result.scenario) if promise.name in told]
    if any(row.promise and row.team for row in wanted):
        notes.append(OF_A_TEAM)
    return Table(TITLE, columns, tuple(rows), tuple(notes))


def _lines(result: Result, asked: Asked, plans: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    when = asked.labels(result.scenario.clock)
    found: dict[Series, dict[str, Row]] = {}
    for row in result.asked([asked]):
        if (row.day, row.interval) == when:
            about = Series(row.measure, row.contacts, row.team, row.promise)
            found.setdefault(about, {})[row.plan] = row
    for about in [one for one in found if one.contacts and not asked.contacts]:
        if sum(bool(one.contacts) and one.promise == about.promise for one in found) == 1:
            del found[about]  # the only type there is: said by the line of all
    name = ", ".join(part for part in (_name(asked), when[1], when[0]) if part)
    if len(found) > 1:
        yield (name,)
    for about, rows in found.items():
        label = about_whom(about)
        figures = [Found(*rows[plan][7:10]) if plan in rows else Found(None) for plan in plans]
        if len(found) == 1:
            label = f"{name}, {label}" if label != "all" else name
        yield (label, *_written(asked.what.unit, figures))


def about_whom(about: Series) -> str:
    """Of whom a figure is, in words."""
    return ", ".join(part for part in (about.contacts, about.team, about.promise) if part) or "all"


def _name(asked: Asked) -> str:
    name, unit = asked.measure, asked.what.unit
    return name if unit in ("s", "share", name) or "{" in unit else f"{name} ({unit})"


def _written(unit: str, figures: list[Found]) -> list[str]:
    if unit == "share":
        return [share(one) for one in figures]
    return durations(figures) if unit == "s" else amounts(figures)
