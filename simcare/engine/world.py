"""The arrays of a run for the compiled engine: what it reads, and what changes while it plays.

What the reference engine keeps in lists of Python is here a table of records: one row a step, an agent, a
team. The waiting steps of each queue, and the agents with room of each team, have a part of one long array.
"""

from __future__ import annotations

from collections import namedtuple
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ESCALATED, FIRST, Tape
from simcare.engine.moments import DUTY_END, DUTY_START
from simcare.staffing.audience_order import weights_of
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules

FIRST_COME, NEWEST, PRIORITY, DEADLINE, FOLLOWERS, AUDIENCE = range(6)
_ORDERS = {
    "first-come": FIRST_COME,
    "newest": NEWEST,
    "priority": PRIORITY,
    "deadline": DEADLINE,
    "followers": FOLLOWERS,
    "audience": AUDIENCE,
}
LONGEST_IDLE, MOST_SPECIALISED, FASTEST, RANDOM = range(4)
_AGENT_RULES = {
    "longest-idle": LONGEST_IDLE,
    "most-specialised": MOST_SPECIALISED,
    "fastest": FASTEST,
    "random": RANDOM,
}
HANDED_BACK = 2**61
"""Taken off the first key of a step handed back, which sorts it before all others."""

_STEP = np.dtype(
    [
        ("ready", "i8"),
        ("gone", "i8"),
        ("first_key", "i8"),  # handed back, ready if so, ahead
        ("value", "i8"),  # the plan's order
        ("start", "i8"),  # of its last stint
        ("end", "i8"),
        ("agent", "i4"),
        ("outcome", "i1"),
        ("started", "i1"),
        ("open", "i1"),  # to how many stages of its group
        ("done", "i1"),
        ("waits", "i1"),
    ],
    align=True,
)
EVENT = np.dtype([("time", "i8"), ("key", "i8")])  # key: kind and index
_CHAT = np.dtype(
    [("to_do", "i8"), ("since", "i8"), ("due", "i8")]
)  # when it will be completed, -1: in no hand
_DROP = np.dtype([("whole", "i8"), ("planned", "i8"), ("left", "i8"), ("of", "i8")])
_AGENT = np.dtype([("team", "i8"), ("until", "i8"), ("since", "i8"), ("holds", "i4"), ("place", "i4")])
_TEAM = np.dtype(
    [
        ("first_agent", "i8"),
        ("agents", "i8"),
        ("at_once", "i8"),
        ("plain", "i8"),  # one at a time, at full pace
        ("skills", "i8"),
        ("level", "i8"),  # -1: people
        ("busy", "i8"),
        ("next_level", "i8"),  # the change of level to come
    ]
)

World = namedtuple(
    "World",
    [
        # The Tape.
        "arrival", "type_of", "followers", "patience", "leave_u", "silent_u", "random_u", "first_retry",
        "retry_mark", "retry_after", "retry_leave_u", "retry_silent_u", "first_step", "contact_of", "kind_of",
        "mark", "pause", "work",
        # The Rules.
        "speed", "slot", "rank", "ahead_over", "type_rank", "promise", "public", "views_by_age",
        "weights", "pace", "again", "escalates", "silent", "closes", "acknowledges",
        "tries_again", "queue_of_type", "queue_limit", "leaves_from", "leaves_at_once", "order",
        "agent_rule", "drain_end",
        # Who may take what: groups of steps, their stages, and the queues of each team.
        "types", "stages", "stages_of", "stage_wait", "stage_of_team", "teams_from", "able_team",
        "able_stage",
        "queues_of_team", "queue_of_team", "tier_of_team",
        # The levels, one row a change.
        "level_team", "level_from", "level_to",
        # All that changes.
        "step", "chat", "dropped", "agents", "teams", "hand", "room", "room_size", "room_from", "queue",
        "queue_size", "queue_from", "first_replies", "place_of", "tried",
    ],
)  # fmt: skip
"""Everything the kernel reads and writes, made by `world_of`.

``first_replies`` counts those that wait, by queue with a limit of its own.
"""


