"""What the report says of money and of open hours, and when it leaves that out."""

from __future__ import annotations

from simcare.experiment.run import run
from simcare.report.asked import OF_A_TEAM, asked_table
from simcare.report.document import report
from simcare.report.figures import amount, amounts
from simcare.report.plans import plans_table
from simcare.report.sentences import sections
from simcare.report.view import View, view_of
from tests.experiment.desk import scenario

COMPLAINT, QUESTION = "contacts.complaint.waiting_cost=6 EUR/h", "contacts.question.waiting_cost=3 EUR/h"


def view(*changes: str) -> View:
    return view_of(run(scenario(*changes), plans=["today", "more"], replications=3, jobs=1))


def money(of: View) -> dict[str, tuple[str, ...]]:
    """The cells of the rows in which money stands, by label."""
    return {row[0]: row[1:] for row in plans_table(of).rows if "cost" in row[0] or row[0].startswith("  of ")}


def test_the_cost_of_waiting_stands_below_that_of_labour_by_type_if_several_have_one() -> None:
    both = view(COMPLAINT, QUESTION)
    assert list(money(both)) == [
        "labour cost, EUR a day",
        "cost of waiting, EUR a day",
        "  of complaint",
        "  of question",
    ]
    for label, contacts in (("cost of waiting, EUR a day", ""), ("  of question", "question")):
        found = [both.found(plan, "waiting_cost", contacts=contacts) for plan in both.plans]
        assert list(money(both)[label]) == list(amounts(found))
    assert list(money(view(QUESTION))) == ["labour cost, EUR a day", "cost of waiting, EUR a day"]
    assert list(money(view())) == ["labour cost, EUR a day"]


def test_the_sentences_say_what_waiting_costs_and_what_a_plan_changes() -> None:
    of = view(COMPLAINT)
    for plan, section in zip(of.plans, sections(of), strict=False):
        (said,) = (sentence for sentence in section.sentences if "backlog at close" in sentence)
        assert f"; waiting costs {amount(of.found(plan, 'waiting_cost'))} EUR a day" in said
        assert ("today" in said.split("waiting costs")[1].split(";")[0]) == (plan != "today")
    assert not any("waiting costs" in sentence for one in sections(view()) for sentence in one.sentences)


def test_without_a_cost_of_labour_there_is_no_row_of_it() -> None:
    free = view(COMPLAINT, "teams.desk={skills: {talk: 100%}}")
    assert list(money(free)) == ["cost of waiting, EUR a day"]


def test_promises_in_open_hours_come_with_a_word_on_waits() -> None:
    hours = ("clock.open={mon-fri: 08:00–18:00}", "service_levels.0.hours=open")
    told, plain = (
        report(run(scenario(*changes), plans=["today"], replications=2, jobs=1)) for changes in (hours, ())
    )
    assert any(note.startswith("Waits are in plain time, closed hours included") for note in told.notes)
    assert not any("closed hours" in note for note in plain.notes)
    assert "first reply within 1 h, open hours" in [row[0] for row in told.tables[0].rows]
    assert (
        "Service level of complaint: replied to within 1 h, open hours only (until handling ends), of all"
        in (told.tables[0].notes[0])
    )


def test_measures_asked_for_come_with_the_formula_of_each_service_level_among_them() -> None:
    level = {"measure": "service_level", "promise": "half an hour", "window": "08:00–09:00"}
    result = run(scenario(), plans=["today"], replications=2, jobs=1, measures=[level, "waiting_mean"])
    (formula,) = [one.legend for one in view_of(result).promises if one.name == "half an hour"]
    assert "(definition abandoned_in_time_count)" in formula
    levels, waits = result.scenario.measures
    assert asked_table(result, [levels]).notes == (formula, OF_A_TEAM)
    assert asked_table(result, [waits]).notes == ()
