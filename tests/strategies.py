"""Hypothesis strategies of whole scenarios as a planner could write them, all keys of the language together.

A new key of the language is added here before it is merged. `tests.runs` draws runs without a scenario.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

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


CHECKS = [
    {"measure": "service_level", "at_least": "80%", "name": "the promise"},
    {"plan": "other", "measure": "waiting_p90", "window": "18:00–22:00", "at_most": "30 min"},
    {"plan": "other", "measure": "abandoned", "days": "mon-fri", "at_most": "80% of today"},
    {"measure": "queue", "at": "12:00", "at_most": 12},
    {"plan": "today", "measure": "first_reply_mean", "at_most": "baseline", "margin": "30 s"},
    {"measure": "occupancy", "same_as": "baseline", "margin": "1%"},
]


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
                "vips": {"share": draw(shares), "followers": draw(st.sampled_from([0, "10k", "1M"]))},
                "severity": draw(st.sampled_from([0, 0.5, "300%"])),
                "tags": draw(st.sampled_from(["press", ["press", "regulator"]])),
                "template": {"handling": draw(st.sampled_from(["1%", "40%", "100%"]))},
                "acknowledgement": draw(laws()),
                "closing": draw(laws()),
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
                "overflow_after": draw(st.dictionaries(st.sampled_from(able), durations, min_size=1)),
            },
        )
        if "template" in contact and "conversation" in contact:
            contact["template"] |= some_of(draw, {"again": draw(st.sampled_from(["0%", "60%", "95%"]))})
        contacts[f"type-{number}"] = contact | draw(impatience())

    chatting = {
        team: some_of(draw, {"chats": draw(chats()), "first": draw(orders_of(team, of_team, contacts))})
        for team in teams
    }
    plan: dict[str, Any] = {"routing": draw(routings(contacts))}
    by_head_count = {team: draw(st.booleans()) for team in teams}
    shifts = [shift for team in teams if not by_head_count[team] for shift in draw(shift_lines(team))]
    head_count = {team: draw(head_counts()) for team in teams if by_head_count[team]}
    plan |= ({"shifts": shifts} if shifts else {}) | ({"headcount": head_count} if head_count else {})
    plan |= some_of(draw, {"shrinkage": draw(st.sampled_from(["0%", "30%"])), "overtime": "150%"})
    plan |= some_of(draw, {"premium": draw(premiums())})
    plan |= some_of(draw, {"absence": draw(st.sampled_from(["paid", "unpaid"])), "paid_breaks": True})
    if shifts and draw(st.booleans()):
        plan["at_shift_end"] = draw(st.sampled_from(["drop", "finish"]))
    plans = {"today": plan, "other": {"like": "today", "routing": draw(routings(contacts))}}
    plans["other"] |= draw(reply_policies(contacts))
    if not by_head_count[teams[0]]:
        called = dict.fromkeys(("Frontline", "Back Office"), teams[0])
        table = {"csv": ROSTER_CSV, "teams": called, "by": "weekdays", "where": {"Name": ["Adi", "Oki"]}}
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
        "channels": {
            "x": draw(public_channels()) | some_of(draw, {"open": draw(opening_hours())}),
            "dm": {"public": False},
        },
        "contacts": contacts,
        "teams": {
            team: {"skills": of_team[team]}
            | ({} if head_count.get(team) == "unlimited" else {"cost": "20 EUR/h"})
            | chatting[team]
            for team in teams
        },
        "plans": plans,
        "service_levels": promises,
        "measures": draw(st.lists(st.sampled_from(ASKED), max_size=3)),
        "checks": draw(st.lists(st.sampled_from(CHECKS), max_size=3)),
        "experiment": {"replications": 3, "seed": draw(st.integers(0, 1000))},
    }
    if any(contact.get("queue_limit") == "lobby" for contact in contacts.values()):
        document["queue_limits"] = {"lobby": draw(st.integers(0, 8))}
    document |= some_of(draw, {"virality": draw(virality(everywhere=True)), "costs": draw(costs())})
    if "trending" in document.get("virality", {}):  # not beside pile-on
        for words in (document["virality"], document["channels"]["x"].get("virality", {})):
            words.pop("pile_on", None)
    drain = {"staff": draw(st.sampled_from(["calendar", "last-level"])), "for": "2 days"}
    return yaml.safe_dump(document | some_of(draw, {"drain": drain}), sort_keys=False)


@st.composite
def reply_policies(draw: st.DrawFn, contacts: dict[str, Any]) -> dict[str, Any]:
    """What a plan may say about replies, given what the contact types say."""
    public = [contact for contact in contacts.values() if "channel" in contact]
    policy: dict[str, Any] = {}
    if any("template" in contact for contact in contacts.values()):
        policy["replies"] = draw(st.sampled_from(["template", "personal"]))
    if public and all("acknowledgement" in contact for contact in public):
        policy["acknowledge_within"] = draw(durations)
    if public:
        closing = all("closing" in contact for contact in public) and draw(st.booleans())
        policy["moves_to"] = {"channel": "dm", "closing": closing} | some_of(draw, {"share": draw(shares)})
    return some_of(draw, policy)


PLAIN = {
    "growth": st.sampled_from(["0%/min", "3%/min", "20 %/h"]),
    "lasts": st.sampled_from(["1 h", "1 day"]),
}


@st.composite
def virality(draw: st.DrawFn, everywhere: bool) -> dict[str, Any]:
    """How complaints spread, everywhere or on a channel: every key, with what is legal at its ends."""
    factor = st.sampled_from(["0%", "60%", "110%"])
    plain = st.fixed_dictionaries({"per_minute": st.sampled_from([0, 20])}, optional=PLAIN)
    if draw(st.integers(0, 5)) == 0:
        return {"views": draw(plain)}
    kernels = st.sampled_from(
        [
            {"kernel": "exponential", "view_half_life": "40 min"},
            {"kernel": "long-tailed"},
            {"kernel": {"exponential": {"mean": "90 min"}}},
            {"kernel": {"power_law": {}}},
            {"view_half_life": "2 h", "kernel": "long-tailed"},
        ]
    )
    often = st.sampled_from([{"reshared_at_least_once": "20%"}, {"reshares_of_a_complaint": 0.4}, {}])
    return (
        draw(often)
        | draw(kernels)
        | some_of(
            draw,
            {
                "seen_by": draw(shares),
                "reshares_per_reshare": draw(st.sampled_from([0, "10%", 0.3])),
                "reshares_by_followers": {"power": draw(st.sampled_from([0, 0.5])), "offset": 100},
                "followers_of_resharers": draw(st.sampled_from([0, "2k"])),
                "answered": draw(factor),
                "resolved": draw(factor),
                "impatient": {"after": draw(durations), "reshares": "120%"},
                "heat": draw(st.sampled_from(["off", 1.5, 3])),
                "crisis_at": draw(st.sampled_from(["50 reshares", "1k reshares"])),
                "until": draw(st.sampled_from(["reply", "answer"])),
                "pile_on": draw(shares),
                **({"trending": "60 reshares", "many_followers": 500} if everywhere else {}),
            },
        )
    )


@st.composite
def public_channels(draw: st.DrawFn) -> dict[str, Any]:
    """A public channel, perhaps with a network and words of its own."""
    network = draw(st.sampled_from(["x", "facebook", "instagram"]))
    return {"public": True} | some_of(
        draw, {"network": network, "virality": draw(virality(everywhere=False))}
    )


@st.composite
def costs(draw: st.DrawFn) -> dict[str, Any]:
    """What is lost beside pay."""
    share = some_of(draw, {"churn_unanswered": draw(shares)})
    prices = {"thousand_unanswered": "4 EUR", "crisis": "10_000 EUR"}
    return {"lost_customer": "200 EUR"} | share | some_of(draw, prices)


def day_only(knots: dict[str, Any]) -> dict[str, Any]:
    """Steps begin before midnight; straight lines may end at it."""
    return {at: value for at, value in knots.items() if at != "24:00"}


def some_of(draw: st.DrawFn, optional: dict[str, Any]) -> dict[str, Any]:
    """A random subset of optional keys."""
    return {key: value for key, value in optional.items() if draw(st.booleans())}


@st.composite
def routings(draw: st.DrawFn, contacts: dict[str, Any]) -> dict[str, Any]:
    types = list(contacts)
    tagged = any("press" in contact.get("tags", ()) for contact in contacts.values())
    orders = ["first-come", "deadline", "newest", "followers", "audience", {"priority": draw(ranks(types))}]
    rules = ["longest-idle", "most-specialised", "fastest", "random"]
    return some_of(
        draw,
        {
            "order": draw(st.sampled_from(orders)),
            "agents": draw(st.sampled_from(rules)),
            "ahead": draw(st.lists(conditions(types, tagged), min_size=1, max_size=2)),
        },
    )


@st.composite
def conditions(draw: st.DrawFn, types: list[str], tagged: bool) -> dict[str, Any]:
    """A condition of ahead."""
    some = st.one_of(
        st.sampled_from(["all", *types]), st.lists(st.sampled_from(types), min_size=1, unique=True)
    )
    condition = {"contacts": draw(some), "steps": draw(st.sampled_from(["first", "later"]))}
    condition |= {"tags": "press"} if tagged else {}
    return {"followers_over": draw(st.sampled_from([0, 20, 1_000]))} | some_of(draw, condition)


@st.composite
def ranks(draw: st.DrawFn, names: list[str]) -> list[Any]:
    """Some of the names in any order, the first two perhaps equal."""
    listed = draw(st.permutations(names))[: draw(st.integers(1, len(names)))]
    return [listed[:2], *listed[2:]] if draw(st.booleans()) else listed


def orders_of(
    team: str, skills: dict[str, dict[str, str]], contacts: dict[str, Any]
) -> st.SearchStrategy[list[Any]]:
    """An order of the types that the team may serve, of which every team has one or it has no order."""
    may = [name for name, contact in contacts.items() if set(contact["needs"]) <= set(skills[team])]
    return ranks(may) if may else st.just([])


@st.composite
def impatience(draw: st.DrawFn) -> dict[str, Any]:
    """Patience with and without a law, silence, full queues, and customers who try again."""
    at_once = st.one_of(shares, st.dictionaries(st.integers(0, 6), shares, min_size=1, max_size=3))
    contact: dict[str, Any] = {}
    kind = draw(st.sampled_from(["none", "law", "law", "at once"]))
    if kind == "law":
        contact["patience"] = draw(laws()) | some_of(draw, {"leaves_at_once": draw(at_once)})
        contact |= some_of(draw, {"silent": draw(shares)})
    elif kind == "at once":
        contact["patience"] = {"leaves_at_once": draw(at_once)}
    contact |= some_of(draw, {"queue_limit": draw(st.sampled_from([0, 1, 5, "lobby"]))})
    again = [
        {"chance": "50%", "after": draw(laws())},
        {"chance": "80%", "after": {"exponential": {"mean": "20 min"}}},
        {"chance": "100%", "after": {"uniform": {"from": "3 h", "to": "9 h"}}},
    ]
    if contact:
        contact |= some_of(draw, {"tries_again": draw(st.sampled_from(again))})
    return contact


@st.composite
def chats(draw: st.DrawFn) -> Any:
    """Several in hand, in every form the language has."""
    at_once = draw(st.integers(1, 3))
    each = ["100%", "80%", "33.3%"][:at_once]
    in_total = ["100%", "150%", "160%"][:at_once]
    forms = [
        at_once,
        {"at_once": at_once, "pace_each": each},
        {"pace_each": each},
        {"pace_in_total": in_total},
    ]
    return draw(st.sampled_from(forms))


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
        return draw(st.sampled_from([1, 2, 3, 1, 2, 3, "unlimited"]))
    times = st.integers(1, 47).map(lambda n: clock(30 * n))
    return {"00:00": 1} | draw(st.dictionaries(times, st.integers(0, 3), max_size=3))
