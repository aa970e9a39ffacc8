"""The engine writes the logs that were worked out by hand, row by row."""

from __future__ import annotations

import pytest

from simcare.engine.log import Log
from simcare.engine.simulate import simulate
from tests.engine.handwritten import DONE, KINDS, OUTCOMES, Case, case_names, read_case
from tests.engine.invariants import check


def table(log: Log, unit_ms: int) -> str:
    """The Log as the files write it, so that a difference can be read."""
    kinds = {code: word for word, code in KINDS.items()}
    outcomes = {code: word for word, code in OUTCOMES.items()}
    done = {code: word for word, code in DONE.items()}

    def time(ms: int) -> str:
        return "-" if ms == -1 else f"{ms / unit_ms:g}"

    steps, stints = log.steps, log.stints
    lines = ["step contact kind ready outcome gone"]
    for step, contact, kind, ready, outcome, gone in zip(
        steps.step, steps.contact, steps.kind, steps.ready_ms, steps.outcome, steps.gone_ms, strict=True
    ):
        lines.append(f"{step} {contact} {kinds[kind]} {time(ready)} {outcomes[outcome]} {time(gone)}")
    lines.append("step agent start end done")
    for step, agent, start, end, completed in zip(
        stints.step, stints.agent, stints.start_ms, stints.end_ms, stints.completed, strict=True
    ):
        lines.append(f"{step} {agent} {time(start)} {time(end)} {done[bool(completed)]}")
    return "\n".join(lines)


@pytest.fixture(params=case_names())
def case(request: pytest.FixtureRequest) -> Case:
    return read_case(request.param)


def test_the_engine_writes_the_log_worked_out_by_hand(case: Case) -> None:
    log = simulate(case.tape, case.roster, case.rules)
    assert table(log, case.unit_ms) == table(case.log, case.unit_ms)


def test_the_log_worked_out_by_hand_keeps_the_rules(case: Case) -> None:
    check(case.tape, case.roster, case.rules, case.log)


def test_there_are_as_many_cases_as_the_rules_need() -> None:
    assert len(case_names()) >= 20
    for name in case_names():
        assert 3 <= read_case(name).tape.contacts <= 6, f"{name}: small enough to check by hand"
