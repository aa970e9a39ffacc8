"""Work against people: the load that arrives, in agents, and who is on duty, by interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcare.report.figures import number
from simcare.report.load import Pool
from simcare.report.page.marks import End, day_axis, day_name, label, name_ends, of_plan, run_axis
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.scenario.quantities import format_clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL = 190.0
MOST_POOLS = 3
"""Groups of teams that are drawn, those with the most load; all are in the table."""

SAME = 0.05


class _Worst(NamedTuple):
    """Where a plan lacks most people."""

    plan: str
    gap: float
    when: str


def arrivals_picture(material: Material) -> Picture:
    """The load of each group of teams and the agents on duty under each plan."""
    pools = [pool for pool in material.pools if any(load.any() for load in pool.load.values())]
    pools = sorted(pools or list(material.pools), key=lambda pool: -_load(material, pool).sum())[:MOST_POOLS]
    limited = [plan for plan in material.plans if all(np.isfinite(pool.duty[plan]).all() for pool in pools)]

    def draw(figure: Figure) -> None:
        for axes, pool in zip(np.ravel(figure.subplots(len(pools), 1, sharex=True)), pools, strict=True):
            _panel(axes, material, pool, limited, several=len(pools) > 1)
        _time_axis(figure.axes[-1], material)
        for axes in figure.axes[:-1]:
            if material.by_run:
                run_axis(axes, material.scenario.clock, names=False)

    days = (
        "the days one after the other"
        if material.by_run
        else f"the mean of {material.scenario.clock.days} days"
    )
    if material.scenario.clock.days == 1:
        days = "the day"
    return Picture(
        name="arrivals-and-people",
        title=_title(material, pools, limited),
        alt=(
            f"Area and lines over time, {days}: the work that arrives, in agents it keeps busy, as an area, "
            f"and the agents on duty under {len(limited)} plan(s) as steps. The table has the figures."
        ),
        caption=(
            "Grey: the work that arrives, as the number of agents it would keep busy if there were always "
            "enough of them, replies to further messages included. Lines: agents on duty, without breaks "
            "and expected absence. Where the grey rises above a line, a backlog grows. Expected values, "
            "without simulation."
            + (
                " An agent with several chats in hand does more than one agent's work."
                if _chats(material)
                else ""
            )
        ),
        height=PANEL * len(pools) + 60,
        draw=draw,
        table=_table(material),
    )


def _load(material: Material, pool: Pool) -> Float:
    return pool.load[material.view.plans[0]]


def _panel(axes: Axes, material: Material, pool: Pool, plans: list[str], several: bool) -> None:
    load = material.over_time(_load(material, pool))
    edges = np.arange(len(load) + 1) * material.interval_hours
    axes.stairs(load, edges, fill=True, color=light("band"))
    axes.stairs(load, edges, color=light("muted"), linewidth=1.2, baseline=None)
    ends = []
    top = float(load.max(initial=0.0))
    drawn: dict[bytes, list[str]] = {}
    for plan in plans:
        drawn.setdefault(pool.duty[plan].round(6).tobytes(), []).append(plan)
    for position, plan in enumerate(material.plans):
        same = next((alike for alike in drawn.values() if alike[0] == plan), [])
        if same:
            duty = material.over_time(pool.duty[plan])
            style = of_plan(position)
            style.pop("solid_capstyle")
            axes.stairs(duty, edges, baseline=None, **style)
            name = "every plan" if len(same) == len(material.plans) > 1 else ", ".join(same)
            ends.append(End(name, float(duty[-1]), plan_colour(position)))
            top = max(top, float(duty.max(initial=0.0)))
    axes.set_ylim(0, max(1.0, top * 1.08))
    peak = int(np.argmax(load))
    axes.annotate(
        "work",
        ((peak + 0.5) * material.interval_hours, float(load[peak])),
        (0, 4),
        textcoords="offset points",
        ha="center",
        color=light("muted"),
        fontsize=10.5,
        bbox={"facecolor": light("paper"), "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        zorder=5,
    )
    axes.set_ylabel("agents")
    if several:
        axes.set_title(label(", ".join(pool.teams), 80, 1))
    name_ends(axes, ends, height=PANEL - 40)


def _time_axis(axes: Axes, material: Material) -> None:
    if material.by_run:
        run_axis(axes, material.scenario.clock)
    else:
        day_axis(axes)


def _title(material: Material, pools: list[Pool], plans: list[str]) -> str:
    short = [worst for plan in plans if (worst := _worst(material, pools, plan)) is not None]
    enough = [plan for plan in plans if plan not in {worst.plan for worst in short}]
    if not plans:
        return "The work that arrives; agents are not limited"
    if _chats(material):
        return "The work that arrives, and the agents on duty"
    if not short:
        return "There are as many people as work, or more, at every hour" + (
            " of every plan" if len(plans) > 1 else ""
        )
    short.sort(key=lambda worst: worst.gap)
    most = short[0]
    said = (
        f"Under {most.plan} work exceeds the people on duty by up to {number(-most.gap, 1)} agents, "
        f"{most.when}"
    )
    least = short[-1]
    alike = abs(least.gap - most.gap) < SAME
    if alike and not enough and len(plans) > 1:
        return said.replace(f"Under {most.plan}", "Under every plan", 1)
    if not alike:
        said += f"; under {least.plan} by up to {number(-least.gap, 1)}"
    elif enough:
        said += f"; under {enough[0]} never" if len(enough) == 1 else "; under the other plans never"
    return said


def _chats(material: Material) -> bool:
    """Do any agents have several chats in hand, so that their number is not the work they can do?"""
    return any(
        len(material.scenario.teams[team].chats) > 1
        for plan in material.plans
        for team in material.scenario.plan(plan).staffed_teams
    )


def _worst(material: Material, pools: list[Pool], plan: str) -> _Worst | None:
    """The interval in which the plan lacks most, in any group of teams; None if it never lacks any."""
    clock, found = material.scenario.clock, None
    for pool in pools:
        gap = material.over_time(pool.duty[plan] - pool.load[plan])
        place = int(np.argmin(gap))
        if gap[place] <= -SAME and (found is None or gap[place] < found.gap):
            day, interval = divmod(place, clock.intervals_per_day)
            when = (
                f"{format_clock(interval * clock.interval)}–{format_clock((interval + 1) * clock.interval)}"
            )
            if material.by_run:
                when = f"{day_name(clock, day)} {when}"
            found = _Worst(plan, float(gap[place]), when)
    return found


def _table(material: Material) -> Table:
    plans = material.view.plans
    columns = (
        Column("from", "left"),
        Column("arrivals"),
        *(Column(plan, unit="load, on duty") for plan in plans),
    )
    return Table("Work and people, mean over the days", columns, tuple(_rows(material)))


def _rows(material: Material) -> Iterator[tuple[str, ...]]:
    clock = material.scenario.clock
    for pool in material.pools:
        yield (", ".join(pool.teams),)
        for interval in range(clock.intervals_per_day):
            cells = [number(float(pool.arrivals[:, interval].mean()), 1)]
            for plan in material.view.plans:
                load, duty = (float(of[plan][:, interval].mean()) for of in (pool.load, pool.duty))
                cells.append(f"{number(load, 1)}, {number(duty, 1) if np.isfinite(duty) else 'unlimited'}")
            yield (format_clock(interval * clock.interval), *cells)
