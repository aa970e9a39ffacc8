"""Tables and paragraphs as lines of plain text that fit a given width."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest

from simcare.report.table import Column, Table

WIDTH = 80
"""The width everything is made to fit unless a wider terminal is at hand."""

GAPS = (3, 2, 1)
"""Spaces between columns: the widest that fits is taken."""

WITHIN_FIGURES = re.compile(r"(?<=[±≤≥]) | (?=±)|(?<=\d) (?=(?:s|min|h|days?)\b)|(?<=\d h) (?=\d\d min)")
BEFORE_INTERVAL, BEFORE_BOUND = re.compile(r" (?=[±(])"), re.compile(r" (?=to )")
"""Spaces at which a figure in a table may go on below."""

ONE_UNIT = re.compile(r"^([\d.,-]+) (±.*\d)( s| min| h)$")
"""A time and its interval with one unit for both, which is told twice when they are parted."""

NO_BREAK = "\u00a0"
"""Spaces at which a line must not end, and what stands there while lines are made."""

INDENT = "  "
"""Set before the label of a row that stands under a heading."""


@lru_cache(maxsize=10_000)  # a table that is made to fit is measured again and again
def cells_wide(text: str) -> int:
    """How many cells of a terminal the text fills: wide letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def table_lines(table: Table, width: int = WIDTH) -> list[str]:
    """The table as lines of at most `width` cells: title, head, rows, notes.

    In a table too wide intervals stand below their estimates, if it may be ``tall``. One that is too wide all
    the same is given as several below each other, each with the leading columns. A first column too wide for
    that is cut with "…", for a table must stay a table.
    """
    lines: list[str] = []
    for part in _parts(table, width):
        if lines:
            lines.append("")
        lines += _drawn(_narrowed(part, width) if table.tall else part, width)
    for note in table.notes:
        lines += paragraph(note, width)
    return lines


def paragraph(text: str, width: int = WIDTH, bullet: str = "") -> list[str]:
    """The text wrapped to `width`, figures in one piece; under a bullet, further lines hang."""
    lines = textwrap.wrap(
        WITHIN_FIGURES.sub(NO_BREAK, text),
        width,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK, " ") for line in lines]


def _drawn(table: Table, width: int) -> Iterator[str]:
    sizes = _sizes(table)
    gap = next((gap for gap in GAPS if _total(sizes, gap) <= width), GAPS[-1])
    spare = width - _total(sizes, gap)
    if spare < 0:
        sizes[0] = max(4, sizes[0] + spare)
    heads = [_head(column) for column in table.columns]
    tall = max(map(len, heads))
    if table.title:
        yield from paragraph(table.title, width)
    yield "─" * _total(sizes, gap)
    for level in range(tall):
        cells = [head[level - tall + len(head)] if level >= tall - len(head) else "" for head in heads]
        yield _line(cells, table.columns, sizes, gap)
    yield "─" * _total(sizes, gap)
    under = ""
    for row in table.rows:
        if len(row) == 1:
            under = INDENT if row[0] else ""
            if row[0]:
                yield _cut(row[0], width)
        else:
            for level, line in enumerate(zip_longest(*(cell.split("\n") for cell in row), fillvalue="")):
                yield _line([under * (not level) + line[0], *line[1:]], table.columns, sizes, gap)


def _line(cells: Sequence[str], columns: Sequence[Column], sizes: Sequence[int], gap: int) -> str:
    padded = []
    for cell, column, size in zip(cells, columns, sizes, strict=True):
        text = _cut(cell, size)
        space = " " * (size - cells_wide(text))
        padded.append(text + space if column.align == "left" else space + text)
    return (" " * gap).join(padded).rstrip()


def _parts(table: Table, width: int) -> Iterator[Table]:
    """The table cut into tables that fit, none of which lacks the leading columns."""
    sizes = _sizes(_wrapped(table, 0) if table.tall else table)
    lead = list(range(table.lead))
    kept = list(lead)
    for together in _belonging(table):
        if len(kept) > len(lead) and _total([sizes[one] for one in (*kept, *together)], GAPS[-1]) > width:
            yield table.keeping(kept)
            kept = list(lead)
        kept += together
    yield table.keeping(kept)


def _narrowed(table: Table, width: int) -> Table:
    """The table with as few of its cells on several lines as make it fit into the width."""
    for gap in GAPS[1:]:
        for most in range(width, 0, -1):
            narrow = _wrapped(table, most)
            if _total(_sizes(narrow), gap) <= width:
                return narrow
    return narrow


def _wrapped(table: Table, most: int) -> Table:
    """The table with names and figures wider than `most` on several lines, as far as they come in pieces."""
    columns = (replace(column, name=_at_hyphens(column.name, most)) for column in table.columns[1:])
    rows = (row[:1] + tuple(_pieces(cell, most) for cell in row[1:]) for row in table.rows)
    return replace(table, columns=(table.columns[0], *columns), rows=tuple(rows))


def _at_hyphens(name: str, most: int) -> str:
    lines = (textwrap.wrap(line, max(1, most), break_long_words=False) for line in name.split("\n"))
    return "\n".join(part for line in lines for part in line)


def _pieces(cell: str, most: int) -> str:
    """The figure, its interval below it if together they are too wide, its bounds if they still are."""
    if cells_wide(cell) <= most:
        return cell
    estimate, *interval = BEFORE_INTERVAL.split(ONE_UNIT.sub(r"\1\3 \2\3", cell), 1)
    bounds = [one if cells_wide(one) <= most else BEFORE_BOUND.sub("\n", one) for one in interval]
    return "\n".join([estimate, *bounds])


def _belonging(table: Table) -> list[list[int]]:
    """The columns after the leading ones; one without a name belongs to the one before."""
    groups: list[list[int]] = []
    for number, column in list(enumerate(table.columns))[table.lead :]:
        if column.name or not groups:
            groups.append([])
        groups[-1].append(number)
    return groups


def _head(column: Column) -> list[str]:
    return [*column.name.split("\n"), *([column.unit] if column.unit else [])]


def _sizes(table: Table) -> list[int]:
    indent = len(INDENT) if any(len(row) == 1 for row in table.rows) else 0
    sizes = [max(map(cells_wide, _head(column))) for column in table.columns]
    for row in table.rows:
        if len(row) == len(table.columns):
            for number, cell in enumerate(row):
                widest = max(map(cells_wide, cell.split("\n")))
                sizes[number] = max(sizes[number], widest + (0 if number else indent))
    return sizes


def _total(sizes: Sequence[int], gap: int) -> int:
    return sum(sizes) + gap * (len(sizes) - 1)


def _cut(text: str, size: int) -> str:
    if cells_wide(text) <= size:
        return text
    while text and cells_wide(text) >= size:
        text = text[:-1]
    return text + "…"
