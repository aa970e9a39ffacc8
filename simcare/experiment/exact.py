"""What the exact solver says of a plan: M(t)/M/s(t)+M, arrivals along a curve and staff by the clock.

`exact_of` solves the plan that is such a desk, or the parts of it that are; `nearest_of` whatever is next to
one, and says in what it differs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UsageError
from simcare.experiment.nearest import desk_of
from simcare.experiment.parts import Part, parts_of
from simcare.scenario.promises import ServiceLevel
from simcare.scenario.quantities import DAY, HOUR
from simcare.scenario.scenario import Scenario
from simcare.theory.time_varying import DaySolution, solve

Float = NDArray[np.float64]


class Care(NamedTuple):
    """How carefully a desk is solved: the probability that may be cut away, and nodes of the day factor."""

    tolerance: float
    factor_nodes: int


LONGEST_NEAR = HOUR
"""A longer promise of a desk that is only near is left out: it takes long where levels change often."""

EXACTLY, NEAR = Care(1e-8, 32), Care(1e-5, 6)
"""A desk that is only near the plan's is off by far more than what is gained here."""

HANDLING_PANELS, HANDLING_NODES = (0, 4, 12, 40), 6
"""Up to how many times its mean a handling is looked at in one piece, and at how many points of each."""


@dataclass(frozen=True)
class Exact:
    """What the solver says of a plan, or of the contact ``types`` and ``teams`` of it that touch no others.

    ``differs`` says, in sentences, in what the desk solved is only the nearest to the plan's; none: it is
    exact. By interval of the day, means over the measured days: ``contacts`` that need an answer, ``queue``,
    ``busy`` and ``on_duty`` agents, and ``in_time``, the share by promise (nan where nobody writes or
    the share cannot be told by interval). ``service_level`` by promise, ``waiting_mean`` in seconds,
    ``abandonment`` and ``occupancy`` are of all measured days; waits go on after them, as in a run. After a
    warm-up, waits and abandonment are exact if the days have settled by then.
    """

    plan: str
    types: tuple[str, ...]
    teams: tuple[str, ...]
    differs: tuple[str, ...]
    contacts: Float
    queue: Float
    busy: Float
    on_duty: Float
    in_time: dict[str, Float]
    service_level: dict[str, float]
    waiting_mean: float
    abandonment: float
    occupancy: float


def exact_of(scenario: Scenario, plan_name: str) -> tuple[Exact, ...]:
    """Solve a plan: its parts that the solver knows, if there are any.

    Raises
    ------
    UsageError
        if there is no such plan, or no part of it is a desk that the solver knows; the message names all
        reasons.
    TooLarge
        beyond four million states.
    """
    parts = parts_of(scenario, plan_name)
    known = [part for part in parts if not part.beyond]
    if not parts:
        raise UsageError(f"no exact answer for plan {plan_name}: nobody at work can answer anything")
    if not known:
        why = "; ".join(why_not(part) if len(parts) > 1 else "; ".join(part.beyond) for part in parts)
        raise UsageError(f"no exact answer for plan {plan_name}: {why}")
    return tuple(nearest_of(scenario, part) for part in known)


def why_not(part: Part) -> str:
    """Why a part is not exact, in a clause."""
    return f"{', '.join(part.teams)}: {', '.join(part.beyond)}"


def nearest_of(scenario: Scenario, part: Part) -> Exact:
    """Solve the desk that is a part, or the nearest to it; `differs` says in what.

    Raises
    ------
    UsageError
        if it has a head count without limit, or no contacts.
    TooLarge
        beyond four million states.
    """
    desk, first, differs = desk_of(scenario, part)
    clock, hours = scenario.clock, scenario.clock.interval / HOUR
    days = [24.0 * day for day in range(clock.total_days, clock.total_days + _drain_days(scenario) + 1)]
    edges = [hours * number for number in range(clock.total_days * clock.intervals_per_day)] + days
    how = NEAR if part.beyond else EXACTLY
    read = _Promised.roughly if part.beyond else _Promised.of
    promised = {
        one.name: read(one, desk.mean_handling)
        for one in part.promises(scenario)
        if not part.beyond or one.within <= LONGEST_NEAR
    }
    within = {time for one in promised.values() for time in one.times}
    solution = solve(desk, edges, sorted(within), tolerance=how.tolerance, factor_nodes=how.factor_nodes)
    return _measured(scenario, part, differs, promised, solution, first)


