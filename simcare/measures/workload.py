"""Sums over the people: duty, handling inside duty and outside it, and what is paid."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Float, Frame, Int
from simcare.measures.freedom import all_busy, full_hands
from simcare.measures.hours import Hours
from simcare.measures.played import Played
from simcare.measures.service import Parts
from simcare.measures.spans import (
    count_in_slots,
    holding,
    inside_duty,
    inside_level,
    level_times,
    time_in_slots,
)
from simcare.staffing.roster import UNLIMITED, Roster


def workload(played: Played, kernels: Any = None) -> Parts:
    """The sums of the measures of duty, handling and pay, by team."""
    frame, roster = played.frame, played.roster
    teams = len(frame.teams)
    days = np.broadcast_to(frame.days_in_cell, (1 + teams, 1, frame.cells))
    ms = np.broadcast_to(frame.ms_in_cell, days.shape)
    busy = _busy(played)
    if kernels is None:
        free = all_busy(played)
        inside, outside = _handling(frame, roster, busy)
    else:
        free, inside = _in_one_pass(played, busy, kernels)
        team = roster.team_of_agent[busy.agent]
        handling = time_in_slots(frame, busy.from_ms, busy.to_ms, team, teams, kernels=kernels)
        outside = handling - inside
    duty = _duty(frame, roster, inside, kernels)
    stints = played.log.stints
    done = count_in_slots(
        frame, stints.end_ms, stints.completed, stints.agent, teams, roster.team_of_agent, kernels
    )
    on_duty = frame.by_group(duty)
    limited = _limited(frame, roster)[:, None]
    return {
        "staffed_hours": (on_duty, days),
        "on_duty": (on_duty, ms),
        "all_busy": free,
        "replies": (frame.by_group(done), days),
        "busy_hours": (frame.by_group(inside + outside), days),
        "overtime_hours": (frame.by_group(outside), days),
        "occupancy": (frame.by_group(inside * limited), frame.by_group(duty * limited)),
        "labour_cost": _cost(frame, roster, busy, outside, days, kernels),
    }


def teams_without_cost(frame: Frame, roster: Roster) -> tuple[str, ...]:
    """The teams that the plan employs and whose cost the scenario does not give."""
    employed = np.flatnonzero(np.bincount(np.concatenate([roster.team_of_agent, roster.paid_team]))).tolist()
    return tuple(frame.teams[team] for team in employed if frame.cost_per_hour[team] is None)


class _Busy(NamedTuple):
    """When agents had anything in hand: (agent, from, to), whatever they did at once."""

    agent: Int
    from_ms: Int
    to_ms: Int


def _busy(played: Played) -> _Busy:
    stints = played.log.stints
    if played.frame.one_at_once:  # then nobody's stints overlap
        return _Busy(stints.agent, stints.start_ms, stints.end_ms)
    one = np.ones(len(played.roster.team_of_agent), dtype=np.int64)
    return _Busy(*holding(stints.agent, stints.start_ms, stints.end_ms, one))


def _in_one_pass(played: Played, busy: _Busy, kernels: Any) -> tuple[tuple[Float, Float], Float]:
    """What `all_busy` finds, and the time with something in hand inside duty."""
    frame, roster = played.frame, played.roster
    teams = len(frame.teams)
    levelled = np.zeros(teams, dtype=np.bool_)
    levelled[roster.level_team] = True
    bits = teams.bit_length()
    of_people = (roster.team_of_agent, levelled, roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms)
    changes = kernels.changes_in_duty(*busy, *of_people, bits, frame.lap_bits)
    same = frame.one_at_once
    full = changes if same else kernels.changes_in_duty(*full_hands(played), *of_people, bits, frame.lap_bits)
    full = tuple(one[:0] if same else one for one in full)
    duty = _changes_of_duty(roster, levelled)
    time = kernels.duty_in_slots(frame.all_edges_ms, changes, full, same, bits, *duty, teams)
    return (frame.in_cells(time[0]), frame.in_cells(time[1])), time[2, 1:]


def _changes_of_duty(roster: Roster, levelled: NDArray[np.bool_]) -> tuple[Int, Int, Int]:
    """When, in which team and by how much the number of those on duty changes, in order of time."""
    first = np.append(True, roster.level_team[1:] != roster.level_team[:-1])[: len(roster.level_team)]
    rise = np.where(first, roster.level, np.diff(roster.level, prepend=0))
    team = roster.team_of_agent[roster.duty_agent]
    people = ~levelled[team]
    team = team[people]
    came = np.ones(len(team), dtype=np.int64)
    at = np.concatenate([roster.level_from_ms, roster.duty_from_ms[people], roster.duty_to_ms[people]])
    order = np.argsort(at, kind="stable")
    teams = np.concatenate([roster.level_team, team, team])
    return at[order], teams[order], np.concatenate([rise, came, -came])[order]


def _duty(frame: Frame, roster: Roster, in_hand: Float, kernels: Any) -> Float:
    """Agents on duty, in ms; where there is no limit, on duty is who has anything in hand."""
    teams = len(frame.teams)
    team = roster.team_of_agent[roster.duty_agent]
    people = time_in_slots(frame, roster.duty_from_ms, roster.duty_to_ms, team, teams, kernels=kernels)
    from_ms, to_ms = level_times(frame, roster)
    level = np.where(roster.level == UNLIMITED, 0, roster.level)
    duty = people + time_in_slots(
        frame, from_ms, to_ms, roster.level_team, teams, weight=level, kernels=kernels
    )
    unlimited = ~_limited(frame, roster)
    duty[unlimited] = in_hand[unlimited]
    return duty


def _limited(frame: Frame, roster: Roster) -> NDArray[np.bool_]:
    """The teams that can be used up. Of the others who is on duty is busy by definition: no occupancy."""
    limited = np.ones(len(frame.teams), dtype=np.bool_)
    limited[roster.level_team[roster.level == UNLIMITED]] = False
    return limited


def _handling(frame: Frame, roster: Roster, busy: _Busy, hours: Hours | None = None) -> tuple[Float, Float]:
    """Time with something in hand inside duty, and outside it or beyond the level, by team and slot;
    with `hours`, in them.
    """
    teams = len(frame.teams)
    team = roster.team_of_agent[busy.agent]
    handling = time_in_slots(frame, busy.from_ms, busy.to_ms, team, teams, hours=hours)
    row, from_ms, to_ms = inside_duty(roster, *busy)
    inside = time_in_slots(frame, from_ms, to_ms, team[row], teams, hours=hours)
    for levelled in np.unique(roster.level_team):
        of_team, changes = team == levelled, roster.level_team == levelled
        inside[levelled] = inside_level(
            frame,
            busy.from_ms[of_team],
            busy.to_ms[of_team],
            roster.level_from_ms[changes],
            roster.level[changes],
            hours,
        )
    return inside, handling - inside


def _cost(
    frame: Frame, roster: Roster, busy: _Busy, outside: Float, days: Float, kernels: Any
) -> tuple[Float, Float]:
    """Pay, in currency × ms / h. Where a team that works has no cost, it and the total are undefined."""
    paid = _paid(frame, roster, kernels=kernels) + outside * frame.overtime
    for hours, pay in frame.premiums:
        _, late = _handling(frame, roster, busy, hours)
        paid += (pay - 1.0) * (_paid(frame, roster, hours) + late * frame.overtime)
    rate = np.array([0.0 if cost is None else cost for cost in frame.cost_per_hour])[:, np.newaxis]
    cost = frame.by_group(paid * rate)
    missing = teams_without_cost(frame, roster)
    unknown = [bool(missing), *(name in missing for name in frame.teams)]
    cost[unknown] = 0.0
    return cost, np.where(np.array(unknown)[:, np.newaxis, np.newaxis], 0.0, days)


def _paid(frame: Frame, roster: Roster, hours: Hours | None = None, kernels: Any = None) -> Float:
    """Paid time of schedules, by team and slot; with `hours`, in them."""
    span = (roster.paid_from_ms, roster.paid_to_ms, roster.paid_team)
    weight = roster.paid_agents
    return time_in_slots(frame, *span, len(frame.teams), weight=weight, hours=hours, kernels=kernels)