def duty_events(roster: Roster, rules: Rules) -> tuple[NDArray[np.int64], ...]:
    """Starts and ends of duty and changes of levels in their order: time, kind, index, the team of a level
    (or -1), and its new level or the end of the duty that starts.
    """
    agent, from_ms, to_ms = roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms
    people = np.full(len(agent), -1, dtype=np.int64)
    team = roster.level_team
    first_row = np.ones(len(team), dtype=np.bool_)
    first_row[1:] = team[1:] != team[:-1]
    before = np.where(first_row, 0, np.concatenate(([0], roster.level[:-1]))[: len(team)])
    first_agent = np.searchsorted(roster.team_of_agent, team)
    first_agent[first_agent == len(roster.team_of_agent)] = 0
    has_agents = np.isin(team, roster.team_of_agent)
    columns = [
        np.concatenate((from_ms, to_ms, roster.level_from_ms)),
        np.concatenate(
            (
                people * 0 + DUTY_START,
                people * 0 + DUTY_END,
                np.where(roster.level > before, DUTY_START, DUTY_END),
            )
        ),
        np.concatenate((agent, agent, np.where(has_agents, first_agent, 0))),
        np.concatenate((people, people, team)),
        np.concatenate((to_ms, people, roster.level)),
    ]
    order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
    order = order[columns[0][order] < rules.drain_end_ms]
    return tuple(np.ascontiguousarray(column[order], dtype=np.int64) for column in columns)


