"""Paired differences and Holm's adjustment, against scipy, published figures and closed testing."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.statistics import holm, paired

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def test_gosset_s_sleep_data() -> None:
    """Student (1908): t = 4.062 on 9 degrees of freedom, p = 0.002833, interval 0.7001 to 2.4599."""
    dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = paired(laevo, dextro)
    assert (found.estimate, found.t, found.p_value) == pytest.approx((1.58, 4.0621, 0.002833), rel=1e-4)
    assert (found.lower, found.upper) == pytest.approx((0.7001142, 2.4598858))


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=20))
def test_the_test_is_scipy_s_and_rejects_where_the_interval_leaves_out_0(
    pairs: list[tuple[int, int]],
) -> None:
    first, second = np.array(pairs, dtype=float).T
    found = paired(first, second)
    if not np.ptp(first - second):
        assert (found.lower, found.upper, found.error, found.t, found.p_value) == (None,) * 5
        return
    expected = stats.ttest_rel(first, second)
    assert (found.t, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.lower is not None and found.upper is not None and found.p_value is not None
    assert (found.p_value < 0.05) == (found.lower > 0 or found.upper < 0)


def test_one_pair_has_no_interval() -> None:
    assert str(paired([3], [1])) == "2 (no interval from 1 replication)"


@given(P_VALUES)
def test_holm_is_closed_testing_with_bonferroni(p_values: list[float]) -> None:
    """A hypothesis falls if every set that holds it falls by Bonferroni (Marcus, Peritz & Gabriel 1976)."""
    numbers = range(len(p_values))
    sets = [held for size in numbers for held in itertools.combinations(numbers, size + 1)]
    for one, adjusted in zip(numbers, holm(p_values), strict=True):
        needed = max(min(1, len(held) * min(p_values[i] for i in held)) for held in sets if one in held)
        assert adjusted == pytest.approx(needed)


@given(P_VALUES)
def test_holm_is_never_weaker_than_bonferroni_nor_stronger_than_no_adjustment(p_values: list[float]) -> None:
    for given_, adjusted in zip(p_values, holm(p_values), strict=True):
        assert given_ <= adjusted <= min(1, len(p_values) * given_) + 1e-12


def test_a_published_example_of_holm() -> None:
    """p = 0.01, 0.04, 0.03, 0.005 at 5%: the first and the last fall (Holm–Bonferroni step by step)."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_holm_keeps_the_chance_of_any_false_alarm() -> None:
    """Five plans that do not differ from today's, all compared with the same days of today's."""
    rng, runs = np.random.default_rng(8), 2000
    alarms = 0
    for _ in range(runs):
        today, plans = rng.normal(size=10), rng.normal(size=(5, 10))
        p_values = [paired(plan, today).p_value or 0.0 for plan in plans]
        alarms += min(holm(p_values)) <= 0.05
    assert alarms / runs <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / runs)


@pytest.mark.parametrize("p_values", [[], [0.1, 1.2], [-0.1], [math.nan], [[0.1]]])
def test_what_is_no_p_value_is_refused(p_values: list[float]) -> None:
    with pytest.raises(DomainError, match="p_values: expected"):
        holm(p_values)


def test_pairs_need_partners() -> None:
    with pytest.raises(DomainError, match="got 2 first, 1 second"):
        paired([1, 2], [1])
