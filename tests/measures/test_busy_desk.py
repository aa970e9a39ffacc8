"""Tries, chats and a team without limit, worked out on paper (`busy_desk`). Sums are in minutes here."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.measures.spans import holding
from simcare.measures.sums import sums_in
from tests.measures import busy_desk, paper_desk
from tests.measures.paper_desk import MINUTE, ints
from tests.measures.test_paper_desk import pair
from tests.measures.test_sums import check


def ratio(measure: str, cell: int = 0, **about: str) -> tuple[float, float]:
    frame = paper_desk.frame()
    sums = sums_in(frame, busy_desk.tape(), busy_desk.roster(), busy_desk.log())
    return pair(sums, frame, measure, cell, **about)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("actionable", (7, 2)),
        ("replied", (3, 2)),  # 0 4 5
        ("abandoned", (1, 2)),  # 2; 0 and 6 came back
        ("abandoned_silently", (1, 2)),  # 3
        ("turned_away", (1, 2)),  # 1; the others came back and found room
        ("open", (1, 2)),  # 6
        ("abandonment", (2, 7)),
        ("tries", (3 + 2 + 1 + 2 + 2 + 1 + 2, 7)),
        ("blocked", (1 + 2 + 1 + 1, 13)),  # of 0 1 3 4
        ("waited", (3, 6)),  # 0 2 6; 4 was taken at once when there was room
    ],
)
def test_a_contact_counts_by_its_last_try(measure: str, expected: tuple[int, int]) -> None:
    assert ratio(measure) == expected


@pytest.mark.parametrize(
    ("measure", "minutes", "contacts"),
    [
        ("waiting_mean", 6 + 5, 5),  # of 0, in its second and third try; 1 2 4 5 never waited
        ("answer_mean", 35 + 20 + 0, 3),  # 0 4 5 from their arrival, the time away included
        ("first_reply_mean", 40 + 40 + 20, 3),
        ("resolution_mean", 40 + 40 + 20, 3),
    ],
)
def test_waiting_leaves_out_the_time_away_that_the_customer_s_clock_counts(
    measure: str, minutes: int, contacts: int
) -> None:
    assert ratio(measure) == (minutes * MINUTE, contacts)


def test_each_try_is_in_the_queue_while_it_waits() -> None:
    waits = (76 - 70) + (95 - 90) + (96 - 85) + (155 - 150) + (180 - 170)
    handled = 5 + 10 + 20 + 20
    assert ratio("queue") == (waits * MINUTE, 120 * MINUTE)
    assert ratio("backlog") == ((waits + handled) * MINUTE, 120 * MINUTE)
    assert ratio("backlog_at_close") == (1, 1)  # 6
    assert ratio("backlog_max") == (2, 1)


def test_two_chats_at_once_are_one_agent_busy() -> None:
    assert ratio("busy_hours", team="desk") == ((106 - 95) * MINUTE, 2)
    assert ratio("overtime_hours", team="desk") == ((106 - 100) * MINUTE, 2)
    assert ratio("occupancy", team="desk") == ((100 - 95) * MINUTE, 40 * MINUTE)


def test_without_a_limit_who_is_busy_is_on_duty() -> None:
    assert ratio("busy_hours", team="night") == (40 * MINUTE, 2)
    assert ratio("staffed_hours", team="night") == (40 * MINUTE, 2)
    assert ratio("on_duty", team="night") == (40 * MINUTE, 120 * MINUTE)
    assert ratio("overtime_hours", team="night") == (0, 2)
    assert ratio("occupancy", team="night") == (40 * MINUTE, 40 * MINUTE)
    assert ratio("staffed_hours") == (80 * MINUTE, 2)


def test_sums_of_the_busy_desk_are_those_of_the_definitions() -> None:
    check(paper_desk.frame(), busy_desk.tape(), busy_desk.roster(), busy_desk.log())


def test_when_agents_hold_so_many_at_once() -> None:
    agent = ints([1, 0, 0, 0, 0])
    begin, end = ints([5, 20, 0, 5, 30]), ints([9, 30, 10, 20, 30])
    for least, expected in [
        (1, [(0, 0, 20), (0, 20, 30), (1, 5, 9)]),  # touching ones stay apart
        (2, [(0, 5, 10)]),
        (3, []),
    ]:
        found = holding(agent, begin, end, np.full(2, least))
        assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
