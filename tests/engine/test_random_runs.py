"""Random runs with many ties, all rules drawn together: every Log keeps the rules, the identities hold."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.demand.draw import draw_tape
from simcare.demand.tape import FIRST, NEVER, Tape
from simcare.engine.log import LEFT, REPLIED, Log
from simcare.engine.simulate import simulate
from simcare.scenario.load import loads
from simcare.staffing.duty import draw_roster
from simcare.staffing.readers import NO_IMPATIENCE
from simcare.staffing.roster import Roster
from simcare.staffing.routing import rules_of
from simcare.staffing.rules import NO_PROMISE, PARTS, Rules
from tests import runs as drawn
from tests.engine import cases
from tests.engine.invariants import check
from tests.runs import HORIZON_MIN, MINUTE, Run, ints
from tests.strategies import scenario_texts


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))


def same_log(one: Log, other: Log) -> bool:
    return same(one.steps, other.steps) and same(one.stints, other.stints)


@settings(max_examples=300)
@given(drawn.runs())
def test_every_log_keeps_the_rules(run: Run) -> None:
    check(*run, simulate(*run))


@settings(max_examples=40)
@given(scenario_texts(), st.integers(0, 3))
def test_every_log_of_a_whole_scenario_keeps_the_rules(text: str, replication: int) -> None:
    scenario = loads(text)
    tape = draw_tape(scenario, replication)
    for plan in scenario.plan_names:
        roster, rules = draw_roster(scenario, plan, replication), rules_of(scenario, plan)
        check(tape, roster, rules, simulate(tape, roster, rules))


@settings(max_examples=100)
@given(drawn.runs())
def test_a_run_changes_nothing_it_was_given_and_repeats_itself(run: Run) -> None:
    before = [{f.name: np.copy(getattr(part, f.name)) for f in fields(part)} for part in run]
    first = simulate(*run)
    assert same_log(first, simulate(*run))
    for part, was in zip(run, before, strict=True):
        assert all(np.array_equal(getattr(part, name), value) for name, value in was.items())


@settings(max_examples=100)
@given(drawn.runs(), st.integers(2, 60))
def test_a_longer_unit_of_time_changes_no_choice(run: Run, factor: int) -> None:
    """Minutes for seconds: times are multiplied, nothing else changes.

    (Odd speeds and paces round: all are 100%.)
    """
    tape, roster, rules = run
    full = {
        "speed_ppm": np.where(rules.handles, PARTS, 0),
        "pace_ppm": np.where(rules.pace_ppm > 0, PARTS, 0),
    }
    rules = replace(rules, **full)
    slow_tape = replace(
        tape,
        arrival_ms=tape.arrival_ms * factor,
        patience_ms=np.where(tape.patience_ms == NEVER, NEVER, tape.patience_ms * factor),
        pause_ms=tape.pause_ms * factor,
        retry_after_ms=tape.retry_after_ms * factor,
        work_ms=tape.work_ms * factor,
        reshares=replace(tape.reshares, at_ms=tape.reshares.at_ms * factor),
    )
    slow_roster = replace(
        roster,
        duty_from_ms=roster.duty_from_ms * factor,
        duty_to_ms=roster.duty_to_ms * factor,
        level_from_ms=roster.level_from_ms * factor,
    )
    readers = rules.readers
    if readers is not None:
        impatient_ms = readers.impatient_ms
        longer = np.where(impatient_ms == NO_IMPATIENCE, NO_IMPATIENCE, impatient_ms * factor)
        readers = replace(readers, impatient_ms=longer)
    slow_rules = replace(
        rules,
        readers=readers,
        promise_ms=np.where(rules.promise_ms == NO_PROMISE, NO_PROMISE, rules.promise_ms * factor),
        overflow_ms=rules.overflow_ms * factor,
        horizon_ms=rules.horizon_ms * factor,
        drain_end_ms=rules.drain_end_ms * factor,
    )
    log, slow = simulate(tape, roster, rules), simulate(slow_tape, slow_roster, slow_rules)
    gone = np.where(log.steps.gone_ms < 0, log.steps.gone_ms, log.steps.gone_ms * factor)
    stints = replace(log.stints, start_ms=log.stints.start_ms * factor, end_ms=log.stints.end_ms * factor)
    steps = replace(log.steps, ready_ms=log.steps.ready_ms * factor, gone_ms=gone)
    # Work dropped and taken up again at another law rounds to the millisecond, which does not scale.
    if np.bincount(log.stints.step, minlength=1).max(initial=0) <= 1:
        assert same_log(Log(steps, stints), slow)


def one_desk(tape: Tape, agents: int, order: str = "first-come") -> tuple[Tape, Roster, Rules]:
    """One team, one speed, no further messages, no end of shift, nobody leaves."""
    everything = np.zeros(len(tape.arrival_ms), dtype=np.int64)
    none = ints([])
    types = int(tape.type_of_contact.max(initial=0)) + 1
    roster = Roster(
        ints([0] * agents), ints([0] * agents), ints(range(1, agents + 1)), none, none, none,
        ints([0]), ints([0]), ints([agents]), none, none, none, none,
    )  # fmt: skip
    rules = cases.rules_of(
        [[PARTS]] * types,
        order=order,  # type: ignore[arg-type]
        type_rank=range(types),
        horizon_ms=HORIZON_MIN * MINUTE,
        drain_end_ms=10_000 * MINUTE,
    )
    return replace(tape, patience_ms=everything + NEVER), roster, rules


simple_tapes = drawn.tapes(2, 1, [False, False], [False, False], 20)


def first_starts(log: Log) -> dict[int, int]:
    starts: dict[int, int] = {}
    for step, start in zip(log.stints.step.tolist(), log.stints.start_ms.tolist(), strict=True):
        starts.setdefault(step, start)
    return starts


@settings(max_examples=100)
@given(simple_tapes, st.integers(1, 4))
def test_one_more_agent_never_lengthens_a_first_come_wait(tape: Tape, agents: int) -> None:
    few, more = (first_starts(simulate(*one_desk(tape, n))) for n in (agents, agents + 1))
    assert few.keys() == more.keys()
    assert all(more[step] <= start for step, start in few.items())


@settings(max_examples=100)
@given(simple_tapes)
def test_work_in_the_system_does_not_depend_on_the_order(tape: Tape) -> None:
    """One agent who never stands idle beside work is free at the same times whatever he takes first."""
    free = set()
    for order in ("first-come", "newest", "priority", "deadline"):
        log = simulate(*one_desk(tape, 1, order))
        ends, starts = np.sort(log.stints.end_ms), np.sort(log.stints.start_ms)
        idle = starts[1:][starts[1:] > ends[:-1]]
        free.add((int(ends.max(initial=0)), tuple(idle.tolist())))
    assert len(free) == 1


@settings(max_examples=100)
@given(simple_tapes, st.integers(1, 3))
def test_without_patience_the_desk_is_a_loss_system(tape: Tape, agents: int) -> None:
    """Patience 0: who is not taken at once is lost, so nobody is ever served late."""
    _, roster, rules = one_desk(tape, agents)
    tape = replace(tape, patience_ms=np.zeros(len(tape.arrival_ms), dtype=np.int64))
    log = simulate(tape, roster, rules)
    starts = first_starts(log)
    for step, ready, outcome in zip(log.steps.step, log.steps.ready_ms, log.steps.outcome, strict=True):
        assert (outcome == LEFT) == (step not in starts)
        assert outcome == LEFT or starts[step] == ready


@settings(max_examples=60)
@given(simple_tapes, st.integers(1, 3))
def test_nobody_on_duty_answers_nobody(tape: Tape, agents: int) -> None:
    tape, roster, rules = one_desk(tape, agents)
    log = simulate(tape, replace(roster, level=ints([0])), rules)
    assert len(log.stints.step) == 0
    assert not (log.steps.outcome == REPLIED).any()
    assert len(log.steps.step) == int((tape.kind_of_step == FIRST).sum())
