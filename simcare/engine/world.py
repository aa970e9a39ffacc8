"""The arrays of a run for the compiled engine: what it reads, and what changes while it plays.

What the reference engine keeps in lists of Python is here a table of records: one row a contact type, an
agent, a team. A plan's rules are told once (`desk_of`), a replication's customers and agents each time. What
becomes of the steps is written into the columns of the Log, without a copy. The waiting steps of each queue,
and the agents with room of each team, have a part of one long table.
"""

from __future__ import annotations

from collections import namedtuple
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ESCALATED, FIRST, NEVER, Tape
from simcare.engine.moments import DUTY_END, DUTY_START
from simcare.staffing.audience_order import weights_of
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules
from simcare.virality.audience import STATES

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

# What the rules say, in records.
_TYPE = np.dtype(
    [
        ("again", "f8"),
        ("escalates", "f8"),
        ("silent", "f8"),
        ("closes", "f8"),
        ("tries_again", "f8"),
        ("rank", "i8"),  # in the order by priority
        ("promise", "i8"),
        ("queue", "i8"),  # whose waiting first replies are counted
        ("acknowledges", "i8"),
        ("public", "i8"),
    ]
)
_CELL = np.dtype([("slot", "i8"), ("speed", "i8")])  # of the work of a kind and type in the hands of a team
_ABLE = np.dtype([("team", "i8"), ("stage", "i8"), ("rank", "i8")])  # a team that may take a group's steps
_SOURCE = np.dtype([("queue", "i8"), ("tier", "i8")])  # a queue from which a team takes
_READERS = np.dtype(
    [
        ("impatient", "i8"),
        ("moves", "f8"),
        ("closes", "i8"),
        ("until_answer", "i8"),
        ("by_template", "i8"),
        ("left", "f8", STATES),  # of reshares, in each state of a complaint
    ]
)
_RESHARE = np.dtype([("at", "i8"), ("mark", "f8"), ("complaint", "i8"), ("repeats", "i8")])
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

# What changes.
EVENT = np.dtype([("time", "i8"), ("key", "i8")])  # key: kind and index
_DUTY = np.dtype([("time", "i8"), ("key", "i8"), ("team", "i8"), ("value", "i8")])
_LEVEL = np.dtype([("team", "i8"), ("time", "i8"), ("level", "i8")])
_PART = np.dtype([("begin", "i8"), ("size", "i8")])  # of a long table
_WAITING = np.dtype(
    [
        ("first", "i8"),  # handed back, ready if so, ahead
        ("value", "i8"),  # the plan's order
        ("ready", "i8"),
        ("step", "i8"),
    ]
)
_STATE = np.dtype([("open", "i1"), ("waits", "i1")])  # to how many stages of its group; in a queue
_CHAT = np.dtype([("to_do", "i8"), ("since", "i8"), ("due", "i8")])  # due: -1 in no hand
_DROP = np.dtype([("whole", "i8"), ("planned", "i8"), ("left", "i8"), ("of", "i8")])
_SEEN = np.dtype([("answered", "i8"), ("full", "i8"), ("over", "i8"), ("absent", "i8")])  # of a complaint
_AGENT = np.dtype([("team", "i8"), ("until", "i8"), ("since", "i8"), ("holds", "i4"), ("place", "i4")])

Desk = namedtuple(
    "Desk",
    [
        "types", "cells", "ahead_over", "queue_limit", "leaves_from", "leaves_at_once", "views_by_age",
        "pace", "order", "agent_rule", "drain_end", "readers",
        # Who may take what: groups of steps, their stages, and the queues of each team.
        "stages", "stages_of", "stage_wait", "able_from", "able", "source_from", "sources",
        # For each replication anew.
        "teams", "most", "chats", "drops",
    ],
)  # fmt: skip
"""What is the same in every replication of a plan, made by `desk_of`."""

Customers = namedtuple(
    "Customers",
    [
        "arrival", "type_of", "followers", "patience", "leave_u", "silent_u", "random_u", "first_retry",
        "retry_mark", "retry_after", "retry_leave_u", "retry_silent_u", "first_step", "contact_of", "kind_of",
        "mark", "pause", "work", "weights", "reshare_of", "reshares", "moves_u",
    ],
)  # fmt: skip
"""What the Tape says; `leave_u` and `silent_u` are those of the try in hand."""

State = namedtuple(
    "State",
    [
        "ready", "outcome", "gone", "agent_of", "start", "end", "done",
        "state", "chat", "dropped", "agents", "teams", "hand", "rooms", "room", "lines", "queue", "place_of",
        "first_replies", "tried", "seen",
    ],
)  # fmt: skip
"""What changes. The first seven are columns of the Log, one row a step.

``first_replies`` counts those that wait, by queue with a limit of its own.
"""


