"""Sums over contacts: counts, service levels, mean waits; each a numerator and a denominator by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY
from simcare.measures.contacts import Answered
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.hours import open_time
from simcare.measures.promises import Promise
from simcare.measures.waits import BY_TEAM, NOBODY, Waited

Pair = tuple[Float, Float]
Parts = dict[str, Pair]
"""By measure: numerators and denominators, shape (groups, cells), the total of all groups first."""

Summed = Callable[..., Float]
"""Sums over rows of contacts, of values or of ones, shape (groups, cells)."""


def service(
    frame: Frame, tape: Tape, contacts: Answered, waits: Mapping[str, Waited], team: NDArray[np.int64]
) -> Parts:
    """The sums of every measure that counts contacts or averages over them, by contact type.

    `team` gave the first reply to each contact, `NOBODY` if none has.
    """
    types = len(frame.types)
    days = np.broadcast_to(frame.days_in_cell, (1 + types, frame.cells))

    def summed(rows: NDArray[np.bool_] | None = None, values: NDArray[np.int64] | None = None) -> Float:
        of_type, slot = contacts.type, contacts.slot
        if rows is not None:
            of_type, slot = of_type[rows], slot[rows]
            values = None if values is None else values[rows]
        return frame.by_group(_by_slot(frame, of_type, slot, types, values))

    inside = (tape.arrival_ms >= frame.from_ms) & (tape.arrival_ms < frame.to_ms)
    arrived = _by_slot(frame, tape.type_of_contact[inside], frame.slot_of(tape.arrival_ms[inside]), types)
    needed = summed()
    replied, left, silent, still_open, turned_away = (
        summed(contacts.outcome == outcome) for outcome in (REPLIED, LEFT, SILENT, OPEN, TURNED_AWAY)
    )
    tries = summed(values=contacts.tries)
    conversation = contacts.outcome == REPLIED
    parts = {
        "contacts": (frame.by_group(arrived), days),
        "actionable": (needed, days),
        "replied": (replied, days),
        "abandoned": (left, days),
        "abandoned_silently": (silent, days),
        "open": (still_open, days),
        "abandonment": (left + silent, needed),
        "turned_away": (turned_away, days),
        "tries": (tries, needed),
        "blocked": (summed(values=contacts.blocked), tries),
        "waited": (summed(contacts.waited), needed - silent),
        "replies_per_conversation": (summed(conversation, contacts.replies), replied),
        "pausing": (summed(conversation & contacts.pausing), replied),
        "service_level": _service_levels(frame, contacts, summed, team),
        "waiting_cost": _waiting_cost(frame, contacts, summed, days),
    }
    for kind, of_kind in waits.items():
        parts[f"{kind}_mean"] = _mean(frame, kind, of_kind.only(of_kind.over))
    return parts


def _mean(frame: Frame, kind: str, waits: Waited) -> Pair:
    """The sum of waits and their number: of all, of each contact type, of each team if wanted, and of
    the types of a shared promise together.
    """
    over = [
        _by_slot(frame, waits.type, waits.slot, len(frame.types), weights) for weights in (waits.ms, None)
    ]
    pair = [frame.by_group(one) for one in over]
    if frame.teams_too and kind in BY_TEAM:
        given = waits.only(waits.team != NOBODY)
        for number, weights in enumerate((given.ms, None)):
            of_teams = _by_slot(frame, given.team, given.slot, len(frame.teams), weights)
            pair[number] = np.concatenate([pair[number], frame.in_cells(of_teams)])
    for promise in frame.shared:
        if promise.waits == kind:
            rows = [1 + number for number in promise.types]
            pair = [np.concatenate([one, one[rows].sum(axis=0, keepdims=True)]) for one in pair]
    return pair[0], pair[1]


def _by_slot(
    frame: Frame,
    group: NDArray[np.int64],
    slot: NDArray[np.int64],
    groups: int,
    weights: NDArray[np.int64] | None = None,
) -> Float:
    """How many rows, or the sum of their weights, by group and slot."""
    by_slot = np.bincount(group * frame.slots + slot, weights=weights, minlength=groups * frame.slots)
    return by_slot.astype(np.float64).reshape(groups, frame.slots)


def _service_levels(
    frame: Frame,
    contacts: Answered,
    summed: Summed,
    team: NDArray[np.int64],
) -> Pair:
    """For each promise in turn: all the contacts it covers, each type it covers and, if that is wanted, each
    team that gave a first reply.
    """
    kept_of: list[Float] = []
    due_of: list[Float] = []
    for promise in frame.promises:
        rows = [0, *(1 + number for number in promise.types)]
        kept, due = kept_and_due(frame, promise, contacts)
        for found, which in ((kept_of, kept), (due_of, due)):
            found.append(summed(which)[rows])
            if frame.teams_too:
                given = which & (team != NOBODY)
                by_slot = _by_slot(frame, team[given], contacts.slot[given], len(frame.teams))
                found.append(frame.in_cells(by_slot))
    none = np.zeros((0, frame.cells))
    return np.concatenate([none, *kept_of]), np.concatenate([none, *due_of])


def kept_and_due(
    frame: Frame, promise: Promise, contacts: Answered
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For every contact that needed an answer: does it count as in time, and does it count at all?

    In time means at or before the promised time. On the clock until handling ends, a contact is answered when
    its reply was sent; on the clock until handling starts, when its handling began. With open hours the clock
    stands still while the contact's channel is closed; ``short`` is plain time. Those who gave up silently
    are missed in every definition.
    """
    waits = contacts.first_reply_ms if promise.kind == "first_reply" else contacts.answer_ms
    queued = contacts.waiting_ms
    if promise.open_hours:
        waits, queued = _open_waits(frame, contacts, waits), contacts.queued_open_ms
    in_time = (waits >= 0) & (waits <= promise.within_ms)
    covered = np.isin(contacts.type, promise.types)
    left = contacts.outcome == LEFT
    if promise.definition == "of_answered":
        due = contacts.silent | contacts.finite(waits)
    elif promise.definition == "without_short_abandons":
        due = ~(left & (contacts.waiting_ms <= promise.short_ms))
    else:
        due = np.ones_like(covered)
    if promise.definition == "abandoned_in_time_count":
        in_time |= left & (queued <= promise.within_ms)
    return covered & in_time, covered & due


def _open_waits(frame: Frame, contacts: Answered, waits: Int) -> Int:
    """What of waits since arrival lies in the opening hours; `NO_WAIT` and `LATER` stay what they are."""
    over = contacts.finite(waits)
    arrival = contacts.arrival_ms
    return np.where(over, open_time(frame.opening, contacts.type, arrival, arrival + waits * over), waits)


def _waiting_cost(frame: Frame, contacts: Answered, summed: Summed, days: Float) -> Pair:
    """What waiting costs, in currency × ms / h, of the types that have a cost; undefined for the others."""
    known = np.array([cost is not None for cost in frame.waiting_cost])
    rate = np.array([0.0 if cost is None else cost for cost in frame.waiting_cost])
    by_type = summed(~contacts.silent, contacts.queued_ms)[1:] * rate[:, np.newaxis]
    cost = np.concatenate([by_type.sum(axis=0)[np.newaxis], by_type])
    return cost, np.where(np.append(known.any(), known)[:, np.newaxis], days, 0.0)
