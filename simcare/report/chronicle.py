"""A chronicle for a reader: one line for each thing that happened, who then waits and who works on what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST
from simcare.experiment.chronicle import NOBODY, STARTS_TO_WAIT, Chronicle, Event, State
from simcare.report.document import days_in_words, one_line
from simcare.report.house_path import HousePath, house_path, picture, plot_lines
from simcare.report.markdown import escaped, table_markdown
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.text import WIDTH, paragraph, table_lines
from simcare.scenario.quantities import DAY, format_clock, format_duration
from simcare.scenario.weekdays import WEEKDAYS
from simcare.staffing.roster import UNLIMITED

WHAT, WAITING, HANDS = 44, 11, 11
"""How wide the columns may be: what happened, who waits, who is busy."""

STEPS = ("first reply", "further message", "escalated", "full answer", "closing reply")
"""Steps by their kind."""


def chronicle_lines(told: Chronicle, width: int = WIDTH) -> Iterator[str]:
    """The chronicle as text: heading, the day as a small plot, what happened, what became of the contacts."""
    yield from paragraph(one_line(told.scenario.title), WIDTH)
    for line in _heading(told):
        yield from paragraph(line, WIDTH)
    yield ""
    yield from plot_lines(_day(told))
    for table in _tables(told, WHAT + max(0, width - WIDTH)):
        yield ""
        yield from table_lines(table, width)
    yield ""
    for note in _notes(told):
        yield from paragraph(note, WIDTH)


def chronicle_markdown(told: Chronicle) -> Iterator[str]:
    """The same as Markdown."""
    yield from (f"# {escaped(one_line(told.scenario.title))}", "")
    yield "  \n".join(map(escaped, _heading(told)))
    yield from ("", "```text", *plot_lines(_day(told)), "```")
    for table in _tables(told, 10_000):
        yield ""
        yield from table_markdown(table)
    yield ""
    yield from (f"- {escaped(note)}" for note in _notes(told))


def day_picture(told: Chronicle) -> Picture:
    """The day on which it begins, as a picture."""
    return picture(_day(told))


class TraceRow(NamedTuple):
    """One event. ``seconds`` is how long a contact had waited or was worked on; ``waiting``, ``busy`` and
    ``on_duty`` count contacts and agents once it has happened; None where only the contacts' own events are
    told.
    """

    time: str
    event: str
    contact: int | None
    contacts: str
    step: str
    agent: str
    seconds: float | None
    waiting: int | None
    busy: int | None
    on_duty: int | None


def trace_rows(told: Chronicle) -> list[TraceRow]:
    """The events for other programs, in their order. Contacts have the numbers of the Log."""
    states: list[State | None] = [*told.states, *(None for _ in told.later)]
    rows = []
    for event, state in zip((*told.events, *told.later), states, strict=True):
        of_contact = event.contact != NOBODY
        rows.append(
            TraceRow(
                time=_moment(told, event.time_ms).isoformat(timespec="milliseconds"),
                event=event.what,
                contact=event.contact if of_contact else None,
                contacts=_type(told, event.contact) if of_contact else "",
                step=STEPS[event.kind] if event.kind >= 0 else "",
                agent=_who(told, event),
                seconds=event.lasted_ms / 1000 if event.lasted_ms >= 0 else None,
                waiting=None if state is None else len(state.waiting),
                busy=None if state is None else state.busy,
                on_duty=None if state is None else state.on_duty,
            )
        )
    return rows


# ---- tables ------------------------------------------------------------------------------------------------


def _heading(told: Chronicle) -> Iterator[str]:
    clock = told.scenario.clock
    first, last = told.contacts[0], told.contacts[-1]
    which = f"contacts #{first} to #{last}" if last > first else f"contact #{first}"
    yield days_in_words(clock)
    yield f"Plan {told.plan}, replication {told.replication}, seed {told.seed}: {which}"


def _day(told: Chronicle) -> HousePath:
    day = told.from_ms // DAY
    return house_path(told.scenario, told.plan, told.replication, told.drawn, told.log, day)


def _tables(told: Chronicle, letters: int) -> Iterator[Table]:
    columns = (
        Column("time", "left"),
        Column("what happens", "left"),
        Column("waiting", "left"),
        Column("in hand", "left"),
    )
    rows: list[tuple[str, ...]] = [("", "(before)", *_cells(told.before))]
    steps = list(zip(told.events, told.states, strict=True))
    for together in _together(told, steps):
        time, words = _time(told, together[0][0].time_ms), _words(told, [one for one, _ in together])
        rows += _wrapped(time, words, _cells(together[-1][1]), letters)
    begin, end = told.from_ms, told.events[-1].time_ms
    title = f"All that happened, {_time(told, begin, named=True)} to {_time(told, end, named=True)}"
    yield Table(title, columns, tuple(rows))
    if told.later:
        later: list[tuple[str, ...]] = []
        for together in _together(told, [(event, told.before) for event in told.later]):
            words = _words(told, [one for one, _ in together])
            time = _time(told, together[0][0].time_ms)
            later += (row[:2] for row in _wrapped(time, words, ("", ""), letters + WAITING + HANDS - 2))
        yield Table("What happened to these contacts from then on", columns[:2], tuple(later))


Step = tuple[Event, State]


def _together(told: Chronicle, steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Events that make one line: a message and what at once becomes of it, agents who come or go together."""
    line: list[Step] = []
    for step in steps:
        if line and not _joins(told, line[-1], step):
            yield line
            line = []
        line.append(step)
    if line:
        yield line


