"""Sums measured one contact and one millisecond-exact overlap at a time, straight from the definitions.

Nothing here is shared with `simcare.measures` but the Frame: it is what the vectorised sums are held to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from simcare.demand.tape import ESCALATED, FIRST, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN, Log
from simcare.measures.frame import Frame
from simcare.staffing.roster import UNLIMITED, Roster

Cell = tuple[str, int]
"""("total", 0), ("day", number), ("interval", number) or ("window", number)."""

Sums = dict[tuple[str, str, Cell], float]
"""By measure, contact type or team ("" for all) and cell."""

INF = float("inf")

OUTCOMES = {
    REPLIED: "replied",
    LEFT: "abandoned",
    SILENT: "abandoned_silently",
    OPEN: "open",
    TURNED_AWAY: "turned_away",
}
"""What counts the contacts with each outcome of the last try."""


def cells(frame: Frame) -> list[Cell]:
    days = [("day", day) for day in range(frame.days)]
    intervals = [("interval", number) for number in range(frame.intervals)]
    return [("total", 0), *days, *intervals, *(("window", number) for number in range(len(frame.windows)))]


def windows(frame: Frame, cell: Cell) -> list[tuple[int, int]]:
    """The stretches of time that make up a cell."""
    kind, number = cell
    day_ms = frame.intervals * frame.interval_ms
    if kind == "total":
        return [(frame.from_ms, frame.to_ms)]
    if kind == "day":
        return [(frame.from_ms + number * day_ms, frame.from_ms + (number + 1) * day_ms)]
    if kind == "window":
        return list(frame.windows[number].stretches)
    begins = [frame.from_ms + day * day_ms + number * frame.interval_ms for day in range(frame.days)]
    return [(begin, begin + frame.interval_ms) for begin in begins]


def overlap(frame: Frame, cell: Cell, spans: list[tuple[float, float]]) -> float:
    return sum(
        max(0, min(end, after) - max(start, begin))
        for start, end in spans
        for begin, after in windows(frame, cell)
    )


def numerators(frame: Frame, tape: Tape, roster: Roster, log: Log) -> Sums:
    """The numerators of every measure but service levels and percentiles; and, by the name of the measure
    with an "of " before it, the denominators that are no plain time or number of days.
    """
    found: Sums = defaultdict(float)
    for cell in cells(frame):
        for group, contacts in groups(frame.types):
            for name, value in _of_contacts(frame, tape, log, cell, contacts).items():
                found[name, group, cell] = value
            if cell[0] != "interval":
                for name, value in _extremes(frame, tape, log, cell, contacts).items():
                    found[name, group, cell] = value
        for group, teams in groups(frame.teams):
            for name, value in _of_teams(frame, roster, log, cell, teams).items():
                found[name, group, cell] = value
    for group, teams in groups(frame.teams):
        for name, spans in _nobody_free(frame, roster, log, teams).items():
            for cell in cells(frame):
                found[name, group, cell] = overlap(frame, cell, spans)
    return found


def groups(names: tuple[str, ...]) -> Iterator[tuple[str, set[int]]]:
    yield "", set(range(len(names)))
    for number, name in enumerate(names):
        yield name, {number}


def waits(tape: Tape, log: Log, contact: int) -> dict[str, float | None]:
    """The waits of one contact: None if it has none, infinite if it was not over."""
    rows = [row for row in range(len(log.steps.step)) if log.steps.contact[row] == contact]
    tries = [row for row in rows if log.steps.kind[row] == FIRST]
    arrival, outcome = int(tape.arrival_ms[contact]), log.steps.outcome[tries[-1]]
    stints = stints_of(log, int(log.steps.step[tries[-1]]))
    none: dict[str, float | None] = dict.fromkeys(
        ("first_reply", "answer", "waiting", "resolution", "waiting_answered", "waiting_abandoned")
    )
    if outcome == SILENT:
        return none
    waiting = 0.0
    for row in tries:
        ready = int(log.steps.ready_ms[row])
        if log.steps.outcome[row] in (LEFT, TURNED_AWAY):
            waiting += int(log.steps.gone_ms[row]) - ready
        else:
            waiting += stints[0][0] - ready if stints else INF
    if outcome in (LEFT, TURNED_AWAY):
        return {**none, "waiting": waiting, "waiting_abandoned": waiting if outcome == LEFT else None}
    outcomes = {int(log.steps.outcome[row]) for row in rows}
    resolution: float | None
    if UNWRITTEN in outcomes:
        resolution = None
    elif OPEN in outcomes:
        resolution = INF
    else:
        replied = [row for row in rows if log.steps.outcome[row] == REPLIED]
        resolution = max(stints_of(log, int(log.steps.step[row]))[-1][1] for row in replied) - arrival
    sent = stints[-1][1] - arrival if outcome == REPLIED else INF
    begun = stints[0][0] - arrival if stints else INF
    return {
        **none,
        "first_reply": sent,
        "answer": begun,
        "waiting": waiting,
        "resolution": resolution,
        "waiting_answered": None if waiting == INF else waiting,
    }


def comes(tape: Tape, log: Log, contact: int) -> bool:
    """Whether a contact came: one that may come by pile-on has a step if it did."""
    return contact not in tape.reshares.contact.tolist() or contact in log.steps.contact.tolist()


def later_waits(frame: Frame, tape: Tape, log: Log, cell: Cell, types: set[int]) -> list[float]:
    """What further messages and escalated work that became ready in a cell waited."""
    steps = log.steps
    waits = []
    for row in range(len(steps.step)):
        ready = int(steps.ready_ms[row])
        of_type = tape.type_of_contact[steps.contact[row]]
        within = any(begin <= ready < after for begin, after in windows(frame, cell))
        if steps.kind[row] != FIRST and steps.outcome[row] != UNWRITTEN and of_type in types and within:
            stints = stints_of(log, int(steps.step[row]))
            waits.append(stints[0][0] - ready if stints else INF)
    return waits


def in_queue(log: Log, contact: int) -> list[tuple[int, float]]:
    """From when to when a contact waited for its first reply, a span a try."""
    spans = []
    for row in range(len(log.steps.step)):
        if log.steps.contact[row] == contact and log.steps.kind[row] == FIRST:
            begun = [start for start, _ in stints_of(log, int(log.steps.step[row]))]
            gone = log.steps.outcome[row] in (LEFT, TURNED_AWAY)
            until = int(log.steps.gone_ms[row]) if gone else min(begun, default=INF)
            spans.append((int(log.steps.ready_ms[row]), until))
    return spans


def had_to_wait(log: Log, tries: list[int]) -> bool:
    """Whether some try of a contact was neither taken at once nor turned away."""
    outcomes = [log.steps.outcome[row] for row in tries]
    if LEFT in outcomes:
        return True
    stints = stints_of(log, int(log.steps.step[tries[-1]]))
    if outcomes[-1] == TURNED_AWAY:
        return False
    return not stints or stints[0][0] > log.steps.ready_ms[tries[-1]]


def stints_of(log: Log, step: int) -> list[tuple[int, int]]:
    rows = [row for row in range(len(log.stints.step)) if log.stints.step[row] == step]
    return sorted((int(log.stints.start_ms[row]), int(log.stints.end_ms[row])) for row in rows)


def stints_of_try(log: Log, row: int) -> list[tuple[int, int]]:
    """The stints of a row of steps: those of its step if it is the last try, else none."""
    step = log.steps.step
    last = row + 1 == len(step) or step[row + 1] != step[row]
    return stints_of(log, int(step[row])) if last else []


def done_ms(log: Log, row: int) -> float:
    """When a try of a step was done with."""
    if log.steps.outcome[row] in (LEFT, TURNED_AWAY):
        return float(log.steps.gone_ms[row])
    if not stints_of_try(log, row):
        return INF
    step = log.steps.step[row]
    ends = [log.stints.end_ms[k] for k in range(len(log.stints.step)) if log.stints.step[k] == step]
    done = any(log.stints.completed[k] for k in range(len(log.stints.step)) if log.stints.step[k] == step)
    return float(max(ends)) if done else INF


def _of_contacts(frame: Frame, tape: Tape, log: Log, cell: Cell, types: set[int]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    steps = log.steps
    for contact in range(tape.contacts):
        arrives = int(tape.arrival_ms[contact])
        if tape.type_of_contact[contact] not in types or not any(
            begin <= arrives < after for begin, after in windows(frame, cell)
        ):
            continue
        if not comes(tape, log, contact):
            continue
        sums["contacts"] += 1
        rows = [row for row in range(len(steps.step)) if steps.contact[row] == contact]
        if not rows:
            continue
        sums["actionable"] += 1
        tries = [row for row in rows if steps.kind[row] == FIRST]
        outcome = steps.outcome[tries[-1]]
        sums[OUTCOMES[outcome]] += 1
        sums["tries"] += len(tries)
        sums["blocked"] += sum(steps.outcome[row] == TURNED_AWAY for row in tries)
        sums["abandonment"] += outcome in (LEFT, SILENT)
        of_contact = waits(tape, log, contact)
        sums["waited"] += outcome != SILENT and had_to_wait(log, tries)
        for name, wait in of_contact.items():
            sums[f"{name}_mean"] += 0 if wait is None or wait == INF else wait
            sums[f"of {name}_mean"] += wait is not None and wait != INF
        rate = frame.waiting_cost[tape.type_of_contact[contact]]
        if rate is not None and outcome != SILENT:
            spans = in_queue(log, contact)
            sums["waiting_cost"] += rate * sum(min(end, frame.latest_ms) - start for start, end in spans)
        if outcome == REPLIED:
            sums["replies_per_conversation"] += sum(
                steps.outcome[row] == REPLIED and steps.kind[row] != ESCALATED for row in rows
            )
            sums["pausing"] += any(steps.outcome[row] == UNWRITTEN for row in rows)
    later = [wait for wait in later_waits(frame, tape, log, cell, types) if wait != INF]
    for name, before in (("waiting_later_mean", None), ("waiting_all_mean", "waiting_mean")):
        sums[name] = sum(later) + (sums[before] if before else 0)
        sums[f"of {name}"] = len(later) + (sums[f"of {before}"] if before else 0)
    for row in range(len(steps.step)):
        if tape.type_of_contact[steps.contact[row]] in types and steps.outcome[row] != UNWRITTEN:
            in_house = overlap(frame, cell, [(int(steps.ready_ms[row]), done_ms(log, row))])
            waiting = overlap(frame, cell, _waiting(log, row))
            sums["backlog"] += in_house
            sums["present"] += in_house
            sums["queue"] += waiting
            sums["in_hand"] += in_house - waiting
    return sums


def _waiting(log: Log, row: int) -> list[tuple[float, float]]:
    """When a step was in nobody's hands."""
    spans: list[tuple[float, float]] = []
    since: float = int(log.steps.ready_ms[row])
    for start, end in stints_of_try(log, row):
        spans.append((since, start))
        since = end
    done = done_ms(log, row)
    return [*spans, (since, done)] if done > since else spans