def world_of(tape: Tape, roster: Roster, rules: Rules, in_group: NDArray[np.int64]) -> Any:
    """All arrays of a run; `in_group` steps are in each group. The steps are still to be made ready."""
    _, types, teams = rules.handles.shape
    steps, agents = len(tape.contact_of_step), len(roster.team_of_agent)
    at_once = rules.at_once
    most = int(at_once.max(initial=1))

    tries = len(tape.retry_mark) > 0
    groups = 2 * types
    waits = [_waits(rules, group) for group in range(groups)]
    stages = max(len(one) for one in waits)
    stages_of = np.array([len(one) for one in waits], dtype=np.int64)
    stage_wait = np.zeros((groups, stages), dtype=np.int64)
    stage_of_team = np.full((groups, teams), -1, dtype=np.int64)
    for group, team in product(range(groups), range(teams)):
        stage_wait[group, : len(waits[group])] = waits[group]
        if rules.handles[_kind(group, types), group % types, team]:
            stage_of_team[group, team] = waits[group].index(int(rules.overflow_ms[group % types, team]))
    queues = [
        [
            group * stages + stage_of_team[group, team]
            for group in range(groups)
            if stage_of_team[group, team] >= 0
        ]
        for team in range(teams)
    ]
    tiers = [
        [rules.team_tier[queue // stages % types, team] for queue in queues[team]] for team in range(teams)
    ]

    sizes = np.repeat(in_group, stages)

    chats = bool(np.any(at_once > 1) or np.any(rules.pace_ppm[:, 1] != PARTS))
    agent_table = np.zeros(agents, dtype=_AGENT)
    agent_table["team"], agent_table["place"] = roster.team_of_agent, -1
    team_table = np.zeros(teams, dtype=_TEAM)
    team_table["agents"] = np.bincount(roster.team_of_agent, minlength=teams)
    team_table["first_agent"] = np.cumsum(team_table["agents"]) - team_table["agents"]
    team_table["at_once"], team_table["skills"] = at_once, rules.skills_of_team
    team_table["plain"] = (at_once == 1) & (rules.pace_ppm[:, 1] == PARTS)
    team_table["level"] = np.where(np.isin(np.arange(teams), roster.level_team), 0, -1)
    team_table["next_level"] = np.searchsorted(roster.level_team, np.arange(teams))
    room_sizes = np.repeat(team_table["agents"], most)
    arrays = World(
        arrival=tape.arrival_ms,
        type_of=tape.type_of_contact,
        followers=tape.followers,
        patience=tape.patience_ms,
        leave_u=tape.leaves_at_once_u.copy() if tries else tape.leaves_at_once_u,  # of the try in hand
        silent_u=tape.silent_u.copy() if tries else tape.silent_u,
        random_u=tape.random_u,
        first_retry=tape.first_retry,
        retry_mark=tape.retry_mark,
        retry_after=tape.retry_after_ms,
        retry_leave_u=tape.retry_leaves_at_once_u,
        retry_silent_u=tape.retry_silent_u,
        first_step=tape.first_step,
        contact_of=tape.contact_of_step,
        kind_of=tape.kind_of_step,
        mark=tape.mark,
        pause=tape.pause_ms,
        work=tape.work_ms,
        speed=rules.speed_ppm,
        slot=rules.work_slot,
        rank=rules.team_rank,
        ahead_over=rules.ahead_over,
        type_rank=rules.type_rank,
        promise=rules.promise_ms,
        public=rules.public,
        views_by_age=rules.views_by_age,
        weights=weights_of(tape, rules) if rules.order == "audience" else np.zeros((0, 2), dtype=np.int64),
        pace=rules.pace_ppm,
        again=rules.again,
        escalates=rules.escalates,
        silent=rules.silent,
        closes=rules.closes,
        acknowledges=rules.acknowledges,
        tries_again=rules.tries_again,
        queue_of_type=rules.queue_of_type,
        queue_limit=rules.queue_limit,
        leaves_from=rules.leaves_from,
        leaves_at_once=rules.leaves_at_once,
        order=_ORDERS[rules.order],
        agent_rule=_AGENT_RULES[rules.agent_rule],
        drain_end=rules.drain_end_ms,
        types=types,
        stages=stages,
        stages_of=stages_of,
        stage_wait=stage_wait,
        stage_of_team=stage_of_team,
        teams_from=_from((stage_of_team >= 0).sum(axis=1)),
        able_team=np.nonzero(stage_of_team >= 0)[1],
        able_stage=stage_of_team[stage_of_team >= 0],
        queues_of_team=_from(np.array([len(one) for one in queues])),
        queue_of_team=np.array([queue for one in queues for queue in one], dtype=np.int64),
        tier_of_team=np.array([tier for one in tiers for tier in one], dtype=np.int64),
        level_team=roster.level_team,
        level_from=roster.level_from_ms,
        level_to=roster.level,
        step=np.zeros(steps, dtype=_STEP),
        chat=np.zeros(steps if chats else 0, dtype=_CHAT),
        dropped=np.zeros(steps if rules.drop_at_shift_end else 0, dtype=_DROP),
        agents=agent_table,
        teams=team_table,
        hand=np.zeros((agents, most), dtype=np.int32),
        room=np.zeros(int(room_sizes.sum()), dtype=np.int32),
        room_size=np.zeros(teams * most, dtype=np.int64),
        room_from=_from(room_sizes),
        queue=np.zeros(int(sizes.sum()), dtype=np.int32),
        queue_size=np.zeros(groups * stages, dtype=np.int64),
        queue_from=_from(sizes),
        place_of=np.zeros((stages, steps), dtype=np.int32),
        first_replies=np.zeros(len(rules.queue_limit), dtype=np.int64),
        tried=np.zeros(len(tape.arrival_ms) if tries else 0, dtype=np.int32),
    )
    # One layout in memory, one compilation.
    return World(*(np.ascontiguousarray(one) if isinstance(one, np.ndarray) else one for one in arrays))


def _kind(group: int, types: int) -> int:
    return ESCALATED if group >= types else FIRST


def _waits(rules: Rules, group: int) -> list[int]:
    """How long the teams that may take a group of steps must let them wait, shortest first, 0 among them."""
    types = rules.handles.shape[1]
    able = np.flatnonzero(rules.handles[_kind(group, types), group % types])
    return sorted({int(rules.overflow_ms[group % types, team]) for team in able} | {0})


def _from(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Where each part begins, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
