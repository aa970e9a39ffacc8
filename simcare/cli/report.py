"""`simcare report FILE`: simulate the plans of a scenario and write a page to show, or its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simcare.cli.options import ALLOW_LARGE, FILE, options
from simcare.cli.output import check_folder, check_output, deliver, deliver_all, say
from simcare.cli.simulating import QUIET, Wanted, simulating
from simcare.errors import UsageError

if TYPE_CHECKING:
    from simcare.report.page.picture import Picture

MARK = '<meta name="generator" content="simcare'
"""How a page of ours is told from a file of somebody else's."""

HEAD = 1_000
"""So many letters of a file are looked at for the mark."""


@click.command("report")
@options(
    FILE,
    *simulating("Tell this measure too"),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the page to this file (the scenario's name with .html, in this folder).",
    ),
    click.option(
        "--png",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Write the figures to this folder as PNG files, for slides; the page only with --output.",
    ),
    click.option(
        "--svg", type=click.Path(path_type=Path), metavar="DIR", help="The same as SVG files, for print."
    ),
    QUIET,
    ALLOW_LARGE,
)
def command(output: Path | None, png: Path | None, svg: Path | None, **wanted: Any) -> None:
    """Simulate the plans of a scenario and write a page to show.

    One HTML file that needs nothing else: the finding, the plans side by side, figures each with its table,
    and how to get it again. It opens in any browser and prints on A4.
    """
    asks = Wanted(**wanted)
    if output is None and png is None and svg is None:
        output = _named_after(asks.file)
    if output is not None:
        check_output(output)
    for option, folder in (("--png", png), ("--svg", svg)):
        check_folder(option, folder)
    scenario = asks.load(output)
    result = asks.run(scenario)

    from simcare.report.page.page import page, pictures

    shown = pictures(result)
    if output is not None:
        text = page(result, command=asks.command("report"), source=_source(asks.file), shown=shown)
        deliver(text, output)
        if not asks.quiet and str(output) != "-":
            say(f"Wrote {output}: open it in a browser.")
    for folder, form in ((png, "png"), (svg, "svg")):
        if folder is not None:
            deliver_all(folder, _files(shown, form))
            if not asks.quiet:
                say(f"Wrote {len(shown)} figures to {folder}.")


def _named_after(file: str) -> Path:
    """The page's name where none is given. A file of that name is replaced only if it is such a page."""
    path = Path(f"{Path(file).stem or 'report'}.html")
    if path.exists():
        try:
            with path.open(encoding="utf-8") as stream:
                ours = MARK in stream.read(HEAD)
        except (OSError, UnicodeDecodeError):
            ours = False
        if not ours:
            raise UsageError(f"{path} exists and is no page of simcare; say with --output where to write")
    return path


def _source(file: str) -> str | None:
    """The text of the scenario file, unless it can be read but once."""
    from simcare.scenario.files import OPEN_ALREADY, read_text_file

    return None if file.startswith(OPEN_ALREADY) else read_text_file(file)


def _files(shown: Sequence[Picture], form: str) -> Mapping[str, bytes]:
    return {
        f"{picture.name}.{form}": picture.png() if form == "png" else picture.svg().encode()
        for picture in shown
    }
