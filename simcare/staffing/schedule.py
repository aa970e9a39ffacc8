"""The Schedule: everybody a plan wants on duty, over the whole run, before chance takes some away.

It is made once a plan; every replication draws its Roster from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.plans import Plan
from simcare.scenario.scenario import Scenario
from simcare.staffing.shifts import days_until, levels_of, lines_of, spans_of

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Crew:
    """The agents of one line of a team's shifts, or of its level: `agents` of them from `first` on."""

    team: str
    line: str
    first: int
    agents: int


@dataclass(frozen=True)
class Due:
    """People who are due, a row an agent and span of duty, by (agent, from). The shift begins on `day`."""

    agent: Int
    day: Int
    from_ms: Int
    to_ms: Int


@dataclass(frozen=True)
class Stretches:
    """Levels, one row a stretch of one level, by (team, from). `crew` is an index of the Schedule's crews."""

    crew: Int
    team: Int
    day: Int
    from_ms: Int
    to_ms: Int
    level: Int


@dataclass(frozen=True)
class Paid:
    """Pay of people up to the horizon, one row a paid interval.

    Where absence is not paid, there is a row an agent, with the agent and the day on which it depends whether
    he is paid; otherwise a row a line, and agent and day are -1.
    """

    team: Int
    agent: Int
    day: Int
    from_ms: Int
    to_ms: Int
    agents: Int


@dataclass(frozen=True)
class Schedule:
    """What a plan wants, as arrays; agents, teams and times are those of the Roster.

    ``crews`` stand in the order of their agents; a share of ``shrinkage`` of them is to be absent on a day.
    ``days`` are the calendar days on which people may come, beside the eve. Nobody comes after ``until_ms``;
    who is on duty then stays until ``end_ms``.
    """

    team_of_agent: Int
    line_of_agent: Int
    number_of_agent: Int
    crews: tuple[Crew, ...]
    shrinkage: float
    absence_is_paid: bool
    days: int
    horizon_ms: int
    until_ms: int
    end_ms: int
    due: Due
    stretches: Stretches
    paid: Paid


def schedule_of(scenario: Scenario, plan_name: str) -> Schedule:
    """The Schedule of a plan.

    Raises
    ------
    UsageError
        if the scenario has no plan of that name.
    """
    plan = scenario.plan(plan_name)
    horizon = scenario.clock.horizon_ms
    end = horizon + scenario.drain.duration
    until = horizon if scenario.drain.staff == "last-level" else end
    crews = _crews(scenario, plan)
    due, stretches, paid = [_empty(4)], [_empty(6)], [_empty(6)]
    for index, crew in enumerate(crews):
        team = scenario.team_names.index(crew.team)
        if crew.line == "level":
            stretches.append(_stretches(plan, crew, index, team, until))
        else:
            due.append(_due(scenario, plan, crew, until))
            paid.append(_paid(scenario, plan, crew, team))
    team_of_agent, line_of_agent, number_of_agent = _agents(scenario, crews)
    return Schedule(
        team_of_agent=team_of_agent,
        line_of_agent=line_of_agent,
        number_of_agent=number_of_agent,
        crews=crews,
        shrinkage=plan.shrinkage,
        absence_is_paid=plan.absence == "paid",
        days=days_until(until),
        horizon_ms=horizon,
        until_ms=until,
        end_ms=end,
        due=Due(*np.concatenate(due, axis=1)),
        stretches=Stretches(*np.concatenate(stretches, axis=1)),
        paid=Paid(*np.concatenate(paid, axis=1)),
    )


def _crews(scenario: Scenario, plan: Plan) -> tuple[Crew, ...]:
    crews: list[Crew] = []
    first = 0
    for team in scenario.team_names:
        if team in plan.headcount:
            sizes = {"level": max(level for _, level in plan.headcount[team])}
        else:
            sizes = {str(line): shift.agents for line, shift in enumerate(lines_of(plan, team))}
        for line, agents in sizes.items():
            crews.append(Crew(team, line, first, agents))
            first += agents
    return tuple(crews)


def _agents(scenario: Scenario, crews: Sequence[Crew]) -> tuple[Int, Int, Int]:
    """Team, line and number of each agent; numbers run on through the lines of a team."""
    teams: list[int] = []
    lines: list[int] = []
    numbers: list[int] = []
    size = dict.fromkeys(scenario.team_names, 0)
    for crew in crews:
        teams += [scenario.team_names.index(crew.team)] * crew.agents
        lines += [0 if crew.line == "level" else int(crew.line)] * crew.agents
        numbers += range(size[crew.team] + 1, size[crew.team] + crew.agents + 1)
        size[crew.team] += crew.agents
    return np.array(teams, np.int64), np.array(lines, np.int64), np.array(numbers, np.int64)


def _due(scenario: Scenario, plan: Plan, crew: Crew, until_ms: int) -> Int:
    """Rows (agent, day, from, to), as columns."""
    shift = lines_of(plan, crew.team)[int(crew.line)]
    return _for_each_agent(crew, spans_of(shift, scenario.clock, until_ms, breaks_out=True))


def _paid(scenario: Scenario, plan: Plan, crew: Crew, team: int) -> Int:
    """Rows (team, agent, day, from, to, agents), as columns."""
    shift = lines_of(plan, crew.team)[int(crew.line)]
    spans = spans_of(shift, scenario.clock, scenario.clock.horizon_ms, breaks_out=not plan.paid_breaks)
    if plan.absence == "unpaid":
        rows = _for_each_agent(crew, spans)
        ones = np.ones_like(rows[0])
        return np.stack((ones * team, *rows, ones))
    _, from_ms, to_ms = spans if crew.agents else _empty(3)
    same = np.ones_like(from_ms)
    return np.stack((same * team, -same, -same, from_ms, to_ms, same * crew.agents))


def _for_each_agent(crew: Crew, spans: tuple[Int, Int, Int]) -> Int:
    agent = np.arange(crew.first, crew.first + crew.agents, dtype=np.int64)
    return np.stack((np.repeat(agent, len(spans[0])), *(np.tile(column, crew.agents) for column in spans)))


def _stretches(plan: Plan, crew: Crew, index: int, team: int, until_ms: int) -> Int:
    """Rows (crew, team, day, from, to, level), as columns."""
    day, from_ms, level = levels_of(plan.headcount[crew.team], until_ms)
    to_ms = np.append(from_ms[1:], until_ms)
    same = np.ones_like(level)
    return np.stack((same * index, same * team, day, from_ms, to_ms, level))


def _empty(columns: int) -> Int:
    return np.zeros((columns, 0), dtype=np.int64)
