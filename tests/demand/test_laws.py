from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from simcare.demand.laws import limited_moments, quantile, survival
from simcare.demand.streams import uniforms
from simcare.scenario.laws import Law

CONTINUOUS = {
    "exponential": (Law("exponential", (360.0,)), stats.expon(scale=360)),
    "lognormal": (Law("lognormal", (5.0, 1.3)), stats.lognorm(1.3, scale=math.exp(5))),
    "gamma": (Law("gamma", (0.7, 500.0)), stats.gamma(0.7, scale=500)),
    "gamma with little spread": (Law("gamma", (40.0, 9.0)), stats.gamma(40, scale=9)),
    "weibull": (Law("weibull", (0.8, 300.0)), stats.weibull_min(0.8, scale=300)),
    "uniform": (Law("uniform", (60.0, 300.0)), stats.uniform(60, 240)),
}
DISCRETE = {
    "constant": Law("constant", (300.0,)),
    "constant zero": Law("constant", (0.0,)),
    "empirical": Law("empirical", (10.0, 20.0, 20.0, 500.0)),
}
ALL = {name: law for name, (law, _) in CONTINUOUS.items()} | DISCRETE


@pytest.mark.parametrize("name", CONTINUOUS)
def test_quantiles_and_tails_are_those_of_scipy_stats(name: str) -> None:
    law, known = CONTINUOUS[name]
    u = np.concatenate(([2.0**-53, 1e-9], np.linspace(0.001, 0.999, 999), [1 - 1e-9]))
    np.testing.assert_allclose(quantile(law, u), known.ppf(u), rtol=1e-9, atol=1e-300)
    t = np.concatenate(([0.0], np.geomspace(0.1, 20_000, 200)))
    np.testing.assert_allclose(survival(law, t), known.sf(t), rtol=1e-9, atol=1e-300)


def test_a_constant_is_always_itself() -> None:
    assert quantile(DISCRETE["constant"], np.array([0.001, 0.5, 0.999])).tolist() == [300.0] * 3
    assert survival(DISCRETE["constant"], np.array([0.0, 299.0, 300.0, 301.0])).tolist() == [1, 1, 0, 0]


def test_an_empirical_law_gives_each_value_as_often_as_it_was_seen() -> None:
    law = DISCRETE["empirical"]
    assert quantile(law, np.array([1e-12, 0.25, 0.26, 0.75, 0.76, 1 - 1e-12])).tolist() == [
        10,
        10,
        20,
        20,
        500,
        500,
    ]
    assert survival(law, np.array([0.0, 9.0, 10.0, 20.0, 499.0, 500.0])).tolist() == [
        1,
        1,
        0.75,
        0.25,
        0.25,
        0,
    ]


@pytest.mark.parametrize("name", ALL)
@given(data=st.lists(st.floats(2.0**-53, 1 - 2.0**-53), min_size=2, max_size=20))
def test_a_larger_uniform_never_gives_a_smaller_value(name: str, data: list[float]) -> None:
    values = quantile(ALL[name], np.sort(np.array(data)))
    assert np.all(np.diff(values) >= 0)
    assert np.all(values >= 0)


@pytest.mark.parametrize("name", ALL)
def test_the_mean_of_draws_is_the_mean_of_the_law(name: str) -> None:
    values = quantile(ALL[name], uniforms(1, 0, name, size=40_000))
    assert abs(values.mean() - ALL[name].mean) <= 4 * values.std() / math.sqrt(len(values))


@pytest.mark.parametrize("speed", [1.0, 0.8])
@pytest.mark.parametrize("name", ALL)
def test_limited_moments_are_integrals_of_the_tail(name: str, speed: float) -> None:
    """E[min(S, x)^j] = ∫ j u^(j−1) P(S > u) du up to x, here for S divided by the speed."""
    law = ALL[name]
    limits = np.array([0.0, 5.0, 15.0, 250.0, 400.0, 3_000.0])
    first, second = limited_moments(law, limits, speed)
    jumps = [value / speed for value in set(law.params)] if name in DISCRETE else [60 / speed, 300 / speed]
    for limit, got_first, got_second in zip(limits, first, second, strict=True):
        points = [jump for jump in jumps if 0 < jump < limit] or None

        def tail(u: float) -> float:
            return float(survival(law, np.array(u * speed)))

        want_first = integrate.quad(tail, 0, limit, points=points, limit=200)[0]
        want_second = integrate.quad(lambda u: 2 * u * tail(u), 0, limit, points=points, limit=200)[0]
        assert got_first == pytest.approx(want_first, rel=1e-7, abs=1e-9)
        assert got_second == pytest.approx(want_second, rel=1e-7, abs=1e-9)


def test_extreme_laws_give_no_warning_and_no_nan() -> None:
    u = np.array([2.0**-53, 0.5, 1 - 2.0**-53])
    x = np.array([0.0, 1.0, 1e10])
    for law in [
        Law("lognormal", (10.0, 200.0)),
        Law("gamma", (1e-4, 1e8)),
        Law("gamma", (1e6, 1e-3)),
        Law("weibull", (50.0, 1.0)),
    ]:
        assert not np.isnan(quantile(law, u)).any()
        for values in (survival(law, x), *limited_moments(law, x)):
            assert np.isfinite(values).all()
