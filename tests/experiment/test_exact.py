"""The exact answer of a plan, and the simulation beside it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import simcare
from simcare.experiment.beside import beside, solved
from simcare.experiment.exact import Exact, exact_of
from simcare.scenario.load import loads

SCENARIOS = Path(__file__).parents[2] / "scenarios"

EVENING = """
simcare: 1
title: An evening
contacts:
  call:
    needs: [talk]
    arrivals: {per_hour: {16:00: 0, 19:00: 40, 20:00: 40, 22:00: 0}}
    handling: {exponential: {mean: 6 min}}
    patience: {exponential: {mean: 20 min}, leaves_at_once: 5%}
teams: {desk: {skills: {talk: 100%}}}
plans:
  level: {headcount: {desk: {00:00: 0, 16:00: 3, 18:00: 5, 21:00: 2, 23:00: 0}}}
  people:
    at_shift_end: drop
    shifts:
      - {team: desk, from: 16:00, to: 23:00, agents: 2}
      - {team: desk, from: 16:00, to: 21:00, agents: 1}
      - {team: desk, from: 18:00, to: 21:00, agents: 2}
service_levels:
  - {contacts: call, answered_within: 3 min, name: started}
  - {contacts: call, first_reply_within: 10 min, name: sent}
  - {contacts: call, answered_within: 3 min, definition: without_short_abandons, short: 5 s, name: but short}
"""


def one(scenario: simcare.Scenario, plan: str) -> Exact:
    (exact,) = exact_of(scenario, plan)
    return exact


def test_a_textbook_queue_has_the_textbooks_figures() -> None:
    """M/M/1 with load 0.75: P(W > t) = 0.75 exp(−5 t) and P(T > t) = exp(−5 t), t in hours."""
    exact = one(simcare.load(SCENARIOS / "mm1.yaml"), "textbook")
    assert exact.differs == ()
    assert exact.service_level["answered within 15 min"] == pytest.approx(
        1 - 0.75 * math.exp(-5 / 4), rel=1e-5
    )
    assert exact.service_level["first reply within 15 min"] == pytest.approx(1 - math.exp(-5 / 4), rel=1e-5)
    assert exact.waiting_mean == pytest.approx(9 * 60, rel=1e-5)
    assert exact.queue.mean() == pytest.approx(2.25, rel=1e-5)
    assert exact.occupancy == pytest.approx(0.75, rel=1e-6)


@pytest.mark.slow
def test_a_published_run_is_solved() -> None:
    """CallCC: a mean wait of 12.52 s, 3.65% lost and 85.47% in time, solved apart from this."""
    exact = one(simcare.load(SCENARIOS / "callcc.yaml"), "published")
    assert exact.waiting_mean == pytest.approx(12.52, abs=0.005)
    assert exact.abandonment == pytest.approx(0.0365, abs=0.00005)
    assert list(exact.service_level.values()) == [pytest.approx(0.8547, abs=0.00005)]


def test_people_who_finish_are_solved_as_the_level_they_make_up() -> None:
    level, drops = one(loads(EVENING), "level"), one(loads(EVENING), "people")
    people = one(loads(EVENING, set=["plans.people.at_shift_end=finish"]), "people")
    assert level.differs == drops.differs == () and len(people.differs) == 1
    for name in ("waiting_mean", "abandonment", "occupancy", "service_level"):
        assert getattr(people, name) == pytest.approx(getattr(level, name), rel=1e-9)
    for name in ("contacts", "queue", "busy", "on_duty"):
        assert np.allclose(getattr(people, name), getattr(level, name), atol=1e-9)
    assert drops.queue.sum() > people.queue.sum()  # what is handed back waits once more


def test_simulation_and_exact_answer_agree() -> None:
    scenario = loads(EVENING, set=["experiment.replications=400"])
    result = simcare.run(scenario, engine="compiled")
    for (part,) in solved(result).values():
        exact = part.found
        assert part.exact and exact is not None
        found = list(beside(result, exact))
        assert {one.measure for one in found} == {
            "service_level", "queue", "waiting_mean", "abandonment", "occupancy",
        }  # fmt: skip
        assert all(one.off is not None and abs(one.off) < 4 for one in found), found
        assert all(one.standard_error < 0.05 * one.formula for one in found)


def test_with_people_enough_a_reply_takes_as_long_as_its_handling() -> None:
    scenario = loads(
        EVENING, set=["plans.level.headcount={desk: 200}", "service_levels.1.definition=of_answered"]
    )
    exact = one(scenario, "level")
    assert exact.service_level["sent"] == pytest.approx(1 - math.exp(-10 / 6), rel=1e-9)
    assert exact.service_level["started"] == pytest.approx(1)
    assert np.isnan(exact.in_time["sent"]).all()  # who leaves is not told by interval of arrival


def test_nobody_writes() -> None:
    exact = one(loads(EVENING, set=["contacts.call.arrivals={per_hour: 0}"]), "level")
    assert math.isnan(exact.waiting_mean) and math.isnan(exact.service_level["started"])
    assert exact.occupancy == 0 and not exact.queue.any()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "contacts.call.handling={lognormal: {mean: 6 min, cv: 1}}",
            "Handling is lognormal, and taken as exponential",
        ),
        ("contacts.call.patience={constant: 20 min}", "Patience is constant, and taken as exponential"),
        ("plans.people.at_shift_end=finish", "People finish what they hold"),
    ],
)
def test_the_nearest_desk_is_said_to_be_only_that(change: str, sentence: str) -> None:
    plan = "people" if change.startswith("plans") else "level"
    (differs,) = one(loads(EVENING, set=[change]), plan).differs
    assert differs.startswith(sentence)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "contacts.call.conversation={again: 10%, pause: {constant: 1 h}, handling: {constant: 1 min}}",
            "customers write again",
        ),
        ("contacts.call.queue_limit=5", "the queue has a limit"),
        ("contacts.call.silent=10%", "some give up silently"),
        ("contacts.call.tries_again={chance: 10%, after: {constant: 1 h}}", "customers try again"),
        (
            "contacts.call.arrivals.surges=[{name: outage, at: 19:00, times: 3, hold: 1 h, chance: 10%}]",
            "a surge comes by chance",
        ),
        ("teams.desk.chats=3", "agents hold several contacts at once"),
        ("plans.level.headcount={desk: unlimited}", "the head count is unlimited"),
        ("plans.level.shrinkage=10%", "people are absent by chance"),
        ("plans.level.routing={order: newest}", "the order is not first come first served (newest)"),
    ],
)
def test_what_the_solver_does_not_know_is_named(change: str, reason: str) -> None:
    with pytest.raises(simcare.UsageError, match="no exact answer for plan level: ") as refused:
        one(loads(EVENING, set=[change]), "level")
    assert str(refused.value).endswith(reason)


def test_busy_days_are_solved_one_at_a_time() -> None:
    change = "contacts.call.arrivals.day_factor={cv: 20%}"
    assert one(loads(EVENING, set=[change]), "level").differs == ()
    with pytest.raises(simcare.UsageError, match="one day alone can be solved"):
        one(loads(EVENING, set=[change, "clock={days: 2}"]), "level")
