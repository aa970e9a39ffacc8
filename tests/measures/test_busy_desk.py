"""Tries, chats and a team without limit, worked out on paper (`busy_desk`). Sums are in minutes here."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simcare.measures.deviation import Powers
from simcare.measures.frame import Frame, Window
from simcare.measures.spans import holding
from tests.measures import busy_desk, paper_desk
from tests.measures.alone import sums_in
from tests.measures.one_by_one import deviation_estimates
from tests.measures.paper_desk import MINUTE, ints
from tests.measures.test_paper_desk import pair
from tests.measures.test_sums import check

EVENING = 5
"""The cell of the window: [65, 100) of the first day and [125, 160) of the second."""


def frame_with_a_window() -> Frame:
    stretches = tuple((begin * MINUTE, after * MINUTE) for begin, after in ((65, 100), (125, 160)))
    return replace(
        paper_desk.frame(paper_desk.promise(within=30)),
        windows=(Window(stretches, 2.0),),
        teams_too=True,
        at_once=(2, 1),
    )


def ratio(measure: str, cell: int = 0, **about: str) -> tuple[float, float]:
    frame = frame_with_a_window()
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
    assert ratio("occupancy", team="night") == (0, 0)  # busy by definition is no occupancy
    assert ratio("staffed_hours") == (80 * MINUTE, 2)


def test_in_a_window_contacts_count_by_arrival_and_time_by_what_happens() -> None:
    assert ratio("contacts", EVENING) == (4, 2)  # 1 2 3 and 6; at 100 the window is over
    assert ratio("waiting_mean", EVENING) == (0, 2)  # 1 2; 3 was silent, 6 is open
    assert ratio("queue", EVENING) == (((76 - 70) + (95 - 90) + (96 - 85) + 5) * MINUTE, 70 * MINUTE)
    assert ratio("busy_hours", EVENING) == (((100 - 95) + (140 - 125) + (130 - 125)) * MINUTE, 2)
    assert ratio("queue_max", EVENING) == (2, 1)  # 0 and 3
    assert ratio("backlog_at_close", EVENING) == (0, 1)  # at 160; at 100 there was 3


def test_waits_of_who_was_answered_and_of_who_left() -> None:
    assert ratio("waiting_answered_mean") == (11 * MINUTE, 3)  # 0 4 5
    assert ratio("waiting_abandoned_mean") == (0, 1)  # 2
    assert ratio("waiting_all_mean") == ratio("waiting_mean")  # there are no later steps


def test_a_first_reply_is_that_of_the_team_that_sent_it() -> None:
    assert ratio("first_reply_mean", team="desk") == (40 * MINUTE, 1)  # 0; 3 had given up
    assert ratio("first_reply_mean", team="night") == (60 * MINUTE, 2)  # 4 5
    assert ratio("answer_mean", team="night") == (20 * MINUTE, 2)
    assert ratio("service_level", promise="promise", team="night") == (1, 2)  # 5 within 30
    assert ratio("service_level", promise="promise", team="desk") == (0, 1)
    assert ratio("replies", team="desk") == (2, 2)  # 0 and 3
    assert ratio("replies") == (4, 2)


def test_nobody_is_free_while_both_chats_are_taken() -> None:
    assert ratio("all_busy", team="desk") == ((100 - 96) * MINUTE, 40 * MINUTE)  # until the end of duty
    assert ratio("all_busy", team="night") == (0, 120 * MINUTE)  # there is always one more
    assert ratio("all_busy") == (0, 120 * MINUTE)


def test_the_backlog_is_cleared_when_it_is_first_empty_after_the_last_arrival() -> None:
    assert ratio("cleared_at", 1) == ((140 - 60) * MINUTE, 1)  # 5 arrived last, until 130; 4 from 120
    assert ratio("cleared_at", 1, contacts="a") == ((76 - 60) * MINUTE, 1)  # 2 left at once, 0 at 76
    assert ratio("cleared_at", 2) == ((155 - 120) * MINUTE, 1)  # 6 was away then


def test_the_standard_deviation_of_waits() -> None:
    """Waits of 0, 3 and 9 minutes, and of 0, 0 and 12: mean 4, mean square 39."""
    days = [np.array([3.0, 12.0, 90.0]), np.array([3.0, 12.0, 144.0])]
    parts = [Powers.of((day * np.array([1, MINUTE, MINUTE**2])).reshape(1, 1, 1, 3)) for day in days]
    found = deviation_estimates(parts[0].merged(parts[1]))[0]
    assert found.value == pytest.approx(60 * math.sqrt(39 - 16))
    half = 12.706 * 60 * (144 - 90) / 6 / (2 * math.sqrt(23))  # only the sums of squares differ
    assert found.upper == pytest.approx(found.value + half, rel=1e-3)
    assert found.lower == 0
    assert deviation_estimates(parts[0])[0][1:] == (None, None)


def test_sums_of_the_busy_desk_are_those_of_the_definitions() -> None:
    frame = replace(frame_with_a_window(), promises=(), teams_too=False)
    check(frame, busy_desk.tape(), busy_desk.roster(), busy_desk.log())


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
