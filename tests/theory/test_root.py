from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from simcare.errors import DomainError
from simcare.theory.root import root

SHAPES = {
    "exponential": lambda x, a, b: math.exp(a * x) - abs(b),
    "cubic": lambda x, a, b: x**3 + a * x + b,
    "flat": lambda x, a, b: math.atan(x - a) + b / 9,
    "steep": lambda x, a, b: math.tanh(30 * (x - a)),
}


@given(
    shape=st.sampled_from(sorted(SHAPES)),
    a=st.floats(-3, 3),
    b=st.floats(-3, 3),
    ends=st.sampled_from([(-5.0, 5.0), (0.0, 10.0), (3.0, -7.0)]),
    within=st.sampled_from([2e-12, 1e-13, 0.01]),
)
def test_the_root_is_scipys_to_the_last_bit(shape, a, b, ends, within):
    def function(x):
        return SHAPES[shape](x, a, b)

    try:
        expected = brentq(function, *ends, xtol=within)
    except (ValueError, RuntimeError):  # no change of sign; or too flat
        with pytest.raises(DomainError, match="found none"):
            root(function, *ends, within)
    else:
        assert root(function, *ends, within) == expected


@pytest.mark.parametrize(("low", "high"), [(2.0, 5.0), (-1.0, 2.0)])
def test_an_end_that_is_a_root_is_it(low, high):
    assert root(lambda x: x - 2, low, high) == 2
