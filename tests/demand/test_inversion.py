from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from simcare.demand import kernels
from simcare.demand.inversion import arrivals_ms, arrivals_of, invert, unit_points
from simcare.demand.rates import DAY_MS, HOUR_MS, Rate, rate_of
from simcare.demand.streams import uniforms

JUMP = ((0, 19 * HOUR_MS, 6.0, 6.0), (19 * HOUR_MS, DAY_MS, 120.0, 120.0))
RAMP = (
    (0, 18 * HOUR_MS, 20.0, 20.0),
    (18 * HOUR_MS, 20 * HOUR_MS, 20.0, 80.0),
    (20 * HOUR_MS, DAY_MS, 80.0, 80.0),
)


def drawn(rate: Rate, replication: int) -> np.ndarray:
    def stream(sizes: Sequence[int]) -> np.ndarray:
        return uniforms(5, replication, "arrivals", size=sizes[0])

    return arrivals_ms(rate, unit_points([float(rate.cumulated[-1])], stream)[0])


def counts_between(curve: tuple, from_h: int, to_h: int, replications: int) -> np.ndarray:
    rate = rate_of([curve], np.ones(1))
    return np.array(
        [
            np.diff(np.searchsorted(drawn(rate, r), [from_h * HOUR_MS, to_h * HOUR_MS]))[0]
            for r in range(replications)
        ]
    )


def agrees(values: np.ndarray, mean: float) -> bool:
    """Within four standard errors."""
    return bool(abs(values.mean() - mean) <= 4 * values.std(ddof=1) / math.sqrt(len(values)))


def test_trap_a_jump_in_the_rate_is_felt_at_once() -> None:
    """6 an hour, then 120 from 19:00: 120 arrive in the hour; with gaps at the current rate only 101.

    That wrong way keeps the gap begun before 19:00, exponential with mean 10 min: the first arrival comes at
    19:00 + x, then 120 an hour for the rest, 1 − e⁻⁶ + 120 (1 − (1 − e⁻⁶)/6) in all.
    """
    right = counts_between(JUMP, 19, 20, 2_000)
    assert agrees(right, 120)
    assert agrees(right.astype(float) ** 2, 120**2 + 120)  # the variance of a Poisson count too
    wrong = np.array([count_with_gaps_at_current_rate(r) for r in range(2_000)])
    assert agrees(wrong, 1 - math.exp(-6) + 120 * (1 - (1 - math.exp(-6)) / 6))
    assert wrong.mean() < 102 < 119 < right.mean()


def count_with_gaps_at_current_rate(replication: int) -> int:
    hours, count = 18.0, 0
    for u in uniforms(6, replication, "wrong", size=300).tolist():
        hours += -math.log1p(-u) / (6 if hours < 19 else 120)
        if hours >= 20:
            return count
        count += hours >= 19
    raise AssertionError("300 gaps did not reach 20:00")


def test_trap_a_ramp_brings_the_area_under_the_line() -> None:
    """From 20 to 80 an hour between 18:00 and 20:00: 100 arrive; a knot read as a step would bring 40."""
    assert agrees(counts_between(RAMP, 18, 20, 2_000), 100)


def test_cumulated_rate_at_arrivals_is_uniform() -> None:
    """Given their number, Λ(tᵢ)/Λ are uniform: through jumps, ramps and stretches of rate zero."""
    curve = (
        (0, 2 * HOUR_MS, 0.0, 0.0),
        (2 * HOUR_MS, 3 * HOUR_MS, 0.0, 3000.0),
        (3 * HOUR_MS, 4 * HOUR_MS, 0.0, 0.0),
        (4 * HOUR_MS, 9 * HOUR_MS, 500.0, 0.0),
        (9 * HOUR_MS, 10 * HOUR_MS, 5000.0, 5000.0),
        (10 * HOUR_MS, DAY_MS, 10.0, 1000.0),
    )
    rate = rate_of([curve] * 3, np.array([1.0, 0.0, 2.0]))
    at_ms = drawn(rate, 0)
    assert len(at_ms) > 30_000
    assert stats.kstest(rate.integral(at_ms) / rate.cumulated[-1], "uniform").pvalue > 1e-3
    gaps = np.diff(rate.integral(at_ms))
    assert stats.kstest(gaps, "expon").pvalue > 1e-3
    day, clock = np.divmod(at_ms, DAY_MS)
    assert not np.any(day == 1)
    assert not np.any((clock < 2 * HOUR_MS) | ((clock >= 3 * HOUR_MS) & (clock < 4 * HOUR_MS)))


def test_a_rate_of_zero_brings_nobody() -> None:
    assert len(drawn(rate_of([((0, DAY_MS, 0.0, 0.0),)] * 3, np.ones(3)), 0)) == 0
    assert len(drawn(rate_of([((0, DAY_MS, 50.0, 50.0),)] * 3, np.zeros(3)), 0)) == 0


def test_more_days_leave_the_first_ones_alone() -> None:
    long = drawn(rate_of([RAMP] * 3, np.array([1.0, 0.5, 2.0])), 0)
    short = drawn(rate_of([RAMP] * 2, np.array([1.0, 0.5])), 0)
    assert np.array_equal(long[long < 2 * DAY_MS], short)


