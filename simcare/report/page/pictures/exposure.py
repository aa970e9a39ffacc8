"""Who sees complaints that nobody has answered: over the day, and on good and bad days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcare.report.audience import told_of_reshares
from simcare.report.figures import Found, amounts, number, share
from simcare.report.intervals import listed
from simcare.report.page.marks import End, day_axis, label, name_ends, of_plan
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNANSWERED = "unanswered_impressions"
HEIGHT = 260.0

LEAST_DAYS = 20
"""Of fewer days no one in twenty can be told."""

TAIL = 0.05
PARTS = (50, 75, 90, 95, 99)
"""Percentiles of days in the table."""


def exposure_picture(material: Material) -> Picture | None:
    """Views without an answer by time of day; None if nobody reads along, or the day is one interval."""
    view = material.view
    if not view.scenario.public_contacts or len(view.intervals) == 1:
        return None
    unanswered = {plan: _by_hour(view, plan, UNANSWERED, material.interval_hours) for plan in material.plans}
    first = view.plans[0]
    reshares = " and their reshares" if told_of_reshares(view) else ""
    seen = _by_hour(view, first, "impressions", material.interval_hours)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        edges = np.arange(len(seen) + 1) * material.interval_hours
        axes.stairs(seen, edges, fill=True, color=light("band"))
        axes.stairs(seen, edges, color=light("muted"), linewidth=1.2, baseline=None)
        ends = []
        for position, (plan, views) in enumerate(unanswered.items()):
            style = of_plan(position)
            style.pop("solid_capstyle")
            axes.stairs(views, edges, baseline=None, **style)
            ends.append(End(plan, float(views[-1]), plan_colour(position)))
        axes.set_ylim(
            0, max(1.0, 1.08 * max(float(seen.max()), *(float(one.max()) for one in unanswered.values())))
        )
        peak = int(np.argmax(seen))
        axes.annotate(
            "all views",
            ((peak + 0.5) * material.interval_hours, float(seen[peak])),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=light("muted"),
            fontsize=10.5,
        )
        axes.set_ylabel("views an hour")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        day_axis(axes)
        name_ends(axes, ends, height=HEIGHT - 50)

    return Picture(
        name="views-without-an-answer",
        title=_title(view),
        alt=(
            f"Over the hours of the day, all views of public complaints under {first} as an area, and those "
            f"without an answer as a line for each of {len(unanswered)} plan(s). The table has the figures."
        ),
        caption=(
            f"Grey: how often public complaints{reshares} are seen, under {first}. Lines: how often "
            "while nobody has answered. Views are impressions, not people; a mean over days, and they count "
            "when they are seen."
        ),
        height=HEIGHT,
        draw=draw,
        table=_table(view),
    )


def bad_days(material: Material) -> Picture | None:
    """On how many days so many views or more find no answer; None if nobody reads along, or days are few."""
    samples = {plan: np.sort(days.ravel()) for plan, days in material.days.unanswered.items()}
    if not samples or min(map(len, samples.values())) < LEAST_DAYS:
        return None
    most = max(float(days[-1]) for days in samples.values())
    if most <= 0:
        return None
    least = max(1.0, most / 1000, min(float(days[0]) for days in samples.values()))

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import LogLocator, NullFormatter

        axes = figure.subplots()
        for position, days in enumerate(samples.values()):
            beyond = 100 * (1 - np.arange(1, len(days) + 1) / len(days))
            at = np.concatenate(([least], np.maximum(days, least)))
            axes.plot(at, np.concatenate(([100], beyond)), drawstyle="steps-post", **of_plan(position))
        axes.axhline(100 * TAIL, color=light("ink"), linewidth=1, linestyle=(0, (2, 2)))
        axes.annotate(
            "one day in twenty",
            (0.01, 100 * TAIL),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=10,
            color=light("muted"),
        )
        axes.set_xscale("log")
        axes.set_xlim(least, most * 1.1)
        axes.set_ylim(0, 100)
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("views without an answer in a day")
        axes.set_ylabel("% of days with more")
        _name_lines(axes, samples)

    return Picture(
        name="bad-days",
        title=_worst_title(samples),
        alt=(
            f"For each of {len(samples)} plan(s) a line that falls from all days to none: the share of days "
            "with more views without an answer than the number on the axis, which grows by multiples. The "
            "table has the figures."
        ),
        caption=(
            f"Of {len(next(iter(samples.values())))} simulated days, the share on which more views than so "
            "many found no answer; the number of views has a scale on which each step is a multiple. What "
            "counts in a bad day is how far a line reaches to the right before it falls below the dotted "
            "one. Views belong to the day on which they are seen."
        ),
        height=HEIGHT,
        draw=draw,
        table=_days_table(samples),
    )


def _name_lines(axes: Axes, samples: dict[str, Float]) -> None:
    """Each plan's name to the right of its line, lower and lower, so that names do not stand side by side."""
    order = sorted(samples, key=lambda plan: -float(np.percentile(samples[plan], 50)))
    for place, plan in enumerate(order):
        height = 88 - 78 * (place + 0.5) / len(order)
        at = max(float(np.percentile(samples[plan], 100 - height)), axes.get_xlim()[0])
        axes.annotate(
            label(plan, 22, 1),
            (at, height),
            (8, 0),
            textcoords="offset points",
            va="center",
            color=plan_colour(list(samples).index(plan)),
            fontsize=10.5,
            bbox={"facecolor": light("paper"), "edgecolor": "none", "pad": 1.5},
        )


