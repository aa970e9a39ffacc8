"""What service costs: each plan as a point, its cost to the right and its service level up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcare.report.figures import Found, amount, number, share
from simcare.report.page.marks import label
from simcare.report.page.material import Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import View
from simcare.scenario.quantities import format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL = 250.0
MOST_PANELS = 4


@dataclass(frozen=True)
class Panel:
    """What is drawn upwards: a figure of every plan, times ``scale``, with its target, if it has one."""

    title: str
    unit: str
    scale: float
    target: float | None
    found: Mapping[str, Found]


def cost_picture(material: Material) -> Picture | None:
    """Service level over cost, a panel for each promise; None if there is one plan or nothing to show."""
    view = material.view
    panels = _panels(view)
    if len(view.plans) < 2 or not panels:
        return None
    measure, unit = cost_of(view)
    across = min(2, len(panels))
    down = -(-len(panels) // across)

    def draw(figure: Figure) -> None:
        every = np.ravel(figure.subplots(down, across, squeeze=False))
        for axes, panel in zip(every, panels, strict=False):
            _panel(axes, material, panel, measure, unit)
        for axes in every[len(panels) :]:
            axes.set_visible(False)

    public = bool(view.scenario.public_contacts)
    return Picture(
        name="cost-and-service",
        title=_title(view, measure, unit),
        alt=(
            f"A panel for each of {len(panels)} figure(s): every plan is a point with its name, {unit} from "
            "left to right, service level from bottom to top, with intervals; a line marks the target. The "
            "table has the figures."
        ),
        caption=(
            f"To the right: {unit}. Up: the share in time. Lines about a point are its intervals of "
            "confidence. A plan is worth considering if no other is both further up and further left"
            + ("; of views without an answer, further down. " if public else ". ")
            + "What is left undone at the end is in no cost."
        ),
        height=PANEL * down,
        draw=draw,
        table=_table(view, measure, unit),
    )


def _panels(view: View) -> list[Panel]:
    """Promises, and last the views without an answer."""
    found = [
        Panel(
            f"{label(promise.label, 42, 1)}\n{label(promise.name, 42, 1)}",
            "in time, %",
            100.0,
            promise.target,
            {plan: view.level(plan, promise) for plan in view.plans},
        )
        for promise in view.promises
    ]
    if view.scenario.public_contacts:
        views = {plan: view.found(plan, "unanswered_impressions") for plan in view.plans}
        found = found[: MOST_PANELS - 1]
        found.append(Panel("public complaints\nviews without an answer", "views a day", 1.0, None, views))
    known = [one for one in found if any(level.finite for level in one.found.values())]
    return known[:MOST_PANELS]


def cost_of(view: View) -> tuple[str, str]:
    """The measure of what a plan costs, and its unit in words: with what is lost beside pay where that has a
    price; else pay, or staffed hours if no pay is given.
    """
    for measure, words in (("total_cost", "cost in all"), ("labour_cost", "labour cost")):
        if all(view.found(plan, measure).estimate is not None for plan in view.plans):
            return measure, f"{words}, {view.scenario.currency} a day"
    return "staffed_hours", "staffed hours a day"


def _panel(axes: Axes, material: Material, panel: Panel, measure: str, unit: str) -> None:
    view, scale = material.view, panel.scale
    if panel.target is not None:
        at = scale * panel.target
        axes.axhline(at, color=light("ink"), linewidth=1, linestyle=(0, (2, 2)))
        axes.annotate(
            f"target {format_share(panel.target)}",
            (0.01, at),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=10,
            color=light("muted"),
        )
    places = []
    for position, plan in enumerate(material.plans):
        level, cost = panel.found[plan], view.found(plan, measure)
        if not (level.finite and cost.finite) or level.estimate is None or cost.estimate is None:
            continue
        colour = plan_colour(position)
        if level.bounded and level.lower is not None and level.upper is not None:
            ends = [scale * level.lower, scale * level.upper]
            axes.plot([cost.estimate] * 2, ends, color=colour, linewidth=1.5)
        if cost.bounded and cost.lower is not None and cost.upper is not None:
            axes.plot([cost.lower, cost.upper], [scale * level.estimate] * 2, color=colour, linewidth=1.5)
        axes.plot(cost.estimate, scale * level.estimate, "o", color=colour, markersize=7)
        places.append((cost.estimate, scale * level.estimate, plan, colour))
    if scale == 100.0:
        low = min([at for _, at, _, _ in places] + ([] if panel.target is None else [scale * panel.target]))
        axes.set_ylim(max(0.0, low - 0.25 * (100 - low) - 4), 101.5)
    else:
        axes.set_ylim(0, 1.15 * axes.get_ylim()[1])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.margins(x=0.3)
    _name(axes, places)
    axes.set_title(panel.title, fontsize=11)
    axes.set_xlabel(unit)
    axes.set_ylabel(panel.unit)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")


def _name(axes: Axes, places: list[tuple[float, float, str, str]]) -> None:
    """Names beside their points, to the left of those on the right; moved where two would touch."""
    if not places:
        return
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    taken: list[float] = []
    for x, y, plan, colour in sorted(places, key=lambda place: -place[1]):
        to_left = x > (left + right) / 2
        for step in sorted(range(-30, 31), key=abs):
            at = y + step * (high - low) * 0.02
            inside = low + (high - low) * 0.03 <= at <= high - (high - low) * 0.03
            if inside and all(abs(at - other) >= (high - low) * 0.085 for other in taken):
                break
        taken.append(at)
        beside = (right - left) * (-0.03 if to_left else 0.03)
        side = "right" if to_left else "left"
        axes.text(x + beside, at, label(plan, 22, 1), ha=side, va="center", color=colour, fontsize=10.5)


def keeping(view: View) -> list[str]:
    """The plans that keep every promise with a target of which there are any contacts."""
    said = {plan: {view.verdict(plan, promise) for promise in view.promises} - {""} for plan in view.plans}
    return [plan for plan in view.plans if said[plan] == {"met"}]


def cheapest(view: View, plans: list[str]) -> str:
    """The plan that costs least; the first of those that cost the same."""
    measure, _ = cost_of(view)
    return min(plans, key=lambda plan: view.found(plan, measure).estimate or 0.0)


def _title(view: View, measure: str, unit: str) -> str:
    kept = keeping(view)
    name, _, per = unit.rpartition(" a ")
    if kept:
        plan = cheapest(view, kept)
        cost = view.found(plan, measure)
        if measure != "staffed_hours":
            told = f"{number(cost.estimate or 0.0, 0)} {view.scenario.currency} a day"
        else:
            told = f"{amount(Found(cost.estimate))} {unit}"
        which = "the only plan that keeps" if len(kept) == 1 else "the cheapest of the plans that keep"
        return f"{plan} is {which} every promise, for {told}"
    if any(promise.target is not None for promise in view.promises):
        return "No plan is sure to keep every promise"
    return f"Service level and {name.split(',')[0] or per}"


def _table(view: View, measure: str, unit: str) -> Table:
    public = bool(view.scenario.public_contacts)
    columns = (
        Column("plan", "left"),
        Column(unit),
        *(Column(f"{one.label}: {one.name}") for one in view.promises),
        *([Column("views without an answer, a day")] if public else []),
    )
    rows = tuple(
        (
            plan,
            amount(view.found(plan, measure)),
            *(share(view.level(plan, promise), promise.target) for promise in view.promises),
            *([amount(view.found(plan, "unanswered_impressions"))] if public else []),
        )
        for plan in view.plans
    )
    return Table("Cost and service level", columns, rows)
