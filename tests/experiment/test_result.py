"""Results: tidy rows, look-ups with helpful errors, differences, what machines read."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from simcare.errors import UsageError
from simcare.experiment.output import LATER, to_csv, to_json
from simcare.experiment.result import Result
from simcare.experiment.rows import Row
from simcare.experiment.run import run
from simcare.measures.registry import MEASURES
from simcare.scenario.load import loads
from tests.experiment.desk import scenario


@pytest.fixture(scope="module")
def result() -> Result:
    return run(scenario(), replications=12)


def test_every_standard_measure_has_rows_in_total_and_by_its_dimensions(result: Result) -> None:
    for name, measure in MEASURES.items():
        if not measure.standard or measure.audience or measure.price:
            assert not any(row.measure == name for row in result.rows)
            continue
        rows = result.select(plan="today", measure=name)
        assert {row.unit for row in rows} == {measure.unit.format(currency="EUR")}
        assert {row.contacts for row in rows} >= (
            {"", "complaint", "question"} if "contacts" in measure.dimensions else {""}
        )
        by_team = "team" in measure.dimensions and "contacts" not in measure.dimensions
        assert {row.team for row in rows} == ({"", "desk", "extra"} if by_team else {""})
        days = {"", "2026-01-05", "2026-01-06"} if "day" in measure.dimensions else {""}
        assert {row.day for row in rows} == days
        intervals = {"", "00:00", "06:00", "12:00", "18:00"} if "interval" in measure.dimensions else {""}
        assert {row.interval for row in rows} == intervals


def test_no_two_rows_are_about_the_same(result: Result) -> None:
    about = [row[:7] for row in result.rows]
    assert len(set(about)) == len(about)


def test_intervals_hold_their_estimates_and_nothing_is_nan(result: Result) -> None:
    for row in result.rows:
        for value in (row.estimate, row.lower, row.upper):
            assert value is None or not math.isnan(value), row
        if row.estimate is None:
            assert row.lower is None and row.upper is None, row
        else:
            assert row.lower is None or row.lower <= row.estimate + 1e-12, row
            assert row.upper is None or row.estimate <= row.upper + 1e-12, row
        if row.unit == "share":
            assert all(value is None or 0 <= value <= 1 for value in row[7:10]), row


def test_figures_of_a_plan_agree_with_each_other(result: Result) -> None:
    def total(measure: str, **about: str) -> float:
        value = result.estimate(measure, plan="more", **about).estimate
        assert value is not None
        return value

    parts = ("replied", "abandoned", "abandoned_silently", "open")
    assert sum(map(total, parts)) == pytest.approx(total("actionable"))
    assert total("contacts", contacts="complaint") + total("contacts", contacts="question") == pytest.approx(
        total("contacts")
    )
    assert (total("busy_hours") - total("overtime_hours")) / total("staffed_hours") == pytest.approx(
        total("occupancy")
    )
    assert total("staffed_hours") == pytest.approx(2 * 9 + 9)  # nobody is ever absent
    assert total("on_duty") == pytest.approx(27 / 24)
    assert total("labour_cost") == pytest.approx(30 * (27 + 1.5 * total("overtime_hours")))
    assert total("contacts", contacts="question", interval="00:00") == 0
    assert total("waiting_p50") <= total("waiting_p90") <= total("waiting_p95")


def test_what_the_roster_fixes_has_an_interval_of_no_width(result: Result) -> None:
    row = result.estimate("staffed_hours", plan="today")
    assert row.lower == pytest.approx(18) and row.upper == pytest.approx(18)


def test_labour_cost_is_undefined_where_a_cost_is_missing_and_the_header_says_why(result: Result) -> None:
    assert result.estimate("labour_cost", plan="helped").estimate is None
    assert result.estimate("labour_cost", plan="helped", team="desk").estimate is not None
    assert result.estimate("labour_cost", plan="today").estimate is not None  # that team does not work there
    assert "labour_cost of plan helped is undefined: no cost is given for extra." in result.header["notes"]


def test_the_header_says_what_was_run(result: Result) -> None:
    header = result.header
    assert (header["title"], header["source"], header["seed"]) == ("A small desk", "desk.yaml", 3)
    assert header["scenario_hash"] == scenario().hash
    assert (header["replications"], header["confidence"], header["days"]) == (12, 0.9, 2)
    assert header["promises"][1] == {
        "name": "half an hour",
        "contacts": ["complaint", "question"],
        "target": None,
        "formula": "abandoned_in_time_count: answered, or left, within 30 min (until handling starts) / "
        "all that needed an answer; left later, silent and open are missed",
    }


def test_every_service_level_says_its_definition(result: Result) -> None:
    definitions = {row.promise: row.definition for row in result.rows}
    assert definitions == {
        "": "",
        "first reply within 1 h": "of_all",
        "half an hour": "abandoned_in_time_count",
    }
    assert all((row.definition != "") == (row.measure == "service_level") for row in result.rows)


def test_estimates_are_looked_up_by_name(result: Result) -> None:
    row = result.estimate("service_level", plan="today", contacts="complaint", promise="half an hour")
    assert row in result.select(measure="service_level", contacts="complaint", plan="today")
    one = run(scenario(), plans=["today"], replications=2)
    assert one.estimate("queue").plan == "today"  # the only plan
    assert (
        one.estimate("service_level", contacts="question").promise == "half an hour"
    )  # the only promise to it


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"measure": "service_levle", "plan": "today"},
            "no measure 'service_levle'; did you mean 'service_level'?",
        ),
        ({"measure": "queue"}, "say which plan: 'today', 'more', 'helped'"),
        ({"measure": "queue", "plan": "mroe"}, "no plan 'mroe'; did you mean 'more'?"),
        ({"measure": "queue", "plan": "more", "contacts": "complaints"}, "did you mean 'complaint'?"),
        ({"measure": "queue", "plan": "more", "day": "2026-01-07"}, "no day '2026-01-07'; did you mean"),
        (
            {"measure": "service_level", "plan": "more"},
            "given for several promises: say which of 'first reply within 1 h', 'half an hour'",
        ),
        ({"measure": "queue", "plan": "more", "team": "desk"}, "queue is not given for team 'desk'"),
        ({"measure": "backlog_max", "plan": "more", "interval": "06:00"}, "it is given by contacts, day"),
    ],
)
def test_a_look_up_that_fails_says_what_there_is(
    result: Result, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        result.estimate(**arguments)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_select_refuses_fields_and_values_there_are_not(result: Result) -> None:
    with pytest.raises(UsageError, match="no field to select by 'mesure'; did you mean 'measure'"):
        result.select(mesure="queue")
    with pytest.raises(UsageError, match="no measure 'queues'; did you mean 'queue'"):
        result.select(measure="queues")


def test_differences_are_paired_over_the_same_customers(result: Result) -> None:
    found = result.difference("service_level", "more", "today", contacts="complaint", promise="half an hour")
    values = [
        result.estimate("service_level", plan=plan, contacts="complaint", promise="half an hour")
        for plan in ("more", "today")
    ]
    first, second = values
    assert first.estimate is not None and second.estimate is not None
    assert found.plan == "more minus today"
    assert found.estimate == pytest.approx(first.estimate - second.estimate)
    assert found.estimate > 0 and found.lower is not None and found.upper is not None
    widths = [(row.upper or 0) - (row.lower or 0) for row in values]
    assert found.upper - found.lower < sum(widths)
    cost = result.difference("staffed_hours", "more", "today")
    assert (cost.estimate, cost.lower, cost.upper) == pytest.approx((9, 9, 9))
    median = result.difference("first_reply_p50", "more", "today", contacts="complaint")
    assert median.estimate is not None and median.estimate < 0 and median.unit == "s"
    assert result.difference("labour_cost", "helped", "today").estimate is None


def test_replications_are_what_the_estimates_are_made_of(result: Result) -> None:
    for measure, about in (("service_level", "complaint"), ("labour_cost", ""), ("first_reply_mean", "")):
        rows = [
            row
            for row in result.replications()
            if (row.plan, row.measure, row.contacts, row.team) == ("today", measure, about, "")
            and row.promise in ("", "half an hour")
        ]
        assert [row.replication for row in rows] == list(range(12))
        promise = rows[0].promise
        estimate = result.estimate(measure, plan="today", contacts=about, promise=promise).estimate
        ratio = sum(row.numerator for row in rows) / sum(row.denominator for row in rows)
        assert estimate == pytest.approx(ratio)


def test_one_replication_has_estimates_and_no_intervals() -> None:
    single = run(scenario(), plans=["today"], replications=1)
    assert any(row.estimate is not None for row in single.rows)
    assert all(row.lower is None and row.upper is None for row in single.rows)
    assert single.difference("queue", "today", "today").lower is None


def test_what_is_still_open_when_the_run_ends_is_told() -> None:
    given = scenario("drain.for=0 min", "plans.today.shifts.0.to=13:00")
    result = run(given, plans=["today"], replications=4)
    still_open = result.estimate("open").estimate
    assert still_open is not None and still_open > 0
    assert any("had no first reply when the run ended" in note for note in result.header["notes"])


# --- what machines read -------------------------------------------------------------------------------------


def row(estimate: float | None, lower: float | None = None, upper: float | None = None) -> Row:
    return Row("today", "first_reply_p90", "", "", "", "", "", estimate, lower, upper, "s", 3)


def test_json_is_a_header_and_tidy_rows(result: Result) -> None:
    read = json.loads(result.to_json())
    assert read["header"] == json.loads(json.dumps(result.header))
    assert len(read["rows"]) == len(result.rows)
    assert list(read["rows"][0]) == sorted(Row._fields)
    assert result.to_json() == run(scenario(), replications=12).to_json()


def test_numbers_have_ten_digits_and_what_is_no_number_is_words_or_nothing() -> None:
    text = to_json({}, [row(2 / 3, -0.0, math.inf), row(None)])
    first, second = json.loads(text)["rows"]
    assert (first["estimate"], first["lower"], first["upper"]) == (0.6666666667, 0.0, LATER)
    assert '"lower": 0.0' in text
    assert second["estimate"] is None
    lines = list(csv.reader(io.StringIO(to_csv([row(2 / 3, 0.25, math.inf), row(None)]))))
    assert lines[0] == list(Row._fields)
    assert lines[1][7:10] == ["0.6666666667", "0.25", "later than the horizon"]
    assert lines[2][7:10] == ["", "", ""]


def test_no_rows_are_valid_json() -> None:
    assert json.loads(to_json({"title": "Ärger"}, [])) == {"header": {"title": "Ärger"}, "rows": []}


def test_pandas_gets_the_same_rows(result: Result) -> None:
    frame = result.to_pandas()
    assert list(frame.columns) == list(Row._fields)
    assert len(frame) == len(result.rows)
    undefined = frame[
        (frame["measure"] == "labour_cost") & (frame["plan"] == "helped") & (frame["team"] == "")
    ]
    assert undefined["estimate"].isna().all()


def test_days_on_which_nobody_writes_prove_nothing() -> None:
    """Ten weeks in which only Mondays have messages are ten days, however many others pass without a miss."""
    result = run(
        loads("""
simcare: 1
title: Mondays only
clock: {days: 7, interval: 8 h}
contacts:
  message:
    needs: [answer]
    arrivals: {per_hour: {08:00: 0, 08:01: 5, 15:59: 5, 16:00: 0}, weekdays: {tue-sun: 0%}}
    handling: {constant: 1 min}
teams: {desk: {skills: {answer: 100%}}}
plans: {only: {headcount: {desk: 9}}}
service_levels: [{contacts: message, first_reply_within: 8 h}]
experiment: {replications: 10}
""")
    )
    rows = result.select(measure="service_level", contacts="message")
    assert {(row.day, row.interval) for row in rows if row.estimate == 1} == {
        ("", ""),
        ("2026-01-05", ""),
        ("", "08:00"),
    }
    assert all(row.lower == pytest.approx(0.025**0.1) for row in rows if row.estimate == 1)