def _by_hour(view: View, plan: str, measure: str, hours: float) -> Float:
    """Views an hour in each interval; those of an interval are given a day."""
    found = [view.found(plan, measure, interval=at).estimate or 0.0 for at in view.intervals]
    return np.array(found) / hours


def _title(view: View) -> str:
    plans = view.plans if len(view.plans) <= 3 else view.plans[:1]
    told = [
        f"{amount} a day ({share(Found(view.found(plan, 'unanswered_share').estimate))} of all)"
        + (f" under {plan}" if len(view.plans) > 1 else "")
        for plan, amount in zip(
            plans, amounts([Found(view.found(plan, UNANSWERED).estimate) for plan in plans]), strict=True
        )
    ]
    if len(plans) < len(view.plans):
        best = min(view.plans, key=lambda plan: view.found(plan, UNANSWERED).estimate or 0.0)
        told.append(f"fewest under {best}, {number(view.found(best, UNANSWERED).estimate or 0.0, 0)}")
    return f"Views of complaints that nobody has answered: {listed(told)}"


def _worst_title(samples: dict[str, Float]) -> str:
    bad = {plan: float(np.percentile(days, 100 * (1 - TAIL))) for plan, days in samples.items()}
    worst, best = max(bad, key=bad.__getitem__), min(bad, key=bad.__getitem__)
    said = f"On one day in twenty more than {number(bad[worst], 0)} views find no answer"
    return said if worst == best else f"{said} under {worst}, {number(bad[best], 0)} under {best}"


def _table(view: View) -> Table:
    columns = (Column("from", "left"), *(Column(plan, unit="unanswered, all views") for plan in view.plans))
    rows = []
    for at in view.intervals:
        both = [
            [view.found(plan, one, interval=at).estimate or 0.0 for one in (UNANSWERED, "impressions")]
            for plan in view.plans
        ]
        rows.append((at, *(", ".join(number(one, 0) for one in two) for two in both)))
    return Table("Views a day by the interval in which they are seen", columns, tuple(rows))


def _days_table(samples: dict[str, Float]) -> Table:
    rows = tuple(
        (
            f"{part}% of days have fewer than",
            *(number(float(np.percentile(days, part)), 0) for days in samples.values()),
        )
        for part in PARTS
    )
    return Table("Views without an answer in a day", (Column("", "left"), *map(Column, samples)), rows)
