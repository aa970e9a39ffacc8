"""The sentence and the cards of the first screen, for results made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from simcare.experiment.result import Result
from simcare.report.figures import Found
from simcare.report.page.summary import cards, finding
from simcare.report.view import View, view_of
from simcare.scenario.load import loads
from tests.report.made import PROMISES, Key, Made, scenario

COST = {"today": 1000.0, "late-shift": 1250.0}


def shown(levels: Mapping[str, tuple[float, float]], half: float = 0.01) -> View:
    """A view of plans by their service levels of complaints (target 90%) and questions (95%)."""
    figures = {}
    for plan, both in levels.items():
        for (contacts, promise), level in zip(PROMISES.items(), both, strict=True):
            key = Key(plan, "service_level", contacts=contacts, promise=promise)
            figures[key] = Found(level, level - half, min(1.0, level + half))
        figures[Key(plan, "labour_cost")] = Found(COST[plan], COST[plan], COST[plan])
    return view_of(cast(Result, Made(scenario(), figures, half_width=0.0)))


def test_a_plan_that_keeps_every_promise_is_named_with_its_price() -> None:
    view = shown({"today": (0.5, 0.97), "late-shift": (0.95, 0.98)})
    assert finding(view) == (
        "late-shift keeps every promise, for 250 EUR a day (25%) more than today; today misses 1 of 2 "
        "promises: "
        "complaint, first reply within 15 min, 50.0% in time instead of 90%."
    )
    today, late = cards(view)
    assert (today.verdict, today.words, today.beside) == ("missed", "1 of 2 promises missed", "")
    assert (late.verdict, late.words) == ("met", "every promise met")
    assert late.beside == "250 EUR a day (25%) more than today"
    assert [one.verdict for one in today.promises] == ["missed", "met"]


def test_the_cheapest_of_several_is_named() -> None:
    view = shown({"today": (0.95, 0.98), "late-shift": (0.95, 0.98)})
    assert finding(view) == "today keeps every promise; so does late-shift, for more."


def test_if_none_is_sure_the_closest_is_named_and_what_would_tell() -> None:
    view = shown({"today": (0.5, 0.5), "late-shift": (0.905, 0.98)})
    assert finding(view) == (
        "No plan is sure to keep every promise. late-shift comes closest: it misses no promise, but is not "
        "sure to "
        "keep complaint, first reply within 15 min. About 200 replications would tell."
    )
    assert cards(view)[1].verdict == "undecided"


def test_one_plan_alone_is_judged() -> None:
    assert finding(shown({"today": (0.95, 0.98)})) == "today keeps every promise."
    assert finding(shown({"today": (0.5, 0.6)})) == (
        "today misses 2 of 2 promises: most of all complaint, first reply within 15 min, 50.0% in time "
        "instead of 90%."
    )


AUDIENCE = """
simcare: 1
title: A desk that is watched
channels: {x: {public: true}}
contacts:
  complaint: {channel: x, needs: [care], arrivals: {per_hour: 6}, handling: {exponential: {mean: 6 min}}}
teams: {desk: {skills: {care: 100%}}}
plans: {today: {headcount: {desk: 1}}, late-shift: {headcount: {desk: 2}}}
"""


def watched(late: float, half: float) -> View:
    """Views without an answer, 1,000 a day under today; their difference is known to within `half` of
    itself.
    """
    views = {"today": Found(1000.0, 990.0, 1010.0), "late-shift": Found(late, late - 10, late + 10)}
    figures = {Key(plan, "unanswered_impressions"): found for plan, found in views.items()}
    figures |= {Key(plan, "staffed_hours"): Found(24.0, 24.0, 24.0) for plan in views}
    return view_of(cast(Result, Made(loads(AUDIENCE), figures, half_width=half)))


def test_it_says_where_complaints_are_seen_without_an_answer_least_often() -> None:
    less = watched(400.0, 0.1)
    assert finding(less).endswith(
        "Complaints are seen without an answer least often under late-shift, 60% less often than under today."
    )
    today, late = cards(less)
    assert (today.views, today.views_beside) == ("1,000 ± 10", "")
    assert late.views_beside == "60% less often than under today"
    assert finding(watched(995.0, 2.0)).endswith(
        "Complaints are seen without an answer under late-shift about as often as under today, and under "
        "no plan less "
        "often."
    )
    assert finding(watched(2000.0, 0.1)).endswith("least often under today.")