def _extremes(frame: Frame, tape: Tape, log: Log, cell: Cell, types: set[int]) -> dict[str, float]:
    rows = [
        row
        for row in range(len(log.steps.step))
        if tape.type_of_contact[log.steps.contact[row]] in types and log.steps.outcome[row] != UNWRITTEN
    ]
    spans = [(int(log.steps.ready_ms[row]), done_ms(log, row)) for row in rows]
    spans = [(ready, done) for ready, done in spans if done > ready]
    waiting = [span for row in rows for span in _waiting(log, row) if span[1] > span[0]]
    arrivals = [
        int(tape.arrival_ms[contact])
        for contact in range(tape.contacts)
        if tape.actionable[contact] and tape.type_of_contact[contact] in types and comes(tape, log, contact)
    ]
    found: dict[str, float] = defaultdict(float)
    day_ms = frame.intervals * frame.interval_ms
    stretches = windows(frame, cell)
    for begin, after in windows(frame, ("total", 0)) if cell[0] == "total" else stretches:
        ages = [min(done, after) - ready for ready, done in spans if done > begin and ready < after]
        found["backlog_max"] = max(found["backlog_max"], most(spans, begin, after))
        found["queue_max"] = max(found["queue_max"], most(waiting, begin, after))
        found["backlog_at_close"] = sum(ready < after < done for ready, done in spans)
        found["oldest_open"] = max(found["oldest_open"], *ages, 0)
    days = [windows(frame, ("day", day))[0] for day in range(frame.days)]
    for begin, after in days if cell[0] == "total" else stretches:
        inside = [at for at in arrivals if begin <= at < after]
        if inside:
            empty: float = max(inside)
            while any(ready <= empty < done for ready, done in spans):
                empty = max(done for ready, done in spans if ready <= empty < done)
            if empty != INF:
                found["cleared_at"] += empty - (begin - (begin - frame.from_ms) % day_ms)
                found["of cleared_at"] += 1
    return found


