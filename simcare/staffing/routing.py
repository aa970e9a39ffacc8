"""A plan's Rules from the scenario: who may serve whom and how fast, who takes what, and how it all ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP
from simcare.scenario.contacts import ContactType, Handling
from simcare.scenario.scenario import Scenario
from simcare.scenario.teams import speed_at, teams_with
from simcare.staffing.rules import NO_PROMISE, Rules

Int = NDArray[np.int64]

KINDS = 3


def rules_of(scenario: Scenario, plan_name: str) -> Rules:
    """The Rules of a plan.

    A team may take a step if it has all skills the step needs; its speed is that at the slowest of them.

    Raises
    ------
    UsageError
        if the scenario has no plan of that name.
    """
    plan = scenario.plan(plan_name)
    teams = scenario.team_names
    types = [scenario.contacts[name] for name in scenario.contact_names]
    handles = np.zeros((KINDS, len(types), len(teams)), dtype=np.bool_)
    speed_ppm = np.zeros(handles.shape, dtype=np.int64)
    work_slot = np.zeros(handles.shape, dtype=np.int64)
    for index, contact_type in enumerate(types):
        for kind, (needs, handling) in _steps(contact_type).items():
            for name in teams_with(scenario.teams, needs):
                team = teams.index(name)
                handles[kind, index, team] = True
                speed_ppm[kind, index, team] = speed_at(scenario.teams[name], needs)
                work_slot[kind, index, team] = 0 if handling.law is not None else team
    return Rules(
        handles=handles,
        speed_ppm=speed_ppm,
        work_slot=work_slot,
        team_rank=np.array([_ranks(one.teams, teams) for one in types], dtype=np.int64),
        order=plan.routing.order,
        type_rank=_ranks(plan.routing.priority, scenario.contact_names),
        promise_ms=_shortest_promises(scenario),
        agent_rule=plan.routing.agents,
        skills_of_team=np.array([len(scenario.teams[name].skills) for name in teams], dtype=np.int64),
        again=np.array([one.conversation.again if one.conversation else 0.0 for one in types]),
        escalates=np.array([one.escalates.chance if one.escalates else 0.0 for one in types]),
        silent=np.array([one.silent for one in types]),
        leaves_at_once=np.array([one.patience.leaves_at_once if one.patience else 0.0 for one in types]),
        drop_at_shift_end=plan.at_shift_end == "drop",
        horizon_ms=scenario.clock.horizon_ms,
        drain_end_ms=scenario.clock.horizon_ms + scenario.drain.duration,
    )


def _steps(contact_type: ContactType) -> Mapping[int, tuple[Sequence[str], Handling]]:
    """The skills and the handling of each kind of step; further messages need what the first one did."""
    steps: dict[int, tuple[Sequence[str], Handling]] = {FIRST: (contact_type.needs, contact_type.handling)}
    conversation, escalates = contact_type.conversation, contact_type.escalates
    follow_up = contact_type.handling if conversation is None else conversation.handling
    steps[FOLLOW_UP] = (contact_type.needs, follow_up)
    if escalates is not None:
        steps[ESCALATED] = ((escalates.to,), escalates.handling)
    return steps


def _ranks(order: Sequence[Sequence[str]], names: Sequence[str]) -> Int:
    """The rank of each name in an order of equals, 0 first; names that it leaves out come last."""
    rank = {name: place for place, equals in enumerate(order) for name in equals}
    return np.array([rank.get(name, len(order)) for name in names], dtype=np.int64)


def _shortest_promises(scenario: Scenario) -> Int:
    promises = [NO_PROMISE] * len(scenario.contact_names)
    for level in scenario.service_levels:
        for name in level.contacts:
            index = scenario.contact_names.index(name)
            promises[index] = min(promises[index], level.within)
    return np.array(promises, dtype=np.int64)
