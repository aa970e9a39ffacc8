"""What comes of one check of one plan with the replications there are: its figure, interval and verdict.

A check holds if the whole interval of its figure lies on the right side of the limit, and fails if all of it
lies on the wrong side. Otherwise so many replications cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from simcare.experiment.baseline import Baseline
from simcare.experiment.cases import Case
from simcare.experiment.rows import unit_of
from simcare.experiment.run import Pools
from simcare.measures.differences import Change, ratio_change
from simcare.measures.frame import Frame
from simcare.scenario.scenario import Scenario

Verdict = Literal["holds", "fails", "undecided"]
Kind = Literal["value", "ratio", "difference"]

NEVER_SEEN = 20
"""An amount that was 0 in so many replications, all there are, is taken for 0: no sample bounds it above."""

SLACK = 1e-9
"""What rounding puts on the wrong side of a limit, as a part of it, still keeps it."""


class Checked(NamedTuple):
    """One check of one plan, and what came of it.

    ``wanted`` is the limit in words, ``limit`` its number: in the unit, of a ratio as a part of the other,
    of a difference the margin. ``kind`` says what `estimate` and its interval are: the ``value``
    itself; its ``ratio`` to that of the plan it is held against; its ``difference`` from the baseline.
    ``figure`` is the value whatever the kind. The interval has the ``confidence`` of the look that decided.
    ``warning`` says why the check cannot fail, if it cannot.
    """

    check: int
    name: str
    plan: str
    measure: str
    contacts: str
    team: str
    promise: str
    day: str
    interval: str
    wanted: str
    limit: float
    kind: Kind
    estimate: float | None
    lower: float | None
    upper: float | None
    unit: str
    figure: float | None
    verdict: Verdict
    confidence: float
    replications: int
    file: str
    line: int
    column: int
    warning: str

    def __str__(self) -> str:
        about = ", ".join(
            part for part in (self.contacts, self.team, self.promise, self.interval, self.day) if part
        )
        share = self.unit == "share" or self.kind == "ratio"
        found, *bounds = (_in_words(one, share) for one in (self.estimate, self.lower, self.upper))
        if self.lower is not None or self.upper is not None:
            found += f" ({' to '.join(bounds)})"
        found = "undefined" if self.estimate is None else found if share else f"{found} {self.unit}"
        what = self.name or f"{self.measure}{f' of {about}' if about else ''}"
        return f"{self.verdict}: {what} under plan {self.plan}: wanted {self.wanted}, found {found}"


def judged(
    scenario: Scenario,
    case: Case,
    frames: Mapping[str, Frame],
    pools: Pools,
    stored: Baseline | None,
    confidence: float,
) -> Checked:
    """A case as it stands with the replications there are."""
    check, place, pool = case.check, case.place, pools[case.plan]
    figure = place.at(frames[case.plan], pool)
    own = figure.estimate(confidence)
    replications = pool.replications
    kind: Kind = "value"
    change = Change(*own)
    if own.upper is None and own.value == own.lower == place.measure.least and replications >= NEVER_SEEN:
        change = change._replace(upper=own.value)
    found = (own.value, own.lower, own.upper)
    if check.limit.plan:
        kind, times = "ratio", check.limit.times
        other = place.at(frames[check.limit.plan], pools[check.limit.plan])
        change = figure.change(other, confidence, times)
        found = _as_ratio(change, times, other.estimate(confidence).value)
    elif check.limit.baseline and stored is not None:
        kind, before = "difference", stored.totals(case.plan, place)
        replications = min(replications, stored.replications)
        pair = (figure.totals().first(replications), before.first(replications))
        change = ratio_change(place.measure, *pair, confidence)
        found = change[:3] if not change.same else (0.0, 0.0, 0.0)
    return Checked(
        case.number,
        check.name,
        case.plan,
        *place.about,
        place.day,
        place.interval,
        check.wanted,
        {"value": check.limit.value or 0.0, "ratio": check.limit.times, "difference": check.margin}[kind],
        kind,
        *found,
        unit_of(place.measure, scenario),
        own.value,
        _verdict(check.side, change, check.limit.value or 0.0, check.margin),
        confidence,
        replications,
        check.file,
        check.line,
        check.column,
        check.cannot_fail(scenario.plan_names),
    )


def _verdict(side: str, change: Change, limit: float, margin: float) -> Verdict:
    """Where the interval lies. What never differed from what it is held against is as it."""
    lower, upper = (change.value, change.value) if change.same else (change.lower, change.upper)
    if lower is None and upper is None:
        return "undecided"
    slack = SLACK * max(1.0, abs(limit))
    least = limit - margin - slack if side in ("at_least", "same_as") else None
    most = limit + margin + slack if side in ("at_most", "same_as") else None
    if (least is not None and upper is not None and upper < least) or (
        most is not None and lower is not None and lower > most
    ):
        return "fails"
    holds = (least is None or (lower is not None and lower >= least)) and (
        most is None or (upper is not None and upper <= most)
    )
    return "holds" if holds else "undecided"


def _in_words(value: float | None, share: bool) -> str:
    """A number of a row, told in a sentence."""
    if value is None:
        return "unknown"
    return f"{value:.2%}" if share else f"{value:,.4g}"


def _as_ratio(
    change: Change, times: float, other: float | None
) -> tuple[float | None, float | None, float | None]:
    """The figure as a part of the other, with the bounds that the difference gives it."""
    if not other or change.value is None or math.isinf(other):
        return None, None, None
    lower, upper = (None if one is None else max(0.0, times + one / other) for one in change[1:3])
    return times + change.value / other, lower, upper
