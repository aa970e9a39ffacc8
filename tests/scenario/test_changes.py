"""``--set path=value``: the same as editing the file, with the same errors."""

from __future__ import annotations

import pytest

from simcare.errors import ScenarioError
from simcare.scenario.load import loads
from tests.scenario.texts import SMALL, changed

LAW = "{lognormal: {mean: 6 min, cv: 1.2}}"
PROMISE = "  - {contacts: complaint, first_reply_within: 15 min, target: 90%}\n"


@pytest.mark.parametrize(
    ("change", "edit"),
    [
        ("plans.today.shrinkage=20%", ("shrinkage: 12%", "shrinkage: 20%")),
        ("plans.today.shifts.0.agents=7", ("agents: 5", "agents: 7")),
        ("contacts.complaint.arrivals.per_hour.19:00=200", ("19:00: 160", "19:00: 200")),
        ("contacts.complaint.arrivals.per_hour.12:00=50", ("19:00: 160", "12:00: 50, 19:00: 160")),
        ("contacts.complaint.handling={constant: 5 min}", (LAW, "{constant: 5 min}")),
        ("teams.desk.skills.radio=50%", ("billing: 100%}, cost", "billing: 100%, radio: 50%}, cost")),
        ("plans.new={like: today}", ("  level:\n", "  new: {like: today}\n  level:\n")),
        ("drain.staff=last-level", ("experiment:", "drain: {staff: last-level}\nexperiment:")),
        ("contacts.complaint.arrivals.surges.0.times=500%", ("times: 4", "times: 5")),
        ("contacts.question.arrivals.day_factor.cv=20%", ("us-2003}", "us-2003, day_factor: {cv: 20%}}")),
        ("service_levels=[]", (PROMISE, "  []\n")),
        (" clock.days = 3", ("days: 2", "days: 3")),
    ],
)  # fmt: skip
def test_a_change_is_the_same_as_an_edit(change: str, edit: tuple[str, str]) -> None:
    by_change, by_edit = loads(SMALL, set=[change]), loads(changed(edit))
    assert by_change.hash == by_edit.hash
    assert by_change.hash != loads(SMALL).hash


def test_changes_are_made_in_turn() -> None:
    twice = loads(SMALL, set=["plans.today.shrinkage=20%", "plans.today.shrinkage=30%"])
    assert twice.plan("today").shrinkage == 0.3
    below = loads(SMALL, set=["plans.more={like: today}", "plans.more.shrinkage=1%"])
    assert below.plan("more").shrinkage == 0.01


def test_one_change_needs_no_list() -> None:
    assert loads(SMALL, set="clock.days=5").clock.days == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("plans.today.shrinkage=0.2", "expected a share from 0% to 100%, got 0.2; a share"),
        ("plans.today.shrinkge=20%", "expected a key of a plan, got 'shrinkge'; did you mean"),
        ("plans.tody.shrinkage=20%", "expected a key in plans, got 'tody'; did you mean 'today"),
        ("plams.today.shrinkage=20%", "expected a key of the scenario, got 'plams'; did you"),
        ("plans.today.shifts.9.agents=7", "expected a number from 0 to 1 at plans.tod"),
        ("plans.today.shifts.x=7", "expected a number from 0 to 1 at plans.today.shifts, got"),
        ("title.x.y=7", "expected a map or a list at title, to find 'x' in it, got 'Small'"),
        ("clock.days=", "expected a value after '=', got nothing"),
        ("clock.days", "expected a change such as plans.today.shrinkage=20%, got no '='"),
        ("=5", "expected a change such as plans.today.shrinkage=20%"),
        ("clock..days=5", "expected a change such as plans.today.shrinkage=20%"),
        ("clock.days=[1", "expected ',' or ']', got the end of the file"),
        ("clock={days: 1, days: 2}", "expected each key once, got 'days' again; it stands there already"),
        ("contacts.complaint.needs=[netwrok]", "expected a skill of some team (network"),
        ("plans.today.like=today", "expected a plan that is not like itself"),
        ("clock.days=a\x00b", "expected text, got the control character U+0000"),
    ],
)  # fmt: skip
def test_a_wrong_change_says_so_in_its_own_name(change: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(SMALL, set=[change])
    (problem,) = caught.value.problems
    assert problem.file == f"--set {change if 'such as plans' in message else change.partition('=')[0]}"
    assert str(problem).startswith(f"{problem.file}: {message}")


def test_problems_of_changes_come_after_those_of_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(changed(("seed: 7", "seed: x")), set=["clock.days=y"])
    assert [problem.file for problem in caught.value.problems] == ["scenario.yaml", "--set clock.days"]
