"""When nobody on duty is free: everyone has as many messages in hand as he may."""

from __future__ import annotations

import numpy as np

from simcare.measures.frame import Float, Frame, Int
from simcare.measures.played import Played
from simcare.measures.spans import Steps, holding, inside_duty
from simcare.staffing.roster import Roster


def all_busy(played: Played) -> tuple[Float, Float]:
    """The time in which nobody on duty is free, and the time in which anybody is on duty, by team, shape
    (1 + teams, replications, cells). Row 0 is about all teams together, not their sum.

    Of people, those on duty count. Of a head count, as many agents as the level; more may be busy when it has
    fallen. Where there is no limit somebody is always free.
    """
    frame, roster = played.frame, played.roster
    full = _full_hands(played)
    on_duty = [_on_duty(roster, team) for team in range(len(frame.teams))]
    free = [_free(roster, team, duty, full) for team, duty in enumerate(on_duty)]
    desk = (_added(on_duty), _added(free))
    found = [_in_cells(frame, *pair) for pair in (desk, *zip(on_duty, free, strict=True))]
    over, under = zip(*found, strict=True)
    return np.stack(over), np.stack(under)


def _full_hands(played: Played) -> tuple[Int, Int, Int]:
    """When each agent has as many messages in hand as he may: (agent, from, to)."""
    frame, stints = played.frame, played.log.stints
    room = np.array(frame.at_once or (1,) * len(frame.teams), dtype=np.int64)[played.roster.team_of_agent]
    return holding(stints.agent, stints.start_ms, stints.end_ms, room)


def _on_duty(roster: Roster, team: int) -> Steps:
    """How many agents of a team are on duty."""
    changes = roster.level_team == team
    if changes.any():
        return Steps(roster.level_from_ms[changes], roster.level[changes])
    people = roster.team_of_agent[roster.duty_agent] == team
    return Steps.of_spans(roster.duty_from_ms[people], roster.duty_to_ms[people])


def _free(roster: Roster, team: int, on_duty: Steps, full: tuple[Int, Int, Int]) -> Steps:
    """How many agents on duty in a team have room."""
    agent, from_ms, to_ms = full
    if not np.any(roster.level_team == team):
        row, from_ms, to_ms = inside_duty(roster, agent, from_ms, to_ms)
        agent = agent[row]
    mine = roster.team_of_agent[agent] == team
    occupied = Steps.of_spans(from_ms[mine], to_ms[mine])
    at = on_duty.changes_of_either(occupied)
    return Steps(at, np.maximum(on_duty.at(at) - occupied.at(at), 0))


def _added(parts: list[Steps]) -> Steps:
    at, change = zip(*(part.changes for part in parts), strict=True)
    return Steps.of_changes(np.concatenate(at), np.concatenate(change))


def _in_cells(frame: Frame, on_duty: Steps, free: Steps) -> tuple[Float, Float]:
    at = on_duty.changes_of_either(free)
    anybody = on_duty.at(at) > 0
    nobody_free = anybody & (free.at(at) == 0)
    parts = [Steps(at, flags.astype(np.int64)).in_slots(frame) for flags in (nobody_free, anybody)]
    return frame.in_cells(parts[0]), frame.in_cells(parts[1])
