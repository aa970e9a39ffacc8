"""A chronicle: what happened to single contacts and agents in one replication of one plan, event by event.

It says only what the Log, the contacts and the duties say, put in the order in which it happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP
from simcare.engine.log import LEFT, OPEN, SILENT, TURNED_AWAY, UNWRITTEN, Log, came
from simcare.engine.moments import COMPLETION, DRAIN_END, DUTY_END, DUTY_START, OVERFLOW, PATIENCE, READY
from simcare.engine.simulate import Choice, chosen
from simcare.engine.simulate import simulate as play
from simcare.errors import UsageError
from simcare.experiment.replication import Drawn, draw
from simcare.measures.contacts import step_times
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from simcare.staffing.roster import UNLIMITED

Int = NDArray[np.int64]

What = Literal[
    "writes in",
    "needs no answer",
    "tries again",
    "writes again",
    "is escalated",
    "awaits the full answer",
    "awaits the closing reply",
    "is taken",
    "is replied to",
    "is replied to in vain",
    "is handed back",
    "leaves",
    "gives up silently",
    "is turned away",
    "is still open",
    "comes on duty",
    "goes off duty",
    "level",
]
"""What can happen: to a contact up to the last three, which happen to an agent or a team."""

READIES: dict[int, What] = {
    FIRST: "writes in",
    FOLLOW_UP: "writes again",
    ESCALATED: "is escalated",
    ANSWER: "awaits the full answer",
    CLOSING: "awaits the closing reply",
}
"""What it is called when a step of each kind becomes ready."""

GOES: dict[int, What] = {LEFT: "leaves", TURNED_AWAY: "is turned away", SILENT: "gives up silently"}
"""What it is called when the customer goes, by the outcome of the step."""

MOST_EVENTS = 6
"""So many events are told for each contact; where more happens meanwhile, to others, only the contacts' own
are told from then on.
"""

STARTS_TO_WAIT = frozenset([*READIES.values(), "tries again", "is handed back"])
STOPS_TO_WAIT = frozenset(["is taken", "leaves", "is turned away"])
NOBODY = -1


class Event(NamedTuple):
    """One thing that happened. What it is not about is -1.

    ``contact`` and ``agent`` are the numbers of Log and Roster, ``kind`` is that of the step. ``lasted_ms``
    is how long it had waited when it was taken or its customer gave up, or how long it was worked on.
    ``until_ms`` is when an agent who goes off duty is back. For a level, ``agent`` is the team and ``level``
    how many are on duty from now on.
    """

    time_ms: int
    what: What
    contact: int = NOBODY
    kind: int = -1
    agent: int = NOBODY
    lasted_ms: int = -1
    until_ms: int = -1
    level: int = -1


@dataclass(frozen=True)
class State:
    """Who waits and what agents have in hand, once an event has happened.

    ``waiting`` are contacts, those who have waited longest first. ``hands`` has what each agent has in hand:
    of all people on duty, and of whoever else still works. ``free_of_level`` counts the agents of head
    counts with nothing in hand, ``on_duty`` people and levels; an unlimited level counts as many as work.
    """

    waiting: tuple[int, ...]
    hands: tuple[tuple[int, tuple[int, ...]], ...]
    free_of_level: int
    on_duty: int

    @property
    def busy(self) -> int:
        """How many agents have something in hand."""
        return sum(1 for _, hand in self.hands if hand)


@dataclass(frozen=True)
class Chronicle:
    """What happened around some contacts that wrote in one after the other.

    ``events`` are all that happened from ``from_ms`` on, to whomever: to the arrival of the last of
    ``contacts``, or as far as `MOST_EVENTS` for each of them reach. ``before`` is how things stood when they
    began and ``states`` after each. ``later`` is what happened to these contacts from then on.
    """

    scenario: Scenario
    plan: str
    replication: int
    seed: int
    drawn: Drawn
    log: Log
    from_ms: int
    contacts: range
    before: State
    events: tuple[Event, ...]
    states: tuple[State, ...]
    later: tuple[Event, ...]


def chronicle(
    scenario: Scenario,
    plan: str,
    *,
    replication: int = 0,
    seed: int | None = None,
    from_ms: int | None = None,
    contacts: int = 20,
    engine: Choice = "auto",
) -> Chronicle:
    """The chronicle of the first `contacts` that write in from `from_ms` on, the beginning of the days
    measured if it is None, in ms since 00:00 of the first simulated day.

    Raises `UsageError` for a plan or a replication that there is not, and if nobody writes in from then on.
    """
    drawn = draw(scenario, plan, replication=replication, seed=seed)
    begin = scenario.clock.measured_from_ms if from_ms is None else from_ms
    first = int(np.searchsorted(drawn.tape.arrival_ms, begin))
    log = play(*drawn, engine=chosen(engine, size_of(scenario).steps))
    here = first + np.flatnonzero(came(drawn.tape, log)[first:])[:contacts]
    if not len(here):
        raise UsageError(f"nobody writes in from then on in replication {replication}: nothing to tell")
    told = range(int(here[0]), int(here[-1]) + 1)
    before, events, states, later = _told(drawn, log, begin, told)
    number = scenario.experiment.seed if seed is None else seed
    return Chronicle(
        scenario, plan, replication, number, drawn, log, begin, told, before, events, states, later
    )


Told = tuple[State, tuple[Event, ...], tuple[State, ...], tuple[Event, ...]]


def _told(drawn: Drawn, log: Log, from_ms: int, contacts: range) -> Told:
    to_ms = int(drawn.tape.arrival_ms[contacts[-1]])
    found = events_of(drawn, log, from_ms, to_ms, contacts)
    times = [event.time_ms for event in found if from_ms <= event.time_ms <= to_ms]
    to_ms = ([*times, to_ms][: MOST_EVENTS * len(contacts)])[-1]
    house = House(drawn)
    before, within, states, later = house.state(), [], [], []
    for event in found:
        house.change(event)
        if event.time_ms < from_ms:
            before = house.state()
        elif event.time_ms <= to_ms:
            within.append(event)
            states.append(house.state())
        elif event.contact in contacts:
            later.append(event)
    return before, tuple(within), tuple(states), tuple(later)


# ---- events in their order ---------------------------------------------------------------------------------

Place = tuple[int, int, int, int]
"""Time, kind and index of an event of the engine, and the place among what comes of it."""


def events_of(drawn: Drawn, log: Log, from_ms: int, to_ms: int, contacts: range) -> list[Event]:
    """All duties, and all that happened to these contacts and to those who were there from `from_ms` to
    `to_ms`, in order.
    """
    found = sorted([*_of_contacts(drawn, log, from_ms, to_ms, contacts), *_of_duty(drawn)])
    return [event for _, event in found]


def _of_contacts(
    drawn: Drawn, log: Log, from_ms: int, to_ms: int, contacts: range
) -> Iterator[tuple[Place, Event]]:
    tape, steps, stints = drawn.tape, log.steps, log.stints
    for contact in contacts:
        if not tape.actionable[contact]:
            time = int(tape.arrival_ms[contact])
            yield (time, READY, int(tape.first_step[contact]), 0), Event(time, "needs no answer", contact)
    done_ms = step_times(log).done_ms
    ours = (steps.contact >= contacts.start) & (steps.contact < contacts.stop)
    there = (steps.ready_ms <= to_ms) & (done_ms >= from_ms)
    rows = np.flatnonzero((ours | there) & (steps.outcome != UNWRITTEN))
    first = np.searchsorted(stints.step, steps.step)
    last = np.searchsorted(stints.step, steps.step, side="right")
    finds_work = _Causes(drawn, log)
    for row in rows.tolist():
        step, contact, kind = int(steps.step[row]), int(steps.contact[row]), int(steps.kind[row])
        ready, gone, outcome = int(steps.ready_ms[row]), int(steps.gone_ms[row]), int(steps.outcome[row])
        again = row > 0 and int(steps.step[row - 1]) == step
        what: What = "tries again" if again else READIES[kind]
        yield (ready, READY, step, 0), Event(ready, what, contact, kind)
        if outcome in GOES:
            at_once = gone == ready
            place = (gone, READY if at_once else PATIENCE, step, 1)
            yield place, Event(gone, GOES[outcome], contact, kind, lasted_ms=gone - ready)
        is_last = row + 1 == len(steps.step) or int(steps.step[row + 1]) != step
        since = ready
        for stint in range(first[row], last[row]) if is_last else ():
            agent, start, end = (int(x[stint]) for x in (stints.agent, stints.start_ms, stints.end_ms))
            place = finds_work.of(step, agent, start, ready)
            yield place, Event(start, "is taken", contact, kind, agent, start - since)
            since = end
            if stints.completed[stint]:
                what = "is replied to in vain" if outcome == SILENT else "is replied to"
                ends = (end, COMPLETION, step, 0) if end > start else (*place[:3], 2)
                yield ends, Event(end, what, contact, kind, agent, end - start)
            elif end < drawn.rules.drain_end_ms:
                yield (
                    (end, DUTY_END, agent, 0),
                    Event(end, "is handed back", contact, kind, agent, end - start),
                )
        if is_last and outcome == OPEN:
            end = drawn.rules.drain_end_ms
            yield (end, DRAIN_END, step, 0), Event(end, "is still open", contact, kind)


class _Causes:
    """After which event of the engine an agent took a step: one of the step's own, or one of the agent's."""

    def __init__(self, drawn: Drawn, log: Log) -> None:
        stints, roster = log.stints, drawn.roster
        self._completed = _by_time(stints.agent, stints.end_ms, stints.step, stints.completed)
        self._dropped = _by_time(stints.step, stints.end_ms, stints.agent, ~stints.completed)
        self._duty = _by_time(roster.duty_agent, roster.duty_from_ms, roster.duty_agent)
        self._levels = set(zip(roster.level_team.tolist(), roster.level_from_ms.tolist(), strict=True))
        self._team = roster.team_of_agent

    def of(self, step: int, agent: int, start_ms: int, ready_ms: int) -> Place:
        """The place of an agent's start on a step among all events."""
        if start_ms == ready_ms:
            return start_ms, READY, step, 1
        if (agent, start_ms) in self._completed:
            return start_ms, COMPLETION, self._completed[agent, start_ms], 1
        if (agent, start_ms) in self._duty:
            return start_ms, DUTY_START, agent, 1
        if (step, start_ms) in self._dropped:
            return start_ms, DUTY_END, self._dropped[step, start_ms], 2
        if (int(self._team[agent]), start_ms) in self._levels:
            return start_ms, DUTY_START, agent, 1
        return start_ms, OVERFLOW, step, 1


