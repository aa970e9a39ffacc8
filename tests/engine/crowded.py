"""Crowded random runs: many contacts, few agents, whole minutes, every rule; ties and drops are the rule.

Hypothesis shrinks well but draws small runs; these are dense, so that choices are made among several.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simcare.demand.tape import KINDS, NEVER, Tape
from simcare.staffing.roster import Roster
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, AgentRule, Order, Rules
from tests.engine.cases import Contact, FollowUp, Retry, Team, roster_of, rules_of, tape_of
from tests.engine.reshares import readers, reshared

MIN = 60_000
HORIZON = 120

ORDERS: tuple[Order, ...] = ("first-come", "newest", "priority", "deadline", "followers", "audience")
AGENT_RULES: tuple[AgentRule, ...] = ("longest-idle", "most-specialised", "fastest", "random")
SPEEDS = (PARTS, PARTS, 800_000, 333_333, 1_250_000)
PACES = (
    (PARTS,),
    (PARTS,),
    (PARTS, PARTS),
    (PARTS, 500_000),
    (PARTS, 750_000, 600_000),
    (400_000, 800_000),
    (PARTS, 333_333, 450_000, 250_000),
)


def crowded_run(seed: int, contacts: int = 60) -> tuple[Tape, Roster, Rules]:
    """The run of this seed: up to three contact types and teams."""
    rng = np.random.default_rng(seed)
    types, teams = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    by_team = rng.random() < 0.3
    escalating = rng.random(types) < 0.4
    drain_end = HORIZON + int(rng.integers(0, 120))
    tape = tape_of(
        *sorted(
            (_contact(rng, types, teams if by_team else 1, escalating) for _ in range(contacts)),
            key=lambda contact: (contact.arrival_ms, contact.type),
        ),
        slots=teams if by_team else 1,
    )
    roster = roster_of(*(_team(rng, drain_end) for _ in range(teams)))
    served = rng.random((types, teams)) < 0.7
    served[np.arange(types), rng.integers(0, teams, types)] = True
    speed = np.where(served, PARTS if by_team else rng.choice(SPEEDS, (types, teams)), 0)
    some = rng.random((types, teams)) < 0.6
    rules = rules_of(
        speed.tolist(),
        escalated_ppm=np.where(some, PARTS, 0).tolist(),
        work_slot=[list(range(teams))] * types if by_team else None,
        team_rank=rng.integers(0, 2, (types, teams)).tolist(),
        team_tier=rng.integers(0, 2, (types, teams)).tolist(),
        overflow_ms=(rng.choice((0, 0, 3, 10), (types, teams)) * MIN).tolist(),
        ahead_over=rng.choice((NO_LIMIT, NO_LIMIT, NO_LIMIT, -1, 100), (len(KINDS), types)).tolist(),
        order=ORDERS[rng.integers(0, len(ORDERS))],
        type_rank=rng.integers(0, 2, types).tolist(),
        promise_ms=[
            NO_PROMISE if rng.random() < 0.3 else int(rng.integers(1, 60)) * MIN for _ in range(types)
        ],
        public=(rng.random(types) < 0.8).tolist(),
        views_by_age=(rng.integers(0, 30, (types, 12, 2)) * (100, 10**5)).tolist(),
        reshares=[(0.3, 0.5, 80.0)] * types,
        agent_rule=AGENT_RULES[rng.integers(0, 4)],
        skills_of_team=rng.integers(1, 3, teams).tolist(),
        again=rng.choice((0.0, 0.5, 0.9), types).tolist(),
        escalates=(escalating * rng.choice((0.2, 0.7), types)).tolist(),
        silent=rng.choice((0.0, 0.5), types).tolist(),
        tries_again=rng.choice((0.0, 0.5, 1.0), types).tolist(),
        closes=rng.choice((0.0, 0.3, 0.7), types).tolist(),
        acknowledges=(rng.random(types) < 0.3).tolist(),
        leaves_at_once=[
            {
                0: float(rng.choice((0.0, 0.0, 0.2))),
                int(rng.integers(1, 6)): float(rng.choice((0.0, 0.3, 0.7))),
            }
            for _ in range(types)
        ],
        queue_of_type=rng.integers(0, types, types).tolist(),
        queue_limit=rng.choice((NO_LIMIT, NO_LIMIT, 0, 2, 6), types).tolist(),
        chats=[PACES[kind] for kind in rng.integers(0, len(PACES), teams)],
        drop_at_shift_end=bool(rng.random() < 0.6),
        horizon_ms=HORIZON * MIN,
        drain_end_ms=drain_end * MIN,
    )
    if seed % 2:
        tape = reshared(tape, seed)
        rules = replace(rules, readers=readers(types, seed, rules.closes))
    return tape, roster, rules


def _contact(rng: np.random.Generator, types: int, slots: int, escalating: np.ndarray) -> Contact:
    def work() -> list[int]:
        return [int(minutes) * MIN for minutes in rng.integers(0, 12, slots)]

    def mark() -> float:  # from few values, so that marks and probabilities tie
        return int(rng.integers(0, 10)) / 10

    of_type = int(rng.integers(0, types))
    return Contact(
        arrival_ms=int(rng.integers(0, HORIZON)) * MIN,
        type=of_type,
        work=work(),
        patience_ms=int(rng.integers(0, 60)) * MIN if rng.random() < 0.5 else NEVER,
        leaves_at_once_u=mark(),
        silent_u=mark(),
        random_u=mark(),
        retries=tuple(
            Retry(mark(), int(rng.integers(1, 20)) * MIN, mark(), mark()) for _ in range(rng.integers(1, 4))
        ),
        answer=work() if rng.random() < 0.8 else None,
        closing=(mark(), work()) if rng.random() < 0.8 else None,
        escalated=(mark(), work()) if escalating[of_type] else None,
        follow_ups=tuple(
            FollowUp(mark(), int(rng.integers(0, 30)) * MIN, work()) for _ in range(rng.integers(0, 3))
        ),
        actionable=bool(rng.random() < 0.9),
        followers=int(rng.choice((0, 100, 101))),
    )


def _team(rng: np.random.Generator, drain_end: int) -> Team:
    """A level with up to five changes, or up to four agents with up to three duties, often at one time."""
    if rng.random() < 0.4:
        unit = int(rng.choice((1, 10)))  # whole tens, so that levels change as duties end and begin
        at = [0, *sorted({unit * int(time) for time in rng.integers(1, drain_end // unit, 5)})]
        levels = [int(rng.integers(0, 4))]
        for _ in at[1:]:
            levels.append((levels[-1] + int(rng.integers(1, 4))) % 4)
        return {minute * MIN: level for minute, level in zip(at, levels, strict=True)}
    hours = np.arange(0, drain_end + 1, 10)
    agents = []
    for _ in range(rng.integers(1, 5)):
        ends = sorted(rng.choice(hours, size=2 * int(rng.integers(1, 4)), replace=False).tolist())
        agents.append([(a * MIN, b * MIN) for a, b in zip(ends[::2], ends[1::2], strict=True)])
    return agents
