"""Rewriting a scenario without changing what it means changes nothing at all in the Log."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.demand.draw import draw_tape
from simcare.engine.log import Log
from simcare.engine.simulate import simulate
from simcare.scenario.load import loads
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from tests import strategies
from tests.engine.test_random_runs import same_log


def log_of(document: dict[str, Any], plan: str = "today") -> Log:
    scenario = loads(yaml.safe_dump(document, sort_keys=False))
    return simulate(draw_tape(scenario, 0), draw_roster(scenario, plan, 0), rules_of(scenario, plan))


def turned_round(value: Any, ordered: bool = False) -> Any:
    """The same document with the keys of every mapping in the opposite order. Plans and lists keep theirs."""
    if isinstance(value, dict):
        return {key: turned_round(value[key]) for key in reversed(value)}
    return [turned_round(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=30)
@given(strategies.scenario_texts())
def test_the_order_of_keys_changes_nothing(text: str) -> None:
    document = yaml.safe_load(text)
    assert same_log(log_of(document), log_of(turned_round(document)))


@settings(max_examples=30)
@given(strategies.scenario_texts())
def test_a_skill_that_nobody_needs_changes_nothing(text: str) -> None:
    document = yaml.safe_load(text)
    for plan in document["plans"].values():
        plan.setdefault("routing", {})["agents"] = "longest-idle"  # most-specialised counts skills
    before = log_of(document)
    for team in document["teams"].values():
        team["skills"]["juggling"] = "100%"
    assert same_log(before, log_of(document))


@settings(max_examples=30)
@given(strategies.scenario_texts(), st.sampled_from(["zebra", "aardvark"]))
def test_a_contact_type_that_never_writes_changes_nothing_but_the_numbering(text: str, name: str) -> None:
    document = yaml.safe_load(text)
    before = log_of(document)
    document["contacts"][name] = {
        "needs": ["billing"],
        "arrivals": {"per_hour": 0},
        "handling": {"constant": "5 min"},
    }
    assert same_log(before, log_of(document))
