"""How many processes a run is given where nobody says."""

from __future__ import annotations

import pytest

from simcare.experiment import backend
from simcare.experiment.backend import COPIES_PAY, PROCESSES_PAY, jobs_that_pay


@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize("can_copy", [True, False])
def test_what_is_over_before_others_have_begun_is_done_alone(engine, can_copy, monkeypatch):
    monkeypatch.setattr(backend.copies, "can_copy", lambda: can_copy)
    monkeypatch.setattr(backend, "cores", lambda: 8)
    few = (COPIES_PAY if can_copy else PROCESSES_PAY)[engine]
    assert jobs_that_pay(engine, few - 1) == 1
    assert jobs_that_pay(engine, few) == 8
