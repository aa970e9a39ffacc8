"""Where the first reply is all that a contact gets, kinds of wait that are the same are counted once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import simcare
from simcare.engine.simulate import simulate
from simcare.experiment.replication import draw
from simcare.measures.contacts import answered, step_times
from simcare.measures.frame import frame_of
from simcare.measures.measure import SAME_IN_ONE_STEP, STANDARD_WAITS
from simcare.measures.played import Played, Replication
from simcare.measures.waits import WAITS, replying_team, waited
from tests.measures.test_kernels import differences

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("name", ["busy-line", "chat-desk", "tight-evening"])
def test_they_are_the_same_whatever_becomes_of_a_contact(name: str) -> None:
    scenario = simcare.load(SCENARIOS / f"{name}.yaml")
    plan = scenario.plan_names[0]
    frame = replace(frame_of(scenario, plan), waits=WAITS)
    assert frame.one_step and frame.counted == tuple(one for one in WAITS if one not in SAME_IN_ONE_STEP)
    tape, roster, rules = draw(scenario, plan)
    played = Played.of(frame, [Replication(tape, roster, simulate(tape, roster, rules))])
    times = step_times(played.log)
    contacts = answered(played, times)
    waits = waited(played, times, contacts, replying_team(frame, played.roster, contacts))
    assert np.unique(waits["resolution"].ms).size > 10
    for kind in WAITS:
        assert differences(waits[kind], waits[frame.counted[frame.kind_of(kind)]]) == [], kind


def test_a_desk_with_conversations_counts_each() -> None:
    frame = frame_of(simcare.load(SCENARIOS / "evening-surge.yaml"), "today")
    assert not frame.one_step and frame.counted == frame.waits
    assert [frame.kind_of(kind) for kind in STANDARD_WAITS] == [0, 1, 2, 3]
