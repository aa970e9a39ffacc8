"""What `simcare show` and `trace` say, for other programs: JSON with a header, or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import simcare
from simcare.experiment.output import written
from simcare.report.chronicle import TraceRow
from simcare.report.load import LoadRow
from simcare.report.routing import RoutingRow
from simcare.report.virality import ViralityRow
from simcare.scenario.scenario import Scenario

ShownRow = LoadRow | RoutingRow | ViralityRow | TraceRow
"""One figure or event of what can be shown."""


def rows_json(scenario: Scenario, plans: Sequence[str], rows: Sequence[ShownRow], **beside: int) -> str:
    """Header and rows as JSON, one row a line; in the header stands what is said `beside`."""
    header = {
        "title": scenario.title,
        "source": Path(scenario.source).name,
        "scenario_hash": scenario.hash,
        "version": simcare.__version__,
        "start": scenario.clock.start.isoformat(),
        "days": scenario.clock.days,
        "timezone": scenario.clock.timezone,
        "plans": list(plans),
        "notes": list(scenario.notes),
        **beside,
    }
    head = json.dumps(header, indent=2, sort_keys=True, ensure_ascii=False)
    fields = ({name: written(value) for name, value in row._asdict().items()} for row in rows)
    lines = ",\n".join("    " + json.dumps(row, sort_keys=True, ensure_ascii=False) for row in fields)
    return '{\n  "header": ' + head.replace("\n", "\n  ") + ',\n  "rows": [\n' + lines + "\n  ]\n}\n"


def rows_csv(kind: type[ShownRow], rows: Sequence[ShownRow]) -> str:
    """The rows as CSV with a line of column names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kind._fields)
    writer.writerows([written(value) for value in row] for row in rows)
    return text.getvalue()
