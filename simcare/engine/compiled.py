"""The compiled engine: it writes the same Log as `simcare.engine.reference`, to the last bit, and sooner.

Only the bookkeeping differs: arrays (`simcare.engine.world`) and a compiled loop over all events
(`simcare.engine.kernel`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Tape
from simcare.engine import kernel
from simcare.engine.log import ENDLESS_TRIES, MOST_EARLIER_TRIES, Log, Steps, Stints
from simcare.engine.world import Tables, customers_of, desk_of, pile_on_of, readers_of
from simcare.errors import TooLarge
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules

LARGEST_HANDLING = 2**31
"""From here on (25 days) handling times handling leaves 64 bits; the reference engine, which counts without
end, takes over.
"""


def player(rules: Rules) -> Callable[[Tape, Roster], Log]:
    """A function that plays replications of one plan; what is the same in all of them is done once."""
    desk, readers = desk_of(rules), readers_of(rules)
    tables = Tables(desk)

    def play(tape: Tape, roster: Roster) -> Log:
        return _play(tape, roster, rules, desk, readers, tables)

    return play


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step, as the reference engine does."""
    return player(rules)(tape, roster)


def can_count(tape: Tape, rules: Rules) -> bool:
    """Do all times of this run fit the whole numbers of the kernel?"""
    slowest = rules.speed_ppm[rules.speed_ppm > 0].min(initial=PARTS)
    return bool(tape.work_ms.max(initial=0) * (PARTS / slowest) < LARGEST_HANDLING)


def _play(
    tape: Tape, roster: Roster, rules: Rules, desk: Any, readers: NDArray[Any] | None, tables: Tables
) -> Log:
    customers, pile_on = customers_of(tape, rules), pile_on_of(tape, readers)
    state, (duties, levels) = tables.state(tape, roster), tables.staff(roster)
    far = np.zeros(14, dtype=np.int64)
    far[kernel.DROPPING : kernel.RISING + 1] = -1
    while not kernel.play(
        customers,
        desk,
        state,
        pile_on,
        duties,
        levels,
        tables.events,
        tables.patiences,
        tables.stints,
        tables.tries,
        far,
    ):
        if far[kernel.EARLIER_TRIES] > MOST_EARLIER_TRIES:
            raise TooLarge(ENDLESS_TRIES)
        tables.grow(far[kernel.PLANNED], far[kernel.PATIENT])
    stints, tries, steps, last_stints = far[kernel.EARLIER_STINTS :].tolist()
    return Log(
        _steps(customers, tables.numbers, state.columns[:, :steps], tables.tries[:tries]),
        _stints(state.columns[3:7, :last_stints], state.done[:last_stints], tables.stints[:stints]),
    )


def _steps(
    customers: Any, numbers: NDArray[np.int64], columns: NDArray[np.int64], tries: NDArray[np.int64]
) -> Steps:
    """The table of steps: the last try of each, and the earlier ones."""
    ready, outcome, gone, *_, step, contact, kind = columns
    if len(step) == len(customers.contact_of):  # all came
        step, contact, kind = numbers[: len(step)], customers.contact_of, customers.kind_of
    rows = [step, contact, kind, ready, outcome, gone]
    if len(tries):
        of = tries[:, 0]
        earlier = (of, customers.contact_of[of], customers.kind_of[of], *tries[:, 1:].T)
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[3], rows[0]))
        rows = [row[order] for row in rows]
    return Steps(*rows)


def _stints(columns: NDArray[np.int64], done: NDArray[np.bool_], stints: NDArray[np.int64]) -> Stints:
    """The table of stints: the last of each step, and those that were handed back."""
    rows = [*columns, done]
    if len(stints):
        earlier = (*stints.T, np.zeros(len(stints), dtype=np.bool_))
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[2], rows[0]))
        rows = [row[order] for row in rows]
    return Stints(*rows)
