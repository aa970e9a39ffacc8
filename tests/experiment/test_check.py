"""Checks: three verdicts, looks on a fixed schedule, other plans, baselines, and how often they err."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simcare.demand.draw
import simcare.experiment.baseline
from simcare.demand.streams import Streams
from simcare.errors import UsageError
from simcare.experiment.check import CheckResult, check
from simcare.experiment.run import run
from simcare.scenario.load import loads
from tests.experiment.desk import scenario

LEVEL = {"measure": "service_level", "promise": "half an hour"}


def checked(*checks: dict[str, Any], **options: Any) -> CheckResult:
    return check(scenario(), checks, **({"replications": 8} | options))


def test_it_holds_if_the_whole_interval_does_and_fails_if_none_of_it_does() -> None:
    found = checked(
        {"plan": "more", **LEVEL, "at_least": "5%"},
        {"plan": "more", **LEVEL, "at_most": "6%"},
        {"plan": "more", "measure": "labour_cost", "at_most": "100_000 EUR"},
    )
    assert [row.verdict for row in found.rows] == ["holds", "fails", "holds"]
    assert (found.verdict, found.holds) == ("fails", False)
    assert all(row.replications == 8 and row.confidence == pytest.approx(0.95) for row in found.rows)
    first, second, _ = str(found).splitlines()
    assert first.startswith(
        "holds: service_level of half an hour under plan more: wanted at least 5%, found "
    )
    assert second.startswith("fails: ")


def test_what_is_undecided_gets_more_replications_and_a_narrower_chance_of_error() -> None:
    truth = run(scenario(), plans=["more"], replications=64).estimate(
        "service_level", promise="half an hour", contacts=""
    )
    close = {"plan": "more", **LEVEL, "at_least": f"{truth.estimate:.2%}"}
    found = checked(close, {"plan": "more", **LEVEL, "at_least": "1%"}, max_replications=64)
    row, easy = found.rows
    assert (row.verdict, row.replications) == ("undecided", 64)
    assert row.confidence == pytest.approx(1 - 0.1 / 2**4)  # 90% confidence, the fourth look
    assert (easy.verdict, easy.replications) == ("holds", 8)
    assert found.verdict == "undecided"
    level = run(scenario("experiment.confidence=99.375%"), plans=["more"], replications=64).estimate(
        "service_level", promise="half an hour", contacts=""
    )
    assert (row.estimate, row.lower, row.upper) == pytest.approx((level.estimate, level.lower, level.upper))


def test_more_replications_allowed_never_change_a_verdict() -> None:
    close = {"plan": "more", **LEVEL, "at_least": "72%"}
    few, many = (checked(close, max_replications=most).rows[0] for most in (16, 128))
    assert few.verdict in ("undecided", many.verdict)


def test_a_plan_is_held_against_another_on_the_same_customers() -> None:
    found = checked(
        {"plan": "more", "measure": "staffed_hours", "at_most": "150% of today"},  # 27 h of 18 h
        {"plan": "more", "measure": "staffed_hours", "at_most": "149% of today"},
        {"plan": "more", "measure": "waiting_p90", "at_most": "100% of today"},
        {"plan": "today", "measure": "queue", "window": "10:00–16:00", "at_least": "100% of more"},
    )
    assert [row.verdict for row in found.rows] == ["holds", "fails", "holds", "holds"]
    assert found.rows[0].kind == "ratio" and found.rows[0].estimate == pytest.approx(1.5)
    assert found.rows[3].interval == "10:00–16:00"


def test_a_plan_that_does_the_same_is_neither_more_nor_less() -> None:
    twins = scenario("plans.twin={like: today}")
    for measure in ("queue", "waiting_p90", "waiting_sd", "labour_cost"):
        limits = ({"at_least": "100% of today"}, {"at_most": "100% of today"})
        found = check(twins, [{"plan": "twin", "measure": measure} | one for one in limits], replications=4)
        assert [(row.verdict, row.replications) for row in found.rows] == [("holds", 4)] * 2, measure


def test_every_plan_is_checked_where_none_is_named() -> None:
    cost = {"measure": "labour_cost", "at_most": "100_000 EUR"}
    rows = checked(cost).rows
    assert [(row.plan, row.verdict) for row in rows] == [
        ("today", "holds"), ("more", "holds"), ("helped", "undecided"),  # undefined there
    ]  # fmt: skip
    assert rows[2].replications == 8  # more would not make it defined
    assert [row.plan for row in checked(cost, plans=["more"]).rows] == ["more"]


def test_an_amount_that_never_was_is_taken_for_nothing_from_twenty_replications_on() -> None:
    never = {"plan": "today", "measure": "backlog_at_close", "contacts": "question", "at_most": 1}
    calm = scenario("contacts.question.arrivals={steps: {per_hour: {00:00: 0, 08:00: 0.5, 10:00: 0}}}")
    few = check(calm, [never], replications=19, max_replications=19).rows[0]
    enough = check(calm, [never], replications=20, max_replications=20).rows[0]
    assert (few.estimate, few.upper, few.verdict) == (0, None, "undecided")
    assert (enough.estimate, enough.upper, enough.verdict) == (0, None, "holds")


def test_the_result_does_not_depend_on_processes() -> None:
    close = {"plan": "more", **LEVEL, "at_least": "72%"}
    found = [checked(close, jobs=jobs, max_replications=16).to_json() for jobs in (1, 2)]
    assert found[0] == found[1]
    assert json.loads(found[0])["header"]["verdict"] in ("holds", "fails", "undecided")


def test_what_cannot_be_checked_is_said() -> None:
    with pytest.raises(UsageError, match="nothing to check: the scenario has no checks"):
        check(scenario())
    with pytest.raises(UsageError, match="expected a measure, got 'queu'; did you mean 'queue'"):
        checked({"measure": "queu", "at_most": 2})
    with pytest.raises(UsageError, match="expected promise beside service_level, for 2 promises fit"):
        checked({"measure": "service_level", "contacts": "complaint", "at_least": "9%"})
    with pytest.raises(UsageError, match="check 1 is held against a baseline: give one with --baseline FILE"):
        checked({"measure": "queue", "same_as": "baseline", "margin": 1})
    with pytest.raises(
        UsageError, match="maximum of replications: expected at least the 8 to begin with, got 4"
    ):
        checked({"measure": "queue", "at_most": 1}, max_replications=4)
    with pytest.raises(UsageError, match="no plan 'mroe'; did you mean 'more'"):
        checked({"measure": "queue", "at_most": 1}, plans=["mroe"])


# --- baselines ----------------------------------------------------------------------------------------------

SAME = {"plan": "today", **LEVEL, "same_as": "baseline", "margin": "2%"}
NO_WORSE = {"plan": "today", "measure": "first_reply_mean", "at_most": "baseline", "margin": "1 min"}
GATE = (SAME, NO_WORSE)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = check(scenario(), GATE, keep_baseline=True, replications=12).baseline
    assert kept is not None
    path = tmp_path_factory.mktemp("baseline") / "desk.json"
    path.write_text(kept.to_json(), encoding="utf-8")
    return path


def test_nothing_changed_is_the_same_as_the_baseline(saved: Path) -> None:
    for replications in (4, 12, 24):  # as many pairs as there are
        found = check(scenario(), GATE, baseline=saved, replications=replications)
        assert [row.verdict for row in found.rows] == ["holds", "holds"]
        assert [row.estimate for row in found.rows] == [0.0, 0.0]
        assert found.rows[0].replications == min(replications, 12)


def test_a_changed_plan_is_held_to_the_margin_and_is_told(saved: Path) -> None:
    worse = scenario("plans.today.shifts.0.agents=1")
    found = check(worse, GATE, baseline=saved, replications=12)
    assert [row.verdict for row in found.rows] == ["fails", "fails"]
    assert "plan today has changed since the baseline was saved" in found.header["notes"]
    better = check(scenario("plans.today.shifts.0.agents=3"), GATE, baseline=saved, replications=12)
    assert [row.verdict for row in better.rows] == ["fails", "holds"]  # not the same, and no worse


def test_the_difference_is_paired_by_replication(saved: Path) -> None:
    worse = scenario("plans.worse={like: today, shifts: [{team: desk, from: 08:00, to: 18:00, agents: 1}]}")
    pair = run(worse, plans=["today", "worse"], replications=12)
    expected = pair.difference("first_reply_mean", "worse", "today")
    alone = scenario("plans.today.shifts.0.agents=1", "plans.today.shifts.0.breaks=[]")
    row = check(alone, [NO_WORSE], baseline=saved, replications=12).rows[0]
    assert row.kind == "difference" and row.estimate == pytest.approx(expected.estimate)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("contacts.question.handling.constant=11 min", "changed since it was saved, and not in its plans"),
        ("service_levels.1.answered_within=31 min", "changed since it was saved, and not in its plans"),
        ("clock.days=3", "changed since it was saved, and not in its plans"),
        ("experiment.seed=4", "it was saved with seed 3, and this run has seed 4"),
    ],
)
def test_a_baseline_of_another_scenario_or_seed_is_refused(saved: Path, change: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"does not fit: .*{message}.*save a new one"):
        check(scenario(change), GATE, baseline=saved, replications=2)


def test_a_baseline_of_another_layout_of_streams_is_refused(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(simcare.experiment.baseline, "LAYOUT", 2)
        with pytest.raises(UsageError, match="random streams are laid out anew since it was saved"):
            check(scenario(), GATE, baseline=saved, replications=2)

    each = Streams.each
    monkeypatch.setattr(Streams, "each", lambda self, *names, sizes: each(self, "moved", *names, sizes=sizes))
    with pytest.raises(UsageError, match="other customers come than when it was saved"):
        check(scenario(), GATE, baseline=saved, replications=4, engine="reference")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no json", "got something that is not JSON"),
        ("[1, 2]", "as --save-baseline writes it, got other JSON"),
        ('{"simcare_baseline": 2}', "expected a baseline of format 1, got 2"),
        ('{"simcare_baseline": 1}', "the baseline is damaged"),
        ('{"simcare_baseline": 1, "contacts": [1], "figures": [[["a"], [1, 2], [1]]]}', "is damaged"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=message):
        check(scenario(), GATE, baseline=path, replications=2)
    with pytest.raises(UsageError, match="cannot read the baseline"):
        check(scenario(), GATE, baseline=tmp_path / "none.json", replications=2)


def test_a_figure_that_was_changed_by_hand_is_damage(saved: Path, tmp_path: Path) -> None:
    text, changed = saved.read_text(encoding="utf-8"), tmp_path / "changed.json"
    assert check(scenario(), GATE, baseline=saved, replications=2).rows
    for old, new in (('"version": "', '"version": "9'), ("]]", ", -1e9]]"), ('"seed": 3', '"seed": 4')):
        assert old in text
        changed.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(UsageError, match="the baseline is damaged; save a new one"):
            check(scenario(), GATE, baseline=changed, replications=2)


def test_a_figure_that_the_baseline_lacks_is_named(saved: Path) -> None:
    queue = {"plan": "more", "measure": "queue", "window": "10:00–12:00", "same_as": "baseline", "margin": 1}
    with pytest.raises(UsageError, match="no queue of plan more, 10:00–12:00; save a new one"):
        check(scenario(), [queue], baseline=saved, replications=2)


# --- how often it errs --------------------------------------------------------------------------------------

COUNTED = """
simcare: 1
title: Customers of busy and quiet days
contacts:
  question:
    needs: [care]
    arrivals: {per_hour: 2, day_factor: {cv: 50%}}
    handling: {constant: 1 min}
teams: {desk: {skills: {care: 100%}}}
plans: {today: {headcount: {desk: 9}}}
experiment: {replications: 10, confidence: 90%}
"""


@pytest.mark.slow
def test_false_alarms_are_no_more_frequent_than_said() -> None:
    """48 contacts a day are expected, exactly, and their number is skewed. A check with its limit there is
    called to fail, and to hold, in at most (1 − 90%)/2 of 200 seeds each, over all its looks, up to four
    standard errors.
    """
    counted, limits = loads(COUNTED), [{"measure": "contacts", side: 48} for side in ("at_least", "at_most")]
    found = [check(counted, limits, seed=seed, max_replications=40).rows for seed in range(200)]
    for verdict in ("fails", "holds"):
        for side in (0, 1):
            wrong = sum(rows[side].verdict == verdict for rows in found)
            assert wrong / 200 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200), (verdict, side, wrong)
