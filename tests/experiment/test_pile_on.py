from __future__ import annotations

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
