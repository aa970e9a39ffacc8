"""The checker is checked: good logs pass, and every corruption of one is caught, by the rule it breaks.

The good logs are those worked out by hand. The rules leave nothing open: a Log with one cell changed is bad.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np
import pytest

from simcare.demand.tape import FOLLOW_UP, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN, Log, Steps, Stints
from simcare.staffing.roster import Roster
from simcare.staffing.rules import NO_LIMIT, PARTS, Rules
from tests.engine.cases import Contact, FollowUp, Retry, roster_of, rules_of, tape_of
from tests.engine.handwritten import Case, case_names, read_case
from tests.engine.invariants import check

MIN = 60_000


def log_of(steps: Sequence[tuple[int, ...]], stints: Sequence[tuple[int, ...]]) -> Log:
    """A Log in minutes; rows (step, contact, kind, ready, outcome, gone), (step, agent, start, end, done)."""
    s = np.array(steps, dtype=np.int64).reshape(-1, 6)
    t = np.array(stints, dtype=np.int64).reshape(-1, 5)
    gone = np.where(s[:, 5] < 0, -1, s[:, 5] * MIN)
    return Log(
        Steps(s[:, 0], s[:, 1], s[:, 2], s[:, 3] * MIN, s[:, 4], gone),
        Stints(t[:, 0], t[:, 1], t[:, 2] * MIN, t[:, 3] * MIN, t[:, 4].astype(bool)),
    )


def rejected(case: Case, log: Log) -> bool:
    try:
        check(case.tape, case.roster, case.rules, log)
    except AssertionError as error:
        assert str(error), "a rejection says why"
        return True
    return False


def with_cell(log: Log, table: str, column: str, row: int, value: int) -> Log:
    old = getattr(log, table)
    values = getattr(old, column).copy()
    values[row] = value
    return replace(log, **{table: replace(old, **{column: values})})


def with_rows(log: Log, table: str, rows: list[int]) -> Log:
    old = getattr(log, table)
    return replace(log, **{table: replace(old, **{f.name: getattr(old, f.name)[rows] for f in fields(old)})})


def corruptions(case: Case) -> Iterator[tuple[str, Log]]:
    """Every way to change one cell by a little, to leave out a row or write it twice, to move a stint, …"""
    log, agents = case.log, min(len(case.roster.team_of_agent), 6)  # of a level without limit, the first
    for table in ("steps", "stints"):
        rows = getattr(log, table)
        length = len(rows.step)
        for field in fields(rows):
            values = getattr(rows, field.name)
            for row in range(length):
                old = int(values[row])
                near: list[int] = [old - 1, old + 1]
                if field.name == "outcome":
                    near = [OPEN, REPLIED, LEFT, SILENT, UNWRITTEN, TURNED_AWAY]
                elif field.name == "completed":
                    near = [0, 1]
                elif field.name == "agent":
                    near = [*range(-1, agents + 1)]
                elif field.name.endswith("_ms"):
                    near += [old - case.unit_ms, old + case.unit_ms]
                for value in near:
                    if value != old:
                        yield (
                            f"{table}.{field.name}[{row}] = {value}, was {old}",
                            with_cell(log, table, field.name, row, value),
                        )
        for row in range(length):
            every = list(range(length))
            yield f"{table} without row {row}", with_rows(log, table, every[:row] + every[row + 1 :])
            yield f"{table} with row {row} twice", with_rows(log, table, [*every[: row + 1], *every[row:]])
        for row in range(length - 1):
            every = list(range(length))
            every[row], every[row + 1] = every[row + 1], every[row]
            yield f"{table} with rows {row} and {row + 1} exchanged", with_rows(log, table, every)
    for row in range(len(log.stints.step)):
        for later in (-case.unit_ms, -1, 1, case.unit_ms):
            moved = log
            for column in ("start_ms", "end_ms"):
                moved = with_cell(moved, "stints", column, row, int(getattr(log.stints, column)[row]) + later)
            yield f"stint {row} moved by {later}", moved
    same = [(a, b) for a in range(agents) for b in range(a) if set(log.stints.agent.tolist()) & {a, b}]
    for a, b in same:
        agent = log.stints.agent.copy()
        agent[log.stints.agent == a], agent[log.stints.agent == b] = b, a
        yield (
            f"agents {a} and {b} exchanged throughout",
            replace(log, stints=replace(log.stints, agent=agent)),
        )


@pytest.mark.parametrize("name", case_names())
def test_every_corruption_of_a_good_log_is_caught(name: str) -> None:
    case = read_case(name)
    check(case.tape, case.roster, case.rules, case.log)
    missed = [what for what, log in corruptions(case) if not rejected(case, log)]
    assert not missed


# --- Logs that are right but for one rule -------------------------------------------------------------------
#
# These keep the books in order (work conserved, nobody twice at work), so only the rule named can catch them.


def rejection(case: tuple[Tape, Roster, Rules], log: Log) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*case, log)
    return str(caught.value)


ONE_AGENT = roster_of([[(0, 60 * MIN)]])


def test_an_idle_agent_beside_waiting_work() -> None:
    case = (tape_of(Contact(0, 5 * MIN)), ONE_AGENT, rules_of())
    check(*case, log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 0, 5, 1)]))
    late = log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 3, 8, 1)])
    assert "idle while a step" in rejection(case, late)


def test_an_idle_level_beside_waiting_work() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(0, 5 * MIN))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 0, REPLIED, -1)]
    case = (tape, roster_of({0: 1, 3 * MIN: 2}), rules_of())
    check(*case, log_of(steps, [(0, 0, 0, 5, 1), (1, 1, 3, 8, 1)]))
    assert "idle while a step" in rejection(case, log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 5, 10, 1)]))


def test_nothing_starts_while_as_many_are_busy_as_the_level() -> None:
    tape = tape_of(Contact(0, 9 * MIN), Contact(MIN, 5 * MIN), Contact(6 * MIN, 5 * MIN))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, REPLIED, -1), (2, 2, 0, 6, REPLIED, -1)]
    case = (tape, roster_of({0: 2, 3 * MIN: 1}), rules_of())
    check(*case, log_of(steps, [(0, 0, 0, 9, 1), (1, 1, 1, 6, 1), (2, 0, 9, 14, 1)]))
    over = log_of(steps, [(0, 0, 0, 9, 1), (1, 1, 1, 6, 1), (2, 1, 6, 11, 1)])
    assert "no event brings the two together" in rejection(case, over)


def test_a_level_falls_upon_the_highest_index() -> None:
    tape = tape_of(Contact(5 * MIN, MIN))
    case = (tape, roster_of({0: 2, 3 * MIN: 1}), rules_of())
    steps = [(0, 0, 0, 5, REPLIED, -1)]
    check(*case, log_of(steps, [(0, 0, 5, 6, 1)]))
    assert "comes first" in rejection(case, log_of(steps, [(0, 1, 5, 6, 1)]))


def test_two_stints_of_an_agent_at_once() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(2 * MIN, 5 * MIN))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 2, REPLIED, -1)]
    assert "overlap" in rejection(
        (tape, ONE_AGENT, rules_of()), log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 2, 7, 1)])
    )


@pytest.mark.parametrize("start", [10, 12])
def test_a_start_off_duty_also_at_its_very_end(start: int) -> None:
    case = (tape_of(Contact(start * MIN, MIN)), roster_of([[(0, 10 * MIN)]]), rules_of())
    log = log_of([(0, 0, 0, start, REPLIED, -1)], [(0, 0, start, start + 1, 1)])
    assert "off duty" in rejection(case, log)


def test_work_past_the_end_of_duty_where_it_is_dropped() -> None:
    roster = roster_of([[(0, 3 * MIN)]])
    case = (tape_of(Contact(0, 5 * MIN)), roster, rules_of(drop_at_shift_end=True))
    check(*case, log_of([(0, 0, 0, 0, OPEN, -1)], [(0, 0, 0, 3, 0)]))
    assert "after the duty ended" in rejection(case, log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 0, 5, 1)]))
    assert "people finish" in rejection(
        (case[0], roster, rules_of()), log_of([(0, 0, 0, 0, OPEN, -1)], [(0, 0, 0, 3, 0)])
    )


def test_work_broken_off_for_no_reason() -> None:
    case = (tape_of(Contact(0, 5 * MIN)), ONE_AGENT, rules_of(drop_at_shift_end=True))
    twice = log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 0, 3, 0), (0, 0, 3, 5, 1)])
    assert "broken off before the duty ended" in rejection(case, twice)
    level = (case[0], roster_of({0: 1}), case[2])
    assert "level never drops" in rejection(level, twice)


def test_a_team_that_may_not_serve() -> None:
    roster = roster_of([[(0, 60 * MIN)]], [[(0, 60 * MIN)]])
    case = (tape_of(Contact(0, 5 * MIN)), roster, rules_of([[PARTS, 0]]))
    assert "may not take" in rejection(case, log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 1, 0, 5, 1)]))


def test_work_at_the_wrong_speed() -> None:
    case = (tape_of(Contact(0, 4 * MIN)), ONE_AGENT, rules_of([[800_000]]))
    check(*case, log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 0, 5, 1)]))
    assert "the work left is 300000 ms" in rejection(
        case, log_of([(0, 0, 0, 0, REPLIED, -1)], [(0, 0, 0, 4, 1)])
    )


def test_work_that_is_not_conserved_after_a_drop() -> None:
    roster = roster_of([[(0, 3 * MIN)], [(10 * MIN, 60 * MIN)]])
    case = (tape_of(Contact(0, 5 * MIN)), roster, rules_of(drop_at_shift_end=True))
    steps = [(0, 0, 0, 0, REPLIED, -1)]
    check(*case, log_of(steps, [(0, 0, 0, 3, 0), (0, 1, 10, 12, 1)]))
    assert "the work left is 120000 ms" in rejection(
        case, log_of(steps, [(0, 0, 0, 3, 0), (0, 1, 10, 15, 1)])
    )


def test_one_who_should_have_left_is_served() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(MIN, 5 * MIN, patience_ms=2 * MIN))
    case = (tape, ONE_AGENT, rules_of())
    first, served = (0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, REPLIED, -1)
    check(*case, log_of([first, (1, 1, 0, 1, LEFT, 3)], [(0, 0, 0, 5, 1)]))
    assert "gives up at 180000" in rejection(
        case, log_of([first, served], [(0, 0, 0, 5, 1), (1, 0, 5, 10, 1)])
    )


def test_one_who_must_wait_and_should_leave_at_once() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(MIN, 5 * MIN, leaves_at_once_u=0.05))
    case = (tape, ONE_AGENT, rules_of(leaves_at_once=[0.1]))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, REPLIED, -1)]
    assert "leaves at once" in rejection(case, log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 5, 10, 1)]))


def test_a_silent_step_that_leaves_the_queue() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(MIN, 5 * MIN, patience_ms=2 * MIN, silent_u=0.1))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, LEFT, 3)]
    assert "outcome of step 1 is 2, but should be 3" in rejection(
        (tape, ONE_AGENT, rules_of(silent=[0.2])), log_of(steps, [(0, 0, 0, 5, 1)])
    )


def test_a_message_that_nothing_brought_about_and_one_that_is_missing() -> None:
    tape = tape_of(Contact(0, 5 * MIN, follow_ups=(FollowUp(0.4, 3 * MIN, MIN),)))
    first, message = (0, 0, 0, 0, REPLIED, -1), (1, 0, FOLLOW_UP, 8, REPLIED, -1)
    with_message = log_of([first, message], [(0, 0, 0, 5, 1), (1, 0, 8, 9, 1)])
    without = log_of([first], [(0, 0, 0, 5, 1)])
    check(tape, ONE_AGENT, rules_of(again=[0.5]), with_message)
    check(tape, ONE_AGENT, rules_of(again=[0.4]), without)
    assert "nothing brought it about" in rejection((tape, ONE_AGENT, rules_of(again=[0.4])), with_message)
    assert "is not in the Log" in rejection((tape, ONE_AGENT, rules_of(again=[0.5])), without)


def test_the_wrong_contact_is_taken_by_a_freed_agent() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(MIN, 5 * MIN), Contact(2 * MIN, 5 * MIN))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, REPLIED, -1), (2, 2, 0, 2, REPLIED, -1)]
    first_come = log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 5, 10, 1), (2, 0, 10, 15, 1)])
    newest = log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 10, 15, 1), (2, 0, 5, 10, 1)])
    check(tape, ONE_AGENT, rules_of(), first_come)
    check(tape, ONE_AGENT, rules_of(order="newest"), newest)
    assert "took step 2, but step 1 waited and comes first" in rejection(
        (tape, ONE_AGENT, rules_of()), newest
    )
    assert "took step 1, but step 2 waited and comes first" in rejection(
        (tape, ONE_AGENT, rules_of(order="newest")), first_come
    )


def test_the_wrong_agent_is_taken_by_a_ready_step() -> None:
    tape = tape_of(Contact(0, MIN), Contact(5 * MIN, MIN))
    roster = roster_of([[(0, 60 * MIN)], [(0, 60 * MIN)]])
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 5, REPLIED, -1)]
    by_idleness = log_of(steps, [(0, 0, 0, 1, 1), (1, 1, 5, 6, 1)])
    by_index = log_of(steps, [(0, 0, 0, 1, 1), (1, 0, 5, 6, 1)])
    check(tape, roster, rules_of(), by_idleness)
    check(tape, roster, rules_of(agent_rule="most-specialised"), by_index)
    assert "was taken by agent 0, but agent 1 was free and comes first" in rejection(
        (tape, roster, rules_of()), by_index
    )


@pytest.mark.parametrize(
    "name", ["29-priority", "30-deadline", "31-newest", "32-order-of-teams", "34-most-specialised"]
)
def test_the_log_of_another_plan_is_caught(name: str) -> None:
    """A Log is good for its own rules only: under first-come and longest-idle these are wrong choices."""
    case = read_case(name)
    plain: Rules = replace(
        case.rules,
        order="first-come",
        agent_rule="longest-idle",
        team_rank=np.zeros_like(case.rules.team_rank),
    )
    assert "comes first" in rejection((case.tape, case.roster, plain), case.log)


OTHER_RULES: list[tuple[str, dict[str, object], str]] = [
    ("53-random", {"agent_rule": "longest-idle"}, "comes first"),
    ("54-random-among-equals", {"team_rank": 0}, "comes first"),
    ("56-first", {"team_tier": 0}, "comes first"),
    ("58-ahead-later-steps", {"ahead_over": NO_LIMIT}, "comes first"),
    ("59-ahead-by-followers", {"ahead_over": 1001}, "comes first"),
    ("60-overflow", {"overflow_ms": 0}, "idle while a step"),
    ("60-overflow", {"overflow_ms": 6 * MIN}, "may not take it before"),
    ("61-overflow-comes-after-who-becomes-free", {"overflow_ms": 4 * MIN}, "may not take it before"),
    ("64-two-helping-teams-at-one-instant", {"team_rank": 0}, "comes first"),
    ("66-queue-limit", {"queue_limit": 2}, "is not turned away"),
    ("66-queue-limit", {"queue_limit": 0}, "is turned away"),
    ("68-shared-queue-limit", {"queue_of_type": [1, 2, 3]}, "is not turned away"),
    (
        "70-turned-away-before-leaving-at-once",
        {"leaves_at_once": 0.0},
        "the customer of step 1 gives up at -1",
    ),
    ("71-leaves-at-once-by-number-waiting", {"leaves_at_once": 0.3}, "the customer of step 5 gives up at -1"),
    ("71-leaves-at-once-by-number-waiting", {"leaves_from": [[0, 1, 2]]}, "step 4 leaves at once"),
    ("71-leaves-at-once-by-number-waiting", {"leaves_from": [[0, 1, 4]]}, "step 5 does not leave at once"),
    ("73-tries-again-after-leaving", {"tries_again": 0.0}, "is ready anew at 420000, but should be at None"),
    ("73-tries-again-after-leaving", {"tries_again": 0.6}, "step 1 should be ready anew at 600000"),
    ("79-a-try-after-the-end", {"drain_end_ms": 21 * MIN}, "step 1 should be ready anew at 1200000"),
    ("80-tries-without-end", {"tries_again": 0.999}, "is ready anew at 480000, but should be at None"),
    ("82-two-chats-at-half-pace", {"pace_ppm": PARTS}, "the work left is 600000 ms"),
    ("83-paces-are-rounded-up", {"pace_ppm": [[0, PARTS, 333_334]]}, "the work left is"),
    ("82-two-chats-at-half-pace", {"at_once": 1}, "overlap"),
    ("85-chats-completed-at-one-instant", {"order": "newest"}, "no event brings the two"),
    ("92-level-with-chats-falls", {"at_once": 3, "pace_ppm": PARTS}, "idle while a step"),
    ("97-dropped-at-one-ready-time", {"drop_at_shift_end": False}, "people finish"),
]


@pytest.mark.parametrize(("name", "other", "says"), OTHER_RULES)
def test_the_log_of_another_rule_is_caught(name: str, other: dict[str, object], says: str) -> None:
    """Each rule by itself: the same Log is wrong as soon as one of them is another."""
    case = read_case(name)
    whole = {
        key: np.full_like(getattr(case.rules, key), value)
        if isinstance(getattr(case.rules, key), np.ndarray) and np.isscalar(value)
        else np.array(value)
        if isinstance(value, list)
        else value
        for key, value in other.items()
    }
    if "pace_ppm" in whole and np.isscalar(other["pace_ppm"]):
        whole["pace_ppm"] = np.array([[0, PARTS, PARTS, PARTS]])
    rules: Rules = replace(case.rules, **whole)
    assert says in rejection((case.tape, case.roster, rules), case.log)


def test_fewest_in_hand_comes_first() -> None:
    two = [PARTS, PARTS]
    tape = tape_of(Contact(0, 9 * MIN), Contact(MIN, 9 * MIN))
    roster = roster_of([[(0, 60 * MIN)], [(0, 60 * MIN)]])
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, REPLIED, -1)]
    case = (tape, roster, rules_of(chats=[two]))
    check(*case, log_of(steps, [(0, 0, 0, 9, 1), (1, 1, 1, 10, 1)]))
    both = log_of(steps, [(0, 0, 0, 9, 1), (1, 0, 1, 10, 1)])
    assert "was taken by agent 0, but agent 1 was free and comes first" in rejection(case, both)


def test_an_agent_with_room_beside_waiting_work() -> None:
    tape = tape_of(Contact(0, 5 * MIN), Contact(0, 5 * MIN))
    case = (tape, ONE_AGENT, rules_of(chats=[[PARTS, PARTS]]))
    steps = [(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 0, REPLIED, -1)]
    check(*case, log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 0, 5, 1)]))
    one_by_one = log_of(steps, [(0, 0, 0, 5, 1), (1, 0, 5, 10, 1)])
    assert "idle while a step" in rejection(case, one_by_one)


def test_what_is_left_of_a_chat_is_rounded_up() -> None:
    """Two in hand at a third each: of 5 ms after 2 ms 4.333334 are left, of which 5 are to do."""
    roster = roster_of([[(0, 2)], [(10, 60)]])
    tape = tape_of(Contact(0, 5), Contact(0, 5))
    rules = rules_of(chats=[[PARTS, 333_333]], drop_at_shift_end=True)

    def log(second_end: int, first_end: int) -> Log:
        log = log_of([(0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 0, REPLIED, -1)], [])
        table = [(0, 0, 0, 2, 0), (0, 1, 10, first_end, 1), (1, 0, 0, 2, 0), (1, 1, 10, second_end, 1)]
        columns = np.array(table, dtype=np.int64).T
        return Log(log.steps, Stints(*columns[:4], columns[4].astype(bool)))

    check(tape, roster, rules, log(26, 26))  # 5000000 / 333333 = 15.000015, so 16 ms
    assert "the work left is 5 ms" in rejection((tape, roster, rules), log(24, 24))


def test_a_try_that_comes_at_the_wrong_time_or_not_at_all() -> None:
    lost = Contact(MIN, MIN, retries=(Retry(0.1, 5 * MIN),))
    case = (tape_of(Contact(0, 5 * MIN), lost), ONE_AGENT, rules_of(queue_limit=[0], tries_again=[0.5]))
    first, turned = (0, 0, 0, 0, REPLIED, -1), (1, 1, 0, 1, TURNED_AWAY, 1)
    stint = (0, 0, 0, 5, 1)
    check(*case, log_of([first, turned, (1, 1, 0, 6, REPLIED, -1)], [stint, (1, 0, 6, 7, 1)]))
    late = log_of([first, turned, (1, 1, 0, 7, REPLIED, -1)], [stint, (1, 0, 7, 8, 1)])
    assert "is ready anew at 420000, but should be at 360000" in rejection(case, late)
    assert "should be ready anew at 360000, but is not" in rejection(case, log_of([first, turned], [stint]))
    silent = log_of([first, (1, 1, 0, 1, SILENT, 1), (1, 1, 0, 6, REPLIED, -1)], [stint, (1, 0, 6, 7, 1)])
    assert "is ready anew at 360000, but should be at None" in rejection(case, silent)


def test_only_first_replies_are_turned_away_or_ready_anew() -> None:
    tape = tape_of(Contact(0, 5 * MIN, follow_ups=(FollowUp(0.1, MIN, MIN),)), Contact(5 * MIN, 5 * MIN))
    case = (tape, ONE_AGENT, rules_of(again=[0.5], queue_limit=[0]))
    first, other = (0, 0, 0, 0, REPLIED, -1), (2, 1, 0, 5, REPLIED, -1)
    stints = [(0, 0, 0, 5, 1), (2, 0, 5, 10, 1)]
    waits = (1, 0, FOLLOW_UP, 6, REPLIED, -1)
    check(*case, log_of([first, waits, other], [stints[0], (1, 0, 10, 11, 1), stints[1]]))
    turned = (1, 0, FOLLOW_UP, 6, TURNED_AWAY, 6)
    assert "is no first reply" in rejection(case, log_of([first, turned, other], stints))
    twice = log_of([first, turned, (1, 0, FOLLOW_UP, 7, REPLIED, -1), other], stints)
    assert "has two rows" in rejection(case, twice)


def test_a_level_counts_agents_and_nobody_takes_above_it() -> None:
    """At 3 the level falls to 1, and two are busy: agent 0 completes one of two and may not take another."""
    tape = tape_of(Contact(0, 9 * MIN), Contact(0, 9 * MIN), Contact(MIN, 4 * MIN), Contact(4 * MIN, 2 * MIN))
    case = (tape, roster_of({0: 2, 3 * MIN: 1}), rules_of(chats=[[PARTS, PARTS]]))
    steps = [(step, step, 0, ready, REPLIED, -1) for step, ready in enumerate((0, 0, 1, 4))]
    begun = [(0, 0, 0, 9, 1), (1, 1, 0, 9, 1), (2, 0, 1, 5, 1)]
    check(*case, log_of(steps, [*begun, (3, 1, 9, 11, 1)]))
    for agent, start in ((0, 5), (1, 4)):
        over = log_of(steps, [*begun, (3, agent, start, start + 2, 1)])
        assert "no event brings the two together" in rejection(case, over)


# --- Large logs ---------------------------------------------------------------------------------------------


def test_a_log_of_ten_thousand_steps_is_read_within_seconds() -> None:
    """Two agents in turn, every contact waiting two minutes: a queue that never empties."""
    contacts = 10_000
    tape = tape_of(*(Contact(minute * MIN, 2 * MIN) for minute in range(contacts)))
    end = (contacts + 10) * MIN
    roster = roster_of([[(2 * MIN, end)], [(3 * MIN, end)]])
    steps = [(step, step, 0, step, REPLIED, -1) for step in range(contacts)]
    stints = [(step, step % 2, step + 2, step + 4, 1) for step in range(contacts)]
    rules = rules_of(horizon_ms=end, drain_end_ms=end)
    log = log_of(steps, stints)
    begun = time.process_time()
    check(tape, roster, rules, log)
    assert time.process_time() - begun < 5
    stints[5000], stints[5001] = (5000, 0, 5003, 5005, 1), (5001, 1, 5002, 5004, 1)
    with pytest.raises(AssertionError):
        check(tape, roster, rules, log_of(steps, stints))
