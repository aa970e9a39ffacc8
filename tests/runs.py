"""Hypothesis strategies of whole runs: a Tape, a Roster and Rules, all rules drawn together.

Times are whole minutes and marks, followers and paces come from a few values, so that ties of every kind are
common. A new rule is drawn here before it is merged.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, KINDS, NEVER, Tape
from simcare.staffing.roster import UNLIMITED, Roster
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, Rules
from tests.engine.reshares import readers, reshared

MINUTE = 60_000
HORIZON_MIN = 120

Run = tuple[Tape, Roster, Rules]


def ints(values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


minutes = st.integers(0, HORIZON_MIN - 1)
marks = st.sampled_from([0.0, 0.3, 0.6, 0.999])
chances = st.sampled_from([0.0, 0.5, 1.0])
speeds = st.sampled_from([PARTS, 800_000, 333_333])
waits = st.sampled_from([0, 0, 5 * MINUTE, 10 * MINUTE])
followers = st.sampled_from([0, 100, 1000])
views = st.tuples(st.sampled_from([0, 500, 5000]), st.sampled_from([0, 10**6]))
paces = st.sampled_from(
    [
        [PARTS],
        [PARTS, PARTS],
        [PARTS, 500_000],
        [PARTS, 750_000, 600_000],
        [400_000, 800_000],
        [PARTS, 333_333, 333_333],
    ]
)


@st.composite
def runs(draw: st.DrawFn, most_contacts: int = 12) -> Run:
    """A small run: up to three contact types and teams, every rule, whole-minute times."""
    types = draw(st.integers(1, 3))
    teams = draw(st.integers(1, 3))
    escalating = draw(st.lists(st.booleans(), min_size=types, max_size=types))
    by_team = draw(st.lists(st.booleans(), min_size=types, max_size=types))
    tape = draw(tapes(types, teams, escalating, by_team, most_contacts))
    drain_end = (HORIZON_MIN + draw(st.integers(0, 240))) * MINUTE
    roster = draw(rosters(teams, drain_end))
    decided = draw(rules(types, teams, by_team, drain_end))
    if draw(st.booleans()):
        seed = draw(st.integers(0, 99))
        tape = reshared(tape, seed)
        decided = replace(decided, readers=readers(types, seed, decided.closes))
    return tape, roster, decided


@st.composite
def tapes(
    draw: st.DrawFn, types: int, teams: int, escalating: list[bool], by_team: list[bool], most: int
) -> Tape:
    """Contacts with whole-minute arrivals, patience, work and pauses, and marks from a few values."""
    contacts = sorted(draw(st.lists(st.tuples(minutes, st.integers(0, types - 1)), max_size=most)))
    actionable = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=most, max_size=most))
    contact_of, kind_of, mark, pause, first_step = [], [], [], [], [0]
    for contact, (_, of_type) in enumerate(contacts):
        if actionable[contact]:
            kinds = [FIRST] + [ANSWER] * draw(st.booleans()) + [ESCALATED] * escalating[of_type]
            kinds += [FOLLOW_UP] * draw(st.integers(0, 2)) + [CLOSING] * draw(st.booleans())
            for kind in kinds:
                contact_of.append(contact)
                kind_of.append(kind)
                mark.append(0.0 if kind in (FIRST, ANSWER) else draw(marks))
                pause.append(draw(st.integers(0, 90)) * MINUTE if kind == FOLLOW_UP else 0)
        first_step.append(len(contact_of))
    work = np.zeros((teams, len(contact_of)), dtype=np.int64)
    for step, contact in enumerate(contact_of):
        for slot in range(teams if by_team[contacts[contact][1]] else 1):
            work[slot, step] = draw(st.integers(0, 30)) * MINUTE
    patiences = st.one_of(st.just(NEVER), st.integers(0, 40).map(lambda minute: minute * MINUTE))
    patience = [draw(patiences) for _ in contacts]
    tries = [draw(st.integers(1, 3)) for _ in contacts]
    every_try = range(sum(tries))
    return Tape(
        arrival_ms=ints([minute * MINUTE for minute, _ in contacts]),
        type_of_contact=ints([of_type for _, of_type in contacts]),
        actionable=np.array(actionable[: len(contacts)], dtype=np.bool_),
        followers=ints([draw(followers) for _ in contacts]),
        patience_ms=ints(patience),
        leaves_at_once_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        silent_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        random_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        first_retry=ints(list(accumulate(tries, initial=0))),
        retry_mark=np.array([draw(marks) for _ in every_try], dtype=np.float64),
        retry_after_ms=ints([draw(st.integers(1, 20)) * MINUTE for _ in every_try]),
        retry_leaves_at_once_u=np.array([draw(marks) for _ in every_try], dtype=np.float64),
        retry_silent_u=np.array([draw(marks) for _ in every_try], dtype=np.float64),
        first_step=ints(first_step),
        contact_of_step=ints(contact_of),
        kind_of_step=ints(kind_of),
        mark=np.array(mark, dtype=np.float64),
        pause_ms=ints(pause),
        work_ms=work,
    )


@st.composite
def rosters(draw: st.DrawFn, teams: int, drain_end_ms: int) -> Roster:
    """Each team has people with up to three duty intervals each, or a level with up to three changes; seldom
    one without limit.
    """
    team_of: list[int] = []
    number_of: list[int] = []
    duties: list[tuple[int, int, int]] = []
    levels: list[tuple[int, int, int]] = []
    last = drain_end_ms // MINUTE
    for team in range(teams):
        kind = draw(st.sampled_from(["people"] * 6 + ["level"] * 6 + ["unlimited"]))
        if kind == "people":
            agents = draw(st.integers(0, 3))
            for number in range(agents):
                ends = draw(st.lists(st.integers(0, last), unique=True, max_size=6))
                ends = sorted(ends[: len(ends) // 2 * 2])
                pairs = zip(ends[::2], ends[1::2], strict=True)
                duties += [(len(team_of) + number, a * MINUTE, b * MINUTE) for a, b in pairs]
        elif kind == "unlimited":
            agents = UNLIMITED
            levels.append((team, 0, UNLIMITED))
        else:
            at = sorted(draw(st.lists(st.integers(1, last), unique=True, max_size=3)))
            heads = draw(st.lists(st.integers(0, 3), min_size=len(at) + 1, max_size=len(at) + 1))
            changes = [(minute, level) for minute, level in zip([0, *at], heads, strict=True)]
            kept = [c for i, c in enumerate(changes) if i == 0 or c[1] != changes[i - 1][1]]
            levels += [(team, minute * MINUTE, level) for minute, level in kept]
            agents = max(heads)
        team_of += [team] * agents
        number_of += range(1, agents + 1)
    none = ints([])
    return Roster(
        team_of_agent=ints(team_of),
        line_of_agent=ints([0] * len(team_of)),
        number_of_agent=ints(number_of),
        duty_agent=ints([d[0] for d in duties]),
        duty_from_ms=ints([d[1] for d in duties]),
        duty_to_ms=ints([d[2] for d in duties]),
        level_team=ints([c[0] for c in levels]),
        level_from_ms=ints([c[1] for c in levels]),
        level=ints([c[2] for c in levels]),
        paid_team=none,
        paid_from_ms=none,
        paid_to_ms=none,
        paid_agents=none,
    )


@st.composite
def rules(draw: st.DrawFn, types: int, teams: int, by_team: list[bool], drain_end_ms: int) -> Rules:
    """Any mixture of skills, speeds, chats, orders, limits and probabilities."""

    def per_type(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=types, max_size=types))

    chats = draw(st.lists(paces, min_size=teams, max_size=teams))
    pairs = [(of_type, team) for of_type in range(types) for team in range(teams)]
    handles = np.zeros((len(KINDS), types, teams), dtype=np.bool_)
    speed = np.zeros(handles.shape, dtype=np.int64)
    slot = np.zeros(handles.shape, dtype=np.int64)
    for of_type, team in pairs:
        replies = draw(st.booleans())
        for kind in KINDS:
            handles[kind, of_type, team] = draw(st.booleans()) if kind == ESCALATED else replies
            if handles[kind, of_type, team]:
                own_law = by_team[of_type]
                speed[kind, of_type, team] = PARTS if own_law else draw(speeds)
                slot[kind, of_type, team] = team if own_law else 0
    return Rules(
        handles=handles,
        speed_ppm=speed,
        work_slot=slot,
        team_rank=ints([[draw(st.integers(0, 1)) for _ in range(teams)] for _ in range(types)]),
        team_tier=ints([[draw(st.integers(0, 1)) for _ in range(teams)] for _ in range(types)]),
        overflow_ms=ints([[draw(waits) for _ in range(teams)] for _ in range(types)]),
        ahead_over=ints([per_type(st.sampled_from([NO_LIMIT, NO_LIMIT, -1, 100])) for _ in KINDS]),
        at_once=ints([len(one) for one in chats]),
        pace_ppm=ints([[0, *one, *[0] * (max(map(len, chats)) - len(one))] for one in chats]),
        order=draw(
            st.sampled_from(["first-come", "priority", "deadline", "newest", "followers", "audience"])
        ),
        type_rank=ints(per_type(st.integers(0, 2))),
        promise_ms=ints(per_type(st.sampled_from([5 * MINUTE, 20 * MINUTE, NO_PROMISE]))),
        public=np.array(per_type(st.booleans()), dtype=np.bool_),
        views_by_age=ints([[draw(views) for _ in range(8)] for _ in range(types)]),
        reshares=np.array(per_type(st.sampled_from([(0.1, 0.5, 80.0), (3.0, 1.0, 0.0)]))),
        agent_rule=draw(st.sampled_from(["longest-idle", "most-specialised", "fastest", "random"])),
        skills_of_team=ints([draw(st.integers(1, 3)) for _ in range(teams)]),
        again=np.array(per_type(chances), dtype=np.float64),
        escalates=np.array(per_type(chances), dtype=np.float64),
        silent=np.array(per_type(chances), dtype=np.float64),
        tries_again=np.array(per_type(chances), dtype=np.float64),
        closes=np.array(per_type(chances), dtype=np.float64),
        acknowledges=np.array(per_type(st.booleans()), dtype=np.bool_),
        queue_of_type=ints(per_type(st.integers(0, types - 1))),
        queue_limit=ints(per_type(st.sampled_from([NO_LIMIT, NO_LIMIT, 0, 1, 3]))),
        leaves_from=ints([[0, more] for more in per_type(st.sampled_from([1, 3, NO_LIMIT]))]),
        leaves_at_once=np.array([per_type(chances), per_type(chances)], dtype=np.float64).T,
        drop_at_shift_end=draw(st.booleans()),
        horizon_ms=HORIZON_MIN * MINUTE,
        drain_end_ms=drain_end_ms,
    )
