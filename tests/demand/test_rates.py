from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.demand.rates import DAY_MS, HOUR_MS, SURGE_KNOTS_MS, Rate, SurgeDraw, rate_of
from simcare.scenario.arrivals import Surge
from simcare.scenario.day_curves import DayCurve

MINUTE_MS = 60_000
FLAT = ((0, DAY_MS, 60.0, 60.0),)


def surge_at(start_ms: int, times: float, ramp: int = 0, hold: int = HOUR_MS, fade: int = 0) -> SurgeDraw:
    surge = Surge.model_construct(
        name="outage", at=0, jitter=0, chance=1.0, times=times, ramp=ramp, hold=hold, fade=fade
    )
    return SurgeDraw(surge, start_ms)


def value(rate: Rate, at_ms: float, side: str = "right") -> float:
    """The rate just after, or just before, a time."""
    row = int(np.searchsorted(rate.from_ms, at_ms, side=side)) - 1
    part = (at_ms - rate.from_ms[row]) / (rate.to_ms[row] - rate.from_ms[row])
    return float(rate.per_hour_from[row] * (1 - part) + rate.per_hour_to[row] * part)


def between(rate: Rate, from_h: float, to_h: float) -> float:
    first, last = rate.integral(np.array([from_h * HOUR_MS, to_h * HOUR_MS]))
    return float(last - first)


def test_a_ramp_is_a_line_and_not_a_step() -> None:
    """Knots 18:00: 20 and 20:00: 80: 100 contacts in the two hours, where steps would give 40."""
    ramp = (
        (0, 18 * HOUR_MS, 20.0, 20.0),
        (18 * HOUR_MS, 20 * HOUR_MS, 20.0, 80.0),
        (20 * HOUR_MS, DAY_MS, 80.0, 80.0),
    )
    assert between(rate_of([ramp], np.ones(1)), 18, 20) == pytest.approx(100)
    steps = (
        (0, 18 * HOUR_MS, 20.0, 20.0),
        (18 * HOUR_MS, 20 * HOUR_MS, 20.0, 20.0),
        (20 * HOUR_MS, DAY_MS, 80.0, 80.0),
    )
    assert between(rate_of([steps], np.ones(1)), 18, 20) == pytest.approx(40)


def test_factors_of_a_day_change_at_midnight_at_once() -> None:
    rate = rate_of([FLAT] * 3, np.array([1.0, 0.5, 2.0]))
    assert rate.integral(DAY_MS * np.arange(4)).tolist() == [0, 1440, 1440 + 720, 1440 + 720 + 2880]
    assert value(rate, DAY_MS, "left") == 60
    assert value(rate, DAY_MS) == 30


def test_a_surge_multiplies_with_ramp_hold_and_fade() -> None:
    """times 4, ramp 10 min, hold 45 min, fade 1 h on 60 an hour: 180 × (10/2 + 45 + 60/2) min more."""
    draw = surge_at(19 * HOUR_MS, 4.0, 10 * MINUTE_MS, 45 * MINUTE_MS, HOUR_MS)
    rate = rate_of([FLAT], np.ones(1), [draw])
    assert float(rate.cumulated[-1]) == pytest.approx(1440 + 180 * (5 + 45 + 30) / 60)
    assert value(rate, 19 * HOUR_MS) == 60
    assert value(rate, 19 * HOUR_MS + 5 * MINUTE_MS) == 60 * 2.5
    assert value(rate, 19 * HOUR_MS + 10 * MINUTE_MS) == 240
    assert value(rate, 19 * HOUR_MS + 115 * MINUTE_MS) == 60


def test_products_are_taken_at_knots_and_run_straight_between() -> None:
    """Curve 0 to 120 over the first two hours, surge from 1 to 3 over the same: a knot every five minutes."""
    curve = ((0, 2 * HOUR_MS, 0.0, 120.0), (2 * HOUR_MS, DAY_MS, 0.0, 0.0))
    rate = rate_of([curve], np.ones(1), [surge_at(0, 3.0, 2 * HOUR_MS, 0)])
    knots = np.arange(0, 2 * HOUR_MS + 1, SURGE_KNOTS_MS)
    assert rate.from_ms.tolist() == knots.tolist()
    hours = knots[:-1] / HOUR_MS
    np.testing.assert_allclose(rate.per_hour_from[:-1], 60 * hours * (1 + hours))
    middle = value(rate, 30 * MINUTE_MS + SURGE_KNOTS_MS / 2)
    assert middle == pytest.approx((60 * 0.5 * 1.5 + 60 * (35 / 60) * (95 / 60)) / 2)
    exact = 60 * (1 / 2 * 4 + 1 / 3 * 8)  # the integral of the product itself
    chords = 24 * 60 * (1 / 12) ** 3 / 6  # each chord lies above it by slope × slope × h³/6
    assert float(rate.cumulated[-1]) == pytest.approx(exact + chords)


