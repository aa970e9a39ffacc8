"""Contacts that come by pile-on, as they stand on the Tape."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from scipy import stats

from simcare.demand.draw import draw_tape, draw_tapes
from simcare.demand.tape import FIRST, Tape
from simcare.demand.trees import draw_trees, poisson_quantile
from simcare.errors import TooLarge
from simcare.virality.audience import Audience
from simcare.virality.chosen import audience_of
from simcare.virality.pile_on import complaints_never_answered
from tests.pile_on import desk

ARRAYS = [each.name for each in fields(Tape) if each.name != "reshares"]


def came_by_themselves(tape: Tape) -> np.ndarray:
    return tape.reshares.row_of(tape.contacts) < 0


def test_without_a_share_nothing_is_drawn() -> None:
    none, zero = draw_tape(desk("0%"), 0), draw_tape(desk("0%", heat="2"), 0)
    assert len(none.reshares) == 0
    assert all(np.array_equal(getattr(none, name), getattr(zero, name)) for name in ARRAYS)


def test_those_who_write_in_of_themselves_are_left_as_they_were() -> None:
    plain, piled = draw_tape(desk("0%"), 3), draw_tape(desk("50%"), 3)
    own = came_by_themselves(piled)
    assert 0 < own.sum() < len(own)
    for name in ("arrival_ms", "type_of_contact", "followers", "patience_ms", "heat_u", "silent_u"):
        assert np.array_equal(getattr(plain, name), getattr(piled, name)[own]), name
    steps = own[piled.contact_of_step]
    assert np.array_equal(plain.work_ms, piled.work_ms[:, steps])


def test_the_table_is_laid_out_as_its_docstring_says() -> None:
    tape = draw_tape(desk("30%"), 1)
    rows, here = tape.reshares, np.arange(len(tape.reshares))
    assert np.array_equal(np.lexsort((tape.type_of_contact, tape.arrival_ms)), np.arange(tape.contacts))
    assert np.all(rows.repeats < here) and np.all(rows.at_ms > tape.arrival_ms[rows.complaint])
    above = rows.repeats >= 0
    assert np.all(rows.at_ms[above] > rows.at_ms[rows.repeats[above]])
    assert np.array_equal(rows.complaint[above], rows.complaint[rows.repeats[above]])
    is_contact = rows.contact >= 0
    assert np.all(rows.contact[rows.repeats[above]] < 0)  # what follows a contact is a reshare of it
    assert np.array_equal(tape.arrival_ms[rows.contact[is_contact]], rows.at_ms[is_contact])
    assert np.all(tape.followers[rows.contact[is_contact]] == 1500)
    assert np.all(tape.actionable[rows.contact[is_contact]])
    assert np.all(tape.type_of_contact[rows.contact[is_contact]] == 0)
    assert np.all(tape.kind_of_step[tape.first_step[:-1]] == FIRST)
    assert np.all((rows.mark > 0) & (rows.mark < 1.2))


def test_replications_drawn_together_are_those_drawn_alone() -> None:
    together = list(draw_tapes(desk("30%"), range(3)))
    for number, tape in enumerate(together):
        alone = draw_tape(desk("30%"), number)
        assert all(np.array_equal(getattr(alone, name), getattr(tape, name)) for name in ARRAYS)
        assert np.array_equal(alone.reshares.mark, tape.reshares.mark)


def test_a_larger_share_adds_complaints_and_takes_none_away() -> None:
    few, many = draw_tape(desk("20%"), 2), draw_tape(desk("60%"), 2)
    times = [set(tape.arrival_ms[~came_by_themselves(tape)].tolist()) for tape in (few, many)]
    assert times[0] < times[1]


def test_unanswered_complaints_bring_as_many_as_the_branching_process_says() -> None:
    scenario = desk("30%")
    audience = audience_of(scenario, "complaint")
    direct = float(audience.reshare_rate(900))
    by_themselves, piled = [], []
    for tape in draw_tapes(scenario, range(60)):
        waiting = tape.reshares.mark < 1  # what happens while nobody answers, impatience apart
        happens = np.zeros(len(tape.reshares), dtype=np.bool_)
        comes = came_by_themselves(tape)
        for row, contact in enumerate(tape.reshares.contact):
            above, complaint = tape.reshares.repeats[row], tape.reshares.complaint[row]
            happens[row] = waiting[row] and comes[complaint] and (above < 0 or happens[above])
            if contact >= 0:
                comes[contact] = happens[row]
        own = came_by_themselves(tape) & (tape.type_of_contact == 0)
        by_themselves.append(own.sum())
        piled.append((comes & ~came_by_themselves(tape)).sum())
    each = complaints_never_answered(audience, 0.3, direct)
    off = np.array(piled) - each * np.array(by_themselves)
    assert abs(off.mean()) < 4 * off.std(ddof=1) / len(off) ** 0.5


def test_the_quantiles_of_poisson_numbers() -> None:
    u = np.random.default_rng(1).random(2000)
    mean = np.repeat([0.0, 1e-9, 0.1, 3.0, 250.0], 400)
    assert np.array_equal(poisson_quantile(u, mean), stats.poisson.ppf(u, mean))


def test_a_tree_too_large_to_draw_is_refused() -> None:
    with pytest.raises(TooLarge, match="reshares of a contact type"):
        draw_trees(
            Audience(), 0.1, np.zeros(1, dtype=np.int64), np.array([1e9]), 1, lambda *_, size: np.zeros(size)
        )
