from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.report.figures import (
    Found,
    amount,
    amount_difference,
    amounts,
    duration,
    durations,
    number,
    points,
    share,
    verdict,
)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Found(0.4534, 0.448, 0.459), "45.3% ± 0.6%"),
        (Found(0.9, 0.9, 0.9), "90.0%"),  # nothing varies
        (Found(0.5), "50.0%"),  # one replication
        (Found(1.0, 0.982, 1.0), "100.0% (≥ 98.2%)"),
        (Found(0.99996, 0.9995, 1.0), "100.0% (≥ 99.9%)"),
        (Found(0.0, 0.0, 0.018), "0.0% (≤ 1.8%)"),
        (Found(0.95, 0.94, 0.975), "95.0% (94.0 to 97.5)"),
        (Found(0.247, 0.0, 1.0), "24.7% (0 to 100)"),  # nothing is known
        (Found(None), "–"),
    ],
)
def test_share(found: Found, text: str) -> None:
    assert share(found) == text


def test_a_share_has_more_decimals_where_one_would_show_another_verdict() -> None:
    missed = Found(0.8256, 0.7525, 0.8991)
    assert share(missed) == "82.6% ± 7.4%"  # which reaches 90.0%
    assert share(missed, 0.9) == "82.56% ± 7.35%"


def test_the_halves_of_an_interval_are_told_apart_where_one_would_show_another_verdict() -> None:
    met = Found(0.95, 0.941, 0.96)
    assert share(met) == "95.0% ± 1.0%"
    assert share(met, 0.941) == "95.0% (94.1 to 96.0)"


def test_a_share_without_interval_is_not_rounded_up_to_a_target_it_misses() -> None:
    assert share(Found(0.8998), 0.9) == "89.98%"
    assert share(Found(0.9002), 0.9) == "90.0%"


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Found(1204.3, 1192.0, 1216.6), "1,204 ± 13"),
        (Found(12.34, 12.0, 12.68), "12.3 ± 0.4"),
        (Found(0.012, 0.008, 0.016), "0.012 ± 0.004"),
        (Found(3.6, 0.4, 6.8), "3.6 ± 3.2"),
        (Found(5.2, 0.0, 12.8), "5.2 (0.0 to 12.8)"),
        (Found(72.0, 72.0, 72.0), "72"),
        (Found(37.5, 37.5, 37.5), "37.5"),
        (Found(3_240_000.0, 3_240_000.0, 3_240_000.0), "3,240,000"),
        (Found(0.0, 0.0, None), "0"),
        (Found(0.0, 0.0, 0.074), "0.00 (0.00 to 0.08)"),
        (Found(None), "–"),
    ],
)
def test_amount(found: Found, text: str) -> None:
    assert amount(found) == text


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Found(45.2, 44.8, 45.6), "45.2 ± 0.4 s"),
        (Found(738.0, 714.0, 762.0), "12.3 ± 0.4 min"),
        (Found(6300.0, 6130.0, 6470.0), "1 h 45 min ± 3 min"),
        (Found(8880.0, 6900.0, 41_580.0), "2 h 28 min (1 h 55 min to 11 h 33 min)"),
        (Found(8880.0, 4860.0, 12_900.0), "2 h 28 min ± 1 h 07 min"),
        (Found(3780.0, 0.0, 10_000.0), "1 h 03 min (0 to 2 h 47 min)"),
        (Found(64_140.0, 36_100.0, 70_260.0), "18 h (10 h to 20 h)"),
        (Found(64_140.0, 58_020.0, 70_260.0), "18 h ± 2 h"),
        (Found(172_800.0, 158_400.0, 187_200.0), "2 days ± 4 h"),
        (Found(0.0, 0.0, 214.4), "0 s (0 to 3.6 min)"),
        (Found(40.0, 12.34, 119.9), "40.0 s (12.3 to 119.9)"),
        (Found(40.0, 12.34, 121.0), "40.0 s (12.3 s to 2.1 min)"),
        (Found(1500.0, 50.0, 9000.0), "25.0 min (50.0 s to 2 h 30 min)"),
        (Found(3599.0), "1 h"),
        (Found(59.97), "1.0 min"),
        (Found(7.444), "7.4 s"),
        (Found(0.02), "0.02 s"),
        (Found(0.0, 0.0, 0.0), "0 s"),
        (Found(0.0), "0 s"),
        (Found(math.inf), "later"),
        (Found(math.inf, math.inf, math.inf), "later"),
        (Found(math.inf, 3659.0, math.inf), "later (≥ 1 h)"),
        (Found(3600.0, 3359.9, math.inf), "1 h (55.9 min to later)"),
        (Found(26_400.0, 1321.0, math.inf), "7 h 20 min (22.0 min to later)"),
        (Found(26_400.0, 0.0, math.inf), "7 h 20 min (0 to later)"),
        (Found(180.0, 59.0, math.inf), "3.0 min (59.0 s to later)"),
        (Found(90_000.0, 46_700.0, math.inf), "1 day 1 h (12 h to later)"),
        (Found(300.0, 250.0, None), "5.0 min (≥ 4.1 min)"),
        (Found(0.0, 0.0, None), "0 s"),
        (Found(None), "–"),
    ],
)
def test_duration(found: Found, text: str) -> None:
    assert duration(found) == text


