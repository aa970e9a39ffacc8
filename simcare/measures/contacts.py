"""What became of every contact: one row for each measured contact that needed an answer, read off the Log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ESCALATED, FIRST, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, UNWRITTEN, Log

if TYPE_CHECKING:
    from simcare.measures.frame import Frame

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

NO_WAIT = -1
"""A wait that the contact does not have: whoever left has no first reply to wait for."""

LATER = NEVER
"""A wait that was not over when the run ended."""


@dataclass(frozen=True)
class Answered:
    """One row for each contact that needed an answer and arrived in the time measured.

    ``type`` is the index of the contact type and ``slot`` the interval of arrival. ``outcome`` is that of
    the first reply. The waits are in ms, `NO_WAIT` or `LATER`: ``first_reply_ms`` (arrival to the end of
    handling), ``answer_ms`` (to its start), ``waiting_ms`` (to its start or until the customer leaves),
    ``resolution_ms`` (to the end of the last step). Who gave up silently has none of them.
    ``replies`` counts replies sent to the customer, escalated work apart; ``pausing`` says that the next
    message would come after the end.
    """

    type: Int
    slot: Int
    outcome: Int
    first_reply_ms: Int
    answer_ms: Int
    waiting_ms: Int
    resolution_ms: Int
    replies: Int
    pausing: Bool

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
    """For every row of `Log.steps`: the start of its handling and when it was done with, or `LATER`.

    A step is done with when its handling is complete or when its customer leaves the queue.
    """

    start_ms: Int
    done_ms: Int


def step_times(log: Log) -> StepTimes:
    """When every step was begun and done with."""
    steps, stints = log.steps, log.stints
    first = np.searchsorted(stints.step, steps.step)
    after = np.searchsorted(stints.step, steps.step, side="right")
    begun = after > first
    start = np.where(begun, np.append(stints.start_ms, LATER)[first], LATER)
    end = np.append(np.where(stints.completed, stints.end_ms, LATER), LATER)
    done = np.where(begun, end[after - 1], LATER)
    return StepTimes(start, np.where(steps.outcome == LEFT, steps.gone_ms, done))


def answered(frame: Frame, tape: Tape, log: Log, times: StepTimes) -> Answered:
    """What became of every measured contact that needed an answer."""
    steps = log.steps
    first = np.flatnonzero(steps.kind == FIRST)  # a contact's steps stand together, the first reply first
    arrival = tape.arrival_ms[steps.contact[first]]
    inside = (arrival >= frame.from_ms) & (arrival < frame.to_ms)

    outcome = steps.outcome[first]
    ready, start, done = steps.ready_ms[first], times.start_ms[first], times.done_ms[first]
    stayed = (outcome == REPLIED) | (outcome == OPEN)
    left = outcome == LEFT
    first_reply = np.where(stayed, _since(ready, np.where(outcome == REPLIED, done, LATER)), NO_WAIT)
    answer = np.where(stayed, _since(ready, start), NO_WAIT)
    waiting = np.where(left, _since(ready, done), answer)

    sent = steps.outcome == REPLIED
    replies = _by_contact(np.add, sent & (steps.kind != ESCALATED), first)
    pausing = _by_contact(np.add, steps.outcome == UNWRITTEN, first) > 0
    owed = _by_contact(np.add, steps.outcome == OPEN, first) > 0
    last = _by_contact(np.maximum, np.where(sent, times.done_ms, NO_WAIT), first)
    resolution = np.where(stayed & ~pausing, _since(ready, np.where(owed, LATER, last)), NO_WAIT)

    return Answered(
        type=tape.type_of_contact[steps.contact[first]][inside],
        slot=(arrival[inside] - frame.from_ms) // frame.interval_ms,
        outcome=outcome[inside],
        first_reply_ms=first_reply[inside],
        answer_ms=answer[inside],
        waiting_ms=waiting[inside],
        resolution_ms=resolution[inside],
        replies=replies[inside],
        pausing=pausing[inside],
    )


def _since(ready_ms: Int, at_ms: Int) -> Int:
    return np.where(at_ms < LATER, at_ms - ready_ms, LATER)


def _by_contact(add: np.ufunc, of_steps: NDArray[np.generic], first: Int) -> Int:
    """Sums (or maxima) of a column of steps over each contact's steps."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    of_contacts: Int = add.reduceat(of_steps.astype(np.int64), first)
    return of_contacts
