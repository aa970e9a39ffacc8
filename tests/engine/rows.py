"""The rows of a Log as Python values, a step together with its stints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcare.demand.tape import Tape
from simcare.engine.log import LEFT, TURNED_AWAY, Log
from simcare.staffing.roster import Roster

Interval = tuple[int, int]


@dataclass(frozen=True)
class Stint:
    """One row of the stints."""

    step: int
    agent: int
    start: int
    end: int
    completed: bool

    def __str__(self) -> str:
        return f"the stint of agent {self.agent} on step {self.step} from {self.start} to {self.end}"


@dataclass(frozen=True)
class Try:
    """One row of the steps: when the step became ready, for the first time or anew, and what came of it."""

    ready: int
    outcome: int
    gone: int


@dataclass(frozen=True)
class Step:
    """The rows of one step, with its stints. What became of the step is what came of its last try."""

    step: int
    contact: int
    kind: int
    type: int
    tries: tuple[Try, ...]
    stints: tuple[Stint, ...]

    @property
    def first_ready(self) -> int:
        """When the step first became ready: from then on the wait for helping teams counts."""
        return self.tries[0].ready

    @property
    def last(self) -> Try:
        """The last try, the only one that can have stints."""
        return self.tries[-1]

    @property
    def completed(self) -> bool:
        """Was the work done."""
        return bool(self.stints) and self.stints[-1].completed


def steps_of(tape: Tape, log: Log) -> dict[int, Step]:
    """Each step of the Log with its tries and its stints, which must stand in the order (step, start)."""
    stints: dict[int, list[Stint]] = defaultdict(list)
    previous = (-1, -1)
    for row in rows(
        log.stints.step, log.stints.agent, log.stints.start_ms, log.stints.end_ms, log.stints.completed
    ):
        stint = Stint(*row)
        assert (stint.step, stint.start) > previous, f"{stint} is out of order: stints go by (step, start)"
        previous = (stint.step, stint.start)
        stints[stint.step].append(stint)
    s = log.steps
    tries: dict[int, list[Try]] = defaultdict(list)
    for step, *what in rows(s.step, s.ready_ms, s.outcome, s.gone_ms):
        tries[step].append(Try(*what))
    types = tape.type_of_contact.tolist()
    return {
        step: Step(step, contact, kind, types[contact], tuple(tries[step]), tuple(stints[step]))
        for step, contact, kind in rows(s.step, s.contact, s.kind)
    }


def waiting_of(step: Step, end_ms: int) -> Iterator[Interval]:
    """When the step waited: in every try until it was begun or gone, and between the stints."""
    for one in step.tries[:-1]:
        yield one.ready, one.gone
    since = step.last.ready
    for stint in step.stints:
        yield since, stint.start
        since = stint.end
    if step.last.outcome in (LEFT, TURNED_AWAY):
        yield since, step.last.gone
    elif not step.completed:
        yield since, max(since, end_ms)


def stints_by_agent(steps: dict[int, Step]) -> dict[int, list[Stint]]:
    """The stints of each agent who has any, by start."""
    by_agent: dict[int, list[Stint]] = defaultdict(list)
    for step in steps.values():
        for stint in step.stints:
            by_agent[stint.agent].append(stint)
    for stints in by_agent.values():
        stints.sort(key=lambda stint: (stint.start, stint.end))
    return by_agent


def retry_of(tape: Tape, contact: int, number: int) -> int | None:
    """The further try of the Tape that is a contact's try of this number; None for the first, number 0.

    After the last on the Tape the first is used again (that it may be is checked in `invariants`).
    """
    first, end = (int(at) for at in tape.first_retry[contact : contact + 2])
    return first + (number - 1) % (end - first) if number else None


def duties_of(roster: Roster) -> dict[int, list[Interval]]:
    """The duty intervals of each agent who has any."""
    duties: dict[int, list[Interval]] = defaultdict(list)
    for agent, start, end in rows(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms):
        duties[agent].append((start, end))
    return duties


def rows(*columns: np.ndarray) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, as Python values."""
    return zip(*(column.tolist() for column in columns), strict=True)
