"""Who works when: the lines of the shift table as bars, over the work and the people that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcare.report.figures import number
from simcare.report.intervals import listed
from simcare.report.page.marks import DAY_HOURS, day_axis, labels, run_axis
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.scenario.plans import UNLIMITED, Plan
from simcare.scenario.quantities import format_clock
from simcare.scenario.shifts import Shift
from simcare.scenario.weekdays import WEEKDAYS
from simcare.staffing.shifts import levels_of, spans_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL = 130.0
ROW = 17.0
MOST_LINES = 30
"""Lines that are drawn one by one; of a longer shift table those of a team at one time stand together."""

HOUR_MS = 3_600_000

THICK = 0.68
"""How much of its row a bar takes; fewer agents than the line's most take less."""


class Bar(NamedTuple):
    """From when to when, in hours of the measured time, and the part of the line's agents that are due."""

    begin: float
    end: float
    part: float


class Line(NamedTuple):
    """A line of the figure: its name, with so many agents at most, and its bars."""

    name: str
    bars: tuple[Bar, ...]


def shift_pictures(material: Material) -> Iterator[Picture]:
    """One figure for the plans that have the same people."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for name in material.plans:
        plan = material.scenario.plan(name)
        people = (plan.shifts, tuple(sorted(plan.headcount.items())), plan.shrinkage)
        alike.setdefault(people, []).append(name)
    for plans in alike.values():
        yield _picture(material, plans)


def _picture(material: Material, plans: list[str]) -> Picture:
    plan = plans[0]
    position = material.plans.index(plan)
    written = material.scenario.plan(plan)
    lines = lines_of(material, written)
    first = material.view.plans[0]
    shared = set(lines_of(material, material.scenario.plan(first))) if plan != first else set()
    load, duty = _totals(material, plan)

    def draw(figure: Figure) -> None:
        heights = (PANEL, ROW * len(lines) + 10)
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=heights)
        _work(top, material, load, duty, position)
        _bars(below, material, lines, shared, position)

    return Picture(
        name=f"shifts-{position + 1}",
        title=_title(material, listed(plans), load, duty),
        alt=(
            f"Above, the work that arrives as an area and the agents on duty under {listed(plans)} as steps; "
            f"below, {len(lines)} bars on the same scale of time, one for each line of the shift table. The "
            "table has the lines."
        ),
        caption=(
            "Above: work in agents (grey) and agents on duty without breaks and expected absence (line), of "
            "all teams. Below: when the people of each line are due, a thinner bar where they are fewer than "
            "the line's most; gaps are breaks."
            + (f" Grey lines are those of {first} too." if shared & set(lines) else "")
        ),
        height=PANEL + ROW * len(lines) + 90,
        draw=draw,
        table=_table(listed(plans), written),
    )


def _totals(material: Material, plan: str) -> tuple[Float, Float]:
    load = sum(material.over_time(pool.load[plan]) for pool in material.pools)
    duty = sum(material.over_time(pool.duty[plan]) for pool in material.pools)
    return np.asarray(load, dtype=np.float64), np.asarray(duty, dtype=np.float64)


def _work(axes: Axes, material: Material, load: Float, duty: Float, position: int) -> None:
    edges = np.arange(len(load) + 1) * material.interval_hours
    axes.stairs(load, edges, fill=True, color=light("band"))
    axes.stairs(load, edges, color=light("muted"), linewidth=1.2, baseline=None)
    top = float(load.max(initial=0.0))
    if np.isfinite(duty).all():
        axes.stairs(duty, edges, color=plan_colour(position), linewidth=2, baseline=None)
        top = max(top, float(duty.max(initial=0.0)))
    axes.set_ylim(0, max(1.0, 1.1 * top))
    axes.set_ylabel("agents")


def _bars(axes: Axes, material: Material, lines: list[Line], shared: set[Line], position: int) -> None:
    from matplotlib.patches import Rectangle

    for row, line in enumerate(lines):
        colour = light("muted") if line in shared else plan_colour(position)
        for begin, end, part in line.bars:
            bar = Rectangle(
                (begin, row + 0.84 - THICK * part), end - begin, THICK * part, color=colour, linewidth=0
            )
            axes.add_patch(bar)
    axes.set_yticks([row + 0.5 for row in range(len(lines))], labels([line.name for line in lines], 30, 1))
    axes.tick_params(axis="y", length=0, colors=light("ink"))
    axes.set_ylim(max(1, len(lines)), 0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    if material.by_run:
        run_axis(axes, material.scenario.clock)
    else:
        day_axis(axes)


def lines_of(material: Material, plan: Plan) -> list[Line]:
    """The lines of shifts, those of a team at one time together if they are many, then head counts."""
    clock = material.scenario.clock
    from_ms = clock.measured_from_ms
    until_ms = from_ms + (clock.days if material.by_run else 1) * DAY_HOURS * HOUR_MS
    together: dict[tuple[str, ...], list[Shift]] = {}
    for place, shift in enumerate(plan.shifts):
        alone = () if len(plan.shifts) > MOST_LINES else (str(place),)
        together.setdefault((shift.team, _time(shift), *alone), []).append(shift)
    found = []
    for (team, time, *_), shifts in together.items():
        at_once: dict[tuple[int, int], int] = {}
        for shift in shifts:
            _, begins, ends = spans_of(shift, clock, until_ms, breaks_out=True)
            for span in zip(begins.tolist(), ends.tolist(), strict=True):
                at_once[span] = at_once.get(span, 0) + shift.agents
        most = max(at_once.values(), default=0)
        varies = "up to " if len(set(at_once.values())) > 1 else ""
        found.append(Line(f"{varies}{most} {team} {time}", _bars_of(at_once, most, from_ms)))
    for team, knots in plan.headcount.items():
        _, begins, levels = levels_of(knots, until_ms)
        ends = np.append(begins[1:], until_ms)
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        most = max(level for _, level in knots)
        name = f"{team}, unlimited" if most == UNLIMITED else f"{team}, up to {most}"
        found.append(Line(name, _bars_of(dict(zip(spans, levels.tolist(), strict=True)), most, from_ms)))
    return found


def _bars_of(agents: Mapping[tuple[int, int], int], most: int, from_ms: int) -> tuple[Bar, ...]:
    """The spans (ms) of the measured time in which there are any agents, in hours."""
    return tuple(
        Bar(max(0.0, (begin - from_ms) / HOUR_MS), (end - from_ms) / HOUR_MS, some / most)
        for (begin, end), some in sorted(agents.items())
        if some and end > from_ms
    )


def _title(material: Material, plan: str, load: Float, duty: Float) -> str:
    if not np.isfinite(duty).all():
        return f"{plan}: agents without limit"
    days = material.scenario.clock.days if material.by_run else 1
    hours = float(duty.sum()) * material.interval_hours / days
    work = float(load.sum()) * material.interval_hours / days
    short = float(np.maximum(load - duty, 0).sum()) * material.interval_hours / days
    said = f"{plan}: {number(hours, 0)} staffed hours a day for {number(work, 0)} hours of work"
    if short < 0.5:
        return f"{said}, in the right places"
    return f"{said}; {number(short, 0)} hours of it come when too few are there"


def _table(plan: str, written: Plan) -> Table:
    columns = (
        Column("team", "left"),
        Column("days", "left"),
        Column("from"),
        Column("to"),
        Column("agents"),
        Column("breaks"),
    )
    rows: list[tuple[str, ...]] = [_shift(shift) for shift in written.shifts]
    for team, knots in written.headcount.items():
        ends = [*(at for at, _ in knots[1:]), DAY_HOURS * HOUR_MS]
        for (at, level), end in zip(knots, ends, strict=True):
            agents = "unlimited" if level == UNLIMITED else f"{level:,}"
            rows.append((team, "daily", format_clock(at), format_clock(end), agents, ""))
    return Table(f"Who works when under {plan}", columns, tuple(rows))


def _shift(shift: Shift) -> tuple[str, ...]:
    day = DAY_HOURS * HOUR_MS
    names = [WEEKDAYS[number].capitalize() for number in sorted(shift.days)]
    days = (
        "daily"
        if len(names) == 7
        else ", ".join([*names, *(date.isoformat() for date in sorted(shift.dates))])
    )
    breaks = ", ".join(f"{format_clock(a % day)}–{format_clock(b % day)}" for a, b in shift.breaks)
    return shift.team, days, format_clock(shift.from_ms), _end(shift), f"{shift.agents:,}", breaks


def _time(shift: Shift) -> str:
    return f"{format_clock(shift.from_ms)}–{_end(shift)}"


def _end(shift: Shift) -> str:
    day = DAY_HOURS * HOUR_MS
    return format_clock(shift.to_ms % day or day)
