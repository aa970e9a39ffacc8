"""`simcare show --routing` against what the scenario says, read by hand."""

from __future__ import annotations

import csv
import io
import json

from simcare.report.document import text_lines
from simcare.report.routing import RoutingRow, routing_report, routing_rows
from simcare.report.tidy import rows_csv, rows_json
from simcare.scenario.load import loads

TEXT = """
simcare: 1
title: Sales helps out
contacts:
  complaint:
    needs: [care]
    arrivals: {per_hour: 20}
    handling: {exponential: {mean: 6 min}}
    teams: [care]
    overflow_after: {sales: 10 min}
  order:
    needs: [sales]
    arrivals: {per_hour: 10}
    handling: {by_team: {sales: {constant: 4 min}, shop: {constant: 3 min}}}
    conversation: {again: 20%, pause: {constant: 5 min}, handling: {constant: 2 min}}
    escalates: {to: care, chance: 10%, handling: {constant: 9 min}}
teams:
  care: {skills: {care: 100%}, chats: {pace_each: [100%, 80%]}, first: [complaint]}
  sales: {skills: {sales: 100%, care: 75%}}
  shop: {skills: {sales: 100%}}
plans:
  today:
    headcount: {care: 2, sales: 2}
    routing:
      ahead: [{contacts: [complaint], followers_over: 10_000}, {steps: later}]
      order: {priority: [order]}
  later: {like: today, routing: {ahead: [], order: deadline, agents: random}}
"""

COMPLAINT = [
    RoutingRow("today", "complaint", "first reply", "care", 1, 0, 1, 360, 2, True),
    RoutingRow("today", "complaint", "first reply", "sales", 2, 600, 0.75, 480, 1, True),
]
ORDER = [
    RoutingRow("today", "order", "first reply", "sales", 1, 0, 1, 240, 1, True),
    RoutingRow("today", "order", "first reply", "shop", 1, 0, 1, 180, 1, False),
    RoutingRow("today", "order", "further messages", "sales", 1, 0, 1, 120, 1, True),
    RoutingRow("today", "order", "further messages", "shop", 1, 0, 1, 120, 1, False),
    RoutingRow("today", "order", "escalated work", "care", 1, 0, 1, 540, 2, True),
    RoutingRow("today", "order", "escalated work", "sales", 1, 0, 0.75, 720, 1, True),
]


def test_who_may_take_what_how_fast_and_after_what_wait() -> None:
    assert list(routing_rows(loads(TEXT), ["today"])) == COMPLAINT + ORDER


def test_rows_travel_as_csv_and_json() -> None:
    scenario = loads(TEXT)
    rows = routing_rows(scenario, ["today", "later"])
    table = list(csv.DictReader(io.StringIO(rows_csv(RoutingRow, rows))))
    assert len(table) == 2 * len(COMPLAINT + ORDER)
    assert table[1]["team"] == "sales" and float(table[1]["after_s"]) == 600
    assert [row["plan"] for row in json.loads(rows_json(scenario, ["today"], rows))["rows"]] == [
        row["plan"] for row in table
    ]


def test_plans_alike_share_a_table_and_each_has_its_sorts() -> None:
    document = routing_report(loads(TEXT), ["today", "later"])
    assert [table.title for table in document.tables] == ["Who may take what"]
    assert [section.sentences for section in document.sections] == [
        (
            "those that go ahead: messages of complaint from authors with more than 10,000 followers; or "
            "replies to further messages and escalated work",
            "in team care: complaint, then the others",
            "order, then the others",
            "who became ready first",
            "who arrived first",
        ),
        (
            "for complaint: care, then the others",
            "who has fewest messages in hand",
            "who has been idle longest, since his last completion or the start of his duty",
            "who comes first by team, line of the shift table and place in the line",
        ),
        (
            "in team care: complaint, then the others",
            "whose shortest promise ends first, counted from ready; those without a promise last",
            "who became ready first",
            "who arrived first",
        ),
        ("for complaint: care, then the others", "who has fewest messages in hand", "one at random"),
    ]


def test_the_text_fits_and_says_what_never_happens() -> None:
    lines = list(text_lines(routing_report(loads(TEXT), ["today"])))
    assert max(map(len, lines)) <= 80
    assert any("shop" in line and "never on duty" in line for line in lines)
    assert any("sales" in line and "after 10 min" in line and "75%" in line for line in lines)
