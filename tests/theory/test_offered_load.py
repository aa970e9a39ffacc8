from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from simcare.errors import DomainError
from simcare.theory.curve import checked, expected_arrivals, line_at, lines, steps
from simcare.theory.offered_load import offered_load, offered_load_of

EVENING = lines([(0, 6), (17, 6), (19, 80), (20, 80), (23, 6), (24, 6)])


def test_the_closed_form_solves_its_differential_equation():
    mean = 1 / 3
    for start, end in ((0, 17), (17, 19), (19, 20), (20, 23)):
        begin, finish = offered_load(EVENING, mean, [start, end])
        rate, slope = line_at(EVENING, start)
        solved = solve_ivp(
            lambda t, m, rate=rate, slope=slope, start=start: rate + slope * (t - start) - m / mean,
            (start, end),
            [begin],
            rtol=1e-11,
            atol=1e-12,
        )
        assert finish == pytest.approx(solved.y[0, -1], rel=1e-9)


def test_a_steady_rate_fills_up_exponentially_and_empties():
    loads = offered_load(steps([0, 5], [12]), 0.5, [-1, 0, 0.5, 5, 6])
    expected = [0, 0, 6 * (1 - math.exp(-1)), 6 * (1 - math.exp(-10)), 6 * (1 - math.exp(-10)) * math.exp(-2)]
    assert loads == pytest.approx(expected, rel=1e-12)
    assert offered_load(steps([0, 5], [0]), 0.5, [2], initial=7)[0] == pytest.approx(7 * math.exp(-4))


def test_on_a_ramp_the_load_lags_by_one_handling_time():
    """Eick, Massey & Whitt 1993: on a long straight line m(t) = λ(t − E[S])·E[S] for exponential handling."""
    (load,) = offered_load(lines([(0, 0), (100, 200)]), 0.5, [50])
    assert load == pytest.approx(2 * (50 - 0.5) * 0.5)
    # At the peak itself the load is below rate × handling.
    peak, later = offered_load(lines([(0, 10), (2, 80), (4, 10)]), 1 / 3, [2, 2.2])
    assert peak < 80 / 3
    assert later > peak


@given(st.floats(0.05, 3), st.floats(0.01, 10), st.lists(st.floats(0, 50), min_size=2, max_size=5))
@settings(max_examples=30, deadline=None)
def test_quadrature_meets_the_closed_form(mean, time, rates):
    curve = lines(list(enumerate(rates)))
    by_survival = offered_load_of(curve, lambda age: math.exp(-age / mean), [time])
    assert by_survival == pytest.approx(offered_load(curve, mean, [time]), rel=1e-8, abs=1e-12)


def test_constant_handling_counts_the_arrivals_of_the_last_while():
    loads = offered_load_of(EVENING, lambda age: 1.0 if age < 0.4 else 0.0, [12, 18, 19.2, 26], jumps=[0.4])
    assert loads == pytest.approx(
        [expected_arrivals(EVENING, t - 0.4, t) for t in (12, 18, 19.2, 26)], rel=1e-9
    )


def test_the_series_for_short_times_joins_the_closed_form():
    step = 0.05 * 0.3  # where the two meet, in units of time
    below, above = offered_load(lines([(0, 5), (1, 9)]), 0.3, [step * (1 - 1e-9), step * (1 + 1e-9)])
    assert above == pytest.approx(below, rel=1e-8)
    exact = 0.3 * 5 * -math.expm1(-0.05) + 4 * 0.09 * (0.05 + math.expm1(-0.05))
    assert below == pytest.approx(exact, rel=1e-8)


def test_curves():
    assert expected_arrivals(EVENING, 17, 19) == pytest.approx(86)
    assert expected_arrivals(EVENING, -5, 48) == pytest.approx(17 * 6 + 86 + 80 + 129 + 6)
    assert line_at(EVENING, 18) == pytest.approx((43, 37))
    assert line_at(EVENING, 25) == (0, 0)
    assert lines([(0, 1), (1, 1), (1, 3), (2, 3)]) == steps([0, 1, 2], [1, 3])
    for wrong in (
        [(0, 0, 1, 1)],
        [(0, 1, -1, 1)],
        [(0, 2, 1, 1), (1, 3, 1, 1)],
        [(0, 1, 1)],
        [(0, 1, np.nan, 1)],
    ):
        with pytest.raises(DomainError):
            checked(wrong)
    with pytest.raises(DomainError):
        steps([0, 1], [1, 2])
