"""Teams that share work, directly or through one another; and who is expected to do which step, how fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.expected import HandlingOf, Replies, RepliesOf
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario
from simcare.staffing.routing import steps_of
from simcare.staffing.rules import PARTS, Rules

Float = NDArray[np.float64]


def sharing_groups(handles: NDArray[np.bool_]) -> list[list[int]]:
    """Teams that can take the same step, or are linked by teams that can, as sorted lists of team numbers.

    ``handles``: shape (…, teams), which teams may take a step.
    """
    groups: list[set[int]] = []
    for able in handles.reshape(-1, handles.shape[-1]):
        linked = set(np.flatnonzero(able).tolist())
        if linked:
            apart = [group for group in groups if not group & linked]
            groups = [*apart, linked.union(*(group for group in groups if group & linked))]
    return sorted(sorted(group) for group in groups)


def handling_by_first_team(scenario: Scenario, rules: Rules, duty: Float) -> HandlingOf:
    """For a kind of step and a type: the law and the speed of the team that comes first for it.

    ``duty``: agents on duty, shape (teams, days, intervals): a team that is never at work comes last.
    """
    staffed = duty.sum(axis=(1, 2))

    def handling_of(kind: int, name: str) -> tuple[Law, float]:
        number = scenario.contact_names.index(name)
        able = np.flatnonzero(rules.handles[kind, number]).tolist()
        rank = rules.team_rank[number]
        team = min(able, key=lambda one: (staffed[one] == 0, rank[one], -staffed[one]))
        acknowledges = bool(rules.acknowledges[number])
        _, handling = steps_of(scenario.contacts[name], acknowledges=acknowledges)[kind]
        law = handling.law if handling.law is not None else handling.by_team[scenario.team_names[team]]
        return law, int(rules.speed_ppm[kind, number, team]) / PARTS

    return handling_of


def replies_by_rules(scenario: Scenario, rules: Rules) -> RepliesOf:
    """How the plan with these rules replies to a contact type."""

    def replies_of(name: str) -> Replies:
        number = scenario.contact_names.index(name)
        return Replies(
            float(rules.again[number]), bool(rules.acknowledges[number]), float(rules.closes[number])
        )

    return replies_of
