"""What readers make of a complaint's state, in a plan: how many go on resharing it. Pile-on hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.demand.pile_on import pile_on_of
from simcare.scenario.scenario import Scenario
from simcare.virality.audience import STATES
from simcare.virality.chosen import audience_of

NO_IMPATIENCE = 2**62
"""Readers who never take the time without an answer as an insult, in ms."""


@dataclass(frozen=True)
class Readers:
    """One row a contact type.

    ``left``          (types, states): what each state of `simcare.virality.audience` leaves of reshares
    ``impatient_ms``  how long after the post a complaint that waits is taken as an insult
    ``until_answer``  is it answered when its handling begins, or when the reply is sent
    ``by_template``   does the answer come from a template
    ``moves``         the share of conversations that go on in private after the answer
    ``closes``        does a closing reply in public then resolve them
    """

    left: NDArray[np.float64]
    impatient_ms: NDArray[np.int64]
    until_answer: NDArray[np.bool_]
    by_template: NDArray[np.bool_]
    moves: NDArray[np.float64]
    closes: NDArray[np.bool_]


def readers_of(scenario: Scenario, plan_name: str) -> Readers | None:
    """What readers make of the replies of a plan; None where nothing hangs on it, for there is no pile-on."""
    names, plan = scenario.contact_names, scenario.plan(plan_name)
    if not any(pile_on_of(scenario, name) for name in names):
        return None
    types = len(names)
    readers = Readers(
        left=np.ones((types, STATES)),
        impatient_ms=np.full(types, NO_IMPATIENCE),
        until_answer=np.zeros(types, dtype=np.bool_),
        by_template=np.zeros(types, dtype=np.bool_),
        moves=np.zeros(types),
        closes=np.zeros(types, dtype=np.bool_),
    )
    for index, name in enumerate(names):
        if scenario.is_public(name):
            words = scenario.virality_of(name)
            impatience = words["impatient"].value
            readers.left[index] = audience_of(scenario, name).factors
            if impatience is not None:
                readers.impatient_ms[index] = impatience.after
            readers.until_answer[index] = words["until"].value == "answer"
            template = scenario.contacts[name].template
            readers.by_template[index] = plan.replies == "template" and template is not None
            if plan.moves_to is not None:
                readers.moves[index] = plan.moves_to.share
                readers.closes[index] = plan.moves_to.closing
    return readers
