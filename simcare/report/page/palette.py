"""The colours of figures and page, each for light and for dark paper.

Blue against orange is told apart with any kind of colour blindness (after Okabe & Ito 2008). No meaning rests
on colour alone: lines have their own dashes and their name beside them, cells their number.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Colour(NamedTuple):
    """One colour by what it is for. Figures are drawn in ``light``; a page may exchange it for ``dark``."""

    light: str
    dark: str


COLOURS = MappingProxyType(
    {
        "paper": Colour("#ffffff", "#14181c"),
        "panel": Colour("#f4f6f8", "#1d2329"),
        "ink": Colour("#1c2228", "#e7ebef"),
        "muted": Colour("#55606b", "#a7b1bb"),
        "grid": Colour("#dde2e7", "#343d46"),
        "band": Colour("#e2e8ee", "#2a343e"),
        "link": Colour("#0a5794", "#83c0f5"),
        "good": Colour("#0a5fa4", "#78b9f2"),
        "bad": Colour("#a83c00", "#ffa266"),
        "open": Colour("#5c6670", "#aeb8c2"),
        # plans, in their order
        "plan-1": Colour("#0b5ea3", "#74b7f1"),
        "plan-2": Colour("#b04500", "#ff9e5e"),
        "plan-3": Colour("#006e4b", "#4fd0a5"),
        "plan-4": Colour("#8e3f85", "#e29cd7"),
        "plan-5": Colour("#755900", "#e0bf4d"),
        "plan-6": Colour("#424d58", "#c4cdd6"),
        # cells that are held against a target
        "cell-met": Colour("#a9d0f0", "#1f5f97"),
        "cell-undecided": Colour("#e6e9ec", "#414a53"),
        "cell-near": Colour("#fbdcb6", "#6d4210"),
        "cell-short": Colour("#f3ab63", "#8f520f"),
        "cell-far": Colour("#b84900", "#f49a4f"),
        # cells from little to much
        "cell-1": Colour("#eff5fb", "#1b252f"),
        "cell-2": Colour("#d0e3f4", "#1f3a55"),
        "cell-3": Colour("#9fc7ea", "#25537d"),
        "cell-4": Colour("#64a3d8", "#2a6aa2"),
        "cell-5": Colour("#14599a", "#a2cff7"),
        "on-cell": Colour("#1c2229", "#f1f4f7"),
        "on-strong-cell": Colour("#fffffe", "#0f1215"),
    }
)
"""No two are the same in light, so that a figure's colours can be exchanged by their value."""

PLANS = tuple(name for name in COLOURS if name.startswith("plan-"))
STRONG_CELLS = ("cell-far", "cell-5")
"""Cells so dark, or on dark paper so light, that their number is written in `on-strong-cell`."""

DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None),
    (0, (6, 2)),
    (0, (1.5, 1.5)),
    (0, (7, 2, 1.5, 2)),
    (0, (3, 1.5)),
    (0, (9, 3)),
)
"""How the lines of plans are drawn, in their order."""


def light(name: str) -> str:
    """The colour in which figures are drawn."""
    return COLOURS[name].light


def plan_colour(position: int) -> str:
    """The colour of a plan by its position; they begin again after the last."""
    return light(PLANS[position % len(PLANS)])


def on_cell(name: str) -> str:
    """The colour of a number in a cell of this colour."""
    return light("on-strong-cell" if name in STRONG_CELLS else "on-cell")


def style_sheet(which: str) -> str:
    """The colours as CSS variables: `which` is light or dark."""
    return " ".join(f"--{name}: {getattr(colour, which)};" for name, colour in COLOURS.items())
