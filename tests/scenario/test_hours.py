"""Opening hours as written, on the axis of the week; premiums where they overlap."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.scenario.hours import WEEK, WeekHours, on_days, outside, parse_opening, together
from simcare.scenario.load import loads
from simcare.scenario.premiums import Premium, highest
from simcare.scenario.quantities import HOUR
from tests.scenario.texts import SMALL, changed


def hours(written: Any) -> list[tuple[float, float]]:
    """The spans in hours since Monday 00:00."""
    return [(begin / HOUR, end / HOUR) for begin, end in parse_opening(written).spans]


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        ({"mon-tue": "08:00–20:00"}, [(8, 20), (32, 44)]),
        ({"mon-tue": "08:00-20:00"}, [(8, 20), (32, 44)]),
        ({"mon-tue": "8:00 – 20:00"}, [(8, 20), (32, 44)]),
        ({"sat": ["13:00–16:00", "09:00–12:00"]}, [(129, 132), (133, 136)]),
        ({"sat": ["09:00–12:00", "12:00–16:00"]}, [(129, 136)]),  # touching: one window
        ({"fri": "20:00–04:00"}, [(116, 124)]),
        ({"sun": "20:00–04:00"}, [(0, 4), (164, 168)]),  # over the end of the week
        ({"sat-mon": "22:00–24:00"}, [(22, 24), (142, 144), (166, 168)]),
        ({"daily": "00:00–24:00"}, [(0, 168)]),
        ({"daily": "08:00–09:00", "sat-sun": "closed"}, [(8 + 24 * day, 9 + 24 * day) for day in range(5)]),
        ({"mon": "10:00–11:00", "daily": "08:00–09:00", "tue-sun": "closed"}, [(10, 11)]),
    ],
)
def test_opening_hours_lie_on_the_axis_of_the_week(written: Any, spans: list[tuple[float, float]]) -> None:
    assert hours(written) == spans


def test_a_channel_has_the_hours_of_the_desk_unless_it_has_its_own() -> None:
    scenario = loads(
        changed(
            ("timezone: UTC", "open: {mon: 08:00–09:00}"),
            ("{public: true}", "{public: true, open: {tue: 08:00–09:00}}"),
        )
    )
    assert scenario.opening_of("question") == WeekHours(((8 * HOUR, 9 * HOUR),))
    assert scenario.opening_of("complaint") == WeekHours(((32 * HOUR, 33 * HOUR),))
    assert loads(SMALL).opening_of("complaint") is None


def test_a_plan_has_the_premiums_of_the_plan_it_is_like_unless_it_has_its_own() -> None:
    scenario = loads(
        changed(
            (
                "shrinkage: 12%",
                "premium: [{days: [sat, sun], pay: 150%}, {from: 22:00, to: 06:00, pay: 125%}]",
            ),
            ("  level:", "  same: {like: today}\n  other: {like: today, premium: []}\n  level:"),
        )
    )
    weekend, night = scenario.plan("today").premium
    assert weekend == Premium(WeekHours(((120 * HOUR, WEEK),)), 1.5)
    assert (night.pay, night.hours.spans[0], len(night.hours.spans)) == (1.25, (0, 6 * HOUR), 8)
    assert scenario.plan("same").premium == (weekend, night)
    assert scenario.plan("other").premium == scenario.plan("level").premium == ()


any_spans = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(1, 30)), max_size=6)


@given(any_spans, any_spans)
def test_hours_together_and_outside_others_hour_by_hour(
    some: list[tuple[int, int, int]], others: list[tuple[int, int, int]]
) -> None:
    def spans(written: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
        return [
            span for day, at, length in written for span in on_days([day], at * HOUR, (at + length) * HOUR)
        ]

    def hours_of(hours: WeekHours) -> set[int]:
        return {hour for a, b in hours.spans for hour in range(a // HOUR, b // HOUR)}

    def covered(written: list[tuple[int, int, int]]) -> set[int]:
        return {(24 * day + at + n) % 168 for day, at, length in written for n in range(length)}

    united = together(spans(some))
    assert hours_of(united) == covered(some)
    assert all(end < begin for (_, end), (begin, _) in pairwise(united.spans))
    assert hours_of(outside(united, spans(others))) == covered(some) - covered(others)


@st.composite
def premiums(draw: st.DrawFn) -> Premium:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    begin = draw(st.integers(0, 23))
    length = draw(st.integers(1, 24))
    pay = draw(st.sampled_from([1.0, 1.25, 1.5, 2.0]))
    return Premium(together(on_days(days, begin * HOUR, (begin + length) * HOUR)), pay)


@given(st.lists(premiums(), max_size=5))
def test_where_premiums_overlap_the_highest_is_paid(given_ones: list[Premium]) -> None:
    """Hour by hour of the week."""

    def covering(ones: Any, hour: int) -> list[float]:
        at = hour * HOUR
        return [one.pay for one in ones if any(begin <= at < end for begin, end in one.hours.spans)]

    paid = highest(given_ones)
    for hour in range(168):
        expected = covering(given_ones, hour)
        assert covering(paid, hour) == ([max(expected)] if expected else [])


def notes(
    plans: str, *, opening: str = "{mon-fri: 08:00–20:00, sat: 09:00–12:00}", hours: str = "open"
) -> Any:
    """What is said of opening hours without anybody."""
    scenario = loads(
        f"""
