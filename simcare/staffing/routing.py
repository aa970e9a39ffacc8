"""A plan's Rules from the scenario: who may serve whom and how fast, who takes what, and how it all ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.contacts import law_slots
from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, KINDS
from simcare.scenario.contacts import NEVER_AT_ONCE, ContactType, Handling
from simcare.scenario.lists import ALL
from simcare.scenario.plans import Ahead, Plan
from simcare.scenario.scenario import Scenario
from simcare.scenario.teams import speed_at, teams_with
from simcare.staffing.audience_order import tables_of
from simcare.staffing.readers import readers_of
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, Rules

Int = NDArray[np.int64]


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
    handles = np.zeros((len(KINDS), len(types), len(teams)), dtype=np.bool_)
    speed_ppm = np.zeros(handles.shape, dtype=np.int64)
    work_slot = np.zeros(handles.shape, dtype=np.int64)
    acknowledges = [
        plan.acknowledge_within is not None and scenario.is_public(name) for name in scenario.contact_names
    ]
    for index, contact_type in enumerate(types):
        steps = steps_of(contact_type, acknowledges=acknowledges[index])
        for kind, (needs, handling) in steps.items():
            for name in teams_with(scenario.teams, needs):
                team = teams.index(name)
                handles[kind, index, team] = True
                speed_ppm[kind, index, team] = speed_at(scenario.teams[name], needs)
                work_slot[kind, index, team] = 0 if handling.law is not None else team
        if acknowledges[index]:
            work_slot[FIRST, index] += law_slots(scenario)
        if plan.replies == "template" and contact_type.template is not None:
            answer = ANSWER if acknowledges[index] else FIRST
            part = round(PARTS * contact_type.template.handling)
            speed_ppm[answer, index] = speed_ppm[answer, index] * PARTS // part
    queue_of_type, queue_limit = _queues(scenario)
    views, reshares = np.zeros((len(types), 1, 2), dtype=np.int64), np.zeros((len(types), 3))
    if plan.routing.order == "audience":
        views, reshares = tables_of(scenario)
    leaving = [one.patience.leaves_at_once if one.patience else NEVER_AT_ONCE for one in types]
    return Rules(
        handles=handles,
        speed_ppm=speed_ppm,
        work_slot=work_slot,
        team_rank=np.array([_ranks(one.teams, teams) for one in types], dtype=np.int64),
        team_tier=_table([_ranks(scenario.teams[name].first, scenario.contact_names) for name in teams]).T,
        overflow_ms=np.array(
            [[one.overflow_after.get(name, 0) for name in teams] for one in types], np.int64
        ),
        ahead_over=_ahead_over(scenario, plan.routing.ahead),
        order=plan.routing.order,
        type_rank=_ranks(plan.routing.priority, scenario.contact_names),
        promise_ms=_shortest_promises(scenario),
        public=np.array([scenario.is_public(name) for name in scenario.contact_names]),
        views_by_age=views,
        reshares=reshares,
        agent_rule=plan.routing.agents,
        skills_of_team=np.array([len(scenario.teams[name].skills) for name in teams], dtype=np.int64),
        at_once=_table([len(scenario.teams[name].chats) for name in teams]),
        pace_ppm=_filled([(0, *scenario.teams[name].chats) for name in teams], 0),
        again=np.array([_again(one, plan) for one in types]),
        escalates=np.array([one.escalates.chance if one.escalates else 0.0 for one in types]),
        silent=np.array([one.silent for one in types]),
        tries_again=np.array([one.tries_again.chance if one.tries_again else 0.0 for one in types]),
        closes=np.array([_closes(scenario, name, plan) for name in scenario.contact_names]),
        acknowledges=np.array(acknowledges),
        queue_of_type=queue_of_type,
        queue_limit=queue_limit,
        leaves_from=_filled([[waiting for waiting, _ in one] for one in leaving], NO_LIMIT),
        leaves_at_once=_filled([[share for _, share in one] for one in leaving], 0.0).astype(np.float64),
        drop_at_shift_end=plan.at_shift_end == "drop",
        horizon_ms=scenario.clock.horizon_ms,
        drain_end_ms=scenario.clock.horizon_ms + scenario.drain.duration,
        readers=readers_of(scenario, plan_name),
    )


def steps_of(
    contact_type: ContactType, *, acknowledges: bool
) -> Mapping[int, tuple[Sequence[str], Handling]]:
    """The skills and the handling of each kind of step; all but escalated work need what the first does."""
    steps: dict[int, tuple[Sequence[str], Handling]] = {FIRST: (contact_type.needs, contact_type.handling)}
    if acknowledges and contact_type.acknowledgement is not None:
        steps[FIRST] = (contact_type.needs, contact_type.acknowledgement)
        steps[ANSWER] = (contact_type.needs, contact_type.handling)
    if contact_type.closing is not None:
        steps[CLOSING] = (contact_type.needs, contact_type.closing)
    conversation, escalates = contact_type.conversation, contact_type.escalates
    follow_up = contact_type.handling if conversation is None else conversation.handling
    steps[FOLLOW_UP] = (contact_type.needs, follow_up)
    if escalates is not None:
        steps[ESCALATED] = ((escalates.to,), escalates.handling)
    return steps


def _again(contact_type: ContactType, plan: Plan) -> float:
    """The chance that the customer writes again after a reply."""
    if contact_type.conversation is None:
        return 0.0
    template = contact_type.template if plan.replies == "template" else None
    if template is None or template.again is None:
        return contact_type.conversation.again
    return template.again


def _closes(scenario: Scenario, name: str, plan: Plan) -> float:
    """The share of conversations that move, if a closing reply in public follows."""
    moves_to = plan.moves_to
    return moves_to.share if moves_to is not None and moves_to.closing and scenario.is_public(name) else 0.0


def _ranks(order: Sequence[Sequence[str]], names: Sequence[str]) -> Int:
    """The rank of each name in an order of equals, 0 first; names that it leaves out come last."""
    rank = {name: place for place, equals in enumerate(order) for name in equals}
    return np.array([rank.get(name, len(order)) for name in names], dtype=np.int64)


def _ahead_over(scenario: Scenario, conditions: Sequence[Ahead]) -> Int:
    """Above how many followers a step goes ahead, by kind and type: -1 for all, `NO_LIMIT` for none."""
    names = scenario.contact_names
    over = np.full((len(KINDS), len(names)), NO_LIMIT, dtype=np.int64)
    kinds_of = {None: list(KINDS), "first": [FIRST], "later": [kind for kind in KINDS if kind != FIRST]}
    for one in conditions:
        of_types = names if one.contacts == ALL else one.contacts
        tagged = [name for name in of_types if _has(scenario.contacts[name], one.tags)]
        types = [names.index(name) for name in tagged]
        here = np.ix_(kinds_of[one.steps], types)
        over[here] = np.minimum(over[here], -1 if one.followers_over is None else one.followers_over)
    return over


def _has(contact_type: ContactType, tags: Sequence[str]) -> bool:
    """Whether the type has one of the tags, if any are asked for."""
    return not tags or not set(tags).isdisjoint(contact_type.tags)


def _queues(scenario: Scenario) -> tuple[Int, Int]:
    """The queue of each type, and how many first replies may wait in each: the shared ones, then own ones."""
    shared = sorted(scenario.queue_limits)
    limits = [scenario.queue_limits[name] for name in shared]
    queue_of_type = []
    for name in scenario.contact_names:
        limit = scenario.contacts[name].queue_limit
        if isinstance(limit, str):
            queue_of_type.append(shared.index(limit))
        else:
            queue_of_type.append(len(limits))
            limits.append(NO_LIMIT if limit is None else limit)
    return _table(queue_of_type), _table(limits)


def _table(values: Sequence[Any]) -> Int:
    return np.array(values, dtype=np.int64)


def _filled(rows: Sequence[Sequence[float]], value: float) -> NDArray[Any]:
    """Rows of different lengths as a table, filled up with `value`."""
    longest = max(map(len, rows))
    return np.array([[*row, *[value] * (longest - len(row))] for row in rows])


def _shortest_promises(scenario: Scenario) -> Int:
    promises = [NO_PROMISE] * len(scenario.contact_names)
    for level in scenario.service_levels:
        for name in level.contacts:
            index = scenario.contact_names.index(name)
            promises[index] = min(promises[index], level.within)
    return np.array(promises, dtype=np.int64)
