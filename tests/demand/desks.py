"""Small scenarios for the tests of demand: what matters is written, everything else is as plain as can be."""

from __future__ import annotations

from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario


def desk(*, days: int = 1, warm_up: int = 0, folder: str = "", **contacts: str) -> Scenario:
    """A scenario with these contact types, each the inside of a flow map; needs and handling may be left out.

    It starts on Thursday, 1 January 2026 and has the teams a and b.
    """
    lines = [
        "simcare: 1",
        "title: a desk",
        f"clock: {{start: 2026-01-01, days: {days}, warm_up: {warm_up} day}}",
        "contacts:",
        *(f"  {name}: {{{completed(inside)}}}" for name, inside in contacts.items()),
        "teams: {a: {skills: {topic: 100%}}, b: {skills: {topic: 100%}}}",
        "plans: {p: {headcount: {a: 1, b: 1}}}",
    ]
    return loads("\n".join(lines), folder=folder)


def completed(inside: str) -> str:
    """The inside of a contact type with what every type must have."""
    handling = "" if inside.startswith("handling:") else "handling: {constant: 5 min}, "
    return f"needs: [topic], {handling}{inside}"
