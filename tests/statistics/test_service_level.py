"""Service levels from counts: the four formulas by hand, and the same as the measures count."""

from __future__ import annotations

import math
from typing import get_args

import pytest

from simcare.errors import DomainError
from simcare.measures.promises import Definition as MeasuredDefinition
from simcare.measures.sums import Series, series_of
from simcare.statistics import Interval, Outcomes, ratio, service_level, unseen
from simcare.statistics.service_level import Definition
from tests.measures import paper_desk
from tests.measures.alone import sums_in

DAY = Outcomes(in_time=80, late=10, left=20, left_in_time=12, left_short=5, silent=4, unanswered=6)
"""120 needed an answer."""


@pytest.mark.parametrize(
    ("definition", "share"),
    [
        ("of_all", 80 / 120),
        ("of_answered", 80 / 94),
        ("without_short_abandons", 80 / 115),
        ("abandoned_in_time_count", 92 / 120),
    ],
)
def test_the_four_formulas(definition: Definition, share: float) -> None:
    assert service_level(DAY, definition) == Interval(pytest.approx(share), None, None, 0.95, 1)


def test_it_is_the_ratio_of_sums_within_0_and_1() -> None:
    days = Outcomes(in_time=[80, 85, 120], late=[10, 12, 50], left=[8, 3, 30])
    found, expected = service_level(days), ratio([80, 85, 120], [98, 100, 200])
    assert (found.estimate, found.lower) == (expected.estimate, expected.lower)
    assert expected.upper is not None and expected.upper > 1 and found.upper == 1


def test_where_the_interval_is_undefined() -> None:
    nobody = Outcomes(in_time=[0, 0], late=[0, 0])
    assert service_level(nobody) == Interval(None, None, None, 0.95, 0)
    everybody_left = Outcomes(in_time=[0, 0], late=[0, 0], left=[5, 6])
    assert service_level(everybody_left, "of_answered").estimate is None
    assert service_level(everybody_left, "of_all").estimate == 0
    once = Outcomes(in_time=[5, 0], late=[5, 0])
    assert service_level(once) == Interval(0.5, None, None, 0.95, 1)


def test_what_never_failed_is_not_sure_to_hold() -> None:
    assert service_level(Outcomes([50] * 20, [0] * 20), days=7) == Interval(1, 1 - unseen(140), 1, 0.95, 20)
    assert service_level(Outcomes([0] * 20, [9] * 20)) == Interval(0, 0, unseen(20), 0.95, 20)
    assert service_level(Outcomes([45] * 3, [5] * 3)) == Interval(pytest.approx(0.9), None, None, 0.95, 3)


@pytest.mark.parametrize("definition", get_args(Definition))
def test_the_measures_count_the_same(definition: Definition) -> None:
    """1, 2, 6 and 7 are answered within 10 min, 9 after 12; 3 left after 8, 4 silently; 8 is open."""
    outcomes = Outcomes(in_time=4, late=1, left=1, left_in_time=1, left_short=1, silent=1, unanswered=1)
    frame = paper_desk.frame(paper_desk.promise(definition, "answered", within=10, short=8))
    sums = sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log())
    row = series_of(frame).index(Series("service_level", promise="promise"))
    kept, due = outcomes.kept_and_due(definition)
    assert (kept.tolist(), due.tolist()) == ([sums.numerators[row, 0]], [sums.denominators[row, 0]])


def test_definitions_are_those_of_the_language() -> None:
    assert get_args(Definition) == get_args(MeasuredDefinition)


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ({"in_time": [1, 2], "late": [1, 2, 3]}, {}, "expected as many of each count, one a replication"),
        ({"in_time": -1, "late": 0}, {}, "in_time: expected counts of at least 0, got -1"),
        ({"in_time": 1, "late": 0, "left_short": 2}, {}, "left_short: expected at most as many as left"),
        ({"in_time": math.nan, "late": 0}, {}, "in_time: expected finite numbers, got nan"),
        ({"in_time": 1, "late": 0}, {"days": 0}, "days: expected at least 1, got 0"),
        (
            {"in_time": 1, "late": 0},
            {"definition": "all"},
            "definition: expected one of of_all, of_answered, without_short_abandons, "
            "abandoned_in_time_count, got 'all'",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    counts: dict[str, object], options: dict[str, object], message: str
) -> None:
    with pytest.raises(DomainError) as caught:
        service_level(Outcomes(**counts), **options)  # type: ignore[arg-type]
    assert str(caught.value) == message
