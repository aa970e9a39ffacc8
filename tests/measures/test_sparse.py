"""Counts that outgrow the short whole numbers they are kept in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcare.measures import kernels
from simcare.measures.sparse import Sparse


@pytest.mark.parametrize("by", [None, kernels])
def test_counts_beyond_two_thousand_million_are_added_up_in_longer_numbers(by: Any) -> None:
    many = Sparse(
        np.array([0, 1, 2]), np.array([7, 3], dtype=np.uint16), np.array([1_500_000_000, 4], np.int32)
    )
    few = Sparse(np.array([0, 0, 1]), np.array([3], dtype=np.uint16), np.array([2], np.int32))
    both = Sparse.sum([many, few, many], by)
    assert both.first.tolist() == [0, 1, 2] and both.bin.tolist() == [7, 3]
    assert both.count.tolist() == [3_000_000_000, 10]
    assert Sparse.sum([many, few], by).count.dtype == np.int32
    added = both.added(np.array([0, 2]), np.array([0, 1]), by)
    assert (added.first.tolist(), added.bin.tolist()) == ([0, 2], [3, 7])
    assert added.count.tolist() == [10, 3_000_000_000]
