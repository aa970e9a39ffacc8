"""First replies to authors with few followers and with many, counted on the paper desk by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import simcare
from simcare.measures import kernels
from simcare.measures.frame import frame_of
from simcare.measures.measure import FEW, MANY, STANDARD_WAITS
from simcare.measures.sums import series_of
from simcare.scenario.load import loads
from tests.measures import paper_desk
from tests.measures.alone import sums_in
from tests.measures.paper_desk import MINUTE
from tests.measures.test_exposure import FOLLOWERS, frame
from tests.scenario.texts import SMALL, changed

BY_AUDIENCE = changed(("    shrinkage: 12%", "    routing: {order: audience}"))


@pytest.mark.parametrize("engine", [None, kernels])
def test_on_the_paper_desk(engine: Any) -> None:
    """More than 800 follow contacts 1 (replied to after 10 minutes), 6 (20), 9 (22) and 8 (open), up to 800
    contacts 2 (20) and 7 (10); 3 left, 4 gave up.
    """
    whole = replace(frame(), many_followers=800, waits=(*STANDARD_WAITS, FEW, MANY))
    tape = replace(paper_desk.tape(), followers=np.array(FOLLOWERS))
    sums = sums_in(whole, tape, paper_desk.roster(), paper_desk.log(), engine)
    for kind, minutes, number, of_all in ((FEW, [20, 10], 2, 2), (MANY, [10, 20, 22], 3, 4)):
        row = [one[:2] for one in series_of(whole)].index((f"{kind}_mean", ""))
        assert sums.numerators[row, 0] == sum(minutes) * MINUTE
        assert sums.denominators[row, 0] == number
        assert sums.waits.of[whole.kind_of(kind), 0, 0] == of_all


def test_they_are_given_where_a_plan_goes_by_followers_or_somebody_asks() -> None:
    plain, ordered = loads(SMALL), loads(BY_AUDIENCE)
    asked = loads(SMALL + f"measures: [{{measure: {MANY}_p90}}]\n")
    assert [frame_of(one, "today").many_followers for one in (plain, ordered, asked)] == [
        None,
        10_000,
        10_000,
    ]
    private = loads(BY_AUDIENCE.replace("public: true", "public: false"))
    assert frame_of(private, "today").many_followers is None
    names = {row.measure for row in simcare.run(ordered, replications=2).rows}
    assert {f"{MANY}_p99", f"{FEW}_p50", f"{FEW}_mean"} <= names


def test_the_classes_together_are_all_public_first_replies() -> None:
    """A class of everybody has the figures of all; one of nobody has none."""
    text = BY_AUDIENCE + "virality: {many_followers: 1_000_000_000}\n"
    result = simcare.run(loads(text), replications=2)
    for figure in ("mean", "p99"):
        all_ = result.estimate(f"first_reply_{figure}", contacts="complaint", plan="today")
        few = result.estimate(f"{FEW}_{figure}", plan="today")
        assert (few.estimate, few.lower, few.upper) == (all_.estimate, all_.lower, all_.upper)
        assert result.estimate(f"{MANY}_{figure}", plan="today").estimate is None
