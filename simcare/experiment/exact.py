"""A plan as the exact solver takes it: M(t)/M/s(t)+M, arrivals along a curve and staff by the clock.

The solver knows one contact type, one team and one answer a contact. Where a scenario has more, `exact_of`
refuses and says what. Where a law is another one, or people finish their own work at the end of their shift,
it takes the nearest desk that it knows, and says in what it differs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import weekday_factors
from simcare.demand.rates import SurgeDraw, rate_of
from simcare.errors import UsageError
from simcare.experiment.replication import check_plan
from simcare.scenario.contacts import ContactType
from simcare.scenario.plans import UNLIMITED, Plan
from simcare.scenario.promises import ServiceLevel
from simcare.scenario.quantities import DAY, HOUR, format_duration
from simcare.scenario.scenario import Scenario
from simcare.scenario.teams import FULL_SPEED, speed_at, teams_with
from simcare.staffing.schedule import Schedule, schedule_of
from simcare.staffing.shifts import lines_of
from simcare.theory.time_varying import ChangingDesk, DaySolution, solve

Float = NDArray[np.float64]

TOLERANCE = 1e-8
"""The probability that the solver may cut away."""

HANDLING_PANELS, HANDLING_NODES = (0, 4, 12, 40), 6
"""Up to how many times its mean a handling is looked at in one piece, and at how many points of each."""


@dataclass(frozen=True)
class Exact:
    """What the solver says of a plan.

    ``differs`` says, in sentences, in what the desk solved is only the nearest to the plan's; none: it is
    exact. By interval of the day, means over the measured days: ``contacts`` that need an answer, ``queue``,
    ``busy`` and ``on_duty`` agents, and ``in_time``, the share by promise (nan where nobody writes or
    the share cannot be told by interval). ``service_level`` by promise, ``waiting_mean`` in seconds,
    ``abandonment`` and ``occupancy`` are of all measured days; waits go on after them, as in a run. After a
    warm-up, waits and abandonment are exact if the days have settled by then.
    """

    plan: str
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


def exact_of(scenario: Scenario, plan_name: str) -> Exact:
    """Solve a plan.

    Raises
    ------
    UsageError
        if there is no such plan, or it is no desk that the solver knows; the message names all reasons.
    TooLarge
        beyond four million states.
    """
    check_plan(scenario, plan_name)
    plan = scenario.plan(plan_name)
    reasons = list(_beyond(scenario, plan))
    if reasons:
        raise UsageError(f"no exact answer for plan {plan_name}: {'; '.join(reasons)}")
    ((name, contact),) = scenario.contacts.items()
    clock, hours = scenario.clock, scenario.clock.interval / HOUR
    days = [24.0 * day for day in range(clock.total_days, clock.total_days + _drain_days(scenario) + 1)]
    edges = [hours * number for number in range(clock.total_days * clock.intervals_per_day)] + days
    (team,) = teams_with(scenario.teams, contact.needs)
    desk = _desk(scenario, plan, name, team)
    promised = {one.name: _Promised.of(one, desk.mean_handling) for one in scenario.service_levels}
    within = {time for one in promised.values() for time in one.times}
    solution = solve(desk, edges, sorted(within), tolerance=TOLERANCE)
    return _measured(scenario, plan, tuple(_differs(contact, plan, team)), promised, solution)


def _drain_days(scenario: Scenario) -> int:
    return max(1, math.ceil(scenario.drain.duration / DAY))


# --- what the solver does not know, and what it knows nearly --------------------------------------------


def _beyond(scenario: Scenario, plan: Plan) -> Iterator[str]:
    """Why the solver does not know the desk of a plan."""
    if len(scenario.contacts) > 1:
        yield f"it has {len(scenario.contacts)} contact types"
        return
    ((name, contact),) = scenario.contacts.items()
    teams = teams_with(scenario.teams, contact.needs)
    if len(teams) > 1:
        yield f"{len(teams)} teams serve {name}"
    if name in scenario.traces or name in scenario.recorded:
        yield "arrivals are replayed from a trace"
    elif any(surge.chance < 1 or surge.jitter for surge in contact.arrivals.surges):
        yield "a surge comes by chance"
    factor = contact.arrivals.day_factor
    if factor is not None and factor.cv > 0 and scenario.clock.total_days > 1:
        yield "several days are each busy or quiet by chance (one day alone can be solved)"
    for key, words in (
        ("conversation", "customers write again"),
        ("escalates", "work is escalated"),
        ("tries_again", "customers try again"),
    ):
        if getattr(contact, key) is not None:
            yield words
    if contact.queue_limit is not None:
        yield "the queue has a limit"
    if contact.silent:
        yield "some give up silently"
    if contact.patience is not None and len(contact.patience.leaves_at_once) > 1:
        yield "who leaves at once depends on the queue"
    if contact.handling.by_team:
        yield "handling differs by team"
    if any(len(scenario.teams[team].chats) > 1 for team in teams):
        yield "agents hold several contacts at once"
    if any(level == UNLIMITED for team in teams for _, level in plan.headcount.get(team, ())):
        yield "the head count is unlimited"
    if plan.shrinkage:
        yield "people are absent by chance"
    if plan.routing.order not in ("first-come", "deadline", "priority") or plan.routing.ahead:
        yield f"the order is not first come first served ({plan.routing.order})"
    for promise in scenario.service_levels:
        if promise.hours != "all":
            yield f"the promise '{promise.name}' counts open hours"


def _differs(contact: ContactType, plan: Plan, team: str) -> Iterator[str]:
    """In what the desk solved is only the nearest to the plan's."""
    law = contact.handling.law
    if law is not None and law.kind != "exponential":
        mean = format_duration(law.mean)
        yield f"Handling is {law.kind}, and taken as exponential with the same mean, {mean}."
    patience = None if contact.patience is None else contact.patience.law
    if patience is not None and patience.kind != "exponential":
        yield (
            f"Patience is {patience.kind}, and taken as exponential with the same mean, "
            f"{format_duration(patience.mean)}."
        )
    if lines_of(plan, team) and plan.at_shift_end == "finish":
        yield (
            "People finish what they hold when their duty ends; they are taken as a head count, of whom "
            "nobody starts anything new while more are busy than on duty."
        )


