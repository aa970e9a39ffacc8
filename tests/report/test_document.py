from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from simcare.report.document import days_in_words, markdown_lines, one_line, report, text_lines
from simcare.report.figures import Found
from simcare.report.table import Column
from simcare.report.text import cells_wide
from simcare.scenario.load import loads
from tests.report.made import Key, Made, keys, random_result, result, scenario

GOLDEN = Path(__file__).parent / "golden"

# By four hours: contacts, agents on duty, occupancy, messages waiting, service level, 90% within (s).
COMPLAINTS = {
    "today": [
        (1.0, 0.0, None, 6.0, Found(0.0, 0.0, 0.071), 25_200.0),
        (2.0, 0.0, None, 9.0, Found(0.0, 0.0, 0.071), 14_400.0),
        (12.0, 4.0, 0.62, 2.0, Found(0.93, 0.91, 0.95), 840.0),
        (15.0, 7.0, 0.55, 0.4, Found(0.962, 0.95, 0.974), 610.0),
        (44.0, 5.0, 0.97, 14.0, Found(0.482, 0.46, 0.504), 5400.0),
        (26.0, 2.0, 1.0, 31.0, Found(0.031, 0.02, 0.042), math.inf),
    ],
    "late-shift": [
        (1.0, 0.0, None, 2.0, Found(0.0, 0.0, 0.071), 25_200.0),
        (2.0, 0.0, None, 4.0, Found(0.0, 0.0, 0.071), 14_400.0),
        (12.0, 4.0, 0.6, 1.0, Found(0.935, 0.92, 0.95), 800.0),
        (15.0, 7.0, 0.55, 0.4, Found(0.963, 0.951, 0.975), 605.0),
        (44.0, 9.0, 0.81, 2.1, Found(0.903, 0.885, 0.921), 890.0),
        (26.0, 6.0, 0.66, 1.2, Found(0.951, 0.94, 0.962), 700.0),
    ],
}
QUESTION = Found(0.992, 0.985, 0.999)
NOTHING = Found(None)


def two_plans() -> Made:
    of = scenario("4 h", 7)
    figures = dict.fromkeys(keys(of), NOTHING)
    for plan, rows in COMPLAINTS.items():
        for number, (contacts, duty, occupancy, queue, level, late) in enumerate(rows):
            start = f"{4 * number:02d}:00"
            figures |= {
                Key(plan, "contacts", "complaint", interval=start): Found(contacts),
                Key(plan, "queue", "complaint", interval=start): Found(queue),
                Key(plan, "on_duty", team="desk", interval=start): Found(duty),
                Key(plan, "occupancy", team="desk", interval=start): Found(occupancy),
                Key(plan, "first_reply_p90", "complaint", interval=start): Found(late),
                Key(
                    plan, "service_level", "complaint", promise="first reply within 15 min", interval=start
                ): level,
            }
            if start in ("08:00", "12:00"):  # questions come by day only
                figures |= {
                    Key(plan, "contacts", "question", interval=start): Found(20.0),
                    Key(plan, "answer_p90", "question", interval=start): Found(2000.0),
                    Key(
                        plan, "service_level", "question", promise="answered within 4 h", interval=start
                    ): QUESTION,
                }
        today = plan == "today"
        share = Found(0.453, 0.447, 0.459) if today else Found(0.902, 0.891, 0.913)
        figures |= {
            Key(plan, "service_level", "complaint", promise="first reply within 15 min"): share,
            Key(plan, "service_level", "question", promise="answered within 4 h"): QUESTION,
            Key(plan, "first_reply_mean", "complaint"): Found(4320.0, 4210.0, 4430.0)
            if today
            else Found(540.0),
            Key(plan, "first_reply_p50", "complaint"): Found(1100.0, 1050.0, 1150.0),
            Key(plan, "first_reply_p90", "complaint"): Found(math.inf, 9000.0, math.inf),
            Key(plan, "answer_mean", "question"): Found(300.0, 290.0, 310.0),
            Key(plan, "answer_p50", "question"): Found(0.0, 0.0, 0.0),
            Key(plan, "answer_p90", "question"): Found(2000.0, 1900.0, 2100.0),
            Key(plan, "abandoned", "complaint"): Found(12.3, 11.2, 13.4),
            Key(plan, "abandoned_silently", "complaint"): Found(5.2, 4.8, 5.6),
            Key(plan, "contacts"): Found(140.0, 138.0, 142.0),
            Key(plan, "queue"): Found(10.4, 9.9, 10.9) if today else Found(1.8, 1.7, 1.9),
            Key(plan, "backlog_at_close"): Found(33.0, 30.0, 36.0) if today else Found(4.0, 3.0, 5.0),
            Key(plan, "oldest_open"): Found(40_000.0, 39_000.0, 41_000.0),
            Key(plan, "occupancy"): Found(0.71, 0.70, 0.72),
            Key(plan, "staffed_hours"): Found(72.0, 72.0, 72.0) if today else Found(104.0, 104.0, 104.0),
            Key(plan, "staffed_hours", team="desk"): Found(72.0, 72.0, 72.0),
            Key(plan, "overtime_hours"): Found(0.0, 0.0, None),
            Key(plan, "labour_cost"): Found(1440.0, 1440.0, 1440.0)
            if today
            else Found(2080.0, 2080.0, 2080.0),
        }
    return Made(of, figures, 50, 0.006, ("A note from the run.",))


