"""Moments kept only where a count changes are those of all counts, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.measures import kernels
from simcare.measures.below import Below
from simcare.measures.moments import Moments
from tests.measures.test_kernels import differences

ROWS, STEPS = 5, 12


def some_counts(rng: np.random.Generator, replications: int) -> tuple[np.ndarray, np.ndarray]:
    """Waits from one threshold to the next, and all waits; one row has none, one only waits still open."""
    counts = rng.poisson(0.4, (replications, ROWS, STEPS)).astype(np.int32)
    counts *= rng.random((ROWS, STEPS)) < 0.5
    counts[:, :2] = 0
    return counts, counts.sum(axis=2) + rng.poisson([0.0, 3.0, 1.0, 0.0, 2.0], (replications, ROWS)) * 1.0


@pytest.mark.parametrize("used", [None, kernels], ids=["numpy", "kernels"])
@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_of_all_counts(seed: int, used: object) -> None:
    rng = np.random.default_rng(seed)
    parts = [some_counts(rng, replications) for replications in (4, 1, 7)]
    dense = [Moments.of_all(np.cumsum(counts, axis=2) * 1.0, of[..., np.newaxis]) for counts, of in parts]
    found = [Below.of_all(counts, of) for counts, of in parts]
    merged = found[0].merged(found[1], used).merged(found[2], used)
    together = dense[0].merged(dense[1]).merged(dense[2])
    assert len(merged.at) < ROWS * STEPS
    row, step = (one.ravel() for one in np.indices((ROWS, STEPS)))
    for one, whole in ((found[0], dense[0]), (merged, together)):
        shape = (ROWS, STEPS)
        expected = Moments(
            whole.replications,
            whole.numerator.ravel(),
            np.broadcast_to(whole.denominator, shape).ravel(),
            whole.numerator_squares.ravel(),
            whole.products.ravel(),
            np.broadcast_to(whole.denominator_squares, shape).ravel(),
            tuple(np.broadcast_to(cube, shape).ravel() for cube in whole.cubes),  # type: ignore[arg-type]
            np.broadcast_to(whole.informed, shape).ravel(),
        )
        assert differences(one.seen_at(row, step), expected) == []
