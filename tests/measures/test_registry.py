"""The registry says of every measure what it is."""

from __future__ import annotations

import pytest

from simcare.errors import UsageError
from simcare.measures.registry import MEASURES, measure
from simcare.measures.sums import series_of
from tests.measures import paper_desk


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_defined_in_a_sentence_with_a_unit_and_an_estimator(name: str) -> None:
    one = MEASURES[name]
    assert one.name == name
    assert one.definition[0].isupper() and one.definition.endswith(".") and len(one.definition.split()) > 4
    assert one.estimator.endswith(".") and one.unit
    assert "  " not in one.definition


def test_sums_are_made_of_every_measure_but_percentiles_deviations_and_instants() -> None:
    summed = {series.measure for series in series_of(paper_desk.frame(paper_desk.promise()))}
    assert summed == {
        name for name, one in MEASURES.items() if not (one.waits or one.of or one.audience or one.price)
    }


def test_a_measure_at_an_instant_is_estimated_as_its_time_average_is() -> None:
    for one in (one for one in MEASURES.values() if one.of):
        average = MEASURES[one.of]
        for field in ("unit", "scale", "chance", "least", "unseen_adds", "of_reshares"):
            assert getattr(one, field) == getattr(average, field)


def test_the_measures_that_a_planner_asks_for_are_there() -> None:
    asked = """contacts actionable replied abandoned abandoned_silently abandonment service_level
        first_reply_mean first_reply_p50 first_reply_p90 first_reply_p95 first_reply_p99
        answer_mean answer_p50 answer_p90 answer_p95 answer_p99
        waiting_mean waiting_p50 waiting_p90 waiting_p95 waited
        resolution_mean resolution_p50 resolution_p90 replies_per_conversation pausing
        backlog backlog_max backlog_at_close oldest_open queue
        staffed_hours busy_hours overtime_hours occupancy labour_cost"""
    assert set(asked.split()) <= set(MEASURES)


def test_an_unknown_measure_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no measure 'service_levels'; did you mean 'service_level'\?"):
        measure("service_levels")
