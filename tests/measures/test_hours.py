"""The clock of open hours against counting, and promises on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.demand.tape import FIRST
from simcare.engine.log import LEFT, REPLIED
from simcare.engine.simulate import simulate
from simcare.measures.contacts import answered, step_times
from simcare.measures.hours import Hours
from simcare.measures.service import kept_and_due
from simcare.scenario.hours import WEEK
from tests.measures import paper_desk, slowly
from tests.measures.alone import played
from tests.measures.paper_desk import A, B, promise
from tests.runs import MINUTE, Run, runs

DEFINITIONS = ["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]


def minutes(*spans: tuple[int, int]) -> Hours:
    """Hours in a run that begins on a Monday, in minutes."""
    return Hours(tuple((begin * MINUTE, end * MINUTE) for begin, end in spans), 0)


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    """Up to four spans anywhere in the week, to the ms, and any weekday to begin with."""
    ends = sorted(draw(st.lists(st.integers(0, WEEK), unique=True, min_size=2, max_size=8)))
    spans = tuple(zip(ends[::2], ends[1::2], strict=False))
    return Hours(spans, draw(st.integers(0, 6)) * WEEK // 7)


@given(any_hours(), st.lists(st.integers(0, 5 * WEEK), min_size=2, max_size=2))
def test_time_in_hours_is_that_of_every_week_apart(hours: Hours, instants: list[int]) -> None:
    begin, end = sorted(instants)
    expected = 0
    for week in range(-1, 7):
        for a, b in hours.spans:
            opens, closes = (week * WEEK - hours.monday_ms + edge for edge in (a, b))
            expected += max(0, min(end, closes) - max(begin, opens))
    before = hours.before(np.array([begin, end], dtype=np.int64))
    assert before[1] - before[0] == expected


@pytest.mark.parametrize(
    ("hours", "instant", "within"),
    [
        (minutes((60, 90)), 59, 0),
        (minutes((60, 90)), 60, 0),
        (minutes((60, 90)), 61, 1),
        (minutes((60, 90)), 90, 30),
        (minutes((60, 90)), 1000, 30),
        (minutes((60, 90)), 7 * 1440 + 75, 45),
        (minutes((0, 7 * 1440)), 12_345, 12_345),  # always open: the plain clock
    ],
)
def test_the_clock_runs_in_the_hours_only(hours: Hours, instant: int, within: int) -> None:
    assert hours.before(np.array([instant * MINUTE])).tolist() == [within * MINUTE]


@pytest.mark.parametrize(
    ("opening", "within", "definition", "kept_due"),
    [
        # arrival to reply: of a, 1 70–80 and 7 172–182; of b, 2 75–95, 6 130–150 and 9 178–200
        # 3 leaves, 82–90; 4 is silent, 8 is open
        (minutes((0, 1000)), 10, "of_all", (2, 8)),  # always open: 1 and 7
        (minutes((78, 90)), 10, "of_all", (4, 8)),  # 1 waits 2 minutes, 2 waits 12; the others 0
        (minutes((78, 90)), 12, "of_all", (5, 8)),
        (minutes((78, 90)), 7, "abandoned_in_time_count", (4, 8)),  # 3 left after 8
        (minutes((78, 89)), 7, "abandoned_in_time_count", (5, 8)),
        (minutes((78, 89)), 7, "of_answered", (4, 6)),
        (minutes((0, 1)), 1, "of_all", (5, 8)),  # closed all the time: whoever is replied to at all
    ],
)
def test_promises_in_open_hours(
    opening: Hours, within: int, definition: str, kept_due: tuple[int, int]
) -> None:
    assert counted(within, definition, (opening, opening)) == kept_due


def test_who_leaves_shortly_leaves_in_plain_time() -> None:
    """Contact 3 leaves after 8 minutes, in which the desk was closed."""
    closed = (minutes((0, 1)), minutes((0, 1)))
    assert counted(1, "without_short_abandons", closed, short=8) == (5, 7)
    assert counted(1, "without_short_abandons", closed, short=7) == (5, 8)


def test_each_type_has_the_hours_of_its_channel() -> None:
    never, always = minutes((0, 1)), minutes((0, 1000))
    assert counted(1, "of_all", (never, always)) == (2, 8)  # 1 7 of a; of b nobody within a minute
    assert counted(1, "of_all", (always, never)) == (3, 8)  # 2 6 9 of b


def counted(within: int, definition: str, opening: tuple[Hours, Hours], *, short: int = 8) -> tuple[int, int]:
    given = promise(definition, within=within, short=short, open_hours=True)
    frame = paper_desk.frame(given, opening=opening)
    log = paper_desk.log()
    alone = played(frame, paper_desk.tape(), paper_desk.roster(), log)
    kept, due = kept_and_due(frame, given, answered(alone, step_times(log)))
    return int(kept.sum()), int(due.sum())


@given(
    runs(),
    st.lists(st.integers(0, 400), unique=True, min_size=2, max_size=6),
    st.sampled_from(DEFINITIONS),
    st.sampled_from(["first_reply", "answered"]),
    st.integers(1, 30),
)
@settings(max_examples=80)
def test_promises_in_open_hours_contact_by_contact(
    run: Run, edges: list[int], definition: str, kind: str, within: int
) -> None:
    """Any run: for each contact, what each opening has in common with the time until it was answered."""
    tape, roster, rules = run
    log = simulate(tape, roster, rules)
    edges = sorted(edges)
    opening = minutes(*zip(edges[::2], edges[1::2], strict=False))
    given_one = promise(definition, kind, within, (A, B), open_hours=True)
    frame = replace(paper_desk.frame(), from_ms=0, opening=(opening,) * 3)
    contacts = answered(played(frame, tape, roster, log), step_times(log))
    kept, due = kept_and_due(frame, given_one, contacts)
    measured = [
        contact
        for contact in range(tape.contacts)
        if tape.actionable[contact]
        and tape.arrival_ms[contact] < frame.to_ms
        and slowly.comes(tape, log, contact)
    ]
    for row, contact in enumerate(measured):
        tries = [
            int(log.steps.outcome[k])
            for k in range(len(log.steps.step))
            if log.steps.contact[k] == contact and log.steps.kind[k] == FIRST
        ]
        arrival, outcome = int(tape.arrival_ms[contact]), tries[-1]
        covered = bool(tape.type_of_contact[contact] in (A, B))

        def in_time(spans: list[tuple[int, float]]) -> bool:
            shared = (
                min(until, end) - max(start, begin) for start, until in spans for begin, end in opening.spans
            )
            return sum(max(0, one) for one in shared) <= within * MINUTE

        wait = slowly.waits(tape, log, contact)["first_reply" if kind == "first_reply" else "answer"]
        answered_in_time = wait not in (None, slowly.INF) and in_time([(arrival, arrival + (wait or 0))])
        left_in_time = (
            definition == "abandoned_in_time_count"
            and outcome == LEFT
            and in_time(slowly.in_queue(log, contact))
        )
        assert kept[row] == (covered and (answered_in_time or left_in_time))
        if definition in ("of_all", "abandoned_in_time_count") or outcome == REPLIED:
            assert due[row] == covered
