"""Tables as plain values: what they say, not how they are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """One column: its name, how its cells are aligned, and the unit all its cells share ("" if they tell)."""

    name: str
    align: Align = "right"
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A title, columns, rows of text and notes to be read below.

    A row has one cell a column. A row of a single cell is a heading over the rows that follow it; an empty
    one ends what stands under the last. Where there is not room enough, intervals may stand below their
    estimates if the table may be ``tall``; where it has to be cut into several, each has the first ``lead``
    columns.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = field(default=())
    lead: int = 1
    tall: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) not in (1, len(self.columns)):
                raise ValueError(f"{len(row)} cells in a table of {len(self.columns)} columns: {row}")

    def keeping(self, columns: Iterable[int]) -> Table:
        """The same table with only these columns, by position; headings stay."""
        kept = tuple(columns)
        return replace(
            self,
            columns=tuple(self.columns[number] for number in kept),
            rows=tuple(row if len(row) == 1 else tuple(row[number] for number in kept) for row in self.rows),
        )