def _joins(told: Chronicle, one: Step, other: Step) -> bool:
    (before, _), (after, state) = one, other
    if before.time_ms != after.time_ms:
        return False
    if before.what in STARTS_TO_WAIT and before.what != "is handed back":
        return after.contact == before.contact and after.what in ("is taken", "leaves", "is turned away")
    same = before.what == after.what and before.until_ms == after.until_ms
    if not same or before.what not in ("comes on duty", "goes off duty"):
        return False
    hands = dict(state.hands)
    return _team(told, before.agent) == _team(told, after.agent) and not (
        hands.get(before.agent) or hands.get(after.agent)
    )


def _wrapped(time: str, words: str, cells: tuple[str, str], letters: int) -> Iterator[tuple[str, ...]]:
    """A row, and further ones for words that do not fit."""
    first, *rest = paragraph(words, letters)
    yield (time, first, *cells)
    yield from (("", f"  {line}", "", "") for line in rest)


def _cells(state: State) -> tuple[str, str]:
    """Who waits, and what each agent has in hand; numbers of them where they would be too many to read."""
    waiting = " ".join(map(str, state.waiting))
    if len(waiting) > WAITING:
        waiting = f"({len(state.waiting)})"
    hands = ["+".join(map(str, hand)) or "–" for _, hand in state.hands]
    told = " ".join([*hands, *["–"] * min(HANDS, state.free_of_level)])
    if len(told) > HANDS:
        told = f"({state.busy} of {max(state.busy, state.on_duty)})"
    return waiting or "–", told or "(nobody)"


def _notes(told: Chronicle) -> Iterator[str]:
    yield (
        "An agent takes #1 after 3 min: it has waited so long; replies to #1 after 3 min: so long was the "
        "work. Waiting: contacts that wait, the longest first. In hand: what each agent there works on, – if "
        "nothing; the free of a head count stand last. In brackets, where they are too many to name: how "
        "many wait, how many of the agents work."
    )


# ---- words -------------------------------------------------------------------------------------------------


