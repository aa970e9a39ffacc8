"""Draw the Roster: who is on duty when in one replication of one plan, and what is paid.

Shifts are people, each absent or present on the day a shift of theirs begins; a level is thinned unit by unit
on each calendar day. Through the drain the calendar goes on with fresh absences, or whoever was on duty just
before the horizon stays until the end and nobody else comes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.streams import Streams
from simcare.scenario.scenario import Scenario
from simcare.staffing.absence import absent
from simcare.staffing.roster import UNLIMITED, Roster
from simcare.staffing.schedule import Schedule, schedule_of
from simcare.staffing.shifts import EVE

Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


def draw_roster(scenario: Scenario, plan_name: str, replication: int, seed: int | None = None) -> Roster:
    """The Roster of one replication of a plan; `seed` defaults to the scenario's own.

    Duty and levels run to the end of the drain; pay ends with the horizon.

    Raises
    ------
    UsageError
        if the scenario has no plan of that name.
    """
    entropy = scenario.experiment.seed if seed is None else seed
    return roster_from(schedule_of(scenario, plan_name), replication, entropy)


def roster_from(schedule: Schedule, replication: int, seed: int) -> Roster:
    """The Roster of one replication from a plan's Schedule."""
    (roster,) = rosters_from(schedule, Streams(seed, range(replication, replication + 1)))
    return roster


def rosters_from(schedule: Schedule, streams: Streams) -> list[Roster]:
    """The Rosters of several replications in turn; it is one and the same where nobody is ever absent."""
    if schedule.shrinkage > 0:
        return [_roster(schedule, away) for away in _away(schedule, streams)]
    nobody = np.zeros((len(schedule.team_of_agent), schedule.days - EVE), dtype=np.bool_)
    return [_roster(schedule, nobody)] * len(streams.replications)


def _roster(schedule: Schedule, away: Bool) -> Roster:
    duty_agent, duty_from_ms, duty_to_ms = _duty(schedule, away)
    level = _thinned(schedule, away)
    stretches = schedule.stretches
    changes = np.ones(len(level), dtype=np.bool_)
    changes[1:] = (level[1:] != level[:-1]) | (stretches.team[1:] != stretches.team[:-1])
    paid_team, paid_from_ms, paid_to_ms, paid_agents = _pay(schedule, away, level)
    return Roster(
        team_of_agent=schedule.team_of_agent,
        line_of_agent=schedule.line_of_agent,
        number_of_agent=schedule.number_of_agent,
        duty_agent=duty_agent,
        duty_from_ms=duty_from_ms,
        duty_to_ms=duty_to_ms,
        level_team=stretches.team[changes],
        level_from_ms=stretches.from_ms[changes],
        level=level[changes],
        paid_team=paid_team,
        paid_from_ms=paid_from_ms,
        paid_to_ms=paid_to_ms,
        paid_agents=paid_agents,
    )


def _away(schedule: Schedule, streams: Streams) -> Bool:
    """Who is absent: shape (replications, agents, 1 + days), the eve first. The units of a level count as its
    agents.
    """
    none = np.zeros((len(streams.replications), 0, schedule.days - EVE), dtype=np.bool_)
    crews = [
        absent(streams, crew.team, crew.line, crew.agents, schedule.days, shrinkage)
        for crew in schedule.crews
        for shrinkage in [0.0 if crew.agents == UNLIMITED else schedule.shrinkage]
    ]
    return np.concatenate((none, *crews), axis=1)


def _duty(schedule: Schedule, away: Bool) -> tuple[Int, Int, Int]:
    """(agent, from, to) of everybody who came; duties of one agent that touch are one."""
    due = schedule.due
    came = ~away[due.agent, due.day - EVE]
    agent, from_ms, to_ms = due.agent[came], due.from_ms[came], due.to_ms[came]
    begins = np.ones(len(agent), dtype=np.bool_)
    begins[1:] = (agent[1:] != agent[:-1]) | (from_ms[1:] > to_ms[:-1])
    ends = np.append(begins[1:], True)[: len(agent)]
    to_ms = to_ms[ends]
    to_ms[to_ms == schedule.until_ms] = schedule.end_ms  # on duty when nobody comes any more: he stays
    return agent[begins], from_ms[begins], to_ms


def _thinned(schedule: Schedule, away: Bool) -> Int:
    """What is left of each level: of the units it counts, those that are there that day."""
    stretches = schedule.stretches
    level = stretches.level.copy()
    if schedule.shrinkage > 0:
        for index in np.unique(stretches.crew):
            crew, rows = schedule.crews[index], stretches.crew == index
            units = away[crew.first : crew.first + crew.agents]
            away_of_first = np.cumsum(np.vstack((np.zeros_like(units[:1]), units)), axis=0, dtype=np.int64)
            level[rows] -= away_of_first[level[rows], stretches.day[rows] - EVE]
    return level


def _pay(schedule: Schedule, away: Bool, level: Int) -> tuple[Int, Int, Int, Int]:
    """(team, from, to, agents) of what is paid, people before levels."""
    people, stretches = schedule.paid, schedule.stretches
    if schedule.absence_is_paid:
        is_paid: Bool = np.ones(len(people.team), dtype=np.bool_)
        level = stretches.level
    else:
        is_paid = ~away[people.agent, people.day - EVE]
    levels = (stretches.from_ms < schedule.horizon_ms) & (level > 0)
    level_to_ms = np.minimum(stretches.to_ms, schedule.horizon_ms)
    return (
        np.concatenate((people.team[is_paid], stretches.team[levels])),
        np.concatenate((people.from_ms[is_paid], stretches.from_ms[levels])),
        np.concatenate((people.to_ms[is_paid], level_to_ms[levels])),
        np.concatenate((people.agents[is_paid], level[levels])),
    )
