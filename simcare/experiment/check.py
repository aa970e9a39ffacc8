"""Checks: does a plan hold what is asked of it? It holds, it fails, or so many replications cannot tell.

A check holds if the whole interval of its figure lies on the right side of the limit, and fails if all of it
lies on the wrong side. Otherwise there are more replications: n, 2n, 4n and so on, whatever the number of
processes, until every check is decided or the most allowed are run.

Who looks again and again at the same limit is fooled by luck more often than who looks once. So each look
spends half of the chance of error that is left: with confidence 1 − α the intervals of look k have confidence
1 − α/2ᵏ. A verdict *fails* on a plan that holds, or *holds* on one that fails, has then a chance of at most
α/2 over all looks together, however many there are and however they depend on each other (Bonferroni). And a
verdict never changes because more replications are allowed. Measured, with a limit that is just the truth and
days that differ much (200 seeds, 90%, three looks): 10 seeds err on the side of the long tail and 1 on the
other, where 10 may.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import simcare
from simcare.engine.simulate import Choice
from simcare.errors import UsageError
from simcare.experiment import output
from simcare.experiment.backend import Backend, backend
from simcare.experiment.baseline import Baseline, baseline_of, read_baseline
from simcare.experiment.place import Place
from simcare.experiment.rows import series_asked, unit_of
from simcare.experiment.run import Pools, Progress, Work, work_of
from simcare.measures.differences import Change, ratio_change
from simcare.measures.frame import Frame, frame_of, window_of
from simcare.measures.names import no_such
from simcare.scenario.asking import ask_check
from simcare.scenario.check_forms import Check
from simcare.scenario.scenario import Scenario

Verdict = Literal["holds", "fails", "undecided"]
Kind = Literal["value", "ratio", "difference"]

MOST_LOOKS = 5
"""By default a check is looked at so often: with n, 2n … 16n replications."""

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


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What came of the checks of a scenario: ``rows`` by check and plan.

    ``baseline`` is what the plans did, if it was to be kept: ``baseline.to_json()`` is the file.
    """

    scenario: Scenario
    rows: tuple[Checked, ...]
    header: Mapping[str, Any]
    baseline: Baseline | None = None

    @property
    def verdict(self) -> Verdict:
        """*fails* if any does, else *undecided* if any is, else *holds*."""
        verdicts = {row.verdict for row in self.rows}
        return "fails" if "fails" in verdicts else "undecided" if "undecided" in verdicts else "holds"

    @property
    def holds(self) -> bool:
        """Does every check hold?"""
        return self.verdict == "holds"

    def __str__(self) -> str:
        """One line a check: what came of it, what was wanted and what was found."""
        return "\n".join(map(str, self.rows))

    def to_json(self) -> str:
        """Header and rows as JSON, byte for byte the same for the same scenario, seed and version."""
        return together([self])

    def to_csv(self) -> str:
        """The rows as CSV."""
        return output.to_csv(self.rows, Checked._fields)


def together(results: Sequence[CheckResult]) -> str:
    """Results of one or several scenarios as JSON: the headers under `scenarios`, and all rows."""
    verdicts = [one.verdict for one in results]
    worst = next(verdict for verdict in ("fails", "undecided", "holds") if verdict in verdicts)
    header = {"verdict": worst, "scenarios": [{**one.header, "verdict": one.verdict} for one in results]}
    return output.to_json(header, [row for one in results for row in one.rows])


