"""Two one-sided tests, against scipy's one-sided t-tests and a published output."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.statistics import tost

GROUP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
GROUP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_the_sleep_data_are_not_equivalent_within_half_an_hour() -> None:
    """TOSTER (Caldwell 2022) prints for these pairs at ±0.5: 90% interval −2.293 to −0.867, p = 0.989."""
    found = tost(GROUP_1, GROUP_2, margin=0.5)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((-1.58, -2.293, -0.867), abs=5e-4)
    assert found.p_value == pytest.approx(0.989, abs=5e-4)
    assert found.equivalent is False


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=20),
    st.floats(0.5, 20),
    st.floats(0.5, 20),
    st.sampled_from([0.01, 0.05, 0.1]),
)
def test_it_is_the_worse_of_two_one_sided_tests_and_agrees_with_the_interval(
    pairs: list[tuple[int, int]], below: float, above: float, alpha: float
) -> None:
    first, second = np.array(pairs, dtype=float).T
    found = tost(first, second, (-below, above), alpha)
    if not np.ptp(first - second):
        assert found.equivalent is None and "in every pair" in str(found)
        return
    worse = max(
        stats.ttest_1samp(first - second, -below, alternative="greater").pvalue,
        stats.ttest_1samp(first - second, above, alternative="less").pvalue,
    )
    assert found.p_value == pytest.approx(worse)
    assert found.lower is not None and found.upper is not None
    if abs(worse - alpha) > 1e-9:
        assert found.equivalent == (-below <= found.lower and found.upper <= above)


def test_plans_that_differ_by_the_margin_pass_no_more_often_than_alpha() -> None:
    rng, runs = np.random.default_rng(9), 2000
    passed = 0
    for _ in range(runs):
        today = rng.normal(size=20)
        passed += bool(tost(today + rng.normal(1.0, 0.5, 20), today, margin=1.0).equivalent)
    assert abs(passed / runs - 0.05) <= 4 * math.sqrt(0.05 * 0.95 / runs)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"margin": 0}, "margin: expected a number above 0, or (least, most) in order, got 0"),
        ({"margin": (2, 1)}, "margin: expected a number above 0, or (least, most) in order, got (2, 1)"),
        ({"margin": 1, "alpha": 0.5}, "alpha: expected a number between 0 and 0.5, such as 0.05, got 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DomainError) as caught:
        tost([1, 2], [2, 2], **options)  # type: ignore[arg-type]
    assert str(caught.value) == message