def _by_time(
    of: Int, time_ms: Int, found: Int, where: NDArray[np.bool_] | None = None
) -> dict[tuple[int, int], int]:
    rows = slice(None) if where is None else where
    return dict(
        zip(zip(of[rows].tolist(), time_ms[rows].tolist(), strict=True), found[rows].tolist(), strict=True)
    )


def _of_duty(drawn: Drawn) -> Iterator[tuple[Place, Event]]:
    """Who came on duty and went, and how levels changed."""
    roster = drawn.roster
    agents, begins, ends = (x.tolist() for x in (roster.duty_agent, roster.duty_from_ms, roster.duty_to_ms))
    for row, agent in enumerate(agents):
        back = begins[row + 1] if row + 1 < len(agents) and agents[row + 1] == agent else -1
        yield (begins[row], DUTY_START, agent, 0), Event(begins[row], "comes on duty", agent=agent)
        yield (
            (ends[row], DUTY_END, agent, 1),
            Event(ends[row], "goes off duty", agent=agent, until_ms=back),
        )
    first_agent = np.searchsorted(roster.team_of_agent, np.arange(int(roster.level_team.max(initial=0)) + 1))
    before = dict.fromkeys(roster.level_team.tolist(), 0)
    for team, time, level in zip(
        roster.level_team.tolist(), roster.level_from_ms.tolist(), roster.level.tolist(), strict=True
    ):
        kind = DUTY_START if level > before[team] else DUTY_END
        before[team] = level
        place = (time, kind, int(first_agent[team]), -1)
        yield place, Event(time, "level", agent=team, level=level)


