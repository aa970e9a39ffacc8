"""Every measure of a small Log, worked out on paper (`paper_desk`). Sums are in minutes here."""

from __future__ import annotations

import math

import pytest

from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series, Sums, series_of
from tests.measures import paper_desk
from tests.measures.alone import sums_in, sums_of
from tests.measures.paper_desk import MINUTE, A, B, promise

TOTAL, DAY_1, DAY_2, FIRST_HALF, SECOND_HALF = range(5)
"""The cells: the intervals pooled over the two days are [60, 90) with [120, 150), and [90, 120) with [150,
180).
"""


def ratio(measure: str, cell: int = TOTAL, **about: str) -> tuple[float, float]:
    frame = paper_desk.frame()
    return pair(
        sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log()),
        frame,
        measure,
        cell,
        **about,
    )


def pair(sums: Sums, frame: object, measure: str, cell: int, **about: str) -> tuple[float, float]:
    row = series_of(frame).index(Series(measure, **about))  # type: ignore[arg-type]
    return float(sums.numerators[row, cell]), float(sums.denominators[row, cell])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # 1 2 3 4 5 6 7 8 9 arrived in the time measured, 0 in the warm-up; 2 days
        ("contacts", (9, 2)),
        ("actionable", (8, 2)),  # all of these but 5
        ("replied", (5, 2)),  # 1 2 6 7 9; that of 9 in the drain counts
        ("abandoned", (1, 2)),  # 3
        ("abandoned_silently", (1, 2)),  # 4
        ("open", (1, 2)),  # 8
        ("abandonment", (2, 8)),  # 3 and 4
        ("waited", (4, 7)),  # 2 3 8 9 of all that needed an answer but 4
        ("pausing", (1, 5)),  # 6 of 1 2 6 7 9
        ("replies_per_conversation", (6, 5)),  # contact 1 had two
    ],
)
def test_contacts_are_counted(measure: str, expected: tuple[int, int]) -> None:
    assert ratio(measure) == expected


def test_every_contact_that_needed_an_answer_is_replied_to_or_left_or_open() -> None:
    for cell in range(5):
        parts = [ratio(name, cell)[0] for name in ("replied", "abandoned", "abandoned_silently", "open")]
        assert sum(parts) == ratio("actionable", cell)[0]


def test_a_contact_counts_where_it_arrived() -> None:
    assert [ratio("contacts", cell)[0] for cell in range(5)] == [9, 5, 4, 5, 4]
    assert [ratio("contacts", cell)[1] for cell in range(5)] == [2, 1, 1, 2, 2]
    assert [ratio("contacts", cell, contacts="a")[0] for cell in range(5)] == [5, 3, 2, 3, 2]
    assert [ratio("contacts", cell, contacts="b")[0] for cell in range(5)] == [4, 2, 2, 2, 2]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("first_reply_mean", (10 + 20 + 20 + 10 + 22, 5)),  # 1 2 6 7 9
        ("answer_mean", (0 + 5 + 0 + 0 + 12, 5)),
        ("waiting_mean", (0 + 5 + 8 + 0 + 0 + 12, 6)),  # contact 3 too, who left after 8
        ("resolution_mean", (40 + 20 + 10 + 22, 4)),  # 1 2 7 9: 6 pauses, 8 is open
    ],
)
def test_means_of_waits(measure: str, expected: tuple[int, int]) -> None:
    over, under = ratio(measure)
    assert (over / MINUTE, under) == expected


def test_percentiles_count_open_contacts_as_later_than_the_horizon() -> None:
    frame = paper_desk.frame()
    pool = Pool.of(sums_of(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log()))

    def minutes(name: str, group: int = 0, cell: int = TOTAL) -> float:
        about = Series(name, contacts=("", *frame.types)[group])
        value = pool.estimated(frame, 0.95).of(MEASURES[name], about).value[cell]
        assert value is not None
        return value / 60

    assert minutes("first_reply_p50") == pytest.approx(20, rel=6e-4)  # 10 10 20 20 22 open
    assert minutes("first_reply_p90") == math.inf
    assert minutes("answer_p50") == 0.0  # 0 0 0 5 12 open: exactly 0, and no bin's middle
    assert minutes("waiting_p50") == pytest.approx(5, rel=6e-4)  # 0 0 0 5 8 12 open
    assert minutes("resolution_p50") == pytest.approx(22, rel=6e-4)  # 10 20 22 40 open
    assert minutes("first_reply_p90", 1 + B) == pytest.approx(22, rel=6e-4)  # 20 20 22: nothing of b is open
    assert minutes("first_reply_p50", 0, DAY_1) == pytest.approx(10, rel=6e-4)  # 10 20
    assert minutes("resolution_p50", 1 + B, FIRST_HALF) == pytest.approx(20, rel=6e-4)  # of 2 and 6, 6 pauses


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (promise("of_all"), (4, 8)),  # 1 2 6 7: 20 minutes are within 20
        (promise("of_answered"), (4, 6)),  # of 1 2 6 7 9, and 4, silent and missed
        (promise("without_short_abandons", short=8), (4, 7)),  # 3 left within 8
        (promise("without_short_abandons", short=7), (4, 8)),  # 3 did not leave within 7
        (promise("abandoned_in_time_count", within=20), (5, 8)),  # and 3
        (promise("abandoned_in_time_count", within=7), (0, 8)),  # nobody in 7; 3 left later
        (promise("of_all", "answered", within=5), (4, 8)),  # 1 2 6 7: begun after 0 5 0 0
        (promise("of_all", "answered", within=4), (3, 8)),
        (promise("of_answered", "answered", within=12), (5, 6)),
        (promise("of_all", types=(A,)), (2, 5)),  # 1 7 of 1 3 4 7 8
        (promise("of_all", types=(B,)), (2, 3)),  # 2 6 of 2 6 9
    ],
)
def test_service_level_by_its_definition(given: paper_desk.Promise, expected: tuple[int, int]) -> None:
    frame = paper_desk.frame(given)
    sums = sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log())
    assert pair(sums, frame, "service_level", TOTAL, promise="promise") == expected


