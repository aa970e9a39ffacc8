"""The waits of contacts, kind by kind: what means, standard deviations and percentiles are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import FIRST
from simcare.engine.log import LEFT, OPEN, REPLIED, UNWRITTEN
from simcare.measures.contacts import LATER, NO_WAIT, Answered, Short, StepTimes
from simcare.measures.frame import Float, Frame
from simcare.measures.measure import FEW, MANY
from simcare.measures.played import Played
from simcare.staffing.roster import Roster

Int = NDArray[np.int64]

NOBODY = -1
"""The team of a first reply that nobody has given."""

ANSWERED, ABANDONED = "waiting_answered", "waiting_abandoned"
"""The waiting of those who were answered in the end, and of those who left."""

WAITS = (
    "first_reply",
    "answer",
    "waiting",
    "resolution",
    "waiting_answered",
    "waiting_abandoned",
    "waiting_later",
    "waiting_all",
)
"""The kinds of wait of every run; those of authors with few followers and with many come beside them."""


def kinds_in(frame: Frame) -> tuple[str, ...]:
    """The kinds of wait that there are."""
    return WAITS if frame.many_followers is None else (*WAITS, FEW, MANY)


SPREADS = ("waiting", "waiting_answered", "waiting_abandoned", "waiting_later", "waiting_all")
"""The kinds of which standard deviations are given."""

BY_TEAM = ("first_reply", "answer")
"""The kinds that can be broken down by the team that gave the first reply."""


class Waited(NamedTuple):
    """Waits of one kind, one row each: contact type, slot in which it counts, team or `NOBODY`, and how long.

    ``ms`` is `LATER` where the wait was not over when the run ended, and `NO_WAIT` where there is none.
    Contacts count in the slot in which they arrived, further messages and escalated work in the slot in which
    they became ready.
    """

    type: Short
    slot: Short
    team: Short
    ms: Int

    @property
    def over(self) -> NDArray[np.bool_]:
        """Which of the waits were over when the run ended."""
        over: NDArray[np.bool_] = (self.ms >= 0) & (self.ms < LATER)
        return over

    def only(self, rows: NDArray[np.bool_]) -> Waited:
        """Some of the rows."""
        return Waited(self.type[rows], self.slot[rows], self.team[rows], self.ms[rows])

    def then(self, other: Waited) -> Waited:
        """Those of the other after these."""
        return Waited(
            np.append(self.type, other.type),
            np.append(self.slot, other.slot),
            np.append(self.team, other.team),
            np.append(self.ms, other.ms),
        )


def replying_team(frame: Frame, roster: Roster, contacts: Answered) -> Short:
    """The team that gave the first reply to each contact, `NOBODY` if none has or nobody asks for teams."""
    if not frame.teams_too:
        return _nobody(len(contacts.agent))
    return np.append(roster.team_of_agent, NOBODY).astype(np.int32)[contacts.agent]  # agent -1 is the last


def waited(
    played: Played, times: StepTimes, contacts: Answered, team: Short, kernels: Any = None
) -> Mapping[str, Waited]:
    """The waits of every kind; `team` gave the first reply to each contact. With `kernels`, of those who were
    answered and who left only if percentiles are wanted: their sums are made of all waits.
    """

    def of_contacts(ms: Int, who: NDArray[np.bool_] | bool = True) -> Waited:
        ms = ms if who is True else np.where(who, ms, NO_WAIT)
        return Waited(contacts.type, contacts.slot, team, ms)

    first = of_contacts(contacts.waiting_ms)
    later = _later(played, times, kernels)
    found = {
        "first_reply": of_contacts(contacts.first_reply_ms),
        "answer": of_contacts(contacts.answer_ms),
        "waiting": first,
        "resolution": of_contacts(contacts.resolution_ms),
        "waiting_later": later,
        "waiting_all": first.then(later) if len(later.ms) else first,
    }
    if kernels is None or {ANSWERED, ABANDONED} & {*played.frame.counted}:
        stayed = (contacts.outcome == REPLIED) | (contacts.outcome == OPEN)
        found[ANSWERED] = of_contacts(contacts.waiting_ms, stayed & (contacts.waiting_ms < LATER))
        found[ABANDONED] = of_contacts(contacts.waiting_ms, contacts.outcome == LEFT)
    if played.frame.many_followers is not None:
        found |= _by_followers(played, contacts, found["first_reply"])
    return found


def _by_followers(played: Played, contacts: Answered, first_reply: Waited) -> dict[str, Waited]:
    """First replies in public, by whether their authors have few followers or many."""
    frame, followers = played.frame, played.followers[contacts.contact]
    assert frame.many_followers is not None
    public = np.isin(first_reply.type, [one.type for one in frame.public])
    many = followers > frame.many_followers
    return {
        kind: first_reply._replace(ms=np.where(public & which, first_reply.ms, NO_WAIT))
        for kind, which in ((FEW, ~many), (MANY, many))
    }


def waits_in_cells(
    frame: Frame, contacts: Answered, waits: Mapping[str, Waited], kernels: Any = None
) -> Float:
    """Numbers, sums (ms) and sums of squares of the waits that were over, kind by kind: shape (kinds, 3, 1 +
    types, replications, cells), the kinds of `kinds_in`, all contact types together first.
    """
    kinds, size = kinds_in(frame), len(frame.types) * frame.all_slots
    by_slot = np.empty((len(kinds), 3, size))
    if kernels is not None:
        of_kind = _by_kernels(frame, contacts, waits, size, kernels)
        np.stack([of_kind[frame.same_as(kind)] for kind in kinds], out=by_slot)
    for number, kind in enumerate(kinds if kernels is None else ()):
        over = waits[kind].only(waits[kind].over)
        ms = over.ms.astype(np.float64)
        for power, weights in enumerate((None, ms, ms * ms)):
            by_slot[number, power] = np.bincount(over.type * frame.all_slots + over.slot, weights, size)
    by_type = frame.in_cells(by_slot.reshape(len(kinds), 3, len(frame.types), frame.all_slots))
    return np.concatenate([by_type.sum(axis=2, keepdims=True), by_type], axis=2)


def _by_kernels(
    frame: Frame, contacts: Answered, waits: Mapping[str, Waited], size: int, kernels: Any
) -> dict[str, Float]:
    """The same by slot, (3, size), of each kind; of those that are always the same, of one."""
    first = (contacts.type, contacts.slot, contacts.waiting_ms)
    of_first = kernels.waiting_sums(*first, contacts.outcome, frame.all_slots, size)
    found = dict(zip(("waiting", ANSWERED, ABANDONED), of_first, strict=True))
    for kind in dict.fromkeys(map(frame.same_as, kinds_in(frame))):
        if kind not in found:
            of_type, slot, _, ms = waits[kind]
            found[kind] = kernels.wait_sums(of_type, slot, ms, frame.all_slots, size)
    return found


def _later(played: Played, times: StepTimes, kernels: Any) -> Waited:
    """What further messages and escalated work waited, from ready until their handling started."""
    frame, steps = played.frame, played.log.steps
    if kernels is not None:
        came = (steps.kind, steps.outcome, steps.contact, steps.ready_ms, times.start_ms)
        (of_type, slot), ms = kernels.later_waits(
            *came, played.type_of_contact, frame.all_edges_ms, frame.lap_bits
        )
        return Waited(of_type, slot, _nobody(len(ms)), ms)
    rows = (steps.kind != FIRST) & (steps.outcome != UNWRITTEN) & frame.measured(steps.ready_ms)
    ready, start = steps.ready_ms[rows], times.start_ms[rows]
    of_type = played.type_of_contact[steps.contact[rows]].astype(np.int32)
    ms = np.where(start < LATER, start - ready, LATER)
    return Waited(of_type, frame.slot_of(ready).astype(np.int32), _nobody(len(ready)), ms)


def _nobody(size: int) -> Short:
    return np.broadcast_to(np.int32(NOBODY), size)
