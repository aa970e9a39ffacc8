"""Rules from a scenario, against tables written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.demand.draw import draw_tape
from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP
from simcare.errors import UsageError
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario
from simcare.staffing.routing import rules_of
from simcare.staffing.rules import NO_PROMISE

HOUR = 3_600_000
MINUTE = 60_000

TEXT = """
simcare: 1
title: Three teams
clock: {start: 2026-01-05, days: 3, warm_up: 1 day}
contacts:
  network:
    needs: [network]
    arrivals: {per_hour: 5}
    patience: {exponential: {mean: 1 h}, leaves_at_once: 10%}
    silent: 30%
    handling: {constant: 6 min}
    conversation: {again: 40%, pause: {constant: 10 min}, handling: {constant: 4 min}}
    escalates: {to: radio, chance: 8%, handling: {constant: 20 min}}
    teams: [specialists, [everyone]]
  billing:
    needs: [billing]
    arrivals: {per_hour: 5}
    handling: {by_team: {everyone: {constant: 5 min}, juniors: {constant: 9 min}}}
  both:
    needs: [network, billing]
    arrivals: {per_hour: 5}
    handling: {constant: 10 min}
teams:
  specialists: {skills: {network: 125%, radio: 90%}}
  everyone: {skills: {network: 80%, billing: 100%}}
  juniors: {skills: {billing: 100%}}
plans:
  plain:
    headcount: {specialists: 1, everyone: 1, juniors: 1}
  ranked:
    shifts:
      - {team: everyone, from: 08:00, to: 20:00, agents: 2}
      - {team: specialists, from: 08:00, to: 20:00, agents: 2}
    at_shift_end: drop
    routing: {order: {priority: [both, [network, billing]]}, agents: fastest}
  partial:
    like: plain
    routing: {order: {priority: [network]}, agents: most-specialised}
service_levels:
  - {contacts: network, first_reply_within: 2 h, target: 90%}
  - {contacts: [network, both], answered_within: 15 min, target: 80%}
drain: {for: 2 days}
"""

# In index order. Types: billing, both, network. Teams: everyone, juniors, specialists.


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(TEXT)


def test_who_may_take_what_and_how_fast(scenario: Scenario) -> None:
    rules = rules_of(scenario, "plain")
    speed = [[1_000_000, 1_000_000, 0], [800_000, 0, 0], [800_000, 0, 1_250_000]]  # both: the slower skill
    for kind in (FIRST, FOLLOW_UP):
        assert rules.speed_ppm[kind].tolist() == speed
        assert rules.handles[kind].tolist() == (np.array(speed) > 0).tolist()
    assert rules.speed_ppm[ESCALATED].tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 900_000]]
    assert rules.handles[ESCALATED].sum() == 1


def test_the_slot_of_each_team_holds_the_work_by_its_own_law(scenario: Scenario) -> None:
    """Constant handling, so that the tape itself says which law each cell was filled from."""
    rules = rules_of(scenario, "plain")
    tape = draw_tape(scenario, 0)
    types = tape.type_of_contact[tape.contact_of_step]
    handling = {(FIRST, 0, 0): 5, (FIRST, 0, 1): 9, (FIRST, 1, 0): 10, (FIRST, 2, 0): 6, (FIRST, 2, 2): 6}
    handling |= {(FOLLOW_UP, 2, 0): 4, (FOLLOW_UP, 2, 2): 4, (ESCALATED, 2, 2): 20}
    for (kind, of_type, team), minutes in handling.items():
        steps = (tape.kind_of_step == kind) & (types == of_type)
        assert steps.any()
        slot = rules.work_slot[kind, of_type, team]
        assert np.all(tape.work_ms[slot, steps] == minutes * MINUTE)


def test_the_order_of_teams(scenario: Scenario) -> None:
    """specialists, then everyone; juniors are not listed. Types without an order hold all teams equal."""
    assert rules_of(scenario, "plain").team_rank.tolist() == [[0, 0, 0], [0, 0, 0], [1, 2, 0]]


def test_orders_of_work_and_rules_for_agents(scenario: Scenario) -> None:
    plain, ranked, partial = (rules_of(scenario, name) for name in ("plain", "ranked", "partial"))
    assert (plain.order, plain.agent_rule) == ("first-come", "longest-idle")
    assert (ranked.order, ranked.agent_rule) == ("priority", "fastest")
    assert ranked.type_rank.tolist() == [1, 0, 1]
    assert partial.type_rank.tolist() == [1, 1, 0]  # unlisted last
    assert partial.agent_rule == "most-specialised"
    assert partial.skills_of_team.tolist() == [2, 1, 2]


def test_the_shortest_promise_of_each_type(scenario: Scenario) -> None:
    assert rules_of(scenario, "plain").promise_ms.tolist() == [NO_PROMISE, 15 * MINUTE, 15 * MINUTE]


def test_chances_of_each_type(scenario: Scenario) -> None:
    rules = rules_of(scenario, "plain")
    assert rules.again.tolist() == [0, 0, 0.4]
    assert rules.escalates.tolist() == [0, 0, 0.08]
    assert rules.silent.tolist() == [0, 0, 0.3]
    assert rules.leaves_at_once.tolist() == [[0], [0], [0.1]]


def test_how_it_ends(scenario: Scenario) -> None:
    assert not rules_of(scenario, "plain").drop_at_shift_end
    assert rules_of(scenario, "ranked").drop_at_shift_end
    assert rules_of(scenario, "plain").horizon_ms == 4 * 24 * HOUR  # the warm-up included
    assert rules_of(scenario, "plain").drain_end_ms == 6 * 24 * HOUR


def test_an_unknown_plan_of_rules(scenario: Scenario) -> None:
    with pytest.raises(UsageError, match="plain"):
        rules_of(scenario, "plane")
