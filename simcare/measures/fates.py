"""What became of public complaints in the eyes of those who read along: waiting, answered, resolved.

| fate | what readers see |
| --- | --- |
| replied | waiting until the first reply is sent, then answered; resolved at the end of the last step |
| acknowledged | waiting until the acknowledgement is sent, then as from a template until the full answer |
| replied, a further message still to be answered or written | answered to the end of its audience |
| moved to private | answered, then out of sight until a closing reply in public, if any, resolves it |
| gave up silently | waiting until its reply is sent all the same, if it is, then answered; never resolved |
| left, turned away, still open at the end of the run | waiting to the end of its audience |
| left or turned away, came back and was replied to | waiting from the first try on, then as replied |
| not actionable | nothing: it has no audience |

An answer from a template counts as such. With ``until: answer`` a complaint is answered when the handling of
its first reply begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ANSWER, FIRST
from simcare.engine.log import OPEN, REPLIED, SILENT, UNWRITTEN, Log
from simcare.measures.contacts import LATER, StepTimes
from simcare.measures.played import Played
from simcare.measures.public import Public
from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING

Int = NDArray[np.int64]
Float = NDArray[np.float64]

MINUTE_MS = 60_000


class Fates(NamedTuple):
    """One row for each contact that needed an answer, in the order of the tapes; `LATER` is never.

    ``started_ms`` and ``sent_ms``: when the handling of the first reply began and ended; ``full_ms``: when
    that of the full answer ended, if the first reply only acknowledged; ``resolved_ms``: when the last step
    ended. ``silent``: the customer had given up silently.
    """

    contact: Int
    started_ms: Int
    sent_ms: Int
    full_ms: Int
    resolved_ms: Int
    silent: NDArray[np.bool_]

    def of_type(self, number: int, type_of_contact: Int) -> Fates:
        """The rows of one contact type."""
        rows = np.flatnonzero(type_of_contact[self.contact] == number)
        return Fates._make(column[rows] for column in self)


@dataclass(frozen=True)
class Histories:
    """The ``states`` of the complaints of one type, shape (phases,), and when they begin, ``begin_minutes``
    since the post, shape (phases, complaints), as `simcare.virality.phases.phases` takes them; in the first
    ``waits`` phases nobody has answered. ``contact`` is that of the tapes, and ``posted_ms`` is on the clock
    of all replications.
    """

    contact: Int
    posted_ms: Int
    waits: int
    begin_minutes: Float
    states: NDArray[np.int8]


def fates(log: Log, times: StepTimes, kernels: Any = None) -> Fates:
    """What became of every contact that needed an answer."""
    steps = log.steps
    if kernels is not None:
        columns = steps.contact, steps.kind, steps.outcome, times.start_ms, times.done_ms
        (contact, started, sent_at, full_at, resolved), silent = kernels.fates(*columns)
        return Fates(contact, started, sent_at, full_at, resolved, silent)
    first = np.flatnonzero(np.append(True, steps.contact[1:] != steps.contact[:-1])[: len(steps.contact)])
    if not len(first):
        none = np.zeros(0, dtype=np.int64)
        return Fates(none, none, none, none, none, none.astype(np.bool_))
    tries = np.add.reduceat((steps.kind == FIRST).astype(np.int64), first)
    last = first + tries - 1
    outcome = steps.outcome[last]
    worked = (outcome == REPLIED) | (outcome == SILENT)
    sent = steps.outcome == REPLIED
    goes_on = np.logical_or.reduceat((steps.outcome == OPEN) | (steps.outcome == UNWRITTEN), first)
    end = np.maximum.reduceat(np.where(sent, times.done_ms, 0), first)
    done = (outcome == REPLIED) & ~goes_on
    after = np.minimum(last + 1, len(steps.kind) - 1)
    full = (steps.kind[after] == ANSWER) & (steps.contact[after] == steps.contact[first]) & sent[after]
    return Fates(
        contact=steps.contact[first],
        started_ms=np.where(worked | (outcome == OPEN), times.start_ms[last], LATER),
        sent_ms=np.where(worked, times.done_ms[last], LATER),
        full_ms=np.where(full, times.done_ms[after], LATER),
        resolved_ms=np.where(done, end, LATER),
        silent=outcome == SILENT,
    )


def histories(played: Played, public: Public, found: Fates) -> Histories:
    """The states of complaints of a public contact type, from the first day of the run on."""
    contact, posted = found.contact, played.arrival_ms[found.contact]
    answered = _minutes(found.started_ms if public.until_answer else found.sent_ms, posted)
    resolved = _minutes(found.resolved_ms, posted)
    begins, states = [np.zeros(len(contact))], [WAITING]
    if np.isfinite(public.impatient_after):
        begins.append(np.minimum(public.impatient_after, answered))
        states.append(IMPATIENT)
    waits = len(states)
    if public.acknowledge_within is not None:
        begins.append(answered)
        states.append(TEMPLATE)
        answered = np.maximum(_minutes(found.full_ms, posted), answered)
    begins.append(answered)
    states.append(TEMPLATE if public.from_template else ANSWERED)
    if public.moves > 0:
        moved = (played.moves_u[contact] < public.moves) & ~found.silent
        begins.append(np.where(moved, answered, resolved))
        states.append(PRIVATE)
        if not public.closes:
            resolved = np.where(moved, np.inf, resolved)
    begins.append(resolved)
    states.append(RESOLVED)
    return Histories(contact, posted, waits, np.array(begins), np.array(states, dtype=np.int8))


def _minutes(at_ms: Int, posted_ms: Int) -> Float:
    """Minutes since the post, infinite if never."""
    return np.where(at_ms < LATER, (at_ms - posted_ms) / MINUTE_MS, np.inf)
