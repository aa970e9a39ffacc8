"""MSER-5 against its definition written out, and against queues whose warm-up is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.errors import DomainError
from simcare.statistics import mser5


def by_definition(series: list[float]) -> int:
    """White, Cobb & Spratt (2000): the d with the least variance of the rest over its number."""
    batches = [float(np.mean(series[i : i + 5])) for i in range(0, len(series) // 5 * 5, 5)]
    rules = [np.var(batches[d:]) / (len(batches) - d) for d in range(len(batches) - 5)]
    return 5 * next(d for d, rule in enumerate(rules) if rule <= min(rules) * (1 + 1e-12))


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.integers(50, 300), st.floats(0, 50))
def test_it_is_what_its_definition_says(seed: int, length: int, start: float) -> None:
    rng = np.random.default_rng(seed)
    series = (start * 0.9 ** np.arange(length) + rng.normal(size=length)).tolist()
    found = mser5(series)
    assert found.observations == by_definition(series)
    assert found.mean == pytest.approx(np.mean(series[found.observations :]))


@pytest.mark.parametrize("steps", [0, 5, 40, 100])
def test_a_level_that_is_reached_in_one_step_is_cut_exactly_there(steps: int) -> None:
    noise = np.tile([1.0, -1.0, 0.5, -0.5, 0.0], 60)  # every batch of 5 has mean 0
    series = noise + np.where(np.arange(300) < steps, 10.0, 0.0)
    found = mser5(series)
    assert (found.observations, found.mean, found.enough) == (steps, pytest.approx(0.0), True)


def test_dropping_pays_for_a_process_that_starts_far_off() -> None:
    """AR(1) with φ = 0.8 from 20: 400 runs; the mean of what stays is closer to 0 than the mean of all."""
    rng = np.random.default_rng(10)
    all_of, rest = [], []
    for _ in range(400):
        series = [20.0]
        for shock in rng.normal(size=399):
            series.append(0.8 * series[-1] + shock)
        all_of.append(np.mean(series))
        rest.append(mser5(series).mean)
    assert np.mean(np.square(rest)) < 0.8 * np.mean(np.square(all_of))


def test_replications_are_averaged_first() -> None:
    rng = np.random.default_rng(11)
    runs = rng.normal(size=(50, 200)) + 5 * (np.arange(200) < 30)
    assert mser5(runs) == mser5(runs.mean(axis=0))
    assert mser5(runs).observations == 30


def test_a_run_that_never_settles_is_told_to_be_too_short() -> None:
    found = mser5(np.arange(100.0))
    assert not found.enough
    assert str(found) == "the run is too short to tell its warm-up from 100 observations"


@pytest.mark.parametrize("series", [[], [1.0] * 49, [float("nan")] * 60, np.zeros((2, 3, 60))])
def test_what_is_no_series_is_refused(series: object) -> None:
    with pytest.raises(DomainError, match="series: expected"):
        mser5(series)  # type: ignore[arg-type]
