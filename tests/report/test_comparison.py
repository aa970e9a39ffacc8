"""The report of a comparison: figures as a planner says them, verdicts, one vocabulary."""

from __future__ import annotations

import pytest

from simcare.experiment.compare import compare
from simcare.report.comparison import comparison_report, measure_words
from simcare.report.document import markdown_lines, text_lines
from simcare.report.figures import Found, signed
from simcare.report.text import cells_wide
from tests.experiment.desk import scenario


@pytest.mark.parametrize(
    ("found", "unit", "text"),
    [
        (Found(0.455, 0.445, 0.465), "share", "+45.5 ± 1.0 points"),
        (Found(-1914, -1998, -1830), "s", "-31.9 ± 1.4 min"),
        (Found(-7200, -9000, -5400), "s", "-2.0 ± 0.5 h"),
        (Found(12.0, 10.0, 14.0), "s", "+12.0 ± 2.0 s"),
        (Found(2_034_093, 2_024_093, 2_044_093), "IDR per day", "+2,034,093 ± 10,000"),
        (Found(5.0, 1.3, 12.3), "EUR per day", "+5.0 (1.3 to 12.3)"),  # ± 7.3 would hide that 0 is out
        (Found(5.0, -1.0, 12.3), "EUR per day", "+5.0 ± 7.3"),
        (Found(0.0, 0.0, 0.0), "share", "0 points"),
        (Found(9.0, 9.0, 9.0), "h per day", "+9"),
        (Found(0.0, -0.05, 0.05), "share", "0.0 ± 5.0 points"),
        (Found(3.0), "messages", "+3"),
        (Found(None), "share", "–"),
    ],
)
def test_a_difference_has_a_sign_and_does_not_hide_its_side(found: Found, unit: str, text: str) -> None:
    assert signed(found, unit) == text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("first_reply_mean", "first reply, mean"),
        ("waiting_p90", "waiting, 90% within"),
        ("first_reply_p50", "first reply, median"),
        ("labour_cost", "labour cost, EUR a day"),
        ("overtime_hours", "overtime hours, a day"),
        ("backlog_at_close", "backlog at close"),
        ("abandoned", "abandoned, a day"),
    ],
)
def test_measures_in_words(name: str, words: str) -> None:
    assert measure_words(name, scenario()) == words


def test_the_report_says_the_verdicts_in_a_table_and_in_sentences() -> None:
    found = compare(scenario(), replications=5)
    document = comparison_report(found)
    lines = list(text_lines(document))
    assert max(map(cells_wide, lines)) <= 80
    assert [table.title for table in document.tables] == [
        "more, compared with today",
        "helped, compared with today",
    ]
    text = "\n".join(lines)
    assert "\nPlan more, beside today\n- Better: " in text
    assert "- Worse: labour cost (" in text
    for row in found.rows:
        assert row.verdict in text or row.verdict in ("undefined", "unclear")
    assert "Undefined: labour cost." in text  # of the plan with a team without cost
    markdown = "\n".join(markdown_lines(document))
    assert "## more, compared with today" in markdown and "| worse |" in markdown
