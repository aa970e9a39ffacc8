from __future__ import annotations

import numpy as np
import pytest

from simcare.errors import DomainError
from simcare.virality.audience import Audience
from simcare.virality.followers import lognormal_followers
from simcare.virality.words import (
    reshared_at_least_once,
    with_reshared_at_least_once,
    with_reshares_of_a_complaint,
)


@pytest.mark.parametrize(
    ("wanted", "base"), [(0.02, 0.027), (0.065, 0.10), (0.10, 0.17), (0.20, 0.42), (0.30, 0.78)]
)
def test_the_share_reshared_at_least_once_says_how_many_reshares(wanted, base):
    audience = with_reshared_at_least_once(Audience(), wanted)
    assert audience.base_reshares == pytest.approx(base, rel=0.02)
    assert reshared_at_least_once(audience, *lognormal_followers()) == pytest.approx(wanted)


def test_a_complaint_has_0_09_reshares_on_average():
    """As 9,177 negative tweets to American airlines in 2015 had; 93.5% of them had none."""
    followers, weights = lognormal_followers()
    assert weights @ Audience().reshare_rate(followers) == pytest.approx(0.09, abs=0.001)
    assert reshared_at_least_once(Audience(), followers, weights) == pytest.approx(0.065, abs=0.001)


def test_reshares_of_a_complaint():
    followers, weights = lognormal_followers()
    audience = with_reshares_of_a_complaint(Audience(), 2.5)
    assert weights @ audience.never_answered(followers) == pytest.approx(2.5)


def test_nobody_reshares():
    assert with_reshared_at_least_once(Audience(), 0.0).base_reshares == 0
    assert with_reshares_of_a_complaint(Audience(), 0.0).base_reshares == 0


def test_what_cannot_be_reshared_is_told():
    nobody = np.zeros(1), np.ones(1)
    with pytest.raises(DomainError, match="reshared at least once"):
        with_reshared_at_least_once(Audience(follower_offset=0.0), 0.1, *nobody)
