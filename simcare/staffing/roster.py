"""The Roster: who is on duty when, in one replication of one plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.plans import UNLIMITED as UNLIMITED

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Roster:
    """Duty of every agent as half-open intervals, head counts as levels, and what is paid.

    Agents are numbered by (team, line, number). A team is staffed either by people (duty intervals) or
    by a level. Times are milliseconds since midnight of the first simulated day and run to the end of
    the drain.

    Arrays over agents
        ``team_of_agent`` (index of the sorted team names), ``line_of_agent`` (position of the shift among
        the team's shifts, from 0; 0 for a level), ``number_of_agent`` (from 1, running on through the
        team's lines).
    People, one row a duty interval, by (agent, start), never overlapping or touching
        ``duty_agent``, ``duty_from_ms``, ``duty_to_ms``. Absent agents have no row; breaks are gaps.
    Levels, one row a change, by (team, time), the first of each team at time 0
        ``level_team``, ``level_from_ms``, ``level`` (agents on duty from then on; the team has as many
        agents as its highest level). A level of `UNLIMITED` stands alone, at time 0; who is busy counts as
        on duty, the others do not.
    Pay, one row a paid interval
        ``paid_team``, ``paid_from_ms``, ``paid_to_ms``, ``paid_agents``: scheduled duty, absentees
        included unless the plan does not pay them, breaks only if the plan pays them.
    """

    team_of_agent: Int
    line_of_agent: Int
    number_of_agent: Int
    duty_agent: Int
    duty_from_ms: Int
    duty_to_ms: Int
    level_team: Int
    level_from_ms: Int
    level: Int
    paid_team: Int
    paid_from_ms: Int
    paid_to_ms: Int
    paid_agents: Int
