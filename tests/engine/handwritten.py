"""Reads a log worked out by hand (tests/engine/logs/*.yaml; its README explains the format)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER, Reshares, Tape
from simcare.engine.log import (
    LEFT,
    OPEN,
    REPLIED,
    SILENT,
    TURNED_AWAY,
    UNWRITTEN,
    Log,
    Steps,
    Stints,
)
from simcare.staffing.readers import NO_IMPATIENCE, Readers
from simcare.staffing.roster import UNLIMITED, Roster
from simcare.staffing.rules import NO_LIMIT, NO_PROMISE, PARTS, Rules
from tests.engine.cases import Contact, FollowUp, Retry, roster_of, rules_of, tape_of

LOGS = Path(__file__).parent / "logs"

UNITS = {"ms": 1, "min": 60_000}
KINDS = {"first": FIRST, "follow-up": FOLLOW_UP, "escalated": ESCALATED, "answer": ANSWER}
KINDS["closing"] = CLOSING
STATES = ("waiting", "impatient", "answered", "template", "resolved", "private")
OUTCOMES = {
    "open": OPEN,
    "replied": REPLIED,
    "left": LEFT,
    "silent": SILENT,
    "unwritten": UNWRITTEN,
    "turned-away": TURNED_AWAY,
}
DONE = {"yes": True, "no": False}

TEAM_KEYS = {"duty", "level", "skills", "chats", "first"}
TYPE_KEYS = {"served_by", "escalated_by", "slots", "teams", "rank", "promise", "again", "escalates", "silent"}
TYPE_KEYS |= {"leaves_at_once", "queue_limit", "tries_again", "overflow_after"}
TYPE_KEYS |= {"public", "views", "reshares", "acknowledges", "closes", "readers"}
READER_KEYS = {"left", "impatient", "until_answer", "by_template", "moves"}
RULE_KEYS = {"order", "agents", "ahead", "queue_limits", "drop", "horizon", "drain_end"}


@dataclass(frozen=True)
class Case:
    """What goes into an engine, and the Log that must come out."""

    name: str
    tape: Tape
    roster: Roster
    rules: Rules
    log: Log
    unit_ms: int


def case_names() -> list[str]:
    """The names of all handwritten logs, in order."""
    return sorted(path.stem for path in LOGS.glob("*.yaml"))


def read_case(name: str) -> Case:
    """The handwritten log of that name. A key that the format does not have is a KeyError."""
    written: dict[str, Any] = yaml.safe_load((LOGS / f"{name}.yaml").read_text(encoding="utf-8"))
    unit = UNITS[written.pop("unit")]
    teams: dict[str, dict[str, Any]] = written.pop("teams")
    types: dict[str, dict[str, Any]] = written.pop("types")
    assert list(teams) == sorted(teams) and list(types) == sorted(types), "indexed by sorted name"
    contacts = written.pop("contacts")
    reshares, moves_u = _reshares(contacts, unit), [row.pop("moves_u", 0.5) for row in contacts]
    tape = replace(_tape(contacts, list(types), unit), reshares=reshares, moves_u=np.array(moves_u))
    case = Case(
        name=name,
        tape=tape,
        roster=_roster(teams, unit),
        rules=_rules(types, teams, written.pop("rules"), unit),
        log=Log(_steps(written.pop("steps"), unit), _stints(written.pop("stints"), unit)),
        unit_ms=unit,
    )
    assert not written, f"unknown keys {list(written)}"
    return case


def _tape(contacts: list[dict[str, Any]], types: list[str], unit: int) -> Tape:
    def work(value: int | list[int]) -> int | list[int]:
        return [one * unit for one in value] if isinstance(value, list) else value * unit

    read = []
    slots = 1
    for row in contacts:
        slots = max(slots, len(row["work"]) if isinstance(row["work"], list) else 1)
        patience = row.pop("patience", None)
        answer = row.pop("answer", None)
        escalated, closing = row.pop("escalated", None), row.pop("closing", None)
        read.append(
            Contact(
                arrival_ms=row.pop("at") * unit,
                type=types.index(row.pop("type")),
                work=work(row.pop("work")),
                patience_ms=NEVER if patience is None else patience * unit,
                answer=None if answer is None else work(answer),
                escalated=None if escalated is None else (escalated["mark"], work(escalated["work"])),
                closing=None if closing is None else (closing["mark"], work(closing["work"])),
                follow_ups=tuple(
                    FollowUp(each["mark"], each["pause"] * unit, work(each["work"]))
                    for each in row.pop("follow_ups", [])
                ),
                retries=tuple(
                    Retry(each.pop("mark"), each.pop("after") * unit, **each)
                    for each in row.pop("retries", [])
                ),
                **row,
            )
        )
    return tape_of(*read, slots=slots)


def _reshares(contacts: list[dict[str, Any]], unit: int) -> Reshares:
    """The contacts that are reshares: each of a contact, or of reshares between, with its mark."""
    rows: list[tuple[int, float, int, int, int]] = []
    for number, contact in enumerate(contacts):
        written = contact.pop("reshares", None)
        if written is not None:
            above = -1
            for one in written.pop("by", []):
                rows.append((one["at"] * unit, one["mark"], written["of"], above, -1))
                above = len(rows) - 1
            rows.append((contact["at"] * unit, written.pop("mark"), written.pop("of"), above, number))
            assert not written, f"unknown keys {list(written)}"
    at_ms, mark, *numbers = zip(*rows, strict=True) if rows else ((),) * 5
    return Reshares(_ints(at_ms), np.array(mark, dtype=np.float64), *map(_ints, numbers))


def _readers(types: dict[str, dict[str, Any]], unit: int) -> Readers | None:
    """What readers make of the states of each type, None if nothing is said of them."""
    told = [one.get("readers", {}) for one in types.values()]
    if not any(told):
        return None
    for one in told:
        assert set(one) <= READER_KEYS, one
        assert set(one.get("left", {})) <= set(STATES), one
    return Readers(
        left=np.array([[one.get("left", {}).get(state, 1.0) for state in STATES] for one in told]),
        impatient_ms=_ints([one.get("impatient", NO_IMPATIENCE // unit) * unit for one in told]),
        until_answer=np.array([one.get("until_answer", False) for one in told]),
        by_template=np.array([one.get("by_template", False) for one in told]),
        moves=np.array([one.get("moves", 0.0) for one in told]),
        closes=np.array([one.get("closes", 0.0) > 0 for one in types.values()]),
    )


def _roster(teams: dict[str, dict[str, Any]], unit: int) -> Roster:
    staff: list[Any] = []
    for team in teams.values():
        if team.get("level") == "unlimited":
            staff.append({0: UNLIMITED})
        elif "level" in team:
            staff.append({from_ * unit: level for from_, level in team["level"].items()})
        else:
            staff.append([[(a * unit, b * unit) for a, b in agent] for agent in team["duty"]])
    return roster_of(*staff)


def _rules(
    types: dict[str, dict[str, Any]], teams: dict[str, Any], rules: dict[str, Any], unit: int
) -> Rules:
    names = list(teams)

    def speeds(key: str, otherwise: str = "served_by") -> list[list[int]]:
        return [_speeds(one.get(key, one[otherwise]), names) for one in types.values()]

    def each(key: str, default: Any) -> list[Any]:
        return [one.get(key, default) for one in types.values()]

    for team in teams.values():
        assert set(team) <= TEAM_KEYS, team
    for one in types.values():
        assert set(one) <= TYPE_KEYS, one
    assert set(rules) <= RULE_KEYS, rules
    promises = each("promise", None)
    queue_of_type, queue_limit = _queues(each("queue_limit", NO_LIMIT), rules.get("queue_limits", {}))
    decided = rules_of(
        speeds("served_by"),
        escalated_ppm=speeds("escalated_by"),
        work_slot=[[one.get("slots", {}).get(name, 0) for name in names] for one in types.values()],
        team_rank=[_ranks(one.get("teams", []), names) for one in types.values()],
        team_tier=np.transpose(
            [_ranks(team.get("first", []), list(types)) for team in teams.values()]
        ).tolist(),
        overflow_ms=[
            [one.get("overflow_after", {}).get(name, 0) * unit for name in names] for one in types.values()
        ],
        ahead_over=_ahead_over(rules.get("ahead", []), list(types)),
        order=rules.get("order", "first-come"),
        type_rank=each("rank", 0),
        promise_ms=[NO_PROMISE if promise is None else promise * unit for promise in promises],
        public=each("public", False),
        views_by_age=_views(each("views", {0: [0, 0]})),
        reshares=each("reshares", (0.0, 0.0, 0.0)),
        agent_rule=rules.get("agents", "longest-idle"),
        skills_of_team=[team.get("skills", 1) for team in teams.values()],
        chats=[[_parts(pace) for pace in team.get("chats", ["100%"])] for team in teams.values()],
        again=each("again", 0.0),
        escalates=each("escalates", 0.0),
        silent=each("silent", 0.0),
        tries_again=each("tries_again", 0.0),
        closes=each("closes", 0.0),
        acknowledges=each("acknowledges", False),
        leaves_at_once=each("leaves_at_once", 0.0),
        queue_of_type=queue_of_type,
        queue_limit=queue_limit,
        drop_at_shift_end=rules.get("drop", False),
        horizon_ms=rules["horizon"] * unit,
        drain_end_ms=rules["drain_end"] * unit,
    )
    return replace(decided, readers=_readers(types, unit))


def _speeds(served_by: list[str] | dict[str, str], names: list[str]) -> list[int]:
    speeds = dict.fromkeys(served_by, "100%") if isinstance(served_by, list) else served_by
    assert set(speeds) <= set(names), served_by
    return [_parts(speeds[name]) if name in speeds else 0 for name in names]


def _parts(share: str) -> int:
    return int(Decimal(share.rstrip("%")) * PARTS / 100)


def _queues(limits: list[int | str], shared: dict[str, int]) -> tuple[list[int], list[int]]:
    """The queue of each type and the limit of each queue: those shared by name first, then one a type."""
    names = sorted(shared)
    own = [NO_LIMIT if isinstance(limit, str) else limit for limit in limits]
    of_type = [
        names.index(limit) if isinstance(limit, str) else len(names) + number
        for number, limit in enumerate(limits)
    ]
    return of_type, [*(shared[name] for name in names), *own]


def _ahead_over(conditions: list[dict[str, Any]], types: list[str]) -> list[list[int]]:
    """The least of the followers named by the conditions that hold for a kind of step and a type."""
    over = [[NO_LIMIT] * len(types) for _ in KINDS]
    for condition in conditions:
        assert set(condition) <= {"contacts", "steps", "followers_over"}, condition
        for kind in KINDS.values():
            if condition.get("steps", "all") in ("all", "first" if kind == FIRST else "later"):
                for name in condition.get("contacts", types):
                    of_type = types.index(name)
                    over[kind][of_type] = min(over[kind][of_type], condition.get("followers_over", -1))
    return over


def _views(by_type: list[dict[int, list[int]]]) -> list[list[list[int]]]:
    """Views by age, a row a minute up to the last minute at which they change for any type."""
    rows = 1 + max(minute for views in by_type for minute in views)
    return [[views[max(at for at in views if at <= row)] for row in range(rows)] for views in by_type]


def _ranks(order: list[list[str]], names: list[str]) -> list[int]:
    rank = {name: place for place, equal in enumerate(order) for name in equal}
    return [rank.get(name, len(order)) for name in names]


def _table(text: str, columns: list[str]) -> list[list[str]]:
    """The rows of a table written as text, one list a column."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    assert header == columns, f"expected the columns {columns}, got {header}"
    assert all(len(row) == len(columns) for row in rows), text
    return [[row[column] for row in rows] for column in range(len(columns))]


def _steps(text: str, unit: int) -> Steps:
    step, contact, kind, ready, outcome, gone = _table(
        text, ["step", "contact", "kind", "ready", "outcome", "gone"]
    )
    return Steps(
        step=_ints([int(one) for one in step]),
        contact=_ints([int(one) for one in contact]),
        kind=_ints([KINDS[one] for one in kind]),
        ready_ms=_ints([int(one) * unit for one in ready]),
        outcome=_ints([OUTCOMES[one] for one in outcome]),
        gone_ms=_ints([-1 if one == "-" else int(one) * unit for one in gone]),
    )


def _stints(text: str, unit: int) -> Stints:
    step, agent, start, end, done = _table(text, ["step", "agent", "start", "end", "done"])
    return Stints(
        step=_ints([int(one) for one in step]),
        agent=_ints([int(one) for one in agent]),
        start_ms=_ints([int(one) * unit for one in start]),
        end_ms=_ints([int(one) * unit for one in end]),
        completed=np.array([DONE[one] for one in done], dtype=np.bool_),
    )


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)
