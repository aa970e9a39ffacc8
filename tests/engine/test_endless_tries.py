"""Customers who come back in vain for ever end in a sentence, not in a full memory."""

from __future__ import annotations

from types import ModuleType

import pytest

import simcare
from simcare.engine import compiled, reference
from simcare.scenario.load import loads

TEXT = """
simcare: 1
title: In vain
contacts:
  call:
    needs: [care]
    arrivals: {per_hour: 100}
    handling: {constant: 30 min}
    queue_limit: 0
    tries_again: {chance: 100%, after: {constant: 10 s}}
teams: {desk: {skills: {care: 100%}}}
plans: {only: {headcount: {desk: 1}}}
"""


@pytest.mark.parametrize("engine", [reference, compiled])
def test_a_replication_with_too_many_further_tries_is_given_up(
    engine: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MOST_EARLIER_TRIES", 1000)
    with pytest.raises(simcare.TooLarge, match="customers come back in vain"):
        engine.simulate(*simcare.draw(loads(TEXT), "only"))
