"""Results as text for machines: JSON and CSV, the same bytes for the same result.

A number is written with 10 significant digits. Undefined is null (JSON) or empty (CSV); a figure later than
the horizon is the words "later than the horizon".
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from simcare.experiment.rows import Row

LATER = "later than the horizon"

Value = str | float | int | None


def written(value: Value) -> Value:
    """A field of a row as it is written."""
    if not isinstance(value, float):
        return value
    if math.isinf(value):
        return LATER
    return float(f"{value:.10g}") + 0.0  # + 0.0 makes −0 a plain 0


class Tidy(Protocol):
    """A row: a named tuple of words and numbers."""

    def _asdict(self) -> dict[str, Any]: ...


def to_json(
    header: Mapping[str, object], rows: Iterable[Tidy], more: Mapping[str, object] | None = None
) -> str:
    """A JSON object with the header, the rows, one row a line, keys sorted, and after them ``more`` keys."""
    head = json.dumps(header, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    lines = ",\n".join(
        "    " + json.dumps(_fields(row), sort_keys=True, ensure_ascii=False, allow_nan=False) for row in rows
    )
    others = "".join(
        f',\n  "{name}": '
        + json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).replace("\n", "\n  ")
        for name, value in (more or {}).items()
    )
    body = head.replace("\n", "\n  ") + ',\n  "rows": [\n' + lines + "\n  ]"
    return '{\n  "header": ' + body + others + "\n}\n"


def to_csv(rows: Iterable[Tidy], columns: Sequence[str] = Row._fields) -> str:
    """The rows as CSV with a line of column names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow("" if value is None else value for value in _fields(row).values())
    return text.getvalue()


def _fields(row: Tidy) -> dict[str, Value]:
    return {name: written(value) for name, value in row._asdict().items()}
