"""Parts of a plan that can be solved by themselves, and what is solved where they cannot."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import simcare
from simcare.experiment.beside import beside, beside_data, solved
from simcare.experiment.exact import exact_of, nearest_of
from simcare.experiment.nearest import LEFT_OUT
from simcare.experiment.parts import parts_of
from simcare.scenario.load import loads
from simcare.theory.returning import ErlangR

DESKS = """
simcare: 1
title: Two desks that touch nothing, and one that is shared
contacts:
  call: {needs: [talk], arrivals: {per_hour: 30}, handling: {exponential: {mean: 6 min}}}
  chat: {needs: [write], arrivals: {per_hour: 20}, handling: {lognormal: {mean: 6 min, cv: 2}}}
  letter: {needs: [read], arrivals: {per_hour: 10}, handling: {exponential: {mean: 6 min}}}
  parcel: {needs: [read], arrivals: {per_hour: 10}, handling: {exponential: {mean: 6 min}}}
teams:
  phones: {skills: {talk: 100%}}
  screens: {skills: {write: 100%}}
  papers: {skills: {read: 100%}}
plans: {only: {headcount: {phones: 5, screens: 4, papers: 3}}}
service_levels:
  - {contacts: call, answered_within: 3 min, name: calls}
  - {contacts: [letter, parcel], answered_within: 3 min, name: papers}
  - {contacts: all, answered_within: 3 min, name: everybody}
"""
CALLS = """
simcare: 1
title: One of them
contacts:
  call: {needs: [talk], arrivals: {per_hour: 30}, handling: {exponential: {mean: 6 min}}}
