"""Quantities are read exactly, written back, and refused with the units that fit."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simcare.scenario import quantities as q
from simcare.scenario.quantities import Money, QuantityError


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("15 min", 900_000),
        ("1 h 30 min", 5_400_000),
        ("1h30min", 5_400_000),
        ("6 s", 6_000),
        ("0 s", 0),
        ("1 day", 86_400_000),
        ("2 weeks", 14 * 86_400_000),
        ("0.1 s", 100),
        ("1.005 s", 1_005),
        ("22.8 min", 1_368_000),
        ("1_000 ms", 1_000),
        ("90 seconds", 90_000),
    ],
)
def test_durations_are_exact_milliseconds(text: str, ms: int) -> None:
    assert q.parse_duration(text) == ms


@given(st.integers(0, q.LONGEST))
@example(59_999_999)
def test_a_duration_written_is_read_back(ms: int) -> None:
    assert q.parse_duration(q.write_duration(ms)) == ms


@given(st.decimals(0, 10_000, places=3), st.sampled_from([("s", 1_000), ("min", 60_000), ("h", 3_600_000)]))
def test_decimal_durations_know_no_float_surprises(number: object, unit: tuple[str, int]) -> None:
    assert q.parse_duration(f"{number} {unit[0]}") == Fraction(str(number)) * unit[1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (15, "a bare number has no unit; units that fit: ms, s, min, h, day, week"),
        ("15", "a number has no unit"),
        ("15 m", "m is no unit here"),
        ("15 Min", "did you mean min?"),
        ("-15 min", "zero or more"),
        ("30 min 1 h", "larger units come first, each once"),
        ("1 h 2 h", "larger units come first, each once"),
        ("0.0001 s", "whole milliseconds"),
        ("101 years", "years is no unit here"),
        ("36_501 days", "at most 36500 days"),
        ("fifteen", "a duration such as 15 min"),
        ("", "a duration such as 15 min"),
        ("nan s", "a duration such as 15 min"),
        ("1e3 s", "e is no unit here"),
        ("9" * 100 + " s", "a duration such as 15 min"),
        (None, "got nothing"),
        (True, "got true"),
        ([], "got an empty list"),
        ({}, "got an empty map"),
    ],
)
def test_what_is_no_duration_says_why(value: object, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        q.parse_duration(value)
    assert str(caught.value).startswith("expected a duration")
    assert words in str(caught.value)


@given(st.integers(0, q.DAY // q.SECOND))
def test_a_clock_time_written_is_read_back(seconds: int) -> None:
    assert q.parse_clock(q.format_clock(seconds * q.SECOND)) == seconds * q.SECOND


@pytest.mark.parametrize(
    "value", ["24:01", "25:00", "7:60", "7", "7pm", "19.00", "-1:00", "", None, 19.5, "19:00:61", True]
)
def test_what_is_no_clock_time_is_refused(value: object) -> None:
    with pytest.raises(QuantityError, match="a time of day from 00:00 to 24:00"):
        q.parse_clock(value)


def test_an_hour_alone_is_asked_about() -> None:
    with pytest.raises(QuantityError, match=r"got 19; did you mean 19:00\?"):
        q.parse_clock(19)


@given(st.decimals(0, 100, places=4))
def test_shares_are_the_nearest_float(percent: object) -> None:
    assert q.parse_share(f"{percent}%") == float(Fraction(str(percent)) / 100)


@given(st.integers(0, 1_000_000))
def test_a_share_written_is_read_back(parts: int) -> None:
    share = parts / 1_000_000
    assert q.parse_share(q.format_share(share)) == pytest.approx(share, abs=1e-12)


@given(st.integers(1, 100_000_000))
def test_speeds_are_whole_parts_per_million(ppm: int) -> None:
    assert q.parse_speed(f"{Fraction(ppm, 10_000).numerator / Fraction(ppm, 10_000).denominator:.4f}%") == ppm


@pytest.mark.parametrize("value", ["101%", "-1%", "nan%", "inf%", "%", "10 percent", None, "1e1%"])
def test_what_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(QuantityError, match="a share from 0% to 100%"):
        q.parse_share(value)


@pytest.mark.parametrize(("value", "meant"), [(0.12, "12%"), (12, "12%"), (1, "100%"), (0.155, "15.5%")])
def test_a_bare_share_is_asked_about(value: float, meant: str) -> None:
    with pytest.raises(QuantityError, match=f"a share has a percent sign; did you mean {meant}"):
        q.parse_share(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), ("1M", 1e6), ("40k", 4e4), ("40_000", 4e4), (0.1, 0.1), ("0.1", 0.1), ("2.5M", 2.5e6)],
)
def test_counts_are_read(value: object, number: float) -> None:
    assert q.parse_number(value) == number


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -1, "-1", "x", "1e5x", None, True, 10**40, "1,000"]
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(QuantityError, match="a number"):
        q.parse_number(value)


def test_ratios_are_numbers_or_shares() -> None:
    assert q.parse_ratio("120%", most=10) == q.parse_ratio(1.2, most=10) == 1.2
    with pytest.raises(QuantityError, match=r"such as 1\.2 or a share such as 120%"):
        q.parse_ratio("1100%", most=10)


def test_money_has_an_amount_a_currency_and_an_hour() -> None:
    assert q.parse_money_per_hour("45_000 IDR/h") == Money(45_000, "IDR")
    assert q.parse_money_per_hour("12.5EUR / hour") == Money(12.5, "EUR")
    for wrong in ("45_000 IDR", "45_000/h", "IDR 45/h", "-5 EUR/h", 30, "30 eur/h"):
        with pytest.raises(QuantityError, match="money an hour"):
            q.parse_money_per_hour(wrong)


def test_too_much_money_is_told_how_much_there_may_be() -> None:
    with pytest.raises(QuantityError, match="money an hour from 0 to 1_000_000_000_000, got"):
        q.parse_money_per_hour("99999999999999999999999 EUR/h")


def test_dates_are_days_of_the_calendar() -> None:
    assert q.parse_date("2026-11-23") == date(2026, 11, 23)
    for wrong in ("2026-13-01", "2025-02-29", "23.11.2026", "1800-01-01", 20261123, None):
        with pytest.raises(QuantityError, match="a date"):
            q.parse_date(wrong)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (350, "350 ms"),
        (6_000, "6 s"),
        (6_540, "6.5 s"),
        (59_960, "1 min"),
        (725_000, "12 min 05 s"),
        (3_599_800, "1 h"),
        (7_500_000, "2 h 05 min"),
        (86_399_999, "1 day"),
        (100 * 3_600_000, "4 days 4 h"),
        (-6_000, "-6 s"),
    ],
)
def test_durations_for_people_have_at_most_two_units(ms: int, text: str) -> None:
    assert q.format_duration(ms) == text


@given(st.integers(0, q.LONGEST))
def test_durations_for_people_are_within_half_their_smaller_unit(ms: int) -> None:
    text = q.format_duration(ms)
    smallest = (
        q.SECOND / 10 if ms < q.MINUTE else q.SECOND if ms < q.HOUR else q.MINUTE if ms < q.DAY else q.HOUR
    )
    assert abs(q.parse_duration(text) - ms) <= smallest / 2
