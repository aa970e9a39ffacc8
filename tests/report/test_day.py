"""Interval tables of real runs: many promises, many types, folded hours."""

from __future__ import annotations

from simcare.experiment.run import run
from simcare.report.document import report
from simcare.report.table import Table
from simcare.scenario.load import loads
from tests.report.made import scenario

TWO_HUBS = """
simcare: 1
title: Two hubs
clock: {{interval: {interval}}}
contacts:
  english: {{needs: [english], arrivals: {{per_hour: 8}}, handling: {{constant: 2 min}}}}
  spanish: {{needs: [spanish], arrivals: {{per_hour: 8}}, handling: {{constant: 3 min}}}}
teams:
  dublin: {{skills: {{english: 100%}}}}
  madrid: {{skills: {{spanish: 100%}}}}
plans:
  one: {{headcount: {{dublin: {{09:00: 2, 21:00: 0}}, madrid: 2}}}}
service_levels:
{promises}
"""


def tables_of(promises: str, interval: str = "1 h") -> tuple[Table, ...]:
    text = TWO_HUBS.format(interval=interval, promises=promises)
    return report(run(loads(text), replications=12)).tables


def column(table: Table, name: str) -> list[str]:
    number = [one.name for one in table.columns].index(name)
    return [row[number] for row in table.rows]


def test_on_duty_counts_the_teams_that_may_answer() -> None:
    _, english, spanish = tables_of(
        "  - {contacts: english, answered_within: 1 min, target: 80%}\n"
        "  - {contacts: spanish, answered_within: 1 min, target: 80%}"
    )
    assert column(english, "on\nduty") == ["0.0"] * 9 + ["2.0"] * 12 + ["0.0"] * 3
    assert column(spanish, "on\nduty") == ["2.0"] * 24
    assert english.notes == ("On duty and occupancy are those of dublin.",)


def test_a_queue_with_work_for_another_team_says_so() -> None:
    text = TWO_HUBS.format(
        interval="1 h", promises="  - {contacts: english, answered_within: 1 min, target: 80%}"
    ).replace(
        "handling: {constant: 2 min}}",
        "handling: {constant: 2 min}, escalates: {to: spanish, chance: 10%, handling: {constant: 9 min}}}",
    )
    _, day = report(run(loads(text), replications=2)).tables
    assert day.notes == (
        "On duty and occupancy are those of dublin.",
        "Queue counts every waiting message of these contacts, escalated work that waits for madrid too.",
    )


def test_a_promise_to_all_is_shown_for_each_type_too() -> None:
    plans, day = tables_of("  - {contacts: all, answered_within: 1 min, target: 80%}")
    heads = [row[0] for row in plans.rows if len(row) == 1]
    assert heads == ["all contacts", "english", "spanish", "the desk"]
    assert [row[0] for row in plans.rows].count("answered within 1 min") == 3
    assert column(day, "on\nduty")[:10] == ["2.0"] * 9 + ["4.0"]
    assert day.notes == ()


def test_promises_on_the_same_contacts_share_a_table() -> None:
    _, day = tables_of(
        "  - {contacts: english, answered_within: 1 min, target: 80%}\n"
        "  - {contacts: english, first_reply_within: 5 min, target: 80%}"
    )
    assert [one.name for one in day.columns] == [
        "from", "arrivals", "on\nduty", "occupancy", "queue",
        "answered\nwithin 1 min", "first reply\nwithin 5 min",
        "answer\n90% within", "first reply\n90% within",
    ]  # fmt: skip
    assert {cell.split()[-1] for cell in column(day, "answered\nwithin 1 min")} <= {
        "met",
        "missed",
        "undecided",
    }


def test_without_promises_there_is_one_table_of_all_contacts() -> None:
    plans, day = tables_of("  []")
    assert day.title == "one: all contacts"
    assert [one.name for one in day.columns][5:] == ["first reply\n90% within"]
    assert all("target" not in row[0] for row in plans.rows)


def test_a_day_of_one_interval_has_no_interval_table() -> None:
    assert len(tables_of("  - {contacts: all, answered_within: 1 min}", interval="24 h")) == 1


def test_hours_with_nobody_on_duty_are_folded_in_long_tables_and_stay_exact() -> None:
    promise = "  - {contacts: english, answered_within: 1 min, target: 80%}"
    whole, folded = (tables_of(promise, interval)[1] for interval in ("1 h", "15 min"))
    night = next(row for row in folded.rows if row[0].startswith("00:00–"))
    # Nobody can be answered before nine but those who come in the last minute before it.
    assert night[0] in ("00:00–08:45", "00:00–09:00")
    assert night[6] == "missed"
    assert night[5] == "0.0%" or night[5].startswith("0.0–")
    assert len(folded.rows) < 96
    assert len(whole.rows) == 24


def test_the_arrivals_of_a_folded_line_are_a_total() -> None:
    promise = "  - {contacts: english, answered_within: 1 min, target: 80%}"
    tables = (tables_of(promise, interval)[1] for interval in ("1 h", "15 min"))
    hours, quarters = (sum(float(row[1]) for row in table.rows) for table in tables)
    assert abs(hours - 8 * 24) < 4 * (8 * 24 / 12) ** 0.5
    assert abs(hours - quarters) < 96 * 0.05 / 3  # the same customers; a cell is rounded by 0.05 at most


def test_a_plan_is_compared_with_the_first_one_asked_for() -> None:
    document = report(run(scenario(days=1), plans=["late-shift", "today"], replications=3))
    assert [section.title for section in document.sections] == [
        "Plan late-shift",
        "Plan today, beside late-shift",
        "How sure",
    ]


def test_the_report_of_one_plan_speaks_of_no_others() -> None:
    for plans, others in ((["today"], False), (["today", "late-shift"], True)):
        said = " ".join(report(run(scenario(days=1), plans=plans, replications=3)).sections[-1].sentences)
        assert ("differences" in said) == ("of the plans" in said) == others
