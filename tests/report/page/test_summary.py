"""The sentence and the cards of the first screen, for results made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from simcare.experiment.result import Result
from simcare.report.figures import Found
from simcare.report.page.summary import cards, finding
from simcare.report.view import Key, View, view_of
from tests.report.made import PROMISES, Made, scenario

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
