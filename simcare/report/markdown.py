"""Tables as GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simcare.report.table import Column, Table


def table_markdown(table: Table) -> Iterator[str]:
    """The table as lines of Markdown: title, head, rows, notes. Headings between rows are bold."""
    yield f"## {escaped(table.title)}"
    yield ""
    yield _line([_name(column) for column in table.columns])
    yield _line([":---" if column.align == "left" else "---:" for column in table.columns])
    for row in table.rows:
        if row == ("",):
            continue
        if len(row) == 1:
            yield _line([f"**{escaped(row[0])}**", *[""] * (len(table.columns) - 1)])
        else:
            yield _line([_indented(row[0]), *(escaped(cell.strip()) for cell in row[1:])])
    for note in table.notes:
        yield ""
        yield escaped(note)


def escaped(text: str) -> str:
    """The text with every sign that Markdown or HTML would take for its own set apart."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", text)


def _indented(cell: str) -> str:
    """The first cell of a row; what stands indented under the row above stays so."""
    text = cell.strip()
    return "&nbsp;" * (len(cell.rstrip()) - len(text)) + escaped(text)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _name(column: Column) -> str:
    name = " ".join(column.name.replace("-\n", "-").split("\n"))
    return escaped(f"{name} ({column.unit})" if column.unit else name)
