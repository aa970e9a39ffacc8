"""Sums over contacts: counts, service levels, mean waits; each a numerator and a denominator by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from simcare.engine.log import LEFT, OUTCOMES, REPLIED
from simcare.measures.contacts import LATER, Answered, Short
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.hours import open_time
from simcare.measures.played import Played
from simcare.measures.promises import Definition, Promise
from simcare.measures.spans import count_in_slots
from simcare.measures.waits import BY_TEAM, NOBODY, Waited, kinds_in

Pair = tuple[Float, Float]
Parts = dict[str, Pair]
"""By measure: numerators and denominators, shape (groups, replications, cells), all groups together first.
What is the same in all replications may stand there once.
"""


DEFINITIONS = get_args(Definition)
"""What a promise may count, in the order of their numbers in the kernels."""

ROWS = ("needed", "tries", "blocked", "waited", "replies", "pausing", "queued")
"""What is counted of contacts that needed an answer, beside their outcomes and what was promised."""


def service(
    played: Played,
    contacts: Answered,
    waits: Mapping[str, Waited],
    team: Short,
    summed: Float,
    kernels: Any = None,
) -> Parts:
    """The sums of every measure that counts contacts or averages over them, by contact type.

    `team` gave the first reply to each contact that needed an answer, `NOBODY` if none has; `summed` is from
    `waits_in_cells`.
    """
    frame, types = played.frame, len(played.frame.types)
    days = np.broadcast_to(frame.days_in_cell, (1 + types, 1, frame.cells))
    came = count_in_slots(
        frame, played.arrival_ms, played.here, played.type_of_contact, types, kernels=kernels
    )
    counted = _counted(frame, contacts) if kernels is None else _by_kernels(frame, contacts, kernels)
    cells = frame.by_group(np.concatenate([came[np.newaxis], counted]))
    rows = ("contacts", *ROWS)
    found = dict(zip(rows, cells, strict=False))
    kept = cells[len(rows) : -OUTCOMES].reshape(-1, 2, *cells.shape[1:])
    open_, replied_, left, silent, _, turned_away = cells[-OUTCOMES:]
    parts = {
        "contacts": (found["contacts"], days),
        "actionable": (found["needed"], days),
        "replied": (replied_, days),
        "abandoned": (left, days),
        "abandoned_silently": (silent, days),
        "open": (open_, days),
        "abandonment": (left + silent, found["needed"]),
        "turned_away": (turned_away, days),
        "tries": (found["tries"], found["needed"]),
        "blocked": (found["blocked"], found["tries"]),
        "waited": (found["waited"], found["needed"] - silent),
        "replies_per_conversation": (found["replies"], replied_),
        "pausing": (found["pausing"], replied_),
        "service_level": _service_levels(frame, contacts, kept, team),
        "waiting_cost": _waiting_cost(frame, found["queued"][1:], days),
    }
    for kind, sums in zip(kinds_in(frame), summed, strict=True):
        parts[f"{kind}_mean"] = _mean(frame, kind, waits, sums)
    return parts


def _counted(frame: Frame, contacts: Answered) -> Float:
    """`ROWS`, then of each promise those kept and all that it is made to, then each outcome: (rows, types,
    slots).
    """
    key = contacts.type * frame.all_slots + contacts.slot
    size = len(frame.types) * frame.all_slots

    def by_slot(rows: NDArray[np.bool_], values: Int | Short | None = None) -> Float:
        return np.bincount(key[rows], None if values is None else values[rows], size).astype(np.float64)

    outcomes = np.bincount(contacts.outcome * size + key, minlength=OUTCOMES * size).astype(np.float64)
    of_outcome = outcomes.reshape(OUTCOMES, size)
    replied = contacts.outcome == REPLIED
    rows = [
        of_outcome.sum(axis=0),
        np.bincount(key, contacts.tries, size),
        np.bincount(key, contacts.blocked, size),
        by_slot(contacts.waited),
        by_slot(replied, contacts.replies),
        by_slot(replied & contacts.pausing),
        by_slot(~contacts.silent, contacts.queued_ms),
    ]
    promised = [by_slot(which) for one in frame.promises for which in kept_and_due(frame, one, contacts)]
    return np.concatenate([np.stack([*rows, *promised]), of_outcome]).reshape(
        -1, len(frame.types), frame.all_slots
    )


def _by_kernels(frame: Frame, contacts: Answered, kernels: Any) -> Float:
    """The same in one pass, where no promise looks at opening hours."""
    promises = frame.promises
    if any(one.open_hours for one in promises):
        return _counted(frame, contacts)
    covers = np.array(
        [[of in one.types for of in range(len(frame.types))] for one in promises], dtype=np.bool_
    )
    numbers = [
        (one.kind == "first_reply", one.within_ms, DEFINITIONS.index(one.definition), one.short_ms)
        for one in promises
    ]
    rows = np.zeros((len(ROWS) + 2 * len(promises) + OUTCOMES, len(frame.types), frame.all_slots))
    kernels.count_contacts(
        contacts.type, contacts.slot, contacts.outcome, contacts.first_reply_ms, contacts.answer_ms,
        contacts.waiting_ms, contacts.queued_ms, contacts.tries, contacts.blocked, contacts.replies,
        contacts.waited, contacts.pausing, np.array(numbers, dtype=np.int64).reshape(-1, 4),
        covers.reshape(-1, len(frame.types)), LATER, len(ROWS), rows,
    )  # fmt: skip
    return rows


def _mean(frame: Frame, kind: str, waits: Mapping[str, Waited], sums: Float) -> Pair:
    """The sum of waits and their number: of all, of each contact type, of each team if wanted, and of
    the types of a shared promise together.
    """
    pair = [sums[1], sums[0]]
    if frame.teams_too and kind in BY_TEAM:
        of_kind = waits[kind]
        given = of_kind.only(of_kind.over & (of_kind.team != NOBODY))
        for number, weights in enumerate((given.ms, None)):
            of_teams = _by_slot(frame, given.team, given.slot, len(frame.teams), weights)
            pair[number] = np.concatenate([pair[number], frame.in_cells(of_teams)])
    for promise in frame.shared:
        if promise.waits == kind:
            rows = [1 + number for number in promise.types]
            pair = [np.concatenate([one, one[rows].sum(axis=0, keepdims=True)]) for one in pair]
    return pair[0], pair[1]


def _by_slot(frame: Frame, group: Short, slot: Short, groups: int, weights: Int | None = None) -> Float:
    """How many rows, or the sum of their weights, by group and slot."""
    size = groups * frame.all_slots
    by_slot = np.bincount(group * frame.all_slots + slot, weights=weights, minlength=size)
    return by_slot.astype(np.float64).reshape(groups, frame.all_slots)


def _service_levels(
    frame: Frame,
    contacts: Answered,
    found: Float,
    team: Short,
) -> Pair:
    """For each promise in turn: all the contacts it covers, each type it covers and, if that is wanted, each
    team that gave a first reply.
    """
    pair: list[list[Float]] = [[], []]
    for promise, cells in zip(frame.promises, found, strict=True):
        rows = [0, *(1 + number for number in promise.types)]
        verdicts = kept_and_due(frame, promise, contacts) if frame.teams_too else ()
        for number, (kept_or_due, of_types) in enumerate(zip(pair, cells, strict=True)):
            kept_or_due.append(of_types[rows])
            if frame.teams_too:
                given = verdicts[number] & (team != NOBODY)
                by_slot = _by_slot(frame, team[given], contacts.slot[given], len(frame.teams))
                kept_or_due.append(frame.in_cells(by_slot))
    none = np.zeros((0, frame.replications, frame.cells))
    return np.concatenate([none, *pair[0]]), np.concatenate([none, *pair[1]])


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
    of_type, arrival = contacts.type.astype(np.int64), frame.in_lap(contacts.arrival_ms)
    return np.where(over, open_time(frame.opening, of_type, arrival, waits * over), waits)


def _waiting_cost(frame: Frame, queued: Float, days: Float) -> Pair:
    """What waiting costs, in currency × ms / h, of the types that have a cost; undefined for the others."""
    known = np.array([cost is not None for cost in frame.waiting_cost])
    rate = np.array([0.0 if cost is None else cost for cost in frame.waiting_cost])
    by_type = queued * rate[:, np.newaxis, np.newaxis]
    cost = np.concatenate([by_type.sum(axis=0)[np.newaxis], by_type])
    return cost, np.where(np.append(known.any(), known)[:, np.newaxis, np.newaxis], days, 0.0)
