"""Plans inherit, shifts lie on one axis of time, levels keep their knots."""

from __future__ import annotations

from typing import Any

import pytest

from simcare.errors import ScenarioError, UsageError
from simcare.scenario.load import loads
from simcare.scenario.plans import Plan, PlanForm, Routing, resolved
from simcare.scenario.quantities import HOUR
from simcare.scenario.shifts import Shift
from simcare.scenario.tables import Folder
from tests.scenario.texts import SMALL, changed


def plans(**written: Any) -> dict[str, Plan]:
    return resolved(
        {name: PlanForm.model_validate(plan, context=Folder("")) for name, plan in written.items()}
    )


def line(**changes: Any) -> dict[str, Any]:
    return {"team": "desk", "from": "08:00", "to": "17:00", "agents": 1, **changes}


def shift(**changes: Any) -> Shift:
    (found,) = plans(p={"shifts": [line(**changes)]})["p"].shifts
    return found


def test_a_shift_within_the_day() -> None:
    breaks = [{"at": "12:00", "for": "1 h"}, {"at": "10:00", "for": "15 min"}]
    assert shift(days="mon-fri", breaks=breaks) == Shift(
        team="desk",
        days=frozenset(range(5)),
        from_ms=8 * HOUR,
        to_ms=17 * HOUR,
        agents=1,
        breaks=((10 * HOUR, 10 * HOUR + HOUR // 4), (12 * HOUR, 13 * HOUR)),
    )


def test_a_shift_over_midnight_and_its_breaks_run_past_24_hours() -> None:
    night = shift(**{"from": "22:00", "to": "06:00", "breaks": [{"at": "02:00", "for": "30 min"}]})
    assert (night.from_ms, night.to_ms) == (22 * HOUR, 30 * HOUR)
    assert night.breaks == ((26 * HOUR, 26 * HOUR + HOUR // 2),)


@pytest.mark.parametrize(("to", "hours"), [("24:00", 24), ("00:00", 24), ("23:59", 24 - 1 / 60)])
def test_midnight_as_an_end_is_the_end_of_the_day(to: str, hours: float) -> None:
    assert shift(**{"from": "16:00", "to": to}).to_ms == hours * HOUR
    assert shift(**{"from": "00:00", "to": "24:00"}).to_ms == 24 * HOUR


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("daily", range(7)),
        ("sat", [5]),
        ("fri-mon", [4, 5, 6, 0]),
        (["mon", "wed-thu"], [0, 2, 3]),
        ("Mon-Fri", range(5)),
    ],
)
def test_days(written: Any, days: Any) -> None:
    assert shift(days=written).days == frozenset(days)


def test_days_are_daily_unless_given() -> None:
    assert shift().days == frozenset(range(7))


def test_a_break_may_fill_its_shift_to_the_end_but_no_further() -> None:
    text = changed(("at: 12:00, for: 1 h", "at: 16:00, for: 1 h"))
    assert loads(text).plan("today").shifts[0].breaks == ((16 * HOUR, 17 * HOUR),)
    with pytest.raises(
        ScenarioError, match=r"a break inside its shift, from 08:00 to 17:00, got one from 07:59"
    ):
        loads(changed(("at: 12:00", "at: 07:59")))


def test_a_plan_keeps_what_it_does_not_change() -> None:
    found = plans(
        child={
            "like": "parent",
            "routing": {"agents": "fastest"},
            "headcount": {"b": 2},
            "add": [line(agents=2)],
        },
        parent={
            "shifts": [line()],
            "headcount": {"a": 1, "b": 1},
            "routing": {"order": {"priority": ["x", ["y", "z"]]}},
            "shrinkage": "12%",
            "overtime": "150%",
            "paid_breaks": True,
            "absence": "unpaid",
            "at_shift_end": "drop",
        },
        grandchild={"like": "child", "shifts": [], "routing": {"order": "newest"}, "shrinkage": "0%"},
    )
    assert list(found) == ["child", "parent", "grandchild"]
    child, parent = found["child"], found["parent"]
    assert parent.routing == Routing("priority", (("x",), ("y", "z")), "longest-idle")
    assert child.routing == Routing("priority", (("x",), ("y", "z")), "fastest")
    assert [each.agents for each in child.shifts] == [1, 2]
    assert child.headcount == {"a": ((0, 1),), "b": ((0, 2),)}
    kept = (child.shrinkage, child.overtime, child.paid_breaks, child.absence, child.at_shift_end)
    assert kept == (0.12, 1.5, True, "unpaid", "drop")
    grandchild = found["grandchild"]
    assert grandchild.routing == Routing("newest", (), "fastest")
    assert (grandchild.shifts, grandchild.shrinkage, grandchild.name) == ((), 0.0, "grandchild")


def test_defaults_are_those_of_the_reference() -> None:
    plan = plans(p={})["p"]
    assert plan == Plan("p")
    assert plan.routing == Routing("first-come", (), "longest-idle")
    assert (plan.overtime, plan.absence, plan.paid_breaks, plan.at_shift_end) == (
        1.0,
        "paid",
        False,
        "finish",
    )


def test_a_long_line_of_plans_is_followed_without_recursion() -> None:
    chain = {f"p{i}": {"like": f"p{i + 1}"} for i in range(499)}
    found = plans(**chain, p499={"shrinkage": "5%", "shifts": [line()]})
    assert found["p0"].shrinkage == 0.05


def test_levels_keep_their_knots_in_time_order() -> None:
    level = plans(p={"headcount": {"desk": {"18:00": 9, "08:00": 5}, "other": "1_000"}})["p"].headcount
    assert level == {"desk": ((8 * HOUR, 5), (18 * HOUR, 9)), "other": ((0, 1_000),)}


def test_an_unknown_plan_is_asked_about() -> None:
    with pytest.raises(UsageError, match="expected a plan of the scenario, got 'tody'; did you mean 'today'"):
        loads(SMALL).plan("tody")
