"""Textbook desks as scenario texts, run as a planner would run them.

Every desk runs warm for a day first, since the formulas speak of a system that has always been there.
"""

from __future__ import annotations

from typing import Any

import simcare
from simcare.experiment.result import Result
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

MINUTE = 60.0
"""Exact waits are in minutes, and simcare reports seconds."""


def scenario_of(
    contacts: str,
    agents: int | str,
    *,
    days: int,
    replications: int = 1,
    teams: str = "{desk: {skills: {answer: 100%}}}",
    rules: str = "",
    top: str = "",
    promise: str = "1 min",
    warm_up: str = "1 day",
    seed: int = 11,
) -> Scenario:
    """A scenario of contact types as YAML, and `agents` at one desk or a head count of `teams`, as YAML too.

    `rules` are more keys of the plan and `top` more keys of the file, each in one line.
    """
    headcount = f"{{desk: {agents}}}" if isinstance(agents, int) else agents
    return loads(f"""
simcare: 1
title: textbook
clock: {{warm_up: {warm_up}, days: {days}}}
contacts:
{contacts}
teams: {teams}
plans:
  only:
    headcount: {headcount}
    {rules}
service_levels:
  - {{contacts: all, answered_within: {promise}}}
experiment: {{replications: {replications}, seed: {seed}}}
{top}
""")


def play(contacts: str, agents: int | str, **how: Any) -> Result:
    """The result of a scenario (`scenario_of`)."""
    return simcare.run(scenario_of(contacts, agents, **how), jobs=2)


def one(arrivals: str, handling: str, more: str = "") -> str:
    """One contact type; `more` keys begin with a comma."""
    return f"  message: {{needs: [answer], arrivals: {{{arrivals}}}, handling: {{{handling}}}{more}}}"
