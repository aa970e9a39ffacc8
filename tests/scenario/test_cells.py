"""Days and times as exported tables write them: what is written comes back, anything else is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.scenario.cells import clock_in, date_in, date_order, stamp_in, weekdays_in
from simcare.scenario.quantities import DAY, HOUR, MINUTE, SECOND, QuantityError, format_clock

times = st.times().map(lambda time: time.replace(microsecond=0))
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@given(times, st.sampled_from(["%H:%M:%S", "%I:%M:%S %p", "%I:%M:%S%p", "%-I:%M:%S %p", "%-H:%M:%S"]))
def test_a_time_of_day_comes_back_as_python_wrote_it(time: object, form: str) -> None:
    written = datetime.strptime(str(time), "%H:%M:%S").strftime(form)
    ms = clock_in(f" {written.lower()} ")
    assert format_clock(ms) == str(time)[: len(format_clock(ms))]
    assert ms == sum(int(n) * s for n, s in zip(str(time).split(":"), (HOUR, MINUTE, SECOND), strict=True))


@pytest.mark.parametrize(
    ("cell", "ms"),
    [
        ("8:00", 8 * HOUR),
        ("08:30", 8 * HOUR + 30 * MINUTE),
        ("8 am", 8 * HOUR),
        ("8AM", 8 * HOUR),
        ("12 am", 0),
        ("12:15 a.m.", 15 * MINUTE),
        ("12 pm", 12 * HOUR),
        ("11:59 p.m.", 23 * HOUR + 59 * MINUTE),
        ("24:00", DAY),
    ],
)
def test_times_of_day(cell: str, ms: int) -> None:
    assert clock_in(cell) == ms


@pytest.mark.parametrize("cell", ["", "8", "800", "8.30", "25:00", "24:01", "7:60", "13 pm", "0 am", "noon"])
def test_what_is_no_time_of_day(cell: str) -> None:
    with pytest.raises(QuantityError, match=r"expected a time of day such as 08:00 or 8:00 am"):
        clock_in(cell)


@given(days)
def test_a_date_comes_back_whatever_its_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d-%B-%Y", "%b %d, %Y", "%A, %d %B %Y"):
        assert date_in(f" {day.strftime(form).lower()} ") == day
    assert date_in(day.strftime("%d/%m/%Y"), "day-first") == day
    assert date_in(day.strftime("%a %m-%d-%Y"), "month-first") == day
    if day.year >= 2000 and day.year < 2100:
        assert date_in(day.strftime("%d.%m.%y")) == day


@given(st.lists(days, min_size=1, max_size=9), st.sampled_from(["day-first", "month-first"]))
def test_the_order_of_a_column_is_told_as_soon_as_one_day_is_above_12(column: list[date], order: str) -> None:
    form = "%d/%m/%Y" if order == "day-first" else "%m/%d/%Y"
    cells = [day.strftime(form) for day in column]
    if any(day.day > 12 for day in column):
        assert date_order(cells) == order
    else:
        with pytest.raises(QuantityError, match="whose day and month can be told apart"):
            date_order(cells)


def test_an_order_is_neither_asked_for_in_vain_nor_taken_from_cells_that_disagree() -> None:
    assert date_order(["2026-03-04", "3.4.2026", "mon", ""]) is None
    with pytest.raises(QuantityError, match=r"dates in one order, got '13/02/2026 and 02/13/2026'"):
        date_order(["01/02/2026", "13/02/2026", "02/13/2026"])


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("31.02.2026", "a date of the calendar"),
        ("2026-13-01", "a date of the calendar"),
        ("1.1.1776", "a date from 1900 to 2200"),
        ("03/04/2026", "a date whose day and month can be told apart"),
        ("23 Ma 2026", "a date such as 2026-11-23"),
        ("23 Nix 2026", "a date such as 2026-11-23"),
        ("46000", "a date such as 2026-11-23"),
        ("", "a date such as 2026-11-23, got nothing"),
    ],
)
def test_what_is_no_date(cell: str, message: str) -> None:
    with pytest.raises(QuantityError, match=message):
        date_in(cell)


@given(days, times, st.sampled_from([" ", "T", ", "]))
def test_a_stamp_is_taken_apart(day: date, time: object, between: str) -> None:
    assert stamp_in(f"{day}{between}{time}") == (str(day), str(time))
    assert stamp_in(str(day)) is None
    assert stamp_in(str(time)) is None


@given(st.integers(0, 6), st.integers(0, 6), st.integers(2, 9), st.sampled_from(["-", " – ", " to "]))
def test_a_range_of_weekdays_runs_round_the_week(first: int, last: int, letters: int, dash: str) -> None:
    written = NAMES[first][:letters] + dash + NAMES[last][:letters]
    expected = {first}
    while first != last:
        first = (first + 1) % 7
        expected.add(first)
    assert weekdays_in(written.upper()) == expected


@given(st.sets(st.integers(0, 6), min_size=1), st.sampled_from([", ", "/", " ", ";", " and ", "+", ". "]))
def test_a_list_of_weekdays_is_each_of_them(wanted: set[int], between: str) -> None:
    assert weekdays_in(between.join(NAMES[day][:3] for day in wanted)) == wanted


def test_words_for_weekdays_together() -> None:
    assert weekdays_in("daily") == weekdays_in("Every day") == frozenset(range(7))
    assert weekdays_in("Weekdays") == weekdays_in("mon-fri") == frozenset(range(5))
    assert weekdays_in("weekend") == {5, 6}


@pytest.mark.parametrize("cell", ["", "m", "montag", "mon-", "mon-wed-fri", "2026-11-23", ",", "x" * 99])
def test_what_is_no_weekday(cell: str) -> None:
    assert weekdays_in(cell) is None
