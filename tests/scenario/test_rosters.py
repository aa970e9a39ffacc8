"""Shift tables from CSV files: every usual form becomes the same lines, and wrong rows are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from simcare.errors import ScenarioError
from simcare.scenario.exports import filled_rows
from simcare.scenario.faults import faults_in
from simcare.scenario.load import load
from simcare.scenario.quantities import DAY, HOUR, MINUTE, format_clock
from simcare.scenario.scenario import Scenario
from simcare.scenario.shifts import Shift
from simcare.scenario.tables import Folder
from simcare.scenario.weekdays import WEEKDAYS

TEXT = """\
simcare: 1
title: Roster
clock: {{{clock}}}
contacts:
  ticket: {{needs: [help], arrivals: {{per_hour: 4}}, handling: {{constant: 5 min}}}}
teams: {{desk: {{skills: {{help: 100%}}}}, second: {{skills: {{help: 100%}}}}}}
plans:
  today: {{shifts: {{csv: r.csv{keys}}}}}
"""
WEEK = "start: 2026-11-23, days: 7"  # a Monday


def loaded(folder: Path, rows: str, keys: str = "", clock: str = WEEK) -> Scenario:
    (folder / "r.csv").write_text(rows, encoding="utf-8")
    (folder / "s.yaml").write_text(TEXT.format(keys=keys, clock=clock))
    return load(folder / "s.yaml")


def shifts(folder: Path, rows: str, keys: str = "", clock: str = WEEK) -> tuple[Shift, ...]:
    return loaded(folder, rows, keys, clock).plan("today").shifts


def problems(folder: Path, rows: str, keys: str = "", clock: str = WEEK) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, rows, keys, clock)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


MONDAY = Shift("desk", frozenset(), 8 * HOUR, 17 * HOUR, 1, dates=frozenset({date(2026, 11, 23)}))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("date,start,end,team", "2026-11-23,08:00,17:00,desk"),
        ("Date;From;To;Team;Name", "23.11.2026;8:00;17:00:00;desk;Ann"),
        ("Shift date\tStart time\tEnd time\tDepartment", "23 Nov 2026\t8 am\t5 PM\tdesk"),
        ("Day,Team,Begin,Until", '"Mon, Nov 23, 2026",desk,8:00am,5:00pm'),
        ("team,shift start,shift_end", "desk,2026-11-23T08:00,2026-11-23 17:00:00"),
        ("date,week,start,end,team", "2026-11-23 00:00:00,Monday,08:00,17:00,desk"),
        ("team,date,start,end,agents", "desk,23/11/2026,08:00,17:00,1"),
        ("team,date,start,end,Head count", "desk,11/23/26,08:00,17:00,1.0"),
    ],
)
def test_usual_exports_need_no_words_about_them(tmp_path: Path, header: str, row: str) -> None:
    assert shifts(tmp_path, f"{header}\n{row}\n") == (MONDAY,)


@pytest.mark.parametrize(
    ("cell", "weekdays"),
    [("Mon", [0]), ("monday", [0]), ("Mon-Fri", range(5)), ("Sat–Sun", [5, 6]), ("daily", range(7))],
)
def test_a_row_may_come_every_week(tmp_path: Path, cell: str, weekdays: Any) -> None:
    (shift,) = shifts(tmp_path, f"weekday,start,end,team,agents\n{cell},22:00,06:00,desk,3\n")
    assert shift == Shift("desk", frozenset(weekdays), 22 * HOUR, 30 * HOUR, 3)


def test_each_row_is_a_line_in_the_order_of_the_file_and_knows_its_place(tmp_path: Path) -> None:
    rows = "date,start,end,team,name\n2026-11-24,8:00,9:00,second,B\n,,,,\n2026-11-23,8:00,9:00,desk,A\n"
    found = shifts(tmp_path, rows)
    assert [shift.team for shift in found] == ["second", "desk"]
    assert [shift.source for shift in found] == [(str(tmp_path / "r.csv"), 2), (str(tmp_path / "r.csv"), 4)]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("breaks", "12:00-13:00; 10:00–10:15"),
        ("Lunch", '"12:00 - 13:00, 10:00 am-10:15 am"'),
        ("break,break start,break_end", "10:00-10:15,12:00,13:00"),
    ],
)
def test_breaks(tmp_path: Path, header: str, cells: str) -> None:
    separator = "\n2026-11-23,08:00,17:00,desk,"
    (shift,) = shifts(tmp_path, f"date,start,end,team,{header}{separator}{cells}\n")
    assert shift.breaks == ((10 * HOUR, 10 * HOUR + 15 * MINUTE), (12 * HOUR, 13 * HOUR))


def test_a_break_of_a_night_shift_lies_after_midnight(tmp_path: Path) -> None:
    (shift,) = shifts(tmp_path, "day,start,end,team,break\ntue,22:00,06:00,desk,02:00-02:30\n")
    assert shift.breaks == ((26 * HOUR, 26 * HOUR + 30 * MINUTE),)


def test_columns_teams_and_rows_may_be_named(tmp_path: Path) -> None:
    rows = (
        "Datum;Von;Bis;Gruppe;Anzahl;Ort\n"
        "23.11.2026;08:00;17:00;Front Line;2;Jakarta\n"
        "23.11.2026;08:00;17:00;Radio;2;Bandung\n"
    )
    keys = (
        ", columns: {day: Datum, start: Von, end: Bis, team: Gruppe, agents: Anzahl}"
        ", teams: {Front Line: desk}, where: {Ort: jakarta}"
    )
    (shift,) = shifts(tmp_path, rows, keys)
    assert (shift.team, shift.agents) == ("desk", 2)


@pytest.mark.parametrize(
    ("one", "other", "role", "what"),
    [
        ("Break", "Lunch", "breaks", "the breaks"),
        ("Start", "From", "start", "the start"),
        ("Agents", "Head count", "agents", "the head count"),
        ("Team", "Group", "team", "the team"),
        ("Date", "Day", "day", "the day"),
    ],
)
def test_two_columns_for_one_role_are_named_until_one_is_chosen(
    tmp_path: Path, one: str, other: str, role: str, what: str
) -> None:
    cells = {"day": "2026-11-23", "start": "08:00", "end": "17:00", "team": "desk", "agents": "1"}
    cells |= {"breaks": "12:00-13:00"}
    first = {name: cell for name, cell in cells.items() if name != role} | {one: cells[role]}
    table = ",".join([*first, other]) + "\n" + ",".join([*first.values(), cells[role]]) + "\n"
    assert problems(tmp_path, table) == [
        f"s.yaml:8:25: expected one column of {tmp_path}/r.csv for {what}, got '{one}' and '{other}'; "
        f"say which with columns: {{{role}: NAME}}".replace(f"{tmp_path}/", "")
    ]
    (shift,) = shifts(tmp_path, table, f", columns: {{{role}: {other}}}")
    assert shift == replace(MONDAY, breaks=((12 * HOUR, 13 * HOUR),))


def test_a_column_given_for_one_role_plays_no_other(tmp_path: Path) -> None:
    rows = "date,start,end,team,Lunch,Number,Staff\n2026-11-23,8:00,17:00,desk,,007,2\n"
    assert shifts(tmp_path, rows, ", columns: {agents: Staff}")[0].agents == 2
    rows = rows.replace("team", "Queue").replace("Lunch", "Desk").replace("Number", "x")
    assert shifts(tmp_path, rows, ", columns: {team: Queue}")[0].team == "desk"


@pytest.mark.parametrize("called", ["Desk", "DESK", "de sk", "d-e_sk"])
def test_teams_are_known_whatever_their_capitals_and_blanks(tmp_path: Path, called: str) -> None:
    (shift,) = shifts(tmp_path, f"day,start,end,team\nmon,8:00,9:00,{called}\n")
    assert shift.team == "desk"


def test_a_team_that_may_be_two_is_asked_about(tmp_path: Path) -> None:
    text = TEXT.format(keys="", clock=WEEK).replace("second:", "de-sk:")
    (tmp_path / "s.yaml").write_text(text)
    (tmp_path / "r.csv").write_text("day,start,end,team\nmon,8:00,9:00,Desk\n")
    with pytest.raises(
        ScenarioError, match=r"r.csv:2: expected one of the teams \(desk, de-sk\), got 'Desk'"
    ):
        load(tmp_path / "s.yaml")


def test_a_table_of_one_team_without_days(tmp_path: Path) -> None:
    (shift,) = shifts(tmp_path, "start,end,agents\n8:00,17:00,4\n", ", team: desk, days: mon-fri")
    assert shift == Shift("desk", frozenset(range(5)), 8 * HOUR, 17 * HOUR, 4)


def test_what_the_scenario_says_of_every_row_stands_in_no_column_too(tmp_path: Path) -> None:
    rows = "date,start,end,Group\n2026-11-23,8:00,9:00,second\n"
    assert problems(tmp_path, rows, ", team: desk, days: daily") == [
        "s.yaml:8:38: expected the team from the key 'team' or from the table, got both, the latter in "
        "column 'Group'; leave 'team' out, or say with `teams` what the table calls them",
        "s.yaml:8:50: expected the day from the key 'days' or from the table, got both, the latter in column "
        "'date'; leave 'days' out",
    ]
    rows = "start,end,team\n2026-11-23 8:00,9:00,desk\n"
    assert problems(tmp_path, rows, ", days: daily") == [
        "s.yaml:8:38: expected the day from the key 'days' or from the table, got both, the latter in column "
        "'start'; leave 'days' out",
    ]


def test_a_day_off_is_no_shift(tmp_path: Path) -> None:
    rows = "2026-11-23,,,desk\n2026-11-24,off,OFF,desk\n2026-11-25,8:00,9:00,desk\n"
    assert len(shifts(tmp_path, "date,start,end,team\n" + rows)) == 1


def test_what_a_row_of_a_day_off_holds_is_read_all_the_same(tmp_path: Path) -> None:
    rows = "date,start,end,team,agents,break\n2026-11-25,8:00,9:00,desk,1,\n"
    rows += "2026-13-77,nope,,,5,\n2026-13-77,,,nope,x,lunch\noff,-,-,-,-,-\n"
    assert problems(tmp_path, rows) == [
        "r.csv:3: expected a date of the calendar in column 'date', got '2026-13-77'",
        "r.csv:3: expected a time of day such as 08:00 or 8:00 am in column 'start', got 'nope'",
        "r.csv:3: expected a time of day such as 08:00 or 8:00 am in column 'end', got nothing",
        "r.csv:3: expected a team in column 'team', got nothing",
        "r.csv:4: expected a date of the calendar in column 'date', got '2026-13-77'",
        "r.csv:4: expected a whole number of agents from 0 to 100_000 in column 'agents', got 'x'",
        "r.csv:4: expected breaks such as 12:00-13:00 in column 'break', got 'lunch'",
    ]


def test_what_the_table_is_said_to_call_a_team_stands_in_it(tmp_path: Path) -> None:
    rows = "date,start,end,team,site\n2026-11-23,8:00,9:00,Service Desk,a\n"
    assert problems(tmp_path, rows, ", teams: {Servce Desk: desk}") == [
        "s.yaml:8:40: expected a team of r.csv (Service Desk), got 'Servce Desk'; did you mean "
        "'Service Desk'?"
    ]
    keys = ", teams: {Service Desk: desk, Radio: second}, where: {site: a}"  # of another site
    assert [shift.team for shift in shifts(tmp_path, rows, keys)] == ["desk"]


def test_dates_may_stand_for_their_weekdays(tmp_path: Path) -> None:
    rows = "date,start,end,team\n2026-11-28,8:00,9:00,desk\n2026-11-29,8:00,9:00,desk\n"
    found = shifts(tmp_path, rows, ", by: weekdays", "start: 2026-01-05, days: 7")
    assert [(shift.days, shift.dates) for shift in found] == [({5}, frozenset()), ({6}, frozenset())]
    assert problems(tmp_path, rows + "2026-12-05,8:00,9:00,desk\n", ", by: weekdays") == [
        "s.yaml:8:36: expected dates of at most seven days in a row, to stand for weekdays, got some from "
        "2026-11-28 to 2026-12-05"
    ]


def test_every_wrong_cell_is_named_with_its_row_and_column_at_once(tmp_path: Path) -> None:
    rows = (
        "Date,Start,End,Team,Agents,Break\n"
        "2026-11-23,8,17:00,desk,1,\n"
        "2026-11-31,08:00,25:00,desk,1,\n"
        "nix,08:00,17:00,desk,x,\n"
        "2026-11-23,08:00,17:00,,1,\n"
        "2026-11-23,08:00,08:00,desk,1,\n"
        "2026-11-23,08:00,17:00,desk,1,lunch\n"
        "2026-11-23,08:00,17:00,desk,1,07:00-08:00\n"
        "2026-11-23,08:00,17:00,desk,1,9:00-11:00;10:00-12:00\n"
        "2026-11-23,2026-11-24 08:00,17:00,desk,1,\n"
        "2026-11-23,2026-11-23 08:00,2026-11-25 09:00,desk,1,\n"
        "2026-11-23,08:00,,desk,-1,\n"
    )
    assert problems(tmp_path, rows) == [
        "r.csv:2: expected a time of day such as 08:00 or 8:00 am in column 'Start', got '8'",
        "r.csv:3: expected a date of the calendar in column 'Date', got '2026-11-31'",
        "r.csv:3: expected a time of day such as 08:00 or 8:00 am in column 'End', got '25:00'",
        "r.csv:4: expected a date such as 2026-11-23 or weekdays such as mon-fri in column 'Date', got 'nix'",
        "r.csv:4: expected a whole number of agents from 0 to 100_000 in column 'Agents', got 'x'",
        "r.csv:5: expected a team in column 'Team', got nothing",
        "r.csv:6: expected an end that differs from the beginning in column 'End', got '08:00'",
        "r.csv:7: expected breaks such as 12:00-13:00 in column 'Break', got 'lunch'",
        "r.csv:8: expected a break inside its shift, from 08:00 to 17:00 in column 'Break', got one from "
        "07:00 to 08:00",
        "r.csv:9: expected breaks that do not overlap in column 'Break', got one from 10:00 to 12:00 beside "
        "another",
        "r.csv:10: expected the day of column 'Date' in column 'Start', got '2026-11-24 08:00'",
        "r.csv:11: expected an end within 24 hours of the start in column 'End', got '2026-11-25 09:00'",
        "r.csv:12: expected a time of day such as 08:00 or 8:00 am in column 'End', got nothing",
        "r.csv:12: expected a whole number of agents from 0 to 100_000 in column 'Agents', got '-1'",
    ]


@pytest.mark.parametrize("cell", ["-2", "1000000", "nan", "2.5", ""])
def test_a_wrong_head_count_is_shown_as_it_is_written(tmp_path: Path, cell: str) -> None:
    rows = f"date,start,end,team,agents\n2026-11-23,08:00,17:00,desk,{cell}\n"
    (problem,) = problems(tmp_path, rows)
    expected = "r.csv:2: expected a whole number of agents from 0 to 100_000 in column 'agents', got "
    assert problem == expected + (f"'{cell}'" if cell else "nothing")


def test_dates_that_contradict_each_other_name_their_rows(tmp_path: Path) -> None:
    row = ",08:00,17:00,desk\n"
    rows = f"date,start,end,team\n01/02/2026{row}13/02/2026{row}02/13/2026{row}"
    assert problems(tmp_path, rows) == [
        "s.yaml:8:25: expected dates in one order, got 13/02/2026 in row 3 and 02/13/2026 in row 4; write "
        "dates as 2026-11-23"
    ]


def test_twenty_wrong_rows_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, "date,start,end,team\n" + "2026-11-23,x,17:00,desk\n" * 60)
    assert [problem.line for problem in caught.value.problems] == list(range(2, 22))
    assert caught.value.more == 40


def test_an_unknown_team_is_named_once(tmp_path: Path) -> None:
    row = "2026-11-23,8:00,17:00,"
    rows = f"date,start,end,team\n{row}desk\n{row}dsk\n{row}dsk\n{row}Night Watch\n"
    assert problems(tmp_path, rows) == [
        "r.csv:3: expected one of the teams (desk, second), got 'dsk' (and in 1 more row); did you mean "
        "'desk'?",
        "r.csv:5: expected one of the teams (desk, second), got 'Night Watch'; say which it is with teams: "
        "{Night Watch: desk}",
    ]


@pytest.mark.parametrize(
    ("rows", "keys", "message"),
    [
        ("date,start,end\n", "", "8:25: expected a column of r.csv for the team (team, group, department"),
        ("start,end,team\n8:00,9:00,desk\n", "", "8:25: expected a column of r.csv for the day (date, day"),
        ("date,team,end\n", "", "8:25: expected a column of r.csv for the start (start, from, begin"),
        ("date,start,end,team,break end\n", "", "8:25: expected a column of r.csv for a break's start"),
        ("date,start,end,team\n", ", columns: {day: Datum}", "8:47: expected a column of r.csv (date"),
        ("date,start,end,team,Start\n", ", columns: {dya: x}", "8:42: expected a key of the columns"),
        ("date,date,start,end,team\n", "", "8:25: expected one column 'date' in r.csv, got columns 1 and 2"),
        ("date,start,end,team\n", "", "8:25: expected a shift table with at least one row"),
        ("date,start,end,team\n2026-11-23,,,desk\n", "", "8:25: expected a shift table with at"),
        ("date,start,end,team\n3/4/2026,8:00,9:00,desk\n", "", "8:25: expected a date whose day and"),
        ("date,start,end,team\n", ", by: week", "8:36: expected dates or weekdays, got 'week'"),
        ("date,start,end,team\n2026-01-05,8:00,9:00,desk\n", "", "8:11: expected shifts on the"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_one_problem(
    tmp_path: Path, rows: str, keys: str, message: str
) -> None:
    (problem,) = problems(tmp_path, rows, keys)
    assert problem.startswith(f"s.yaml:{message}")


def test_a_table_has_a_most_of_rows_and_blank_ones_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\n1,2\n,\n3,4\n")
    with Folder(str(tmp_path)).table("r.csv") as table:
        assert filled_rows(table, (), 2) == [(2, ["1", "2"]), (4, ["3", "4"])]
    with Folder(str(tmp_path)).table("r.csv") as table, pytest.raises(PydanticCustomError) as caught:
        filled_rows(table, (), 1)
    assert [fault.expected for fault in faults_in(caught.value)] == ["a table of at most 1 rows"]


def test_shifts_are_a_list_or_a_table(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(TEXT.format(keys="", clock=WEEK).replace("{csv: r.csv}", "5"))
    with pytest.raises(ScenarioError, match=r"8:19: expected a list, got 5"):
        load(tmp_path / "s.yaml")


def test_an_added_table_follows_the_lines_of_the_other_plan(tmp_path: Path) -> None:
    text = TEXT.format(keys="", clock=WEEK) + "  more: {like: today, add: {csv: more.csv, team: second}}\n"
    (tmp_path / "s.yaml").write_text(text)
    (tmp_path / "r.csv").write_text("date,start,end,team\n2026-11-23,8:00,9:00,desk\n")
    (tmp_path / "more.csv").write_text("date,start,end\n2026-11-24,8:00,9:00\n")
    assert [shift.team for shift in load(tmp_path / "s.yaml").plan("more").shifts] == ["desk", "second"]


def test_what_of_a_table_is_not_worked_is_told(tmp_path: Path) -> None:
    rows = "date,start,end,team\n" + "".join(
        f"{date(2026, 11, 20) + timedelta(days=day)},22:00,06:00,desk\n" for day in range(8)
    )
    assert loaded(tmp_path, rows).notes == (
        "2 of 8 rows of r.csv lie outside the simulated days, 2026-11-23 to 2026-11-29",
        "plan today: no shift begins on 2026-11-28 and 1 more of the simulated days",
        "plan today: its shifts end on 2026-11-27, so nobody comes to finish what is open after the last "
        "day; weekdays instead of dates, or drain: {staff: last-level}, would change that",
    )


def test_the_hash_is_that_of_the_same_lines_written_by_hand(tmp_path: Path) -> None:
    by_table = loaded(
        tmp_path, "date,start,end,team\n2026-11-23,8:00,17:00,desk\n2026-11-24,8:00,17:00,desk\n"
    )
    line = "{{team: desk, days: {}, from: 08:00, to: 17:00, agents: 1}}"
    by_hand = ", ".join(line.format(day) for day in ("2026-11-23", "[2026-11-24]"))
    text = TEXT.format(keys="", clock=WEEK).replace("{csv: r.csv}", f"[{by_hand}]")
    (tmp_path / "t.yaml").write_text(text)
    assert load(tmp_path / "t.yaml").hash == by_table.hash
    (tmp_path / "t.yaml").write_text(text.replace("2026-11-24", "2026-11-25"))
    assert load(tmp_path / "t.yaml").hash != by_table.hash


@st.composite
def lines(draw: st.DrawFn) -> Shift:
    start, length = draw(st.integers(0, 95)) * 15, draw(st.integers(1, 95)) * 15
    day = date(2026, 11, 23) + timedelta(days=draw(st.integers(0, 6)))
    weekly = draw(st.booleans())
    return Shift(
        team=draw(st.sampled_from(["desk", "second"])),
        days=frozenset([day.weekday()] if weekly else []),
        from_ms=start * MINUTE,
        to_ms=(start + length) * MINUTE,
        agents=draw(st.integers(1, 30)),
        dates=frozenset([] if weekly else [day]),
    )


def written(shift: Shift, twelve_hours: bool, day_form: str) -> str:
    def clock(ms: int) -> str:
        hour, minute = divmod(ms % DAY // MINUTE, 60)
        if twelve_hours:
            return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
        return format_clock(ms % DAY)

    dates = [day.strftime(day_form) for day in shift.dates]
    (day,) = dates or [WEEKDAYS[weekday] for weekday in shift.days]
    return f"{day};{clock(shift.from_ms)};{clock(shift.to_ms)};{shift.team};{shift.agents}"


@given(
    st.lists(lines(), min_size=1, max_size=12),
    st.booleans(),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%a %d %b %Y"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_table_comes_back_as_the_lines_it_was_written_from(
    tmp_path: Path, expected: list[Shift], twelve_hours: bool, day_form: str
) -> None:
    rows = [written(shift, twelve_hours, day_form) for shift in expected]
    assert list(shifts(tmp_path, "\n".join(["Day;Start;End;Team;Staff", *rows]))) == expected
