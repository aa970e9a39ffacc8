"""Plans compared: verdicts by hand, many at once, and plans that do the same."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy import stats

from simcare.errors import UsageError
from simcare.experiment.compare import Comparison, compare, comparison_of, replications_to_tell
from simcare.experiment.run import run
from simcare.measures.registry import MEASURES
from simcare.scenario.load import loads
from simcare.statistics import holm
from tests.experiment.desk import scenario
from tests.strategies import scenario_texts


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(scenario(), plans=["today", "more"], replications=12)


def test_more_people_are_better_by_service_and_worse_by_cost(found: Comparison) -> None:
    assert (found.against, found.plans) == ("today", ("more",))
    assert found.verdict("more", "labour_cost") == "worse"
    assert found.verdict("more", "service_level", promise="half an hour") == "better"
    assert found.verdict("more", "first_reply_mean", contacts="question") == "better"


def test_every_headline_measure_is_there_by_promise_by_type_or_in_total(found: Comparison) -> None:
    about = [(row.measure, row.contacts, row.promise) for row in found.rows]
    assert about == [
        ("service_level", "complaint", "first reply within 1 h"),
        ("service_level", "", "half an hour"),
        ("abandonment", "complaint", ""),  # of a question nobody ever gives up: nothing to say
        ("first_reply_mean", "complaint", ""),
        ("first_reply_mean", "question", ""),
        ("backlog_at_close", "", ""),
        ("labour_cost", "", ""),
    ]
    headline = {name for name, one in MEASURES.items() if one.headline}
    assert {row.measure for row in found.rows} <= headline


def test_a_difference_of_means_is_the_paired_t_test_where_days_are_alike(found: Comparison) -> None:
    row = next(row for row in found.rows if row.measure == "labour_cost")
    pays = {
        plan: [
            one.value
            for one in found.result.replications()
            if (one.plan, one.measure, one.team) == (plan, "labour_cost", "")
        ]
        for plan in ("today", "more")
    }
    gaps = np.subtract(pays["more"], pays["today"])
    assert row.difference == pytest.approx(gaps.mean())
    assert row.estimate is not None and row.estimate_against is not None
    assert row.difference == pytest.approx(row.estimate - row.estimate_against)
    half = stats.t.ppf(0.95, 11) * gaps.std(ddof=1) / np.sqrt(12)  # 90% confidence
    assert row.lower is not None and row.upper is not None
    assert row.lower <= row.difference - half + 1e-9 and row.upper >= row.difference + half - 1e-9


def test_verdicts_are_read_together(found: Comparison) -> None:
    tested = [row for row in found.rows if row.p_value is not None]
    assert found.header["comparisons"] == len(tested)
    adjusted = holm([row.p_value or 0.0 for row in tested])
    assert [row.p_adjusted for row in tested] == pytest.approx(adjusted)
    for row in tested:
        assert (row.verdict == "unclear") == ((row.p_adjusted or 0.0) > 0.1)  # 90% confidence
        assert (row.replications_to_tell is None) or row.verdict == "unclear"


@given(scenario_texts())
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
def test_two_plans_that_are_the_same_are_never_called_better(text: str) -> None:
    plan = loads(text).plan_names[0]
    twins = loads(text, set=[f"plans.twin={{like: {plan}}}"])
    for row in compare(twins, plans=[plan, "twin"], replications=3).rows:
        assert row.verdict in ("same", "undefined"), row
        assert not row.difference and row.p_value is None, row


def test_what_never_differed_is_no_wider_than_the_figures() -> None:
    twins = scenario("plans.twin={like: today}")
    result = run(twins, plans=["today", "twin"], replications=12)
    about = {"contacts": "complaint", "promise": "half an hour"}
    gap = result.difference("service_level", "twin", "today", **about)
    level = result.estimate("service_level", plan="today", **about)
    assert None not in (gap.lower, gap.upper, level.lower, level.upper)
    assert gap.upper is not None and gap.upper <= (level.upper or 0) - (level.lower or 0) + 1e-12
    assert gap.lower == pytest.approx(-gap.upper)


def test_one_replication_tells_nothing() -> None:
    rows = compare(scenario(), plans=["today", "more"], replications=1).rows
    assert {row.verdict for row in rows} <= {"unclear", "same"}
    assert all(row.replications_to_tell is None and row.p_value is None for row in rows)


def test_all_plans_are_compared_with_the_one_asked_for() -> None:
    found = compare(scenario(), against="more", replications=3)
    assert (found.against, found.plans) == ("more", ("today", "helped"))
    assert compare(scenario(), plans=["helped"], against="today", replications=2).plans == ("helped",)
    cost = [row for row in found.rows if row.measure == "labour_cost"]
    assert [(row.plan, row.verdict) for row in cost] == [("today", "better"), ("helped", "undefined")]


def test_measures_asked_for_are_compared_alone_and_in_their_hours() -> None:
    found = compare(
        scenario(),
        plans=["today", "more"],
        replications=3,
        measures=["occupancy 10:00–16:00", "waiting_p90", {"measure": "queue", "at": "12:00"}],
    )
    about = [(row.measure, row.interval) for row in found.rows]
    assert about == [("occupancy", "10:00–16:00"), ("waiting_p90", ""), ("queue_at", "12:00")]
    assert found.rows[0].verdict in ("less", "unclear")  # occupancy is neither better nor worse
    asked = scenario("measures=[{measure: queue, window: 10:00–12:00}]")
    rows = compare(asked, plans=["today", "more"], replications=3).rows
    assert [(row.measure, row.interval) for row in rows][-1] == ("queue", "10:00–12:00")
    assert rows[0].measure == "service_level"  # beside the headline


def test_machines_read_it(found: Comparison) -> None:
    read = json.loads(found.to_json())
    assert read["header"]["against"] == "today"
    assert [row["verdict"] for row in read["rows"]] == [row.verdict for row in found.rows]
    table = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert [row["measure"] for row in table] == [row.measure for row in found.rows]
    again = compare(scenario(), plans=["today", "more"], replications=12, jobs=2)
    assert again.to_json() == found.to_json()


def test_what_cannot_be_compared_is_said(found: Comparison) -> None:
    with pytest.raises(UsageError, match="at least two plans to compare, got today alone"):
        comparison_of(run(scenario(), plans=["today"], replications=1))
    with pytest.raises(UsageError, match="no plan 'mroe'; did you mean 'more'"):
        compare(scenario(), against="mroe", replications=1)
    with pytest.raises(UsageError, match="expected one comparison of plan 'more' by first_reply_mean, got 2"):
        found.verdict("more", "first_reply_mean")


def test_how_many_replications_would_tell() -> None:
    """A t of 1.2 from 30 grows with √n to that of 5% at n: 1.2·√(n/30) ≥ t(n − 1)."""
    p = 2 * stats.t.sf(1.2, 29)
    needed = replications_to_tell(p, 30, 0.05)
    least = next(n for n in range(31, 1000) if 1.2 * np.sqrt(n / 30) >= stats.t.ppf(0.975, n - 1))
    assert needed is not None and least <= needed <= least + 1
    assert replications_to_tell(0.999, 30, 0.05) is None
    assert replications_to_tell(1.0, 30, 0.05) is None
    assert replications_to_tell(0.2, 1, 0.05) is None


@pytest.mark.slow
def test_false_alarms_over_all_verdicts_are_at_the_level_said() -> None:
    """The same people in two lines the other way round: other absences, the same law. 200 seeds."""
    lines = [f"{{team: desk, from: 08:00, to: 18:00, agents: {heads}}}" for heads in (1, 2)]
    plans = {"a": lines, "b": lines[::-1]}
    twins = scenario(
        *(f"plans.{name}={{shrinkage: 30%, shifts: [{', '.join(each)}]}}" for name, each in plans.items())
    )
    alarms = sum(
        any(row.verdict in ("better", "worse") for row in compare(twins, plans=["a", "b"], seed=seed).rows)
        for seed in range(200)
    )
    assert alarms / 200 <= 0.10 + 4 * np.sqrt(0.1 * 0.9 / 200)  # 90% confidence
