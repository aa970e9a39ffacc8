"""CSV files beside the scenario: their columns, with errors that name the row.

Comma, semicolon or tab separates the cells, whichever the header holds most of, or what a line ``sep=;``
above it names. Rows are numbered as an editor numbers lines.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from pydantic_core import PydanticCustomError

from simcare.errors import Problem
from simcare.scenario.faults import Fault, refuse
from simcare.scenario.files import irregular, why_unreadable
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import DidYouMean, Path, shown

MOST_BYTES = 100_000_000
"""A CSV file may be this large."""

MOST_ROW_PROBLEMS = 5
"""So many wrong rows of one file are named if nothing else is asked for; the rest are counted."""

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """An open CSV file: its name for messages, its columns, its rows with their line numbers, and the rows
    found to be wrong so far.
    """

    file: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    wrong: RowProblems

    def index(self, column: str, at: Path = ("column",), *, of_key: bool = False) -> int:
        """The position of a column; a refusal at `at` names the columns there are, or those of one name."""
        found = [i for i, name in enumerate(self.columns) if name == column]
        if len(found) > 1:
            got = f"columns {', '.join(str(i + 1) for i in found[:-1])} and {found[-1] + 1} of that name"
            raise refuse(Fault(f"one column {shown(column)} in {self.file}", at=at, of_key=of_key, got=got))
        if found:
            return found[0]
        names = ", ".join(self.columns[:20]) + (", …" if len(self.columns) > 20 else "")
        raise refuse(
            Fault(f"a column of {self.file} ({names})", DidYouMean(column, self.columns), at, of_key)
        )


@dataclass(frozen=True)
class Folder:
    """The folder of a scenario, from which the files it names are read; `read` names those that were."""

    path: str
    read: set[str] = field(default_factory=set, compare=False)

    @contextmanager
    def table(
        self, file: str, key: str = "csv", *, most_problems: int = MOST_ROW_PROBLEMS
    ) -> Iterator[Table]:
        """The CSV file `file`, open; a refusal at `key` says why it cannot be read.

        So many wrong rows are to be named as `most_problems`; the rest are counted.
        """
        where = os.path.join(self.path, file)
        self.read.add(where)
        try:
            got = irregular(where)
            if got:
                raise refuse(Fault("a CSV file", at=(key,), got=got))
            with open(where, encoding="utf-8-sig", newline="") as stream:
                if os.fstat(stream.fileno()).st_size > MOST_BYTES:
                    raise refuse(Fault(f"a CSV file of at most {MOST_BYTES // 1_000_000} MB", at=(key,)))
                yield _table(stream, where, key, RowProblems(where, most_problems))
        except PydanticCustomError:  # also a ValueError
            raise
        except UnicodeDecodeError as error:
            got = f"the byte 0x{error.object[error.start]:02X} in {where}"
            raise refuse(Fault("a CSV file in UTF-8", at=(key,), got=got)) from None
        except (OSError, ValueError) as error:
            raise refuse(Fault(at=(key,), sentence=why_unreadable(where, error, "a CSV file"))) from None

    def column(self, file: str, column: str, parse: Callable[[str], T]) -> list[T]:
        """Every value of a column; wrong cells are refused with their rows, up to a few."""
        with self.table(file) as table:
            index = table.index(column)
            values: list[T] = []
            for line, row in table.rows:
                try:
                    values.append(parse(cell_of(row, index)))
                except QuantityError as error:
                    expected = f"{error.expected} in column {shown(column)}"
                    table.wrong.add(line, expected, cell_of(row, index) or None)
            table.wrong.stop()
        if not values:
            raise refuse(Fault("a CSV file with at least one row below the header", at=("csv",)))
        return values


def cell_of(row: list[str], index: int) -> str:
    """A cell without the blanks around it; a row that ends before it has an empty one."""
    return row[index].strip() if index < len(row) else ""


class RowProblems:
    """Counts the wrong rows of a file and keeps the first few."""

    def __init__(self, file: str, most: int = MOST_ROW_PROBLEMS) -> None:
        self.file, self.most = file, most
        self.problems: list[Problem] = []
        self.count = 0

    def add(self, line: int, expected: str, got: object, hint: str = "") -> None:
        """One more wrong row, or cell of a row."""
        self.say(line, f"expected {expected}, got {shown(got)}" + f"; {hint}" * bool(hint))

    def say(self, line: int, message: str) -> None:
        """The same, in a sentence of its own."""
        self.count += 1
        if self.count <= self.most:
            self.problems.append(Problem(self.file, line, 0, message))

    def stop(self) -> None:
        """Refuse if any row was wrong."""
        if not self.count:
            return
        more = self.count - len(self.problems)
        if more:
            self.problems.append(
                Problem(self.file, 0, 0, f"{more:,} more row{'s' * (more != 1)} with such errors")
            )
        raise refuse(*(Fault(problem=problem) for problem in self.problems))


_SAID = re.compile(r'"?sep=([^"\r\n])"?[\r\n]*\Z')
"""The first line by which a file for Excel names its separator."""


def _table(stream: Iterator[str], file: str, key: str, wrong: RowProblems) -> Table:
    header, above = next(iter(stream), ""), 0
    if said := _SAID.match(header):
        header, above = next(iter(stream), ""), 1
    separator = said.group(1) if said else max(",;\t", key=header.count)
    rows = _records(chain([header], stream), separator, above, file)
    columns = tuple(cell.strip() for cell in next(rows, (1, []))[1])
    if not any(columns):
        raise refuse(Fault("a CSV file with a header", at=(key,), got=f"{file} without one"))
    return Table(file, columns, _rows(rows, separator, len(columns), wrong), wrong)


def _rows(
    records: Iterator[tuple[int, list[str]]], separator: str, width: int, wrong: RowProblems
) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty; one with more cells than the header is wrong, unless the rest is empty."""
    for line, row in records:
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            hint = f"put a cell that holds '{separator}' in double quotes" if separator != "\t" else ""
            wrong.add(line, f"at most {width} cells, as many as the header has", len(row), hint)
        elif row:
            yield line, row


def _records(lines: Iterable[str], separator: str, above: int, file: str) -> Iterator[tuple[int, list[str]]]:
    """All rows, the header first, with the number of the line on which each begins.

    A stray double quote would swallow what follows it, so that one that does not close its cell is refused,
    at the row in which it opens.
    """
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = above + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refuse(Fault(problem=Problem(file, line, 0, _quotes(str(error), separator)))) from None
        yield line, row


def _quotes(error: str, separator: str) -> str:
    """What Python's reader of CSV files found, for people."""
    hint = "a double quote that belongs to the text of a cell is written twice"
    if "end of data" in error:
        expected = "a double quote that closes the cell opened in this row"
        return f"expected {expected}, got the end of the file; {hint}"
    if "expected after" in error:
        mark = "a tab" if separator == "\t" else f"'{separator}'"
        expected = f"{mark} after the double quote that closes a cell of this row"
        return f"expected {expected}, got something else; {hint}"
    if "field limit" in error:
        most = f"a cell of at most {csv.field_size_limit():_} characters"
        return (
            f"expected {most}, got a longer one that begins in this row; is a double quote missing or stray?"
        )
    return f"expected cells of a CSV file, but {error}"
