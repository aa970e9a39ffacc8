"""Quantiles with an interval: by hand, from data and from counts alike, and by coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.errors import DomainError
from simcare.statistics import Interval, percentile, percentile_of_counts, unseen

DAYS = st.lists(st.lists(st.integers(0, 12), max_size=8), min_size=1, max_size=8)
PROBABILITY = st.sampled_from([0.1, 0.5, 0.9, 0.99])


def test_by_hand() -> None:
    """Three days of 10: at or below 5 are 5, 6 and 7 of 10, so s = √(0.02/6), and t = 4.3027 on 2."""
    days = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        [1, 2, 3, 4, 5, 5, 7, 8, 9, 10],
        [1, 2, 3, 4, 5, 5, 5, 8, 9, 10],
    ]
    found = percentile(0.5, days)
    half = stats.t.ppf(0.975, 2) * math.sqrt(0.02 / 6)
    everything = np.sort(np.concatenate(days))
    assert found.estimate == 5
    assert found.lower == everything[math.ceil((0.5 - half) * 30) - 1] == 3
    assert found.upper == everything[math.ceil((0.5 + half) * 30) - 1] == 8


@given(DAYS, PROBABILITY)
def test_counts_give_the_same_as_the_data_they_count(days: list[list[int]], probability: float) -> None:
    later = [[math.inf if value == 12 else value for value in day] for day in days]
    values = [*range(12), math.inf]
    counts = [[day.count(value) for value in values] for day in later]
    assert percentile(probability, later) == percentile_of_counts(probability, values, counts)


@given(DAYS, PROBABILITY)
def test_the_estimate_is_the_least_value_that_so_many_do_not_exceed(days: list[list[int]], p: float) -> None:
    everything = sorted(value for day in days for value in day)
    found = percentile(p, days)
    if not everything:
        assert found == Interval(None, None, None, 0.95, 0)
        return
    assert found.estimate == everything[math.ceil(p * len(everything) - 1e-9) - 1]
    assert found.lower is None or found.lower <= found.estimate
    assert found.upper is None or found.upper >= found.estimate


def test_what_is_later_than_can_be_told_is_inf_and_what_is_unknown_is_none() -> None:
    assert percentile(0.9, [[1, math.inf], [2, math.inf]]).estimate == math.inf
    open_ends = percentile(0.8, [[1, 2, 3, 4, math.inf], [1, 2, 3, 3, 3]])
    assert open_ends.upper == math.inf
    apart = [[1, 2, 3], [4, 5, 6]]  # all of the first day at or below 3, none of the second
    assert percentile(0.5, apart) == Interval(3, None, None, 0.95, 2)
    assert percentile(0.5, apart, least=0).lower == 0
    assert percentile(0.5, [[1, 2, 3]]) == Interval(2, None, None, 0.95, 1)


def test_nobody_waited_is_no_proof_that_nobody_can() -> None:
    nobody = [[0, 0, 0]] * 20
    assert percentile(0.5, nobody, least=0) == Interval(0, 0, 0, 0.95, 20)
    assert 1 - unseen(20) < 0.9
    assert percentile(0.9, nobody, least=0).upper is None


def test_it_covers_as_often_as_it_says() -> None:
    """The median of exponential days whose mean varies from day to day; 1,000 runs of 20 days of 50."""
    rng = np.random.default_rng(12)
    means = rng.lognormal(0, 0.3, (1000, 20, 1))
    waits = means * rng.exponential(size=(1000, 20, 50))
    truth = float(np.median(rng.lognormal(0, 0.3, 4_000_000) * rng.exponential(size=4_000_000)))
    held = sum(
        (one.lower or 0) <= truth <= (one.upper or math.inf)
        for one in (percentile(0.5, run) for run in waits)
    )
    assert abs(held / 1000 - 0.95) <= 4 * math.sqrt(0.95 * 0.05 / 1000)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: percentile(90, [[1]]), "probability: expected a number between 0 and 1"),
        (lambda: percentile(0.9, [[1, math.nan]]), "replications: expected a flat list of numbers"),
        (lambda: percentile(0.9, [1, 2]), "replications: expected a flat list of numbers"),
        (lambda: percentile_of_counts(0.9, [2, 1], [[1, 1]]), "values: expected numbers in ascending order"),
        (lambda: percentile_of_counts(0.9, [1, 2], [[1, 1, 1]]), "counts: expected a row a replication of 2"),
        (
            lambda: percentile_of_counts(0.9, [1, 2], [[1, -1]]),
            "counts: expected finite numbers of at least 0",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        call()  # type: ignore[operator]
