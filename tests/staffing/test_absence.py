"""Who is absent: whom it may not depend on, and how often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcare.demand import kernels
from simcare.demand.streams import Streams
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster, roster_from, rosters_from
from simcare.staffing.schedule import schedule_of
from tests.staffing.desks import DAY, NO_DRAIN, ONE_DAY_MORE, desk, duty, levels, people

CREW = (
    "{{shifts: [{{team: desk, from: 08:00, to: 17:00, agents: {agents}, breaks: [{{at: 12:00, for: 1 h}}]}}"
    "{more}], shrinkage: {share}}}"
)


def crew(share: str, *, agents: int = 12, more: str = "", days: int = 5) -> Scenario:
    return desk(CREW.format(agents=agents, share=share, more=more), days=days, more="drain: {for: 2 days}")


def test_who_is_absent_is_absent_for_the_whole_shift() -> None:
    for agent in duty(crew("40%")).values():
        mornings = {start // 24 for start, _ in agent if start % 24 == 8}
        afternoons = {start // 24 for start, _ in agent if start % 24 == 13}
        assert mornings == afternoons


def test_more_shrinkage_only_removes_people() -> None:
    before = people(draw_roster(crew("0%"), "today", 3))
    for share in ("10%", "30%", "31%", "70%", "99%"):
        now = people(draw_roster(crew(share), "today", 3))
        assert now <= before
        before = now
    assert len(before) < 10


def test_the_share_absent_is_the_shrinkage() -> None:
    """2,000 replications of 12 agents on 7 days, within 4 standard errors of 12%."""
    schedule = schedule_of(crew("12%"), "today")
    agent_days = 12 * 7
    came = [len(roster_from(schedule, replication, 1).duty_agent) / 2 for replication in range(2000)]
    shares = 1 - np.array(came) / agent_days
    assert abs(shares.mean() - 0.12) < 4 * np.sqrt(0.12 * 0.88 / (2000 * agent_days))
    assert abs(shares.var() / (0.12 * 0.88 / agent_days) - 1) < 4 * np.sqrt(
        2 / 2000
    )  # agent-days are independent


@pytest.mark.parametrize("with_kernels", [None, kernels])
def test_rosters_drawn_together_are_those_drawn_alone(with_kernels: Any) -> None:
    more = ", {team: desk, from: 18:00, to: 23:00, agents: 4}"
    for scenario in (crew("30%", agents=40, more=more), desk("{headcount: {desk: 33}, shrinkage: 20%}")):
        schedule = schedule_of(scenario, "today")
        together = rosters_from(schedule, Streams(1, range(3, 9), with_kernels))
        for replication, roster in zip(range(3, 9), together, strict=True):
            alone = roster_from(schedule, replication, 1)
            assert all(np.array_equal(getattr(roster, name), value) for name, value in vars(alone).items())


def test_absences_do_not_depend_on_other_agents_lines_or_days() -> None:
    roster = people(draw_roster(crew("40%"), "today", 5))
    more_people = people(draw_roster(crew("40%", agents=40), "today", 5))
    assert {row for row in more_people if row[1] <= 12} == roster
    another_line = ", {team: desk, from: 18:00, to: 23:00, agents: 4}"
    with_line = people(draw_roster(crew("40%", more=another_line), "today", 5))
    assert {row for row in with_line if row[0] == 0} == roster
    more_days = people(draw_roster(crew("40%", days=9), "today", 5))
    assert {row for row in more_days if row[3] <= 7 * DAY} == roster


def test_absences_differ_between_lines_replications_seeds_and_days_of_the_drain() -> None:
    two_lines = crew(
        "40%", more=", {team: desk, from: 08:00, to: 17:00, agents: 12, breaks: [{at: 12:00, for: 1 h}]}"
    )
    roster = people(draw_roster(two_lines, "today", 0))
    assert {(n, a, b) for line, n, a, b in roster if line == 0} != {
        (n - 12, a, b) for line, n, a, b in roster if line == 1
    }
    assert roster != people(draw_roster(two_lines, "today", 1))
    assert roster != people(draw_roster(two_lines, "today", 0, seed=99))
    assert roster == people(draw_roster(two_lines, "today", 0, seed=two_lines.experiment.seed))
    by_day = [{n for line, n, a, _ in roster if line == 0 and a // DAY == day} for day in range(7)]
    assert len({frozenset(numbers) for numbers in by_day}) == 7


def test_a_night_belongs_to_the_day_it_begins() -> None:
    """Who is absent on the eve is absent until the morning, break or midnight between or not."""
    shift = "{team: desk, from: 20:00, to: 06:00, agents: 30, breaks: [{at: 23:30, for: 1 h}]}"
    plan = "{shifts: [" + shift + "], shrinkage: 50%}"
    for agent in duty(desk(plan, days=3)).values():
        evenings = {start // 24 for start, _ in agent if start % 24 == 20}
        mornings = {start // 24 - 1 for start, _ in agent if start % 24 == 0.5}
        assert evenings | {-1, 9} == mornings | {-1, 9}


def test_a_level_is_thinned_unit_by_unit() -> None:
    """The same units are away all day, so on a day a higher level loses at least as many as a lower one."""
    plan = "{{headcount: {{desk: {{00:00: 6, 08:00: 20, 16:00: 6}}}}, shrinkage: {share}}}"
    for replication in range(20):
        day = {
            at: level
            for _, at, level in levels(desk(plan.format(share="30%"), days=1, more=ONE_DAY_MORE), replication)
        }
        lower, higher = day[0.0], day[8.0]
        assert 0 <= 6 - lower <= 20 - higher
        assert day[16.0] == lower
        more = {
            at: n
            for _, at, n in levels(desk(plan.format(share="50%"), days=1, more=ONE_DAY_MORE), replication)
        }
        assert more[8.0] <= higher and more[0.0] <= lower


def test_the_share_missing_of_a_level_is_the_shrinkage() -> None:
    schedule = schedule_of(desk("{headcount: {desk: 20}, shrinkage: 30%}", days=1, more=NO_DRAIN), "today")
    there = [int(roster_from(schedule, replication, 1).level[0]) for replication in range(2000)]
    assert abs(np.mean(there) - 14) < 4 * np.sqrt(20 * 0.3 * 0.7 / 2000)
