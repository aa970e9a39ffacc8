"""The rows of a Log as Python values, a step together with its stints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcare.demand.tape import Tape
from simcare.engine.log import Log
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
class Step:
    """One row of the steps, with its stints."""

    step: int
    contact: int
    kind: int
    type: int
    ready: int
    outcome: int
    gone: int
    stints: tuple[Stint, ...]


def steps_of(tape: Tape, log: Log) -> dict[int, Step]:
    """Each step of the Log with its stints, which must stand in the order (step, start)."""
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
    return {
        step: Step(
            step, contact, kind, int(tape.type_of_contact[contact]), ready, outcome, gone, tuple(stints[step])
        )
        for step, contact, kind, ready, outcome, gone in rows(
            s.step, s.contact, s.kind, s.ready_ms, s.outcome, s.gone_ms
        )
    }


def duties_of(roster: Roster) -> dict[int, list[Interval]]:
    """The duty intervals of each agent who has any."""
    duties: dict[int, list[Interval]] = defaultdict(list)
    for agent, start, end in rows(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms):
        duties[agent].append((start, end))
    return duties


def rows(*columns: np.ndarray) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, as Python values."""
    return zip(*(column.tolist() for column in columns), strict=True)
