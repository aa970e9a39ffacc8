"""The benchmarks: all models of a desk serve the same customers at the same times, and errors are noticed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks import rivals
from benchmarks.desks import in_c, in_ciw, in_python, in_simcare, in_simpy, profile, workloads
from benchmarks.desks.answers import wrong_by_reference, wrong_by_theory
from benchmarks.desks.desk import Played, Replication, figures_of
from simcare.engine.simulate import simulate, simulator
from simcare.experiment import run as running

MODELS = {
    "C, shortcuts": partial(in_c.prepare, every_event=False),
    "C, every event": partial(in_c.prepare, every_event=True),
    "Python, heap": in_python.prepare,
    "SimPy": in_simpy.prepare,
}
SIZES = {"S": 12_000, "D": 5_000}


@cache
def replications(workload: str) -> list[Replication]:
    drawn = workloads.drawn_for(workloads.scenario_of(workload, SIZES[workload]))
    return [Replication(*workloads.told(one), workloads.played_by(simulate(*one))) for one in drawn]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("workload", SIZES)
def test_every_model_does_as_the_reference_engine(name: str, workload: str) -> None:
    if name.startswith("C,") and (missing := in_c.why_missing()):
        pytest.skip(missing)
    given = replications(workload)
    played = [MODELS[name](desk, customers)() for desk, customers, _ in given]
    assert sum(len(one.start_ms) for one in played) > 4_000
    assert wrong_by_reference(given, played, loose=name == "SimPy") == []


def test_the_loop_in_c_writes_the_very_same_log() -> None:
    if missing := in_c.why_missing():
        pytest.skip(missing)
    drawn = workloads.drawn_for(workloads.scenario_of("S", SIZES["S"]))[0]
    log = in_c.prepare_whole_log(*workloads.told(drawn))()
    assert in_simcare.same(log, simulate(*drawn))


def test_answers_are_held_to_erlang_a() -> None:
    _, customers, expected = replications("S")[0]
    assert expected is not None
    assert wrong_by_theory(figures_of(customers, expected)) == []
    late = Played(*(np.where(times < 0, -1, times + 90_000) for times in expected))
    found = wrong_by_theory(figures_of(customers, late))
    assert [one.split(" is ")[0] for one in found] == [
        "the share that waits",
        "the mean wait in minutes",
        "the share that waits 3 minutes at most",
    ]
    assert wrong_by_reference(replications("S"), [late], loose=True) != []


@pytest.mark.parametrize("workload", SIZES)
@pytest.mark.parametrize(
    "kind", [in_simcare.engine_alone, pytest.param(in_simcare.end_to_end, marks=pytest.mark.slow)]
)
def test_simcare_is_checked_too(workload: str, kind: Callable[[str], in_simcare.Prepare]) -> None:
    case = kind("reference")(workload, SIZES[workload], Path())
    assert case.wrong(case.play()) == []


def test_ciw_is_held_to_erlang_a() -> None:
    if missing := in_ciw.why_missing():
        pytest.skip(missing)
    case = in_ciw.case("S", 12_000, Path())
    assert case.wrong(case.play()) == []


def test_a_run_that_would_last_too_long_is_left_out() -> None:
    quick, slow = rivals.Played(1e6, 10_000, 1), rivals.Played(1e3, 10_000, 1)
    assert rivals.can_go_on({}, 10_000) and not rivals.can_go_on({}, 100_000)
    assert rivals.can_go_on({10_000: [quick]}, 100_000)
    assert not rivals.can_go_on({10_000: [slow]}, 100_000)
    assert not rivals.can_go_on({10_000: [quick]}, 1_000_000)


def test_figures_have_three_digits() -> None:
    assert [rivals.figure(one) for one in (0.01234, 1, 12.34, 99.96, 123456.7)] == [
        "0.0123",
        "1.00",
        "12.3",
        "100",
        "123,457",
    ]


def test_the_profile_adds_up() -> None:
    found = profile.profile("D", 5_000, "reference")
    assert found.pop("contacts") > 4_000
    assert set(found) == {"draw", "engine", "measure", "estimate", "else"}
    assert all(seconds > 0 for seconds in found.values())
    assert running.simulator is simulator  # as it was


def test_the_longest_runs_are_the_same_queue_on_a_faster_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workloads, "MOST_DAYS", 9)
    case = in_simcare.engine_alone("reference")("S", 24_000, Path())
    assert 22_000 < case.contacts < 26_000
    assert case.wrong(case.play()) == []
    whole = in_simcare.end_to_end("reference")("S", 24_000, Path())
    assert whole.contacts == 24_000
