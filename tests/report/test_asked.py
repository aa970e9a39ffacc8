"""Measures asked for in the report have a table; full queues and further tries only where there are any."""

from __future__ import annotations

from typing import Any

import pytest

from simcare.experiment import run as running
from simcare.experiment.run import run
from simcare.report.document import asked_report, report, text_lines
from simcare.report.figures import UNDEFINED_NOTE
from simcare.scenario.asking import ask
from simcare.scenario.load import loads

TEXT = """
simcare: 1
title: A desk with a small lobby
clock: {days: 2, interval: 6 h}
contacts:
  call: {needs: [talk], arrivals: {per_hour: 9}, handling: {constant: 10 min}, queue_limit: 1}
  post: {needs: [talk], arrivals: {per_hour: 2}, handling: {constant: 10 min}}
teams: {desk: {skills: {talk: 100%}, cost: 20 EUR/h}}
plans: {few: {headcount: {desk: 2}}, more: {headcount: {desk: 3}}}
experiment: {replications: 4}
"""


def lines_of(*changes: str) -> list[str]:
    return list(text_lines(report(run(loads(TEXT, set=changes), plans=["few"]))))


def told(lines: list[str], label: str) -> list[str]:
    return [line for line in lines if line.strip().startswith(label)]


def test_who_is_turned_away_is_told_of_the_types_with_a_limit() -> None:
    lines = lines_of()
    assert len(told(lines, "turned away, a day")) == 1
    assert not told(lines, "tries, a contact")
    again = lines_of("contacts.call.tries_again={chance: 50%, after: {constant: 20 min}}")
    assert len(told(again, "tries, a contact")) == 1
    assert float(told(again, "tries, a contact")[0].split()[3]) > 1


def test_what_the_file_asks_for_has_a_table_below_the_plans() -> None:
    lines = lines_of(
        "measures=[{measure: queue, at: 09:30, contacts: call}, {measure: occupancy, days: day 1}]"
    )
    begin = lines.index("Measures asked for")
    table = lines[begin : lines.index("", begin)]
    assert [line.split("  ")[0] for line in table[4:]] == [
        "queue_at (messages), 09:30, call",
        "occupancy, 2026-01-05",
        "",
        "",
    ]
    assert not any("folded" in line or "alike" in line for line in table)


@pytest.mark.parametrize(
    ("asked", "figure"),
    [("on_duty at 12:00", "2"), ("staffed_hours 06:00-09:00", "6"), ("labour_cost 22:00-02:00", "160")],
)
def test_figures_are_written_by_their_unit(asked: str, figure: str) -> None:
    given = loads(TEXT)
    found = asked_report(run(given, measures=[asked]), [ask(given, asked)])
    (table,) = found.tables
    assert found.sections == ()
    assert {row[1] for row in table.rows if len(row) > 1} == {figure}


def notes_of(*asked: str, **options: Any) -> list[str]:
    given = loads(TEXT.replace(", cost: 20 EUR/h", ""))
    return list(
        asked_report(
            run(given, plans=["few"], measures=asked, **options), [ask(given, one) for one in asked]
        ).notes
    )


def test_notes_of_the_run_stand_below_measures_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_DOUBLINGS", 0)
    missed = "The precision asked for, queue to 1%, is not reached with 4 replications, the most that are"
    assert notes_of("queue", precision={"queue": 0.01}) == [f"Note: {missed} tried."]


def test_a_note_about_one_measure_stands_below_that_measure_only() -> None:
    no_cost = "Note: labour_cost of plan few is undefined: no cost is given for desk."
    assert notes_of("queue") == []
    assert notes_of("labour_cost") == [no_cost]
    assert notes_of("labour_cost", "waiting_abandoned_p50 03:00-03:01") == [UNDEFINED_NOTE, no_cost]


def test_a_single_line_after_several_does_not_seem_to_belong_to_them() -> None:
    asked = "{measure: queue, at: 09:30}, {measure: tries, contacts: call}, {measure: tries}"
    lines = lines_of(f"measures=[{asked}]")
    begin = lines.index("Measures asked for")
    labels = [line.split(" (")[0].rstrip("0123456789.± ") for line in lines[begin + 4 : begin + 13]]
    assert labels == [
        "queue_at", "  all", "  call", "  post", "tries, call", "tries", "  all", "  call", "  post"
    ]  # fmt: skip
