"""`simcare compare`: formats, options, and what it refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.test_run import Capture, printed, refused


def test_it_prints_a_table_for_each_plan_and_sentences(tiny: str, capsys: Capture) -> None:
    text = printed(["compare", tiny], capsys)
    assert text.startswith("Tiny\nMon 5 Jan 2026, UTC\n6 replications, seed 1; ")
    assert "\ntwo, compared with one\n" in text and "\nthree, compared with one\n" in text
    assert "\nPlan two, beside one\n- Better: question: first reply within 15 min (" in text
    assert "\x1b" not in text


def test_every_format_says_the_same(tiny: str, capsys: Capture) -> None:
    arguments = ["compare", tiny, "--plans", "two,three", "--against", "three"]
    rows = json.loads(printed([*arguments, "--format", "json"], capsys))["rows"]
    table = list(csv.DictReader(io.StringIO(printed([*arguments, "--format", "csv"], capsys))))
    assert [row["verdict"] for row in table] == [row["verdict"] for row in rows]
    assert {(row["plan"], row["against"]) for row in rows} == {("two", "three")}
    assert "| first reply within 15 min | " in printed([*arguments, "--format", "markdown"], capsys)


def test_one_measure_alone(tiny: str, capsys: Capture) -> None:
    text = printed(["compare", tiny, "--measure", "occupancy 08:00-16:00", "--set", "title=Other"], capsys)
    assert text.startswith("Other\n") and "occupancy, 08:00–16:00" in text and "labour cost" not in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--plans", "one"], "expected at least two plans to compare, got one alone"),
        (["--against", "oen"], "--against: expected one of one, two, three, got 'oen'; did you mean 'one'?"),
        (["--plans", "on"], "--plan: expected one of one, two, three, got 'on'; did you mean 'one'?"),
    ],
)
def test_what_cannot_be_compared(options: list[str], message: str, tiny: str, capsys: Capture) -> None:
    assert (
        refused(["compare", tiny, *options], capsys) == f"simcare: {message} (see simcare compare --help)\n"
    )
