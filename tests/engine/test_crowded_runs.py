"""Crowded random runs keep every rule; and a corruption of one does not hide in the crowd."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from simcare.demand.tape import FIRST
from simcare.engine.log import LEFT, SILENT, TURNED_AWAY, UNWRITTEN, Log
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
    """What the rules speak of occurs in these runs: drops, further tries, full queues, chats, help, ties."""
    seen: Counter[str] = Counter()
    for seed in range(60):
        tape, roster, rules = crowded_run(seed)
        log = simulate(tape, roster, rules)
        steps, stints = log.steps, log.stints
        team = roster.team_of_agent[stints.agent]
        of_type = tape.type_of_contact[tape.contact_of_step[stints.step]]
        broken = stints.step[~stints.completed]
        tried = steps.step[np.isin(steps.outcome, (LEFT, TURNED_AWAY))]
        tries = np.bincount(tape.contact_of_step[steps.step[steps.kind == FIRST]], minlength=tape.contacts)
        seen["left"] += int(np.sum(steps.outcome == LEFT))
        seen["left at once"] += int(np.sum((steps.outcome == LEFT) & (steps.gone_ms == steps.ready_ms)))
        seen["turned away"] += int(np.sum(steps.outcome == TURNED_AWAY))
        seen["silent"] += int(np.sum(steps.outcome == SILENT))
        seen["unwritten"] += int(np.sum(steps.outcome == UNWRITTEN))
        seen["came back and was served"] += int(np.sum(np.isin(np.unique(tried), stints.step)))
        seen["came back and was dropped"] += int(np.sum(np.isin(np.unique(tried), broken)))
        seen["used the tries from the beginning"] += int(np.sum(tries > 1 + np.diff(tape.first_retry)))
        seen["dropped"] += len(broken)
        seen["dropped twice"] += len(broken) - len(np.unique(broken))
        seen["dropped with chats"] += int(np.sum(rules.at_once[team[~stints.completed]] > 1))
        seen["helped"] += int(np.sum(rules.overflow_ms[of_type, team] > 0))
        seen["slower than alone"] += int(np.sum(stints.end_ms % 60_000 > 0))
        seen["started at one instant"] += len(stints.step) - len(np.unique(stints.start_ms))
        seen["chosen at random"] += len(stints.step) * (rules.agent_rule == "random")
    assert not [what for what, times in seen.items() if times < 20]


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
