"""Rosters, compared with calendars written by hand."""

from __future__ import annotations

import time
from dataclasses import fields

import numpy as np
import pytest

from simcare.errors import UsageError
from simcare.staffing.duty import draw_roster, roster_from
from simcare.staffing.schedule import schedule_of
from tests.staffing.desks import DAY, NO_DRAIN, ONE_DAY_MORE, TWO_TEAMS, desk, duty, levels, paid

# --- Shifts -------------------------------------------------------------------------------------------------


def test_a_shift_repeats_every_day_and_through_the_drain() -> None:
    scenario = desk("{shifts: [{team: desk, from: 08:00, to: 17:00, agents: 2}]}", more=ONE_DAY_MORE)
    every_day = [(8, 17), (32, 41), (56, 65)]  # two days and one of the drain
    assert duty(scenario) == {0: every_day, 1: every_day}


def test_a_shift_on_some_weekdays() -> None:
    scenario = desk("{shifts: [{team: desk, days: [mon, wed], from: 08:00, to: 9:00, agents: 1}]}", days=7)
    week = [(8, 9), (2 * 24 + 8, 2 * 24 + 9)]
    assert duty(scenario)[0] == week + [(7 * 24 + start, 7 * 24 + end) for start, end in week]


def test_a_shift_by_date_comes_once_and_beside_weekdays() -> None:
    """2026-01-06 is a Tuesday; the night of the eve, and of a date in the drain, are worked too."""
    scenario = desk(
        "{shifts: [{team: desk, days: 2026-01-06, from: 08:00, to: 9:00, agents: 1},"
        " {team: desk, days: [mon, 2026-01-07], from: 12:00, to: 13:00, agents: 1},"
        " {team: desk, days: [2026-01-04, 2026-01-14], from: 22:00, to: 02:00, agents: 1}]}",
        days=7,
    )
    assert duty(scenario) == {
        0: [(32, 33)],
        1: [(12, 13), (60, 61), (7 * 24 + 12, 7 * 24 + 13)],
        2: [(0, 2), (9 * 24 + 22, 10 * 24 + 2)],
    }


def test_dates_leave_absences_where_they_are() -> None:
    """Absence belongs to team, line, place in the line and day: a line by dates has those of its weekdays."""
    line = "{{shifts: [{{team: desk, days: {days}, from: 08:00, to: 9:00, agents: 40}}], shrinkage: 50%}}"
    weekly = desk(line.format(days="mon-tue"), days=2, more=NO_DRAIN)
    dated = desk(line.format(days="[2026-01-05, 2026-01-06]"), days=2, more=NO_DRAIN)
    assert duty(weekly, 3) == duty(dated, 3)
    assert duty(desk(line.format(days="[2026-01-06]"), days=2, more=NO_DRAIN), 3) == {
        agent: [span for span in spans if span[0] > 24] for agent, spans in duty(dated, 3).items()
    }


def test_a_break_is_a_gap() -> None:
    scenario = desk(
        "{shifts: [{team: desk, from: 08:00, to: 17:00, agents: 1, "
        "breaks: [{at: 12:00, for: 1 h}, {at: 15:00, for: 15 min}]}]}",
        days=1,
        more=NO_DRAIN,
    )
    assert duty(scenario) == {0: [(8, 12), (13, 15), (15.25, 17)]}


def test_a_night_shift_begun_on_the_eve_is_on_duty_at_midnight_of_day_one() -> None:
    scenario = desk(
        "{shifts: [{team: desk, from: 22:00, to: 06:00, agents: 1, breaks: [{at: 02:00, for: 1 h}]}]}",
        days=1,
        more=NO_DRAIN,
    )
    assert duty(scenario) == {0: [(0, 2), (3, 6), (22, 24)]}


