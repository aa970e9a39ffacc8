"""What waiting and labour cost: by hand, minute by minute, and conserved over days and intervals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.engine.log import Log
from simcare.engine.simulate import simulate
from simcare.experiment.run import run as run_plans
from simcare.measures.frame import Frame
from simcare.measures.sums import Series, series_of
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario
from simcare.staffing.roster import Roster
from tests.experiment.desk import scenario as desk
from tests.measures import paper_desk, slowly
from tests.measures.alone import sums_in
from tests.measures.test_hours import minutes
from tests.runs import MINUTE, Run, runs

TOTAL, DAY_1, DAY_2, FIRST_HALF, SECOND_HALF = range(5)


def cost(
    measure: str, frame: Frame, roster: Roster | None = None, **about: str
) -> tuple[list[float], list[float]]:
    """Numerators and denominators by cell, in currency × min / h."""
    sums = sums_in(frame, paper_desk.tape(), roster or paper_desk.roster(), paper_desk.log())
    row = series_of(frame).index(Series(measure, **about))
    return (sums.numerators[row] / MINUTE).tolist(), sums.denominators[row].tolist()


# --- waiting ------------------------------------------------------------------------------------------------


def test_waiting_costs_by_type_and_in_total() -> None:
    # a: 1 0, 3 8 until he left, 4 silent, 7 0, 8 from 176 to the end of the run at 240; b: 2 5, 6 0, 9 12
    frame = paper_desk.frame(waiting_cost=(3.0, 2.0))
    of_a, days = cost("waiting_cost", frame, contacts="a")
    assert of_a == [3 * (8 + 64), 3 * 8, 3 * 64, 3 * 8, 3 * 64]
    assert days == [2, 1, 1, 2, 2]
    of_b, _ = cost("waiting_cost", frame, contacts="b")
    assert of_b == [2 * (5 + 12), 2 * 5, 2 * 12, 2 * 5, 2 * 12]
    assert cost("waiting_cost", frame)[0] == [a + b for a, b in zip(of_a, of_b, strict=True)]


def test_waiting_without_a_cost_is_undefined_and_the_total_is_of_the_others() -> None:
    frame = paper_desk.frame(waiting_cost=(None, 2.0))
    assert cost("waiting_cost", frame, contacts="a") == ([0] * 5, [0] * 5)
    assert cost("waiting_cost", frame) == cost("waiting_cost", frame, contacts="b")
    assert cost("waiting_cost", paper_desk.frame(waiting_cost=(None, None)))[1] == [0] * 5


# --- labour -------------------------------------------------------------------------------------------------


def test_premiums_are_paid_on_scheduled_duty_and_on_overtime() -> None:
    """The desk at 60 an hour, 1 a minute: agent 0 is paid 60–90 and 100–175, two absentees 60–180.

    Agent 0 works outside his duty 90–95 and 175–180, at one and a half.
    """
    plain = paper_desk.frame()
    assert cost("labour_cost", plain, team="desk")[0][TOTAL] == 60 * (30 + 75 + 240 + 1.5 * 10)
    # twice the pay from 85 to 92: 5 min of agent 0, 2 × 7 of the absentees, 2 of overtime, all in [60, 90)
    # but 2 × 2 of the absentees and the overtime
    extra = paper_desk.frame(premiums=((minutes((85, 92)), 2.0),))
    with_it, without = (np.array(cost("labour_cost", one, team="desk")[0]) for one in (extra, plain))
    assert (with_it - without).tolist() == [
        60 * (5 + 14 + 3),
        60 * (5 + 14 + 3),
        0,
        60 * (5 + 10),
        60 * (4 + 3),
    ]


def test_premiums_are_paid_on_levels() -> None:
    """The night team at 90 an hour has a level of one on [0, 140) and works 140–150 beyond it."""
    plain, extra = paper_desk.frame(), paper_desk.frame(premiums=((minutes((130, 145)), 1.5),))
    assert cost("labour_cost", plain, team="night")[0][TOTAL] == 90 * (80 + 1.5 * 10)
    assert cost("labour_cost", extra, team="night")[0][TOTAL] == 90 * (80 + 15 + 0.5 * (10 + 1.5 * 5))


paid_rows = st.tuples(st.integers(0, 2), st.integers(0, 160), st.integers(0, 60), st.integers(1, 3))


@given(
    runs(),
    st.lists(paid_rows, max_size=6),
    st.lists(st.integers(0, 200), unique=True, min_size=4, max_size=4),
    st.sampled_from([(0, 1, 4), (0, 3, 2), (60, 1, 3), (30, 2, 5)]),
)
@settings(max_examples=60)
def test_labour_costs_instant_by_instant(
    run: Run, paid: list[tuple[int, int, int, int]], edges: list[int], cut: tuple[int, int, int]
) -> None:
    """Any duty, levels, overtime, pay and premiums; by team and cell; days and intervals add up."""
    tape, roster, rules = run
    teams = rules.handles.shape[2]
    team, begin, length, agents = np.array(paid, dtype=np.int64).reshape(-1, 4).T
    roster = replace(
        roster,
        paid_team=team % teams,
        paid_from_ms=begin * MINUTE,
        paid_to_ms=(begin + length) * MINUTE,
        paid_agents=agents,
    )
    a, b, c, d = sorted(edges)
    log = simulate(tape, roster, rules)
    from_min, days, intervals = cut
    frame = replace(
        paper_desk.frame(),
        types=("a", "b", "c"),
        teams=tuple(f"team {number}" for number in range(teams)),
        from_ms=from_min * MINUTE,
        to_ms=rules.horizon_ms,
        latest_ms=rules.drain_end_ms,
        interval_ms=(rules.horizon_ms - from_min * MINUTE) // (days * intervals),
        days=days,
        cost_per_hour=tuple(1.0 + number for number in range(teams)),
        premiums=((minutes((a, b)), 1.25), (minutes((b, c), (d, 300)), 2.0)),
        waiting_cost=(None,) * 3,
        opening=(None,) * 3,
    )
    sums = sums_in(frame, tape, roster, log)
    for number in range(teams):
        found = sums.numerators[series_of(frame).index(Series("labour_cost", team=f"team {number}"))]
        stretches = _stretches(frame, roster, log, number)
        for column, cell in enumerate(slowly.cells(frame)):
            expected = sum(pay * slowly.overlap(frame, cell, [(start, end)]) for start, end, pay in stretches)
            assert found[column] == pytest.approx(expected, rel=1e-12)
    total = sums.numerators[series_of(frame).index(Series("labour_cost"))]
    assert total[1 : 1 + days].sum() == pytest.approx(total[0], rel=1e-12)
    assert total[1 + days :].sum() == pytest.approx(total[0], rel=1e-12)


def _stretches(frame: Frame, roster: Roster, log: Log, team: int) -> list[tuple[int, int, float]]:
    """What a team costs an hour between any two instants at which something changes: (from, to, cost)."""
    stints = [
        (int(agent), int(start), int(end))
        for agent, start, end in zip(log.stints.agent, log.stints.start_ms, log.stints.end_ms, strict=True)
        if roster.team_of_agent[agent] == team
    ]
    duties = list(zip(roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms, strict=True))
    levels = slowly.levels_of(frame, roster, team)
    paid = [
        (int(start), int(end), int(agents))
        for whose, start, end, agents in zip(
            roster.paid_team, roster.paid_from_ms, roster.paid_to_ms, roster.paid_agents, strict=True
        )
        if whose == team
    ]
    spans = [(start, end, pay) for hours, pay in frame.premiums for start, end in hours.spans]
    changes = {edge for start, end, _ in (*spans, *paid, *levels) for edge in (start, end)}
    changes |= {int(edge) for _, start, end in (*stints, *duties) for edge in (start, end)}
    changes |= {frame.from_ms, frame.to_ms}
    stretches = []
    for at, until in pairwise(sorted(changes)):
        pay = max([1.0, *(pay for start, end, pay in spans if start <= at < end)])
        on_paper = sum(agents for start, end, agents in paid if start <= at < end)
        busy = {agent for agent, start, end in stints if start <= at < end}
        if levels:
            late = max(0, len(busy) - sum(level for start, end, level in levels if start <= at < end))
        else:
            on_duty = {int(agent) for agent, start, end in duties if start <= at < end}
            late = sum(agent not in on_duty for agent in busy)
        cost = frame.cost_per_hour[team]
        assert cost is not None
        stretches.append((at, until, cost * pay * (on_paper + late * frame.overtime)))
    return stretches


# --- from a scenario ----------------------------------------------------------------------------------------


def scenario(plan: str, *, days: int = 7) -> Scenario:
    return loads(
        f"""
