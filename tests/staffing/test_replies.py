"""How a plan replies: templates, acknowledgements, conversations that move to private, on one Tape."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.demand.draw import draw_tape
from simcare.demand.tape import ANSWER, CLOSING, FIRST, FOLLOW_UP
from simcare.engine.simulate import simulate
from simcare.measures.frame import frame_of
from simcare.measures.sums import series_of
from simcare.report.load import pools_of
from simcare.scenario.load import loads
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from tests.measures.alone import sums_in

DESK = """
simcare: 1
title: How to reply
clock: {start: 2026-01-05, days: 2}
channels:
  x: {public: true}
  dm: {public: false}
contacts:
  complaint:
    channel: x
    needs: [network]
    arrivals: {per_hour: 40}
    handling: {exponential: {mean: 6 min}}
    template: {handling: 40%, again: 60%}
    acknowledgement: {constant: 30 s}
    closing: {constant: 1 min}
    conversation: {again: 30%, pause: {exponential: {mean: 16 min}}, handling: {constant: 4 min}}
teams:
  desk: {skills: {network: 100%}}
plans:
  today: {headcount: {desk: unlimited}}
  template: {like: today, replies: template}
  acknowledge: {like: today, acknowledge_within: 5 min}
  move: {like: today, moves_to: {channel: dm, share: 60%, closing: true}}
  every: {like: move, replies: template, acknowledge_within: 5 min}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(DESK)


@pytest.fixture(scope="module")
def tape(scenario):
    return draw_tape(scenario, 0)


def log_of(scenario, tape, plan):
    return simulate(tape, draw_roster(scenario, plan, 0), rules_of(scenario, plan))


def lasts(log, tape, kind):
    """The handling of each contact's step of this kind, 0 if it has none; nobody waits."""
    kinds = tape.kind_of_step[log.stints.step]
    work = (log.stints.end_ms - log.stints.start_ms)[kinds == kind]
    by_contact = np.zeros(tape.contacts, dtype=np.int64)
    np.add.at(by_contact, tape.contact_of_step[log.stints.step[kinds == kind]], work)
    return by_contact


def test_a_template_takes_its_share_of_the_same_work(scenario, tape):
    personal, template = (lasts(log_of(scenario, tape, plan), tape, FIRST) for plan in ("today", "template"))
    assert np.max(np.abs(template - 0.4 * personal)) <= 1
    assert personal.mean() == pytest.approx(6 * 60_000, rel=0.1)


def test_a_template_brings_more_customers_back_and_the_same_among_them(scenario, tape):
    def writing(plan):
        steps = log_of(scenario, tape, plan).steps
        return set(steps.contact[steps.kind == FOLLOW_UP].tolist())

    personal, template = writing("today"), writing("template")
    assert personal < template
    contacts = tape.contacts
    for found, chance in ((personal, 0.3), (template, 0.6)):
        error = np.sqrt(chance * (1 - chance) / contacts)
        assert abs(len(found) / contacts - chance) < 4 * error + 0.01  # and few write after the end


def test_an_acknowledgement_comes_first_and_the_full_answer_is_the_same_work(scenario, tape):
    today, acknowledged = (log_of(scenario, tape, plan) for plan in ("today", "acknowledge"))
    assert set(lasts(acknowledged, tape, FIRST).tolist()) == {30_000}
    assert np.array_equal(lasts(acknowledged, tape, ANSWER), lasts(today, tape, FIRST))
    assert not np.any(lasts(today, tape, ANSWER))


def test_a_closing_reply_follows_the_conversations_that_moved(scenario, tape):
    steps = log_of(scenario, tape, "move").steps
    closed = steps.contact[steps.kind == CLOSING]
    moved = np.flatnonzero(tape.moves_u < 0.6)
    assert set(closed.tolist()) <= set(moved.tolist())
    assert len(closed) > 0.95 * len(moved)  # but for conversations that go on after the end
    last = np.append(steps.contact[1:] != steps.contact[:-1], True)
    assert np.all(last[steps.kind == CLOSING])


def test_other_draws_do_not_move(scenario, tape):
    plain = "\n".join(
        line for line in DESK.split("\n") if not any(key in line for key in ("acknowledgement", "closing:"))
    ).split("  acknowledge:")[0]
    plain = plain.replace("    template: {handling: 40%, again: 60%}\n", "").split("  template:")[0]
    other = draw_tape(loads(plain), 0)
    assert np.array_equal(other.arrival_ms, tape.arrival_ms)
    assert np.array_equal(
        other.work_ms[0, other.kind_of_step == FIRST], tape.work_ms[0, tape.kind_of_step == FIRST]
    )
    assert np.array_equal(other.followers, tape.followers)


def test_the_load_to_be_expected_is_the_work_of_all_replies(scenario):
    """In erlangs, in the long run: contacts an hour times the mean work of all their replies."""
    (pool,) = pools_of(scenario, scenario.plan_names)
    per_hour, minutes = 40, 1 / 60

    def work(first, again, closing=0.0, acknowledgement=0.0):
        return per_hour * minutes * (acknowledgement + first + closing + 4 * again / (1 - again))

    expected = {
        "today": work(6, 0.3),
        "template": work(2.4, 0.6),
        "acknowledge": work(6, 0.3, acknowledgement=0.5),
        "move": work(6, 0.3, closing=0.6),
        "every": work(2.4, 0.6, closing=0.6, acknowledgement=0.5),
    }
    for plan, erlangs in expected.items():
        assert pool.load[plan][1, 20:].mean() == pytest.approx(erlangs, rel=0.01), plan


def test_the_promise_of_an_acknowledgement_is_measured(scenario, tape):
    """Nobody waits and an acknowledgement takes half a minute: all are kept, or none."""

    def acknowledged(within):
        promised = loads(DESK.replace("acknowledge_within: 5 min", f"acknowledge_within: {within}"))
        frame = frame_of(promised, "acknowledge")
        rows = [row.measure for row in series_of(frame)]
        log = log_of(promised, tape, "acknowledge")
        sums = sums_in(frame, tape, draw_roster(promised, "acknowledge", 0), log)
        row = rows.index("acknowledged")
        return sums.numerators[row, 0], sums.denominators[row, 0]

    assert acknowledged("5 min") == (tape.contacts, tape.contacts)
    assert acknowledged("30 s") == (tape.contacts, tape.contacts)
    assert acknowledged("29 s") == (0, tape.contacts)
