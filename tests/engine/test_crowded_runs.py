"""Crowded random runs keep every rule; and a corruption of one does not hide in the crowd."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simcare.engine.log import LEFT, SILENT, UNWRITTEN, Log
from simcare.engine.simulate import simulate
from tests.engine.crowded import crowded_run
from tests.engine.invariants import check


@pytest.mark.parametrize("seed", range(60))
def test_a_crowded_log_keeps_the_rules(seed: int) -> None:
    run = crowded_run(seed)
    check(*run, simulate(*run))


@pytest.mark.slow
def test_many_crowded_logs_keep_the_rules() -> None:
    for seed in range(60, 2000):
        run = crowded_run(seed)
        check(*run, simulate(*run))


def test_the_crowd_has_seen_everything() -> None:
    """What the rules speak of occurs in these runs: drops, drops in a row, leaving, silence, tied starts."""
    dropped = twice = left = silent = unwritten = at_once = 0
    for seed in range(60):
        log = simulate(*crowded_run(seed))
        broken = log.stints.step[~log.stints.completed]
        dropped += len(broken)
        twice += len(broken) - len(np.unique(broken))
        left += int(np.sum(log.steps.outcome == LEFT))
        silent += int(np.sum(log.steps.outcome == SILENT))
        unwritten += int(np.sum(log.steps.outcome == UNWRITTEN))
        at_once += len(log.stints.step) - len(np.unique(log.stints.start_ms))
    assert min(dropped, twice, left, silent, unwritten, at_once) >= 5


@pytest.mark.parametrize("seed", range(20))
def test_a_corruption_does_not_hide_in_the_crowd(seed: int) -> None:
    run = crowded_run(seed)
    log = simulate(*run)
    rng = np.random.default_rng(seed)
    for corrupt in (_another_agent, _later, _exchanged):
        with pytest.raises(AssertionError):
            check(*run, corrupt(log, len(run[1].team_of_agent), rng))


def _another_agent(log: Log, agents: int, rng: np.random.Generator) -> Log:
    agent = log.stints.agent.copy()
    row = rng.integers(0, len(agent))
    agent[row] = (agent[row] + rng.integers(1, max(2, agents))) % (agents + 1)
    return replace(log, stints=replace(log.stints, agent=agent))


def _later(log: Log, agents: int, rng: np.random.Generator) -> Log:
    start, end = log.stints.start_ms.copy(), log.stints.end_ms.copy()
    row = rng.integers(0, len(start))
    start[row] += 60_000
    end[row] += 60_000
    return replace(log, stints=replace(log.stints, start_ms=start, end_ms=end))


def _exchanged(log: Log, agents: int, rng: np.random.Generator) -> Log:
    """Two stints exchange their steps."""
    step = log.stints.step.copy()
    one, other = rng.choice(len(step), 2, replace=False)
    if step[one] == step[other]:
        other = next(row for row in range(len(step)) if step[row] != step[one])
    step[one], step[other] = step[other], step[one]
    order = np.lexsort((log.stints.start_ms, step))
    stints = replace(log.stints, step=step)
    return replace(log, stints=type(stints)(*(getattr(stints, name)[order] for name in vars(stints))))
