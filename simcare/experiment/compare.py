"""Comparing plans: what each changes against one of them, how surely, and whether that is for the better.

All plans serve the same customers, so every difference is paired by replication. Many differences are read
at once, one for each plan and figure; Holm's adjustment (1979) holds the chance that any of them is called a
difference where there is none to 1 − confidence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from scipy.special import stdtrit

from simcare.engine.simulate import Choice
from simcare.errors import UsageError
from simcare.experiment import output
from simcare.experiment.figure import Figure
from simcare.experiment.place import Place, headline_places
from simcare.experiment.result import Result
from simcare.experiment.rows import series_asked, unit_of
from simcare.experiment.run import Progress, run
from simcare.measures.differences import Change
from simcare.measures.frame import window_of
from simcare.measures.names import no_such
from simcare.measures.registry import Measure
from simcare.scenario.asked import Asked
from simcare.scenario.asking import ask
from simcare.scenario.scenario import Scenario
from simcare.statistics.paired import holm

Verdict = Literal["better", "worse", "more", "less", "same", "unclear", "undefined"]
"""What a plan is by a measure: more or less where neither is better; the same if in every replication;
unclear if it cannot be distinguished."""

MOST_REPLICATIONS = 100_000
"""A difference that more than so many replications would tell is called too small."""


class Contrast(NamedTuple):
    """One figure of a plan beside that of the plan it is compared with.

    ``difference`` is `estimate` − `estimate_against`, paired, with its interval by itself; ``p_adjusted`` is
    the p-value of no difference when all are read at once, and ``verdict`` follows from it.
    ``replications_to_tell`` says of an unclear one about how many replications would, if the difference
    stays as it is; None if more than 100,000, or if that cannot be told.
    """

    plan: str
    against: str
    measure: str
    contacts: str
    team: str
    promise: str
    day: str
    interval: str
    estimate: float | None
    estimate_against: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    unit: str
    p_value: float | None
    p_adjusted: float | None
    verdict: Verdict
    replications_to_tell: int | None
    replications: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans compared: ``rows`` by plan and figure, ``against`` the plan that all are compared with.

    ``result`` is the run they come from, with every estimate of every plan.
    """

    result: Result
    against: str
    rows: tuple[Contrast, ...]

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans that are compared with `against`, in the order asked for."""
        return tuple(plan for plan in self.result.pools if plan != self.against)

    @property
    def header(self) -> Mapping[str, Any]:
        """The header of the result, and with which plan the others are compared, in how many comparisons."""
        tested = sum(row.p_value is not None for row in self.rows)
        return {**self.result.header, "against": self.against, "comparisons": tested}

    def verdict(self, plan: str, measure: str, *, contacts: str = "", promise: str = "") -> Verdict:
        """The one verdict on a plan by a measure, in total unless `contacts` or a promise is given."""
        found = [row for row in self.rows if (row.plan, row.measure) == (plan, measure)]
        found = [row for row in found if contacts in ("", row.contacts) and promise in ("", row.promise)]
        if len(found) != 1:
            known = sorted({f"{row.measure} {row.contacts or row.promise}".strip() for row in self.rows})
            raise UsageError(
                f"expected one comparison of plan {plan!r} by {measure}, got {len(found)}; there are "
                + ", ".join(known)
            )
        return found[0].verdict

    def to_json(self) -> str:
        """Header and rows as JSON, byte for byte the same for the same scenario, seed and version."""
        return output.to_json(self.header, self.rows)

    def to_csv(self) -> str:
        """The rows as CSV."""
        return output.to_csv(self.rows, Contrast._fields)


def compare(
    scenario: Scenario,
    *,
    plans: Sequence[str] | None = None,
    against: str | None = None,
    replications: int | None = None,
    precision: float | Mapping[str, float] | None = None,
    seed: int | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    measures: Sequence[str | Mapping[str, Any]] = (),
    engine: Choice = "auto",
    progress: Progress | None = None,
    compiling: Callable[[], None] | None = None,
) -> Comparison:
    """Simulate plans on the same customers and say by which figures each is better or worse than one of them.

    Parameters
    ----------
    plans
        names of plans; all by default.
    against
        the plan that all others are compared with, the first by default. It need not be among `plans`.
    measures
        compare by these alone, written as for `run`; by default by the headline measures (service levels, the
        mean time to a reply, abandonment, backlog and cost) and those that the scenario asks for.

    The others are as for `run`. Raises UsageError for arguments that name or ask for what there is not, and
    if there are not two plans.
    """
    names = list(plans) if plans is not None and not isinstance(plans, str) else plans
    if isinstance(names, list) and against is not None and against not in names:
        names = [against, *names]
    result = run(
        scenario,
        plans=names,
        replications=replications,
        precision=precision,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
        measures=measures,
        engine=engine,
        progress=progress,
        compiling=compiling,
    )
    asked = tuple(dict.fromkeys(ask(scenario, one) for one in measures))
    return comparison_of(result, against, asked or None)


def comparison_of(
    result: Result, against: str | None = None, asked: Sequence[Asked] | None = None
) -> Comparison:
    """The plans of a result compared with one of them, the first by default; by the measures asked for, or by
    the headline measures and those of the scenario.
    """
    plans = list(result.pools)
    first = plans[0] if against is None else against
    if first not in plans:
        raise no_such("plan", first, plans)
    if len(plans) < 2:
        raise UsageError(f"expected at least two plans to compare, got {plans[0]} alone")
    places = list(_places(result, first, asked))
    changes = [
        (plan, place, _changed(result, plan, first, place))
        for plan in plans
        if plan != first
        for place in places
    ]
    return Comparison(result, first, tuple(_contrasts(result, first, changes)))


def _places(result: Result, against: str, asked: Sequence[Asked] | None) -> Iterator[Place]:
    """The figures to compare by. Of the headline measures those are left out by which there is nothing to
    say: undefined, or nothing at all, under every plan.
    """
    frame, clock = result.frames[against], result.scenario.clock
    if asked is None:
        for place in headline_places(frame):
            estimates = [_figure(place, result, plan).estimate(0.95) for plan in result.pools]
            nothing = place.measure.least if place.measure.better == "less" else None
            if any(one.value is not None and one.value != nothing for one in estimates):
                yield place
    for one in result.scenario.measures if asked is None else asked:
        window = window_of(one, clock)
        cell = 0 if window is None else frame.cell_of(window)
        for about in series_asked(frame, one):
            yield Place(one.what, about, cell, *one.labels(clock))


def _figure(place: Place, result: Result, plan: str) -> Figure:
    return place.at(result.frames[plan], result.pools[plan])


def _changed(result: Result, plan: str, against: str, place: Place) -> Change:
    confidence = result.scenario.experiment.confidence
    return _figure(place, result, plan).change(_figure(place, result, against), confidence)


def _contrasts(
    result: Result, against: str, changes: Sequence[tuple[str, Place, Change]]
) -> Iterator[Contrast]:
    confidence = result.scenario.experiment.confidence
    tested = [change.p_value for _, _, change in changes if change.p_value is not None]
    adjusted = iter(holm(tested) if tested else ())
    alpha = 1 - confidence
    found = [(None if one[2].p_value is None else next(adjusted)) for one in changes]
    left = sum(p is not None and p > alpha for p in found)
    for (plan, place, change), p in zip(changes, found, strict=True):
        own, other = (_figure(place, result, name).estimate(confidence).value for name in (plan, against))
        replications = result.pools[plan].replications
        verdict = _verdict(place.measure, change, p, alpha)
        unclear = verdict == "unclear" and change.p_value is not None
        yield Contrast(
            plan,
            against,
            *place.about,
            place.day,
            place.interval,
            own,
            other,
            *change[:3],
            unit_of(place.measure, result.scenario),
            change.p_value,
            p,
            verdict,
            replications_to_tell(change.p_value or 1.0, replications, alpha / left) if unclear else None,
            replications,
        )


def _verdict(measure: Measure, change: Change, adjusted: float | None, alpha: float) -> Verdict:
    if change.value is None:
        return "undefined"
    if change.same:
        return "same"
    if adjusted is None or adjusted > alpha:
        return "unclear"
    more = change.value > 0
    if not measure.better:
        return "more" if more else "less"
    return "better" if more == (measure.better == "more") else "worse"


def replications_to_tell(p_value: float, replications: int, alpha: float) -> int | None:
    """About how many replications would bring a p-value to `alpha`, if the difference stays as it is.

    Standard errors shrink as 1/√n: the t that belongs to the p-value grows as √n, until it is that of
    `alpha`. Rounded up to two figures; None above 100,000, or where no difference is seen.

    >>> replications_to_tell(0.2, replications=20, alpha=0.05)
    46
    """
    if replications < 2 or not 0 < p_value < 1:
        return None
    t = float(stdtrit(replications - 1, 1 - p_value / 2))
    needed = float(replications)
    for _ in range(20):  # the quantile hardly depends on n: this settles at once
        if not needed <= MOST_REPLICATIONS:
            return None
        needed = max(replications + 1, replications * (float(stdtrit(needed - 1, 1 - alpha / 2)) / t) ** 2)
    step = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return math.ceil(needed / step) * step if needed <= MOST_REPLICATIONS else None