def test_the_last_knot_of_a_ramp_is_its_end_whatever_its_length() -> None:
    rate = rate_of([FLAT], np.ones(1), [surge_at(HOUR_MS, 2.0, 12 * MINUTE_MS, 0, 7 * MINUTE_MS)])
    minutes = rate.from_ms / MINUTE_MS
    assert minutes.tolist() == [0, 60, 65, 70, 72, 77, 79]


def test_surges_that_overlap_multiply_and_run_on_over_midnight() -> None:
    draws = [surge_at(23 * HOUR_MS, 3.0, hold=2 * HOUR_MS), surge_at(24 * HOUR_MS, 2.0, hold=2 * HOUR_MS)]
    rate = rate_of([FLAT] * 2, np.array([1.0, 0.5]), draws)
    hourly = [between(rate, hour, hour + 1) for hour in (22, 23, 24, 25, 26)]
    assert hourly == pytest.approx([60, 180, 30 * 6, 30 * 2, 30])


def test_what_lies_outside_the_horizon_is_cut_off() -> None:
    rate = rate_of(
        [FLAT],
        np.ones(1),
        [surge_at(-HOUR_MS, 3.0, hold=2 * HOUR_MS), surge_at(23 * HOUR_MS, 2.0, hold=9 * HOUR_MS)],
    )
    assert rate.from_ms[0] == 0
    assert rate.to_ms[-1] == DAY_MS
    assert float(rate.cumulated[-1]) == pytest.approx(1440 + 120 + 60)


def test_a_surge_of_no_length_changes_nothing() -> None:
    rate = rate_of([FLAT], np.ones(1), [surge_at(HOUR_MS, 3.0, hold=0)])
    assert float(rate.cumulated[-1]) == pytest.approx(1440)


rates = st.sampled_from([0.0, 1.0, 7.5, 400.0])
factors = st.sampled_from([0.0, 0.5, 1.0, 3.0])
times_ms = st.integers(0, 3 * DAY_MS)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Rate, list[DayCurve], np.ndarray, list[SurgeDraw]]:
    days = np.array(draw(st.lists(factors, min_size=1, max_size=3)))
    curves = []
    for _ in days:
        corners = sorted({0, DAY_MS, *draw(st.lists(st.integers(1, DAY_MS - 1), max_size=5))})
        curves.append(tuple((a, b, draw(rates), draw(rates)) for a, b in itertools.pairwise(corners)))
    if draw(st.booleans()):
        curves = curves[:1] * len(days)
    length = st.sampled_from([0, 1, 7 * MINUTE_MS, HOUR_MS, 30 * HOUR_MS])
    surges = [
        surge_at(draw(times_ms) - DAY_MS, draw(factors), draw(length), draw(length), draw(length))
        for _ in range(draw(st.integers(0, 3)))
    ]
    return rate_of(curves, days, surges), curves, days, surges


def profile(draw: SurgeDraw, at_ms: float) -> float:
    """The factor of a surge at a time, from its definition."""
    surge, since = draw.surge, at_ms - draw.start_ms
    if 0 <= since < surge.ramp:
        return 1 + (surge.times - 1) * since / surge.ramp
    if 0 <= since - surge.ramp < surge.hold:
        return float(surge.times)
    since -= surge.ramp + surge.hold
    return surge.times + (1 - surge.times) * since / surge.fade if 0 <= since < surge.fade else 1.0


@given(drawn())
def test_at_every_knot_the_rate_is_the_product(case: tuple) -> None:
    rate, curves, days, surges = case
    assert rate.from_ms[0] == 0
    assert np.array_equal(rate.from_ms[1:], rate.to_ms[:-1])
    assert rate.to_ms[-1] == len(days) * DAY_MS
    assert np.all(rate.from_ms < rate.to_ms)
    for at_ms, got in zip(rate.from_ms.tolist(), rate.per_hour_from.tolist(), strict=True):
        day, clock = divmod(at_ms, DAY_MS)
        begin, end, first, last = next(piece for piece in curves[day] if piece[0] <= clock < piece[1])
        product = (first + (last - first) * (clock - begin) / (end - begin)) * days[day]
        for draw in surges:
            product *= profile(draw, at_ms)
        assert got == pytest.approx(product, abs=1e-9)
