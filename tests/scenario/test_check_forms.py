"""Checks as they are written: limits in the unit of their measure, and what is wrong with them."""

from __future__ import annotations

import pytest

from simcare.errors import ScenarioError
from simcare.scenario.check_forms import Check
from simcare.scenario.load import loads
from tests.scenario.texts import changed

END = "experiment: {replications: 20, seed: 7}"


def read(check: str) -> Check:
    (one,) = loads(changed((END, f"checks:\n  - {check}\n{END}")), name="small.yaml").checks
    return one


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{measure: service_level, at_least: 90%}", 0.9),
        ("{measure: first_reply_p90, at_most: 15 min}", 900.0),
        ("{measure: overtime_hours, at_most: 2 h 30 min}", 2.5),
        ("{measure: cleared_at, at_most: 26 h}", 26.0),
        ("{measure: labour_cost, at_most: 1_200 EUR}", 1200.0),
        ("{measure: labour_cost, at_most: 1_200.50 EUR a day}", 1200.5),
        ("{measure: queue_max, at_most: 12}", 12.0),
        ("{measure: abandoned, at_most: 0.5}", 0.5),
    ],
)
def test_a_limit_is_read_in_the_unit_of_its_measure(written: str, value: float) -> None:
    assert read(written).limit.value == pytest.approx(value)


def test_a_limit_may_be_a_share_of_another_plan_or_the_baseline() -> None:
    limit = read("{plan: level, measure: abandoned, at_most: 80% of today}").limit
    assert (limit.times, limit.plan, limit.value) == (0.8, "today", None)
    check = read("{measure: service_level, same_as: baseline, margin: 1%}")
    assert check.limit.baseline and check.margin == pytest.approx(0.01)
    assert check.wanted == "within 1% of the baseline"
    assert read("{measure: queue, at_most: baseline, margin: 2}").wanted == "at most the baseline, but for 2"


def test_a_check_knows_where_it_stands_and_changes_no_hash() -> None:
    check = read("{measure: queue, at: 19:30, days: mon, at_most: 3}")
    assert (check.file, check.line, check.column) == ("small.yaml", 41, 5)
    assert check.asked.measure == "queue_at"
    text = changed((END, f"checks: [{{measure: queue, at_most: 3}}]\n{END}"))
    assert loads(text).hash == loads(changed((END, END))).hash


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{measure: servce_level, at_least: 90%}", "41:15: expected a measure, got 'servce_level'; did you"),
        ("{measure: service_level, at_least: 90}", "41:40: expected a share from 0% to 100%, got 90"),
        (
            "{measure: first_reply_p90, at_most: 15}",
            "41:41: expected a duration such as 15 min, got 15; a ba",
        ),
        (
            "{measure: labour_cost, at_most: 900}",
            "41:37: expected money a day such as 9_500_000 IDR, got 900;",
        ),
        ("{measure: labour_cost, at_most: 9 USD}", "41:37: expected an amount in EUR, got '9 USD'"),
        (
            "{measure: queue}",
            "41:5: expected exactly one of at_least, at_most, same_as for a check, got none",
        ),
        (
            "{measure: queue, at_least: 1, at_most: 2}",
            "41:5: expected exactly one of at_least, at_most, same",
        ),
        (
            "{measure: queue, at_most: [2]}",
            "41:22: expected a limit such as 90%, 15 min or 80% of today, got a",
        ),
        (
            "{plan: tody, measure: queue, at_most: 2}",
            "41:12: expected one of the plans (today, level), got 't",
        ),
        (
            "{measure: queue, at_most: 80% of tody}",
            "41:31: expected one of the plans (today, level), got 'tod",
        ),
        (
            "{measure: queue, same_as: baseline}",
            "41:5: expected margin beside baseline, got none; say by how",
        ),
        ("{measure: queue, at_most: 2, margin: 1}", "41:34: expected the baseline beside margin, got none;"),
        ("{measure: queue_max, team: desk, at_most: 2}", "41:26: expected no team beside queue_max"),
        ("{measure: waiting_p90, same_as: baseline, margin: 1 s}", "41:15: expected a measure that every re"),
        ("{measure: service_level, contacts: question, at_least: 9%}", "41:40: expected contacts to whom th"),
    ],
)
def test_what_is_wrong_with_a_check_is_told_at_its_place(written: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(written)
    (problem,) = str(caught.value).splitlines()
    assert problem.startswith(f"small.yaml:{message}")


def test_a_share_of_another_plan_is_above_nothing() -> None:
    with pytest.raises(ScenarioError, match="expected a share above 0% to 100000%, got '0% of today'"):
        read("{measure: queue, at_most: 0% of today}")


def test_a_service_level_is_that_of_one_promise() -> None:
    two = ("service_levels:\n", "service_levels:\n  - {contacts: all, first_reply_within: 1 h}\n")
    with pytest.raises(ScenarioError, match="expected promise beside service_level, for 2 promises fit"):
        loads(changed(two, (END, f"checks: [{{measure: service_level, at_least: 9%}}]\n{END}")))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{measure: occupancy, at_most: 100%}", "occupancy is never above 100%"),
        ("{measure: queue, at_least: 0}", "queue is never below 0"),
        ("{measure: tries, at_least: 1}", "tries is never below 1"),
        ("{plan: today, measure: queue, at_most: 100% of today}", "plan today is held against itself"),
        ("{plan: level, measure: queue, at_most: 100% of today}", ""),
        ("{measure: queue, at_most: 0}", ""),
    ],
)
def test_a_check_that_cannot_fail_is_a_note(written: str, why: str) -> None:
    scenario = loads(changed((END, f"checks:\n  - {written}\n{END}")))
    assert scenario.checks[0].cannot_fail(scenario.plan_names) == why
    assert any(note.endswith(f"cannot fail: {why}") for note in scenario.notes) == bool(why)