# --- the desk ---------------------------------------------------------------------------------------------


def _desk(scenario: Scenario, plan: Plan, name: str, team: str) -> ChangingDesk:
    clock, contact = scenario.clock, scenario.contacts[name]
    arrivals = contact.arrivals
    surges = [
        SurgeDraw(surge, day * DAY + surge.at) for surge in arrivals.surges for day in range(clock.total_days)
    ]
    rate = rate_of(arrivals.curves(clock), weekday_factors(scenario, name), surges)
    segments = zip(
        (rate.from_ms / HOUR).tolist(),
        (rate.to_ms / HOUR).tolist(),
        (rate.per_hour_from * contact.actionable).tolist(),
        (rate.per_hour_to * contact.actionable).tolist(),
        strict=True,
    )
    law, patience = contact.handling.law, contact.patience
    assert law is not None
    speed = speed_at(scenario.teams[team], contact.needs) / FULL_SPEED
    return ChangingDesk(
        arrivals=tuple(segments),
        staff=_staff(schedule_of(scenario, plan.name), scenario.team_names.index(team)),
        mean_handling=law.mean / speed / HOUR,
        mean_patience=math.inf if patience is None or patience.law is None else patience.law.mean / HOUR,
        leaves_at_once=0.0 if patience is None else patience.leaves_at_once[0][1],
        at_shift_end=plan.at_shift_end if lines_of(plan, team) else "finish",
        day_factor_cv=arrivals.day_factor.cv if arrivals.day_factor is not None else 0.0,
    )


def _staff(schedule: Schedule, team: int) -> tuple[tuple[float, int], ...]:
    """How many are on duty from when on, in hours."""
    of_team = schedule.stretches.team == team
    here = schedule.team_of_agent[schedule.due.agent] == team
    begin = np.concatenate((schedule.stretches.from_ms[of_team], schedule.due.from_ms[here]))
    end = np.concatenate((schedule.stretches.to_ms[of_team], schedule.due.to_ms[here]))
    agents = np.concatenate((schedule.stretches.level[of_team], np.ones(int(here.sum()), dtype=np.int64)))
    times, place = np.unique(np.concatenate(([0], begin, end)), return_inverse=True)
    changes = np.bincount(place[1:], np.concatenate((agents, -agents)), len(times))
    levels = np.cumsum(changes).round().astype(np.int64)
    # Who is on duty when the calendar ends stays until the end of the run, if there is one beyond it.
    kept = (times < schedule.until_ms) & np.concatenate(([True], levels[1:] != levels[:-1]))
    staff = [
        (time / HOUR, level) for time, level in zip(times[kept].tolist(), levels[kept].tolist(), strict=True)
    ]
    return (*staff, (schedule.end_ms / HOUR, 0))


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

    @property
    def times(self) -> tuple[float, ...]:
        """All times at which the solver is asked."""
        return (self.within, self.short, *(start for start, _ in self.starts))

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
    plan: Plan,
    differs: tuple[str, ...],
    promised: dict[str, _Promised],
    day: DaySolution,
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
        plan=plan.name,
        differs=differs,
        contacts=by_interval(day.arrivals),
        queue=by_interval(day.wait_time + day.handed_back_time) / hours,
        busy=by_interval(day.busy_time) / hours,
        on_duty=by_interval(day.staffed_time) / hours,
        in_time=in_time,
        service_level=level,
        waiting_mean=3600 * _over(day.wait_time[waits].sum(), arrived),
        abandonment=_over(left, arrived),
        occupancy=_over(day.on_duty_busy_time[first:last].sum(), day.staffed_time[first:last].sum()),
    )


def _over(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else math.nan
