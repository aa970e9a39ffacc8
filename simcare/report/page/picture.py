"""A figure with all that belongs to it: its finding as a title, a description, and the same as a table."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from simcare.report.page.palette import COLOURS, light
from simcare.report.table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 720
"""Points; shown at full width, a point is about a pixel."""

TITLE_LETTERS = 88
"""So many letters of a title fit on a line of a figure."""

PIXELS_A_POINT = 2
"""Of a PNG file, for a screen or a slide."""

TAG = re.compile(r"<[^>]*>")
"""A tag of an SVG; what is between tags is text, which nothing here may touch."""

STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": light("muted"),
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": light("muted"),
    "axes.labelsize": 11,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": light("ink"),
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "figure.constrained_layout.h_pad": 0.04,
    "figure.constrained_layout.hspace": 0.03,
    "figure.constrained_layout.w_pad": 0.04,
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters are as wide everywhere
    "font.size": 11,
    "grid.color": light("grid"),
    "grid.linewidth": 0.8,
    "hatch.color": light("muted"),
    "path.simplify": False,
    "svg.fonttype": "none",  # text stays text: it can be read out, searched, and takes the page's font
    "svg.hashsalt": "simcare",
    "text.color": light("ink"),
    "text.parse_math": False,  # names may hold a dollar sign
    "xtick.color": light("muted"),
    "xtick.labelsize": 10.5,
    "ytick.color": light("muted"),
    "ytick.labelsize": 10.5,
}


@dataclass(frozen=True)
class Picture:
    """A figure of the page.

    ``name`` is that of its files; ``title`` says what it shows to be so, ``alt`` what is drawn, for those who
    do not see it, and ``caption`` how to read it. ``draw`` fills an empty figure WIDTH by ``height`` points.
    ``table`` holds the same figures as text.
    """

    name: str
    title: str
    alt: str
    caption: str
    height: float
    draw: Callable[[Figure], None]
    table: Table

    def svg(self) -> str:
        """The figure as a file of its own, on white paper, with its title."""
        return _rounded(self._drawn("svg", titled=True, facecolor=light("paper")).decode("utf-8"))

    def png(self) -> bytes:
        """The same as pixels."""
        return self._drawn("png", titled=True, facecolor=light("paper"), dpi=72 * PIXELS_A_POINT)

    def inline(self) -> str:
        """The figure as part of a page: without title and paper, in the page's font and colours.

        What its parts are called begins with the picture's name, so that no name is there twice on a page.
        """
        svg = self._drawn("svg", titled=False, facecolor="none").decode("utf-8")
        svg = re.sub(
            r"<!--.*?-->\n?|<metadata>.*?</metadata>\n?", "", svg[svg.index("<svg") :], flags=re.DOTALL
        )
        used = {name for tag in TAG.findall(svg) for name in re.findall(r"(?:url\(#|href=\"#)([^\")]+)", tag)}

        def own(found: re.Match[str]) -> str:
            return f' id="{self.name}-{found[1]}"' if found[1] in used else ""

        def ours(tag: str) -> str:
            for name, colour in COLOURS.items():
                tag = tag.replace(colour.light, f"var(--{name})")
            tag = re.sub(r"; font-family: [^;\"]*|font: (?=[\d.]+px)|(?<=px) '[^;\"]*'", "", tag)
            tag = re.sub(r' id="([^"]+)"', own, tag)
            return re.sub(r"(url\(#|href=\"#)", rf"\g<1>{self.name}-", tag).replace("xlink:href", "href")

        svg = TAG.sub(lambda tag: ours(tag[0]), _rounded(svg))
        labelled = f'role="img" aria-labelledby="{self.name}-title" aria-describedby="{self.name}-alt"'
        head = rf'<svg {labelled} viewBox="\1">'
        return re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>', head, svg, count=1).strip()

    def _drawn(self, form: str, *, titled: bool, **how: Any) -> bytes:
        with drawing():
            from matplotlib.figure import Figure

            lines = fill(self.title, TITLE_LETTERS) if titled else ""
            room = 18.0 * (lines.count("\n") + 1) if titled else 0.0
            figure = Figure(figsize=(WIDTH / 72, (self.height + room) / 72), dpi=72, layout="constrained")
            if titled:
                figure.suptitle(lines, x=0.006, ha="left", fontsize=13, fontweight="bold")
            self.draw(figure)
            out = io.BytesIO()
            metadata = (
                {"Software": None} if form == "png" else dict.fromkeys(("Creator", "Date", "Format", "Type"))
            )
            figure.savefig(out, format=form, metadata=metadata, **how)
        return out.getvalue()


def _rounded(svg: str) -> str:
    """The figure with places told to a hundredth of a point, which halves it; its text stays as it is."""

    def short(tag: str) -> str:
        return re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), tag)

    return TAG.sub(lambda tag: short(tag[0]), svg)


@contextmanager
def drawing() -> Iterator[None]:
    """Within it matplotlib draws in our style, whatever the user's own, and without a word about letters that
    its font does not have: a browser's has them.
    """
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
