"""The vectorised sums against plain definitions and identities, on every log worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.demand.tape import Tape
from simcare.engine.log import LEFT, TURNED_AWAY, UNWRITTEN, Log
from simcare.engine.simulate import simulate
from simcare.measures.frame import Frame, Window
from simcare.measures.measure import STANDARD_WAITS as WAITS
from simcare.measures.pool import Pool
from simcare.measures.quantiles import quantile_of
from simcare.measures.sums import Sums, series_of
from simcare.staffing.roster import Roster
from tests.engine.handwritten import Case, case_names, read_case
from tests.measures import paper_desk, slowly
from tests.measures.alone import sums_in, sums_of
from tests.runs import MINUTE, Run, runs

LOGS = [pytest.param(read_case(name), id=name) for name in case_names()]


def frames(case: Case) -> list[Frame]:
    """The whole horizon cut in two ways, and its second half with a warm-up before it."""
    horizon = case.rules.horizon_ms // 12 * 12
    return [
        _frame(case, 0, horizon, days=1, intervals=3),
        _frame(case, 0, horizon, days=3, intervals=4),
        _frame(case, horizon // 2, horizon, days=2, intervals=1),
    ]


windows = st.lists(st.lists(st.integers(0, 120), min_size=2, max_size=6, unique=True), max_size=2)


@given(runs(), st.sampled_from([(0, 1, 4), (0, 3, 2), (60, 1, 3), (30, 2, 5)]), windows)
@settings(max_examples=60)
def test_sums_of_any_run_are_those_of_the_definitions(
    run: Run, cut: tuple[int, int, int], edges: list[list[int]]
) -> None:
    """On whole-minute times, where ties are common; with and without a warm-up; in windows of any edges."""
    tape, roster, rules = run
    from_min, days, intervals = cut
    case = Case("any", tape, roster, rules, simulate(tape, roster, rules), MINUTE)
    frame = _frame(case, from_min * MINUTE, rules.horizon_ms, days, intervals)
    frame = replace(frame, windows=tuple(dict.fromkeys(_window(frame, ends) for ends in edges)))
    check(frame, tape, roster, case.log)
    check_percentiles(frame, case)


def check_percentiles(frame: Frame, case: Case) -> None:
    """The pooled counts hold exactly the waits of the measured contacts, to the width of a bin."""
    pool = Pool.of(sums_of(frame, case.tape, case.roster, case.log))
    measured = [
        contact
        for contact in range(case.tape.contacts)
        if case.tape.actionable[contact]
        and case.tape.arrival_ms[contact] >= frame.from_ms
        and slowly.comes(case.tape, case.log, contact)
    ]
    waits_of = [slowly.waits(case.tape, case.log, contact) for contact in measured]
    for kind, name in enumerate(WAITS):
        waits = sorted(one[name] for one in waits_of if one[name] is not None)
        found = pool.waits(frame, kind, 0, 0)
        assert found.of == len(waits)
        for probability in (0.2, 0.5, 0.9):
            told = quantile_of(found, probability) if waits else None
            if not waits:
                assert told is None
            else:
                exact = waits[max(0, math.ceil(probability * len(waits) - 1e-9) - 1)]
                assert told == pytest.approx(exact / 1000, rel=5.1e-4)


def _window(frame: Frame, ends: list[int]) -> Window:
    """Stretches between every second pair of minutes, as far as they are measured."""
    cuts = [min(max(minute * MINUTE, frame.from_ms), frame.to_ms) for minute in sorted(ends)]
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return Window(tuple((begin, after) for begin, after in pairs if begin < after), 1.0)


def _frame(case: Case, from_ms: int, to_ms: int, days: int, intervals: int) -> Frame:
    return Frame(
        types=tuple(f"type {number}" for number in range(case.rules.handles.shape[1])),
        teams=tuple(f"team {number}" for number in range(case.rules.handles.shape[2])),
        promises=(),
        from_ms=from_ms,
        to_ms=to_ms,
        latest_ms=case.rules.drain_end_ms,
        interval_ms=(to_ms - from_ms) // (days * intervals),
        days=days,
        cost_per_hour=(None,) * case.rules.handles.shape[2],
        overtime=1.0,
        at_once=tuple(case.rules.at_once.tolist()),
        premiums=(),
        waiting_cost=tuple(None if n == 1 else 1.0 + n for n in range(case.rules.handles.shape[1])),
        opening=(None,) * case.rules.handles.shape[1],
    )


def check(frame: Frame, tape: Tape, roster: Roster, log: Log) -> None:
    found = sums_in(frame, tape, roster, log)
    expected = slowly.numerators(frame, tape, roster, log)
    compared = 0
    for row, series in enumerate(series_of(frame)):
        for column, cell in enumerate(slowly.cells(frame)):
            key = (series.measure, series.contacts or series.team, cell)
            if series.measure != "labour_cost" and found.denominators[row, column] > 0:
                assert found.numerators[row, column] == expected[key], (frame, key)
                of = (f"of {series.measure}", *key[1:])
                assert found.denominators[row, column] == expected.get(of, found.denominators[row, column]), (
                    frame,
                    of,
                )
                compared += 1
    assert compared > 50


@pytest.mark.parametrize("case", LOGS)
def test_sums_are_those_of_the_definitions(case: Case) -> None:
    for frame in frames(case):
        check(frame, case.tape, case.roster, case.log)


def test_sums_of_the_paper_desk_are_those_of_the_definitions() -> None:
    check(paper_desk.frame(), paper_desk.tape(), paper_desk.roster(), paper_desk.log())


@pytest.mark.parametrize("case", LOGS)
def test_littles_law(case: Case) -> None:
    """Time-average queue × window = the sum of waits, exactly; handling is no wait."""
    frame = _frame(case, 0, case.rules.drain_end_ms, days=1, intervals=1)
    sums = sums_in(frame, case.tape, case.roster, case.log)
    steps, stints = case.log.steps, case.log.stints
    end_of = dict.fromkeys(steps.step.tolist(), case.rules.drain_end_ms)
    for step, end, completed in zip(
        stints.step.tolist(), stints.end_ms.tolist(), stints.completed, strict=True
    ):
        if completed:
            end_of[step] = end
    written = steps.outcome != UNWRITTEN
    rows = zip(steps.step[written].tolist(), steps.outcome[written], steps.gone_ms[written], strict=True)
    ends = np.array([gone if how in (LEFT, TURNED_AWAY) else end_of[step] for step, how, gone in rows])
    in_house = int((ends - steps.ready_ms[written]).sum())
    waited = in_house - int((stints.end_ms - stints.start_ms).sum())
    assert value(frame, sums, "backlog") * frame.to_ms == pytest.approx(in_house, rel=1e-15)
    assert value(frame, sums, "queue") * frame.to_ms == pytest.approx(waited, rel=1e-15)


@pytest.mark.parametrize("case", LOGS)
def test_cells_add_up(case: Case) -> None:
    """Days and intervals each add up to the total, types and teams to all, for everything that is a sum."""
    extremes = ("queue_max", "backlog_max", "backlog_at_close", "oldest_open", "cleared_at")
    frame = _frame(case, 0, case.rules.horizon_ms // 12 * 12, days=3, intervals=4)
    sums = sums_in(frame, case.tape, case.roster, case.log)
    series = series_of(frame)
    for row, about in enumerate(series):
        numerators = sums.numerators[row]
        if about.measure not in extremes:
            assert numerators[1:4].sum() == pytest.approx(numerators[0], rel=1e-12), about
            assert numerators[4:].sum() == pytest.approx(numerators[0], rel=1e-12), about
        if about.measure not in (*extremes, "all_busy") and not (about.contacts or about.team):
            parts = [k for k, other in enumerate(series) if other.measure == about.measure and k != row]
            assert sums.numerators[parts].sum(axis=0) == pytest.approx(numerators, rel=1e-12), about


@pytest.mark.parametrize("case", LOGS)
def test_occupancy_and_shares_stay_between_0_and_1(case: Case) -> None:
    frame = _frame(case, 0, case.rules.horizon_ms, days=1, intervals=4)
    sums = sums_in(frame, case.tape, case.roster, case.log)
    for row, about in enumerate(series_of(frame)):
        if about.measure in ("abandonment", "waited", "pausing", "occupancy"):
            assert np.all((sums.numerators[row] >= 0) & (sums.numerators[row] <= sums.denominators[row])), (
                about
            )


def test_a_log_of_nothing_gives_nothing_and_no_nan() -> None:
    frame = paper_desk.frame(paper_desk.promise())
    none = np.zeros(0, dtype=np.int64)
    tape, log, roster = paper_desk.tape(), paper_desk.log(), paper_desk.roster()
    empty = {
        name: getattr(tape, name)[:0]
        for name in vars(tape)
        if name not in ("first_step", "first_retry", "work_ms", "reshares")
    }
    first, work = np.zeros(1, dtype=np.int64), np.zeros((1, 0), dtype=np.int64)
    quiet = Tape(first_step=first, first_retry=first, work_ms=work, **empty)
    silence = Log(
        type(log.steps)(*[none] * 6), type(log.stints)(none, none, none, none, none.astype(np.bool_))
    )
    sums = sums_in(frame, quiet, roster, silence)
    assert np.all(np.isfinite(sums.numerators)) and np.all(np.isfinite(sums.denominators))
    assert value(frame, sums, "contacts") == 0
    assert value(frame, sums, "queue") == 0
    assert sums.denominators[[about.measure for about in series_of(frame)].index("service_level"), 0] == 0
    nobody = Roster(*[none] * 13)
    assert value(frame, sums_in(frame, quiet, nobody, silence), "staffed_hours") == 0


def value(frame: Frame, sums: Sums, measure: str) -> float:
    row = [about.measure for about in series_of(frame)].index(measure)
    return float(sums.numerators[row, 0] / sums.denominators[row, 0])