def test_the_night_of_sunday_runs_into_monday_but_none_begins_on_monday() -> None:
    """The first day is a Monday, its eve a Sunday."""
    plan = "{{shifts: [{{team: desk, days: {day}, from: 22:00, to: 06:00, agents: 1}}]}}"
    nothing_more = NO_DRAIN
    assert duty(desk(plan.format(day="sun"), days=1, more=nothing_more)) == {0: [(0, 6)]}
    assert duty(desk(plan.format(day="mon"), days=1, more=nothing_more)) == {0: [(22, 24)]}


def test_touching_duties_of_an_agent_are_one() -> None:
    scenario = desk(
        "{shifts: [{team: desk, from: 00:00, to: 24:00, agents: 1},"
        " {team: desk, from: 07:00, to: 06:59, agents: 1}]}",
        more=ONE_DAY_MORE,
    )
    minute = 1 / 60
    assert duty(scenario) == {
        0: [(0, 72)],
        1: [(0, 7 - minute), (7, 31 - minute), (31, 55 - minute), (55, 72)],
    }


def test_agents_are_numbered_by_team_line_and_number() -> None:
    scenario = desk(
        "{shifts: [{team: desk, from: 08:00, to: 09:00, agents: 2},"
        " {team: away, from: 08:00, to: 09:00, agents: 1},"
        " {team: desk, from: 10:00, to: 11:00, agents: 2}]}",
        teams=TWO_TEAMS,
    )
    roster = draw_roster(scenario, "today", 0)
    assert roster.team_of_agent.tolist() == [0, 1, 1, 1, 1]  # away comes before desk
    assert roster.line_of_agent.tolist() == [0, 0, 0, 1, 1]  # the position among the team's own shifts
    assert roster.number_of_agent.tolist() == [1, 1, 2, 3, 4]
    assert duty(scenario)[3][0] == (10, 11)


def test_the_warm_up_comes_before_the_start() -> None:
    """The day before the Monday is a Sunday: a shift on Mondays begins on the second simulated day."""
    plan = "{shifts: [{team: desk, days: mon, from: 08:00, to: 09:00, agents: 1}]}"
    assert duty(desk(plan, days=1, more=NO_DRAIN))[0] == [(8, 9)]
    assert duty(desk(plan, days=1, warm_up="1 day", more=NO_DRAIN))[0] == [(32, 33)]


# --- Levels -------------------------------------------------------------------------------------------------


def test_a_level_holds_until_the_next_over_midnight_too() -> None:
    scenario = desk("{headcount: {desk: {08:00: 5, 22:00: 1}}}", days=1, more=ONE_DAY_MORE)
    assert levels(scenario) == [(0, 0, 1), (0, 8, 5), (0, 22, 1), (0, 32, 5), (0, 46, 1)]
    roster = draw_roster(scenario, "today", 0)
    assert roster.number_of_agent.tolist() == [1, 2, 3, 4, 5]
    assert len(roster.duty_agent) == 0


def test_an_even_level_is_one_row_for_each_team() -> None:
    scenario = desk(
        "{headcount: {desk: 12, away: {00:00: 3, 12:00: 3}}}",
        teams=TWO_TEAMS,
    )
    assert levels(scenario) == [(0, 0, 3), (1, 0, 12)]


def test_a_team_with_people_beside_a_team_with_a_level() -> None:
    scenario = desk(
        "{headcount: {away: 3}, shifts: [{team: desk, from: 08:00, to: 09:00, agents: 1}]}",
        teams=TWO_TEAMS,
        days=1,
        more=NO_DRAIN,
    )
    assert draw_roster(scenario, "today", 0).team_of_agent.tolist() == [0, 0, 0, 1]
    assert levels(scenario) == [(0, 0, 3)]
    assert duty(scenario) == {0: [], 1: [], 2: [], 3: [(8, 9)]}


# --- The drain ----------------------------------------------------------------------------------------------


