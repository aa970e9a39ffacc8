"""What became of every contact: one row for each measured contact that needed an answer, read off the Log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ESCALATED, FIRST, NEVER
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN, Log
from simcare.measures.hours import open_time

if TYPE_CHECKING:
    from simcare.measures.played import Played

Int = NDArray[np.int64]
Short = NDArray[np.int32]
Bool = NDArray[np.bool_]

NO_WAIT = -1
"""A wait that the contact does not have: whoever left has no first reply to wait for."""

LATER = NEVER
"""A wait that was not over when the run ended."""


@dataclass(frozen=True)
class Answered:
    """One row for each contact that needed an answer and arrived in the time measured.

    ``contact`` is its number, a row of ``arrivals_ms``, ``type`` the index of the contact type, and ``slot``
    in which of the slots of all replications it arrived.
    ``outcome`` is that of the last try of the first reply. The waits are in ms, `NO_WAIT` or `LATER`:
    ``first_reply_ms`` (arrival to the end of handling), ``answer_ms`` (to its start), ``resolution_ms`` (to
    the end of the last step), all three with the time away between tries; and ``waiting_ms`` without it, the
    sum over tries of the time to the start of handling or until the customer leaves. ``queued_ms`` is
    ``waiting_ms``, of those who still wait when the run ends until then, and ``queued_open_ms`` what of it
    lies in the opening hours of the type. Who gave up silently has none of them.
    ``tries`` counts the tries and ``blocked`` those that met a full queue; ``waited`` says that some try was
    neither taken at once nor turned away. ``replies`` counts replies sent to the customer, escalated work
    apart; ``pausing`` says that the next message would come after the end. ``agent`` gave the first reply; -1
    if nobody has.
    """

    arrivals_ms: Int
    contact: Short
    type: Short
    slot: Short
    outcome: Short
    first_reply_ms: Int
    answer_ms: Int
    waiting_ms: Int
    queued_ms: Int
    queued_open_ms: Int
    resolution_ms: Int
    tries: Short
    blocked: Short
    waited: Bool
    replies: Short
    pausing: Bool
    agent: Short

    @property
    def arrival_ms(self) -> Int:
        """When each arrived, on the clock of all replications."""
        return self.arrivals_ms[self.contact]

    @property
    def silent(self) -> Bool:
        """Who gave up silently."""
        silent: Bool = self.outcome == SILENT
        return silent

    @staticmethod
    def finite(waits_ms: Int) -> Bool:
        """Which of the waits were over when the run ended."""
        over: Bool = (waits_ms >= 0) & (waits_ms < LATER)
        return over


@dataclass(frozen=True)
class StepTimes:
    """For every row of `Log.steps`: the start of its handling and when it was done with, or `LATER`; and for
    every stint the row that it belongs to.

    A try is done with when its handling is complete, when its customer leaves the queue or when he is turned
    away from it. The stints of a step belong to its last try.
    """

    start_ms: Int
    done_ms: Int
    row_of_stint: Int


def step_times(log: Log, kernels: Any = None) -> StepTimes:
    """When every try of a step was begun and done with."""
    steps, stints = log.steps, log.stints
    if kernels is not None:
        of_stints = (stints.step, stints.start_ms, stints.end_ms, stints.completed)
        return StepTimes(*kernels.step_times(steps.step, steps.outcome, steps.gone_ms, *of_stints))
    last_try = np.append(steps.step[1:] != steps.step[:-1], True)[: len(steps.step)]
    first = np.searchsorted(stints.step, steps.step)
    after = np.searchsorted(stints.step, steps.step, side="right")
    begun = (after > first) & last_try
    start = np.where(begun, np.append(stints.start_ms, LATER)[first], LATER)
    end = np.append(np.where(stints.completed, stints.end_ms, LATER), LATER)
    done = np.where(begun, end[after - 1], LATER)
    row_of_stint = np.searchsorted(steps.step, stints.step, side="right") - 1
    return StepTimes(start, np.where(gone_at_last(steps.outcome), steps.gone_ms, done), row_of_stint)


def gone_at_last(outcome: Int) -> Bool:
    """Which tries ended with the customer gone, whether he left or was turned away."""
    gone: Bool = (outcome == LEFT) | (outcome == TURNED_AWAY)
    return gone


def answered(played: Played, times: StepTimes, kernels: Any = None) -> Answered:
    """What became of every measured contact that needed an answer."""
    frame, log = played.frame, played.log
    if kernels is not None and all(hours is None for hours in frame.opening):
        return _by_kernels(played, times, kernels)
    steps = log.steps
    first = first_rows(steps.contact)  # a contact's steps stand together, the tries of the first reply first
    tried = steps.kind == FIRST
    tries = _by_contact(np.add, tried, first)
    last = first + tries - 1
    arrival = played.arrival_ms[steps.contact[first]]
    inside = frame.measured(arrival)

    outcome = steps.outcome[last]
    start, done = times.start_ms[last], times.done_ms[last]
    stayed = (outcome == REPLIED) | (outcome == OPEN)
    first_reply = np.where(stayed, _since(arrival, np.where(outcome == REPLIED, done, LATER)), NO_WAIT)
    answer = np.where(stayed, _since(arrival, start), NO_WAIT)

    gone = gone_at_last(steps.outcome)
    waits = np.where(tried & gone, steps.gone_ms - steps.ready_ms, 0)
    at_last = np.where(stayed, _since(steps.ready_ms[last], start), 0)
    waiting = np.where(at_last < LATER, _by_contact(np.add, waits, first) + at_last, LATER)
    waited = (_by_contact(np.add, tried & (steps.outcome == LEFT), first) > 0) | (at_last > 0)
    waits_until = np.minimum(times.start_ms, frame.end_of_drain(steps.ready_ms))
    in_queue = np.where(tried, np.where(gone, steps.gone_ms, waits_until) - steps.ready_ms, 0)
    of_type = played.type_of_contact[steps.contact]
    in_open_queue = np.where(
        tried, open_time(frame.opening, of_type, frame.in_lap(steps.ready_ms), in_queue), 0
    )
    silent = outcome == SILENT

    sent = steps.outcome == REPLIED
    replies = _by_contact(np.add, sent & (steps.kind != ESCALATED), first)
    pausing = _by_contact(np.add, steps.outcome == UNWRITTEN, first) > 0
    owed = _by_contact(np.add, steps.outcome == OPEN, first) > 0
    end = _by_contact(np.maximum, np.where(sent, times.done_ms, NO_WAIT), first)
    resolution = np.where(stayed & ~pausing, _since(arrival, np.where(owed, LATER, end)), NO_WAIT)

    def whole(of_contacts: Int) -> Short:
        return of_contacts[inside].astype(np.int32)

    return Answered(
        arrivals_ms=played.arrival_ms,
        contact=whole(steps.contact[first]),
        type=whole(of_type[first]),
        slot=frame.slot_of(arrival[inside]).astype(np.int32),
        outcome=whole(outcome),
        first_reply_ms=first_reply[inside],
        answer_ms=answer[inside],
        waiting_ms=np.where(silent, NO_WAIT, waiting)[inside],
        queued_ms=np.where(silent, NO_WAIT, _by_contact(np.add, in_queue, first))[inside],
        queued_open_ms=np.where(silent, NO_WAIT, _by_contact(np.add, in_open_queue, first))[inside],
        resolution_ms=resolution[inside],
        tries=whole(tries),
        blocked=whole(_by_contact(np.add, tried & (steps.outcome == TURNED_AWAY), first)),
        waited=(waited & ~silent)[inside],
        replies=whole(replies),
        pausing=pausing[inside],
        agent=whole(_last_agent(log, steps.step[last], outcome == REPLIED)),
    )


def _by_kernels(played: Played, times: StepTimes, kernels: Any) -> Answered:
    """The same in one pass; time in the queue is time in opening hours too, for there are none."""
    frame, steps, stints = played.frame, played.log.steps, played.log.stints
    times_ms, numbers, flags = kernels.contacts_answered(
        steps.step, steps.contact, steps.kind, steps.ready_ms, steps.outcome, steps.gone_ms, times.start_ms,
        times.done_ms, played.arrival_ms, played.type_of_contact, stints.step, stints.agent,
        frame.all_edges_ms, frame.lap_bits, frame.latest_ms,
    )  # fmt: skip
    first_reply, answer, waiting, queued, resolution = times_ms
    contact, of_type, slot, outcome, tries, blocked, replies, agent = numbers
    return Answered(
        arrivals_ms=played.arrival_ms,
        contact=contact,
        type=of_type,
        slot=slot,
        outcome=outcome,
        first_reply_ms=first_reply,
        answer_ms=answer,
        waiting_ms=waiting,
        queued_ms=queued,
        queued_open_ms=queued,
        resolution_ms=resolution,
        tries=tries,
        blocked=blocked,
        waited=flags[0],
        replies=replies,
        pausing=flags[1],
        agent=agent,
    )


def _last_agent(log: Log, step: Int, replied: Bool) -> Int:
    """Who worked last on each of the steps, -1 where it is not done."""
    last = np.searchsorted(log.stints.step, step, side="right") - 1
    return np.where(replied, np.append(log.stints.agent, -1)[last], -1)


def first_rows(contact: Int) -> Int:
    """The row at which each contact begins."""
    return np.flatnonzero(np.append(True, contact[1:] != contact[:-1])[: len(contact)])


def _since(ready_ms: Int, at_ms: Int) -> Int:
    return np.where(at_ms < LATER, at_ms - ready_ms, LATER)


def _by_contact(add: np.ufunc, of_steps: NDArray[np.generic], first: Int) -> Int:
    """Sums (or maxima) of a column of steps over each contact's steps."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    of_contacts: Int = add.reduceat(of_steps.astype(np.int64), first)
    return of_contacts
