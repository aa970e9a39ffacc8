from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simcare.virality.audience import ANSWERED, PRIVATE, RESOLVED, WAITING, Audience
from simcare.virality.phases import phases, totals
from tests.virality.complaints import LIVES, any_audience, lives


def integrated(audience, begins, states):
    """The same by integrating the rates of views, reshares and their views step by step."""
    weights, rates = np.array(audience.kernel.weights), np.array(audience.kernel.rates)
    n, components = audience.reshares_per_reshare, len(weights)
    found = np.zeros((3, len(begins)))
    x, p, at = weights.copy(), np.zeros(components), begins[0]
    for phase, begin in enumerate(begins):
        end = min(begins[phase + 1] if phase + 1 < len(begins) else np.inf, 40 / rates.min())
        if not begin < end:
            continue
        factor = audience.factors[states[phase]]

        def change(u, state, factor=factor):
            x, p = state[:components], state[components : 2 * components]
            a_minute = factor * rates @ x
            return np.concatenate(
                (
                    -rates * x + n * weights * a_minute,
                    -rates * p + weights * a_minute,
                    [weights * rates @ np.exp(-rates * u), a_minute, rates @ p],
                )
            )

        start = np.concatenate((x, p, np.zeros(3)))
        done = solve_ivp(change, (begin, end), start, rtol=1e-9, atol=1e-11, method="LSODA").y[:, -1]
        x, p, at = done[:components], done[components : 2 * components], end
        found[:, phase] = done[-3:] if states[phase] != PRIVATE else 0.0
    assert at > 0
    return found


@pytest.mark.parametrize("seed", range(5))
def test_closed_forms_are_the_integrals_of_the_rates(seed):
    generator = np.random.default_rng(seed)
    audience = any_audience(generator)
    begins, states = lives(generator, 4)
    parts = phases(audience, begins, states)
    for complaint in range(4):
        views, reshares, reshare_views = integrated(audience, begins[:, complaint], states[:, complaint])
        assert parts.views[:, complaint] == pytest.approx(views, abs=1e-6)
        assert parts.reshares[:, complaint] == pytest.approx(reshares, abs=1e-6)
        assert parts.reshare_views[:, complaint] == pytest.approx(reshare_views, abs=1e-6)


def test_all_that_is_reshared_is_seen_in_the_end():
    audience = Audience()
    begins, states = lives(np.random.default_rng(1), 100)
    in_public = np.where(states == PRIVATE, RESOLVED, states)
    parts = phases(audience, begins, in_public)
    assert parts.views.sum(axis=0) == pytest.approx(1)
    assert parts.reshare_views.sum(axis=0) == pytest.approx(parts.reshares.sum(axis=0))
    for part in (parts.views, parts.reshares, parts.reshare_views):
        assert np.all(part >= -1e-15)


@pytest.mark.parametrize("further", [0.0, 1e-300, 1e-15, 1e-9])
def test_few_reshares_of_reshares_are_no_special_case(further):
    begins, states = lives(np.random.default_rng(2), 50)
    none = phases(Audience(reshares_per_reshare=0.0), begins, states)
    few = phases(Audience(reshares_per_reshare=further), begins, states)
    for name in ("views", "reshares", "reshare_views"):
        assert getattr(few, name) == pytest.approx(getattr(none, name), abs=3 * further + 1e-14)


def test_without_further_reshares_the_formula_is_that_of_the_kernel():
    """n = 0: reshares of a phase are its factor times the views that fall into it."""
    audience = Audience(reshares_per_reshare=0.0)
    begins, states = lives(np.random.default_rng(3), 50)
    parts = phases(audience, begins, states)
    assert parts.reshares == pytest.approx(np.array(audience.factors)[states] * parts.views)


def test_no_reply_ever_and_a_reply_at_once():
    audience = Audience()
    states = np.array([[WAITING], [ANSWERED], [RESOLVED]])
    never = phases(audience, np.array([[0.0], [np.inf], [np.inf]]), states)
    assert never.views[:, 0].tolist() == [1, 0, 0]
    assert never.reshares[:, 0] == pytest.approx([1 / 0.9, 0, 0])
    at_once = phases(audience, np.zeros((3, 1)), states)
    assert at_once.views[:, 0].tolist() == [0, 0, 1]
    assert at_once.reshares[:, 0] == pytest.approx([0, 0, 0.25 / (1 - 0.025)])


def test_in_private_nobody_sees_anything():
    audience = Audience()
    begins = np.array([[0.0], [30.0], [90.0]])
    parts = phases(audience, begins, np.array([[WAITING], [PRIVATE], [RESOLVED]]))
    assert (parts.views[1, 0], parts.reshares[1, 0], parts.reshare_views[1, 0]) == (0, 0, 0)
    assert parts.views[0, 0] == pytest.approx(1 - audience.kernel.remaining(30.0))
    assert parts.views[2, 0] == pytest.approx(audience.kernel.remaining(90.0))  # back in sight


def test_a_factor_of_zero_stops_reshares_and_not_views():
    audience = replace(Audience(), answered=0.0)
    parts = phases(audience, np.array([[0.0], [30.0]]), np.array([[WAITING], [ANSWERED]]))
    assert parts.reshares[1, 0] == 0
    assert parts.reshare_views[1, 0] == pytest.approx(parts.reshares[0, 0] - parts.reshare_views[0, 0])


def test_one_by_one_is_as_all_at_once():
    begins, states = lives(np.random.default_rng(4), 20_000)  # more than are computed at a time
    together = phases(Audience(), begins, states)
    for complaint in (0, 8191, 8192, 19_999):
        alone = phases(Audience(), begins[:, [complaint]], states[:, [complaint]])
        assert together.reshares[:, complaint] == pytest.approx(alone.reshares[:, 0], rel=1e-12)


def test_totals_are_sums_over_phases():
    audience = any_audience(np.random.default_rng(5))
    begins, _ = lives(np.random.default_rng(6), 300)
    for kind in LIVES:
        parts = phases(audience, begins, kind)
        found = totals(audience, begins, kind, [True, True, False, False])
        for name in ("views", "reshare_views"):
            whole = getattr(parts, name)
            assert getattr(found, name) == pytest.approx(np.array([whole[:2].sum(axis=0), whole.sum(axis=0)]))
        assert found.reshares == pytest.approx(parts.reshares.sum(axis=0))
