"""Small tapes, rosters and rules, written by hand.

Everything is given in milliseconds and by index: the first team is team 0, the first contact type is type 0.
What is left out does not happen: without a patience a customer waits for ever, and every probability is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, KINDS, NEVER, Tape
from simcare.staffing.roster import Roster
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, AgentRule, Order, Rules

DAY_MS = 86_400_000

Work = int | Sequence[int]
"""Work in ms at speed 100%; several numbers where each slot of the tape has its own."""

Team = Sequence[Sequence[tuple[int, int]]] | Mapping[int, int]
"""Either the duty intervals of each agent, or a level: {from_ms: agents on duty}."""


@dataclass(frozen=True)
class FollowUp:
    """A further message that the customer writes if `mark` < again, `pause_ms` after the reply before."""

    mark: float
    pause_ms: int
    work: Work


@dataclass(frozen=True)
class Retry:
    """A further try if `mark` < tries_again, `after_ms` after the customer left or was turned away."""

    mark: float
    after_ms: int
    leaves_at_once_u: float = 0.5
    silent_u: float = 0.5


@dataclass(frozen=True)
class Contact:
    """One contact with every step it may come to need. `escalated` and `closing` are (mark, work); `answer`
    is the work of the full answer after a first reply that acknowledges.
    """

    arrival_ms: int
    work: Work
    type: int = 0
    patience_ms: int = NEVER
    leaves_at_once_u: float = 0.5
    silent_u: float = 0.5
    random_u: float = 0.5
    retries: tuple[Retry, ...] = ()
    answer: Work | None = None
    escalated: tuple[float, Work] | None = None
    closing: tuple[float, Work] | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    actionable: bool = True
    followers: int = 0


def tape_of(*contacts: Contact, slots: int = 1) -> Tape:
    """The Tape of these contacts, which must come in order of (arrival, type) as a Tape numbers them."""
    in_order = [(contact.arrival_ms, contact.type) for contact in contacts]
    assert in_order == sorted(in_order), "contacts are numbered by (arrival, type)"
    first_step = [0]
    rows: list[tuple[int, int, float, int, Work]] = []  # contact, kind, mark, pause, work
    for number, contact in enumerate(contacts):
        if contact.actionable:
            rows.append((number, FIRST, 0.0, 0, contact.work))
            if contact.answer is not None:
                rows.append((number, ANSWER, 0.0, 0, contact.answer))
            if contact.escalated is not None:
                mark, work = contact.escalated
                rows.append((number, ESCALATED, mark, 0, work))
            rows += [(number, FOLLOW_UP, f.mark, f.pause_ms, f.work) for f in contact.follow_ups]
            if contact.closing is not None:
                mark, work = contact.closing
                rows.append((number, CLOSING, mark, 0, work))
        first_step.append(len(rows))
    work_ms = np.zeros((slots, len(rows)), dtype=np.int64)
    for step, (*_, work) in enumerate(rows):
        work_ms[:, step] = work
    retries = [retry for contact in contacts for retry in contact.retries]
    return Tape(
        arrival_ms=_ints(contact.arrival_ms for contact in contacts),
        type_of_contact=_ints(contact.type for contact in contacts),
        actionable=np.array([contact.actionable for contact in contacts], dtype=np.bool_),
        followers=_ints(contact.followers for contact in contacts),
        patience_ms=_ints(contact.patience_ms for contact in contacts),
        leaves_at_once_u=np.array([contact.leaves_at_once_u for contact in contacts], dtype=np.float64),
        silent_u=np.array([contact.silent_u for contact in contacts], dtype=np.float64),
        random_u=np.array([contact.random_u for contact in contacts], dtype=np.float64),
        first_retry=_ints(accumulate((len(contact.retries) for contact in contacts), initial=0)),
        retry_mark=np.array([retry.mark for retry in retries], dtype=np.float64),
        retry_after_ms=_ints(retry.after_ms for retry in retries),
        retry_leaves_at_once_u=np.array([retry.leaves_at_once_u for retry in retries], dtype=np.float64),
        retry_silent_u=np.array([retry.silent_u for retry in retries], dtype=np.float64),
        first_step=_ints(first_step),
        contact_of_step=_ints(row[0] for row in rows),
        kind_of_step=_ints(row[1] for row in rows),
        mark=np.array([row[2] for row in rows], dtype=np.float64),
        pause_ms=_ints(row[3] for row in rows),
        work_ms=work_ms,
    )


def roster_of(*teams: Team, until_ms: int = DAY_MS) -> Roster:
    """The Roster of these teams, in index order. All duty until `until_ms` is paid.

    Touching and overlapping intervals of one agent are one, as in every Roster.
    """
    team_of_agent: list[int] = []
    number_of_agent: list[int] = []
    duty: list[tuple[int, int, int]] = []  # agent, from, to
    levels: list[tuple[int, int, int]] = []  # team, from, level
    paid: list[tuple[int, int, int, int]] = []  # team, from, to, agents
    for team, staff in enumerate(teams):
        if isinstance(staff, Mapping):
            changes = sorted(staff.items())
            assert changes[0][0] == 0, "the first level of a team stands at time 0"
            agents = max(staff.values())
            levels += [(team, from_ms, level) for from_ms, level in changes]
            ends = [from_ms for from_ms, _ in changes[1:]] + [until_ms]
            spans = [(from_ms, end, level) for (from_ms, level), end in zip(changes, ends, strict=True)]
        else:
            agents = len(staff)
            merged = [
                (len(team_of_agent) + number, from_ms, to_ms)
                for number, intervals in enumerate(staff)
                for from_ms, to_ms in _merged(intervals)
            ]
            duty += merged
            spans = [(from_ms, to_ms, 1) for _, from_ms, to_ms in merged]
        team_of_agent += [team] * agents
        number_of_agent += range(1, agents + 1)
        paid += [(team, a, min(b, until_ms), level) for a, b, level in spans if a < until_ms and level]
    return Roster(
        team_of_agent=_ints(team_of_agent),
        line_of_agent=_ints(0 for _ in team_of_agent),
        number_of_agent=_ints(number_of_agent),
        duty_agent=_ints(row[0] for row in duty),
        duty_from_ms=_ints(row[1] for row in duty),
        duty_to_ms=_ints(row[2] for row in duty),
        level_team=_ints(row[0] for row in levels),
        level_from_ms=_ints(row[1] for row in levels),
        level=_ints(row[2] for row in levels),
        paid_team=_ints(row[0] for row in paid),
        paid_from_ms=_ints(row[1] for row in paid),
        paid_to_ms=_ints(row[2] for row in paid),
        paid_agents=_ints(row[3] for row in paid),
    )


def rules_of(
    speed_ppm: Sequence[Sequence[int]] = ((PARTS,),),
    *,
    escalated_ppm: Sequence[Sequence[int]] | None = None,
    work_slot: Sequence[Sequence[int]] | None = None,
    team_rank: Sequence[Sequence[int]] | None = None,
    team_tier: Sequence[Sequence[int]] | None = None,
    overflow_ms: Sequence[Sequence[int]] | None = None,
    ahead_over: Sequence[Sequence[int]] | None = None,
    order: Order = "first-come",
    type_rank: Sequence[int] | None = None,
    promise_ms: Sequence[int] | None = None,
    public: Sequence[bool] | None = None,
    views_by_age: Sequence[Sequence[tuple[int, int]]] | None = None,
    reshares: Sequence[tuple[float, float, float]] | None = None,
    agent_rule: AgentRule = "longest-idle",
    skills_of_team: Sequence[int] | None = None,
    again: Sequence[float] | None = None,
    escalates: Sequence[float] | None = None,
    silent: Sequence[float] | None = None,
    tries_again: Sequence[float] | None = None,
    closes: Sequence[float] | None = None,
    acknowledges: Sequence[bool] | None = None,
    leaves_at_once: Sequence[float | Mapping[int, float]] | None = None,
    queue_of_type: Sequence[int] | None = None,
    queue_limit: Sequence[int] | None = None,
    chats: Sequence[Sequence[int]] | None = None,
    drop_at_shift_end: bool = False,
    horizon_ms: int = DAY_MS,
    drain_end_ms: int = 2 * DAY_MS,
) -> Rules:
    """Rules with one row a contact type and one column a team; a speed of 0 means: may not serve.

    `speed_ppm` holds for every kind of step; `escalated_ppm` gives escalated work its own speeds. `chats` has
    for each team the paces with one in hand, with two, …; `ahead_over` has a row a kind of step;
    `leaves_at_once` a share, or shares by how many wait.
    """
    speed = np.array([speed_ppm] * len(KINDS), dtype=np.int64)
    speed[ESCALATED] = escalated_ppm or speed_ppm
    _, types, teams = speed.shape
    slot = np.array(work_slot or [[0] * teams] * types, dtype=np.int64)
    paces = chats or [[PARTS]] * teams
    most = max(map(len, paces))
    leaving = [
        sorted(one.items()) if isinstance(one, Mapping) else [(0, one)]
        for one in leaves_at_once or [0.0] * types
    ]
    entries = max(map(len, leaving))
    leaving = [one + [(NO_LIMIT, 0.0)] * (entries - len(one)) for one in leaving]
    return Rules(
        handles=speed > 0,
        speed_ppm=speed,
        work_slot=np.stack([slot] * len(KINDS)),
        team_rank=np.array(team_rank or [[0] * teams] * types, dtype=np.int64),
        team_tier=np.array(team_tier or [[0] * teams] * types, dtype=np.int64),
        overflow_ms=np.array(overflow_ms or [[0] * teams] * types, dtype=np.int64),
        ahead_over=np.array(ahead_over or [[NO_LIMIT] * types] * len(KINDS), dtype=np.int64),
        order=order,
        type_rank=_ints(type_rank or [0] * types),
        promise_ms=_ints(promise_ms or [NO_PROMISE] * types),
        public=np.array(public or [False] * types, dtype=np.bool_),
        views_by_age=np.array(views_by_age or [[(0, 0)]] * types, dtype=np.int64),
        reshares=np.array(reshares or [(0.0, 0.0, 0.0)] * types, dtype=np.float64),
        agent_rule=agent_rule,
        skills_of_team=_ints(skills_of_team or [1] * teams),
        at_once=_ints(map(len, paces)),
        pace_ppm=np.array([[0, *one, *[0] * (most - len(one))] for one in paces], dtype=np.int64),
        again=_floats(again, types),
        escalates=_floats(escalates, types),
        silent=_floats(silent, types),
        tries_again=_floats(tries_again, types),
        closes=_floats(closes, types),
        acknowledges=np.array(acknowledges or [False] * types, dtype=np.bool_),
        queue_of_type=_ints(queue_of_type or range(types)),
        queue_limit=_ints(queue_limit or [NO_LIMIT] * types),
        leaves_from=np.array([[at for at, _ in one] for one in leaving], dtype=np.int64),
        leaves_at_once=np.array([[share for _, share in one] for one in leaving], dtype=np.float64),
        drop_at_shift_end=drop_at_shift_end,
        horizon_ms=horizon_ms,
        drain_end_ms=drain_end_ms,
    )


def _merged(intervals: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for from_ms, to_ms in sorted(intervals):
        if merged and from_ms <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_ms))
        else:
            merged.append((from_ms, to_ms))
    return merged


def _ints(values: object) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]


def _floats(values: Sequence[float] | None, length: int) -> np.ndarray:
    return np.array([0.0] * length if values is None else values, dtype=np.float64)