simcare: 1
title: pay
clock: {{start: 2026-01-05, days: {days}, interval: 1 h}}
contacts:
  question: {{needs: [care], arrivals: {{per_hour: 0}}, handling: {{constant: 5 min}}, waiting_cost: 1 EUR/h}}
teams: {{desk: {{skills: {{care: 100%}}, cost: 10 EUR/h}}}}
plans: {{today: {plan}}}
experiment: {{replications: 2}}
"""
    )


NIGHTS = "shifts: [{team: desk, from: 21:30, to: 06:30, agents: 1, breaks: [{at: 02:00, for: 1 h}]}]"
PREMIUM = "premium: [{days: [sat, sun], pay: 150%}, {from: 22:15, to: 06:00, pay: 120%}]"


@pytest.mark.parametrize(
    ("plan", "hours"),
    [
        # 8 paid hours a night; 6.75 of them, 22:15–06:00 without the break, at the night's premium
        # a weekday: 00:00–06:30 and 21:30–24:00 of which 5 and 1.75 at night; the weekend all at 150%
        (f"{{{NIGHTS}, {PREMIUM}}}", 5 * (8 + 0.2 * 6.75) + 2 * 1.5 * 8),
        (f"{{{NIGHTS}, {PREMIUM}, paid_breaks: true}}", 5 * (9 + 0.2 * 7.75) + 2 * 1.5 * 9),
        (f"{{{NIGHTS}, {PREMIUM}, shrinkage: 30%}}", 5 * (8 + 0.2 * 6.75) + 2 * 1.5 * 8),
        # a level costs as much as people
        (
            "{headcount: {desk: {21:30: 1, 02:00: 0, 03:00: 1, 06:30: 0}}, " + PREMIUM + "}",
            5 * (8 + 0.2 * 6.75) + 2 * 1.5 * 8,
        ),
    ],
)
def test_premiums_with_breaks_absence_and_levels_by_hand(plan: str, hours: float) -> None:
    result = run_plans(scenario(plan), jobs=1)
    assert result.estimate("labour_cost", plan="today").estimate == pytest.approx(10 * hours / 7, rel=1e-12)
    monday = result.estimate("labour_cost", plan="today", day="2026-01-05").estimate
    sunday = result.estimate("labour_cost", plan="today", day="2026-01-11").estimate
    assert sunday / monday == pytest.approx(1.5 * _ordinary(plan) / _monday(plan), rel=1e-12)
    quarter = result.estimate("labour_cost", plan="today", interval="22:00").estimate
    assert quarter == pytest.approx(10 * (5 * (0.25 + 0.75 * 1.2) + 2 * 1.5) / 7, rel=1e-12)


def _ordinary(plan: str) -> float:
    return 9 if "paid_breaks" in plan else 8


def _monday(plan: str) -> float:
    return _ordinary(plan) + 0.2 * (_ordinary(plan) - 1.25)


def test_unpaid_absence_costs_nothing_at_any_premium() -> None:
    everybody_away = scenario(f"{{{NIGHTS}, {PREMIUM}, shrinkage: 99.9999%, absence: unpaid}}")
    assert run_plans(everybody_away, jobs=1).estimate("labour_cost", plan="today").estimate == 0


def test_a_premium_of_the_whole_week_multiplies_the_cost() -> None:
    """Overtime, breaks and absence included."""
    plain = run_plans(desk("plans.today.shrinkage=20%"), plans=["today"], replications=5, jobs=1)
    dear = run_plans(
        desk("plans.today.shrinkage=20%", "plans.today.premium=[{pay: 150%}]"),
        plans=["today"],
        replications=5,
        jobs=1,
    )
    for about in ({}, {"day": "2026-01-06"}, {"interval": "12:00"}, {"interval": "18:00"}):
        one, other = (result.estimate("labour_cost", plan="today", **about) for result in (plain, dear))
        assert one.estimate and other.estimate
        assert other.estimate == pytest.approx(1.5 * one.estimate, rel=1e-12)
