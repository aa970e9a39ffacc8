"""The Rules: who may serve whom, how fast, and who takes what; a plan as arrays for the engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Float = NDArray[np.float64]

Order = Literal["first-come", "priority", "deadline", "newest"]
AgentRule = Literal["longest-idle", "most-specialised", "fastest"]

NO_PROMISE = 2**62
"""The promise of a type that has none: last in the order of deadlines."""

PARTS = 1_000_000
"""Speeds are integer parts per million."""


@dataclass(frozen=True)
class Rules:
    """What one plan decides, for every kind of step, contact type and team.

    Types and teams are indexed by sorted name; kinds are those of the Tape (first reply, follow-up,
    escalated work).

    ``handles``       (kinds, types, teams) bool: may an agent of the team take such a step
    ``speed_ppm``     (kinds, types, teams): speed in parts per million; 0 where it may not
    ``work_slot``     (kinds, types, teams): the row of `Tape.work_ms` that holds the work
    ``team_rank``     (types, teams): the type's order of teams, 0 first, equal ranks allowed
    ``order``         what a freed agent takes first; ``type_rank`` (types) ranks types for `priority`,
                      ``promise_ms`` (types) is each type's shortest promise, for `deadline`
    ``agent_rule``    which of several free agents a step takes; ``skills_of_team`` (teams) counts
                      skills, for `most-specialised`
    ``again``, ``escalates``, ``silent``, ``leaves_at_once``  (types): probabilities that the marks of
                      the Tape are compared with: it happens when mark < probability
    ``drop_at_shift_end``  people hand back what they hold when their duty ends
    ``horizon_ms``, ``drain_end_ms``  the end of arrivals, and of everything
    """

    handles: NDArray[np.bool_]
    speed_ppm: Int
    work_slot: Int
    team_rank: Int
    order: Order
    type_rank: Int
    promise_ms: Int
    agent_rule: AgentRule
    skills_of_team: Int
    again: Float
    escalates: Float
    silent: Float
    leaves_at_once: Float
    drop_at_shift_end: bool
    horizon_ms: int
    drain_end_ms: int


def handling_ms(work_ms: int, speed_ppm: int) -> int:
    """Handling in ms of `work_ms` at a speed in ppm, to the nearest ms, at least 1 if positive."""
    if work_ms <= 0:
        return 0
    return max(1, (work_ms * PARTS + speed_ppm // 2) // speed_ppm)