def desk_of(rules: Rules) -> Any:
    """A plan's rules as the kernel reads them."""
    _, types, teams = rules.handles.shape
    groups = 2 * types
    waits = [_waits(rules, group) for group in range(groups)]
    stages = max(len(one) for one in waits)
    stage_wait = np.zeros((groups, stages), dtype=np.int64)
    able: list[list[tuple[int, int, int]]] = [[] for _ in range(groups)]
    sources: list[list[tuple[int, int]]] = [[] for _ in range(teams)]
    for group, team in product(range(groups), range(teams)):
        of_type = group % types
        stage_wait[group, : len(waits[group])] = waits[group]
        if rules.handles[_kind(group, types), of_type, team]:
            stage = waits[group].index(int(rules.overflow_ms[of_type, team]))
            able[group].append((team, stage, int(rules.team_rank[of_type, team])))
            sources[team].append((group * stages + stage, int(rules.team_tier[of_type, team])))

    type_table = np.zeros(types, dtype=_TYPE)
    for field, values in (
        ("again", rules.again),
        ("escalates", rules.escalates),
        ("silent", rules.silent),
        ("closes", rules.closes),
        ("tries_again", rules.tries_again),
        ("rank", rules.type_rank),
        ("promise", rules.promise_ms),
        ("queue", rules.queue_of_type),
        ("acknowledges", rules.acknowledges),
        ("public", rules.public),
    ):
        type_table[field] = values
    cells = np.zeros(rules.work_slot.size, dtype=_CELL)
    cells["slot"], cells["speed"] = rules.work_slot.ravel(), rules.speed_ppm.ravel()
    readers = np.zeros(0 if rules.readers is None else types, dtype=_READERS)
    if rules.readers is not None:
        for field, values in (
            ("impatient", rules.readers.impatient_ms),
            ("moves", rules.readers.moves),
            ("closes", rules.readers.closes),
            ("until_answer", rules.readers.until_answer),
            ("by_template", rules.readers.by_template),
            ("left", rules.readers.left),
        ):
            readers[field] = values
    team_table = np.zeros(teams, dtype=_TEAM)
    team_table["at_once"], team_table["skills"] = rules.at_once, rules.skills_of_team
    team_table["plain"] = (rules.at_once == 1) & (rules.pace_ppm[:, 1] == PARTS)
    return Desk(
        types=type_table,
        cells=cells,
        ahead_over=np.ascontiguousarray(rules.ahead_over).ravel(),
        queue_limit=np.ascontiguousarray(rules.queue_limit),
        leaves_from=np.ascontiguousarray(rules.leaves_from),
        leaves_at_once=np.ascontiguousarray(rules.leaves_at_once),
        views_by_age=np.ascontiguousarray(rules.views_by_age),
        pace=np.ascontiguousarray(rules.pace_ppm),
        order=_ORDERS[rules.order],
        agent_rule=_AGENT_RULES[rules.agent_rule],
        drain_end=rules.drain_end_ms,
        readers=readers,
        stages=stages,
        stages_of=np.array([len(one) for one in waits], dtype=np.int64),
        stage_wait=stage_wait,
        able_from=_from([len(one) for one in able]),
        able=np.array([row for rows in able for row in rows], dtype=_ABLE),
        source_from=_from([len(one) for one in sources]),
        sources=np.array([row for rows in sources for row in rows], dtype=_SOURCE),
        teams=team_table,
        most=int(rules.at_once.max(initial=1)),
        chats=not bool(team_table["plain"].all()),
        drops=rules.drop_at_shift_end,
    )


def duties_of(roster: Roster, drain_end_ms: int) -> NDArray[Any]:
    """Starts and ends of duty and changes of levels in the order of events: with the team of a level (or -1),
    and its new level or the end of the duty that starts.
    """
    people, changes = len(roster.duty_agent), len(roster.level)
    duties = np.empty(2 * people + changes, dtype=_DUTY)
    starts, ends, levels = duties[:people], duties[people : 2 * people], duties[2 * people :]
    if people:
        starts["time"], ends["time"] = roster.duty_from_ms, roster.duty_to_ms
        starts["key"] = (DUTY_START << 32) + roster.duty_agent
        ends["key"] = (DUTY_END << 32) + roster.duty_agent
        starts["team"] = ends["team"] = ends["value"] = -1
        starts["value"] = roster.duty_to_ms
    if changes:
        team, level = roster.level_team, roster.level
        rises = np.empty(changes, dtype=np.bool_)
        rises[0] = level[0] > 0
        rises[1:] = level[1:] > np.where(team[1:] == team[:-1], level[:-1], 0)
        first_agent = np.searchsorted(roster.team_of_agent, team)
        first_agent[np.searchsorted(roster.team_of_agent, team, side="right") == first_agent] = 0  # no agents
        levels["time"], levels["team"], levels["value"] = roster.level_from_ms, team, level
        levels["key"] = (np.where(rises, DUTY_START, DUTY_END) << 32) + first_agent
    duties = duties[duties["time"] < drain_end_ms]
    return duties[np.lexsort((duties["team"], duties["key"], duties["time"]))]


