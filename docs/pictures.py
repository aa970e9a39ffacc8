"""Draws the pictures that pages keep as files, so that they are seen where nothing is built.

    python docs/pictures.py

They are figures of the report of a scenario, with the scenario's own seed and number of replications.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import simcare  # noqa: E402  (found from the folder above, for runs as a script)
from simcare.report.page.page import pictures  # noqa: E402

SCENARIO = ROOT / "scenarios" / "evening-surge.yaml"
NAMES = ("service-by-hour", "messages-waiting", "plans-compared")


def path_of(name: str) -> Path:
    """Where a picture is kept."""
    return ROOT / "docs" / "_static" / f"{name}.svg"


def drawn() -> Iterator[tuple[str, str]]:
    """The pictures as they are drawn today: name and SVG."""
    for picture in pictures(simcare.run(simcare.load(SCENARIO))):
        if picture.name in NAMES:
            yield picture.name, picture.svg()


if __name__ == "__main__":
    for name, svg in drawn():
        path_of(name).write_text(svg, encoding="utf-8", newline="\n")
        print(path_of(name).relative_to(ROOT))