def test_figures_side_by_side_have_the_same_number_of_decimals() -> None:
    overtime = [Found(1.81, 1.7101, 1.9099), Found(1.8, 1.6, 2.0)]
    assert [amount(one) for one in overtime] == ["1.81 ± 0.10", "1.8 ± 0.2"]
    assert amounts(overtime) == ["1.81 ± 0.10", "1.80 ± 0.20"]
    assert amounts([Found(0.003, 0.0, 0.006), Found(30.0, 20.0, 40.0)]) == ["0.003 ± 0.003", "30 ± 10"]
    assert amounts([Found(2.0, 2.0, 2.0), Found(1.81, 1.7101, 1.9099), Found(None)]) == [
        "2", "1.81 ± 0.10", "–"
    ]  # fmt: skip
    median = [Found(504.0, 480.0, 528.0), Found(242.4, 237.6, 247.2), Found(30.0, 29.0, 31.0)]
    assert durations(median) == ["8.40 ± 0.40 min", "4.04 ± 0.08 min", "30.0 ± 1.0 s"]


def test_differences_are_given_without_sign() -> None:
    assert points(Found(0.368, 0.361, 0.3746)) == "36.8 points (36.1 to 37.5)"
    assert points(Found(-0.368, -0.3746, -0.361)) == "36.8 points (36.1 to 37.5)"
    assert amount_difference(Found(720_000.0, 720_000.0, 720_000.0), "IDR") == "720,000 IDR"
    assert amount_difference(Found(-3.25, -4.0, -2.5)) == "3.2 (2.5 to 4.0)"


def test_a_difference_that_can_be_told_from_chance_does_not_print_an_interval_that_holds_zero() -> None:
    assert points(Found(0.0003, 0.00002, 0.0006)) == "0.030 points (0.002 to 0.060)"


def test_number_has_no_negative_zero() -> None:
    assert number(-0.04, 1) == "0.0"
    assert number(-1234.5, 1) == "-1,234.5"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Found(0.95, 0.90, 1.0), "met"),
        (Found(0.95, 0.8999, 1.0), "undecided"),
        (Found(0.85, 0.80, 0.90), "undecided"),
        (Found(0.85, 0.80, 0.8999), "missed"),
        (Found(0.95), "undecided"),
        (Found(None), ""),
    ],
)
def test_verdict(found: Found, expected: str) -> None:
    assert verdict(found, 0.9) == expected
    assert verdict(found, None) == ""


finite = st.floats(0, 1e6)


@given(finite, st.floats(0.01, 1e5), st.floats(0.5, 2.0))
def test_what_is_printed_never_claims_more_than_was_found(
    estimate: float, below: float, ratio: float
) -> None:
    found = Found(estimate, estimate - below, estimate + below * ratio)
    numbers = [float(one) for one in re.findall(r"-?[\d.]+", amount(found).replace(",", ""))]
    if "±" in amount(found):
        lower, upper = numbers[0] - numbers[1], numbers[0] + numbers[1]
    else:
        _, lower, upper = numbers
    slack = 1e-6 * max(1.0, estimate)
    assert lower <= estimate - below + slack
    assert upper >= estimate + below * ratio - slack


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_a_longer_wait_is_never_printed_as_a_shorter_one(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert _seconds(duration(Found(shorter))) <= _seconds(duration(Found(longer)))


def _seconds(text: str) -> float:
    sizes = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "day": 86_400, "days": 86_400}
    return sum(float(size) * sizes[unit] for size, unit in re.findall(r"([\d.]+) ([a-z]+)", text))
