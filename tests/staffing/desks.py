"""A small scenario whose plan each test writes for itself, and its Roster as plain values."""

from __future__ import annotations

from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster
from simcare.staffing.roster import Roster

HOUR = 3_600_000
DAY = 24 * HOUR

ONE_DAY_MORE = "drain: {for: 1 day}"
NO_DRAIN = "drain: {for: 0 min}"
TWO_TEAMS = "desk: {skills: {questions: 100%}}, away: {skills: {questions: 100%}}"


def desk(
    plan: str,
    *,
    days: int = 2,
    warm_up: str = "0 min",
    more: str = "",
    teams: str = "desk: {skills: {questions: 100%}}",
) -> Scenario:
    """One contact type, the plan `today` in YAML's flow form, and other lines at the top level (`more`).

    The first measured day is a Monday.
    """
    return loads(
        f"""
simcare: 1
title: A desk
clock: {{start: 2026-01-05, days: {days}, warm_up: {warm_up}}}
contacts:
  question:
    needs: [questions]
    arrivals: {{per_hour: 1}}
    handling: {{constant: 5 min}}
teams: {{{teams}}}
plans:
  today: {plan}
{more}
"""
    )


def duty(scenario: Scenario, replication: int = 0) -> dict[int, list[tuple[float, float]]]:
    """Agent → intervals of duty, in hours since the beginning."""
    roster = draw_roster(scenario, "today", replication)
    agents: dict[int, list[tuple[float, float]]] = {agent: [] for agent in range(len(roster.team_of_agent))}
    for agent, start, end in zip(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms, strict=True):
        agents[int(agent)].append((start / HOUR, end / HOUR))
    return agents


def levels(scenario: Scenario, replication: int = 0) -> list[tuple[int, float, int]]:
    roster = draw_roster(scenario, "today", replication)
    rows = zip(roster.level_team, roster.level_from_ms, roster.level, strict=True)
    return [(int(team), at / HOUR, int(level)) for team, at, level in rows]


def paid(scenario: Scenario, replication: int = 0) -> list[tuple[int, float, float, int]]:
    roster = draw_roster(scenario, "today", replication)
    rows = zip(roster.paid_team, roster.paid_from_ms, roster.paid_to_ms, roster.paid_agents, strict=True)
    return sorted((int(team), start / HOUR, end / HOUR, int(agents)) for team, start, end, agents in rows)


def people(roster: Roster) -> set[tuple[int, int, int, int]]:
    """Duty as (line, number, from, to)."""
    rows = zip(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms, strict=True)
    return {
        (int(roster.line_of_agent[agent]), int(roster.number_of_agent[agent]), int(start), int(end))
        for agent, start, end in rows
    }
