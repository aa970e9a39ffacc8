"""CSV files as they come: quotes that do not close, the separator that a first line names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic_core import PydanticCustomError

from simcare.scenario.faults import faults_in
from simcare.scenario.tables import Folder

TWICE = "a double quote that belongs to the text of a cell is written twice"


def rows(folder: Path, text: str) -> list[tuple[int, list[str]]]:
    (folder / "t.csv").write_text(text, encoding="utf-8", newline="")
    with Folder(str(folder)).table("t.csv") as table:
        return [(0, list(table.columns)), *table.rows]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'a,b\n1,2\n"3,4\n5,6\n',
            "3: expected a double quote that closes the cell opened in this row, got the end of the file",
        ),
        (
            '"a,b\n1,2\n',
            "1: expected a double quote that closes the cell opened in this row, got the end of the file",
        ),
        (
            'a,b\n"x\ny",2\n1,"2\n3,"4"\n',
            "4: expected ',' after the double quote that closes a cell of this row, got something else",
        ),
        (
            'sep=\t\na\tb\n"1"2\t3\n',
            "3: expected a tab after the double quote that closes a cell of this row, got something else",
        ),
    ],
)
def test_a_stray_quote_is_refused_at_the_row_where_it_opens(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        rows(tmp_path, text)
    (fault,) = faults_in(caught.value)
    assert fault.problem is not None
    assert str(fault.problem) == f"{tmp_path}/t.csv:{message}; {TWICE}"


def test_a_cell_longer_than_any_names_its_row(tmp_path: Path) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        rows(tmp_path, 'a,b\n1,2\n"' + "3,4\n" * 40_000)
    (fault,) = faults_in(caught.value)
    assert str(fault.problem) == (
        f"{tmp_path}/t.csv:3: expected a cell of at most 131_072 characters, got a longer one that begins in "
        "this row; is a double quote missing or stray?"
    )


def test_quotes_that_close_are_part_of_no_cell_and_cells_may_hold_lines(tmp_path: Path) -> None:
    text = '"a";c\r\n"x ""y"" z";5" wide\r\n\r\n"two\nlines";"1;2"\n'
    assert rows(tmp_path, text) == [
        (0, ["a", "c"]),
        (2, ['x "y" z', '5" wide']),
        (4, ["two\nlines", "1;2"]),
    ]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n'])
def test_a_first_line_may_name_the_separator(tmp_path: Path, first: str) -> None:
    assert rows(tmp_path, f"{first}a,b,c;d\n1,5;2\n") == [(0, ["a,b,c", "d"]), (3, ["1,5", "2"])]
