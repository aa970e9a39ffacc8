"""The contacts of one type: what each of them has, and everything that may become of it.

Each purpose has its stream ``contacts/TYPE/PURPOSE`` (`simcare.demand.streams`), with one uniform a contact
in order of arrival. So a change of one law, chance or purpose leaves all other draws alone, and days added at
the end leave the first ones alone. What nothing in the scenario asks for is not drawn, and is 0. Purposes:
``actionable``, ``followers``, ``patience``, ``leaves-at-once``, ``silent``, ``random``, ``vip``, ``heat``,
``moves``, ``first-reply``, ``acknowledgement``, ``escalates``, ``escalated-work``, ``closing-reply``; for
every round of a conversation ``again/ROUND``, ``pause/ROUND``, ``further-reply/ROUND``; and for every further
try ``tries-again/TRY``, ``after/TRY``, ``leaves-at-once/TRY``, ``silent/TRY``; arrivals have their own
(`simcare.demand.arrivals`), and so has pile-on (`simcare.demand.pile_on`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.laws import quantile
from simcare.demand.streams import Streams
from simcare.demand.tape import (
    ANSWER,
    CLOSING,
    ESCALATED,
    FOLLOW_UP,
    MOST_ROUNDS,
    MOST_TRIES,
    NEVER,
    PERSISTENT_TRIES,
)
from simcare.scenario.contacts import ContactType, Handling
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Marked = tuple[Int, Float]  # some contacts, and their marks

MOST = 2**40
"""No handling or pause is longer than this, in ms (35 years), and nobody has more followers: beyond what
matters, and small enough for the whole-number arithmetic of the engines."""


@dataclass(frozen=True)
class OfType:
    """Contacts of one type in order of arrival, `sizes[i]` in replication *i*."""

    scenario: Scenario
    name: str
    streams: Streams
    sizes: Int

    @property
    def type(self) -> ContactType:
        return self.scenario.contacts[self.name]

    @cached_property
    def bounds(self) -> Int:
        """Those of replication *i* stand from ``bounds[i]`` up to ``bounds[i + 1]``."""
        return np.concatenate(([0], np.cumsum(self.sizes)))

    @property
    def size(self) -> int:
        return int(self.bounds[-1])

    def u(self, *purpose: str, of: Int | None = None) -> Float:
        """The uniforms of a purpose, of all contacts or of some."""
        names = ("contacts", self.name, *purpose)
        if of is None or len(of) == self.size:
            return self.streams.each(*names, sizes=self.sizes)
        return self.streams.at(*names, places=of, bounds=self.bounds)


# --- What each has ------------------------------------------------------------------------------------------


def columns_of(contacts: OfType) -> dict[str, NDArray[Any]]:
    """The columns of the Tape over contacts, arrivals and types apart, that the type asks for."""
    contact_type, scenario = contacts.type, contacts.scenario
    law, vips, patience = scenario.followers_of(contacts.name), contact_type.vips, contact_type.patience
    public = scenario.is_public(contacts.name)
    columns: dict[str, NDArray[Any]] = {}
    if contact_type.actionable < 1:
        columns["actionable"] = contacts.u("actionable") < contact_type.actionable
    if law is not None or vips is not None:
        none: Int = np.zeros(contacts.size, dtype=np.int64)
        followers = none if law is None else _nearest(quantile(law, contacts.u("followers")))
        if vips is not None:
            followers[contacts.u("vip") < vips.share] = vips.followers
        columns["followers"] = followers
    if patience is not None and patience.law is not None:
        columns["patience_ms"] = _down(quantile(patience.law, contacts.u("patience")), NEVER)
    plans = scenario.plans.values()
    wanted = {
        "leaves-at-once": patience is not None and any(share > 0 for _, share in patience.leaves_at_once),
        "silent": contact_type.silent > 0,
        "random": any(plan.routing.agents == "random" for plan in plans),
        "heat": public,
        "moves": public and any(plan.moves_to is not None for plan in plans),
    }
    for purpose in (purpose for purpose, is_wanted in wanted.items() if is_wanted):
        columns[f"{purpose.replace('-', '_')}_u"] = contacts.u(purpose)
    return columns


# --- What may become of it ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """What contacts of a type may come to need: who needs an answer, who may be escalated, who may write
    again in each round, who may try again each time; ``moves_u`` is None where nobody asks. ``steps`` and
    ``retries`` say how many of them each contact has on the Tape; None: nobody has any.
    """

    answered: Int
    escalated: Marked
    rounds: Sequence[Marked]
    tries: Sequence[Marked]
    moves_u: Float | None
    steps: Int
    retries: Int | None


def course_of(contacts: OfType, columns: Mapping[str, NDArray[Any]]) -> Course:
    """What contacts may come to need that have these `columns_of` theirs."""
    contact_type, actionable = contacts.type, columns.get("actionable")
    answered = np.arange(contacts.size) if actionable is None else np.flatnonzero(actionable)
    escalated = _escalated(contacts, answered)
    rounds, tries = _rounds(contacts, answered), _tries(contacts, answered)
    always = 1 + (contact_type.acknowledgement is not None) + (contact_type.closing is not None)
    steps = np.full(contacts.size, always) if actionable is None else always * actionable
    for some, _ in (escalated, *rounds):
        steps[some] += 1
    retries: Int | None = None
    for some, _ in tries:
        retries = np.zeros(contacts.size, dtype=np.int64) if retries is None else retries
        retries[some] += 1
    return Course(
        answered, escalated, rounds, tries, columns.get("moves_u"), steps, retries if tries else None
    )


def _escalated(contacts: OfType, answered: Int) -> Marked:
    """Who may be escalated: those whose mark is below the chance."""
    escalates = contacts.type.escalates
    if escalates is None:
        return answered[:0], np.zeros(0)
    return _below(escalates.chance, answered, contacts.u("escalates", of=answered))


def _rounds(contacts: OfType, answered: Int) -> list[Marked]:
    """Who may write again in each round: the marks of this round and all before it are below `again`, the
    highest of any plan.
    """
    contact_type = contacts.type
    if contact_type.conversation is None:
        return []
    by_template = contact_type.template.again if contact_type.template is not None else None
    chance = max(contact_type.conversation.again, by_template or 0.0)
    return _as_long_as(partial(contacts.u, "again"), chance, answered, MOST_ROUNDS)


def _tries(contacts: OfType, answered: Int) -> list[Marked]:
    """Who may try again in each further try: the marks of this one and all before are below its `chance`."""
    tries_again = contacts.type.tries_again
    if tries_again is None:
        return []
    most = PERSISTENT_TRIES if tries_again.chance == 1 else MOST_TRIES
    return _as_long_as(partial(contacts.u, "tries-again"), tries_again.chance, answered, most)


def _as_long_as(u: Callable[..., Float], chance: float, there: Int, most: int) -> list[Marked]:
    """For each time from the first on, at most `most`: who comes to it, all their marks below `chance`, and
    the marks.
    """
    times: list[Marked] = []
    while len(times) < most and len(there):
        there, mark = _below(chance, there, u(str(len(times) + 1), of=there))
        if len(there):
            times.append((there, mark))
    return times


def _below(chance: float, some: Int, mark: Float) -> Marked:
    """Those whose mark is below a chance, with it."""
    comes = np.flatnonzero(mark < chance)  # to take by number is three times as fast as by a mask
    return some[comes], mark[comes]


# --- Its steps and further tries ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Steps:
    """The arrays over steps, filled type by type."""

    kind: Int
    mark: Float
    pause_ms: Int
    work_ms: Int

    @classmethod
    def empty(cls, scenario: Scenario, steps: int) -> Steps:
        acknowledging = any(one.acknowledgement is not None for one in scenario.contacts.values())
        slots = law_slots(scenario) * (1 + acknowledging)
        return cls(
            kind=np.zeros(steps, dtype=np.int64),  # FIRST
            mark=np.zeros(steps),
            pause_ms=np.zeros(steps, dtype=np.int64),
            work_ms=np.zeros((slots, steps), dtype=np.int64),
        )


@dataclass(frozen=True)
class Retries:
    """The arrays over further tries, filled type by type."""

    mark: Float
    after_ms: Int
    leaves_at_once_u: Float
    silent_u: Float

    @classmethod
    def empty(cls, size: int) -> Retries:
        return cls(np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size))


def fill_steps(steps: Steps, contacts: OfType, course: Course, first_step: Int) -> None:
    """Write the steps of one type: a contact's first reply at `first_step`, then all it may come to need."""
    scenario, contact_type, u = contacts.scenario, contacts.type, contacts.u
    answered = course.answered
    step, hard = first_step[answered], u("first-reply", of=answered)
    _fill_work(steps, scenario, contact_type.handling, step, hard)
    following = first_step + 1  # where each contact's next step goes
    if contact_type.acknowledgement is not None:
        easy = u("acknowledgement", of=answered)
        _fill_work(steps, scenario, contact_type.acknowledgement, step, easy, law_slots(scenario))
        steps.kind[step + 1] = ANSWER
        _fill_work(steps, scenario, contact_type.handling, step + 1, hard)
        following += 1
    if contact_type.escalates is not None:
        escalated, mark = course.escalated
        step = following[escalated]
        following[escalated] += 1
        steps.kind[step], steps.mark[step] = ESCALATED, mark
        work_u = u("escalated-work", of=escalated)
        _fill_work(steps, scenario, contact_type.escalates.handling, step, work_u)
    if contact_type.conversation is not None and course.rounds:
        turns = [(str(turn), writing) for turn, (writing, _) in enumerate(course.rounds, start=1)]
        step = np.concatenate([following[writing] + index for index, (_, writing) in enumerate(turns)])
        steps.kind[step], steps.mark[step] = FOLLOW_UP, np.concatenate([mark for _, mark in course.rounds])
        pause_u, work_u = (
            np.concatenate([u(purpose, turn, of=writing) for turn, writing in turns])
            for purpose in ("pause", "further-reply")
        )
        steps.pause_ms[step] = _down(quantile(contact_type.conversation.pause, pause_u), MOST)
        _fill_work(steps, scenario, contact_type.conversation.handling, step, work_u)
    if contact_type.closing is not None:
        step = (first_step + course.steps)[answered] - 1
        steps.kind[step] = CLOSING
        if course.moves_u is not None:
            steps.mark[step] = course.moves_u[answered]
        _fill_work(steps, scenario, contact_type.closing, step, u("closing-reply", of=answered))


