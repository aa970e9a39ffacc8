"""What is lost on the paper desk, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simcare.measures.contacts import answered, step_times
from simcare.measures.frame import Frame
from simcare.measures.losses import losses, told
from simcare.measures.prices import NOTHING, Prices
from simcare.measures.sums import Sums, series_of
from tests.measures import paper_desk
from tests.measures.alone import played, sums_in
from tests.measures.test_exposure import publics

ALL = Prices(lost_customer=200.0, churn=0.15, thousand_unanswered=5.0, crisis=10_000.0)


def frame(prices: Prices = ALL, public: bool = True) -> Frame:
    return replace(paper_desk.frame(paper_desk.promise()), public=publics() if public else (), prices=prices)


def sums(frame: Frame) -> Sums:
    tape = replace(paper_desk.tape(), followers=np.full(10, 800))
    return sums_in(frame, tape, paper_desk.roster(), paper_desk.log())


def figure(frame: Frame, name: str, contacts: str = "") -> float:
    found = sums(frame)
    row = [(one.measure, one.contacts) for one in series_of(frame)].index((name, contacts))
    return float(found.numerators[row, 0] / found.denominators[row, 0])


def test_customers_are_lost_of_those_whom_nobody_answered() -> None:
    # Contacts 3 (left), 4 (silent) and 8 (open), all of type a, in two days.
    assert figure(frame(), "lost_customers") == pytest.approx(0.15 * 3 / 2)
    assert figure(frame(), "churn_cost", "a") == pytest.approx(200 * 0.15 * 3 / 2)
    assert figure(frame(), "churn_cost", "b") == 0


def test_impressions_and_crises_cost_what_they_are_said_to() -> None:
    here = frame()
    assert figure(here, "exposure_cost") == pytest.approx(figure(here, "unanswered_impressions") * 5 / 1000)
    assert figure(here, "crisis_cost") == pytest.approx(figure(here, "crises_per_year") * 10_000)


def test_all_together_is_the_sum_of_its_lines() -> None:
    here = frame()
    hours = 1 / 3_600_000
    lines = sum(figure(here, name) for name in ("churn_cost", "exposure_cost", "crisis_cost"))
    pay = (figure(here, "labour_cost") + figure(here, "waiting_cost")) * hours
    assert figure(here, "total_cost") == pytest.approx(lines + pay)


def test_without_pay_the_sum_is_undefined() -> None:
    here = replace(frame(), cost_per_hour=(60.0, None))
    found = sums(here)
    row = [one.measure for one in series_of(here)].index("total_cost")
    assert not found.numerators[row].any() and not found.denominators[row].any()


def test_people_are_told_of_what_went_badly_and_what_went_well() -> None:
    # Replied to within 20 minutes: contacts 1, 2, 6 and 7; contact 9 had to wait for 22.
    assert figure(frame(), "told_of_bad") == 53 * 3 / 2
    assert figure(frame(), "told_of_good") == 42 * 4 / 2
    assert figure(frame(), "told_of_good", "b") == 42 * 2 / 2
    of_b = replace(frame(), public=publics()[1:])
    assert figure(of_b, "told_of_good") == 42 * 2 / 2
    log = paper_desk.log()
    contacts = answered(played(of_b, paper_desk.tape(), paper_desk.roster(), log), step_times(log))
    assert not told(replace(of_b, promises=()), contacts)["told_of_good"][1][1].any()


def test_only_what_has_a_price_is_counted() -> None:
    def names(prices: Prices, public: bool = True) -> set[str]:
        return {one.measure for one in series_of(frame(prices, public))}

    priced = {"lost_customers", "churn_cost", "exposure_cost", "crisis_cost", "total_cost"}
    assert names(NOTHING).isdisjoint(priced)
    assert names(Prices(crisis=1.0)) & priced == {"crisis_cost", "total_cost"}
    assert names(ALL, public=False) & priced == {"lost_customers", "churn_cost", "total_cost"}
    assert set(losses(frame(NOTHING), _parts())) == set()


def _parts() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    none = (np.zeros((3, 5)), np.zeros((3, 5)))
    names = ("abandoned", "abandoned_silently", "turned_away", "open", "labour_cost", "waiting_cost")
    return dict.fromkeys(names, none)
