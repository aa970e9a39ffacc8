"""Sums over the people: duty, handling inside duty and outside it, and what is paid."""

from __future__ import annotations

import numpy as np

from simcare.engine.log import Log
from simcare.measures.frame import Float, Frame
from simcare.measures.service import Parts
from simcare.measures.spans import inside_duty, inside_level, level_times, time_in_slots
from simcare.staffing.roster import Roster


def workload(frame: Frame, roster: Roster, log: Log) -> Parts:
    """The sums of the measures of duty, handling and pay, by team."""
    teams = len(frame.teams)
    days = np.broadcast_to(frame.days_in_cell, (1 + teams, frame.cells))
    ms = np.broadcast_to(frame.ms_in_cell, days.shape)
    duty = _duty(frame, roster)
    inside, outside = _handling(frame, roster, log)
    on_duty, in_duty = frame.by_group(duty), frame.by_group(inside)
    return {
        "staffed_hours": (on_duty, days),
        "on_duty": (on_duty, ms),
        "busy_hours": (frame.by_group(inside + outside), days),
        "overtime_hours": (frame.by_group(outside), days),
        "occupancy": (in_duty, on_duty),
        "labour_cost": _cost(frame, roster, outside, days),
    }


def teams_without_cost(frame: Frame, roster: Roster) -> tuple[str, ...]:
    """The teams that the plan employs and whose cost the scenario does not give."""
    employed = np.unique(np.concatenate([roster.team_of_agent, roster.paid_team])).tolist()
    return tuple(frame.teams[team] for team in employed if frame.cost_per_hour[team] is None)


def _duty(frame: Frame, roster: Roster) -> Float:
    teams = len(frame.teams)
    team = roster.team_of_agent[roster.duty_agent]
    people = time_in_slots(frame, roster.duty_from_ms, roster.duty_to_ms, team, teams)
    from_ms, to_ms = level_times(frame, roster)
    return people + time_in_slots(frame, from_ms, to_ms, roster.level_team, teams, weight=roster.level)


def _handling(frame: Frame, roster: Roster, log: Log) -> tuple[Float, Float]:
    """Handling inside duty, and outside it or beyond the level, by team and slot."""
    stints, teams = log.stints, len(frame.teams)
    team = roster.team_of_agent[stints.agent]
    handling = time_in_slots(frame, stints.start_ms, stints.end_ms, team, teams)
    row, from_ms, to_ms = inside_duty(roster, stints.agent, stints.start_ms, stints.end_ms)
    inside = time_in_slots(frame, from_ms, to_ms, team[row], teams)
    for levelled in np.unique(roster.level_team):
        of_team, changes = team == levelled, roster.level_team == levelled
        inside[levelled] = inside_level(
            frame,
            stints.start_ms[of_team],
            stints.end_ms[of_team],
            roster.level_from_ms[changes],
            roster.level[changes],
        )
    return inside, handling - inside


def _cost(frame: Frame, roster: Roster, outside: Float, days: Float) -> tuple[Float, Float]:
    """Pay, in currency × ms / h. Where a team that works has no cost, it and the total are undefined."""
    teams = len(frame.teams)
    paid = time_in_slots(
        frame, roster.paid_from_ms, roster.paid_to_ms, roster.paid_team, teams, weight=roster.paid_agents
    )
    rate = np.array([0.0 if cost is None else cost for cost in frame.cost_per_hour])[:, np.newaxis]
    cost = frame.by_group((paid + outside * frame.overtime) * rate)
    missing = teams_without_cost(frame, roster)
    unknown = [bool(missing), *(name in missing for name in frame.teams)]
    cost[unknown] = 0.0
    return cost, np.where(np.array(unknown)[:, np.newaxis], 0.0, days)
