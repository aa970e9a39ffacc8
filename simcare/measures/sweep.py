"""All that is measured over time, found by slot in one sweep: what is used beside the compiled engine."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simcare.measures.contacts import StepTimes
from simcare.measures.frame import Float
from simcare.measures.played import Played


class OfTypes(NamedTuple):
    """By contact type, all together first, and slot: (1 + types, slots of all replications).

    The time that messages were there and in the queue, in ms of all of them; the most that were in the queue
    and there at once; how many reached past the end of the slot; the greatest age in it; and when, at or
    after the last arrival in it, there was first none, in the time of the replication: -1 where nothing
    arrived, `NEVER` where there was always some.
    """

    present: Float
    queue: Float
    queue_max: Float
    backlog_max: Float
    at_close: Float
    oldest: Float
    cleared_ms: Float


class OfTeams(NamedTuple):
    """By team, all together first, and slot: (1 + teams, slots of all replications).

    The time in which nobody on duty was free, and that in which anybody was on duty; then of teams only, not
    of all together: the times of those who have anything in hand up to as many as are on duty, of all who
    have, on duty, and paid; and replies that were sent. A level without limit counts as `UNLIMITED`.
    """

    nobody_free: Float
    anybody: Float
    outside: Float
    handling: Float
    on_duty: Float
    paid: Float
    replies: Float


class Swept(NamedTuple):
    """Both."""

    of_types: OfTypes
    of_teams: OfTeams


def swept(played: Played, times: StepTimes, kernels: Any) -> Swept:
    """What is found in one pass over each replication."""
    frame, roster = played.frame, played.roster
    steps, stints = played.log.steps, played.log.stints
    room = np.array(frame.at_once or (1,) * len(frame.teams), dtype=np.int64)[roster.team_of_agent]
    of_types, of_teams = kernels.sweeping.sweep(
        (steps.contact, steps.outcome, steps.ready_ms, times.start_ms, times.done_ms),
        (times.row_of_stint, stints.agent, stints.start_ms, stints.end_ms, stints.completed),
        (roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms),
        (roster.level_team, roster.level_from_ms, roster.level),
        (roster.paid_team, roster.paid_from_ms, roster.paid_to_ms, roster.paid_agents),
        played.firsts, played.type_of_contact, roster.team_of_agent, room,
        frame.edges_ms, frame.lap_bits, len(frame.types), len(frame.teams),
    )  # fmt: skip
    return Swept(OfTypes(*of_types), OfTeams(*of_teams))
