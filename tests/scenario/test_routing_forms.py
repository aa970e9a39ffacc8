"""Chats, limits, further tries, tiers and what goes ahead: as written, and as refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP
from simcare.errors import ScenarioError
from simcare.scenario.chats import read_chats
from simcare.scenario.load import loads
from simcare.scenario.plans import UNLIMITED
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from simcare.staffing.rules import NO_LIMIT
from tests.scenario.texts import changed

MIN = 60_000
PATIENCE = "patience: {exponential: {mean: 3 h}}"
LIMITS = ("teams:\n", "queue_limits: {lobby: 7}\nteams:\n")


@pytest.mark.parametrize(
    ("written", "paces"),
    [
        (1, [100]),
        ("3", [100, 100, 100]),
        ({"at_once": 2}, [100, 100]),
        ({"pace_each": ["100%", "80%"]}, [100, 80]),
        ({"at_once": 3, "pace_each": ["120%", "80%", "50%"]}, [120, 80, 50]),
        ({"pace_in_total": ["100%", "150%"]}, [100, 75]),
    ],
)
def test_chats_are_a_pace_for_each_number_in_hand(written: Any, paces: list[int]) -> None:
    assert read_chats(written) == tuple(10_000 * pace for pace in paces)


def test_a_pace_in_total_is_shared_to_the_nearest_millionth() -> None:
    assert read_chats({"pace_in_total": ["100%", "100%", "100%", "200%"]}) == (
        1_000_000,
        500_000,
        333_333,
        500_000,
    )
    assert read_chats({"pace_in_total": ["100%", "100%", "200%"]})[2] == 666_667


def loaded(*changes: tuple[str, str]) -> Scenario:
    return loads(changed(*changes))


def test_leaving_at_once_by_the_number_that_waits() -> None:
    with_map = loaded((PATIENCE, "patience: {leaves_at_once: {5: 20%, 10: 50%}}"), (SILENT, ""))
    patience = with_map.contacts["complaint"].patience
    assert patience is not None and patience.law is None
    assert patience.leaves_at_once == ((0, 0.0), (5, 0.2), (10, 0.5))
    rules = rules_of(with_map, "today")
    assert rules.leaves_from.tolist() == [[0, 5, 10], [0, NO_LIMIT, NO_LIMIT]]
    assert rules.leaves_at_once.tolist() == [[0, 0.2, 0.5], [0, 0, 0]]


def test_limits_of_one_type_and_shared_ones() -> None:
    shared = loaded(
        LIMITS,
        ("    silent: 30%\n", "    silent: 30%\n    queue_limit: lobby\n"),
        ("  question:\n", "  question:\n    queue_limit: lobby\n"),
    )
    rules = rules_of(shared, "today")
    assert (rules.queue_of_type.tolist(), rules.queue_limit.tolist()) == ([0, 0], [7])
    own = rules_of(loaded(("  question:\n", "  question:\n    queue_limit: 0\n")), "today")
    assert own.queue_limit[own.queue_of_type].tolist() == [NO_LIMIT, 0]


def test_tiers_helpers_and_what_goes_ahead() -> None:
    scenario = loaded(
        (
            "engineers: {skills: {radio: 100%}",
            "engineers: {first: [question], skills: {radio: 100%, billing: 100%}",
        ),
        ("by_team: {desk: {exponential: {mean: 5 min}}}", "constant: 5 min"),
        ("  question:\n", "  question:\n    overflow_after: {engineers: 10 min}\n"),
        (
            "    shrinkage: 12%\n",
            "    routing: {ahead: [{steps: later}, {contacts: question, followers_over: 10k}]}\n",
        ),
    )
    rules = rules_of(scenario, "today")
    assert rules.team_tier.tolist() == [[0, 1], [0, 0]]  # of complaint and question, by desk and engineers
    assert rules.overflow_ms.tolist() == [[0, 0], [0, 10 * MIN]]
    assert rules.ahead_over[FIRST].tolist() == [NO_LIMIT, 10_000]
    assert rules.ahead_over[[FOLLOW_UP, ESCALATED]].tolist() == [[-1, -1], [-1, -1]]
    assert np.all(rules_of(scenario, "level").ahead_over == NO_LIMIT)


def test_a_plan_takes_over_what_goes_ahead_and_may_undo_it() -> None:
    text = changed(
        ("    shrinkage: 12%\n", "    routing: {ahead: [{contacts: [question]}], agents: random}\n"),
        ("  level:\n", "  same: {like: today}\n  undone: {like: today, routing: {ahead: []}}\n  level:\n"),
    )
    plans = loads(text).plans
    assert plans["same"].routing == plans["today"].routing
    assert plans["undone"].routing.ahead == () and plans["undone"].routing.agents == "random"


def test_a_level_without_limit_is_never_thinned() -> None:
    scenario = loaded(
        ("engineers: 1}", "engineers: unlimited}\n    shrinkage: 50%"),
        (", cost: 60 EUR/h", ""),
        (", cost: 30 EUR/h", ""),
    )
    roster = draw_roster(scenario, "level", 0)
    levels = roster.level[roster.level_team == 1]
    assert levels.tolist() == [UNLIMITED]
    assert int((roster.team_of_agent == 1).sum()) == UNLIMITED


SILENT = "    silent: 30%\n"
PLAN = "    shrinkage: 12%\n"
DESK = "desk: {skills: {network: 80%"

REFUSED = [
    (
        SILENT,
        "    queue_limit: lobby\n",
        "16:18: expected a number, or one of queue_limits, of which there is none",
    ),
    (
        SILENT,
        "    queue_limit: -1\n",
        "16:18: expected a number of waiting first replies from 0 to 1_000_000, or the name",
    ),
    (
        SILENT,
        "    queue_limit: 2.5\n",
        "16:18: expected a number of waiting first replies from 0 to 1_000_000, or the name",
    ),
    (
        "teams:\n",
        "queue_limits: {lobby: 7}\nteams:\n",
        "27:16: expected the queue_limit of some contact type, got 'lobby'",
    ),
    (
        SILENT,
        "    tries_again: {chance: 50%}\n",
        "16:5: expected the key 'after', got tries_again without it",
    ),
    (
        SILENT,
        "    tries_again: {chance: 97%, after: {constant: 5 min}}\n",
        "16:27: expected a share from 0% to 95%, or 100% for those who try until they succeed, got '97%'",
    ),
    (
        SILENT,
        "    tries_again: {chance: 50%, after: {constant: 20 ms}}\n",
        "16:32: expected tries 1 s apart or more on average, got 20 ms",
    ),
    (
        "  question:\n",
        "  question:\n    tries_again: {chance: 50%, after: {constant: 5 min}}\n",
        "24:5: expected patience or queue_limit beside tries_again, got neither; only "
        "who left or was turned away",
    ),
    (
        SILENT,
        "    overflow_after: {desks: 5 min}\n",
        "16:22: expected one of the teams (desk, engineers), got 'desks'; did you mean 'desk'?",
    ),
    (
        SILENT,
        "    overflow_after: {desk: 0 s}\n",
        "16:28: expected a duration above zero",
    ),
    (
        PATIENCE,
        "patience: {leaves_at_once: 5}",
        "15:32: expected a share from 0% to 100%, or a map from numbers of waiting",
    ),
    (
        PATIENCE,
        "patience: {leaves_at_once: {0: 10%, 0_0: 5%}}",
        "15:41: expected each number once, got '0_0'; '0' is the same",
    ),
    (
        PATIENCE,
        "patience: {leaves_at_once: {few: 10%}}",
        "15:33: expected a number of waiting first replies from 0 to",
    ),
    (
        PATIENCE,
        "patience: {leaves_at_once: {}}",
        "15:16: expected at least one entry, got an empty map",
    ),
    (
        PATIENCE,
        "patience: {}",
        "15:5: expected exactly one of constant,",
    ),
    (
        DESK,
        "desk: {chats: 0, skills: {network: 80%",
        "28:17: expected a number of chats from 1 to 100, or a map",
    ),
    (
        DESK,
        "desk: {chats: {}, skills: {network: 80%",
        "28:10: expected the key 'at_once', got chats without it",
    ),
    (
        DESK,
        "desk: {chats: {pace: [100%]}, skills: {network: 80%",
        "28:18: expected a key of chats (at_once, pace_each, pace_in_total)",
    ),
    (
        DESK,
        "desk: {chats: {at_once: 3, pace_each: [100%, 80%]}, skills: {network: 80%",
        "28:30: expected 3 paces, one for each number in hand from 1 to 3, got 2",
    ),
    (
        DESK,
        "desk: {chats: {pace_each: [100%], pace_in_total: [100%]}, skills: {network: 80%",
        "28:37: expected pace_each or pace_in_total, got both",
    ),
    (
        DESK,
        "desk: {chats: {pace_each: [100%, 0%]}, skills: {network: 80%",
        "28:36: expected a speed above 0% to",
    ),
    (
        DESK,
        "desk: {chats: {pace_each: 80%}, skills: {network: 80%",
        "28:29: expected a list of paces, with one chat",
    ),
    (
        DESK,
        "desk: {first: [complaints], skills: {network: 80%",
        "28:18: expected one of the contact types (complaint, question)",
    ),
    (
        "engineers: {skills",
        "engineers: {first: [question], skills",
        "29:23: expected a contact type that engineers may serve, got 'question'",
    ),
    (
        PLAN,
        "    routing: {ahead: [{contacts: [complaints]}]}\n",
        "35:35: expected one of the contact types (complaint, question)",
    ),
    (
        PLAN,
        "    routing: {ahead: [{steps: last}]}\n",
        "35:31: expected first or later, got 'last'",
    ),
    (
        PLAN,
        "    routing: {ahead: {steps: later}}\n",
        "35:15: expected a list, got a map",
    ),
    (
        PLAN,
        "    routing: {agents: randomly}\n",
        "35:23: expected longest-idle, most-specialised, fastest or random, got 'randomly'",
    ),
    (
        "desk: {08:00: 5, 22:00: 2}",
        "desk: unlimited",
        "37:23: expected a number of agents for a team with a cost, got unlimited",
    ),
    (
        "{08:00: 5, 22:00: 2}",
        "{08:00: unlimited}",
        "37:31: expected a number of agents from 0 to 100_000",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), REFUSED, ids=[new.strip() for _, new, _ in REFUSED])
def test_what_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        loads(changed((old, new)), name="file.yaml")
    assert str(raised.value).startswith(f"file.yaml:{message}")
