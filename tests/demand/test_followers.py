"""Who follows the authors: by law, by default in public, and the few with many."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from simcare.demand.draw import draw_tape
from simcare.demand.tape import Tape
from simcare.scenario.load import loads
from tests.scenario.texts import changed

PATIENCE = "patience: {exponential: {mean: 3 h}}"


def tape(more: str = "", public: str = "true") -> Tape:
    text = changed(("{public: true}", f"{{public: {public}}}"), (PATIENCE, f"{PATIENCE}\n{more}"))
    return draw_tape(loads(text), 0)


def test_vips_change_the_followers_of_a_few_and_nothing_else() -> None:
    plain, with_vips = tape(), tape("    vips: {share: 1%, followers: 1M}")
    vip = with_vips.followers == 1_000_000
    assert np.array_equal(with_vips.followers[~vip], plain.followers[~vip])
    for field in fields(Tape):
        if field.name not in ("followers", "reshares"):
            assert np.array_equal(getattr(plain, field.name), getattr(with_vips, field.name)), field.name
    complaints = int((plain.type_of_contact == 0).sum())
    assert abs(vip.sum() - 0.01 * complaints) < 4 * (0.01 * complaints) ** 0.5
    assert np.all(with_vips.type_of_contact[vip] == 0)
    assert np.all(tape("    vips: {share: 100%, followers: 7}").followers[plain.type_of_contact == 0] == 7)


def test_public_complaints_have_followers_by_default_and_private_ones_have_none() -> None:
    public, private = tape(), tape(public="false")
    followers = public.followers[public.type_of_contact == 0]
    below = np.mean(followers <= 350)
    assert abs(below - 0.5) < 4 * 0.5 / len(followers) ** 0.5
    assert not public.followers[public.type_of_contact == 1].any()
    assert not private.followers.any()


def test_heat_is_drawn_of_public_complaints_only() -> None:
    drawn = tape()
    complaint = drawn.type_of_contact == 0
    assert np.all((drawn.heat_u[complaint] > 0) & (drawn.heat_u[complaint] < 1))
    assert not drawn.heat_u[~complaint].any()
    assert not tape(public="false").heat_u.any()
    mean = drawn.heat_u[complaint].mean()
    assert mean == pytest.approx(0.5, abs=4 / (12 * complaint.sum()) ** 0.5)
