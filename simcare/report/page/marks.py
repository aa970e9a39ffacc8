"""What several figures draw: the hours of a day, names beside lines, and tables of coloured cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from simcare.report.figures import number
from simcare.report.page.palette import DASHES, light, on_cell, plan_colour
from simcare.scenario.clock import Clock
from simcare.scenario.weekdays import WEEKDAYS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAY_HOURS = 24
LABEL_LETTERS = 24
LABEL_LINES = 2

MOST_NUMBERED = 24
"""So many cells in a row have their number written in them."""


def label(name: str, letters: int = LABEL_LETTERS, lines: int = LABEL_LINES) -> str:
    """A name for a figure, on a few lines, cut with "…" if it is longer."""
    parts = wrap(name, letters, break_long_words=True) or [""]
    if len(parts) <= lines:
        return "\n".join(parts)
    return "\n".join([*parts[: lines - 1], parts[lines - 1][: letters - 1].rstrip() + "…"])


def labels(names: Sequence[str], letters: int = LABEL_LETTERS, lines: int = LABEL_LINES) -> list[str]:
    """The names for a figure; those that are the same once cut have their number before them."""
    short = [label(name, letters, lines) for name in names]
    return [
        f"{place}. {label(name, letters - 3, lines)}" if short.count(one) > 1 else one
        for place, (name, one) in enumerate(zip(names, short, strict=True), start=1)
    ]


def of_plan(position: int) -> dict[str, Any]:
    """How the line of a plan is drawn."""
    return {
        "color": plan_colour(position),
        "linestyle": DASHES[position % len(DASHES)],
        "linewidth": 2.0,
        "solid_capstyle": "butt",
    }


def day_axis(axes: Axes, named: bool = True) -> None:
    """The hours of one day from left to right."""
    axes.set_xlim(0, DAY_HOURS)
    axes.set_xticks(range(0, DAY_HOURS + 1, 3), [f"{hour:02d}:00" for hour in range(0, DAY_HOURS + 1, 3)])
    if named:
        axes.set_xlabel("time of day")


def day_name(clock: Clock, day: int) -> str:
    """A measured day, counted from 0: `Mon 23`."""
    of_run = clock.warm_up_days + day
    return f"{WEEKDAYS[clock.weekday_of(of_run)].capitalize()} {clock.date_of(of_run).day}"


def run_axis(axes: Axes, clock: Clock, names: bool = True) -> None:
    """The measured days from left to right, in hours, each named under its noon."""
    hours = clock.days * DAY_HOURS
    axes.set_xlim(0, hours)
    axes.set_xticks(range(0, hours + 1, DAY_HOURS), [""] * (clock.days + 1))
    if names:
        noons = [DAY_HOURS * day + DAY_HOURS / 2 for day in range(clock.days)]
        axes.set_xticks(noons, [day_name(clock, day) for day in range(clock.days)], minor=True)
        axes.tick_params(axis="x", which="minor", length=0)
    axes.grid(True, axis="x")


class End(NamedTuple):
    """The name of a line, to stand beside its end."""

    name: str
    at: float
    colour: str


def name_ends(axes: Axes, ends: Sequence[End], *, height: float, x: float = 1.01) -> None:
    """Write the names of lines to the right of their ends, moved apart where they would touch.

    ``height`` is about that of the axes in points.
    """
    low, high = axes.get_ylim()
    order = sorted(range(len(ends)), key=lambda one: ends[one].at)
    words = labels([end.name for end in ends], 20)
    sizes = [13.5 * (word.count("\n") + 1) / height for word in words]
    places: list[float] = []
    for rank, one in enumerate(order):
        at = min(1.0, max(sizes[one] / 2 - 0.03, (ends[one].at - low) / (high - low)))
        if rank:
            before = order[rank - 1]
            at = max(at, places[-1] + (sizes[before] + sizes[one]) / 2)
        places.append(at)
    ceiling = 1.0
    for rank in reversed(range(len(order))):
        places[rank] = min(places[rank], ceiling)
        if rank:
            ceiling = places[rank] - (sizes[order[rank]] + sizes[order[rank - 1]]) / 2
    for one, at in zip(order, places, strict=True):
        axes.text(
            x, at, words[one], transform=axes.transAxes, color=ends[one].colour, va="center", fontsize=10.5,
            linespacing=1.05,
        )  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: its colour by name, None for an empty one, and what is written in it."""

    colour: str | None
    text: str = ""


