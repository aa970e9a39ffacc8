"""What each plan changes, compared with the first: differences with their intervals, a panel for each
figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.compare import Contrast
from simcare.report.comparison import DESK, figure_words, whose
from simcare.report.figures import SIGNED_TIMES, Found, signed
from simcare.report.intervals import listed
from simcare.report.page.marks import label, labels
from simcare.report.page.material import Material
from simcare.report.page.palette import light
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 24.0
AROUND = 58.0
MOST_ROWS = 30
"""So many differences are drawn; the table has all."""

FACES = {"better": ("good", "o", True), "worse": ("bad", "s", True)}
"""The colour and the mark of a verdict, and whether it is filled; all others are hollow."""

Panel = list[Contrast]
"""The differences of one figure, by plan."""


def forest(material: Material) -> Picture | None:
    """The paired differences of every plan from the first; None if there is one plan only."""
    view, comparison = material.view, material.comparison
    if comparison is None:
        return None
    panels: dict[tuple[str, ...], Panel] = {}
    for row in comparison.rows:
        if row.plan in material.plans and row.difference is not None:
            panels.setdefault(row[2:8], []).append(row)
    found = list(panels.values())
    if not found:
        return None
    while len(found) > 1 and sum(map(len, found)) > MOST_ROWS:
        found.pop(_least_telling(found))
    against = comparison.against

    def draw(figure: Figure) -> None:
        heights = [len(panel) + 1.0 for panel in found]
        for axes, panel in zip(
            np.ravel(figure.subplots(len(found), 1, height_ratios=heights)), found, strict=True
        ):
            _panel(axes, view, panel)

    return Picture(
        name="plans-compared",
        title=_title(view, comparison.rows, against),
        alt=(
            f"A panel for each of {len(found)} figure(s): for every plan a point, its difference from "
            f"{against}, with its interval as a line; a vertical line marks no difference. The table has the "
            "figures."
        ),
        caption=(
            f"Each point is how much greater the figure is than under {against}, with its interval of "
            "confidence. All plans met the same customers, so the differences are surer than the figures "
            f"themselves. Blue disc: better than {against}; orange square: worse; hollow: not "
            "distinguishable, the same, or neither better nor worse. The verdicts are read together (Holm)."
        ),
        height=sum(AROUND + ROW * len(panel) for panel in found),
        draw=draw,
        table=_table(view, comparison.rows, comparison.plans, against),
    )


def _least_telling(panels: Sequence[Panel]) -> int:
    """The last figure by which no plan is better or worse, or the last of all."""
    places = [
        place
        for place, panel in enumerate(panels)
        if all(row.verdict not in ("better", "worse") for row in panel)
    ]
    return places[-1] if places else len(panels) - 1


def _named(view: View, row: Contrast) -> str:
    who, words = whose(row, view.promises), figure_words(row, view.scenario)
    return words if who == DESK else f"{who}: {words}"


def _panel(axes: Axes, view: View, panel: Panel) -> None:
    scale, unit = _scale(panel)
    axes.axvline(0, color=light("muted"), linewidth=1)
    for place, row in enumerate(panel):
        colour, mark, filled = FACES.get(row.verdict, ("open", "o", False))
        if row.lower is not None and row.upper is not None:
            axes.plot(
                [row.lower * scale, row.upper * scale], [place, place], color=light(colour), linewidth=2
            )
        axes.plot(
            (row.difference or 0.0) * scale,
            place,
            mark,
            color=light(colour),
            markersize=7,
            markerfacecolor=light(colour) if filled else light("paper"),
        )
        told = signed(Found(row.difference, row.lower, row.upper), row.unit)
        axes.text(1.01, place, told, transform=axes.get_yaxis_transform(), va="center", fontsize=10)
    axes.set_yticks(range(len(panel)), labels([row.plan for row in panel], 26, 1))
    axes.tick_params(axis="y", length=0, colors=light("ink"))
    axes.set_ylim(len(panel) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(
        lambda value, _: f"{value:+,.10g}".replace("-", "−") if abs(value) > 1e-9 else "0"
    )
    words = label(_named(view, panel[0]), 66, 1)
    axes.set_title(f"{words} ({unit})" if unit else words)


def _scale(panel: Panel) -> tuple[float, str]:
    """By how much the differences are multiplied to be drawn, and their unit, if the name does not say it."""
    if panel[0].unit == "share":
        return 100.0, "points"
    if panel[0].unit != "s":
        return 1.0, ""
    most = max(
        abs(value) for row in panel for value in (row.difference, row.lower, row.upper) if value is not None
    )
    return next((scale, unit.strip()) for below, scale, unit in SIGNED_TIMES if most < below)


def _title(view: View, rows: Sequence[Contrast], against: str) -> str:
    plans = list(dict.fromkeys(row.plan for row in rows))
    said = {plan: [row.verdict for row in rows if row.plan == plan] for plan in plans}
    if len(plans) == 1:
        worse = [_named(view, row) for row in rows if row.verdict == "worse"]
        better = said[plans[0]].count("better")
        if not better and not worse:
            return f"{plans[0]} is not distinguishable from {against}"
        in_what = listed(worse) if len(worse) <= 2 else f"{len(worse)}"
        return (
            f"{plans[0]} is better than {against} in {better or 'none'} of {len(rows)} figures, worse in "
            f"{in_what or 'none'}"
        )
    told = [f"{plan} in {said[plan].count('better')}" for plan in plans]
    if len(told) > 4:
        most = max(plans, key=lambda plan: said[plan].count("better"))
        told = [f"most of all {most}, in {said[most].count('better')}"]
    if not any("better" in verdicts for verdicts in said.values()):
        return f"In no figure is any plan better than {against}"
    return f"Better than {against}: {listed(told)} of {len(said[plans[0]])} figures"


def _table(view: View, rows: Sequence[Contrast], plans: Sequence[str], against: str) -> Table:
    columns = (Column("", "left"), *(Column(plan) for plan in plans))
    by_figure: dict[tuple[str, ...], dict[str, Contrast]] = {}
    for row in rows:
        by_figure.setdefault(row[2:8], {})[row.plan] = row
    lines = []
    for by_plan in by_figure.values():
        first = next(iter(by_plan.values()))
        cells = [
            f"{signed(Found(*by_plan[plan][10:13]), first.unit)}, {by_plan[plan].verdict}" for plan in plans
        ]
        lines.append((_named(view, first), *cells))
    return Table(f"Compared with {against}", columns, tuple(lines))
