from __future__ import annotations

import pytest

from simcare.engine.simulate import Engine
from simcare.experiment import run as running
from simcare.experiment.check import check
from simcare.experiment.run import run
from tests.pile_on import desk

CHECKS = [{"measure": "piled_on", "at_most": "baseline", "margin": 0}]


def test_a_baseline_fits_a_plan_by_which_fewer_pile_on() -> None:
    """The customers are the same: those who write in of themselves."""
    kept = check(desk("50%", "2"), CHECKS, keep_baseline=True, replications=4).baseline
    (row,) = check(desk("50%", "8"), CHECKS, baseline=kept, replications=4, max_replications=4).rows
    assert row.estimate is not None and row.estimate < 0


def test_who_piled_on_is_told_where_there_is_pile_on_and_nowhere_else() -> None:
    told = {share: {row.measure for row in run(desk(share), replications=2).rows} for share in ("0%", "30%")}
    assert "piled_on" in told["30%"] and "piled_on" not in told["0%"]


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_reshares_long_after_the_end_are_no_other_replications(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some happen after the clock of the next replication has begun, were they put end to end."""
    slow = desk("50%", "2", half_life="19 h", more="drain: {for: 1 h}\n")
    found = []
    for most in (1, 10**9):
        monkeypatch.setattr(running, "MOST_CONTACTS", most)
        found.append(run(slow, replications=4, engine=engine).to_json())
    assert found[0] == found[1]
