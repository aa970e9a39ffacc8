"""Traces: time zones, alignment, conditions, and errors that name the row."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from simcare.errors import ScenarioError
from simcare.scenario.day_curves import Curve
from simcare.scenario.load import load
from simcare.scenario.quantities import DAY, HOUR, MINUTE
from simcare.scenario.scenario import Scenario

TEXT = """\
simcare: 1
title: Trace
clock: {{{clock}}}
contacts:
  ticket:
    needs: [help]
    arrivals: {{trace: t.csv, column: at{keys}}}
    handling: {{constant: 1 min}}
teams: {{desk: {{skills: {{help: 100%}}}}}}
plans: {{only: {{headcount: {{desk: 1}}}}}}
"""


def replayed(folder: Path, rows: str, keys: str = "", clock: str = "start: 2026-01-05, days: 7") -> Scenario:
    (folder / "t.csv").write_text(rows)
    (folder / "s.yaml").write_text(TEXT.format(keys=keys, clock=clock))
    return load(folder / "s.yaml")


def ms(day: int, hour: int, minute: int = 0) -> int:
    return day * DAY + hour * HOUR + minute * MINUTE


def test_stamps_are_sorted_and_laid_on_their_dates(tmp_path: Path) -> None:
    scenario = replayed(tmp_path, "id,at\n1,2026-01-06T09:30:00\n2,2026-01-05 08:00:00.250\n")
    assert list(scenario.traces["ticket"]) == [ms(0, 8) + 250, ms(1, 9, 30)]
    assert scenario.contacts["ticket"].arrivals.curve == Curve()
    assert scenario.notes == ("arrivals of ticket are replayed from a trace: the same in every replication",)


@pytest.mark.parametrize(
    ("stamp", "keys", "expected"),
    [
        ("2026-01-05T12:00:00Z", "", ms(0, 19)),
        ("2026-01-05T12:00:00+02:00", "", ms(0, 17)),
        ("2026-01-05T12:00:00", "", ms(0, 12)),
        ("2026-01-05T12:00:00", ", timezone: UTC", ms(0, 19)),
        ("2026-01-05T12:00:00-0500", ", timezone: UTC", ms(1, 0)),
        ("2026-01-05T20:00:00", ", timezone: America/New_York", ms(1, 8)),
    ],
)
def test_stamps_become_wall_clock_of_the_scenario(
    tmp_path: Path, stamp: str, keys: str, expected: int
) -> None:
    clock = "start: 2026-01-05, days: 7, timezone: Asia/Jakarta"
    assert list(replayed(tmp_path, f"at\n{stamp}\n", keys, clock).traces["ticket"]) == [expected]


def test_the_day_of_a_clock_change_has_24_hours_of_wall_clock(tmp_path: Path) -> None:
    clock = "start: 2026-03-29, days: 2, timezone: Europe/Berlin"
    scenario = replayed(
        tmp_path, "at\n2026-03-29T00:30:00Z\n2026-03-29T01:30:00Z\n2026-03-29T22:30:00Z\n", "", clock
    )
    assert list(scenario.traces["ticket"]) == [ms(0, 1, 30), ms(0, 3, 30), ms(1, 0, 30)]
    assert "clocks change on 2026-03-29 in Europe/Berlin" in scenario.notes[0]


GAP = "at\n2026-03-29T01:30\n2026-03-29T02:15\n2026-03-29T02:45\n2026-03-29T02:30+02:00\n"
FOLD = "at\n2026-10-25T01:59\n2026-10-25T03:00\n2026-10-25T02:30\n"


@pytest.mark.parametrize(
    ("rows", "zone", "expected", "note"),
    [  # 02:00 to 03:00 of 29 March does not exist in Berlin, and exists twice on 25 October
        (
            GAP,
            "UTC",
            [ms(0, 0, 30), ms(0, 0, 30), ms(0, 1, 15), ms(0, 1, 45)],
            "t.csv: 2 rows at a local time that does not exist (clocks go forward) in Europe/Berlin, "
            "first in row 3; read as if they had not changed yet",
        ),
        (
            GAP,
            "Europe/Berlin",
            [ms(0, 1, 30), ms(0, 1, 30), ms(0, 2, 15), ms(0, 2, 45)],
            "t.csv: 2 rows at a local time that does not exist (clocks go forward) in Europe/Berlin, "
            "first in row 3; kept as written",
        ),
        (
            FOLD,
            "UTC",
            [ms(0, 0, 30), ms(0, 2)],
            "t.csv: 1 row at a local time that exists twice (clocks go back) in Europe/Berlin, "
            "first in row 4; the first is taken",
        ),
        (
            FOLD,
            "Europe/Berlin",
            [ms(0, 1, 59), ms(0, 2, 30), ms(0, 3)],
            "t.csv: 1 row at a local time that exists twice (clocks go back) in Europe/Berlin, "
            "first in row 4; both are the same time of the simulated day",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_or_pass_twice_is_told(
    tmp_path: Path, rows: str, zone: str, expected: list[int], note: str
) -> None:
    start = rows[3:13]
    scenario = replayed(tmp_path, rows, ", timezone: Europe/Berlin", f"start: {start}, timezone: {zone}")
    assert list(scenario.traces["ticket"]) == sorted(expected)
    assert [each for each in scenario.notes if each.startswith("t.csv")] == [note]


def test_doubtful_times_outside_the_run_are_not_told(tmp_path: Path) -> None:
    clock = "start: 2026-03-30, timezone: Europe/Berlin"
    notes = replayed(tmp_path, GAP + "2026-03-30T12:00\n", "", clock).notes
    assert not [note for note in notes if note.startswith("t.csv")]


ROWS = "at\n2020-02-05T10:00:00\n2020-02-06T11:00:00\n2020-02-20T12:00:00\n"  # from a Wednesday on


@pytest.mark.parametrize(
    ("align", "clock", "expected"),
    [
        ("dates", "start: 2020-02-06, days: 2", [ms(0, 11)]),
        ("first-day", "start: 2026-01-05, days: 2", [ms(0, 10), ms(1, 11)]),
        ("weekday", "start: 2026-01-05, days: 7", [ms(2, 10), ms(3, 11)]),
        ("weekday", "start: 2026-01-07, days: 7", [ms(0, 10), ms(1, 11)]),
        ("weekday", "start: 2026-01-08, days: 7", [ms(6, 10)]),
        ("weekday", "start: 2026-01-05, days: 21", [ms(2, 10), ms(3, 11), ms(17, 12)]),
        ("first-day", "start: 2026-01-05, days: 1, warm_up: 1 day", [ms(0, 10), ms(1, 11)]),
    ],
)
def test_a_trace_is_aligned_with_the_run(tmp_path: Path, align: str, clock: str, expected: list[int]) -> None:
    assert list(replayed(tmp_path, ROWS, f", align: {align}", clock).traces["ticket"]) == expected


def test_rows_outside_the_run_are_counted_in_a_note(tmp_path: Path) -> None:
    notes = replayed(tmp_path, ROWS, ", align: first-day", "days: 2").notes
    assert (
        "1 of 3 rows of the trace of ticket (2020-02-05 to 2020-02-20) lie outside the simulated days"
        in notes
    )


def test_a_trace_of_which_no_row_is_inside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"s\.yaml:7:23: expected a trace with rows on the simulated days, from 2026"
    ):
        replayed(tmp_path, ROWS)


@pytest.mark.parametrize(
    ("keys", "hours"),
    [
        ("", [1, 2, 3, 4]),
        (", where: {turn: 0}", [1, 3, 4]),
        (", where: {turn: 0, role: client}", [1, 4]),
        (", where: {role: [client, agent], turn: 1}", [2]),
        (", where: {open: true}", [1, 3]),
    ],
)
def test_conditions_choose_rows(tmp_path: Path, keys: str, hours: list[int]) -> None:
    rows = (
        "at,turn,role,open\n2026-01-05T01:00,0,client,True\n2026-01-05T02:00,1,agent,false\n"
        "2026-01-05T03:00,0.0,agent,TRUE\n2026-01-05T04:00,0,Client,\n"
    )
    assert list(replayed(tmp_path, rows, keys).traces["ticket"]) == [ms(0, hour) for hour in hours]


@pytest.mark.parametrize(
    ("rows", "keys", "message"),
    [
        (
            "at\n2026-01-05T01:00\nyesterday\n",
            "",
            "t.csv:3: expected a time stamp such as 2026-11-23T19:04:00Z in column",
        ),
        (
            "at\n2026-01-05\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got '2026-01",
        ),
        (
            "at,b\n,x\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got nothing",
        ),
        (
            "b,at\nx\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got nothing",
        ),
        (
            "at\n27.03.2026 17:29\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got "
            "'27.03.2026 17:29'; "
            "write 2026-03-27 17:29 (ISO 8601)",
        ),
        (
            "at\n3/27/2026 7:29\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got "
            "'3/27/2026 7:29'; "
            "write 2026-03-27 07:29 (ISO 8601)",
        ),
        (
            "at\n3/4/2026 7:29\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in column 'at', got "
            "'3/4/2026 7:29'; "
            "write times such as 2026-03-27 17:29 (ISO 8601)",
        ),
        (
            "at,b,at\n2026-01-05T01:00,1,2\n",
            "",
            "s.yaml:7:38: expected one column 'at' in t.csv, got columns 1 and 3 of that name",
        ),
        (
            "at,b\n2026-01-05T01:00,1,,\n2026-01-05T01:00,Hello, world\n",
            "",
            "t.csv:3: expected at most 2 cells, as many as the header has, got 3; put a cell that holds",
        ),
        ("time,b\n", "", "s.yaml:7:38: expected a column of t.csv (time, b), got 'at'"),
        ("at\n", "", "s.yaml:7:23: expected a trace with at least one row, got none"),
        (
            "at,b\n2026-01-05T01:00,1\n",
            ", where: {b: 2}",
            "s.yaml:7:42: expected a trace with at least one row, got none w",
        ),
        ("at,b\n", ", where: {c: 2}", "s.yaml:7:50: expected a column of t.csv (at, b), got 'c'"),
        (
            "at\n",
            ", where: {}",
            "s.yaml:7:42: expected a map from columns to the value, or list of values, that a row must",
        ),
        ("at\n", ", align: monday", "s.yaml:7:49: expected dates, weekday or first-day, got 'monday'"),
        (
            "at\n0001-01-01T00:00:00+14:00\n",
            "",
            "t.csv:2: expected a time stamp such as 2026-11-23T19:04:00Z in",
        ),
    ],
)
def test_a_trace_that_does_not_fit_says_where(tmp_path: Path, rows: str, keys: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        replayed(tmp_path, rows, keys)
    assert [str(p).replace(f"{tmp_path}/", "")[: len(message)] for p in caught.value.problems] == [message]


def test_a_log_of_many_rows_is_read_fast(tmp_path: Path) -> None:
    start = datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC"))
    with open(tmp_path / "t.csv", "w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "at", "turn"])
        writer.writerows((i, (start + timedelta(seconds=10 * i)).isoformat(), i % 2) for i in range(50_000))
    (tmp_path / "s.yaml").write_text(
        TEXT.format(keys=", where: {turn: 0}", clock="days: 7, timezone: Asia/Jakarta")
    )
    began = process_time()
    scenario = load(tmp_path / "s.yaml")
    assert process_time() - began < 5  # a tenth of that on an idle machine
    assert len(scenario.traces["ticket"]) == 25_000


FORTNIGHT = "at\n" + "".join(f"2026-02-{day:02d}T10:00:00\n" for day in range(2, 16))  # from a Monday on


def test_a_resampled_trace_says_from_which_days(tmp_path: Path) -> None:
    scenario = replayed(tmp_path, FORTNIGHT, ", resample: days")
    assert scenario.notes == (
        "arrivals of ticket are whole days drawn from a trace of 14 days, 2026-02-02 to 2026-02-15",
    )
    assert not scenario.traces
    assert scenario.recorded["ticket"].days == 14
    by_weekday = replayed(tmp_path, FORTNIGHT, ", resample: weekdays")
    assert by_weekday.notes[0].endswith("2026-02-15, each from those of its weekday")
    assert by_weekday.hash != scenario.hash != replayed(tmp_path, FORTNIGHT, ", align: weekday").hash


def test_days_run_from_the_first_row_that_counts_to_the_last(tmp_path: Path) -> None:
    """Answers on a later day make no day without arrivals."""
    rows = "at,kind\n2026-02-01T10:00,b\n2026-02-03T10:00,a\n2026-02-05T09:00,a\n2026-02-06T10:00,b\n"
    recorded = replayed(tmp_path, rows, ", resample: days, where: {kind: a}").recorded["ticket"]
    assert (recorded.first.isoformat(), recorded.last.isoformat()) == ("2026-02-03", "2026-02-05")
    assert list(recorded.arrival_ms) == [ms(0, 10), ms(2, 9)]


@pytest.mark.parametrize(
    ("rows", "keys", "clock", "message"),
    [
        (ROWS, ", resample: days, align: dates", "days: 1", "align or resample, which takes days from any"),
        (ROWS, ", resample: day", "days: 1", "7:52: expected days or weekdays, got 'day'; did you mean 'day"),
        ("at\n2026-02-02T10:00\n", ", resample: days", "days: 1", "two days, got rows of 2026-02-02 only"),
        (
            "at\n2026-02-02T10:00\n0206-02-10T10:00\n",
            ", resample: days",
            "days: 3",
            "7:23: expected a trace of at most 3_660 days to draw from, got rows from 0206-02-10 to 2026",
        ),
        (
            "at\n2026-02-02T10:00\n2026-02-10T10:00\n",
            ", resample: weekdays",
            "days: 3",
            "7:52: expected a trace of at least two of each simulated weekday, got 1 wed from 2026-02-02 to "
            "2026-02-10; or resample: days",
        ),
    ],
)
def test_what_cannot_be_resampled(tmp_path: Path, rows: str, keys: str, clock: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
        replayed(tmp_path, rows, keys, clock)
    assert len(caught.value.problems) == 1
