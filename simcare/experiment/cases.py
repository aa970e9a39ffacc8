"""What a check run is about: one case for each check and plan, and the baseline that some are held to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import simcare
from simcare.errors import UsageError
from simcare.experiment.baseline import Baseline, read_baseline
from simcare.experiment.place import Place
from simcare.experiment.rows import series_asked
from simcare.measures.frame import frame_of, window_of
from simcare.scenario.check_forms import Check
from simcare.scenario.scenario import Scenario


class Case(NamedTuple):
    """A check of one plan."""

    number: int
    check: Check
    plan: str
    place: Place

    @property
    def plans(self) -> set[str]:
        """The plans that must be simulated for it."""
        return {self.plan, self.check.limit.plan} - {""}


def place_of(scenario: Scenario, check: Check) -> Place:
    """The figure that a check is about."""
    asked, frame = check.asked, frame_of(scenario, scenario.plan_names[0])
    window = window_of(asked, scenario.clock)
    about = series_asked(frame, asked)
    if len(about) != 1:
        raise UsageError(
            f"a check of {asked.measure} is about one figure, got {len(about)}: it is given by "
            + ", ".join(asked.what.dimensions)
        )
    cell = 0 if window is None else frame.cell_of(window)
    return Place(asked.what, about[0], cell, *asked.labels(scenario.clock))


def stored_baseline(
    cases: Sequence[Case], baseline: str | os.PathLike[str] | Baseline | None
) -> Baseline | None:
    """The baseline, if one is given; UsageError if a check needs it and there is none."""
    needs = next((case for case in cases if case.check.limit.baseline), None)
    if baseline is None and needs is not None:
        place = f" at {needs.check.file}:{needs.check.line}" if needs.check.line else ""
        raise UsageError(
            f"check {needs.number}{place} is held against a baseline: give one with --baseline FILE, saved "
            "before with --save-baseline FILE"
        )
    if baseline is None or isinstance(baseline, Baseline):
        return baseline
    return read_baseline(baseline)


def changes_since(scenario: Scenario, stored: Baseline | None, cases: Sequence[Case]) -> Iterator[str]:
    """What has changed since the baseline was saved, and may."""
    if stored is None:
        return
    against = dict.fromkeys(case.plan for case in cases if case.check.limit.baseline)
    for plan in stored.changed(scenario, against):
        yield f"plan {plan} has changed since the baseline was saved"
    if stored.version != simcare.__version__:
        yield f"the baseline was saved by simcare {stored.version}"
