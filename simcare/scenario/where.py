"""Conditions on the rows of a table: ``where: {turn: 0, role: [client, bot]}``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from simcare.scenario import schemas
from simcare.scenario.faults import Fault, Faults, refuse
from simcare.scenario.fields import Reads
from simcare.scenario.tables import Table

Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""(column, the values of which it must hold one), for each condition."""


def rows_where(table: Table, conditions: Conditions) -> Iterator[tuple[int, list[str]]]:
    """The rows that meet all conditions, with their line numbers; refuses columns that are not there."""
    tests = [
        (table.index(name, ("where", name), of_key=True), _accepts(values)) for name, values in conditions
    ]
    for line, row in table.rows:
        if all(index < len(row) and accepts(row[index]) for index, accepts in tests):
            yield line, row


def _accepts(values: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a cell holds one of the values, as text or as the same number."""
    words = frozenset(value.casefold() for value in values)
    numbers = frozenset(number for value in values if (number := _number(value)) is not None)

    def accepts(cell: str) -> bool:
        cell = cell.strip()
        return cell.casefold() in words or (bool(numbers) and _number(cell) in numbers)

    return accepts


def _number(text: str) -> float | None:
    try:
        return float(text) if text[:1].isdigit() or text[:1] in "+-." else None
    except ValueError:
        return None


# ---- the written form --------------------------------------------------------------------------------------


def _where(written: Any) -> Conditions:
    """The cells that a row must hold in some columns."""
    if not isinstance(written, dict) or not written:
        raise refuse(Fault("a map from columns to the value, or list of values, that a row must hold"))
    faults, wanted = Faults(), []
    for column, value in written.items():
        values = value if isinstance(value, list) else [value]
        if not values or any(isinstance(each, dict | list) for each in values):
            faults.add(Fault("a value or a list of values", at=(column,)))
        wanted.append((column, tuple(_cell(each) for each in values)))
    faults.stop()
    return tuple(wanted)


def _cell(value: object) -> str:
    """A value of the scenario as the text of a cell."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


Where = Annotated[Conditions, Reads(_where, schemas.WHERE)]
