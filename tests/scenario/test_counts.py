"""Counts from CSV files: every usual export becomes the rate of its intervals, and nothing is lost unsaid."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcare.errors import ScenarioError
from simcare.scenario.day_curves import DayCurve, contacts_in
from simcare.scenario.load import load
from simcare.scenario.quantities import DAY, HOUR, MINUTE, format_clock
from simcare.scenario.scenario import Scenario

TEXT = """\
simcare: 1
title: Counts
clock: {{{clock}}}
contacts:
  ticket:
    needs: [help]
    arrivals: {{per_interval: {{csv: c.csv{keys}}}{more}}}
    handling: {{constant: 1 min}}
teams: {{desk: {{skills: {{help: 100%}}}}}}
plans: {{only: {{headcount: {{desk: 1}}}}}}
"""
WEEK = "start: 2026-11-23, days: 7"  # a Monday


def loaded(folder: Path, rows: str, keys: str = "", clock: str = WEEK, more: str = "") -> Scenario:
    (folder / "c.csv").write_text(rows, encoding="utf-8")
    (folder / "s.yaml").write_text(TEXT.format(keys=keys, clock=clock, more=more))
    return load(folder / "s.yaml")


def curves(scenario: Scenario) -> list[DayCurve]:
    return scenario.contacts["ticket"].arrivals.curves(scenario.clock)


def by_hour(curve: DayCurve) -> dict[int, float]:
    """Contacts in each hour that has any, of a curve without slopes."""
    hours = dict.fromkeys(range(24), 0.0)
    for begin, end, rate, same in curve:
        assert rate == same
        for hour in range(24):
            hours[hour] += max(0, min(end, (hour + 1) * HOUR) - max(begin, hour * HOUR)) / HOUR * rate
    return {hour: round(number, 9) for hour, number in hours.items() if number}


def problems(folder: Path, rows: str, keys: str = "", clock: str = WEEK, more: str = "") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, rows, keys, clock, more)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


ONE_DAY = "start: 2026-11-23, days: 1"


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("timestamp,count", ["2026-11-23T08:00,6", "2026-11-23T09:00,3"]),
        ("Interval start,Tickets", ["2026-11-23 08:00:00,6", "2026-11-23 09:00:00,3.0"]),
        ("Date;Interval;Offered;Handled", ["23.11.2026;08:00-09:00;6;5", "23.11.2026;09:00–10:00;3;3"]),
        ("Date\tHour\tContacts", ["11/23/2026\t8\t6", "11/23/2026\t9\t3"]),
        ("date,time,n", ["23 Nov 2026,8:00 am,6", "23 Nov 2026,9:00 am,3"]),
        ("day,from,n", ["Mon,08:00,6", "Monday,09:00,3"]),
        ("time,n", ["08:00,6", "09:00,3", "10:00,"]),
        ("date,n", ["2026-11-23 08:00,6", "2026-11-23 09:00,3"]),
        ("time,n", ["23/11/2026 08:00-09:00,6", "23/11/2026 09:00-10:00,3"]),
    ],
)
def test_usual_exports_need_no_words_about_them(tmp_path: Path, header: str, rows: list[str]) -> None:
    (curve,) = curves(loaded(tmp_path, "\n".join([header, *rows]) + "\n", clock=ONE_DAY))
    assert by_hour(curve) == {8: 6, 9: 3}


def test_counts_hold_for_their_interval_and_nobody_comes_between(tmp_path: Path) -> None:
    rows = "time,n\n2026-11-23 08:00,6\n2026-11-23 08:30,2\n2026-11-23 10:00,4\n"
    assert curves(loaded(tmp_path, rows, clock=ONE_DAY)) == [
        (
            (0, 8 * HOUR, 0.0, 0.0),
            (8 * HOUR, 8 * HOUR + 30 * MINUTE, 12.0, 12.0),
            (8 * HOUR + 30 * MINUTE, 9 * HOUR, 4.0, 4.0),
            (9 * HOUR, 10 * HOUR, 0.0, 0.0),
            (10 * HOUR, 10 * HOUR + 30 * MINUTE, 8.0, 8.0),
            (10 * HOUR + 30 * MINUTE, DAY, 0.0, 0.0),
        )
    ]
    longer = loaded(tmp_path, "time,n\n08:00,6\n", ", interval: 2 h", ONE_DAY)
    assert by_hour(curves(longer)[0]) == {8: 3, 9: 3}


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        (["08:00-08:30,6", "10:00-10:30,0"], {8: 6}),
        (["23:30-24:00,6"], {23: 6}),
        (["23:30-00:00,6"], {23: 6}),
        (["23:00-23:59,6"], {23: 6}),
        (["08:00:00-08:59:59,6"], {8: 6}),
        (["2026-11-23 08:00-10:00,6"], {8: 3, 9: 3}),
        (["11:30 am-12:30,6", "12:30 pm-1:30 pm,2"], {11: 3, 12: 4, 13: 1}),
        (["08:00-09:00,6", "09:00,3"], {8: 6, 9: 3}),
    ],
)
def test_a_written_end_ends_the_interval(tmp_path: Path, rows: list[str], hours: dict[int, float]) -> None:
    (curve,) = curves(loaded(tmp_path, "\n".join(["time,n", *rows]), clock=ONE_DAY))
    assert by_hour(curve) == hours


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Start,End,n", "08:00,08:30,6"),
        ("from,to,n", "8:00 am,8:29 am,6"),
        ("Date,Start,End time,n", "2026-11-23,08:00:00,08:29:59,6"),
        ("Interval start,Interval end,n", "2026-11-23T08:00Z,2026-11-23T08:30Z,6"),
        ("start,end,n", "23/11/2026 08:00,23/11/2026 08:30,6"),
        ("start,end,n", "08:00-08:30,,6"),
    ],
)
def test_an_end_may_have_a_column_of_its_own(tmp_path: Path, header: str, row: str) -> None:
    (curve,) = curves(loaded(tmp_path, f"{header}\n{row}\n", clock=ONE_DAY))
    assert [piece for piece in curve if piece[2]] == [(8 * HOUR, 8 * HOUR + 30 * MINUTE, 12.0, 12.0)]


def test_a_column_of_ends_is_read_like_any_other(tmp_path: Path) -> None:
    assert problems(tmp_path, "start,bis,n\n08:00,9,1\n", ", columns: {end: bis}") == [
        "c.csv:2: expected a time of day such as 08:00 or 8:00 am in column 'bis', got '9'"
    ]


def test_written_ends_of_several_lengths_are_refused_with_their_rows(tmp_path: Path) -> None:
    rows = "time,n\n08:00-08:30,1\n08:30-09:30,1\n09:30,1\n10:00-10:15,1\n11:00-12:00,1\n"
    alike = "expected intervals as long as that of row 2, 30 min, got one of"
    assert problems(tmp_path, rows) == [f"c.csv:3: {alike} 1 h", f"c.csv:5: {alike} 15 min"]


def test_a_count_a_day_is_spread_evenly(tmp_path: Path) -> None:
    rows = "date,n\n2026-11-23,48\n2026-11-24,24\n"
    scenario = loaded(tmp_path, rows, clock="start: 2026-11-23, days: 2")
    assert curves(scenario) == [((0, DAY, 2.0, 2.0),), ((0, DAY, 1.0, 1.0),)]


def two_weeks() -> str:
    """Hours 8 and 9 of 14 days from Monday: day × 10 contacts, and one more in the second hour."""
    rows = ["time,n"]
    for number in range(14):
        day = date(2026, 11, 23) + timedelta(days=number)
        rows += [f"{day} 08:00,{10 * number}", f"{day} 09:00,{10 * number + 1}"]
    return "\n".join(rows) + "\n"


def test_dates_stand_for_themselves_and_a_warm_up_takes_the_mean_of_its_weekday(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, two_weeks(), clock=f"{WEEK}, warm_up: 1 day")
    eve, *week = curves(scenario)
    assert by_hour(eve) == {8: (60 + 130) / 2, 9: (61 + 131) / 2}
    assert [contacts_in(day) for day in week] == pytest.approx([20 * number + 1 for number in range(7)])
    assert scenario.notes == (
        "14 of 28 rows of c.csv for ticket (2026-11-23 to 2026-12-06) lie outside the simulated days",
    )


def test_by_weekdays_each_day_is_the_mean_of_its_weekday(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, two_weeks(), ", by: weekdays", "start: 2026-01-10, days: 9")  # a Saturday
    means = [20 * number + 71 for number in range(7)]
    assert [contacts_in(day) for day in curves(scenario)] == pytest.approx(means[5:] + means)
    assert scenario.notes == ()


def test_days_without_rows_are_told(tmp_path: Path) -> None:
    rows = "date,n\n2026-11-23,7\n2026-11-26,7\n2026-11-30,7\n"
    by_date = loaded(tmp_path, rows)
    assert [contacts_in(day) for day in curves(by_date)] == [7, 0, 0, 7, 0, 0, 0]
    assert by_date.notes == (
        "1 of 3 rows of c.csv for ticket (2026-11-23 to 2026-11-30) lie outside the simulated days",
        "c.csv has no rows for ticket on 2026-11-24 and 4 more days: days without arrivals",
    )
    assert loaded(tmp_path, "weekday,n\nmon-fri,7\n").notes == (
        "c.csv has no rows for ticket on sat, sun: nobody arrives then",
    )


def test_each_type_takes_its_column_or_its_rows(tmp_path: Path) -> None:
    wide = "date,complaints,questions\n2026-11-23,7,9\n"
    assert contacts_in(curves(loaded(tmp_path, wide, ", column: questions", ONE_DAY))[0]) == 9
    long = "Tag,Warteschlange,n\n2026-11-23,complaints,7\n2026-11-23,questions,9\n"
    keys = ", columns: {day: Tag}, where: {Warteschlange: questions}, column: n"
    assert contacts_in(curves(loaded(tmp_path, long, keys, ONE_DAY))[0]) == 9


@pytest.mark.parametrize(
    ("rows", "keys", "hour"),
    [
        ("time,n\n2026-11-23T01:00Z,6\n", "", 8),
        ("time,n\n2026-11-23T01:00:00-01:00,6\n", "", 9),
        ("time,n\n2026-11-23 01:00:00+00:00,6\n", "", 8),
        ("date,time,n\n2026-11-23,01:00,6\n", ", timezone: UTC", 8),
        ("time,n\n2026-11-22 18:00,6\n", ", timezone: UTC", 1),
        ("time,n\n2026-11-23 01:00,6\n", "", 1),
    ],
)
def test_times_become_wall_clock_of_the_scenario(tmp_path: Path, rows: str, keys: str, hour: int) -> None:
    clock = f"{ONE_DAY}, timezone: Asia/Jakarta"
    (curve,) = curves(loaded(tmp_path, rows, f"{keys}, interval: 1 h", clock))
    assert by_hour(curve) == {hour: 6}


def test_an_hour_that_the_clocks_pass_twice_adds_up(tmp_path: Path) -> None:
    clock = "start: 2026-10-25, days: 1, timezone: Europe/Berlin"
    rows = "time,n\n2026-10-25 01:00,1\n2026-10-25 02:00,2\n2026-10-25 02:00,4\n2026-10-25 03:00,8\n"
    assert by_hour(curves(loaded(tmp_path, rows, clock=clock))[0]) == {1: 1, 2: 6, 3: 8}
    rows = "time,n\n2026-10-25T00:00Z,2\n2026-10-25T01:00Z,4\n2026-10-25T02:00Z,8\n"
    assert by_hour(curves(loaded(tmp_path, rows, clock=clock))[0]) == {2: 6, 3: 8}


def test_counts_take_factors_like_any_curve(tmp_path: Path) -> None:
    more = ", scale: {08:00–09:00: 200%}, weekdays: {mon: 50%}, day_factor: {cv: 20%}"
    scenario = loaded(tmp_path, two_weeks(), clock="start: 2026-11-24, days: 2", more=more)
    assert by_hour(curves(scenario)[0]) == {8: 20, 9: 11}
    assert scenario.contacts["ticket"].arrivals.weekdays[0] == 0.5


def test_every_wrong_row_is_named_with_its_column(tmp_path: Path) -> None:
    rows = (
        "Date,Time,Tickets\n"
        "2026-11-23,08:00,x\n"
        "2026-11-31,08:00,1\n"
        "2026-11-23,24:00,1\n"
        "2026-11-23,nine,-1\n"
        "2026-11-23,10:00,1\n"
        "2026-11-23,8:00-9:00 pm,1\n"
        "2026-11-23,0001-01-01T00:00Z,1\n"
        "2026-11-23,10:00,1\n"
    )
    count = "expected a number of contacts from 0 to 100_000_000 in column 'Tickets', got"
    assert problems(tmp_path, rows) == [
        f"c.csv:2: {count} 'x'",
        "c.csv:3: expected a date of the calendar in column 'Date', got '2026-11-31'",
        "c.csv:4: expected a time of day before 24:00 in column 'Time', got '24:00'",
        "c.csv:5: expected a time of day such as 08:00 or 8:00 am in column 'Time', got 'nine'",
        f"c.csv:5: {count} '-1'",
        "c.csv:7: expected an interval such as 8:00 pm-8:30 pm in column 'Time', got '8:00-9:00 pm'",
        "c.csv:8: expected a date from 1900 to 2200 in column 'Time', got '0001-01-01'",
        "c.csv:9: expected each interval once, got 2026-11-23 10:00 again, as in row 6",
    ]


@pytest.mark.parametrize(
    ("rows", "keys", "message"),
    [
        ("a,n\n1,2\n", "", "7:36: expected a column of c.csv for the times of intervals (timestamp, date"),
        ("date,a,b\n2026-11-23,1,2\n", "", "7:16: expected the key 'column', the column of the counts, g"),
        ("date,a,b\n2026-11-23,1,2\n", ", column: c", "7:51: expected a column of c.csv (date, a, b), go"),
        ("date,day,n\n", "", "7:36: expected one column of c.csv for the day, got 'date' and 'day'; say w"),
        ("date,offered,Contacts\n", "", "7:36: expected one column of c.csv for the counts, got 'offered'"),
        ("date,n\n", "", "7:36: expected a table of counts with at least one row, got none"),
        ("date,n\n2026-11-23,1\n", ", where: {n: 2}", "7:36: expected a table of counts with at least on"),
        ("date,n\n2026-11-23,1\n", "", "7:36: expected counts for all measured days, 2026-11-23 to 2026-"),
        ("day,n\n2026-11-23,1\nmon,1\n", "", "7:36: expected dates or weekdays in all rows, got both"),
        ("time,n\n08:00,1\n", "", "7:16: expected the key 'interval', the length of the intervals, got a"),
        ("time,n\n08:00,1\n08:30,2\n", ", interval: 1 h", "7:53: expected intervals that neither overlap"),
        ("time,n\n08:00-09:00,1\n08:30-09:30,2\n12:00,1\n", "", "7:36: expected intervals that neither "
         "overlap nor run over midnight, got 1 h with beginnings at 08:00, 08:30"),
        ("time,n\n23:30-00:30,1\n", "", "7:36: expected intervals that neither overlap nor run over "
         "midnight, got 1 h with beginnings at 23:30"),
        ("time,n\n08:00-08:30,1\n", ", interval: 1 h", "7:53: expected intervals of 30 min, got 1 h"),
        ("time,n\n08:00,1\n20:00,2\n", "", "7:36: expected intervals that neither overlap nor run over m"),
        ("date,n\n3/4/2026,1\n", "", "7:36: expected a date whose day and month can be told apart, got 3"),
        ("date,n\n", ", by: hours", "7:47: expected dates or weekdays, got 'hours'"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_one_problem(
    tmp_path: Path, rows: str, keys: str, message: str
) -> None:
    (problem,) = problems(tmp_path, rows, keys)
    assert problem.startswith(f"s.yaml:{message}")


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 6), st.integers(0, 47)), st.integers(0, 900), min_size=1, max_size=60
    ),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%a %d %b %Y"]),
    st.randoms(use_true_random=False),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_week_comes_back_as_the_counts_it_was_written_from(
    tmp_path: Path, counts: dict[tuple[int, int], int], form: str, random: object
) -> None:
    """Rows in any order; the area of every half hour is its count."""
    rows = ["Date,Interval,Tickets", "2026-11-23,00:00,0" * ((0, 0) not in counts)]
    rows += ["2026-11-29,00:00,0" * ((6, 0) not in counts)]  # a row on the first day and on the last
    for (number, half), count in counts.items():
        day = date(2026, 11, 23) + timedelta(days=number)
        rows.append(f"{day.strftime(form)},{format_clock(half * 30 * MINUTE)},{count}")
    random.shuffle(rows[1:])  # type: ignore[attr-defined]
    scenario = loaded(tmp_path, "\n".join(rows) + "\n", ", interval: 30 min")
    edges = np.arange(49) * 30 * MINUTE
    for number, curve in enumerate(curves(scenario)):
        area = np.concatenate(([0.0], np.cumsum([(b - a) / HOUR * rate for a, b, rate, _ in curve])))
        knots = [0, *(b for _, b, _, _ in curve)]
        expected = [counts.get((number, half), 0) for half in range(48)]
        assert np.diff(np.interp(edges, knots, area)) == pytest.approx(expected)