def fill_retries(retries: Retries, contacts: OfType, course: Course, first_retry: Int) -> None:
    """Write the further tries of one type, a contact's from its `first_retry` on."""
    tries_again = contacts.type.tries_again
    for index, (trying, mark) in enumerate(course.tries):
        assert tries_again is not None
        turn, row = str(index + 1), first_retry[trying] + index
        retries.mark[row] = mark
        after = quantile(tries_again.after, contacts.u("after", turn, of=trying))
        retries.after_ms[row] = np.maximum(_down(after, MOST), 1)  # two tries are never at one instant
        retries.leaves_at_once_u[row] = contacts.u("leaves-at-once", turn, of=trying)
        retries.silent_u[row] = contacts.u("silent", turn, of=trying)


def _fill_work(
    steps: Steps, scenario: Scenario, handling: Handling, step: Int, u: Float, from_slot: int = 0
) -> None:
    """One uniform a handling, through the law of every slot: what is hard for one team is hard for all."""
    for slot, law in _laws_by_slot(scenario, handling):
        steps.work_ms[from_slot + slot][step] = _work(quantile(law, u))


def _laws_by_slot(scenario: Scenario, handling: Handling) -> list[tuple[int, Law]]:
    """Slot 0 for a handling with one law; the team's index for each law of a handling by team."""
    if handling.law is not None:
        return [(0, handling.law)]
    return [(scenario.team_names.index(team), law) for team, law in handling.by_team.items()]


def law_slots(scenario: Scenario) -> int:
    """One slot more than the highest that any handling uses; from here on are those of acknowledgements."""
    handlings = [
        handling
        for contact_type in scenario.contacts.values()
        for _, handling in contact_type.steps_written().values()
    ]
    return 1 + max(slot for handling in handlings for slot, _ in _laws_by_slot(scenario, handling))


# --- In whole numbers; what is given is written over --------------------------------------------------------


def _down(values: Float, most: int) -> Int:
    """Rounded down, at most `most`."""
    return np.minimum(values, most, out=values).astype(np.int64)


def _nearest(values: Float) -> Int:
    """Rounded to the nearest whole number, halves up, at most `MOST`."""
    values += 0.5
    return _down(values, MOST)


def _work(values: Float) -> Int:
    """Handling in whole ms: to the nearest, at least 1 if positive."""
    return _nearest(np.maximum(values, 0.5, out=values, where=values > 0))
