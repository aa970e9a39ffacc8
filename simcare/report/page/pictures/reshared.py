"""How often complaints are reshared how often: the tail that holds the crises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcare.report.figures import amounts, number
from simcare.report.intervals import listed
from simcare.report.page.marks import End, name_ends, of_plan
from simcare.report.page.material import Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import View
from simcare.scenario.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 260.0
LEAST = 1e-5
"""Less often in a year, in parts of the most, is not drawn."""


def reshared_picture(material: Material) -> Picture | None:
    """Complaints a year that are reshared so often or more, on logarithmic axes, and where a crisis begins;
    None if nobody reads along, or no complaint can become a crisis.
    """
    view, days = material.view, material.days
    often = np.array(days.often, dtype=np.float64)
    most = max([float(found.max()) for found in days.reshared.values()], default=0.0)
    lines = {plan: found for plan, found in days.reshared.items() if found[-1] > LEAST * most}
    if not lines:
        return None
    bounds = crisis_bounds(view.scenario)

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import LogLocator

        axes = figure.subplots()
        ends = []
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(often[0], often[-1])
        low, high = 0.7 * min(float(found[-1]) for found in lines.values()), 1.5 * most
        axes.set_ylim(low, high)
        for plan, found in lines.items():
            position = view.plans.index(plan)
            axes.plot(often, found, **of_plan(position))
            up = math.log(float(found[-1]) / low) / math.log(high / low)  # names stand by parts of the axis
            ends.append(End(plan, low + up * (high - low), plan_colour(position)))
        for bound in bounds:
            axes.axvline(bound, color=light("ink"), linewidth=1, linestyle=(0, (2, 2)))
        axes.annotate(
            f"a crisis: {bounds[0]:,} reshares",
            (bounds[0], 0.97),
            (5, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="top",
            fontsize=10,
            color=light("muted"),
        )
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        axes.set_xlabel("reshares of one complaint, or more")
        axes.set_ylabel("complaints a year")
        axes.tick_params(which="minor", labelbottom=False, labelleft=False)
        name_ends(axes, ends, height=HEIGHT - 50)

    return Picture(
        name="reshares-of-a-complaint",
        title=_title(view, bounds),
        alt=(
            f"For each of {len(lines)} plan(s) a line that falls: how many complaints a year are reshared at "
            "least as often as the axis says, both with scales on which each step is a multiple. The table "
            "has the figures."
        ),
        caption=(
            "Complaints a year, of days like these, that are reshared so often or more; on both scales each "
            "step is a multiple. Where a line crosses the dotted one it tells the crises a year. How steeply "
            "lines fall is how unequal complaints are (their heat), which no plan changes; how far apart "
            "they lie is what a plan does. Read them for the comparison: the height hangs on assumptions "
            f"that nobody has measured. Of {days.replications} replications."
        ),
        height=HEIGHT,
        draw=draw,
        table=_table(material),
    )


def crisis_bounds(scenario: Scenario) -> tuple[int, ...]:
    """From how many reshares on a complaint is a crisis, on the public channels."""
    found = {scenario.virality_of(name)["crisis_at"].value for name in scenario.public_contacts}
    return tuple(sorted(found))


def _title(view: View, bounds: tuple[int, ...]) -> str:
    plans = view.plans if len(view.plans) <= 3 else (view.plans[0], _fewest(view))
    told = amounts([view.found(plan, "crises_per_year") for plan in plans])
    points = [one.split(" ")[0] for one in told]
    under = [
        f"{point} a year" + (f" under {plan}" if len(view.plans) > 1 else "")
        for point, plan in zip(points, plans, strict=True)
    ]
    what = f"{bounds[0]:,} reshares or more" if len(bounds) == 1 else "as many reshares as a crisis has"
    return f"Complaints with {what}: {listed(under)}"


def _fewest(view: View) -> str:
    return min(view.plans[1:], key=lambda plan: view.found(plan, "crises_per_year").estimate or 0.0)


def _table(material: Material) -> Table:
    days = material.days
    rows = tuple(
        (f"{often:,} reshares or more", *(_a_year(float(found[place])) for found in days.reshared.values()))
        for place, often in enumerate(days.often)
    )
    columns = (Column("", "left"), *(Column(plan, unit="a year") for plan in days.reshared))
    return Table("Complaints a year that are reshared so often", columns, rows)


def _a_year(value: float) -> str:
    """Two figures."""
    return number(value, 0) if value == 0 or value >= 10 else f"{value:.2g}"
