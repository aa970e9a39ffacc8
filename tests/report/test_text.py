from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.report.markdown import escaped, table_markdown
from simcare.report.table import Column, Table
from simcare.report.text import cells_wide, paragraph, table_lines

TABLE = Table(
    "What is where",
    (Column("place", "left"), Column("on\nduty"), Column("cost", unit="EUR")),
    (("north",), ("desk", "3", "1,204"), ("back office", "12", "0.5"), ("south",), ("desk", "–", "7")),
    ("Counted twice.",),
)


def test_a_table_as_text() -> None:
    assert table_lines(TABLE) == [
        "What is where",
        "────────────────────────────",
        "                  on    cost",
        "place           duty     EUR",
        "────────────────────────────",
        "north",
        "  desk             3   1,204",
        "  back office     12     0.5",
        "south",
        "  desk             –       7",
        "Counted twice.",
    ]


def test_a_table_as_markdown() -> None:
    assert list(table_markdown(TABLE)) == [
        "## What is where",
        "",
        "| place | on duty | cost (EUR) |",
        "| :--- | ---: | ---: |",
        "| **north** |  |  |",
        "| desk | 3 | 1,204 |",
        "| back office | 12 | 0.5 |",
        "| **south** |  |  |",
        "| desk | – | 7 |",
        "",
        "Counted twice.",
    ]


def test_an_empty_heading_ends_what_stands_under_the_last() -> None:
    table = Table("", TABLE.columns, (("north",), ("desk", "3", "1"), ("",), ("all", "12", "0.5")))
    assert [line.split("  ")[0] for line in table_lines(table)[4:]] == ["north", "", "all"]
    assert list(table_markdown(table))[-2:] == ["| desk | 3 | 1 |", "| all | 12 | 0.5 |"]


def test_markdown_signs_in_names_stay_text() -> None:
    assert escaped("a|b *c* <b> [x](y) #1 `d`") == r"a\|b \*c\* \<b\> \[x\](y) \#1 \`d\`"


def test_a_row_must_fit_its_columns() -> None:
    with pytest.raises(ValueError, match="2 cells in a table of 3 columns"):
        Table("", TABLE.columns, (("a", "b"),))


def test_a_table_too_wide_is_cut_into_tables_with_the_same_leading_columns() -> None:
    columns = (Column("from", "left"), Column("load"), *(Column(f"plan {number}") for number in range(5)))
    row = ("08:00", "1.5", "a", "b", "c", "d", "e")
    lines = table_lines(Table("Plans", columns, (row,), lead=2), width=26)
    heads = [line.split() for line in lines if line.startswith("from")]
    assert [" ".join(head[2:]) for head in heads] == ["plan 0 plan 1", "plan 2 plan 3", "plan 4"]
    assert [line.split() for line in lines if line.startswith("08:00")] == [
        ["08:00", "1.5", "a", "b"],
        ["08:00", "1.5", "c", "d"],
        ["08:00", "1.5", "e"],
    ]


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)


def test_a_column_without_a_name_is_not_parted_from_the_one_before() -> None:
    columns = (Column("", "left"), Column("one"), Column("difference"), Column("", "left"))
    table = Table("", columns, (("label", "1" * 30, "2" * 30, "better" * 4),))
    first, second = (line for line in table_lines(table, 80) if line.startswith("label"))
    assert first.split() == ["label", "1" * 30]
    assert second.split() == ["label", "2" * 30, "better" * 4]


def test_an_estimate_keeps_its_unit_where_its_interval_goes_below() -> None:
    columns = (Column("", "left"), *(Column(plan) for plan in ("one", "two", "three")))
    cells = ("8.39 ± 0.31 min", "1 h 57 min ± 7 min", "14 (12 to 17)")
    assert table_lines(Table("", columns, (("median", *cells),), tall=True), 46)[3:] == [
        "median    8.39 min  1 h 57 min  14 (12 to 17)",
        "        ± 0.31 min     ± 7 min",
    ]


def test_in_a_tall_table_intervals_stand_below_before_plans_are_parted() -> None:
    columns = (Column("", "left"), Column("today"), Column("late-shift-with-two-more"), Column("twins"))
    cells = ("46.7% ± 1.0%", "10,318,678 (10,257,526 to 10,573,057)", "1 h 57 min ± 7 min")
    table = Table("", columns, (("the desk",), ("unanswered impressions, a day", *cells)), tall=True)
    assert table_lines(table, 70) == [
        "─" * 70,
        "                                              late-shift-",
        "                                                with-two-",
        "                                   today             more        twins",
        "─" * 70,
        "the desk",
        "  unanswered impressions, a day    46.7%       10,318,678   1 h 57 min",
        "                                  ± 1.0%      (10,257,526      ± 7 min",
        "                                           to 10,573,057)",
    ]
    assert table_lines(table, 120) == table_lines(replace(table, tall=False), 120)


@given(st.lists(names, min_size=1, max_size=8), st.lists(names, min_size=8, max_size=8), st.booleans())
def test_every_line_fits_whatever_the_names(plans: list[str], cells: list[str], tall: bool) -> None:
    columns = (Column("", "left"), *(Column(plan) for plan in plans))
    table = Table("title", columns, (("label", *cells)[: len(columns)], (cells[0],)), tall=tall)
    assert all(cells_wide(line) <= 80 for line in table_lines(table))


def test_wide_letters_take_two_cells() -> None:
    assert cells_wide("客服") == 4
    assert cells_wide("café") == 4
    lines = table_lines(Table("", (Column("team", "left"), Column("n")), (("客服", "1"), ("desk", "2"))))
    assert lines[-2].index("1") + 2 == lines[-1].index("2")


def test_a_paragraph_hangs_under_its_bullet() -> None:
    assert paragraph("one two three", 9, "- ") == ["- one two", "  three"]
