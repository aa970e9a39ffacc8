"""How the pictures of the site look: one width, few colours, no frame, the ink that of the page."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = ("#0072b2", "#c24e00", "#00785a", "#a33f7b", "#7a6000", "#4d5a66")
"""Told apart by colour-blind readers too (hues after Okabe & Ito 2008), dark enough for names on white. They
become variables of the style sheet, which has lighter ones for dark pages."""

INK, PALE = "#010203", "#040506"
"""Stand for the page's own text colour, full and faint: both are replaced in the SVG."""

MOST_LETTERS = 76
"""In a line of a title."""

STYLE: Any = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "svg.fonttype": "path",
    "svg.hashsalt": "simcare",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def figure(finding: str, height: float, rows: int = 1) -> tuple[Figure, Sequence[Axes]]:
    """A figure under its finding, `height` inches high, with so many empty axes above each other."""
    with matplotlib.rc_context(STYLE):
        drawn = Figure(figsize=(5.8, height), layout="constrained")
        axes = drawn.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
        text = textwrap.fill(finding, MOST_LETTERS, break_on_hyphens=False)
        drawn.suptitle(text, x=0.01, ha="left", fontsize=10)
    return drawn, list(axes)


def hours(axes: Axes) -> None:
    """A day from left to right."""
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 4), [f"{hour:02d}:00" for hour in range(0, 25, 4)])


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], gap: float) -> None:
    """Names of lines at their right ends: (height, name, colour), moved apart where they would touch.

    `gap` is the least distance, in units of the axis, which begins at 0.
    """
    ordered = sorted(ends)
    heights = [height for height, _, _ in ordered]
    for lower in reversed(range(len(heights) - 1)):
        heights[lower] = min(heights[lower], heights[lower + 1] - gap)
    for place, (_, name, colour) in enumerate(ordered):
        heights[place] = max(heights[place], place * gap)
        axes.annotate(
            name,
            (1, heights[place]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            annotation_clip=False,
        )


def svg(drawn: Figure, name: str, says: str) -> str:
    """The figure as SVG to stand within a page: `says` is read to who cannot see it.

    Its names begin with `name`, so that pictures of one page do not mix theirs.
    """
    out = io.StringIO()
    with matplotlib.rc_context(STYLE):
        drawn.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'(id="|url\(#|href="#)', rf"\1{name}-", text)
    text = text.replace(INK, "currentColor").replace(PALE, "var(--pale)")
    for number, colour in enumerate(COLOURS):
        text = text.replace(colour, f"var(--line-{number})")
    size = re.compile(r'width="[\d.]+pt" height="[\d.]+pt"')
    return size.sub(f'role="img" aria-label="{escape(says)}"', text, count=1)
