"""Draws the pictures that pages keep as files, so that they are seen where nothing is built.

    python docs/pictures.py                 # all
    python docs/pictures.py badge           # this one, and others of the same run

They are figures of the report of a scenario, with its own seed and the replications of its expected output.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs import gallery  # noqa: E402  (found from the folder above, for runs as a script)
from simcare.report.page.page import pictures  # noqa: E402


@dataclass(frozen=True)
class Run:
    """A scenario, which of its plans are run, and which figures of the report are kept under which names."""

    scenario: str
    figures: Mapping[str, str]
    plans: tuple[str, ...] = ()

    def drawn(self) -> Iterator[tuple[str, str]]:
        """The figures as they are drawn today: name and SVG."""
        result = gallery.run(self.scenario, self.plans)
        for picture in pictures(result):
            if picture.name in self.figures:
                yield self.figures[picture.name], picture.svg()


RUNS = (
    Run(
        "evening-surge",
        {name: name for name in ("service-by-hour", "messages-waiting", "plans-compared")},
    ),
    Run(
        "nineteen-oclock",
        {
            "views-without-an-answer": "views-of-19-oclock",
            "views-by-time-of-reply": "views-by-time-of-reply",
        },
    ),
    Run("one-post", {"views-without-an-answer": "views-of-one-post"}),
    Run("celebrity", {"reshares-of-a-complaint": "reshares-of-a-complaint"}),
    Run("tight-evening", {"time-to-reply": "badge"}, ("first-come", "newest-first", "two-more")),
    Run("tight-evening", {"views-without-an-answer": "views-by-order"}),
    Run("template-or-personal", {"plans-compared": "template-or-personal"}),
    Run("scattered-or-central", {"time-to-reply": "scattered-or-central"}),
)

NAMES = tuple(name for run in RUNS for name in run.figures.values())


def path_of(name: str) -> Path:
    """Where a picture is kept."""
    return ROOT / "docs" / "_static" / f"{name}.svg"


if __name__ == "__main__":
    asked = set(sys.argv[1:])
    chosen = [run for run in RUNS if not asked or asked & set(run.figures.values())]
    for name, svg in (drawn for run in chosen for drawn in run.drawn()):
        path_of(name).write_text(svg, encoding="utf-8", newline="\n")
        print(path_of(name).relative_to(ROOT))
