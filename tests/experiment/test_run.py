"""Runs: the same customers for every plan, the same bytes on any number of processes, precision."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simcare.engine.simulate import CHOICES as ENGINES
from simcare.errors import UsageError
from simcare.experiment import run as running
from simcare.experiment.replication import draw, simulate
from simcare.experiment.result import Result
from simcare.experiment.run import chunks_of, run
from simcare.measures.frame import frame_of
from simcare.measures.sums import series_of, sums_of
from tests.experiment.desk import scenario
from tests.measures.alone import sums_in


def test_the_result_does_not_depend_on_the_engine() -> None:
    found = [run(scenario(), replications=6, engine=engine) for engine in ENGINES]
    assert len({result.to_json() for result in found}) == 1


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_the_result_does_not_depend_on_how_many_are_measured_together(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for most in (1, 200, 10**9):
        monkeypatch.setattr(running, "MOST_CONTACTS", most)
        found.append(run(scenario(), replications=6, engine=engine).to_json())  # type: ignore[arg-type]
    assert len(set(found)) == 1


def test_a_quiet_year_is_measured_a_few_replications_at_a_time() -> None:
    """Its memory goes by slots, not by contacts."""
    quiet: Any = [SimpleNamespace(contacts=0)] * 5
    slots = running.MOST_CONTACTS // 2
    assert [len(group) for group in running._together(quiet, slots)] == [2, 2, 1]
    assert [len(group) for group in running._together(quiet, 3 * slots)] == [1] * 5


def test_an_engine_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="expected an engine, auto, compiled or reference, got 'fast'"):
        run(scenario(), replications=1, engine="fast")  # type: ignore[arg-type]


def test_a_run_gives_every_plan_the_same_customers() -> None:
    result = run(scenario(), replications=6)
    assert result.header["plans"] == ["today", "more", "helped"]
    seen: dict[str, set[tuple[int, str, float]]] = {}
    for row in result.replications():
        if row.measure in ("contacts", "actionable"):
            seen.setdefault(row.plan, set()).add((row.replication, row.measure + row.contacts, row.numerator))
    assert seen["today"] == seen["more"] == seen["helped"]
    assert len({contacts for _, name, contacts in seen["today"] if name == "contacts"}) > 1


def test_the_result_is_the_same_to_the_last_byte_on_any_number_of_processes() -> None:
    one, two = (run(scenario(), replications=11, jobs=jobs) for jobs in (1, 2))
    assert one.to_json() == two.to_json()
    assert one.to_csv() == two.to_csv()
    assert one.replications() == two.replications()


def test_a_run_measures_what_simulate_gives() -> None:
    given = scenario()
    result = run(given, plans=["more"], replications=5)
    for number in range(5):
        drawn = draw(given, "more", replication=number)
        sums = sums_of(given, "more", drawn.tape, drawn.roster, simulate(given, "more", replication=number))
        pool = result.pools["more"]
        assert np.array_equal(pool.by_replication.numerators[number, :, 0], sums.numerators[0, :, 0])
        assert np.array_equal(pool.by_replication.denominators[number, :, 0], sums.denominators[0, :, 0])
    total = sum(
        row.numerator or 0.0 for row in result.replications() if row.measure == "replied" and not row.contacts
    )
    assert result.estimate("replied").estimate == pytest.approx(total / 5 / 2)  # two days


def test_warm_up_days_are_simulated_and_not_measured() -> None:
    given = scenario()
    drawn = draw(given, "today")
    frame = frame_of(given, "today")
    assert (frame.from_ms, frame.to_ms) == (86_400_000, 3 * 86_400_000)
    assert drawn.tape.arrival_ms[0] < frame.from_ms
    sums = sums_in(frame, drawn.tape, drawn.roster, simulate(given, "today"))
    contacts = sums.numerators[[one.measure for one in series_of(frame)].index("contacts"), 0]
    assert contacts == np.sum(drawn.tape.arrival_ms >= frame.from_ms)


def test_the_seed_decides() -> None:
    first, again, other = (
        run(scenario(), plans=["today"], replications=3, seed=seed).to_csv() for seed in (1, 1, 2)
    )
    assert first == again != other
    assert (
        run(scenario(), plans=["today"], replications=3, seed=3).to_csv()
        == run(scenario(), plans=["today"], replications=3).to_csv()
    )


def test_replications_default_to_the_scenario_s() -> None:
    result = run(scenario(), plans=["today"])
    assert result.header["replications"] == 10
    assert {row.replications for row in result.rows} == {10}


def test_progress_counts_replications_up_to_the_last() -> None:
    seen: list[tuple[int, int]] = []
    run(scenario(), plans=["today"], replications=9, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 9), (3, 9), (6, 9), (9, 9)]


@pytest.mark.parametrize(
    ("first", "after", "expected"),
    [
        (0, 1, [1]),
        (5, 10, [2, 3]),
        (4, 8, [4]),
        (0, 200, [12] * 8 + [13] * 8),
        (0, 1025, [60] * 12 + [61] * 5),
    ],
)
def test_chunks_are_as_equal_as_can_be(first: int, after: int, expected: list[int]) -> None:
    chunks = chunks_of(first, after)
    assert sorted(end - begin for begin, end in chunks) == expected
    assert chunks[0][0] == first and chunks[-1][1] == after
    assert [end for _, end in chunks[:-1]] == [begin for begin, _ in chunks[1:]]


def test_precision_doubles_replications_until_the_promise_is_known_well_enough() -> None:
    totals: list[int] = []
    result = run(
        scenario(),
        plans=["today"],
        replications=4,
        precision=0.05,
        progress=lambda done, total: totals.append(total),
    )
    level = result.estimate("service_level", contacts="complaint", promise="first reply within 1 h")
    assert level.estimate is not None and level.lower is not None and level.upper is not None
    assert max(level.upper - level.estimate, level.estimate - level.lower) <= 0.05
    assert level.replications in {4 << k for k in range(1, 7)}
    assert sorted(set(totals)) == [4 << k for k in range(len(set(totals)))]
    before = run(scenario(), plans=["today"], replications=level.replications // 2)
    level = before.estimate("service_level", contacts="complaint", promise="first reply within 1 h")
    assert level.estimate is not None and level.lower is not None and level.upper is not None
    assert max(level.upper - level.estimate, level.estimate - level.lower) > 0.05  # no more than were needed


def test_a_run_with_precision_is_the_run_of_as_many_replications() -> None:
    with_precision = run(scenario(), plans=["today"], replications=4, precision=0.05, jobs=2)
    plain = run(scenario(), plans=["today"], replications=with_precision.header["replications"])
    assert with_precision.to_csv() == plain.to_csv()


def test_a_precision_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_DOUBLINGS", 2)
    result = run(scenario(), plans=["today"], replications=2, precision=0.0001)
    assert result.header["replications"] == 8
    assert result.header["notes"][-1] == (
        "The precision asked for, 0.01% on either side, is not reached with 8 replications, "
        "the most that are tried."
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"plans": ["todya"]}, "there is no plan 'todya'; did you mean 'today'?"),
        ({"plans": []}, "expected at least one plan, got none"),
        ({"plans": "today"}, "expected a list of plans, got the text 'today': write ['today']"),
        ({"plans": ["today", "today"]}, "expected each plan once, got 'today' more than once"),
        ({"replications": 0}, "expected at least 1 replication, got 0"),
        ({"jobs": 0}, "expected jobs to be at least 1, or -1 for one a core, got 0"),
        (
            {"precision": {"waiting_meen": 0.1}},
            "there is no measure 'waiting_meen'; did you mean 'waiting_mean'?",
        ),
        (
            {"precision": {"queue": 1}},
            "expected a precision between 0 and 1, such as 0.005 for half a point, got 1",
        ),
        (
            {"precision": {"queue_at": 0.1}},
            "a precision is that of figures in total, and queue_at is that of an instant",
        ),
        ({"precision": 5}, "expected a precision between 0 and 1, such as 0.005 for half a point, got 5"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(scenario(), **arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_precision_needs_a_promise_with_a_target() -> None:
    given = dataclasses.replace(scenario(), service_levels=())
    with pytest.raises(UsageError, match="the scenario has none: name a measure, as in waiting_mean=5%"):
        run(given, precision=0.01)
    with pytest.raises(
        UsageError, match="of service_level is asked for, and the scenario has no service levels"
    ):
        run(given, precision={"service_level": 0.01})


def test_a_relative_precision_of_any_measure_needs_no_target() -> None:
    given = dataclasses.replace(scenario(), service_levels=())
    asked = {"waiting_mean": 0.2, "waiting_p50": 0.5, "waiting_answered_mean": 0.2, "occupancy": 0.05}
    found = run(given, plans=["today"], replications=4, precision=asked)

    def close(result: Result) -> list[bool]:
        verdicts = []
        for name, share in asked.items():
            row = result.estimate(name)
            assert row.estimate is not None and row.lower is not None and row.upper is not None
            half = max(row.upper - row.estimate, row.estimate - row.lower)
            verdicts.append(half <= (share if row.unit == "share" else share / (1 + share) * row.estimate))
        return verdicts

    replications = found.header["replications"]
    assert replications in {4 << k for k in range(1, 7)} and all(close(found))
    before = run(given, plans=["today"], replications=replications // 2, measures=["waiting_answered_mean"])
    assert not all(close(before))
    again = run(given, plans=["today"], replications=replications, measures=["waiting_answered_mean"])
    assert found.to_csv() == again.to_csv()


def test_a_precision_of_a_promise_without_a_target_can_be_asked_for_by_name() -> None:
    result = run(scenario(), plans=["today"], replications=4, precision={"service_level": 0.08})
    for row in result.select(measure="service_level", contacts="", day="", interval=""):
        assert row.estimate is not None and row.lower is not None and row.upper is not None
        assert max(row.upper - row.estimate, row.estimate - row.lower) <= 0.08


def test_a_figure_that_nobody_has_does_not_hold_a_run_up() -> None:
    given = scenario("contacts.complaint.arrivals={per_hour: 0}", "contacts.question.arrivals={per_hour: 0}")
    result = run(given, plans=["today"], replications=2, precision={"waiting_mean": 0.1})
    assert result.header["replications"] == 2
    assert result.header["notes"][-1] == (
        "A precision of waiting_mean was asked for, which is undefined under plan today."
    )


def test_a_relative_precision_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_DOUBLINGS", 1)
    result = run(
        scenario(), plans=["today"], replications=2, precision={"waiting_mean": 0.001, "queue": 0.002}
    )
    assert result.header["notes"][-1] == (
        "The precision asked for, waiting_mean to 0.1%, queue to 0.2%, is not reached with 4 replications, "
        "the most that are tried."
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_reaches_the_caller(jobs: int) -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scenario(), plans=["today"], replications=12, jobs=jobs, progress=interrupt)


def test_chunks_do_not_decide_the_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = run(scenario(), plans=["today"], replications=7).replications()
    monkeypatch.setattr(running, "CHUNK", 3)
    assert run(scenario(), plans=["today"], replications=7).replications() == usual