def most(spans: list[tuple[float, float]], begin: float, after: float) -> int:
    """The most spans there are at once in [begin, after)."""
    instants = [begin, *(start for start, _ in spans if begin <= start < after)]
    return max(sum(start <= t < end for start, end in spans) for t in instants)


def _nobody_free(
    frame: Frame, roster: Roster, log: Log, teams: set[int]
) -> dict[str, list[tuple[float, float]]]:
    """When nobody on duty in the teams is free, and when anybody is on duty."""
    agents = [(int(agent), int(team)) for agent, team in enumerate(roster.team_of_agent) if team in teams]
    stints = list(
        zip(*(c.tolist() for c in (log.stints.agent, log.stints.start_ms, log.stints.end_ms)), strict=True)
    )
    columns = (roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms)
    duties = list(zip(*(column.tolist() for column in columns), strict=True))
    levels = {team: levels_of(frame, roster, team) for team in teams}
    instants = {t for _, *span in [*stints, *duties] for t in span}
    instants |= {t for changes in levels.values() for *span, _ in changes for t in span}
    found: dict[str, list[tuple[float, float]]] = {"all_busy": [], "of all_busy": []}
    for on, off in pairwise(sorted(instants)):
        duty = free = 0
        for team in teams:
            room = frame.at_once[team] if frame.at_once else 1
            full = {
                agent
                for agent, of in agents
                if of == team
                and sum(who == agent and start <= on and off <= end for who, start, end in stints) >= room
            }
            if levels[team]:
                level = sum(level for begin, after, level in levels[team] if begin <= on < after)
                duty += level
                free += max(0, level - len(full))
            else:
                people = {who for who, start, end in duties if start <= on and off <= end} & {
                    agent for agent, of in agents if of == team
                }
                duty += len(people)
                free += len(people - full)
        if duty:
            found["of all_busy"].append((on, off))
        if duty and not free:
            found["all_busy"].append((on, off))
    return found


