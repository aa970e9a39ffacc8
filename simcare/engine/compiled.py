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
from simcare.engine.world import EVENT, customers_of, desk_of, duties_of, levels_of, state_of
from simcare.errors import TooLarge
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules

LARGEST_HANDLING = 2**31
"""From here on (25 days) handling times handling leaves 64 bits; the reference engine, which counts without
end, takes over.
"""


def player(rules: Rules) -> Callable[[Tape, Roster], Log]:
    """A function that plays replications of one plan; what is the same in all of them is done once."""
    desk = desk_of(rules)

    def play(tape: Tape, roster: Roster) -> Log:
        return _play(tape, roster, rules, desk)

    return play


def simulate(tape: Tape, roster: Roster, rules: Rules) -> Log:
    """Play one replication of one plan and return what became of every step, as the reference engine does."""
    return player(rules)(tape, roster)


def can_count(tape: Tape, rules: Rules) -> bool:
    """Do all times of this run fit the whole numbers of the kernel?"""
    slowest = rules.speed_ppm[rules.speed_ppm > 0].min(initial=PARTS)
    return bool(tape.work_ms.max(initial=0) * (PARTS / slowest) < LARGEST_HANDLING)


def _play(tape: Tape, roster: Roster, rules: Rules, desk: Any) -> Log:
    customers = customers_of(tape, rules)
    in_group = kernel.by_group(customers.type_of, customers.contact_of, customers.kind_of, len(desk.types))
    state = state_of(tape, roster, desk, in_group)
    duties, levels = duties_of(roster, desk.drain_end), levels_of(roster)
    events = _no_events(1024)
    stints = np.zeros((64, 4), dtype=np.int64)
    tries = np.zeros((64, 4), dtype=np.int64)
    far = np.zeros(7, dtype=np.int64)
    far[kernel.UNFINISHED] = np.count_nonzero(tape.first_step[1:] > tape.first_step[:-1])
    over = False
    while not over:
        over = kernel.play(customers, desk, state, duties, levels, events, stints, tries, far)
        if far[kernel.EARLIER_TRIES] > MOST_EARLIER_TRIES:
            raise TooLarge(ENDLESS_TRIES)
        if not over:
            planned = events[: far[kernel.PLANNED]]
            events = _no_events(2 * len(events))
            events[: len(planned)] = planned
            stints, tries = (np.concatenate([table, np.zeros_like(table)]) for table in (stints, tries))
    return Log(
        _steps(customers, state, tries[: far[kernel.EARLIER_TRIES]]),
        _stints(state, stints[: far[kernel.EARLIER_STINTS]]),
    )


def _no_events(size: int) -> NDArray[Any]:
    events = np.zeros(size, dtype=EVENT)
    events["time"] = kernel.NO_TIME
    return events


def _steps(customers: Any, state: Any, tries: NDArray[np.int64]) -> Steps:
    """The table of steps: the last try of each, and the earlier ones."""
    columns = state.ready, state.outcome, state.gone
    step = kernel.steps_that_came(*columns)
    contact, kind = customers.contact_of, customers.kind_of
    if len(step) < len(contact):  # or else they are those of the Tape
        contact, kind = contact[step], kind[step]
    rows = [step, contact, kind, *(column[: len(step)] for column in columns)]
    if len(tries):
        of = tries[:, 0]
        earlier = (of, customers.contact_of[of], customers.kind_of[of], *tries[:, 1:].T)
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[3], rows[0]))
        rows = [row[order] for row in rows]
    return Steps(*rows)


def _stints(state: Any, stints: NDArray[np.int64]) -> Stints:
    """The table of stints: the last of each step, and those that were handed back."""
    agent, start, end, completed = state.agent_of, state.start, state.end, state.done
    step = kernel.last_stints(agent, start, end, completed)
    rows = [step, *(column[: len(step)] for column in (agent, start, end, completed))]
    if len(stints):
        earlier = (*stints.T, np.zeros(len(stints), dtype=np.bool_))
        rows = [np.concatenate(pair) for pair in zip(rows, earlier, strict=True)]
        order = np.lexsort((rows[2], rows[0]))
        rows = [row[order] for row in rows]
    return Stints(*rows)