@dataclass(frozen=True)
class Block:
    """Rows of cells under a title, each row with a name."""

    title: str
    rows: Sequence[tuple[str, Sequence[Cell]]]


ROW, TITLE, BLOCK, LEGEND = 26.0, 24.0, 10.0, 28.0
"""Heights of a row, of a title, between blocks and of the legend, in points."""


def cells_height(blocks: Sequence[Block]) -> float:
    """How high a figure of these cells is, in points."""
    titles = sum(bool(block.title) for block in blocks)
    return ROW * sum(len(block.rows) for block in blocks) + TITLE * titles + BLOCK * len(blocks) + 44 + LEGEND


def draw_cells(axes: Axes, blocks: Sequence[Block], legend: Sequence[tuple[str, str]]) -> None:
    """Rows of cells from 00:00 to 24:00; ``legend`` names the colours, (colour, words)."""
    from matplotlib.patches import Patch

    top, ticks, names = 0.0, [], []
    every = list(dict.fromkeys(name for block in blocks for name, _ in block.rows))
    short = dict(zip(every, labels(every), strict=True))
    for block in blocks:
        if block.title:
            axes.text(0, top + TITLE * 0.62, label(block.title, 90, 1), fontweight="bold", va="center")
            top += TITLE
        for name, cells in block.rows:
            _row(axes, top, cells)
            ticks.append(top + ROW / 2)
            names.append(short[name])
            top += ROW
        top += BLOCK
    axes.set_ylim(top, 0)
    day_axis(axes, named=False)
    axes.grid(False)
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="both", length=0)
    axes.tick_params(axis="y", colors=light("ink"))
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    axes.legend(
        handles=[
            Patch(facecolor=light(colour), edgecolor=light("muted"), linewidth=0.6, label=words)
            for colour, words in legend
        ],
        loc="upper left",
        bbox_to_anchor=(0, 0),
        borderaxespad=0,
        borderpad=0,
        ncols=len(legend),
        frameon=False,
        fontsize=10,
        labelcolor=light("muted"),
        handlelength=1.2,
        handleheight=1.1,
        columnspacing=1.4,
    )


def _row(axes: Axes, top: float, cells: Sequence[Cell]) -> None:
    """Cells of one colour on end, if nothing is written in them, become one."""
    from matplotlib.patches import Rectangle

    wide = DAY_HOURS / len(cells)
    numbered = len(cells) <= MOST_NUMBERED
    place = 0
    while place < len(cells):
        after, cell = place + 1, cells[place]
        while not numbered and after < len(cells) and cells[after].colour == cell.colour:
            after += 1
        if cell.colour is not None:
            gap = 0.06 if numbered else 0.0
            corner, width = (place * wide + gap / 2, top + 1), (after - place) * wide - gap
            axes.add_patch(Rectangle(corner, width, ROW - 2, facecolor=light(cell.colour), linewidth=0))
            if numbered:
                number_of = axes.text(
                    (place + 0.5) * wide, top + ROW / 2, cell.text, ha="center", fontsize=10
                )
                number_of.set(va="center_baseline", color=on_cell(cell.colour), in_layout=False)
        else:
            axes.plot(
                [(place + 0.4) * wide, (after - 0.4) * wide],
                [top + ROW / 2] * 2,
                color=light("muted"),
                linewidth=0.8,
            )
        place = after


def per_cent(value: float | None) -> str:
    """A share for a cell, in whole per cent; what is not quite all or nothing does not look so."""
    if value is None:
        return ""
    if 0.995 <= value < 1:
        return "99" if value < 0.9995 else "100"
    return number(100 * value, 0)
