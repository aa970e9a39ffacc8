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

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import simcare
from simcare.engine.simulate import Choice
from simcare.errors import UsageError
from simcare.experiment import output
from simcare.experiment.backend import Backend, backend
from simcare.experiment.baseline import Baseline, baseline_of
from simcare.experiment.cases import Case, changes_since, place_of, stored_baseline
from simcare.experiment.replication import check_scenario, chosen_plans
from simcare.experiment.run import Pools, Progress, Work, work_of
from simcare.experiment.verdicts import Checked, Verdict, judged
from simcare.measures.frame import Frame
from simcare.scenario.asking import ask_check
from simcare.scenario.scenario import Scenario

MOST_LOOKS = 5
"""By default a check is looked at so often: with n, 2n … 16n replications."""


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
    check_scenario(scenario)
    written = scenario.checks if checks is None else tuple(ask_check(scenario, one) for one in checks)
    asking = replace(
        scenario, measures=tuple(dict.fromkeys([*scenario.measures, *(one.asked for one in written)]))
    )
    chosen = chosen_plans(scenario, plans)
    cases = [
        Case(number, one, plan, place_of(asking, one))
        for number, one in enumerate(written, start=1)
        for plan in one.plans or scenario.plan_names
        if plan in chosen and not (keep_baseline and one.limit.baseline)
    ]
    if not cases and not keep_baseline:
        of_these = " of these plans" * bool(written)
        raise UsageError(f"there is nothing to check: the scenario has no checks{of_these}")
    stored = stored_baseline(cases, baseline)
    begun_with = scenario.experiment.replications if replications is None else replications
    most = begun_with << (MOST_LOOKS - 1) if max_replications is None else max_replications
    if most < begun_with:
        raise UsageError(
            f"maximum of replications: expected at least the {begun_with} to begin with, got {most}"
        )
    wanted = {plan for case in cases for plan in case.plans} | set(chosen if keep_baseline else ())
    needed = tuple(plan for plan in scenario.plan_names if plan in wanted)
    work = work_of(asking, needed, begun_with, seed, engine)
    frames = {plan: desk.frame for plan, desk in work.desks.items()}
    kept = None
    with backend(jobs, cluster) as where:
        if work.engine == "compiled":
            work.compile_once(where, compiling or (lambda: None))
        pools = work.pools(0, begun_with, where, progress)
        if keep_baseline:
            places = [place_of(asking, one) for one in written]
            kept = baseline_of(scenario, work.seed, frames, pools, places)
        if stored is not None:
            stored.check_fits(scenario, work.seed, frames[needed[0]], pools[needed[0]])
        rows = _looks(work, cases, frames, pools, stored, begun_with, most, where, progress)
    header = _header(scenario, work.seed, begun_with, most, needed, changes_since(scenario, stored, cases))
    return CheckResult(scenario, tuple(rows), header, kept)


def _looks(
    work: Work,
    cases: Sequence[Case],
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
    decided: dict[Case, Checked] = {}
    while True:
        alpha /= 2
        for case in (case for case in cases if case not in decided):
            found = judged(work.scenario, case, frames, pools, stored, 1 - alpha)
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