def check(
    scenario: Scenario,
    checks: Sequence[Mapping[str, Any]] | None = None,
    *,
    plans: Sequence[str] | None = None,
    baseline: str | os.PathLike[str] | Baseline | None = None,
    keep_baseline: bool = False,
    replications: int | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    engine: Choice = "auto",
    progress: Progress | None = None,
    compiling: Callable[[], None] | None = None,
) -> CheckResult:
    """Hold the plans of a scenario to its checks, with as many replications as that takes.

    Parameters
    ----------
    checks
        maps with the keys of `checks` in the language, instead of the scenario's own.
    plans
        check these plans alone.
    baseline
        the file, or the `baseline` of an earlier result, that checks against the baseline are held to.
    keep_baseline
        keep what all the plans do in the first replications as the result's `baseline`. Checks against a
        baseline are then left out.
    replications
        how many to begin with; the scenario's number by default.
    max_replications
        how many to try at most; 16 times as many by default.

    The others are as for `run`. Raises UsageError for arguments that name or ask for what there is not, and
    if there is nothing to check.
    """
    written = scenario.checks if checks is None else tuple(ask_check(scenario, one) for one in checks)
    asking = replace(
        scenario, measures=tuple(dict.fromkeys([*scenario.measures, *(one.asked for one in written)]))
    )
    chosen = _chosen(scenario, plans)
    cases = [
        _Case(number, one, plan, _place(asking, one))
        for number, one in enumerate(written, start=1)
        for plan in one.plans or scenario.plan_names
        if plan in chosen and not (keep_baseline and one.limit.baseline)
    ]
    if not cases and not keep_baseline:
        of_these = " of these plans" * bool(written)
        raise UsageError(f"there is nothing to check: the scenario has no checks{of_these}")
    stored = _stored(cases, baseline)
    begun_with = scenario.experiment.replications if replications is None else replications
    most = begun_with << (MOST_LOOKS - 1) if max_replications is None else max_replications
    if most < begun_with:
        raise UsageError(
            f"maximum of replications: expected at least the {begun_with} to begin with, got {most}"
        )
    wanted = {plan for case in cases for plan in case.plans} | set(chosen if keep_baseline else ())
    needed = tuple(plan for plan in scenario.plan_names if plan in wanted)
    work = work_of(asking, needed, begun_with, seed, engine)
    frames = {plan: frame_of(asking, plan) for plan in needed}
    kept = None
    with backend(jobs, cluster) as where:
        if work.engine == "compiled":
            where.compile_once(work.chunk, compiling or (lambda: None))
        pools = work.pools(0, begun_with, where, progress)
        if keep_baseline:
            places = [_place(asking, one) for one in written]
            kept = baseline_of(scenario, work.seed, frames, pools, places)
        if stored is not None:
            stored.check_fits(scenario, work.seed, frames[needed[0]], pools[needed[0]])
        rows = _looks(work, cases, frames, pools, stored, begun_with, most, where, progress)
    header = _header(scenario, work.seed, begun_with, most, needed, _since(scenario, stored, cases))
    return CheckResult(scenario, tuple(rows), header, kept)


class _Case(NamedTuple):
    """A check of one plan."""

    number: int
    check: Check
    plan: str
    place: Place

    @property
    def plans(self) -> set[str]:
        """The plans that must be simulated for it."""
        return {self.plan, self.check.limit.plan} - {""}


def _looks(
    work: Work,
    cases: Sequence[_Case],
    frames: Mapping[str, Frame],
    pools: Pools,
    stored: Baseline | None,
    done: int,
    most: int,
    where: Backend,
    progress: Progress | None,
) -> list[Checked]:
    """What comes of each case, in their order. Only plans that are not decided yet are gone on with."""
    alpha = 1 - work.scenario.experiment.confidence
    decided: dict[_Case, Checked] = {}
    while True:
        alpha /= 2
        for case in (case for case in cases if case not in decided):
            found = _judged(work.scenario, case, frames, pools, stored, 1 - alpha)
            if found.verdict != "undecided" or 2 * done > most or not _more_would_tell(found, stored, done):
                decided[case] = found
        still = {plan for case in cases if case not in decided for plan in case.plans}
        if not still:
            return [decided[case] for case in cases]
        work = replace(work, plans=tuple(plan for plan in work.plans if plan in still))
        pools = work.pools(done, 2 * done, where, progress, {plan: pools[plan] for plan in work.plans})
        done *= 2


def _more_would_tell(found: Checked, stored: Baseline | None, done: int) -> bool:
    """What is undefined will hardly become defined, and a baseline has no more replications than it has."""
    if found.kind == "difference" and stored is not None:
        return stored.replications > done
    return found.figure is not None


def _judged(
    scenario: Scenario,
    case: _Case,
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


def _header(
    scenario: Scenario, seed: int, begun_with: int, most: int, plans: tuple[str, ...], since: Iterator[str]
) -> dict[str, Any]:
    return {
        "title": scenario.title,
        "source": Path(scenario.source).name,
        "scenario_hash": scenario.hash,
        "seed": seed,
        "version": simcare.__version__,
        "plans": list(plans),
        "replications": begun_with,
        "max_replications": most,
        "confidence": scenario.experiment.confidence,
        "notes": [*scenario.notes, *since],
    }


# ---- what there is to check --------------------------------------------------------------------------------


def _chosen(scenario: Scenario, plans: Sequence[str] | None) -> Sequence[str]:
    for name in plans or ():
        if name not in scenario.plan_names:
            raise no_such("plan", name, scenario.plan_names)
    return scenario.plan_names if plans is None else plans


def _stored(cases: Sequence[_Case], baseline: str | os.PathLike[str] | Baseline | None) -> Baseline | None:
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


def _since(scenario: Scenario, stored: Baseline | None, cases: Sequence[_Case]) -> Iterator[str]:
    """What has changed since the baseline was saved, and may."""
    if stored is None:
        return
    against = dict.fromkeys(case.plan for case in cases if case.check.limit.baseline)
    for plan in stored.changed(scenario, against):
        yield f"plan {plan} has changed since the baseline was saved"
    if stored.version != simcare.__version__:
        yield f"the baseline was saved by simcare {stored.version}"


def _place(scenario: Scenario, check: Check) -> Place:
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
