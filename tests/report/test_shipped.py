"""Reports of the shipped scenarios, one day of them, fit 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.run import run
from simcare.report.document import report, text_lines
from simcare.report.expected import load_report
from simcare.report.text import cells_wide
from simcare.scenario.load import load

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
SLOW = ("scattered-or-central", "tight-evening")  # twenty contact types; a large desk in six orders


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.slow] * (path.stem in SLOW), id=path.stem) for path in SCENARIOS],
)
def test_every_line_of_a_report_fits_80_columns(path: Path) -> None:
    changes = [] if path.stem == "ticket-trace" else ["clock.days=1", "clock.warm_up=0 s"]
    scenario = load(path, set=changes)
    for document in (report(run(scenario, replications=2)), load_report(scenario, scenario.plan_names)):
        assert max(cells_wide(line) for line in text_lines(document)) <= 80


def test_assumptions_beside_next_to_nothing_fit_80_columns() -> None:
    scenario = load(SCENARIOS[0].with_name("one-post.yaml"))
    lines = list(text_lines(report(run(scenario, plans=["at-once", "after-36-h"], replications=1))))
    assert max(map(cells_wide, lines)) <= 80
    assert any("(many times more)" in line for line in lines)