def test_whoever_is_on_duty_at_the_horizon_stays_and_nobody_else_comes() -> None:
    plan = (
        "{shifts: [{team: desk, from: 08:00, to: 17:00, agents: 1},"
        " {team: desk, from: 16:00, to: 24:00, agents: 1},"
        " {team: desk, from: 20:00, to: 04:00, agents: 1, breaks: [{at: 23:00, for: 2 h}]},"
        " {team: desk, from: 20:00, to: 04:00, agents: 1, breaks: [{at: 02:00, for: 1 h}]}]}"
    )
    scenario = desk(plan, days=1, more="drain: {staff: last-level, for: 3 days}")
    assert duty(scenario) == {
        0: [(8, 17)],
        1: [(16, 96)],
        2: [(1, 4), (20, 23)],  # on his break just before the horizon
        3: [(0, 2), (3, 4), (20, 96)],
    }


def test_the_last_level_stays() -> None:
    scenario = desk(
        "{headcount: {desk: {08:00: 5, 22:00: 2}}}", days=2, more="drain: {staff: last-level, for: 3 days}"
    )
    assert levels(scenario) == [(0, 0, 2), (0, 8, 5), (0, 22, 2), (0, 32, 5), (0, 46, 2)]


def test_who_stays_is_who_came() -> None:
    plan = "{shifts: [{team: desk, from: 16:00, to: 24:00, agents: 30}], shrinkage: 50%}"
    until_the_end = duty(desk(plan, days=2, more="drain: {staff: last-level, for: 1 day}"))
    by_calendar = duty(desk(plan, days=2, more="drain: {for: 1 day}"))
    for agent in range(30):
        came = (40, 48) in by_calendar[agent]
        assert ((40, 72) in until_the_end[agent]) == came
    assert 5 < sum((40, 48) in intervals for intervals in by_calendar.values()) < 25


# --- As a whole ---------------------------------------------------------------------------------------------


def test_a_roster_is_in_order() -> None:
    """By (agent, start), never overlapping or touching; levels by (team, time), each row a change."""
    scenario = desk(
        "{headcount: {away: {08:00: 9, 20:00: 4}}, shrinkage: 20%, "
        "shifts: [{team: desk, from: 08:00, to: 17:00, agents: 5, breaks: [{at: 12:00, for: 1 h}]},"
        " {team: desk, from: 20:00, to: 08:00, agents: 5}]}",
        teams=TWO_TEAMS,
        days=7,
    )
    for replication in range(20):
        roster = draw_roster(scenario, "today", replication)
        agent, start, end = roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms
        assert np.all(start < end) and start.min() >= 0 and end.max() <= 14 * DAY
        same = agent[1:] == agent[:-1]
        assert np.all(agent[1:] >= agent[:-1]) and np.all(start[1:][same] > end[:-1][same])
        assert roster.level_from_ms[0] == 0 and np.all(np.diff(roster.level_from_ms) > 0)
        assert np.all(np.diff(roster.level) != 0) and roster.level.max() <= 9
        assert all(getattr(roster, field.name).dtype == np.int64 for field in fields(roster))


def test_nobody_at_all() -> None:
    scenario = desk(
        "{shifts: [{team: desk, days: sat, from: 08:00, to: 09:00, agents: 1}]}", days=1, more=ONE_DAY_MORE
    )
    assert duty(scenario) == {0: []}
    assert paid(scenario) == [] and levels(scenario) == []


def test_an_unknown_plan() -> None:
    with pytest.raises(UsageError, match="today"):
        draw_roster(desk("{headcount: {desk: 1}}"), "tomorrow", 0)


def test_drawing_is_fast() -> None:
    """30 agents over 17 days from a prepared schedule; 5 ms leaves room for a slow machine."""
    lines = ", ".join(
        f"{{team: desk, from: {hour:02}:00, to: {hour + 9}:00, agents: 6}}" for hour in range(6, 11)
    )
    schedule = schedule_of(desk("{shifts: [" + lines + "], shrinkage: 12%}", days=10), "today")
    begun = time.process_time()
    for replication in range(50):
        roster_from(schedule, replication, 1)
    assert (time.process_time() - begun) / 50 < 0.005
