"""How many agents are to be expected on duty, without simulation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.plans import UNLIMITED
from simcare.scenario.scenario import Scenario
from simcare.staffing.shifts import levels_of, lines_of, spans_of

Int = NDArray[np.int64]
Float = NDArray[np.float64]


def on_duty(scenario: Scenario, plan_name: str) -> Float:
    """Expected agents on duty by interval of the measured days: shape (teams, days, intervals a day).

    Exact: the time agents are due in the interval, breaks out, over its length, times (1 - shrinkage).
    Infinity for a level without limit.

    Raises
    ------
    UsageError
        if the scenario has no plan of that name.
    """
    plan = scenario.plan(plan_name)
    clock = scenario.clock
    edges = np.arange(clock.measured_from_ms, clock.horizon_ms + 1, clock.interval)
    due = np.zeros((len(scenario.team_names), len(edges) - 1))
    for index, team in enumerate(scenario.team_names):
        if team in plan.headcount:
            _, from_ms, level = levels_of(plan.headcount[team], clock.horizon_ms)
            due[index] = _time_between(edges, from_ms, np.diff(level, prepend=0))
        for shift in lines_of(plan, team):
            _, from_ms, to_ms = spans_of(shift, clock, clock.horizon_ms, breaks_out=True)
            comes_and_goes = np.repeat((shift.agents, -shift.agents), len(from_ms))
            due[index] += _time_between(edges, np.concatenate((from_ms, to_ms)), comes_and_goes)
    expected = due / clock.interval * (1 - plan.shrinkage)
    expected[[(0, UNLIMITED) in plan.headcount.get(team, ()) for team in scenario.team_names]] = np.inf
    return expected.reshape(len(due), clock.days, clock.intervals_per_day)


def _time_between(edges: Int, at_ms: Int, change: Int) -> Float:
    """Agent-ms between successive `edges`, of a number of agents that changes by `change` at `at_ms`."""
    order = np.argsort(at_ms, kind="stable")
    times = np.concatenate(([0], at_ms[order], edges[-1:]))
    agents = np.concatenate(([0], np.cumsum(change[order])))
    agent_ms = np.concatenate(([0], np.cumsum(agents * np.diff(times))))
    return np.diff(np.interp(edges, times, agent_ms))
