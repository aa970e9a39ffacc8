"""Draw the Tape: every contact of one replication, with the marks of everything that may become of it.

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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import Arriving
from simcare.demand.incidents import drawn_incidents
from simcare.demand.laws import quantile
from simcare.demand.pile_on import children_of, merged, piles_on, trees_of
from simcare.demand.streams import Streams, uniforms
from simcare.demand.tape import (
    ANSWER,
    CLOSING,
    ESCALATED,
    FOLLOW_UP,
    MOST_ROUNDS,
    MOST_TRIES,
    NEVER,
    OVER_CONTACTS,
    OVER_STEPS,
    OVER_TRIES,
    PERSISTENT_TRIES,
    Tape,
)
from simcare.scenario.contacts import ContactType, Handling
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

MOST = 2**40
"""No handling or pause is longer than this, in ms (35 years), and nobody has more followers: beyond what
matters, and small enough for the whole-number arithmetic of the engines."""


TOGETHER = 2**15
"""Replications of about so many contacts are drawn together: few enough to stay in a processor's cache."""


def draw_tape(scenario: Scenario, replication: int, seed: int | None = None) -> Tape:
    """All the chance of one replication, the same whatever the plan; `seed` defaults to the scenario's own.

    Takes time and memory in proportion to contacts; no loop in Python runs over contacts.
    """
    return next(draw_tapes(scenario, range(replication, replication + 1), seed))


def draw_tapes(scenario: Scenario, replications: range, seed: int | None = None) -> Iterator[Tape]:
    """The Tapes of several replications in turn, the same as one by one and sooner: what does not depend on
    the replication is worked out once, and short replications are drawn together.
    """
    entropy = scenario.experiment.seed if seed is None else seed
    tapes = _draw_tapes(scenario, replications, entropy)
    if not piles_on(scenario):
        yield from tapes
        return
    for replication, tape in zip(replications, tapes, strict=True):
        trees = trees_of(scenario, tape, partial(uniforms, entropy, replication))
        alone = range(replication, replication + 1)
        (children,) = _draw_tapes(children_of(scenario, trees), alone, entropy)
        yield merged(scenario, tape, children, trees)


def _draw_tapes(scenario: Scenario, replications: range, entropy: int) -> Iterator[Tape]:
    """The Tapes of those who write in of themselves, pile-on apart."""
    arriving = {name: Arriving(scenario, name) for name in scenario.contact_names}
    alone = len(replications) == 1
    together = 1 if alone else max(1, int(TOGETHER / max(1.0, size_of(scenario).contacts)))
    for begin in range(0, len(replications), together):
        yield from _drawn(scenario, arriving, Streams(entropy, replications[begin : begin + together]))


