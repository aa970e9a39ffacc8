from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from simcare.errors import DomainError
from simcare.virality.audience import Audience
from simcare.virality.pile_on import (
    complaints_never_answered,
    heat_given,
    leads_nowhere,
    without_complaints,
)


@pytest.mark.parametrize("pile_on", [0.0, 0.01, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("n", [0.0, 0.1, 0.8])
def test_what_leads_nowhere_solves_the_equation_of_the_branching_process(pile_on: float, n: float) -> None:
    audience = Audience(reshares_per_reshare=n, answered=1.1)
    share = leads_nowhere(audience, pile_on)
    none_after = np.exp(-n * 1.1 * (1 - share))
    assert share == pytest.approx((1 - pile_on) * none_after, abs=1e-12)
    assert leads_nowhere(audience, 0.0) == pytest.approx(1.0)


def test_the_cascade_that_is_left_has_its_share_of_direct_and_of_further_reshares() -> None:
    audience = Audience()
    left = without_complaints(audience, 0.3)
    share = leads_nowhere(audience, 0.3)
    assert left.reshare_rate(500) == pytest.approx(share * audience.reshare_rate(500))
    assert left.reshares_per_reshare == pytest.approx(share * audience.reshares_per_reshare)
    assert without_complaints(audience, 1.0).never_answered(500) == 0


def test_complaints_never_answered_bring_their_share_of_all_reshares() -> None:
    assert complaints_never_answered(Audience(reshares_per_reshare=0.2), 0.1, 4.0) == pytest.approx(0.5)
    with pytest.raises(DomainError):
        complaints_never_answered(Audience(), 1.1)


def test_the_mean_heat_given_the_reshares_drawn_is_a_ratio_of_bessel_functions() -> None:
    """That of the generalised inverse Gaussian law (Jørgensen 1982)."""
    tail, drawn, rate = 1.5, np.array([0, 1, 3, 10, 50]), np.array([0.05, 0.05, 1.0, 2.0, 5.0])
    x = 2 * np.sqrt((tail - 1) * rate)
    ratio = special.kv(drawn - tail + 1, x) / special.kv(drawn - tail, x)
    assert heat_given(tail, drawn, rate) == pytest.approx(np.sqrt((tail - 1) / rate) * ratio, rel=1e-6)
    none = heat_given(tail, np.zeros(1, dtype=np.int64), np.zeros(1))
    assert none == pytest.approx([1.0], rel=1e-3)  # nothing could be drawn, so nothing is learnt
