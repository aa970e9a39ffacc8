"""The Rules: who may serve whom, how fast, and who takes what; a plan as arrays for the engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simcare.staffing.readers import Readers

Int = NDArray[np.int64]
Float = NDArray[np.float64]

Order = Literal["first-come", "priority", "deadline", "newest", "followers", "audience"]
AgentRule = Literal["longest-idle", "most-specialised", "fastest", "random"]

NO_PROMISE = 2**62
"""The promise of a type that has none: last in the order of deadlines."""

NO_LIMIT = 2**62
"""The limit of a queue that has none; and more followers than anybody has."""

PARTS = 1_000_000
"""Speeds and paces are integer parts per million."""


@dataclass(frozen=True)
class Rules:
    """What one plan decides, for every kind of step, contact type and team.

    Types and teams are indexed by sorted name; kinds are those of the Tape.

    ``handles``       (kinds, types, teams) bool: may an agent of the team take such a step
    ``speed_ppm``     (kinds, types, teams): speed in parts per million; 0 where it may not
    ``work_slot``     (kinds, types, teams): the row of `Tape.work_ms` that holds the work
    ``team_rank``     (types, teams): the type's order of teams, 0 first, equal ranks allowed
    ``team_tier``     (types, teams): the team's order of types, 0 first, equal ranks allowed
    ``overflow_ms``   (types, teams): how long after a step first became ready the team may take it
    ``ahead_over``    (kinds, types): steps of contacts with more followers than this go ahead of others;
                      -1: all of them, `NO_LIMIT`: none
    ``order``         what a freed agent takes first; ``type_rank`` (types) ranks types for `priority`,
                      ``promise_ms`` (types) is each type's shortest promise, for `deadline`
    ``public``        (types) bool: can others read what these contacts write, for `followers` and `audience`
    ``views_by_age``, ``reshares``  (types, rows, 2) and (types, 3), for `audience`: nano-views a minute of a
                      complaint of that age (`audience_order.age_row`), for each follower and for each reshare
                      to be expected; and λ₁, β and F₀, with which an author with F followers is to expect
                      λ₁ ((F + F₀) / 1000)^β reshares
    ``agent_rule``    which of several free agents a step takes; ``skills_of_team`` (teams) counts
                      skills, for `most-specialised`
    ``at_once``       (teams): how many steps an agent may have in hand
    ``pace_ppm``      (teams, 1 + most at once): at which pace each step goes on when an agent has so many in
                      hand, in parts per million
    ``again``, ``escalates``, ``silent``, ``tries_again``, ``closes``  (types): probabilities that the marks
                      of the Tape are compared with: it happens when mark < probability. ``closes`` is that
                      of a closing reply in public
    ``acknowledges``  (types) bool: first replies only acknowledge, and a full answer follows
    ``queue_of_type``, ``queue_limit``  (types) and (queues): the queue whose waiting first replies a type
                      counts, and how many these may be; `NO_LIMIT`
    ``leaves_from``, ``leaves_at_once``  (types, k): the probability that who would have to wait leaves
                      at once; entry k holds when at least ``leaves_from[k]`` first replies wait in the type's
                      queue, the last that does. The first is from 0; rows are filled up with `NO_LIMIT`
    ``drop_at_shift_end``  people hand back what they hold when their duty ends
    ``horizon_ms``, ``drain_end_ms``  the end of arrivals, and of everything
    ``readers``       what readers make of replies, where pile-on hangs on it
    """

    handles: NDArray[np.bool_]
    speed_ppm: Int
    work_slot: Int
    team_rank: Int
    team_tier: Int
    overflow_ms: Int
    ahead_over: Int
    order: Order
    type_rank: Int
    promise_ms: Int
    public: NDArray[np.bool_]
    views_by_age: Int
    reshares: Float
    agent_rule: AgentRule
    skills_of_team: Int
    at_once: Int
    pace_ppm: Int
    again: Float
    escalates: Float
    silent: Float
    tries_again: Float
    closes: Float
    acknowledges: NDArray[np.bool_]
    queue_of_type: Int
    queue_limit: Int
    leaves_from: Int
    leaves_at_once: Float
    drop_at_shift_end: bool
    horizon_ms: int
    drain_end_ms: int
    readers: Readers | None = None


def handling_ms(work_ms: int, speed_ppm: int) -> int:
    """Handling in ms of `work_ms` at a speed in ppm, to the nearest ms, at least 1 if positive."""
    if work_ms <= 0:
        return 0
    return max(1, (work_ms * PARTS + speed_ppm // 2) // speed_ppm)
