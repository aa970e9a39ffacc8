"""The Log: what became of every step, and who worked on it when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Tape

Int = NDArray[np.int64]

OUTCOMES = 6
OPEN, REPLIED, LEFT, SILENT, UNWRITTEN, TURNED_AWAY = range(OUTCOMES)
"""Outcomes of a step.

`OPEN`       not finished when the drain ended
`REPLIED`    the reply was sent
`LEFT`       the customer gave up and the step left the queue
`SILENT`     the customer gave up, the step stayed and is worked as if nothing had happened
`UNWRITTEN`  the customer's message would have come after the end: neither open nor missed
`TURNED_AWAY`  the queue was full: the step never waited
"""


MOST_EARLIER_TRIES = 5_000_000
"""A replication in which customers come back more often is given up: its tables would fill the memory."""

ENDLESS_TRIES = (
    f"expected at most {MOST_EARLIER_TRIES:_} further tries in a replication, got more: customers come back "
    "in vain; lower the chance of tries_again, let more time pass before a try, or give them agents"
)


@dataclass(frozen=True)
class Steps:
    """One row a try of a step that came to be, by (step, ready).

    ``step`` (number on the Tape), ``contact``, ``kind``, ``ready_ms``, ``outcome``, and ``gone_ms``: when
    the customer gave up or was turned away (-1 if never). A step has one row, but a first reply whose
    customer left or was turned away and tried again has one more for each further try. Its last row says what
    became of it, and only that one can have stints.
    """

    step: Int
    contact: Int
    kind: Int
    ready_ms: Int
    outcome: Int
    gone_ms: Int


@dataclass(frozen=True)
class Stints:
    """One row a stretch of work, by (step, start).

    ``step``, ``agent``, ``start_ms``, ``end_ms``, ``completed``.

    A stint that did not complete was handed back at the end of a duty, or cut by the end of the drain.
    """

    step: Int
    agent: Int
    start_ms: Int
    end_ms: Int
    completed: NDArray[np.bool_]


@dataclass(frozen=True)
class Log:
    """The two tables of one replication. Times are ms since midnight of the first simulated day."""

    steps: Steps
    stints: Stints


def came(tape: Tape, log: Log) -> NDArray[np.bool_]:
    """Which contacts of the Tape came: all but those that would have come by pile-on and did not. A contact
    that comes by pile-on needs an answer, so it has a step in the Log if it came.
    """
    here = np.ones(tape.contacts, dtype=np.bool_)
    if len(tape.reshares):
        here = tape.reshares.row_of(tape.contacts) < 0
        here[log.steps.contact] = True
    return here


def steps_of(
    contact: Sequence[int],
    kind: Sequence[int],
    ready_ms: Sequence[int],
    outcome: Sequence[int],
    gone_ms: Sequence[int],
    earlier_tries: Sequence[tuple[int, int, int, int]] = (),
) -> Steps:
    """The table of steps, from columns over all steps of the Tape; those never ready (-1) did not come.

    `earlier_tries` are rows (step, ready, outcome, gone) of tries before the last, in any order.
    """
    columns = [np.array(values, dtype=np.int64) for values in (contact, kind, ready_ms, outcome, gone_ms)]
    came = np.flatnonzero(columns[2] >= 0)
    rows = [came, *(column[came] for column in columns)]
    if earlier_tries:
        step, ready, outcomes, gone = np.array(earlier_tries, dtype=np.int64).T
        earlier = (step, columns[0][step], columns[1][step], ready, outcomes, gone)
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[3], rows[0]))
        rows = [row[order] for row in rows]
    return Steps(*rows)


def stints_of(rows: Iterable[tuple[int, int, int, int, bool]]) -> Stints:
    """The table of stints from rows in any order."""
    table = np.array(list(rows), dtype=np.int64).reshape(-1, 5)
    step, agent, start_ms, end_ms, completed = table[np.lexsort((table[:, 2], table[:, 0]))].T.copy()
    return Stints(step, agent, start_ms, end_ms, completed.astype(np.bool_))
