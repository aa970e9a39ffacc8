"""Mistakes that move the answer most, each beside the right way: measures come out right, not wrong."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.engine.log import LEFT
from simcare.measures.contacts import Answered, answered, step_times
from simcare.measures.intervals import ratios_of
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series, series_of
from tests.measures import paper_desk
from tests.measures.alone import played, sums_in
from tests.measures.one_by_one import ratio_estimates
from tests.measures.test_intervals import busy_days, coverage, estimate, moments


def service_level(definition: str) -> float:
    frame = paper_desk.frame(paper_desk.promise(definition))
    sums = sums_in(frame, paper_desk.tape(), paper_desk.roster(), paper_desk.log())
    row = series_of(frame).index(Series("service_level", promise="promise"))
    return float(sums.numerators[row, 0] / sums.denominators[row, 0])


def paper_contacts() -> Answered:
    frame = paper_desk.frame()
    log = paper_desk.log()
    return answered(played(frame, paper_desk.tape(), paper_desk.roster(), log), step_times(log))


def test_messages_unanswered_at_the_end_stay_in_the_denominator() -> None:
    contacts = paper_contacts()
    in_time = contacts.finite(contacts.first_reply_ms) & (contacts.first_reply_ms <= 20 * paper_desk.MINUTE)
    wrong = in_time.sum() / contacts.finite(contacts.first_reply_ms).sum()
    assert wrong == 4 / 5
    assert service_level("of_all") == 4 / 8


def test_who_left_stays_in_the_denominator() -> None:
    contacts = paper_contacts()
    in_time = contacts.finite(contacts.first_reply_ms) & (contacts.first_reply_ms <= 20 * paper_desk.MINUTE)
    wrong = in_time.sum() / (contacts.outcome != LEFT).sum()
    assert wrong == 4 / 7
    assert service_level("of_all") == 4 / 8


def test_a_share_is_a_ratio_of_sums_not_a_mean_of_daily_ratios() -> None:
    """Busy days have more contacts and a greater share late; a mean over days weighs them too little."""
    overs, unders, truth = busy_days(np.random.default_rng(13), 500)
    wrong = float(np.mean(overs / unders))
    pooled = moments(overs.reshape(-1, 1), unders.reshape(-1, 1))
    right = ratio_estimates(MEASURES["abandonment"], ratios_of(pooled, 0.95), 0.95)[0]
    assert right.lower is not None and right.upper is not None and right.value is not None
    error = pooled.standard_error()[0]
    assert abs(right.value - truth) <= 4 * error
    assert abs(wrong - truth) > 8 * error


def test_the_interval_comes_from_days_not_from_messages() -> None:
    """Messages of a day share its luck: taken as independent, they give intervals that hardly ever cover."""
    over, under, truth = busy_days(np.random.default_rng(17), 1000)
    right = ratio_estimates(MEASURES["abandonment"], ratios_of(moments(over, under), 0.95), 0.95)
    share, messages = over.sum(axis=0) / under.sum(axis=0), under.sum(axis=0)
    half = 1.96 * np.sqrt(share * (1 - share) / messages)
    assert 0.93 <= coverage(right, truth) <= 0.97
    assert np.mean(np.abs(share - truth) <= half) < 0.8


def test_an_undefined_share_is_neither_0_nor_100_per_cent() -> None:
    assert estimate(MEASURES["service_level"], [0, 0, 0], [0, 0, 0]).value is None


def test_nobody_on_duty_is_0_per_cent_not_undefined() -> None:
    assert estimate(MEASURES["service_level"], [0, 0, 0], [7, 5, 9]).value == 0
    assert estimate(MEASURES["occupancy"], [0, 0, 0], [0, 0, 0]).value is None


@pytest.mark.parametrize(
    "definition", ["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]
)
def test_who_gave_up_silently_is_missed_in_every_definition(definition: str) -> None:
    """Contact 4 gave up silently and was handled within 20 minutes, yet is not in time for anyone."""
    patient = paper_desk.log()
    patient.steps.outcome[5] = 1  # replied, had it stayed
    frame = paper_desk.frame(paper_desk.promise(definition))
    row = series_of(frame).index(Series("service_level", promise="promise"))
    sums = [
        sums_in(frame, paper_desk.tape(), paper_desk.roster(), log) for log in (paper_desk.log(), patient)
    ]
    silent, stayed = ((one.numerators[row, 0], one.denominators[row, 0]) for one in sums)
    assert stayed == (silent[0] + 1, silent[1])