def _words(told: Chronicle, events: Sequence[Event]) -> str:
    """What happened, in words; several events make one line."""
    event = events[0]
    if event.what == "level":
        agents = "as many agents as are needed" if event.level == UNLIMITED else f"{event.level} on duty"
        return f"{told.scenario.team_names[event.agent]}: {agents} from now on"
    if event.what in ("comes on duty", "goes off duty"):
        who = _agents(told, [one.agent for one in events])
        verb = event.what if len(events) == 1 else event.what.replace("es ", " ", 1)
        back = f", back at {_time(told, event.until_ms)[:-3]}" if _soon(event) else ""
        return f"{who} {verb}{back}"
    words = _of_contact(told, event)
    if len(events) > 1:
        after = events[1]
        at_once = {
            "is taken": f"{_agents(told, [after.agent])} takes it",
            "leaves": "must wait, and leaves at once",
            "is turned away": "the queue is full, turned away",
        }
        return f"{words}; {at_once[after.what]}"
    return f"{words}, waits" if event.what in ("writes in", "tries again", "writes again") else words


def _of_contact(told: Chronicle, event: Event) -> str:
    contact = f"#{event.contact}"
    lasted = format_duration(event.lasted_ms)
    agent = _agents(told, [event.agent]) if event.agent != NOBODY else ""
    match event.what:
        case "writes in":
            several = len(told.scenario.contact_names) > 1
            return f"{contact}{f' ({_type(told, event.contact)})' if several else ''} writes in"
        case "needs no answer":
            return f"{contact} writes in, and needs no answer"
        case "is taken":
            return f"{agent} takes {contact} after {lasted}"
        case "is replied to":
            verb = {
                ESCALATED: f"ends the escalated work on {contact}",
                ANSWER: f"answers {contact} in full",
                CLOSING: f"closes {contact} in public",
            }.get(event.kind, f"replies to {contact}")
            if event.kind == FIRST and told.drawn.rules.acknowledges[_type_number(told, event.contact)]:
                verb = f"acknowledges {contact}"
            return f"{agent} {verb} after {lasted}"
        case "is replied to in vain":
            return f"{agent} replies to {contact}, who has given up, after {lasted}"
        case "is handed back":
            return f"{agent} hands {contact} back after {lasted}"
        case "leaves":
            return f"{contact} gives up after {lasted} and leaves"
        case "gives up silently":
            return f"{contact} gives up after {lasted}; the message stays"
        case "is still open":
            return f"the run ends, and {contact} is still open"
    return f"{contact} {event.what}"


def _soon(event: Event) -> bool:
    """Is the agent back on the same day, as after a break?"""
    return event.until_ms >= 0 and event.until_ms // DAY == event.time_ms // DAY


def _agents(told: Chronicle, agents: Sequence[int]) -> str:
    """`desk 2`, `desk 1–4, 6`: agents of one team by their numbers in it."""
    numbers = [int(told.drawn.roster.number_of_agent[agent]) for agent in agents]
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), lambda one: one[1] - one[0])
    ]
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return f"{told.scenario.team_names[_team(told, agents[0])]} {', '.join(parts)}"


def _team(told: Chronicle, agent: int) -> int:
    return int(told.drawn.roster.team_of_agent[agent])


def _who(told: Chronicle, event: Event) -> str:
    """The agent an event is about, or the team whose level changes."""
    if event.agent == NOBODY:
        return ""
    return told.scenario.team_names[event.agent] if event.what == "level" else _agents(told, [event.agent])


def _type_number(told: Chronicle, contact: int) -> int:
    return int(told.drawn.tape.type_of_contact[contact])


def _type(told: Chronicle, contact: int) -> str:
    return told.scenario.contact_names[_type_number(told, contact)]


def _moment(told: Chronicle, time_ms: int) -> datetime:
    return datetime.combine(told.scenario.clock.first_day, datetime.min.time()) + timedelta(
        milliseconds=time_ms
    )


def _time(told: Chronicle, time_ms: int, named: bool = False) -> str:
    """`19:00:05`, with the day if it is not that of the beginning or `named`."""
    day, of_day = divmod(time_ms, DAY)
    clock = f"{format_clock(of_day)}:00"[:8]
    days_on = day - told.from_ms // DAY
    if not named and not days_on:
        return clock
    weekday = WEEKDAYS[told.scenario.clock.weekday_of(day)]
    return f"{weekday} {clock}" if days_on < 7 else f"{told.scenario.clock.date_of(day)} {clock}"
