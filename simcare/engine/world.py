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
NO_TIME = 2**63 - 1  # of a place where no event is planned
EVENT = np.dtype([("time", "i8"), ("key", "i8")])  # key: kind and index
_DUTY = np.dtype([("time", "i8"), ("key", "i8"), ("team", "i8"), ("value", "i8")])
_LEVEL = np.dtype([("team", "i8"), ("time", "i8"), ("level", "i8")])
_PART = np.dtype([("begin", "i8"), ("size", "i8")])  # of a long table
_LINE = np.dtype(  # a part in which those in line move on as the first of them leave
    [("begin", "i8"), ("size", "i8"), ("start", "i8"), ("end", "i8")]
)
_WAITING = np.dtype(
    [
        ("first", "i8"),  # handed back, ready if so, ahead
        ("value", "i8"),  # the plan's order
        ("ready", "i8"),
        ("step", "i4"),
        ("kind", "i2"),
        ("type", "i2"),
    ]
)
_STATE = np.dtype([("open", "i1"), ("waits", "i1")])  # to how many stages of its group; in a queue
_CHAT = np.dtype([("to_do", "i8"), ("since", "i8"), ("due", "i8")])  # due: -1 in no hand
_DROP = np.dtype([("whole", "i8"), ("planned", "i8"), ("left", "i8"), ("of", "i8")])
_SEEN = np.dtype([("answered", "i8"), ("full", "i8"), ("over", "i8"), ("absent", "i8")])  # of a complaint
_AGENT = np.dtype([("team", "i8"), ("until", "i8"), ("since", "i8"), ("holds", "i4"), ("has_room", "i4")])

Desk = namedtuple(
    "Desk",
    [
        "types", "cells", "ahead_over", "queue_limit", "leaves_from", "leaves_at_once", "views_by_age",
        "pace", "order", "agent_rule", "drain_end",
        # Who may take what: groups of steps, their stages, and the queues of each team.
        "stages", "stages_of", "stage_wait", "able_from", "able", "source_from", "sources",
        # As they begin.
        "teams", "most", "chats", "drops",
    ],
)  # fmt: skip
"""What is the same in every replication of a plan, made by `desk_of`."""

Customers = namedtuple(
    "Customers",
    [
        "arrival", "type_of", "followers", "patience", "leave_u", "silent_u", "random_u", "first_retry",
        "retry_mark", "retry_after", "retry_leave_u", "retry_silent_u", "first_step", "contact_of", "kind_of",
        "mark", "pause", "work", "weights",
    ],
)  # fmt: skip
"""What the Tape says; `leave_u` and `silent_u` are those of the try in hand."""

PileOn = namedtuple("PileOn", ["readers", "reshare_of", "reshares", "moves_u", "seen"])
"""What decides who comes by pile-on, and what readers have seen of every contact so far."""

State = namedtuple(
    "State",
    [
        "columns", "done", "team_of_agent",
        "state", "chat", "dropped", "agents", "teams", "hand", "rooms", "room", "lines", "queue", "place_of",
        "first_replies", "tried",
    ],
)  # fmt: skip
"""What changes. The columns, shape (10, steps), and whether each stint was completed, become the Log's.

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
    team_table = np.zeros(teams, dtype=_TEAM)
    team_table["at_once"], team_table["skills"] = rules.at_once, rules.skills_of_team
    team_table["plain"] = (rules.at_once == 1) & (rules.pace_ppm[:, 1] == PARTS)
    team_table["level"] = -1
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
    agent, team, level = roster.duty_agent, roster.level_team, roster.level
    people = np.full(len(agent), -1)
    time = np.concatenate((roster.duty_to_ms, roster.duty_from_ms, roster.level_from_ms))
    key = np.concatenate(((DUTY_END << 32) + agent, (DUTY_START << 32) + agent, _keys_of_levels(roster)))
    of_team = np.concatenate((people, people, team))
    value = np.concatenate((people, roster.duty_to_ms, level))
    order = np.lexsort((of_team, key, time))  # people are in order but for the time, which spares two sorts
    duties = np.empty(len(order), dtype=_DUTY)
    for field, column in (("time", time), ("key", key), ("team", of_team), ("value", value)):
        duties[field] = column[order]
    return duties[: np.searchsorted(duties["time"], drain_end_ms)]


def _keys_of_levels(roster: Roster) -> NDArray[np.int64]:
    """Kind and index of each change of a level: rise or fall, and the first agent of the team."""
    team, level = roster.level_team, roster.level
    before = np.zeros_like(level)
    before[1:] = np.where(team[1:] == team[:-1], level[:-1], 0)
    first_agent = np.searchsorted(roster.team_of_agent, team)
    first_agent[np.searchsorted(roster.team_of_agent, team, side="right") == first_agent] = 0  # no agents
    keys: NDArray[np.int64] = (np.where(level > before, DUTY_START, DUTY_END) << 32) + first_agent
    return keys


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
    )
    return Customers(*map(np.ascontiguousarray, arrays))  # one layout in memory, one compilation


def readers_of(rules: Rules) -> NDArray[Any] | None:
    """What readers make of a plan's replies, one row a contact type; None without pile-on."""
    if rules.readers is None:
        return None
    readers = np.zeros(len(rules.again), dtype=_READERS)
    for field, values in (
        ("impatient", rules.readers.impatient_ms),
        ("moves", rules.readers.moves),
        ("closes", rules.readers.closes),
        ("until_answer", rules.readers.until_answer),
        ("by_template", rules.readers.by_template),
        ("left", rules.readers.left),
    ):
        readers[field] = values
    return readers


