"""The Tape: all the randomness of one replication, drawn before anything is simulated.

A Tape holds marks, not decisions: the uniform that decides whether a customer writes again is here, the
probability it is compared with belongs to the plan's Rules. So one Tape serves every plan, and plans are
compared on the same customers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Float = NDArray[np.float64]

NEVER = 2**62
"""A patience that never ends, in milliseconds."""

FIRST, FOLLOW_UP, ESCALATED, ANSWER, CLOSING = KINDS = range(5)
"""Kinds of step: the first reply, a reply to a further message of the customer, escalated work, the full
answer where the first reply only acknowledges, a closing reply in public.
"""

MOST_ROUNDS = 50
"""A conversation has at most this many further messages."""

MOST_TRIES = 50
"""Who left or was turned away tries at most this many times again."""

PERSISTENT_TRIES = 20
"""Of who always tries again so many further tries are on the Tape; after the last the first is used again."""


OVER_CONTACTS = (
    *("arrival_ms", "type_of_contact", "actionable", "followers", "patience_ms"),
    *("leaves_at_once_u", "silent_u", "random_u", "heat_u", "moves_u"),
)
OVER_TRIES = ("retry_mark", "retry_after_ms", "retry_leaves_at_once_u", "retry_silent_u")
OVER_STEPS = ("kind_of_step", "mark", "pause_ms")


@dataclass(frozen=True)
class Reshares:
    """Reshares that are complaints themselves (pile-on), and those that lead to such; every one comes after
    what it repeats, in this table too. It is the world in which nobody answers.

    ``at_ms``
        when it happens, if it does: always later than what it repeats.
    ``mark``
        it happens if this is below what the state of its complaint leaves of reshares, at its time.
    ``complaint``
        the contact that it passes on, directly or by the reshares between: what readers see of it counts.
    ``repeats``
        the row of the reshare that it repeats, -1 if it repeats the complaint itself.
    ``contact``
        the contact that it is, -1 if it is none but leads to one.
    """

    at_ms: Int = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    mark: Float = field(default_factory=lambda: np.zeros(0))
    complaint: Int = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    repeats: Int = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    contact: Int = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.at_ms)

    def row_of(self, contacts: int) -> Int:
        """Of each of so many contacts the row of the reshare that it is, -1 if it is none."""
        rows = np.full(contacts, -1, dtype=np.int64)
        becomes = np.flatnonzero(self.contact >= 0)
        rows[self.contact[becomes]] = becomes
        return rows


@dataclass(frozen=True)
class Tape:
    """Every contact of one replication and every step it may come to need.

    Contacts are numbered by (arrival, type); the steps of a contact stand together, in the order
    first reply, full answer (only for types with an acknowledgement), escalated work (of those whose mark
    is below the chance of their type), further messages, closing reply (only for types that have one). A
    contact that needs no answer has no steps. All times are in milliseconds since midnight of the first
    simulated day.

    Arrays over contacts
        ``arrival_ms``, ``type_of_contact`` (index of the sorted type names), ``actionable``,
        ``followers``, ``patience_ms`` (from ready to the start of the first reply; `NEVER`), and the
        uniforms ``leaves_at_once_u`` and ``silent_u`` (of the first try), ``random_u`` (for a choice at
        random among agents), ``heat_u`` (for the heat of a public complaint, 0 of a private one) and
        ``moves_u`` (decides whether the conversation moves to a private channel); a Tape made by hand may
        leave these two out.
    ``incidents``
        shape (surges that happened, 4): the contact type, the incident that the surge belongs to, when it
        begins and when it ends; only where the scenario says when incidents trend.
    ``first_retry``
        length contacts + 1: contact *c* may come to make the further tries
        ``first_retry[c] … first_retry[c + 1] - 1``, in this order.
    Arrays over further tries
        ``retry_mark`` (the uniform that decides whether the try comes at all), ``retry_after_ms`` (from the
        moment the customer left or was turned away to the try), and the uniforms ``retry_leaves_at_once_u``
        and ``retry_silent_u``.
    ``first_step``
        length contacts + 1: contact *c* has the steps ``first_step[c] … first_step[c + 1] - 1``.
    Arrays over steps
        ``contact_of_step``, ``kind_of_step``, ``mark`` (the uniform that decides whether the step
        comes at all; 0 for a first reply and a full answer; for a closing reply ``moves_u``), ``pause_ms``
        (from the end of the step before to the customer's message; 0 for all but further messages).
    ``work_ms``
        shape (slots, steps): handling at speed 100%, by the law of each slot. Slot 0 serves
        types with one handling law; a type with laws by team uses one slot a team. Where any type has an
        acknowledgement, as many more slots hold its work, for first replies alone (`Rules.work_slot` says
        which). Unused cells hold 0.
    ``reshares``
        which contacts come by pile-on, and what of. They stand among the others, and are the only ones of
        which the plan decides whether they come at all.
    """

    arrival_ms: Int
    type_of_contact: Int
    actionable: NDArray[np.bool_]
    followers: Int
    patience_ms: Int
    leaves_at_once_u: Float
    silent_u: Float
    random_u: Float
    first_retry: Int
    retry_mark: Float
    retry_after_ms: Int
    retry_leaves_at_once_u: Float
    retry_silent_u: Float
    first_step: Int
    contact_of_step: Int
    kind_of_step: Int
    mark: Float
    pause_ms: Int
    work_ms: Int
    heat_u: Float = field(default_factory=lambda: np.zeros(0))
    moves_u: Float = field(default_factory=lambda: np.zeros(0))
    incidents: Int = field(default_factory=lambda: np.zeros((0, 4), dtype=np.int64))
    reshares: Reshares = field(default_factory=Reshares)

    @property
    def contacts(self) -> int:
        """How many contacts arrive at most, whether or not they need an answer."""
        return len(self.arrival_ms)
