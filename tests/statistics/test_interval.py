"""Means and what was never seen, against scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.statistics import Interval, mean, student, unseen

VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=30).filter(
    lambda x: len(set(x)) > 1
)
CONFIDENCE = st.sampled_from([0.5, 0.9, 0.95, 0.99])


@given(VALUES, CONFIDENCE)
def test_the_interval_of_a_mean_is_student_s(values: list[float], confidence: float) -> None:
    found = mean(values, confidence)
    bounds = stats.t.interval(confidence, len(values) - 1, np.mean(values), stats.sem(values))
    assert (found.lower, found.upper) == pytest.approx(bounds)
    assert found.estimate == pytest.approx(np.mean(values))
    assert found.half_width == pytest.approx((bounds[1] - bounds[0]) / 2)


def test_what_does_not_vary_and_a_single_value_have_no_interval() -> None:
    assert mean([3.0]) == Interval(3.0, None, None, 0.95, 1)
    assert mean([0.1, 0.1, 0.1]).half_width is None


@pytest.mark.parametrize("days", [1, 7, 20, 1000])
def test_the_bound_of_what_was_never_seen_is_clopper_and_pearson_s(days: int) -> None:
    exact = stats.binomtest(0, days).proportion_ci(0.95, method="exact").high
    assert unseen(days) == pytest.approx(exact)


def test_intervals_read_as_sentences() -> None:
    assert str(Interval(0.2, 0.1, math.inf, 0.9, 2)) == "0.2 (0.1 to inf; 90% confidence, 2 replications)"
    assert str(Interval(0.2, None, 0.4, 0.9, 2)) == "0.2 (unknown to 0.4; 90% confidence, 2 replications)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean([]), "values: expected at least 1 number, got 0"),
        (lambda: mean([1, math.nan]), "values: expected finite numbers, got nan"),
        (lambda: mean("many"), "values: expected a list of numbers, got 'many'"),
        (lambda: mean([[1, 2]]), "values: expected a flat list of numbers, got 2 dimensions"),
        (
            lambda: mean([1, 2], confidence=95),
            "confidence: expected a number between 0 and 1, such as 0.95, got 95",
        ),
        (lambda: student(1), "replications: expected at least 2, got 1"),
        (lambda: unseen(0), "days: expected a number above 0, got 0"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, message: str) -> None:
    with pytest.raises(DomainError) as caught:
        call()  # type: ignore[operator]
    assert str(caught.value) == message
