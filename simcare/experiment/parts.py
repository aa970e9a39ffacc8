"""A plan in parts that do not touch each other: teams that share work, and the contact types they serve.

The exact solver knows one contact type, one team and one answer a contact. `Part.beyond` says what a part has
more than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcare.demand.pile_on import pile_on_of
from simcare.demand.tape import FIRST
from simcare.experiment.replication import check_plan
from simcare.scenario.plans import UNLIMITED, Plan
from simcare.scenario.promises import ServiceLevel
from simcare.scenario.scenario import Scenario
from simcare.staffing.expected import on_duty
from simcare.staffing.routing import rules_of
from simcare.staffing.shared_work import sharing_groups


@dataclass(frozen=True)
class Part:
    """Some teams of a plan and the contact types whose first replies are theirs; they serve no others.

    ``beyond``: why the exact solver does not know it, as clauses; none: it does.
    """

    plan: str
    types: tuple[str, ...]
    teams: tuple[str, ...]
    beyond: tuple[str, ...]

    def promises(self, scenario: Scenario) -> tuple[ServiceLevel, ...]:
        """The promises made to these types alone, in plain time: those that a formula can speak of."""
        return tuple(
            one
            for one in scenario.service_levels
            if one.hours == "all" and set(one.contacts) <= set(self.types)
        )


def parts_of(scenario: Scenario, plan_name: str) -> tuple[Part, ...]:
    """The parts of a plan that have contacts, by team. UsageError if there is no such plan."""
    check_plan(scenario, plan_name)
    rules = rules_of(scenario, plan_name)
    working = on_duty(scenario, plan_name).any(axis=(1, 2))
    handles = rules.handles & working if (rules.handles & working).any() else rules.handles
    parts = []
    for group in sharing_groups(handles):
        teams = tuple(scenario.team_names[number] for number in group)
        serves = np.any(handles[FIRST][:, group], axis=-1).tolist()
        types = tuple(name for name, here in zip(scenario.contact_names, serves, strict=True) if here)
        if types:
            beyond = [*_beyond(scenario, scenario.plan(plan_name), types, teams)]
            others = np.any(handles[:, :, group], axis=(0, 2)) & ~np.array(serves)
            if others.any():
                beyond.append("escalated work of others comes too")
            parts.append(Part(plan_name, types, teams, tuple(beyond)))
    return tuple(parts)


def _beyond(scenario: Scenario, plan: Plan, types: tuple[str, ...], teams: tuple[str, ...]) -> Iterator[str]:
    """Why the solver does not know the desk of these."""
    if len(types) > 1:
        yield f"{len(types)} contact types share its people"
    if len(teams) > 1:
        yield f"{len(teams)} teams serve {types[0] if len(types) == 1 else 'them'}"
    yield from dict.fromkeys(clause for name in types for clause in _beyond_of(scenario, plan, name))
    if any(len(scenario.teams[team].chats) > 1 for team in teams):
        yield "agents hold several contacts at once"
    if any(level == UNLIMITED for team in teams for _, level in plan.headcount.get(team, ())):
        yield "the head count is unlimited"
    if plan.shrinkage:
        yield "people are absent by chance"
    if plan.routing.ahead:
        yield "some go ahead"
    elif plan.routing.order not in ("first-come", "deadline", "priority"):
        yield f"the order is not first come first served ({plan.routing.order})"


def _beyond_of(scenario: Scenario, plan: Plan, name: str) -> Iterator[str]:
    contact = scenario.contacts[name]
    if name in scenario.traces or name in scenario.recorded:
        yield "arrivals are replayed from a trace"
    elif any(surge.chance < 1 or surge.jitter for surge in contact.arrivals.surges):
        yield "a surge comes by chance"
    factor = contact.arrivals.day_factor
    if factor is not None and factor.cv > 0 and scenario.clock.total_days > 1:
        yield "several days are each busy or quiet by chance (one day alone can be solved)"
    if contact.conversation is not None:
        yield "customers write again"
    if contact.escalates is not None:
        yield "work is escalated"
    if contact.tries_again is not None:
        yield "customers try again"
    if plan.acknowledge_within is not None and contact.acknowledgement is not None:
        yield "first replies only acknowledge"
    if plan.replies == "template" and contact.template is not None:
        yield "first replies come from a template"
    if plan.moves_to is not None and plan.moves_to.closing and scenario.is_public(name):
        yield "conversations are closed in public"
    if pile_on_of(scenario, name) > 0:
        yield "reshares of complaints are complaints themselves"
    if contact.queue_limit is not None:
        yield "the queue has a limit"
    if contact.silent:
        yield "some give up silently"
    if contact.patience is not None and len(contact.patience.leaves_at_once) > 1:
        yield "who leaves at once depends on the queue"
    if contact.handling.by_team:
        yield "handling differs by team"
