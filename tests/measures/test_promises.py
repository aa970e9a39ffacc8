"""The formula of a promise in words, and the names by which promises are told apart."""

from __future__ import annotations

import pytest

from simcare.measures.promises import formula, promises_of
from simcare.scenario.load import loads
from tests.measures.paper_desk import promise


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            promise("of_all"),
            "of_all: replied to within 20 min (until handling ends) / all that needed an answer; "
            "left, silent and open are missed",
        ),
        (
            promise("of_all", "answered"),
            "of_all: answered within 20 min (until handling starts) / all that needed an answer; "
            "left, silent and open are missed",
        ),
        (
            promise("of_answered"),
            "of_answered: replied to within 20 min (until handling ends) / replied to at all, "
            "and those who gave up silently, who are missed",
        ),
        (
            promise("without_short_abandons", short=2),
            "without_short_abandons: replied to within 20 min (until handling ends) / all that needed an "
            "answer but those who left within 2 min; other left, silent and open are missed",
        ),
        (
            promise("abandoned_in_time_count"),
            "abandoned_in_time_count: replied to, or left, within 20 min (until handling ends) / "
            "all that needed an answer; left later, silent and open are missed",
        ),
    ],
)
def test_the_formula_in_force_is_told_in_words(given: object, text: str) -> None:
    assert formula(given) == text  # type: ignore[arg-type]


def test_promises_that_differ_in_definition_or_hours_have_names_that_say_so() -> None:
    scenario = loads(
        """
        simcare: 1
        title: six promises to the same customers
        clock: {open: {mon-fri: 08:00–20:00}}
        contacts: {call: {needs: [talk], arrivals: {per_hour: 2}, handling: {constant: 5 min}}}
        teams: {desk: {skills: {talk: 100%}}}
        plans: {only: {headcount: {desk: 2}}}
        service_levels:
          - {contacts: call, answered_within: 1 min}
          - {contacts: call, answered_within: 1 min, definition: of_answered}
          - {contacts: call, answered_within: 1 min, definition: without_short_abandons}
          - {contacts: call, answered_within: 1 min, definition: abandoned_in_time_count}
          - {contacts: call, answered_within: 1 min, hours: open}
          - {contacts: call, answered_within: 1 min, hours: open, definition: of_answered, name: contract}
        """
    )
    promises = promises_of(scenario)
    assert [one.name for one in promises] == [
        "answered within 1 min",
        "answered within 1 min, of those answered",
        "answered within 1 min, without short abandons",
        "answered within 1 min, leaving in time counts",
        "answered within 1 min, open hours",
        "contract",
    ]
    assert [one.open_hours for one in promises] == [False] * 4 + [True] * 2
    assert formula(promises[4]) == (
        "of_all: answered within 1 min, open hours only (until handling starts) / all that needed an answer; "
        "left, silent and open are missed"
    )


def test_promises_of_one_name_are_told_apart_by_their_contacts() -> None:
    scenario = loads(
        """
        simcare: 1
        title: two promises alike
        contacts:
          urgent: {needs: [talk], arrivals: {per_hour: 2}, handling: {constant: 5 min}}
          normal: {needs: [talk], arrivals: {per_hour: 2}, handling: {constant: 5 min}, queue_limit: 3}
        teams: {desk: {skills: {talk: 100%}}}
        plans: {only: {headcount: {desk: 2}}}
        service_levels:
          - {contacts: urgent, first_reply_within: 15 min, target: 90%}
          - {contacts: normal, first_reply_within: 15 min, target: 80%}
          - {contacts: all, answered_within: 1 min}
        """
    )
    urgent, normal, everybody = promises_of(scenario)
    assert urgent.name == "first reply within 15 min (urgent)"
    assert normal.name == "first reply within 15 min (normal)"
    assert everybody.name == "answered within 1 min"
    assert (urgent.types, normal.types, everybody.types) == ((1,), (0,), (0, 1))  # indices of sorted names
    assert "; left, silent and open are missed" in formula(urgent)
    assert "; left, turned away, silent and open are missed" in formula(normal)
    assert (everybody.kind, everybody.within_ms, everybody.target) == ("answered", 60_000, None)
