"""Reads a log worked out by hand (tests/engine/logs/*.yaml; its README explains the format)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, UNWRITTEN, Log, Steps, Stints
from simcare.staffing.roster import Roster
from simcare.staffing.rules import NO_PROMISE, PARTS, Rules
from tests.engine.cases import Contact, FollowUp, roster_of, rules_of, tape_of

LOGS = Path(__file__).parent / "logs"

UNITS = {"ms": 1, "min": 60_000}
KINDS = {"first": FIRST, "follow-up": FOLLOW_UP, "escalated": ESCALATED}
OUTCOMES = {"open": OPEN, "replied": REPLIED, "left": LEFT, "silent": SILENT, "unwritten": UNWRITTEN}
DONE = {"yes": True, "no": False}


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
    case = Case(
        name=name,
        tape=_tape(written.pop("contacts"), list(types), unit),
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
        escalated = row.pop("escalated", None)
        read.append(
            Contact(
                arrival_ms=row.pop("at") * unit,
                type=types.index(row.pop("type")),
                work=work(row.pop("work")),
                patience_ms=NEVER if patience is None else patience * unit,
                escalated=None if escalated is None else (escalated["mark"], work(escalated["work"])),
                follow_ups=tuple(
                    FollowUp(each["mark"], each["pause"] * unit, work(each["work"]))
                    for each in row.pop("follow_ups", [])
                ),
                **row,
            )
        )
    return tape_of(*read, slots=slots)


def _roster(teams: dict[str, dict[str, Any]], unit: int) -> Roster:
    staff: list[Any] = []
    for team in teams.values():
        if "level" in team:
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

    keys = {"served_by", "escalated_by", "slots", "teams", "rank", "promise", "again", "escalates", "silent"}
    for one in types.values():
        assert set(one) <= keys | {"leaves_at_once"}, one
    assert set(rules) <= {"order", "agents", "drop", "horizon", "drain_end"}, rules
    promises = each("promise", None)
    return rules_of(
        speeds("served_by"),
        escalated_ppm=speeds("escalated_by"),
        work_slot=[[one.get("slots", {}).get(name, 0) for name in names] for one in types.values()],
        team_rank=[_ranks(one.get("teams", []), names) for one in types.values()],
        order=rules.get("order", "first-come"),
        type_rank=each("rank", 0),
        promise_ms=[NO_PROMISE if promise is None else promise * unit for promise in promises],
        agent_rule=rules.get("agents", "longest-idle"),
        skills_of_team=[team.get("skills", 1) for team in teams.values()],
        again=each("again", 0.0),
        escalates=each("escalates", 0.0),
        silent=each("silent", 0.0),
        leaves_at_once=each("leaves_at_once", 0.0),
        drop_at_shift_end=rules.get("drop", False),
        horizon_ms=rules["horizon"] * unit,
        drain_end_ms=rules["drain_end"] * unit,
    )


def _speeds(served_by: list[str] | dict[str, str], names: list[str]) -> list[int]:
    speeds = dict.fromkeys(served_by, "100%") if isinstance(served_by, list) else served_by
    assert set(speeds) <= set(names), served_by
    return [int(Decimal(speeds[name].rstrip("%")) * PARTS / 100) if name in speeds else 0 for name in names]


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


def _ints(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)
