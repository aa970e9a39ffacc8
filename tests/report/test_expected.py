"""`simcare show` against figures worked out by hand."""

from __future__ import annotations

import csv
import io
import json

import pytest

from simcare.report.document import text_lines
from simcare.report.expected import load_report
from simcare.report.load import LoadRow, load_rows, pools_of
from simcare.report.tidy import rows_csv, rows_json
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario

SCENARIO = """
simcare: 1
title: Two teams that cannot help each other
about: Is there enough of everybody?
clock: {start: 2026-11-23, days: 7, interval: 6 h, warm_up: 1 day}
contacts:
  complaint:
    needs: [care]
    arrivals: {steps: {per_hour: {00:00: 0, 12:00: 6, 18:00: 0}}, weekdays: {sat-sun: 50%}}
    handling: {exponential: {mean: 20 min}}
  order: {needs: [sales], arrivals: {per_hour: 3}, handling: {constant: 10 min}}
teams:
  care: {skills: {care: 50%}}
  shop: {skills: {sales: 100%}}
plans:
  today:
    shifts:
      - {team: care, days: mon-fri, from: 12:00, to: 18:00, agents: 3, breaks: [{at: 15:00, for: 1 h}]}
      - {team: shop, days: daily, from: 00:00, to: 24:00, agents: 1}
    shrinkage: 10%
  later:
    like: today
    add: [{team: care, days: daily, from: 18:00, to: 24:00, agents: 2}]
"""

PLANS = ("today", "later")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(SCENARIO)


def test_teams_that_share_no_work_are_kept_apart(scenario: Scenario) -> None:
    care, shop = pools_of(scenario, PLANS)
    assert (care.teams, care.types) == (("care",), ("complaint",))
    assert (shop.teams, shop.types) == (("shop",), ("order",))


def test_load_counts_the_work_at_the_speed_of_the_team(scenario: Scenario) -> None:
    care, shop = pools_of(scenario, PLANS)
    # Mondays: 36 complaints between 12:00 and 18:00, 20 min at speed 50%: 24 hours of work, all but what is
    # left at 18:00 within the six hours. Left: ∫₀⁶ 6 e^(−1.5 (6 − u)) du · 40 min = 4 · 40 min, exponential.
    assert care.arrivals[0].tolist() == pytest.approx([0, 0, 36, 0])
    work = care.load["today"][0] * 6
    assert work[2] + work[3] == pytest.approx(36 * 40 / 60, abs=0.02)
    assert work[3] == pytest.approx(4 * 40 / 60, abs=0.02)
    # Orders: 3 an hour of 10 min each is half an erlang around the clock.
    assert shop.load["today"] == pytest.approx(0.5, abs=1e-6)


def test_on_duty_leaves_out_breaks_and_expected_absence(scenario: Scenario) -> None:
    care, shop = pools_of(scenario, PLANS)
    # Three agents for five of the six hours, one in ten absent.
    assert care.duty["today"][0].tolist() == pytest.approx([0, 0, 3 * 5 / 6 * 0.9, 0])
    assert care.duty["later"][5].tolist() == pytest.approx([0, 0, 0, 2 * 0.9])
    assert shop.duty["today"] == pytest.approx(0.9)


def test_a_report_of_days_of_different_kinds(scenario: Scenario) -> None:
    lines = list(text_lines(load_report(scenario, PLANS)))
    assert lines[:23] == [
        "Two teams that cannot help each other",
        "Is there enough of everybody?",
        "Mon 23 to Sun 29 Nov 2026 (7 days), UTC, after 1 day of warm-up",
        "Expected, without simulation",
        "",
        "care, Mon to Fri: complaint",
        "─────────────────────────────────────────────────────────────",
        "                                        today           later",
        "from          arrivals   load   on duty (gap)   on duty (gap)",
        "─────────────────────────────────────────────────────────────",
        "00:00–12:00        0.0    0.0       0.0 (0.0)       0.0 (0.0)",
        "12:00             36.0    3.6      2.2 (-1.4)      2.2 (-1.4)",
        "18:00              0.0    0.4      0.0 (-0.4)      1.8 (+1.4)",
        "",
        "care, Sat, Sun: complaint",
        "─────────────────────────────────────────────────────────────",
        "                                        today           later",
        "from          arrivals   load   on duty (gap)   on duty (gap)",
        "─────────────────────────────────────────────────────────────",
        "00:00–12:00        0.0    0.0       0.0 (0.0)       0.0 (0.0)",
        "12:00             18.0    1.8      0.0 (-1.8)      0.0 (-1.8)",
        "18:00              0.0    0.2      0.0 (-0.2)      1.8 (+1.6)",
        "",
    ]
    said = " ".join(lines).replace("   ", " ").replace("  ", " ")
    assert (
        "- today, care: more work than people on Mon to Fri 12:00–24:00, most of all 12:00–18:00 by 1.4 "
        "agents; on Sat, Sun 12:00–24:00, most of all 12:00–18:00 by 1.8 agents."
    ) in said
    assert "- later, care: more work than people on Mon to Fri 12:00–18:00, by 1.4 agents;" in said
    assert "- today, shop: as many people as work, or more, in every interval." in said