def _drawn(scenario: Scenario, arriving: Mapping[str, Arriving], streams: Streams) -> Iterator[Tape]:
    """Replications drawn together: as one long Tape, contacts of one replication after those of the other,
    which is then cut up.
    """
    types = [_draw_type(scenario, name, arriving[name], streams) for name in scenario.contact_names]
    bounds = np.sum([contacts.bounds for contacts in types], axis=0)

    moments = np.concatenate([contacts.arrival_ms for contacts in types])
    if len(bounds) > 2:  # as if the replications came one after the other
        numbers = [np.repeat(np.arange(len(bounds) - 1), np.diff(contacts.bounds)) for contacts in types]
        moments += np.concatenate(numbers) * scenario.clock.horizon_ms
    order = np.argsort(moments, kind="stable")  # ties: by type, then as they came
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))

    def arranged(of_types: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """A column over the contacts of each type as one over all, in order of arrival."""
        return of_types[0] if len(types) == 1 else np.concatenate(of_types)[order]

    def arranged_u(of_types: Sequence[Float | None]) -> Float:
        """The same of uniforms, 0 where a type does not need them."""
        if all(column is None for column in of_types):
            return np.zeros(len(order))
        pairs = zip(of_types, types, strict=True)
        return arranged([np.zeros(one.size) if column is None else column for column, one in pairs])

    steps_of_contact = arranged([contacts.steps_of_contact for contacts in types])
    first_step = np.concatenate(([0], np.cumsum(steps_of_contact)))
    first_retry = np.zeros(len(order) + 1, dtype=np.int64)
    if any(contacts.tries for contacts in types):
        np.cumsum(arranged([contacts.retries_of_contact for contacts in types]), out=first_retry[1:])
    retries = _Retries.empty(int(first_retry[-1]))

    acknowledging = any(one.acknowledgement is not None for one in scenario.contacts.values())
    slots = law_slots(scenario) * (1 + acknowledging)
    steps = _Steps.empty(slots=slots, steps=int(first_step[-1]))
    begin = 0
    for name, contacts in zip(scenario.contact_names, types, strict=True):
        end = begin + contacts.size
        _fill_steps(steps, scenario, name, contacts, first_step[position[begin:end]], streams)
        _fill_retries(
            retries, scenario.contacts[name], name, contacts, first_retry[position[begin:end]], streams
        )
        begin = end

    incidents = drawn_incidents(scenario, streams)
    whole = Tape(
        arrival_ms=arranged([contacts.arrival_ms for contacts in types]),
        type_of_contact=arranged(
            [_all(index, len(contacts.arrival_ms)) for index, contacts in enumerate(types)]
        ),
        actionable=arranged([contacts.actionable for contacts in types]),
        followers=arranged([contacts.followers for contacts in types]),
        patience_ms=arranged([contacts.patience_ms for contacts in types]),
        leaves_at_once_u=arranged_u([contacts.leaves_at_once_u for contacts in types]),
        silent_u=arranged_u([contacts.silent_u for contacts in types]),
        random_u=arranged_u([contacts.random_u for contacts in types]),
        first_retry=first_retry,
        retry_mark=retries.mark,
        retry_after_ms=retries.after_ms,
        retry_leaves_at_once_u=retries.leaves_at_once_u,
        retry_silent_u=retries.silent_u,
        first_step=first_step,
        contact_of_step=np.repeat(np.arange(len(order)), steps_of_contact),
        kind_of_step=steps.kind,
        mark=steps.mark,
        pause_ms=steps.pause_ms,
        work_ms=steps.work_ms,
        heat_u=arranged_u([contacts.heat_u for contacts in types]),
        moves_u=arranged_u([contacts.moves_u for contacts in types]),
        incidents=incidents[0],
    )
    return _cut(whole, bounds.tolist(), incidents)


def _cut(whole: Tape, bounds: Sequence[int], incidents: Sequence[Int]) -> Iterator[Tape]:
    """The Tapes of replications one after the other; number *i* has the contacts from ``bounds[i]`` up to
    ``bounds[i + 1]``.
    """
    if len(bounds) == 2:
        yield whole
        return
    for (begin, after), of_replication in zip(pairwise(bounds), incidents, strict=True):
        contacts, knots = slice(begin, after), slice(begin, after + 1)
        first_step, first_retry = whole.first_step[knots], whole.first_retry[knots]
        steps, retries = (slice(int(first[0]), int(first[-1])) for first in (first_step, first_retry))
        yield Tape(
            **{name: getattr(whole, name)[contacts] for name in OVER_CONTACTS},
            **{name: getattr(whole, name)[retries] for name in OVER_TRIES},
            **{name: getattr(whole, name)[steps] for name in OVER_STEPS},
            first_retry=first_retry - retries.start,
            first_step=first_step - steps.start,
            contact_of_step=whole.contact_of_step[steps] - begin,
            work_ms=np.ascontiguousarray(whole.work_ms[:, steps]),
            incidents=of_replication,
        )


@dataclass(frozen=True)
class _Contacts:
    """The contacts of one type in order of arrival, those of replication *i* from ``bounds[i]`` up to
    ``bounds[i + 1]``; who may write again in each round, who try again. Uniforms not needed are None.
    """

    bounds: Int
    arrival_ms: Int
    actionable: Bool
    followers: Int
    patience_ms: Int
    leaves_at_once_u: Float | None
    silent_u: Float | None
    random_u: Float | None
    heat_u: Float | None
    moves_u: Float | None
    steps_of_contact: Int
    retries_of_contact: Int
    rounds: Sequence[tuple[Int, Float]]  # for each round: the contacts and their marks
    tries: Sequence[tuple[Int, Float]]  # for each further try likewise

    @property
    def size(self) -> int:
        return len(self.arrival_ms)


@dataclass(frozen=True)
class _Steps:
    """The arrays over steps, filled type by type."""

    kind: Int
    mark: Float
    pause_ms: Int
    work_ms: Int

    @classmethod
    def empty(cls, slots: int, steps: int) -> _Steps:
        return cls(
            kind=np.zeros(steps, dtype=np.int64),  # FIRST
            mark=np.zeros(steps),
            pause_ms=np.zeros(steps, dtype=np.int64),
            work_ms=np.zeros((slots, steps), dtype=np.int64),
        )


@dataclass(frozen=True)
class _Retries:
    """The arrays over further tries, filled type by type."""

    mark: Float
    after_ms: Int
    leaves_at_once_u: Float
    silent_u: Float

    @classmethod
    def empty(cls, size: int) -> _Retries:
        return cls(np.zeros(size), np.zeros(size, dtype=np.int64), np.zeros(size), np.zeros(size))


def _draw_type(scenario: Scenario, name: str, arriving: Arriving, streams: Streams) -> _Contacts:
    contact_type = scenario.contacts[name]
    arrival_ms, sizes = arriving.draw(streams)
    size, bounds = len(arrival_ms), np.concatenate(([0], np.cumsum(sizes)))
    marks = partial(streams.at, "contacts", name, bounds=bounds)

    def u(purpose: str) -> Float:
        return streams.each("contacts", name, purpose, sizes=sizes)

    public = scenario.is_public(name)
    at_random = any(plan.routing.agents == "random" for plan in scenario.plans.values())

    some_are_not = contact_type.actionable < 1
    actionable = u("actionable") < contact_type.actionable if some_are_not else np.ones(size, dtype=np.bool_)
    rounds = _rounds(contact_type, actionable, marks)
    tries = _tries(contact_type, actionable, marks)
    retries_of_contact = np.zeros(size, dtype=np.int64)
    for trying, _ in tries:
        retries_of_contact[trying] += 1
    sometimes = (contact_type.acknowledgement, contact_type.escalates, contact_type.closing)
    steps_of_contact = actionable * (1 + sum(one is not None for one in sometimes))
    for writing, _ in rounds:
        steps_of_contact[writing] += 1

    law = scenario.followers_of(name)
    followers = np.zeros(size, dtype=np.int64) if law is None else _nearest(quantile(law, u("followers")))
    if contact_type.vips is not None:
        followers[u("vip") < contact_type.vips.share] = contact_type.vips.followers
    if contact_type.patience is None or contact_type.patience.law is None:
        patience_ms = np.full(size, NEVER, dtype=np.int64)
    else:
        patience_ms = _down(quantile(contact_type.patience.law, u("patience")), NEVER)
    return _Contacts(
        bounds=bounds,
        arrival_ms=arrival_ms,
        actionable=actionable,
        followers=followers,
        patience_ms=patience_ms,
        leaves_at_once_u=u("leaves-at-once") if _leaves_at_once(contact_type) else None,
        silent_u=u("silent") if contact_type.silent > 0 else None,
        random_u=u("random") if at_random else None,
        heat_u=u("heat") if public else None,
        moves_u=u("moves") if public and _moves(scenario) else None,
        steps_of_contact=steps_of_contact,
        retries_of_contact=retries_of_contact,
        rounds=rounds,
        tries=tries,
    )


def _all(index: int, size: int) -> Int:
    """So many times the same number; 0 takes no memory until it is written to."""
    return np.full(size, index) if index else np.zeros(size, dtype=np.int64)


def _leaves_at_once(contact_type: ContactType) -> bool:
    """Does anybody of the type leave at once, however many wait?"""
    patience = contact_type.patience
    return patience is not None and any(share > 0 for _, share in patience.leaves_at_once)


def _moves(scenario: Scenario) -> bool:
    """Does any plan let conversations move to private?"""
    return any(plan.moves_to is not None for plan in scenario.plans.values())


class _Marks(Protocol):
    """The numbers of the streams of one contact type, at some of its contacts."""

    def __call__(self, *purpose: str, places: Int) -> Float: ...


def _rounds(contact_type: ContactType, actionable: Bool, marks: _Marks) -> list[tuple[Int, Float]]:
    """Who may write again in each round: the marks of this round and all before it are below `again`, the
    highest of any plan.
    """
    conversation = contact_type.conversation
    if conversation is None:
        return []
    by_template = contact_type.template.again if contact_type.template is not None else None
    chance = max(conversation.again, by_template or 0.0)
    return _as_long_as(partial(marks, "again"), chance, actionable, MOST_ROUNDS)


def _tries(contact_type: ContactType, actionable: Bool, marks: _Marks) -> list[tuple[Int, Float]]:
    """Who may try again in each further try: the marks of this one and all before are below its `chance`."""
    tries_again = contact_type.tries_again
    if tries_again is None:
        return []
    most = PERSISTENT_TRIES if tries_again.chance == 1 else MOST_TRIES
    return _as_long_as(partial(marks, "tries-again"), tries_again.chance, actionable, most)


def _as_long_as(marks: _Marks, chance: float, begin: Bool, most: int) -> list[tuple[Int, Float]]:
    """For each time from the first on, at most `most`: who comes to it, all their marks below `chance`, and
    the marks.
    """
    times: list[tuple[Int, Float]] = []
    there = np.flatnonzero(begin)
    while len(times) < most and len(there):
        mark = marks(str(len(times) + 1), places=there)
        comes = mark < chance
        there = there[comes]
        if len(there):
            times.append((there, mark[comes]))
    return times


def _fill_steps(
    steps: _Steps, scenario: Scenario, name: str, contacts: _Contacts, first_step: Int, streams: Streams
) -> None:
    """Write the steps of one type: a contact's first reply at `first_step`, then all it may come to need."""
    contact_type = scenario.contacts[name]
    answered = np.flatnonzero(contacts.actionable)
    step = first_step[answered]

    def u(of: Int, *purpose: str) -> Float:
        return streams.at("contacts", name, *purpose, places=of, bounds=contacts.bounds)

    hard = u(answered, "first-reply")
    _fill_work(steps, scenario, contact_type.handling, step, hard)
    if contact_type.acknowledgement is not None:
        easy = u(answered, "acknowledgement")
        _fill_work(steps, scenario, contact_type.acknowledgement, step, easy, law_slots(scenario))
        step = step + 1
        steps.kind[step] = ANSWER
        _fill_work(steps, scenario, contact_type.handling, step, hard)
    if contact_type.escalates is not None:
        step = step + 1
        steps.kind[step] = ESCALATED
        steps.mark[step] = u(answered, "escalates")
        _fill_work(steps, scenario, contact_type.escalates.handling, step, u(answered, "escalated-work"))
    if contact_type.closing is not None:
        last = first_step[answered] + contacts.steps_of_contact[answered] - 1
        steps.kind[last] = CLOSING
        if contacts.moves_u is not None:
            steps.mark[last] = contacts.moves_u[answered]
        _fill_work(steps, scenario, contact_type.closing, last, u(answered, "closing-reply"))
    conversation = contact_type.conversation
    if conversation is None:
        return
    before = 1 + (contact_type.acknowledgement is not None) + (contact_type.escalates is not None)
    for index, (writing, mark) in enumerate(contacts.rounds):
        step = first_step[writing] + before + index
        turn = str(index + 1)
        steps.kind[step] = FOLLOW_UP
        steps.mark[step] = mark
        pause = quantile(conversation.pause, u(writing, "pause", turn))
        steps.pause_ms[step] = _down(pause, MOST)
        _fill_work(steps, scenario, conversation.handling, step, u(writing, "further-reply", turn))


def _fill_retries(
    retries: _Retries,
    contact_type: ContactType,
    name: str,
    contacts: _Contacts,
    first_retry: Int,
    streams: Streams,
) -> None:
    """Write the further tries of one type, a contact's from its `first_retry` on."""
    if contact_type.tries_again is None:
        return
    for index, (trying, mark) in enumerate(contacts.tries):
        turn, row = str(index + 1), first_retry[trying] + index

        def u(purpose: str, turn: str = turn, trying: Int = trying) -> Float:
            return streams.at("contacts", name, purpose, turn, places=trying, bounds=contacts.bounds)

        retries.mark[row] = mark
        after = quantile(contact_type.tries_again.after, u("after"))
        retries.after_ms[row] = np.maximum(_down(after, MOST), 1)  # two tries are never at one instant
        retries.leaves_at_once_u[row] = u("leaves-at-once")
        retries.silent_u[row] = u("silent")


def _fill_work(
    steps: _Steps, scenario: Scenario, handling: Handling, step: Int, u: Float, from_slot: int = 0
) -> None:
    """One uniform a handling, through the law of every slot: what is hard for one team is hard for all."""
    for slot, law in _laws_by_slot(scenario, handling):
        steps.work_ms[from_slot + slot, step] = _work(quantile(law, u))


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


def _down(values: Float, most: int) -> Int:
    """Rounded down, at most `most`."""
    return np.minimum(values, most).astype(np.int64)


def _nearest(values: Float) -> Int:
    """Rounded to the nearest whole number, halves up, at most `MOST`."""
    return np.minimum(np.floor(values + 0.5), MOST).astype(np.int64)


def _work(values: Float) -> Int:
    """Handling in whole ms: to the nearest, at least 1 if positive."""
    return np.where(values > 0, np.maximum(_nearest(values), 1), 0)
