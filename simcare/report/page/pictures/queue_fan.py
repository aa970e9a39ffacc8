"""How many messages wait: the middle day, and how far good and bad days lie from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.days import POINTS_A_DAY, STEP_MS
from simcare.report.figures import number
from simcare.report.page.marks import day_axis, day_name, label, run_axis
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.scenario.quantities import format_clock

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANEL = 150.0
LEAST_DAYS = 10
"""Of fewer days no nine in ten can be told."""

BANDS = ((5, 95, 0.16), (25, 75, 0.30))
"""Percentiles between which there is a band, and how dense it is."""

MIDDLE, BAD = 50, 90

AN_HOUR = 3_600_000 // STEP_MS
"""In a week one point an hour is enough."""


def queue_fan(material: Material) -> Picture | None:
    """The waiting messages over the day under each plan; None if too few days were simulated."""
    clock, paths = material.scenario.clock, material.days
    days = paths.replications * (1 if material.by_run else clock.days)
    if days < LEAST_DAYS:
        return None
    every = AN_HOUR if material.by_run else 1
    samples: dict[str, Float] = {
        plan: found.reshape(days, -1)[:, ::every].astype(np.float64) for plan, found in paths.messages.items()
    }
    if not any(found.any() for found in samples.values()):
        return None
    hours = np.arange(next(iter(samples.values())).shape[1]) * every * STEP_MS / 3_600_000
    top = max(float(np.percentile(found, BANDS[0][1], axis=0).max()) for found in samples.values())

    def draw(figure: Figure) -> None:
        panels = np.ravel(figure.subplots(len(samples), 1, sharex=True, sharey=True))
        for position, (axes, (plan, found)) in enumerate(zip(panels, samples.items(), strict=True)):
            colour = plan_colour(position)
            for low, high, dense in BANDS:
                ends = np.percentile(found, (low, high), axis=0)
                axes.fill_between(hours, *ends, color=colour, alpha=dense, linewidth=0)
            axes.plot(hours, np.percentile(found, MIDDLE, axis=0), color=colour, linewidth=2)
            axes.plot(
                hours,
                np.percentile(found, BAD, axis=0),
                color=light("ink"),
                linewidth=0.9,
                linestyle=(0, (4, 2)),
            )
            axes.set_title(label(plan, 60, 1))
            axes.set_ylim(0, max(1.0, top * 1.05))
            axes.set_ylabel("messages")
            if material.by_run:
                run_axis(axes, clock, names=axes is panels[-1])
            else:
                day_axis(axes, named=axes is panels[-1])

    what = _units(material)
    return Picture(
        name="messages-waiting",
        title=_title(material, samples),
        alt=(
            f"A panel for each of {len(samples)} plan(s): messages waiting over time, the median as a line "
            "within bands that hold half and nine tenths of the simulated days, on a scale shared by all "
            "panels. The table has the figures."
        ),
        caption=(
            f"Messages and escalated work that wait, in {days} simulated {what}. Line: half of them have "
            "fewer. Dark band: the middle half of them; light band: nine in ten of them. Dashed: one in ten "
            "has more."
        ),
        height=PANEL * len(samples) + 44,
        draw=draw,
        table=_table(material, samples),
    )


def _units(material: Material) -> str:
    """What is seen many times: days, or all days on end."""
    if not material.by_run:
        return "days"
    return "weeks" if material.scenario.clock.days == 7 else "runs of all days"


def _one_in_ten(material: Material) -> str:
    return f"in one of ten {_units(material)}" if material.by_run else "on one day in ten"


def _when(material: Material, point: int) -> str:
    day, place = divmod(point * (AN_HOUR if material.by_run else 1), POINTS_A_DAY)
    clock = material.scenario.clock
    at = format_clock(place * STEP_MS)
    return f"{day_name(clock, day)} {at}" if material.by_run else at


def _title(material: Material, samples: dict[str, Float]) -> str:
    bad = {plan: np.percentile(found, BAD, axis=0) for plan, found in samples.items()}
    worst = max(bad, key=lambda plan: float(bad[plan].max()))
    point = int(np.argmax(bad[worst]))
    if bad[worst][point] < 1:
        return "Hardly ever does a message wait"
    others = [plan for plan in bad if plan != worst]
    said = (
        f"At {_when(material, point)} more than {number(bad[worst][point], 0)} messages wait "
        f"{_one_in_ten(material)}"
    )
    if not others:
        return said
    best = min(others, key=lambda plan: float(bad[plan][point]))
    fewest = number(bad[best][point], 0)
    if fewest == number(bad[worst][point], 0):
        return f"{said} under every plan"
    return f"{said} under {worst}; under {best}, {fewest}"


def _table(material: Material, samples: dict[str, Float]) -> Table:
    columns = (Column("at", "left"), *(Column(plan, unit="median, 90% below") for plan in samples))
    points = next(iter(samples.values())).shape[1]
    step = max(1, material.scenario.clock.interval // (STEP_MS * (AN_HOUR if material.by_run else 1)))
    rows = []
    for point in range(0, points, step):
        cells = [np.percentile(found[:, point], (MIDDLE, BAD)) for found in samples.values()]
        rows.append(
            (_when(material, point), *(", ".join(number(float(one), 0) for one in two) for two in cells))
        )
    return Table("Messages waiting", columns, tuple(rows))