def levels_of(roster: Roster) -> NDArray[Any]:
    """The changes of levels, by team and time."""
    levels = np.empty(len(roster.level), dtype=_LEVEL)
    levels["team"], levels["time"], levels["level"] = roster.level_team, roster.level_from_ms, roster.level
    return levels


def customers_of(tape: Tape, rules: Rules) -> Any:
    """What the kernel reads of a Tape."""
    comes_back = len(tape.retry_mark) > 0
    leave_u, silent_u = tape.leaves_at_once_u, tape.silent_u
    weights = weights_of(tape, rules) if rules.order == "audience" else np.zeros((0, 2), dtype=np.int64)
    reshares = np.zeros(len(tape.reshares), dtype=_RESHARE)
    if len(reshares):
        reshares["at"], reshares["mark"] = tape.reshares.at_ms, tape.reshares.mark
        reshares["complaint"], reshares["repeats"] = tape.reshares.complaint, tape.reshares.repeats
    arrays = Customers(
        arrival=tape.arrival_ms,
        type_of=tape.type_of_contact,
        followers=tape.followers,
        patience=tape.patience_ms,
        leave_u=leave_u.copy() if comes_back else leave_u,
        silent_u=silent_u.copy() if comes_back else silent_u,
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
        weights=weights,
        reshare_of=tape.reshares.row_of(tape.contacts) if len(reshares) else np.zeros(0, dtype=np.int64),
        reshares=reshares,
        moves_u=tape.moves_u,
    )
    return Customers(*map(np.ascontiguousarray, arrays))  # one layout in memory, one compilation


def state_of(tape: Tape, roster: Roster, desk: Any, in_group: NDArray[np.int64]) -> Any:
    """What a run begins with; `in_group` steps are in each group."""
    steps, agents = len(tape.contact_of_step), len(roster.team_of_agent)
    # One piece of memory, which the system gives in fewer and larger pages.
    columns = np.empty((6, steps), dtype=np.int64)
    columns[:4] = -1  # not ready, not gone, nobody's, not begun
    columns[4] = 0  # open
    teams = desk.teams.copy()
    teams["agents"] = np.bincount(roster.team_of_agent, minlength=len(teams))
    teams["first_agent"] = np.cumsum(teams["agents"]) - teams["agents"]
    teams["level"] = -1
    teams["level"][roster.level_team] = 0
    teams["next_level"] = np.searchsorted(roster.level_team, np.arange(len(teams)))
    agent_table = np.zeros(agents, dtype=_AGENT)
    agent_table["team"], agent_table["place"] = roster.team_of_agent, -1
    seen = np.empty(tape.contacts if len(tape.reshares) else 0, dtype=_SEEN)
    seen["answered"] = seen["full"] = seen["over"] = NEVER
    seen["absent"] = False
    rooms, lines = _parts(teams["agents"], desk.most), _parts(in_group, desk.stages)
    ready, gone, agent_of, start, outcome, end = columns
    return State(
        ready=ready,
        outcome=outcome,
        gone=gone,
        agent_of=agent_of,
        start=start,
        end=end,
        done=np.zeros(steps, dtype=np.bool_),
        state=np.zeros(steps, dtype=_STATE),
        chat=np.zeros(steps if desk.chats else 0, dtype=_CHAT),
        dropped=np.zeros(steps if desk.drops else 0, dtype=_DROP),
        agents=agent_table,
        teams=teams,
        hand=np.zeros((agents, desk.most), dtype=np.int32),
        rooms=rooms,
        room=np.empty(agents * desk.most, dtype=np.int32),
        lines=lines,
        queue=np.empty(steps * desk.stages, dtype=_WAITING),
        place_of=np.empty((desk.stages, steps), dtype=np.int32),
        first_replies=np.zeros(len(desk.queue_limit), dtype=np.int64),
        tried=np.zeros(tape.contacts if len(tape.retry_mark) else 0, dtype=np.int32),
        seen=seen,
    )


def _kind(group: int, types: int) -> int:
    return ESCALATED if group >= types else FIRST


def _waits(rules: Rules, group: int) -> list[int]:
    """How long the teams that may take a group of steps must let them wait, shortest first, 0 among them."""
    types = rules.handles.shape[1]
    able = np.flatnonzero(rules.handles[_kind(group, types), group % types])
    return sorted({int(rules.overflow_ms[group % types, team]) for team in able} | {0})


def _parts(sizes: NDArray[np.int64], times: int) -> NDArray[Any]:
    """Empty parts of a long table: room for so many, so many times."""
    parts = np.zeros(len(sizes) * times, dtype=_PART)
    room = np.repeat(sizes, times)
    parts["begin"] = np.cumsum(room) - room
    return parts


def _from(sizes: list[int]) -> NDArray[np.int64]:
    """Where each part begins, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
