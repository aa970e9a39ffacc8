"""The kernels give what numpy gives, to the last bit."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcare
from simcare.engine.simulate import simulate
from simcare.experiment.replication import draw
from simcare.measures import kernels
from simcare.measures.contacts import step_times
from simcare.measures.counts import Counts
from simcare.measures.fates import fates
from simcare.measures.frame import Frame, frame_of
from simcare.measures.grid import BINS
from simcare.measures.played import Replication
from simcare.measures.pool import Pool
from simcare.measures.promises import Promise
from simcare.measures.sparse import Sparse
from simcare.measures.sums import sums_in
from tests.engine.crowded import crowded_run
from tests.engine.handwritten import Case
from tests.measures.test_sums import _frame, _window, windows
from tests.runs import MINUTE, Run, runs

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def differences(one: Any, other: Any, name: str = "") -> list[str]:
    """Where two values of the same shape are not the same, numbers to the last bit."""
    if isinstance(one, np.ndarray):
        return [] if one.dtype == other.dtype and np.array_equal(one, other) else [name]
    if isinstance(one, tuple):
        pairs = zip(one, other, strict=True)
        return [found for n, pair in enumerate(pairs) for found in differences(*pair, f"{name}[{n}]")]
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        return [
            found
            for part in names
            for found in differences(getattr(one, part), getattr(other, part), f"{name}.{part}")
        ]
    return [] if one == other else [name]


def check_same(frame: Frame, drawn: list[Run]) -> None:
    """Both give the same of replications at once, and each replication what it would give alone."""
    played = [Replication(tape, roster, simulate(tape, roster, rules)) for tape, roster, rules in drawn]
    slow, fast = (sums_in(frame, played, used) for used in (None, kernels))
    each = [sums_in(frame, [one], used) for one in played for used in (None, kernels)]
    assert differences(slow, fast) == []
    alone = [differences(one, other) for one, other in zip(each[::2], each[1::2], strict=True)]
    assert alone == [[]] * len(played)
    logs = [(one.log, step_times(one.log)) for one in played]
    assert all(differences(fates(*one), fates(*one, kernels)) == [] for one in logs)
    assert differences(slow.waits, Counts.joined([one.waits for one in each[::2]])) == []
    whole, parts = Pool.of(slow, frame.kept_cells), Pool.of_all(each[::2], frame.kept_cells)
    assert differences(whole, parts) == []
    assert differences(whole, Pool.of_all([fast], frame.kept_cells, kernels)) == []
    for number, one in enumerate(each[::2]):
        for name in ("numerators", "denominators", "powers", "daily"):
            assert np.array_equal(getattr(slow, name)[number], getattr(one, name)[0]), name
        assert np.array_equal(slow.waits.of[number], one.waits.of[0])


@given(runs(), st.sampled_from([(0, 1, 4), (0, 3, 2), (60, 1, 3), (30, 2, 5)]), windows, st.booleans())
@settings(max_examples=50)
def test_any_run(run: Run, cut: tuple[int, int, int], edges: list[list[int]], teams_too: bool) -> None:
    check_same(wide_frame(run, cut, edges, teams_too), varied(run))


@pytest.mark.parametrize("first", range(0, 24, 8))
def test_crowded_runs(first: int) -> None:
    for seed in range(first, first + 8):
        run = crowded_run(seed)
        check_same(wide_frame(run, (0, 3, 2), [[7, 50, 61, 90]], teams_too=seed % 2 == 0), varied(run))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenarios(path: Path) -> None:
    scenario = simcare.load(path)
    plan = scenario.plan_names[0]
    check_same(frame_of(scenario, plan), [tuple(draw(scenario, plan, replication=n)) for n in range(2)])


ROW = st.lists(st.integers(0, BINS - 1), max_size=20) | st.lists(st.integers(260, 265), max_size=100)


@given(st.lists(st.lists(ROW, min_size=9, max_size=9), min_size=1, max_size=4))
def test_bins_are_counted_and_rows_of_counts_added(lists: list[list[list[int]]]) -> None:
    parts = [
        Sparse.of(np.cumsum([0, *map(len, rows)]), np.array([one for row in rows for one in row], np.uint16))
        for rows in lists
    ]
    both = Sparse.sum(parts)
    assert differences(both, Sparse.sum(parts, kernels)) == []
    assert differences(both, Sparse.sum([both], kernels)) == []
    for row in range(9):
        begin, end = both.first[row : row + 2]
        counted = Counter(one for rows in lists for one in rows[row])
        assert list(zip(both.bin[begin:end], both.count[begin:end], strict=True)) == sorted(counted.items())
    row_first, rows = np.array([0, 1, 4, 4, 6]), np.array([7, 0, 7, 5, 8, 3])
    assert differences(both.added(row_first, rows), both.added(row_first, rows, kernels)) == []


def varied(run: Run) -> list[Run]:
    """A run, one in which half of the people are absent, and the first once more."""
    tape, roster, rules = run
    came = roster.duty_agent % 2 == 0
    columns = {name: getattr(roster, name)[came] for name in ("duty_agent", "duty_from_ms", "duty_to_ms")}
    return [run, (tape, replace(roster, **columns), rules), run]


def wide_frame(run: Run, cut: tuple[int, int, int], edges: list[list[int]], teams_too: bool) -> Frame:
    """A frame with windows, promises of both kinds, one of them shared, and what agents may have in hand."""
    rules = run[2]
    from_min, days, intervals = cut
    case = Case("any", *run, simulate(*run), MINUTE)
    frame = _frame(case, from_min * MINUTE, rules.horizon_ms, days, intervals)
    types = tuple(range(len(frame.types)))
    promises = tuple(
        Promise(f"{kind} {types[:most]}", types[:most], kind, 10 * MINUTE, None, "of_all", 0)
        for kind in ("first_reply", "answered")
        for most in (1, 2)
        if most <= len(types)
    )
    return replace(
        frame,
        windows=tuple(dict.fromkeys(_window(frame, ends) for ends in edges)),
        promises=promises,
        teams_too=teams_too,
    )
