from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from simcare.errors import DomainError
from simcare.virality.kernels import MEASURED, Kernel, exponential, power_law


def test_what_remains_is_what_the_density_leaves():
    for age in (0.0, 3.0, 85.0, 2000.0):
        seen, _ = quad(lambda u: float(MEASURED.density(u)), 0, age, epsabs=1e-12, limit=200)
        assert float(MEASURED.remaining(age)) == pytest.approx(1 - seen, abs=1e-10)
    assert float(MEASURED.remaining(np.inf)) == 0


def test_half_of_all_views_come_within_85_minutes():
    assert MEASURED.half_life == pytest.approx(85, abs=0.5)


def test_a_half_life_stretches_time():
    slow = MEASURED.with_half_life(19 * 60)
    assert slow.half_life == pytest.approx(19 * 60)
    stretch = 19 * 60 / MEASURED.half_life
    assert slow.remaining(100 * stretch) == pytest.approx(MEASURED.remaining(100.0))
    assert exponential(60).half_life == pytest.approx(60 * np.log(2))


def test_the_power_law_of_seismic_is_fitted_by_exponentials():
    fitted = power_law()
    age = np.geomspace(0.1, 7 * 1440, 300)

    def remains(u):  # flat for 5 minutes, then as a power with exponent 1.242
        return np.where(u < 5, 1 - u / 5 * 0.242 / 1.242, (np.maximum(u, 5) / 5) ** -0.242 / 1.242)

    last = remains(14 * 1440)
    wanted = (remains(age) - last) / (1 - last)
    assert np.max(np.abs(fitted.remaining(age) - wanted)) < 0.02
    assert len(fitted.weights) <= 10


@pytest.mark.parametrize(
    ("weights", "rates"),
    [((), ()), ((0.5,), (1.0,)), ((1.0, 0.0), (1.0, 2.0)), ((1.0,), (1.0, 2.0)), ((1.0,), (0.0,))],
)
def test_what_is_no_kernel_is_refused(weights, rates):
    with pytest.raises(DomainError):
        Kernel(weights, rates)