def test_service_level_of_a_promise_is_given_by_type_too() -> None:
    frame = paper_desk.frame(promise())
    sums = sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log())
    assert pair(sums, frame, "service_level", TOTAL, promise="promise", contacts="a") == (2, 5)
    assert pair(sums, frame, "service_level", TOTAL, promise="promise", contacts="b") == (2, 3)
    assert pair(sums, frame, "service_level", DAY_2, promise="promise") == (2, 4)


@pytest.mark.parametrize(
    ("measure", "about", "minutes"),
    [
        # 2: 75–80, 3: 82–90, 4: 85–100, 1 again: 100–105, 8: 176–180, 9: 178–180
        ("queue", {}, [5 + 8 + 15 + 5 + 4 + 2, 33, 6, 5 + 8 + 5, 10 + 5 + 4 + 2]),
        ("queue", {"contacts": "b"}, [5 + 2, 5, 2, 5, 2]),
        # 0: 60–65, 1: 70–80 and 100–110, 2: 75–95, 3: 82–90, 4: 85–105, 6: 130–150, 7: 172–180, 8: 4, 9: 2
        ("backlog", {}, [107, 73, 34, 5 + 10 + 15 + 8 + 5 + 20, 10 + 5 + 15 + 8 + 4 + 2]),
    ],
)
def test_time_averages(measure: str, about: dict[str, str], minutes: list[int]) -> None:
    found = [ratio(measure, cell, **about) for cell in range(5)]
    assert [over / MINUTE for over, _ in found] == minutes
    assert [under / MINUTE for _, under in found] == [120, 60, 60, 60, 60]


def test_extremes_of_the_backlog() -> None:
    days = (TOTAL, DAY_1, DAY_2)
    assert [ratio("backlog_max", cell) for cell in days] == [(3, 1)] * 3  # 2 3 4 from 85; 7 8 9 from 178
    assert [ratio("backlog_max", cell, contacts="a")[0] for cell in days] == [2, 2, 2]  # 3 4; 7 8
    assert [ratio("backlog_at_close", cell)[0] for cell in days] == [3, 0, 3]
    assert [ratio("backlog_at_close", cell, contacts="b")[0] for cell in days] == [1, 0, 1]
    assert [ratio("oldest_open", cell)[0] / MINUTE for cell in days] == [20, 20, 20]  # 2 and 4; 6
    assert [ratio("oldest_open", cell, contacts="a")[0] / MINUTE for cell in days] == [20, 20, 8]  # 4; 7


@pytest.mark.parametrize(
    ("measure", "desk", "night"),
    [
        ("staffed_hours", 30 + 75, 80),
        ("busy_hours", 5 + 10 + 15 + 5 + 5 + 8, 20),
        ("overtime_hours", 5 + 5, 10),  # 2 into the break, 7 after the shift; 6 beyond the level
    ],
)
def test_hours(measure: str, desk: int, night: int) -> None:
    assert ratio(measure, team="desk") == (desk * MINUTE, 2)
    assert ratio(measure, team="night") == (night * MINUTE, 2)
    assert ratio(measure) == ((desk + night) * MINUTE, 2)


def test_occupancy_is_handling_inside_duty() -> None:
    assert ratio("occupancy", team="desk") == (38 * MINUTE, 105 * MINUTE)
    assert ratio("occupancy", team="night") == (10 * MINUTE, 80 * MINUTE)
    assert ratio("occupancy") == (48 * MINUTE, 185 * MINUTE)
    assert ratio("occupancy", SECOND_HALF, team="night") == (0, 30 * MINUTE)  # [90, 120); nothing after 140


def test_on_duty_is_a_time_average() -> None:
    assert ratio("on_duty") == (185 * MINUTE, 120 * MINUTE)
    assert ratio("on_duty", DAY_2, team="desk") == (55 * MINUTE, 60 * MINUTE)


def test_labour_cost_pays_duty_as_planned_and_overtime_on_top() -> None:
    # desk, 60 an hour: 30 + 75, two absentees 2 × 120, overtime 10 at 150%
    assert hours("labour_cost", team="desk") == (30 + 75 + 240 + 15, 2)
    # night, 90 an hour: 80 and 10 at 150%
    assert hours("labour_cost", team="night") == ((80 + 15) * 1.5, 2)
    assert hours("labour_cost") == (pytest.approx(360 + 142.5), 2)
    assert hours("labour_cost", DAY_2) == (pytest.approx(55 + 120 + 7.5 + (20 + 15) * 1.5), 1)


def hours(measure: str, cell: int = TOTAL, **about: str) -> tuple[float, float]:
    over, under = ratio(measure, cell, **about)
    return over * MEASURES[measure].scale, under


def test_labour_cost_without_a_team_s_cost_is_undefined_for_it_and_in_total() -> None:
    frame = paper_desk.frame(cost=(60.0, None))
    sums = sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log())
    assert pair(sums, frame, "labour_cost", TOTAL, team="night")[1] == 0
    assert pair(sums, frame, "labour_cost", TOTAL)[1] == 0
    assert pair(sums, frame, "labour_cost", TOTAL, team="desk")[1] == 2