simcare: 1
title: hours
clock: {{open: {opening}}}
contacts: {{question: {{needs: [care], arrivals: {{per_hour: 1}}, handling: {{constant: 5 min}}}}}}
teams: {{desk: {{skills: {{care: 100%}}}}, other: {{skills: {{radio: 100%}}}}}}
plans: {plans}
service_levels: [{{contacts: all, first_reply_within: 1 h, hours: {hours}}}]
"""
    )
    return [note for note in scenario.notes if "nobody" in note]


OTHERS = "{team: other, from: 00:00, to: 24:00, agents: 1}"
DAYS = "team: desk, days: mon-fri, from: 08:00, to: 20:00, agents: 1"


@pytest.mark.parametrize(
    ("plan", "hours", "first"),
    [
        (f"{{shifts: [{OTHERS}, {{{DAYS}}}]}}", "3", "sat 09:00–12:00"),
        (
            f"{{shifts: [{OTHERS}, {{{DAYS}, breaks: [{{at: 12:00, for: 30 min}}]}}]}}",
            "5.5",
            "mon 12:00–12:30",
        ),
        ("{headcount: {desk: {06:00: 1, 19:00: 0}}}", "5", "mon 19:00–20:00"),
        ("{headcount: {desk: {12:00: 0, 18:00: 2}}}", "30", "mon 12:00–18:00"),
    ],
)
def test_opening_hours_without_anybody_who_may_answer_are_said(plan: str, hours: str, first: str) -> None:
    assert notes(f"{{today: {plan}, same: {{like: today}}}}") == [
        f"plan today: nobody who may answer question is on duty in {hours} h a week of its opening hours, "
        f"first on {first}"
    ]
    assert notes(f"{{today: {plan}}}", hours="all") == []


@pytest.mark.parametrize(
    "plan",
    [
        "{headcount: {desk: 1}}",
        "{headcount: {desk: {18:00: 2, 12:00: 1}}}",
        "{shifts: [{team: desk, from: 08:00, to: 20:00, agents: 1}]}",
        f"{{shifts: [{{{DAYS}}}, {{team: desk, days: sat, from: 00:00, to: 24:00, agents: 1}}]}}",
        f"{{shifts: [{{{DAYS}}}, {{team: desk, days: fri, from: 20:00, to: 12:00, agents: 1}}]}}",
    ],
)
def test_nothing_is_said_of_opening_hours_that_are_staffed(plan: str) -> None:
    assert notes(f"{{today: {plan}}}") == []