def test_unit_points_do_not_depend_on_how_many_uniforms_were_taken_at_first() -> None:
    """If the first numbers do not reach the end, more are taken, and the points go on as if taken at once."""
    asked: list[Sequence[int]] = []
    short = (1.0, 0.1)  # the gaps of the second process: many more points than expected

    def stream(process: int, size: int) -> np.ndarray:
        return uniforms(1, process, "x", size=size) * short[process]

    def of_both(sizes: Sequence[int]) -> np.ndarray:
        asked.append(sizes)
        return np.concatenate([stream(process, size) for process, size in enumerate(sizes)])

    found = unit_points([50.0, 100.0], of_both)
    assert len(asked) > 1
    for process, end in enumerate((50, 100)):
        points = found[process]
        gaps = -np.log1p(-stream(process, len(points) + 1))
        assert np.array_equal(points, np.cumsum(gaps)[:-1])
        assert points[-1] <= end < points[-1] + gaps[-1]


levels = st.sampled_from([0.0, 1e-6, 0.3, 17.0, 900.0])


@st.composite
def pieces(draw: st.DrawFn) -> tuple[tuple[int, int, float, float], ...]:
    corners = sorted({0, DAY_MS, *draw(st.lists(st.integers(1, DAY_MS - 1), max_size=6))})
    return tuple((a, b, draw(levels), draw(levels)) for a, b in itertools.pairwise(corners))


@given(pieces(), st.lists(st.floats(0, 1, exclude_min=True), min_size=1, max_size=30))
def test_the_integral_up_to_an_arrival_is_its_point(curve: tuple, shares: list[float]) -> None:
    rate = rate_of([curve] * 2, np.array([1.0, 0.7]))
    end = rate.cumulated[-1]
    points = np.sort(np.array(shares)) * end
    points = points[points > 0]
    row, offset_ms = invert(rate, points)
    assert np.all(offset_ms >= 0)
    assert np.all(offset_ms <= (rate.to_ms - rate.from_ms)[row] * (1 + 1e-9))
    np.testing.assert_allclose(
        rate.cumulated[row] + area(rate, row, offset_ms), points, rtol=1e-9, atol=1e-12 * end
    )


def area(rate: Rate, row: np.ndarray, offset_ms: np.ndarray) -> np.ndarray:
    """The trapezium under the first part of a row."""
    part = offset_ms / (rate.to_ms - rate.from_ms)[row]
    last = rate.per_hour_from[row] * (1 - part) + rate.per_hour_to[row] * part
    return offset_ms / HOUR_MS * (rate.per_hour_from[row] + last) / 2


@given(pieces(), st.integers(0, 20))
def test_arrivals_are_whole_sorted_and_inside_rows_that_have_some(curve: tuple, replication: int) -> None:
    rate = rate_of([curve] * 2, np.ones(2))
    at_ms = drawn(rate, replication)
    assert at_ms.dtype == np.int64
    assert np.all(np.diff(at_ms) >= 0)
    row = np.searchsorted(rate.from_ms, at_ms, side="right") - 1
    assert np.all((at_ms >= 0) & (at_ms < 2 * DAY_MS))
    assert np.all(rate.per_hour_from[row] + rate.per_hour_to[row] > 0)


@given(pieces(), st.sampled_from([1.0001, 1.1, 3.0]), st.integers(0, 20))
def test_a_higher_rate_brings_every_arrival_forward(curve: tuple, scale: float, replication: int) -> None:
    low = drawn(rate_of([curve], np.ones(1)), replication)
    high = drawn(rate_of([curve], np.array([scale])), replication)
    assert len(high) >= len(low)
    assert np.all(high[: len(low)] <= low)


@pytest.mark.parametrize("length_ms", [1, 2])
def test_a_row_of_a_millisecond_holds_its_arrivals(length_ms: int) -> None:
    """Rounding never pushes an arrival into the next row."""
    rate = Rate(
        np.array([0, length_ms]), np.array([length_ms, DAY_MS]), np.array([4e9, 0.0]), np.array([4e9, 0.0])
    )
    at_ms = drawn(rate, 0)
    assert len(at_ms) > 500
    assert at_ms.max() < length_ms


@given(st.lists(pieces(), min_size=1, max_size=4), st.sampled_from([1.0, 0.1]), st.integers(0, 20))
@example([((0, 1, 4e9, 4e9), (1, DAY_MS, 0.0, 0.0))], 1.0, 0)
def test_kernels_find_the_same_arrivals(curves: list[tuple], short: float, first: int) -> None:
    """And take more gaps where those at first do not reach the end."""
    rates = [rate_of([curve] * 2, np.array([1.0, 0.7])) for curve in curves]

    def stream(sizes: Sequence[int]) -> np.ndarray:
        each = [uniforms(1, first + one, "x", size=size) for one, size in enumerate(sizes)]
        return np.concatenate(each) * short

    points = unit_points([rate.contacts for rate in rates], stream)
    times, sizes = arrivals_of(rates, stream, kernels)
    assert sizes.tolist() == [len(one) for one in points]
    expected = [arrivals_ms(rate, one) for rate, one in zip(rates, points, strict=True)]
    assert np.array_equal(times, np.concatenate(expected))