def test_days_can_be_chosen(scenario: Scenario) -> None:
    titles = [table.title for table in load_report(scenario, PLANS, frozenset({5, 6})).tables]
    assert titles == ["care, Sat, Sun: complaint", "shop, Sat, Sun: order"]


def test_days_of_too_many_kinds_are_averaged() -> None:
    days = "{mon: 10%, tue: 20%, wed: 30%, thu: 40%, fri: 50%, sat: 60%, sun: 70%}"
    scenario = loads(SCENARIO.replace("{sat-sun: 50%}", days))
    care = load_report(scenario, PLANS).tables[0]
    assert care.title == "care, mean of 7 days: complaint"
    assert care.rows[1][:2] == ("12:00", "14.4")  # 36 × 40%


def test_teams_linked_by_a_third_are_one_pool() -> None:
    linked = SCENARIO.replace("shop: {", "float: {skills: {care: 100%, sales: 100%}}\n  shop: {").replace(
        "- {team: shop",
        "- {team: float, days: daily, from: 08:00, to: 16:00, agents: 1}\n      - {team: shop",
    )
    (pool,) = pools_of(loads(linked), PLANS)
    assert pool.teams == ("care", "float", "shop")


def test_by_team_handling_is_that_of_the_team_that_comes_first() -> None:
    by_team = SCENARIO.replace(
        "{needs: [sales], arrivals: {per_hour: 3}, handling: {constant: 10 min}}",
        "{needs: [sales], arrivals: {per_hour: 3}, teams: [fast, shop], "
        "handling: {by_team: {fast: {constant: 6 min}, shop: {constant: 10 min}}}}",
    ).replace("shop: {skills", "fast: {skills: {sales: 100%}}\n  shop: {skills")
    team = "- {team: fast, days: daily, from: 00:00, to: 24:00, agents: 1}\n      - {team: shop"
    (_, pool) = pools_of(loads(by_team.replace("- {team: shop", team)), ("today",))
    assert pool.load["today"] == pytest.approx(3 * 6 / 60, abs=1e-6)
    # With nobody of the first team at work, the second takes the work at its own pace.
    (_, pool) = pools_of(loads(by_team), ("today",))
    assert pool.load["today"] == pytest.approx(3 * 10 / 60, abs=1e-6)


def test_rows_for_other_programs(scenario: Scenario) -> None:
    rows = load_rows(scenario, PLANS)
    assert len(rows) == 2 * 2 * 7 * 4  # plans, pools, days, intervals
    one = next(row for row in rows if (row.plan, row.teams, row.interval) == ("later", "care", "18:00"))
    assert one.day == "2026-11-23"
    assert one.gap == pytest.approx(one.on_duty - one.load)
    read = json.loads(rows_json(scenario, PLANS, rows))
    assert read["header"]["plans"] == ["today", "later"]
    assert read["rows"][0]["day"] == "2026-11-23"
    table = list(csv.DictReader(io.StringIO(rows_csv(LoadRow, rows))))
    assert [float(row["on_duty"]) for row in table] == pytest.approx([row.on_duty for row in rows])


def test_rows_hold_no_dust_of_sums() -> None:
    text = """
    simcare: 1
    title: Thirds
    clock: {interval: 8 h}
    contacts: {q: {needs: [x], arrivals: {per_hour: 0.3}, handling: {constant: 10 min}}}
    teams: {desk: {skills: {x: 100%}}}
    plans: {one: {shrinkage: 90%, headcount: {desk: 1}}}
    """
    scenario = loads(text)
    for row in load_rows(scenario, ["one"]):
        assert row.on_duty == 0.1  # 1 − 0.9 is 0.09999999999999998
        assert row.gap == round(0.1 - row.load, 9)
    assert scenario.clock.simulated == "2026-01-05"