def _of_teams(frame: Frame, roster: Roster, log: Log, cell: Cell, teams: set[int]) -> dict[str, float]:
    duty = inside = busy = never_used_up = 0.0
    for team in teams:
        stints = [
            (int(log.stints.agent[k]), int(log.stints.start_ms[k]), int(log.stints.end_ms[k]))
            for k in range(len(log.stints.step))
            if roster.team_of_agent[log.stints.agent[k]] == team
        ]
        stints = [(agent, *span) for agent in {who for who, *_ in stints} for span in union(stints, agent)]
        busy += overlap(frame, cell, [(start, end) for _, start, end in stints])
        duties = [
            (int(agent), int(start), int(end))
            for agent, start, end in zip(
                roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms, strict=True
            )
            if roster.team_of_agent[agent] == team
        ]
        duty += overlap(frame, cell, [(start, end) for _, start, end in duties])
        for agent, start, end in stints:
            both = [(max(start, on), min(end, off)) for who, on, off in duties if who == agent]
            inside += overlap(frame, cell, both)
        for begin, after, level in levels_of(frame, roster, team):
            if level == UNLIMITED:
                never_used_up = never_used_up + overlap(
                    frame, cell, [(start, end) for _, start, end in stints]
                )
                duty += overlap(frame, cell, [(start, end) for _, start, end in stints])
                inside = inside + overlap(frame, cell, [(start, end) for _, start, end in stints])
                continue
            duty += level * overlap(frame, cell, [(begin, after)])
            instants = sorted({begin, after, *(t for _, *both in stints for t in both if begin < t < after)})
            for on, off in pairwise(instants):
                at_work = sum(start <= on and off <= end for _, start, end in stints)
                inside += min(at_work, level) * overlap(frame, cell, [(on, off)])
    replies = sum(
        bool(log.stints.completed[k])
        and roster.team_of_agent[log.stints.agent[k]] in teams
        and any(begin <= log.stints.end_ms[k] < after for begin, after in windows(frame, cell))
        for k in range(len(log.stints.step))
    )
    return {
        "replies": replies,
        "staffed_hours": duty,
        "on_duty": duty,
        "busy_hours": busy,
        "overtime_hours": busy - inside,
        "occupancy": inside - never_used_up,
    }


def union(stints: list[tuple[int, int, int]], agent: int) -> list[tuple[int, int]]:
    """The stretches in which an agent has at least one of his stints, touching ones apart."""
    instants = sorted({t for who, *both in stints if who == agent for t in both})
    return [
        (on, off)
        for on, off in pairwise(instants)
        if any(who == agent and start <= on and off <= end for who, start, end in stints)
    ]


def levels_of(frame: Frame, roster: Roster, team: int) -> list[tuple[int, int, int]]:
    """The levels of a team: (from, to, level)."""
    rows = [k for k in range(len(roster.level_team)) if roster.level_team[k] == team]
    begins = [int(roster.level_from_ms[k]) for k in rows]
    return [
        (begin, after, int(roster.level[k]))
        for k, begin, after in zip(rows, begins, [*begins[1:], frame.latest_ms], strict=False)
    ]