# ---- who waits and who works -------------------------------------------------------------------------------


class House:
    """Who waits, who is on duty and what is in hand, as events change it."""

    def __init__(self, drawn: Drawn) -> None:
        self._team: Sequence[int] = drawn.roster.team_of_agent.tolist()
        self._waiting: dict[int, None] = {}
        self._hands: dict[int, list[int]] = defaultdict(list)
        self._people: set[int] = set()
        self._levels: dict[int, int] = {}

    def change(self, event: Event) -> None:
        """Let the event happen."""
        if event.what in STARTS_TO_WAIT:
            self._waiting[event.contact] = None
        if event.what in STOPS_TO_WAIT:
            self._waiting.pop(event.contact, None)
        if event.what == "is taken":
            self._hands[event.agent].append(event.contact)
        elif event.what in ("is replied to", "is replied to in vain", "is handed back"):
            self._hands[event.agent].remove(event.contact)
        elif event.what == "comes on duty":
            self._people.add(event.agent)
        elif event.what == "goes off duty":
            self._people.discard(event.agent)
        elif event.what == "level":
            self._levels[event.agent] = event.level

    def state(self) -> State:
        """How things stand."""
        busy = {agent for agent, hand in self._hands.items() if hand}
        of_level: dict[int, int] = defaultdict(int)
        for agent in busy:
            of_level[self._team[agent]] += 1
        levels = {
            team: of_level[team] if level == UNLIMITED else level for team, level in self._levels.items()
        }
        return State(
            waiting=tuple(self._waiting),
            hands=tuple((agent, tuple(self._hands[agent])) for agent in sorted(self._people | busy)),
            free_of_level=sum(max(0, level - of_level[team]) for team, level in levels.items()),
            on_duty=len(self._people) + sum(levels.values()),
        )
