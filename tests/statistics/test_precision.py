"""Replications needed, against a textbook and by trying one after the other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.statistics import replications_needed


def with_moments(n: int, mean: float, variance: float) -> np.ndarray:
    values = np.arange(float(n))
    return mean + (values - values.mean()) / values.std(ddof=1) * math.sqrt(variance)


def test_law_s_bank() -> None:
    """Ten days with mean delay 2.03 and variance 0.31, at 90%: 16 for ±0.25, 27 for 10% (Law 2015, 9.4.1)."""
    delays = with_moments(10, 2.03, 0.31)
    assert replications_needed(delays, absolute=0.25, confidence=0.9) == 16
    assert replications_needed(delays, relative=0.10, confidence=0.9) == 27


@given(st.integers(2, 30), st.floats(0.2, 5), st.floats(0.05, 0.9), st.sampled_from([0.9, 0.95, 0.99]))
def test_it_is_the_least_number_that_is_enough(
    n: int, deviation: float, relative: float, confidence: float
) -> None:
    values = with_moments(n, 3.0, deviation**2)
    wanted = 3.0 * relative / (1 + relative)

    def half(i: int) -> float:
        return float(stats.t.ppf((1 + confidence) / 2, i - 1)) * deviation / math.sqrt(i)

    found = replications_needed(values, relative=relative, confidence=confidence)
    assert found >= n and half(found) <= wanted * (1 + 1e-9)
    assert found == n or half(found - 1) > wanted * (1 - 1e-9)


def test_the_relative_precision_holds_for_the_truth() -> None:
    """An estimate within γ/(1 + γ) of itself is within γ of the truth, on the side where that is harder."""
    gamma, truth = 0.1, 100.0
    estimate = truth / (1 - gamma / (1 + gamma))  # the greatest that is still off by γ/(1 + γ) of itself
    assert (estimate - truth) / truth == pytest.approx(gamma)


def test_what_does_not_vary_needs_no_more() -> None:
    assert replications_needed([2.0, 2.0, 2.0], absolute=0.1) == 3


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0], {"absolute": 1}, "values: expected at least 2 numbers, got 1"),
        ([1.0, 2.0], {}, "expected either an absolute or a relative precision"),
        ([1.0, 2.0], {"absolute": 1, "relative": 0.1}, "expected either an absolute or a relative precision"),
        ([1.0, 2.0], {"absolute": 0}, "absolute: expected a finite number above 0, got 0"),
        ([1.0, 2.0], {"relative": 5}, "relative: expected a number between 0 and 1, such as 0.95, got 5"),
        ([-1.0, 1.0], {"relative": 0.1}, "relative: a mean of 0 has no relative error"),
        ([1.0, 2.0], {"absolute": 1e-9}, "a half-width of 1e-09 would need more than 1e+12 replications"),
    ],
)
def test_what_makes_no_sense_is_refused(values: list[float], options: dict[str, float], message: str) -> None:
    with pytest.raises(DomainError) as caught:
        replications_needed(values, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message