def _drain_days(scenario: Scenario) -> int:
    return max(1, math.ceil(scenario.drain.duration / DAY))


# --- the measures -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Promised:
    """A promise in terms of when handling starts: in time are those who start within each of ``starts`` times
    its weight, one if it is about the start itself. Times in hours.

    A reply is sent in time if handling of length s starts within T − s: an integral over s, by
    Gauss–Legendre in pieces; of M/M/1 it is off by 2 in ten million at most.
    """

    definition: str
    within: float
    short: float
    starts: tuple[tuple[float, float], ...]

    @staticmethod
    def of(promise: ServiceLevel, mean_handling: float) -> _Promised:
        within, short = promise.within / HOUR, promise.short / HOUR
        if promise.kind == "answered":
            return _Promised(promise.definition, within, short, ((within, 1.0),))
        nodes, weights = np.polynomial.legendre.leggauss(HANDLING_NODES)
        starts: list[tuple[float, float]] = []
        for begin, end in pairwise(HANDLING_PANELS):
            a, b = (min(within, part * mean_handling) for part in (begin, end))
            handling = (a + b) / 2 + (b - a) / 2 * nodes
            density = np.exp(-handling / mean_handling) / mean_handling
            starts += zip(
                (within - handling).tolist(), ((b - a) / 2 * weights * density).tolist(), strict=True
            )
        return _Promised(promise.definition, within, short, tuple(one for one in starts if one[1]))

    @staticmethod
    def roughly(promise: ServiceLevel, mean_handling: float) -> _Promised:
        """The same, for a desk that is only near: as if all handling were as long as its mean."""
        within, short = promise.within / HOUR, promise.short / HOUR
        start = within if promise.kind == "answered" else within - mean_handling
        starts = ((start, 1.0),) if start >= 0 else ()
        return _Promised(promise.definition, within, short, starts)

    @property
    def times(self) -> tuple[float, ...]:
        """All times at which the solver is asked."""
        left = {"abandoned_in_time_count": (self.within,), "without_short_abandons": (self.short,)}
        return (*left.get(self.definition, ()), *(start for start, _ in self.starts))

    def counts(self, day: DaySolution) -> tuple[Float, Float]:
        """By interval, those in time and those the share is taken of."""
        in_time = np.sum([weight * day.started_within[start] for start, weight in self.starts], axis=0)
        if self.definition == "abandoned_in_time_count":
            return in_time + day.left_within[self.within], day.arrivals
        if self.definition == "without_short_abandons":
            return in_time, day.arrivals - day.left_within[self.short]
        return in_time, day.arrivals


def _measured(
    scenario: Scenario,
    part: Part,
    differs: tuple[str, ...],
    promised: dict[str, _Promised],
    day: DaySolution,
    first_share: float,
) -> Exact:
    clock = scenario.clock
    first, last = clock.warm_up_days * clock.intervals_per_day, clock.total_days * clock.intervals_per_day

    def by_interval(column: Float) -> Float:
        mean: Float = column[first:last].reshape(clock.days, clock.intervals_per_day).mean(axis=0)
        return mean

    hours = clock.interval / HOUR
    # After a warm-up the waits that reach into the measured days stand for those that reach beyond them.
    waits = slice(first, last if first else None)
    arrived, left = float(day.arrivals[first:].sum()), float(day.abandoned[waits].sum())
    in_time, level = {}, {}
    for name, promise in promised.items():
        kept, of = promise.counts(day)
        whole = arrived - left if promise.definition == "of_answered" else of[first:].sum()
        level[name] = _over(kept[first:].sum(), whole)
        over, under = by_interval(kept), by_interval(of)
        told = (under > 1e-12) & (promise.definition != "of_answered")
        in_time[name] = np.divide(over, under, out=np.full_like(over, np.nan), where=told)
    return Exact(
        plan=part.plan,
        types=part.types,
        teams=part.teams,
        differs=differs,
        contacts=by_interval(day.arrivals),
        queue=by_interval(day.wait_time + day.handed_back_time) / hours,
        busy=by_interval(day.busy_time) / hours,
        on_duty=by_interval(day.staffed_time) / hours,
        in_time=in_time,
        service_level=level,
        waiting_mean=3600 * _over(day.wait_time[waits].sum(), arrived),
        abandonment=_over(left, arrived * first_share),  # who leaves has never had a reply
        occupancy=_over(day.on_duty_busy_time[first:last].sum(), day.staffed_time[first:last].sum()),
    )


def _over(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else math.nan
