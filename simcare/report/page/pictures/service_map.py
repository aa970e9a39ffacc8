"""Service level by time of day: a row of coloured cells for each promise, contact type and plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simcare.report.figures import Found, share, verdict
from simcare.report.intervals import listed
from simcare.report.page.marks import Block, Cell, cells_height, draw_cells, per_cent
from simcare.report.page.material import Material
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import MANY, Promise, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 30
"""So many rows are drawn; a table has all."""

NEAR, SHORT = 0.10, 0.30
"""A target is missed by up to so much, nearly; by up to so much, clearly; beyond, by far."""

STEPS = (0.5, 0.7, 0.8, 0.9)
"""Where the colours of a level change that has no target."""

TARGET_LEGEND = (
    ("cell-met", "met"),
    ("cell-undecided", "undecided"),
    ("cell-near", "missed by up to 10 points"),
    ("cell-short", "up to 30"),
    ("cell-far", "more"),
)
PLAIN_LEGEND = (
    ("cell-1", "up to 50%"),
    ("cell-2", "70%"),
    ("cell-3", "80%"),
    ("cell-4", "90%"),
    ("cell-5", "more"),
)


def service_map(material: Material) -> Picture | None:
    """The service level of every promise in every interval; None if there is but one interval or no
    promise.
    """
    view = material.view
    if len(view.intervals) == 1 or not view.promises:
        return None
    rows = {promise: list(_rows(view, material.plans, promise, alone=False)) for promise in view.promises}
    if sum(map(len, rows.values())) > MOST_ROWS:
        rows = {promise: list(_rows(view, material.plans, promise, alone=True)) for promise in view.promises}
    while len(rows) > 1 and sum(map(len, rows.values())) > MOST_ROWS:
        rows.popitem()
    blocks = [
        Block(
            f"{promise.label}: {promise.terms}",
            [(name, [_cell(found, promise.target) for found in levels]) for name, levels in of_promise],
        )
        for promise, of_promise in rows.items()
        if of_promise
    ]
    if not blocks:
        return None
    held = any(promise.target is not None for promise in rows)
    legend = TARGET_LEGEND if held else PLAIN_LEGEND

    def draw(figure: Figure) -> None:
        draw_cells(figure.subplots(), blocks, legend)

    return Picture(
        name="service-by-hour",
        title=_title(view),
        alt=(
            f"Rows of cells from 00:00 to 24:00, one row for each of {len(blocks)} promise(s) and plan, "
            "coloured by whether the target is met. The table has the figures."
        ),
        caption=(
            "In each cell the share of contacts that arrived then and were answered in time, in per cent. "
            + (
                "Blue: the whole interval of confidence is at or above the target; grey: undecided, too few "
                "replications to say; orange: missed, the stronger the further. "
                if held
                else "The stronger the colour, the greater. "
            )
            + "A dash: nobody wrote."
        ),
        height=cells_height(blocks),
        draw=draw,
        table=_table(view),
    )


def _rows(
    view: View, plans: Sequence[str], promise: Promise, alone: bool
) -> Iterator[tuple[str, list[Found]]]:
    """The rows of a promise: each plan, and where the promise covers a few types, each of them below it."""
    apart = [] if alone or not 1 < len(promise.types) <= MANY else promise.types
    if all(view.level(plan, promise).estimate is None for plan in plans):
        return
    for plan in plans:
        name = plan if len(plans) > 1 or not apart else "all of them"
        yield name, [view.level(plan, promise, interval) for interval in view.intervals]
        for of_type in apart:
            about = {"contacts": of_type, "promise": promise.name}
            levels = [
                view.found(plan, "service_level", interval=interval, **about) for interval in view.intervals
            ]
            if any(level.estimate is not None for level in levels):
                yield f"– {of_type}", levels


def _cell(found: Found, target: float | None) -> Cell:
    value = found.estimate
    if value is None:
        return Cell(None)
    if target is None:
        return Cell(f"cell-{1 + sum(value > step for step in STEPS)}", per_cent(value))
    said = verdict(found, target)
    if said == "missed":
        gap = target - value
        return Cell(
            "cell-near" if gap <= NEAR else "cell-short" if gap <= SHORT else "cell-far", per_cent(value)
        )
    return Cell(f"cell-{said}", per_cent(value))


def _title(view: View) -> str:
    """In how many intervals the promise that is missed most often is missed, under the first and last
    plan.
    """
    targets = [promise for promise in view.promises if promise.target is not None]
    if not targets:
        promise, plan = view.promises[0], view.plans[0]
        levels = {interval: view.level(plan, promise, interval) for interval in view.intervals}
        known = {interval: found for interval, found in levels.items() if found.estimate is not None}
        if not known:
            return "No contact arrived"
        low = min(known, key=lambda interval: known[interval].estimate or 0.0)
        among = f"{promise.label} under {plan}" if len(view.plans) > 1 else promise.label
        return (
            f"The least of {among} is in time at {low}: {share(Found(known[low].estimate))} ({promise.name})"
        )
    missed = {
        plan: sum(
            view.verdict(plan, promise, interval) == "missed"
            for promise in targets
            for interval in view.intervals
        )
        for plan in view.plans
    }
    if not any(missed.values()):
        return "No promise is missed at any time of the day"
    if len(view.plans) == 1:
        promise = max(targets, key=lambda one: _missed(view, view.plans[0], one))
        times = f"{_missed(view, view.plans[0], promise)} of {len(view.intervals)}"
        return f"{promise.label}: {promise.name} is missed in {times} intervals of the day"
    plans = sorted(missed, key=lambda plan: -missed[plan])
    if len(plans) > 3:
        plans = [plans[0], plans[-1]]
    told = [f"under {plan} in {missed[plan] or 'none'}" for plan in plans]
    of = sum(
        any(view.level(plan, promise, interval).estimate is not None for plan in view.plans)
        for promise in targets
        for interval in view.intervals
    )
    told[0] += f" of {of} intervals of the day"
    which = "A promise is" if len(targets) > 1 else "The promise is"
    return f"{which} missed {listed(told)}"


def _missed(view: View, plan: str, promise: Promise) -> int:
    return sum(view.verdict(plan, promise, interval) == "missed" for interval in view.intervals)


def _table(view: View) -> Table:
    columns = (Column("from", "left"), *(Column(plan) for plan in view.plans))
    rows: list[tuple[str, ...]] = []
    for promise in view.promises:
        rows.append((f"{promise.label}: {promise.terms}",))
        for interval in view.intervals:
            levels = [view.level(plan, promise, interval) for plan in view.plans]
            if any(level.estimate is not None for level in levels):
                rows.append((interval, *(_told(level, promise) for level in levels)))
    return Table("Service level by time of day", columns, tuple(rows))


def _told(level: Found, promise: Promise) -> str:
    said = verdict(level, promise.target)
    return share(level, promise.target) + (f", {said}" if said else "")
