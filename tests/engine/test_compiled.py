"""The compiled engine writes the Log of the reference engine, to the last bit."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcare
from simcare.demand.draw import draw_tape
from simcare.engine import compiled, reference
from simcare.engine.log import Log
from simcare.engine.simulate import simulate
from simcare.scenario.load import loads
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from tests import runs, strategies
from tests.engine.crowded import crowded_run
from tests.engine.handwritten import case_names, read_case

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def differences(one: Log, other: Log) -> list[str]:
    """The columns of either table in which two Logs are not equal, values and kinds of number."""
    found = []
    for table in ("steps", "stints"):
        a, b = getattr(one, table), getattr(other, table)
        for column in (f.name for f in fields(a)):
            x, y = getattr(a, column), getattr(b, column)
            if not np.array_equal(x, y) or x.dtype != y.dtype:
                found.append(f"{table}.{column}")
    return found


def check_same(run: runs.Run) -> None:
    assert differences(reference.simulate(*run), compiled.simulate(*run)) == []


@pytest.mark.parametrize("name", case_names())
def test_it_writes_the_logs_worked_out_by_hand(name: str) -> None:
    case = read_case(name)
    assert differences(case.log, compiled.simulate(case.tape, case.roster, case.rules)) == []


@settings(max_examples=400)
@given(runs.runs())
def test_any_run(run: runs.Run) -> None:
    check_same(run)


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_crowded_runs(first: int) -> None:
    for seed in range(first, first + 20):
        check_same(crowded_run(seed))


@pytest.mark.slow
def test_many_crowded_runs() -> None:
    for seed in range(200, 3000):
        run = crowded_run(seed)
        if compiled.can_count(run[0], run[2]):
            check_same(run)


@settings(max_examples=30)
@given(strategies.scenario_texts(), st.integers(0, 3))
def test_any_scenario(text: str, replication: int) -> None:
    scenario = loads(text)
    tape = draw_tape(scenario, replication)
    for plan in scenario.plan_names:
        check_same((tape, draw_roster(scenario, plan, replication), rules_of(scenario, plan)))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_plan_of_a_shipped_scenario(path: Path) -> None:
    scenario = simcare.load(path)
    for plan in scenario.plan_names:
        check_same(simcare.draw(scenario, plan))


def test_a_backlog_of_thousands_grows_every_table() -> None:
    """More events, tries and stints than the kernel begins with room for."""
    text = """
simcare: 1
title: A crowd
contacts:
  few: {needs: [care], arrivals: {per_hour: 300}, handling: {exponential: {mean: 9 min}}, queue_limit: 5,
        tries_again: {chance: 100%, after: {exponential: {mean: 10 min}}}}
  many: {needs: [care], arrivals: {per_hour: 100}, handling: {exponential: {mean: 9 min}},
         patience: {exponential: {mean: 20 h}}}
teams:
  desk: {skills: {care: 100%}, chats: {pace_each: [100%, 60%, 50%]}}
plans:
  today: {at_shift_end: drop, shifts: [{team: desk, from: 08:00, to: 12:00, agents: 40},
                                       {team: desk, from: 12:00, to: 20:00, agents: 30}]}
drain: {for: 1 day}
"""
    run = simcare.draw(loads(text), "today")
    check_same(run)
    log = compiled.simulate(*run)
    assert len(log.steps.step) > 2 * run.tape.contacts  # tries
    assert int((~log.stints.completed).sum()) > 64


def test_it_changes_nothing_it_was_given() -> None:
    run = crowded_run(3)
    before = [{f.name: np.copy(getattr(part, f.name)) for f in fields(part)} for part in run]
    first = compiled.simulate(*run)
    assert differences(first, compiled.simulate(*run)) == []
    for part, was in zip(run, before, strict=True):
        assert all(np.array_equal(getattr(part, name), value) for name, value in was.items())


def test_handling_beyond_its_numbers_is_left_to_the_reference() -> None:
    tape, roster, rules = crowded_run(5)
    huge = replace(tape, work_ms=tape.work_ms * 2**22)
    assert compiled.can_count(tape, rules) and not compiled.can_count(huge, rules)
    log = simulate(huge, roster, rules, "compiled")
    assert differences(log, reference.simulate(huge, roster, rules)) == []