def pile_on_of(tape: Tape, readers: NDArray[Any] | None) -> Any:
    """What a Tape says of pile-on to those readers; None without them."""
    if readers is None:
        return None
    reshares = np.zeros(len(tape.reshares), dtype=_RESHARE)
    reshares["at"], reshares["mark"] = tape.reshares.at_ms, tape.reshares.mark
    reshares["complaint"], reshares["repeats"] = tape.reshares.complaint, tape.reshares.repeats
    seen = np.empty(tape.contacts, dtype=_SEEN)
    seen["answered"] = seen["full"] = seen["over"] = NEVER
    seen["absent"] = False
    row_of, moves_u = tape.reshares.row_of(tape.contacts), np.ascontiguousarray(tape.moves_u)
    return PileOn(readers, row_of, reshares, moves_u, seen)


class Tables:
    """The tables of what changes, which serve one replication of a plan after the other.

    They are made anew only when they are too short, with room to spare, for the system gives new memory page
    by page. The columns of the Log are new each time, because the Log keeps them.

    ``events``, ``stints``, ``tries``
        what is planned, and what there was before the last stint and the last try of each step: the kernel
        ends when one may become too short, and goes on after `grow`.
    """

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._steps = self._contacts = self._agents = -1
        self._roster: Roster | None = None
        self.events, self.patiences = (np.empty(1024, dtype=EVENT) for _ in range(2))
        self.stints, self.tries = (np.empty((64, 4), dtype=np.int64) for _ in range(2))

    def state(self, tape: Tape, roster: Roster) -> Any:
        """What a run begins with; the kernel writes that nothing has happened."""
        steps, contacts, agents = len(tape.contact_of_step), tape.contacts, len(roster.team_of_agent)
        if steps > self._steps or contacts > self._contacts or agents > self._agents:
            self._make(steps + steps // 8, contacts + contacts // 8, agents)
        return State(
            np.empty((10, steps), dtype=np.int64),
            np.empty(steps, dtype=np.bool_),
            np.ascontiguousarray(roster.team_of_agent),
            *self._tables,
            self._tried if len(tape.retry_mark) else self._tried[:0],
        )

    def staff(self, roster: Roster) -> tuple[NDArray[Any], NDArray[Any]]:
        """Duties and levels; without absence a Roster is that of the replication before."""
        if roster is not self._roster:
            self._roster = roster
            self._staff = duties_of(roster, self._desk.drain_end), levels_of(roster)
        return self._staff

    def grow(self, planned: int, patient: int) -> None:
        """Make the tables that the kernel found too short twice as long; so many events are planned, and so
        many ends of patience.
        """
        self.events, self.patiences = _longer(self.events, planned), _longer(self.patiences, patient)
        self.stints, self.tries = (
            np.concatenate([table, np.empty_like(table)]) for table in (self.stints, self.tries)
        )

    def _make(self, steps: int, contacts: int, agents: int) -> None:
        desk = self._desk
        self._steps, self._contacts, self._agents = steps, contacts, agents
        self._tables = (
            np.empty(steps, dtype=_STATE),
            np.empty(steps if desk.chats else 0, dtype=_CHAT),
            np.empty(steps if desk.drops else 0, dtype=_DROP),
            np.empty(agents, dtype=_AGENT),
            np.empty_like(desk.teams),
            np.empty((agents, desk.most), dtype=np.int32),
            np.empty(len(desk.teams) * desk.most, dtype=_LINE),
            np.empty(2 * agents * desk.most, dtype=np.int32),
            np.empty(2 * len(desk.types) * desk.stages, dtype=_PART),
            np.empty(steps * desk.stages, dtype=_WAITING),
            np.empty((desk.stages, steps), dtype=np.int32),
            np.empty(len(desk.queue_limit), dtype=np.int64),
        )
        self._tried = np.empty(contacts, dtype=np.int32)
        self.numbers = np.arange(steps)


def _longer(events: NDArray[Any], planned: int) -> NDArray[Any]:
    longer = np.empty(2 * len(events), dtype=EVENT)
    longer["time"] = NO_TIME
    longer[:planned] = events[:planned]
    return longer


def _kind(group: int, types: int) -> int:
    return ESCALATED if group >= types else FIRST


def _waits(rules: Rules, group: int) -> list[int]:
    """How long the teams that may take a group of steps must let them wait, shortest first, 0 among them."""
    types = rules.handles.shape[1]
    able = np.flatnonzero(rules.handles[_kind(group, types), group % types])
    return sorted({int(rules.overflow_ms[group % types, team]) for team in able} | {0})


def _from(sizes: list[int]) -> NDArray[np.int64]:
    """Where each part begins, and the end of the last."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