teams: {phones: {skills: {talk: 100%}}}
plans: {only: {headcount: {phones: 5}}}
service_levels: [{contacts: call, answered_within: 3 min, name: calls}]
"""


def test_a_desk_of_its_own_is_solved_by_itself() -> None:
    scenario = loads(DESKS)
    papers, phones, screens = parts_of(scenario, "only")
    assert (papers.types, papers.beyond) == (("letter", "parcel"), ("2 contact types share its people",))
    assert phones.types == ("call",) and not phones.beyond and not screens.beyond
    calls, chats = exact_of(scenario, "only")
    alone = loads(CALLS)
    (same,) = exact_of(alone, "only")
    assert calls.waiting_mean == same.waiting_mean and calls.service_level == same.service_level
    assert not calls.differs and "lognormal" in chats.differs[0] and list(calls.service_level) == ["calls"]


def test_types_of_one_law_that_share_a_desk_wait_as_one_would() -> None:
    scenario = loads(DESKS)
    found = nearest_of(scenario, parts_of(scenario, "only")[0])
    merged = DESKS.replace(
        "parcel: {needs: [read], arrivals: {per_hour: 10}", "parcel: {needs: [read], arrivals: {per_hour: 0}"
    )
    merged = merged.replace(
        "letter: {needs: [read], arrivals: {per_hour: 10}", "letter: {needs: [read], arrivals: {per_hour: 20}"
    )
    single = loads(merged.replace("  parcel: {needs: [read], ", "  parcel: {needs: [talk], "))
    # Parcels that nobody sends stand with the calls: letters have their desk for themselves.
    letters = nearest_of(single, parts_of(single, "only")[0])
    assert not parts_of(single, "only")[0].beyond
    assert found.waiting_mean == pytest.approx(letters.waiting_mean, rel=1e-4)
    assert found.abandonment == 0 and found.queue == pytest.approx(letters.queue, rel=1e-3)


def test_each_part_stands_beside_its_own_figures() -> None:
    result = simcare.run(loads(DESKS, set=["experiment.replications=20"]), engine="reference")
    papers, phones, screens = solved(result)["only"]
    assert phones.exact and not papers.exact and not screens.exact
    assert phones.found is not None and papers.found is not None and screens.found is not None
    exact = list(beside(result, phones.found))
    assert [(one.measure, one.contacts) for one in exact] == [
        ("service_level", ""), ("queue", "call"), ("waiting_mean", "call"), ("occupancy", ""),
    ]  # fmt: skip
    assert all(one.off is not None and abs(one.off) < 4 for one in exact)
    shared = {(one.measure, one.contacts) for one in beside(result, papers.found)}
    assert shared == {
        ("service_level", ""), ("waiting_mean", "letter"), ("waiting_mean", "parcel"), ("occupancy", ""),
    }  # fmt: skip
    assert all(abs(one.off or 0) < 4 for one in beside(result, papers.found))  # one law: the nearest is exact
    waits = next(one for one in beside(result, screens.found) if one.measure == "waiting_mean")
    assert waits.apart is not None and waits.apart < -0.1  # cv 2 waits longer than exponential
    data = beside_data(result)
    assert [one["exact"] for one in data] == [False, True, False]
    assert data[0]["beyond"] == ["2 contact types share its people"] and data[1]["differs"] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "contacts.call.conversation={again: 50%, pause: {exponential: {mean: 1 min}}, "
            "handling: {exponential: {mean: 6 min}}}",
            "Further messages are taken as contacts",
        ),
        ("contacts.call.queue_limit=50", "The limit of the queue is left out."),
        ("teams.phones.chats={at_once: 2, pace_each: [100%, 80%]}", "An agent with several in hand"),
        ("plans.only.routing={order: newest}", "The order is taken as first come first served."),
        ("plans.only.shrinkage=20%", "Absence is taken off the head count, rounded."),
        (
            "contacts.call.arrivals.surges=[{name: outage, at: 19:00, times: 3, hold: 1 h, chance: 10%}]",
            "A surge that comes by chance is taken at its mean.",
        ),
        (
            "contacts.call.escalates={to: read, chance: 10%, handling: {exponential: {mean: 6 min}}}",
            "Escalated work is taken as contacts of its own, when it is to be expected.",
        ),
    ],
)
def test_what_the_nearest_desk_does_instead_is_said(change: str, sentence: str) -> None:
    scenario = loads(DESKS, set=[change])
    phones = next(part for part in parts_of(scenario, "only") if "phones" in part.teams)
    assert any(one.startswith(sentence) for one in nearest_of(scenario, phones).differs)


def test_customers_who_write_again_make_the_load_of_erlang_r() -> None:
    change = (
        "contacts.call.conversation={again: 25%, pause: {exponential: {mean: 1 min}}, "
        "handling: {exponential: {mean: 6 min}}}"
    )
    scenario = loads(DESKS, set=[change, "clock={warm_up: 1 day}"])
    phones = next(part for part in parts_of(scenario, "only") if part.teams == ("phones",))
    found = nearest_of(scenario, phones)
    assert found.busy.mean() == pytest.approx(3 / 0.75, rel=1e-3)
    # In the long run an arrival of a Jackson network meets M/M/5 with 40 visits an hour.
    assert found.waiting_mean == pytest.approx(
        3600 * ErlangR(30, 0.1, 5, 0.25, 1 / 60).visit.mean_wait, rel=1e-3
    )


def test_work_that_others_hand_over_makes_a_desk_not_its_own() -> None:
    change = "contacts.call.escalates={to: read, chance: 10%, handling: {exponential: {mean: 6 min}}}"
    scenario = loads(DESKS, set=[change])
    papers, phones, _ = parts_of(scenario, "only")
    assert "escalated work of others comes too" in papers.beyond and phones.beyond == ("work is escalated",)


def test_complaints_that_draw_others_are_named() -> None:
    scenario = simcare.load(Path(__file__).parents[2] / "scenarios" / "pile-on.yaml")
    parts = [part for plan in scenario.plan_names for part in parts_of(scenario, plan)]
    assert parts and all("reshares of complaints are complaints themselves" in part.beyond for part in parts)


def test_every_reason_has_its_sentence() -> None:
    """Of every scenario that is shipped: what the nearest desk does about it, or that there is none."""
    for path in sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")):
        scenario = simcare.load(path)
        for plan in scenario.plan_names:
            for clause in {clause for part in parts_of(scenario, plan) for clause in part.beyond}:
                known = any(words in clause for words in LEFT_OUT)
                assert known or clause == "the head count is unlimited", clause


def test_without_limit_there_is_no_formula() -> None:
    scenario = loads(DESKS, set=["plans.only.headcount.phones=unlimited"])
    phones = next(part for part in parts_of(scenario, "only") if part.teams == ("phones",))
    with pytest.raises(simcare.UsageError, match="no formula for plan only: the head count is unlimited"):
        nearest_of(scenario, phones)
    assert math.isfinite(exact_of(scenario, "only")[0].waiting_mean)
