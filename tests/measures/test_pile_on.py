"""The audience where reshares are complaints themselves: each view and each reshare counted once."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.demand import trees
from simcare.demand.draw import draw_tapes
from simcare.engine.log import came
from simcare.engine.simulate import simulate
from simcare.measures import pile_on
from simcare.measures.frame import frame_of
from simcare.measures.sums import series_of
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of
from tests.measures.alone import sums_in
from tests.pile_on import NOBODY, desk

SUMS = ("reshares_of_arrivals", "impressions_of_arrivals", "impressions", "unanswered_impressions")


def sums(scenario: Scenario, replications: int, names: tuple[str, ...] = SUMS) -> np.ndarray:
    """The totals of measures, of shape (replications, measures)."""
    frame, rules = frame_of(scenario, "today"), rules_of(scenario, "today")
    rows = {about.measure: row for row, about in reversed(list(enumerate(series_of(frame))))}
    found = []
    for number, tape in enumerate(draw_tapes(scenario, range(replications))):
        roster = draw_roster(scenario, "today", number)
        log = simulate(tape, roster, rules)
        numerators = sums_in(frame, tape, roster, log).numerators
        assert came(tape, log).sum() == numerators[rows["contacts"], 0]
        found.append([numerators[rows[name], 0] for name in names])
    return np.array(found)


def agree(one: np.ndarray, other: np.ndarray) -> None:
    error = np.hypot(one.std(axis=0, ddof=1), other.std(axis=0, ddof=1)) / len(one) ** 0.5
    assert np.all(np.abs(one.mean(axis=0) - other.mean(axis=0)) < 4 * error)


def test_if_nobody_answers_all_is_seen_and_reshared_as_without_pile_on() -> None:
    plain, half, every = (sums(desk(share, NOBODY, "100%"), 10) for share in ("0%", "50%", "100%"))
    agree(half, plain)
    agree(every, plain)


def test_all_reshares_are_contacts_if_all_are_complaints() -> None:
    reshares, piled = sums(desk("100%", "4"), 8, ("reshares", "piled_on")).T
    assert reshares == pytest.approx(piled)
    assert piled.min() > 0


def test_closed_forms_of_what_leads_nowhere_agree_with_drawing_every_reshare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same trees with all their reshares kept: the queue is the same, and means of sums have to be."""
    scenario = desk("30%", "3", heat="2")
    means = sums(scenario, 12)
    monkeypatch.setattr(pile_on, "leads_nowhere", lambda *_: 0.0)
    monkeypatch.setattr(
        trees, "leads_to_a_complaint", lambda grown: np.ones(len(grown.at_ms), dtype=np.bool_)
    )
    drawn = sums(scenario, 12)
    off = drawn - means
    assert np.all(np.abs(off.mean(axis=0)) < 4 * off.std(axis=0, ddof=1) / len(off) ** 0.5)
    assert np.all(off.std(axis=0) > 0)


def test_answered_at_once_nobody_piles_on() -> None:
    silent = "  until: answer\n  answered: 0%\n  resolved: 0%\n"
    (piled,) = sums(desk("50%", "unlimited", more=silent), 2, ("piled_on",)).T
    assert np.all(piled == 0)


def test_more_agents_more_answers_fewer_who_pile_on() -> None:
    piled = [sums(desk("50%", agents), 3, ("piled_on",)).mean() for agents in ("2", "4", "8")]
    assert piled[0] > piled[1] > piled[2] > 0


def test_crises_are_of_whole_trees_and_their_chances_lie_between_0_and_1() -> None:
    crises = "  crisis_at: 50 reshares\n"
    chance = sums(desk("50%", "1", heat="1.5", more=crises), 6, ("crises_per_year", "crisis_probability"))
    assert np.all((chance[:, 1] >= 0) & (chance[:, 1] <= 1))
    assert np.all(chance[:, 0] >= chance[:, 1] - 1e-12) and chance[:, 0].max() > 0
