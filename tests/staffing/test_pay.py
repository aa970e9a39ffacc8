"""What is paid: scheduled duty inside the horizon."""

from __future__ import annotations

from tests.staffing.desks import desk, duty, levels, paid

NIGHT = "shifts: [{team: desk, from: 22:00, to: 06:00, agents: 3, breaks: [{at: 02:00, for: 1 h}]}]"


def test_pay_is_for_duty_inside_the_horizon_without_breaks() -> None:
    assert paid(desk("{" + NIGHT + "}", days=1)) == [(0, 0, 2, 3), (0, 3, 6, 3), (0, 22, 24, 3)]
    assert paid(desk("{" + NIGHT + ", paid_breaks: true}", days=1)) == [(0, 0, 6, 3), (0, 22, 24, 3)]


def test_those_who_stay_for_the_drain_are_not_paid_for_it() -> None:
    scenario = desk("{" + NIGHT + "}", days=1, more="drain: {staff: last-level}")
    assert paid(scenario) == [(0, 0, 2, 3), (0, 3, 6, 3), (0, 22, 24, 3)]


def test_absentees_are_paid_unless_the_plan_says_otherwise() -> None:
    whole = paid(desk("{" + NIGHT + "}", days=4))
    assert paid(desk("{" + NIGHT + ", shrinkage: 50%}", days=4)) == whole
    for replication in range(10):
        scenario = desk("{" + NIGHT + ", shrinkage: 50%, absence: unpaid}", days=4)
        on_duty = sum(
            min(end, 96) - start
            for agent in duty(scenario, replication).values()
            for start, end in agent
            if start < 96
        )
        assert sum((end - start) * n for _, start, end, n in paid(scenario, replication)) == on_duty
    # A paid break is paid to those who came.
    came = desk("{" + NIGHT + ", shrinkage: 50%, absence: unpaid, paid_breaks: true}", days=4)
    mornings = sum((3, 6) in agent for agent in duty(came).values())
    assert sum(n for _, start, end, n in paid(came) if (start, end) == (0, 6)) == mornings


def test_pay_of_a_level() -> None:
    plan = "headcount: {desk: {08:00: 5, 22:00: 0}}"
    assert paid(desk("{" + plan + "}", days=1)) == [(0, 8, 22, 5)]
    assert paid(desk("{" + plan + ", shrinkage: 50%}", days=1)) == [(0, 8, 22, 5)]
    unpaid = desk("{" + plan + ", shrinkage: 50%, absence: unpaid}", days=1)
    for replication in range(10):
        level = {at: n for _, at, n in levels(unpaid, replication)}.get(8.0, 0)
        assert paid(unpaid, replication) == ([(0, 8, 22, level)] if level else [])