@pytest.mark.parametrize("form", ["txt", "md"])
def test_a_report_reads_as_a_person_checked_it(form: str) -> None:
    document = report(result(two_plans()))
    lines = text_lines(document) if form == "txt" else markdown_lines(document)
    assert "\n".join(lines) + "\n" == (GOLDEN / f"two-plans.{form}").read_text(encoding="utf-8")


def test_every_line_fits_80_columns() -> None:
    for seed in range(50, 70):
        document = report(result(random_result(seed)))
        assert max(cells_wide(line) for line in text_lines(document)) <= 80


def test_tables_use_a_wider_page_and_sentences_do_not() -> None:
    document = report(result(two_plans()))
    wide = replace(document.tables[0], columns=(Column("", "left"), Column("a" * 50), Column("b" * 40)))
    lines = list(text_lines(replace(document, tables=(wide,)), width=110))
    assert max(map(cells_wide, lines)) > 80
    start = lines.index("Plan today")
    assert lines[start:] == list(text_lines(document))[-len(lines[start:]) :]


def test_a_single_replication_claims_no_interval() -> None:
    made = two_plans()
    bare = {key: Found(found.estimate) for key, found in made.figures.items()}
    text = "\n".join(text_lines(report(result(Made(made.scenario, bare, 1, None)))))
    assert "One replication, seed 7: figures without intervals" in text
    assert "±" not in text
    assert "has no interval" in text
    assert "45.3% in time, " not in text
    assert "more than today as far as it goes" in text


def test_undefined_and_later_are_explained_where_they_occur_and_only_there() -> None:
    notes = report(result(two_plans())).notes
    assert [note for note in notes if note.startswith(("–", "later"))] == [
        "–  undefined: there was nothing to measure.",
        "later: later than the horizon; still open when the run ended.",
    ]


def test_a_title_cannot_move_the_cursor() -> None:
    assert one_line("a\x1b[31m\tred\n\x07title ") == "a [31m red title"


def test_days_in_words() -> None:
    def clock(**keys: str) -> str:
        written = ", ".join(f"{key}: {value}" for key, value in keys.items())
        text = f"simcare: 1\ntitle: t\nclock: {{{written}}}\n"
        rest = (
            "contacts: {a: {needs: [s], arrivals: {per_hour: 1}, handling: {constant: 1 min}}}\n"
            "teams: {d: {skills: {s: 100%}}}\nplans: {p: {headcount: {d: 1}}}\n"
        )
        return days_in_words(loads(text + rest).clock)

    assert clock(start="2026-11-23") == "Mon 23 Nov 2026, UTC"
    assert clock(start="2026-11-23", days="7") == "Mon 23 to Sun 29 Nov 2026 (7 days), UTC"
    assert clock(start="2026-11-30", days="2") == "Mon 30 Nov to Tue 1 Dec 2026 (2 days), UTC"
    assert clock(start="2026-12-31", days="2", warm_up="1 day") == (
        "Thu 31 Dec 2026 to Fri 1 Jan 2027 (2 days), UTC, after 1 day of warm-up"
    )
