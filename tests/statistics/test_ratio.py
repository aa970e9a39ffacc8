"""Ratios of sums: published figures, identities, coverage, and the same as `simcare.run` gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simcare.errors import DomainError
from simcare.experiment.run import run
from simcare.statistics import Interval, mean, paired, ratio, ratio_difference, student
from tests.experiment.desk import scenario

PATCH_Z = [8406, 2342, 8187, 8459, 4795, 3516, 4796, 10238]
PATCH_Y = [-1200, 2601, -2705, 1982, -1290, 351, -638, -2719]
"""Efron & Tibshirani (1993), table 10.1: hormone patches, old minus placebo and new minus old."""

PAIRS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=2, max_size=20)


def test_the_jackknife_of_the_patch_data() -> None:
    """θ = −0.0713, jackknife bias 0.0080 and standard error 0.1055 (Efron & Tibshirani 1993, 10.5 and 11)."""
    plain, jackknife = ratio(PATCH_Y, PATCH_Z), ratio(PATCH_Y, PATCH_Z, method="jackknife")
    assert plain.estimate == pytest.approx(-0.0713, abs=5e-5)
    assert plain.estimate is not None and jackknife.estimate is not None and jackknife.half_width is not None
    assert plain.estimate - jackknife.estimate == pytest.approx(0.008002488, rel=1e-6)
    assert jackknife.half_width / student(8) == pytest.approx(0.1055278, rel=1e-6)


@given(PAIRS)
def test_over_equal_denominators_a_ratio_is_a_mean_by_either_method(pairs: list[tuple[int, int]]) -> None:
    over = [float(one) for one, _ in pairs]
    assume(len(set(over)) > 1)
    for method in ("delta", "jackknife"):
        found, expected = ratio(over, [4] * len(over), method=method), mean([one / 4 for one in over])
        assert (found.estimate, found.lower, found.upper) == pytest.approx(
            (expected.estimate, expected.lower, expected.upper)
        )


@given(PAIRS, st.floats(0.1, 10))
def test_units_do_not_matter(pairs: list[tuple[int, int]], unit: float) -> None:
    over, under = np.array(pairs, dtype=float).T
    found, other = ratio(over, under), ratio(unit * over, under)
    assume(found.lower is not None and found.half_width is not None and found.half_width > 1e-9)
    assert other.estimate == pytest.approx(unit * (found.estimate or 0))
    assert other.half_width == pytest.approx(unit * (found.half_width or 0))


def test_replications_without_a_denominator_say_nothing() -> None:
    assert ratio([1, 0, 2, 0], [10, 0, 10, 0]) == ratio([1, 2], [10, 10])
    assert ratio([0, 0], [0, 0]) == Interval(None, None, None, 0.95, 0)
    assert ratio([1, 0], [4, 0]) == Interval(0.25, None, None, 0.95, 1)


@pytest.mark.parametrize("method", ["delta", "jackknife"])
def test_the_interval_covers_and_the_jackknife_has_less_bias(method: str) -> None:
    """G = N·U with U of mean 1 + 1/N: R = E[N + 1]/E[N] = 1 + 1/5; 2,000 runs of 10 replications."""
    rng = np.random.default_rng(5)
    under = rng.gamma(2, 2.5, (2000, 10)) + 0.01
    over = under + rng.gamma(1, 1, under.shape)
    truth = 1 + 1 / 5.01
    found = [ratio(g, n, method=method) for g, n in zip(over, under, strict=True)]  # type: ignore[arg-type]
    estimates = np.array([one.estimate for one in found], dtype=float)
    held = np.mean([(one.lower or 0) <= truth <= (one.upper or 0) for one in found])
    assert 0.90 <= held <= 0.97
    bias = estimates.mean() - truth
    error = estimates.std() / math.sqrt(2000)
    assert (abs(bias) < 4 * error) if method == "jackknife" else (bias > 4 * error)


def test_a_paired_difference_of_means_is_student_s_paired_t() -> None:
    rng = np.random.default_rng(6)
    first, second, ones = rng.normal(5, 1, 12), rng.normal(4, 1, 12), np.ones(12)
    found, expected = ratio_difference((first, ones), (second, ones)), paired(first, second)
    assert (found.estimate, found.lower, found.upper) == pytest.approx(
        (expected.estimate, expected.lower, expected.upper)
    )


def test_plans_that_never_differed_have_no_interval() -> None:
    same = ([1, 2, 0], [5, 5, 5])
    assert ratio_difference(same, same) == Interval(0.0, None, None, 0.95, 3)
    assert ratio_difference(same, ([0, 0, 0], [0, 0, 0])).estimate is None


def test_a_run_gives_the_same_figures() -> None:
    result = run(scenario(), plans=["today", "more"], replications=6)
    totals: dict[str, list[tuple[float, float]]] = {}
    for row in result.replications():
        if row.measure == "waiting_mean" and not row.contacts:
            totals.setdefault(row.plan, []).append((row.numerator, row.denominator))
    columns = {plan: tuple(zip(*rows, strict=True)) for plan, rows in totals.items()}
    for found, expected in (
        (
            ratio(*columns["today"], confidence=0.9, skewed=True),
            result.estimate("waiting_mean", plan="today"),
        ),
        (
            ratio_difference(columns["more"], columns["today"], confidence=0.9, skewed=True),
            result.difference("waiting_mean", "more", "today"),
        ),
    ):
        assert (found.estimate, found.lower, found.upper) == pytest.approx(
            (expected.estimate, expected.lower, expected.upper)
        )


@pytest.mark.parametrize(
    ("over", "under", "options", "message"),
    [
        ([1, 2], [1], {}, "expected as many of each, one a replication, got 2 numerators, 1 denominators"),
        ([1, 2], [1, -1], {}, "denominators: expected numbers of at least 0, got -1"),
        ([1, 2], [1, 0], {}, "numerators: expected 0 where the denominator is 0, got 2"),
        ([1, 2], [1, 1], {"method": "exact"}, "method: expected 'delta' or 'jackknife', got 'exact'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    over: list[float], under: list[float], options: dict[str, object], message: str
) -> None:
    with pytest.raises(DomainError) as caught:
        ratio(over, under, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_difference_needs_the_same_replications() -> None:
    with pytest.raises(
        DomainError, match="same replications of both, got 1 of the first and 2 of the second"
    ):
        ratio_difference(([1], [1]), ([1, 2], [1, 1]))
