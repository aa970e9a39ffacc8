"""Hypothesis strategies: whole runs and whole scenarios, all keys of the language drawn together.

`runs` draws a Tape, a Roster and Rules directly, with times in whole minutes, so that ties of every kind
are common. `scenario_texts` draws scenario files as a planner could write them. A new key of the language is
added here before it is merged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hypothesis import strategies as st

from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP, NEVER, Tape
from simcare.staffing.roster import Roster
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, Rules

MINUTE = 60_000
HORIZON_MIN = 120

Run = tuple[Tape, Roster, Rules]


def ints(values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


minutes = st.integers(0, HORIZON_MIN - 1)
marks = st.sampled_from([0.0, 0.3, 0.6, 0.999])
chances = st.sampled_from([0.0, 0.5, 1.0])
speeds = st.sampled_from([PARTS, 800_000, 333_333])


# --- Whole runs ---------------------------------------------------------------------------------------------


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
    return tape, roster, draw(rules(types, teams, by_team, drain_end))


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
            kinds = [FIRST] + [ESCALATED] * escalating[of_type] + [FOLLOW_UP] * draw(st.integers(0, 2))
            for kind in kinds:
                contact_of.append(contact)
                kind_of.append(kind)
                mark.append(0.0 if kind == FIRST else draw(marks))
                pause.append(draw(st.integers(0, 90)) * MINUTE if kind == FOLLOW_UP else 0)
        first_step.append(len(contact_of))
    work = np.zeros((teams, len(contact_of)), dtype=np.int64)
    for step, contact in enumerate(contact_of):
        for slot in range(teams if by_team[contacts[contact][1]] else 1):
            work[slot, step] = draw(st.integers(0, 30)) * MINUTE
    patiences = st.one_of(st.just(NEVER), st.integers(0, 40).map(lambda minute: minute * MINUTE))
    patience = [draw(patiences) for _ in contacts]
    return Tape(
        arrival_ms=ints([minute * MINUTE for minute, _ in contacts]),
        type_of_contact=ints([of_type for _, of_type in contacts]),
        actionable=np.array(actionable[: len(contacts)], dtype=np.bool_),
        followers=ints([0] * len(contacts)),
        patience_ms=ints(patience),
        leaves_at_once_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        silent_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        random_u=np.array([draw(marks) for _ in contacts], dtype=np.float64),
        first_retry=np.zeros(len(contacts) + 1, dtype=np.int64),
        retry_mark=np.zeros(0),
        retry_after_ms=ints([]),
        retry_leaves_at_once_u=np.zeros(0),
        retry_silent_u=np.zeros(0),
        first_step=ints(first_step),
        contact_of_step=ints(contact_of),
        kind_of_step=ints(kind_of),
        mark=np.array(mark, dtype=np.float64),
        pause_ms=ints(pause),
        work_ms=work,
    )


@st.composite
def rosters(draw: st.DrawFn, teams: int, drain_end_ms: int) -> Roster:
    """Each team has people with up to three duty intervals each, or a level with up to three changes."""
    team_of: list[int] = []
    number_of: list[int] = []
    duties: list[tuple[int, int, int]] = []
    levels: list[tuple[int, int, int]] = []
    last = drain_end_ms // MINUTE
    for team in range(teams):
        if draw(st.booleans()):
            agents = draw(st.integers(0, 3))
            for number in range(agents):
                ends = draw(st.lists(st.integers(0, last), unique=True, max_size=6))
                ends = sorted(ends[: len(ends) // 2 * 2])
                pairs = zip(ends[::2], ends[1::2], strict=True)
                duties += [(len(team_of) + number, a * MINUTE, b * MINUTE) for a, b in pairs]
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
    """Any mixture of skills, speeds, orders and probabilities."""

    def per_type(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=types, max_size=types))

    pairs = [(of_type, team) for of_type in range(types) for team in range(teams)]
    handles = np.zeros((3, types, teams), dtype=np.bool_)
    speed = np.zeros((3, types, teams), dtype=np.int64)
    slot = np.zeros((3, types, teams), dtype=np.int64)
    for of_type, team in pairs:
        replies = draw(st.booleans())
        for kind in (FIRST, FOLLOW_UP, ESCALATED):
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
        team_tier=np.zeros((types, teams), dtype=np.int64),
        overflow_ms=np.zeros((types, teams), dtype=np.int64),
        ahead_over=np.full((3, types), NO_LIMIT),
        at_once=np.ones(teams, dtype=np.int64),
        pace_ppm=np.tile([0, PARTS], (teams, 1)),
        order=draw(st.sampled_from(["first-come", "priority", "deadline", "newest"])),
        type_rank=ints(per_type(st.integers(0, 2))),
        promise_ms=ints(per_type(st.sampled_from([5 * MINUTE, 20 * MINUTE, NO_PROMISE]))),
        agent_rule=draw(st.sampled_from(["longest-idle", "most-specialised", "fastest"])),
        skills_of_team=ints([draw(st.integers(1, 3)) for _ in range(teams)]),
        again=np.array(per_type(chances), dtype=np.float64),
        escalates=np.array(per_type(chances), dtype=np.float64),
        silent=np.array(per_type(chances), dtype=np.float64),
        tries_again=np.zeros(types),
        queue_of_type=ints(range(types)),
        queue_limit=np.full(types, NO_LIMIT),
        leaves_from=np.zeros((types, 1), dtype=np.int64),
        leaves_at_once=np.array(per_type(chances), dtype=np.float64)[:, np.newaxis],
        drop_at_shift_end=draw(st.booleans()),
        horizon_ms=HORIZON_MIN * MINUTE,
        drain_end_ms=drain_end_ms,
    )


# --- Whole scenarios ----------------------------------------------------------------------------------------

SCENARIOS = Path(__file__).parents[1] / "scenarios"
WEEK_CSV, ROSTER_CSV, TICKETS_CSV = (
    str(SCENARIOS / name) for name in ("week.csv", "roster.csv", "tickets.csv")
)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PARTS_OF_DAYS = {"mon-fri 22:00-02:00": "300%", "day 2": "80%", "2026-01-05 09:00-17:00": "50%"}
DEFINITIONS = ["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


ASKED: list[dict[str, Any]] = [
    {"measure": "waiting_p90", "window": "18:00–22:15", "days": "mon-fri"},
    {"measure": "contacts", "contacts": "type-0", "window": "22:00–06:00"},
    {"measure": "queue", "at": "19:30"},
    {"measure": "on_duty", "team": "team-a", "at": "00:00", "days": ["day 1"]},
    {"measure": "waiting_mean", "steps": "later"},
    {"measure": "first_reply_mean", "team": "team-a"},
    {"measure": "cleared_at", "days": "day 1"},
]
"""Measures as they may be asked for of any scenario drawn below."""


half_hours = st.integers(0, 48).map(lambda n: clock(30 * n))
shares = st.sampled_from(["0%", "10%", "50%", "100%"])
durations = st.integers(1, 40).map(lambda n: f"{n} min")


def laws(unit: str = "min") -> st.SearchStrategy[dict[str, Any]]:
    """A law of positive durations (or, with unit "", of counts), given in every form the language has."""
    size = st.integers(1, 30).map(lambda n: f"{n} {unit}".strip() if unit else n)
    cv = st.sampled_from([0.3, 1, 1.5])
    return st.one_of(
        size.map(lambda v: {"constant": v}),
        size.map(lambda v: {"exponential": {"mean": v}}),
        st.tuples(size, cv).map(lambda v: {"lognormal": {"mean": v[0], "cv": v[1]}}),
        st.integers(1, 20).map(
            lambda n: (
                {"lognormal": {"median": f"{n} {unit}".strip(), "p90": f"{4 * n} {unit}".strip()}}
                if unit
                else {"lognormal": {"median": n, "p99": 40 * n}}
            )
        ),
        st.tuples(size, cv).map(lambda v: {"gamma": {"mean": v[0], "cv": v[1]}}),
        st.tuples(size, cv).map(lambda v: {"weibull": {"mean": v[0], "cv": v[1]}}),
        st.integers(1, 20).map(
            lambda n: (
                {"uniform": {"from": f"{n} {unit}".strip(), "to": f"{2 * n} {unit}".strip()}}
                if unit
                else {"uniform": {"from": n, "to": 2 * n}}
            )
        ),
    )


@st.composite
def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    """Every form of arrivals, with weekday factors, day factors and surges where they fit."""
    rate = st.integers(0, 12)
    knots = st.dictionaries(half_hours, rate, min_size=1, max_size=5)
    form = draw(
        st.one_of(
            rate.map(lambda r: {"per_hour": r}),
            knots.map(lambda k: {"per_hour": dict(sorted(k.items()))}),
            knots.map(lambda k: {"steps": {"per_hour": dict(sorted(({"00:00": 3} | day_only(k)).items()))}}),
            st.lists(rate, min_size=24, max_size=24).map(lambda n: {"per_interval": n}),
            st.integers(0, 120).map(lambda n: {"per_day": n, "shape": "airline-complaints-2015"}),
            st.integers(0, 120).map(lambda n: {"per_day": n}),
            st.integers(0, 900).map(lambda n: {"per_week": n}),
            st.sampled_from(["complaints", "questions"]).map(
                lambda column: {"per_interval": {"csv": WEEK_CSV, "column": column, "by": "weekdays"}}
            ),
            knots.map(
                lambda k: {"per_minute": {f"day {1 + i} {at}": r / 60 for i, (at, r) in enumerate(k.items())}}
            ),
            knots.map(lambda k: {"steps": {"per_second": {f"day 2 {at}": r / 3600 for at, r in k.items()}}}),
        )
    )
    optional: dict[str, Any] = {
        "weekdays": {draw(st.sampled_from(WEEKDAYS)): draw(st.sampled_from(["0%", "80%", "120%"]))},
        "scale": draw(st.sampled_from(["50%", "110%", {"18:00–22:00": "150%", "tue": "0%"}, PARTS_OF_DAYS])),
        "day_factor": {"cv": draw(st.sampled_from(["20%", "100%"])), "own": draw(st.booleans())},
        "surges": [
            {
                "name": draw(st.sampled_from(["outage", "storm"])),
                "at": draw(st.sampled_from(["00:00", "19:00", "23:40"])),
                "jitter": draw(st.sampled_from(["0 min", "20 min"])),
                "chance": draw(shares),
                "times": draw(st.sampled_from([0, 0.5, 4])),
                "ramp": draw(st.sampled_from(["0 min", "7 min"])),
                "hold": "45 min",
                "fade": draw(st.sampled_from(["0 min", "1 h"])),
            }
        ],
    }
    if draw(st.integers(0, 9)) == 0:  # a trace takes no factors
        trace = {"trace": TICKETS_CSV, "column": "created_at", "where": {"turn": 0}}
        return trace | draw(st.sampled_from([{"align": "first-day"}, {"resample": "days"}]))
    return form | some_of(draw, optional)


@st.composite
def scenario_texts(draw: st.DrawFn) -> str:
    """A scenario of one to three days that loads: contact types, teams and plans of every kind."""
    types = draw(st.integers(1, 3))
    teams = [f"team-{letter}" for letter in "abc"[: draw(st.integers(1, 3))]]
    skills = ["billing", "network"]
    # The first team knows everything, so that every type can be served in every plan.
    of_team = {teams[0]: dict.fromkeys(skills, "100%")}
    for team in teams[1:]:
        some = draw(st.lists(st.sampled_from(skills), unique=True, min_size=1))
        of_team[team] = {skill: draw(st.sampled_from(["50%", "100%", "130%"])) for skill in some}

    contacts: dict[str, Any] = {}
    for number in range(types):
        needs = draw(st.lists(st.sampled_from(skills), unique=True, min_size=1))
        patience = draw(laws()) | some_of(draw, {"leaves_at_once": draw(shares)})
        contact: dict[str, Any] = {"needs": needs, "arrivals": draw(arrivals()), "handling": draw(laws())}
        able = [team for team in teams if set(needs) <= set(of_team[team])]
        if all(of_team[team][skill] == "100%" for team in able for skill in needs) and draw(st.booleans()):
            contact["handling"] = {"by_team": {team: draw(laws()) for team in able}}
        contact |= some_of(
            draw,
            {
                "channel": "x",
                "waiting_cost": "12 EUR/h",
                "actionable": draw(st.sampled_from(["50%", "100%"])),
                "followers": draw(laws("")),
                "conversation": {
                    "again": draw(st.sampled_from(["0%", "43%", "90%"])),
                    "pause": draw(laws()),
                    "handling": draw(laws()),
                },
                "escalates": {
                    "to": draw(st.sampled_from(skills)),
                    "chance": draw(shares),
                    "handling": draw(laws()),
                },
                "teams": draw(st.permutations(able)),
            },
        )
        if draw(st.booleans()):
            contact |= {"patience": patience} | some_of(draw, {"silent": draw(shares)})
        contacts[f"type-{number}"] = contact

    plan: dict[str, Any] = {"routing": draw(routings(list(contacts)))}
    by_head_count = {team: draw(st.booleans()) for team in teams}
    shifts = [shift for team in teams if not by_head_count[team] for shift in draw(shift_lines(team))]
    head_count = {team: draw(head_counts()) for team in teams if by_head_count[team]}
    plan |= ({"shifts": shifts} if shifts else {}) | ({"headcount": head_count} if head_count else {})
    plan |= some_of(draw, {"shrinkage": draw(st.sampled_from(["0%", "30%"])), "overtime": "150%"})
    plan |= some_of(draw, {"premium": draw(premiums())})
    plan |= some_of(draw, {"absence": draw(st.sampled_from(["paid", "unpaid"])), "paid_breaks": True})
    if shifts and draw(st.booleans()):
        plan["at_shift_end"] = draw(st.sampled_from(["drop", "finish"]))
    plans = {"today": plan, "other": {"like": "today", "routing": draw(routings(list(contacts)))}}
    if not by_head_count[teams[0]]:
        table = {"csv": ROSTER_CSV, "team": teams[0], "by": "weekdays", "where": {"Name": ["Adi", "Oki"]}}
        plans["other"]["add"] = draw(st.one_of(shift_lines(teams[0]), st.just(table)))

    promises = [
        {
            "contacts": draw(st.sampled_from([*contacts, "all"])),
            draw(st.sampled_from(["first_reply_within", "answered_within"])): draw(durations),
            "target": "80%",
            "definition": draw(st.sampled_from(DEFINITIONS)),
        }
    ]
    opening = {"open": draw(opening_hours())} if draw(st.booleans()) else {}
    if opening:
        promises[0] |= some_of(draw, {"hours": "open"})
    document: dict[str, Any] = {
        "simcare": 1,
        "title": "drawn",
        "clock": {"start": "2026-01-05", "days": draw(st.integers(1, 2))}
        | some_of(draw, {"warm_up": "1 day", "interval": draw(st.sampled_from(["15 min", "1 h", "8 h"]))})
        | opening,
        "channels": {"x": {"public": True} | some_of(draw, {"open": draw(opening_hours())})},
        "contacts": contacts,
        "teams": {team: {"skills": of_team[team], "cost": "20 EUR/h"} for team in teams},
        "plans": plans,
        "service_levels": promises,
        "measures": draw(st.lists(st.sampled_from(ASKED), max_size=3)),
        "experiment": {"replications": 3, "seed": draw(st.integers(0, 1000))},
    }
    drain = {"staff": draw(st.sampled_from(["calendar", "last-level"])), "for": "2 days"}
    return yaml.safe_dump(document | some_of(draw, {"drain": drain}), sort_keys=False)


def day_only(knots: dict[str, Any]) -> dict[str, Any]:
    """Steps begin before midnight; straight lines may end at it."""
    return {at: value for at, value in knots.items() if at != "24:00"}


def some_of(draw: st.DrawFn, optional: dict[str, Any]) -> dict[str, Any]:
    """A random subset of optional keys."""
    return {key: value for key, value in optional.items() if draw(st.booleans())}


@st.composite
def routings(draw: st.DrawFn, types: list[str]) -> dict[str, Any]:
    orders = ["first-come", "deadline", "newest", {"priority": draw(st.permutations(types))}]
    rules = ["longest-idle", "most-specialised", "fastest"]
    return some_of(draw, {"order": draw(st.sampled_from(orders)), "agents": draw(st.sampled_from(rules))})


@st.composite
def opening_hours(draw: st.DrawFn) -> dict[str, Any]:
    """Days of one window, several, one over midnight, one of a whole day, or none."""
    windows = ["08:00–20:00", ["09:00-12:00", "13:00-16:30"], "22:00–00:00", "00:00–24:00", "closed"]
    days = draw(st.lists(st.sampled_from(["tue-fri", "sat", "sun", "daily"]), unique=True))
    hours = {day: draw(st.sampled_from(windows)) for day in days}
    return {"mon": ["08:00–12:00", "18:00–00:00"]} | hours


@st.composite
def premiums(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Hours that cost more, often overlapping."""
    lines = [
        {"days": ["sat", "sun"], "pay": "150%"},
        {"days": "mon", "pay": "200%"},
        {"from": "22:00", "to": "06:00", "pay": "125%"},
        {"days": "tue-sun", "from": "17:45", "pay": "110%"},
    ]
    return draw(st.lists(st.sampled_from(lines), max_size=3))


@st.composite
def shift_lines(draw: st.DrawFn, team: str) -> list[dict[str, Any]]:
    """One daily line, so that somebody is always planned, and perhaps another, over midnight or all day."""
    heads = st.integers(1, 3)
    lines = [{"team": team, "days": "daily", "from": "09:00", "to": "17:00", "agents": draw(heads)}]
    if draw(st.booleans()):
        lines[0]["breaks"] = [{"at": "12:00", "for": draw(durations)}]
    if draw(st.booleans()):
        start, end = draw(st.sampled_from([("22:00", "06:00"), ("17:00", "24:00"), ("00:00", "24:00")]))
        days = draw(
            st.sampled_from(["mon-fri", "tue", ["mon", "wed"], "daily", "2026-01-05", ["sun", "2026-01-06"]])
        )
        lines.append({"team": team, "days": days, "from": start, "to": end, "agents": draw(heads)})
    return lines


@st.composite
def head_counts(draw: st.DrawFn) -> Any:
    if draw(st.booleans()):
        return draw(st.integers(1, 3))
    times = st.integers(1, 47).map(lambda n: clock(30 * n))
    return {"00:00": 1} | draw(st.dictionaries(times, st.integers(0, 3), max_size=3))
