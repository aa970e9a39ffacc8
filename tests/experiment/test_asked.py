"""Measures asked for: windows, days, instants, later steps, teams; in rows, differences and replications."""

from __future__ import annotations

import pytest

from simcare.errors import UsageError
from simcare.experiment.result import Result
from simcare.experiment.run import run
from simcare.scenario.load import loads
from tests.experiment.desk import scenario

ASKED = (
    "contacts 12:00-18:00",
    {"measure": "contacts", "window": "09:15–17:40", "days": ["mon"]},
    "contacts 22:00-06:00",
    "service_level 09:15–17:40",
    "queue 12:00-18:00",
    "queue at 12:30",
    "present at 12:30 day 2",
    {"measure": "queue", "at": "12:30", "days": "2026-01-06"},
    {"measure": "waiting_p90", "steps": "later", "contacts": "complaint"},
    "waiting_sd 12:00-18:00",
    "first_reply_p90",
    "waiting_abandoned_p50 12:00-18:00",
    "labour_cost 12:00-18:00",
    "backlog_max tue",
    "contacts 2026-01-06",
)


@pytest.fixture(scope="module")
def result() -> Result:
    return run(scenario(), plans=["today", "more"], replications=12, measures=ASKED)


def figure(result: Result, measure: str, **about: str) -> float:
    value = result.estimate(measure, plan="today", **about).estimate
    assert value is not None
    return value


def test_asking_changes_no_other_figure(result: Result) -> None:
    plain = run(scenario(), plans=["today", "more"], replications=12)
    assert set(plain.rows) <= set(result.rows)


def test_a_window_of_one_interval_is_that_interval(result: Result) -> None:
    for measure in ("contacts", "queue", "labour_cost", "waiting_sd"):
        window = result.estimate(measure, plan="today", interval="12:00–18:00")
        interval = result.estimate(measure, plan="today", interval="12:00")
        assert window[7:10] == pytest.approx(interval[7:10])


def test_hours_over_midnight_are_those_of_the_day_on_which_they_begin(result: Result) -> None:
    whole = scenario("clock.interval=2 h")
    parts = run(whole, plans=["today"], replications=12)
    hours = ("22:00", "00:00", "02:00", "04:00")
    assert figure(result, "contacts", interval="22:00–06:00") == pytest.approx(
        sum(figure(parts, "contacts", interval=hour) for hour in hours)
    )


def test_days_are_named_as_they_are_written(result: Result) -> None:
    monday = figure(result, "contacts", day="mon", interval="09:15–17:40")
    assert 0 < monday < figure(result, "contacts", day="2026-01-05")
    assert figure(result, "backlog_max", day="tue") == figure(result, "backlog_max", day="2026-01-06")
    assert len(result.select(plan="today", measure="contacts", contacts="", day="2026-01-06")) == 1
    assert result.estimate("present_at", plan="today", day="2026-01-06", interval="12:30").unit == "messages"


def test_an_instant_is_a_mean_over_days(result: Result) -> None:
    both, second = (figure(result, "queue_at", interval="12:30", day=day) for day in ("", "2026-01-06"))
    assert both >= second / 2
    waiting = result.select(plan="today", measure="queue_at", interval="12:30", day="")
    assert {row.contacts for row in waiting} == {"", "complaint", "question"}
    assert all(row.team == "" for row in waiting)


def test_of_one_type_there_is_only_that_type(result: Result) -> None:
    rows = result.select(plan="today", measure="waiting_later_p90")
    assert {row.contacts for row in rows} == {"complaint"}
    assert {(row.day != "", row.interval != "") for row in rows} == {
        (False, False),
        (True, False),
        (False, True),
    }


def test_first_replies_are_given_by_the_team_that_gave_them() -> None:
    found = run(scenario(), plans=["helped"], replications=6, measures=["first_reply_mean", "service_level"])
    by_team = {
        row.team: row for row in found.select(measure="first_reply_mean", contacts="", day="", interval="")
    }
    assert set(by_team) == {"", "desk", "extra"}
    each = {
        row.team: (row.numerator, row.denominator)
        for row in found.replications()
        if row.measure == "first_reply_mean" and not row.contacts and row.replication == 0
    }
    assert each[""] == pytest.approx(
        tuple(sum(pair) for pair in zip(each["desk"], each["extra"], strict=True))
    )
    levels = found.select(measure="service_level", promise="half an hour", team="extra", day="", interval="")
    assert [row.contacts for row in levels] == [""]


