"""Sums over the people: duty, handling inside duty and outside it, and what is paid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Float, Frame, Int
from simcare.measures.freedom import all_busy
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
from simcare.measures.sweep import OfTeams
from simcare.staffing.roster import UNLIMITED, Roster


class _Work(NamedTuple):
    """By team and slot: time with something in hand inside duty, and outside it or beyond the level; time on
    duty, where there is a limit, and paid; and replies. And what `all_busy` finds.
    """

    inside: Float
    outside: Float
    on_duty: Float
    paid: Float
    replies: Float
    all_busy: tuple[Float, Float]


def workload(played: Played, swept: OfTeams | None = None) -> Parts:
    """The sums of the measures of duty, handling and pay, by team; of what a sweep found if there was one."""
    frame, roster = played.frame, played.roster
    days = np.broadcast_to(frame.days_in_cell, (1 + len(frame.teams), 1, frame.cells))
    ms = np.broadcast_to(frame.ms_in_cell, days.shape)
    work = _by_span(played) if swept is None else _by_sweep(frame, swept)
    limited = _limited(frame, roster)[:, None]
    duty = np.where(limited, work.on_duty, work.inside)
    on_duty = frame.by_group(duty)
    return {
        "staffed_hours": (on_duty, days),
        "on_duty": (on_duty, ms),
        "all_busy": work.all_busy,
        "replies": (frame.by_group(work.replies), days),
        "busy_hours": (frame.by_group(work.inside + work.outside), days),
        "overtime_hours": (frame.by_group(work.outside), days),
        "occupancy": (frame.by_group(work.inside * limited), frame.by_group(duty * limited)),
        "labour_cost": _cost(played, work, days),
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


def _by_span(played: Played) -> _Work:
    frame, roster, stints = played.frame, played.roster, played.log.stints
    teams = len(frame.teams)
    return _Work(
        *_handling(frame, roster, _busy(played)),
        on_duty=_duty(frame, roster),
        paid=_paid(frame, roster),
        replies=count_in_slots(
            frame, stints.end_ms, stints.completed, stints.agent, teams, roster.team_of_agent
        ),
        all_busy=all_busy(played),
    )


def _by_sweep(frame: Frame, swept: OfTeams) -> _Work:
    of_teams = OfTeams(*(found[1:] for found in swept))
    return _Work(
        inside=of_teams.handling - of_teams.outside,
        outside=of_teams.outside,
        on_duty=of_teams.on_duty,
        paid=of_teams.paid,
        replies=of_teams.replies,
        all_busy=(frame.in_cells(swept.nobody_free), frame.in_cells(swept.anybody)),
    )


def _duty(frame: Frame, roster: Roster) -> Float:
    """Agents on duty, in ms; none where there is no limit."""
    teams = len(frame.teams)
    team = roster.team_of_agent[roster.duty_agent]
    people = time_in_slots(frame, roster.duty_from_ms, roster.duty_to_ms, team, teams)
    from_ms, to_ms = level_times(frame, roster)
    level = np.where(roster.level == UNLIMITED, 0, roster.level)
    return people + time_in_slots(frame, from_ms, to_ms, roster.level_team, teams, weight=level)


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


def _cost(played: Played, work: _Work, days: Float) -> tuple[Float, Float]:
    """Pay, in currency × ms / h. Where a team that works has no cost, it and the total are undefined."""
    frame, roster = played.frame, played.roster
    paid = work.paid + work.outside * frame.overtime
    for hours, pay in frame.premiums:
        _, late = _handling(frame, roster, _busy(played), hours)
        paid += (pay - 1.0) * (_paid(frame, roster, hours) + late * frame.overtime)
    rate = np.array([0.0 if cost is None else cost for cost in frame.cost_per_hour])[:, np.newaxis]
    cost = frame.by_group(paid * rate)
    missing = teams_without_cost(frame, roster)
    unknown = [bool(missing), *(name in missing for name in frame.teams)]
    cost[unknown] = 0.0
    return cost, np.where(np.array(unknown)[:, np.newaxis, np.newaxis], 0.0, days)


def _paid(frame: Frame, roster: Roster, hours: Hours | None = None) -> Float:
    """Paid time of schedules, by team and slot; with `hours`, in them."""
    span = (roster.paid_from_ms, roster.paid_to_ms, roster.paid_team)
    return time_in_slots(frame, *span, len(frame.teams), weight=roster.paid_agents, hours=hours)
