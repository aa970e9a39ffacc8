"""What readers see of complaints that are acknowledged or move to private, on logs worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simcare.measures.contacts import step_times
from simcare.measures.fates import fates, histories
from simcare.measures.public import Public
from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING, Audience
from tests.engine.handwritten import read_case
from tests.measures import paper_desk
from tests.measures.alone import played

NEVER = math.inf
PUBLIC = Public(0, Audience(), 1.0, NEVER, until_answer=False, crisis_at=50, followers=None)

FRAME = paper_desk.frame()


def seen(case, public, moves_u=()):
    """Contact → (minutes since the post at which each state begins), and the states."""
    one = read_case(case)
    tape = replace(one.tape, moves_u=np.array(moves_u))
    there = played(FRAME, tape, one.roster, one.log)
    fates_of_all = fates(one.log, step_times(one.log))
    found = histories(there, public, fates_of_all.of_type(public.type, there.type_of_contact))
    assert np.all(found.begin_minutes[1:] >= found.begin_minutes[:-1])
    states = found.states.tolist()
    begins = dict(zip(found.contact.tolist(), found.begin_minutes.T.tolist(), strict=True))
    return {contact: [round(minutes, 9) for minutes in of_one] for contact, of_one in begins.items()}, states


def test_an_acknowledgement_ends_the_time_unanswered_and_the_full_answer_follows():
    begins, states = seen("103-acknowledgement", replace(PUBLIC, acknowledge_within=300_000))
    assert states == [WAITING, TEMPLATE, ANSWERED, RESOLVED]
    assert begins == {0: [0, 1, 6, 13], 1: [0, 5, 9, 9]}  # contact 1 came at 2


def test_without_it_the_first_reply_is_the_answer():
    begins, states = seen("103-acknowledgement", replace(PUBLIC, type=1, impatient_after=2.0))
    assert states == [WAITING, IMPATIENT, ANSWERED, RESOLVED]
    assert begins == {2: [0, 2, 3, 3]}  # it came at 20 and was answered at 23


def test_who_gave_up_silently_is_acknowledged_and_no_more():
    begins, _ = seen("104-acknowledged-silent", replace(PUBLIC, acknowledge_within=300_000))
    assert begins == {0: [0, 10, 13, 13], 1: [0, 10, NEVER, NEVER], 2: [0, 10, 13, 13]}


@pytest.mark.parametrize("closes", [True, False])
def test_what_moves_is_out_of_sight_until_a_closing_reply(closes):
    public = replace(PUBLIC, moves=0.5, closes=closes, from_template=True)
    begins, states = seen("105-closing-reply", public, moves_u=(0.3, 0.6, 0.4))
    assert states == [WAITING, TEMPLATE, PRIVATE, RESOLVED]
    assert begins[0] == [0, 2, 2, 13 if closes else NEVER]
    assert begins[1] == [0, 4, 4, 4]  # it stays in public
    assert begins[2] == [0, 4, 4, 12 if closes else NEVER]