def test_differences_are_paired_in_windows_too(result: Result) -> None:
    for measure in ("contacts", "queue", "waiting_sd", "waiting_abandoned_p50"):
        found = result.difference(measure, "more", "today", interval="12:00–18:00")
        first, second = (
            result.estimate(measure, plan=plan, interval="12:00–18:00").estimate for plan in ("more", "today")
        )
        assert first is not None and second is not None
        assert found.estimate == pytest.approx(first - second)
    assert result.difference("contacts", "more", "today", interval="12:00–18:00").upper == 0
    with pytest.raises(
        UsageError, match="paired in total and in windows asked for, not at day '', interval '12:00'"
    ):
        result.difference("queue", "more", "today", interval="12:00")


def test_every_replication_has_its_window(result: Result) -> None:
    rows = [
        row
        for row in result.replications()
        if (row.plan, row.measure, row.contacts, row.interval) == ("today", "queue", "", "12:00–18:00")
    ]
    assert [row.replication for row in rows] == list(range(12))
    ratio = sum(row.numerator or 0 for row in rows) / sum(row.denominator for row in rows)
    assert figure(result, "queue", interval="12:00–18:00") == pytest.approx(ratio)
    assert all(row.value == (row.numerator or 0) / row.denominator for row in rows)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("service_levl", "expected a measure, got 'service_levl'; did you mean 'service_level'?"),
        ("queue at 25:00", "expected a time of day from 00:00 to 23:59, got '25:00'"),
        ("queue at 19:30 18:00-22:00", "expected a window or an instant, got both"),
        ("queue_at", "expected the key 'at', got queue_at without it; as in at: 19:30"),
        (
            "abandoned at 12:00",
            "expected a measure that has a value at an instant (queue, in_hand, present, ",
        ),
        ("queue 18:00-18:00", "expected a window whose end differs from its beginning"),
        ("queue sat", "expected days that are measured, 2026-01-05 to 2026-01-06, got none of them"),
        (
            "queue satturday",
            "expected daily, a weekday such as sat, a range such as mon-fri, a date, or a day of",
        ),
        ({"measure": "queue", "steps": "later"}, "expected a measure of waiting beside steps, got 'queue'"),
        ({"measure": "queue", "contacts": "complain"}, "got 'complain'; did you mean 'complaint'?"),
        ({"measure": "queue", "team": "desk"}, "no team beside queue, which is given by contacts"),
        ({"measure": "queue", "hours": "18:00–22:00"}, "expected a key of a measure asked for"),
    ],
)
def test_what_cannot_be_asked_for_is_told(asked: str | dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(scenario(), replications=1, measures=[asked])
    assert message in str(caught.value)


def test_a_text_is_no_list_of_measures() -> None:
    with pytest.raises(UsageError, match="expected a list of measures, got the text 'queue'"):
        run(scenario(), replications=1, measures="queue")


def test_a_window_is_cleared_where_no_day_ever_is() -> None:
    """Work is left over at every midnight, but not at 18:00."""
    text = """
simcare: 1
title: Late
clock: {days: 1}
channels: {x: {public: true}}
contacts:
  complaint:
    channel: x
    needs: [care]
    arrivals: {per_hour: {00:00: 2, 20:00: 2, 20:01: 60, 24:00: 60}}
    handling: {exponential: {mean: 5 min}}
teams: {desk: {skills: {care: 100%}}}
plans: {today: {headcount: {desk: 1}}}
drain: {for: 0 min}
measures: [{measure: cleared_at, window: "12:00–18:00"}]
"""
    result = run(loads(text), replications=6)
    cleared = {row.interval: row.estimate for row in result.rows if row.measure == "cleared_at"}
    assert cleared[""] is None and cleared["12:00–18:00"] is not None
