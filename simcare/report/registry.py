"""The registry of measures for a reader: name, unit, definition, and what each is broken down by."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from simcare.measures.registry import MEASURES, Measure
from simcare.report.text import WIDTH

INDENT = "    "


def measure_lines() -> Iterator[str]:
    """Every measure in the order in which results give them."""
    yield from textwrap.wrap(
        "Measures of simcare run. Any of them can be asked for in some hours or on some days, as in "
        "--measure 'waiting_p90 18:00-22:00 mon-fri'; those with (asked) are given only then, those at an "
        "instant as in --measure 'queue at 19:30'.",
        WIDTH,
    )
    for measure in MEASURES.values():
        yield ""
        yield f"{measure.name} ({measure.unit.replace('{currency}', 'currency')})" + _asked(measure)
        about = f"{measure.definition} {by(measure)}"
        yield from textwrap.wrap(
            about, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False
        )


def by(measure: Measure) -> str:
    """What the measure is broken down by, in a sentence."""
    dimensions = [
        one for one in measure.dimensions if not (measure.at_instant and one in ("interval", "day"))
    ]
    return f"By {', '.join(dimensions)}." if dimensions else "In total only."


def _asked(measure: Measure) -> str:
    return "" if measure.standard else " (asked)"
