"""A part of a plan as M(t)/M/s(t)+M: exactly where it is one, else the nearest, and in what that differs.

Exactly: one contact type along its curve, one team. The nearest: all steps of all types as one kind of
contact, each when it is to be expected, and all teams as one; what the solver does not know is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import weekday_factors
from simcare.demand.expected import expected_steps
from simcare.demand.rates import SurgeDraw, rate_of
from simcare.demand.tape import FIRST
from simcare.errors import UsageError
from simcare.experiment.parts import Part
from simcare.scenario.chats import FULL_PACE
from simcare.scenario.contacts import ContactType
from simcare.scenario.laws import Law
from simcare.scenario.plans import UNLIMITED, Plan
from simcare.scenario.quantities import DAY, HOUR, MINUTE, format_duration
from simcare.scenario.scenario import Scenario
from simcare.scenario.teams import FULL_SPEED, speed_at
from simcare.staffing.expected import on_duty
from simcare.staffing.routing import rules_of
from simcare.staffing.schedule import Schedule, schedule_of
from simcare.staffing.shared_work import handling_by_first_team, replies_by_rules
from simcare.staffing.shifts import lines_of
from simcare.theory.time_varying import ChangingDesk

Float = NDArray[np.float64]

LONGEST_CELL = 15 * MINUTE
"""Arrivals of the nearest desk are taken as even for so long."""

LEFT_OUT = {
    "share its people": "All contact types are taken as one, with the mean handling of all.",
    "teams serve": "All teams are taken as one.",
    "a trace": "Arrivals are a record; they are taken as Poisson with the same numbers by interval.",
    "a surge": "A surge that comes by chance is taken at its mean.",
    "several days": "Busy and quiet days are taken to come together.",
    "complaints themselves": "Complaints that are reshares of others are left out.",
    "write again": "Further messages are taken as contacts of their own, when they are to be expected.",
    "escalated": "Escalated work is taken as contacts of its own, when it is to be expected.",
    "try again": "Further tries are left out.",
    "only acknowledge": "Full answers are taken as contacts of their own, when they are to be expected.",
    "a template": "",
    "in public": "Closing replies are taken as contacts of their own, when they are to be expected.",
    "has a limit": "The limit of the queue is left out.",
    "silently": "Who gives up silently is taken to leave.",
    "depends on the queue": "Who leaves at once is taken not to look at the queue.",
    "differs by team": "Handling is taken as that of the team asked first.",
    "several contacts": "An agent with several in hand is taken as several, each at the pace of full hands.",
    "absent": "Absence is taken off the head count, rounded.",
    "go ahead": "The order is taken as first come first served.",
    "the order": "The order is taken as first come first served.",
}
"""What the nearest desk does instead, by words of the reason why it is not exact."""


def desk_of(scenario: Scenario, part: Part) -> tuple[ChangingDesk, float, tuple[str, ...]]:
    """The desk, the share of its contacts that are first replies, and in what it differs from the plan's.

    UsageError where not even the nearest is known.
    """
    plan = scenario.plan(part.plan)
    differs = [sentence for clause in part.beyond for words, sentence in LEFT_OUT.items() if words in clause]
    if any(level == UNLIMITED for team in part.teams for _, level in plan.headcount.get(team, ())):
        raise UsageError(f"no formula for plan {part.plan}: the head count is unlimited")
    desk, first = _nearest(scenario, part, plan) if part.beyond else (_exact(scenario, part, plan), 1.0)
    differs += _laws(scenario, part)
    if plan.at_shift_end == "finish" and any(lines_of(plan, team) for team in part.teams):
        differs.append(
            "People finish what they hold when their duty ends; they are taken as a head count, of whom "
            "nobody starts anything new while more are busy than on duty."
        )
    return desk, first, tuple(dict.fromkeys(filter(None, differs)))


def _laws(scenario: Scenario, part: Part) -> Iterator[str]:
    """Laws that are taken as exponential."""
    if len(part.types) > 1:
        kinds = {
            law.kind
            for name in part.types
            for law in (scenario.contacts[name].handling.law, _patience(scenario.contacts[name]))
            if law is not None
        }
        if kinds - {"exponential"}:
            yield "Handling and patience are taken as exponential with the same means."
        return
    contact = scenario.contacts[part.types[0]]
    for what, law in (("Handling", contact.handling.law), ("Patience", _patience(contact))):
        if law is not None and law.kind != "exponential":
            mean = format_duration(law.mean)
            yield f"{what} is {law.kind}, and taken as exponential with the same mean, {mean}."


def _patience(contact: ContactType) -> Law | None:
    return None if contact.patience is None else contact.patience.law


def _exact(scenario: Scenario, part: Part, plan: Plan) -> ChangingDesk:
    clock = scenario.clock
    ((name,), (team,)) = part.types, part.teams
    contact = scenario.contacts[name]
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
    schedule = schedule_of(scenario, plan.name)
    return ChangingDesk(
        arrivals=tuple(segments),
        staff=_staff(schedule, {scenario.team_names.index(team): 1.0}),
        mean_handling=law.mean / speed / HOUR,
        mean_patience=math.inf if patience is None or patience.law is None else patience.law.mean / HOUR,
        leaves_at_once=0.0 if patience is None else patience.leaves_at_once[0][1],
        at_shift_end=plan.at_shift_end if lines_of(plan, team) else "finish",
        day_factor_cv=arrivals.day_factor.cv if arrivals.day_factor is not None else 0.0,
    )


def _nearest(scenario: Scenario, part: Part, plan: Plan) -> tuple[ChangingDesk, float]:
    clock, rules = scenario.clock, rules_of(scenario, plan.name)
    types = [scenario.contact_names.index(name) for name in part.types]
    teams = [scenario.team_names.index(name) for name in part.teams]
    handling_of = handling_by_first_team(scenario, rules, on_duty(scenario, plan.name))
    cells = -(-clock.interval // LONGEST_CELL)
    steps = expected_steps(scenario, handling_of, replies_by_rules(scenario, rules), cells)
    steps *= np.any(rules.handles[:, :, teams], axis=-1, keepdims=True)
    count = steps.sum(axis=-1)
    if not count[:, types].any():
        raise UsageError(f"no formula for plan {plan.name}: nobody writes in")
    work = 0.0
    for kind, number in zip(*np.nonzero(count), strict=True):
        law, speed = handling_of(int(kind), scenario.contact_names[int(number)])
        work += float(count[kind, number]) * law.mean / speed
    # With full hands; where agents hold one at a time that is their speed.
    pace = np.mean([scenario.teams[team].chats[-1] / FULL_PACE for team in part.teams])
    first = count[FIRST, types] / count.sum()
    leaving = at_once = factor = 0.0
    for share, name in zip(first.tolist(), part.types, strict=True):
        contact = scenario.contacts[name]
        patience = _patience(contact)
        leaving += 0.0 if patience is None or patience.mean == 0 else share / patience.mean
        at_once += 0.0 if contact.patience is None else share * contact.patience.leaves_at_once[0][1]
        day_factor = contact.arrivals.day_factor
        factor += 0.0 if day_factor is None else share * day_factor.cv / first.sum()
    each = clock.interval / cells / HOUR
    rates = (steps.sum(axis=(0, 1)) / each).tolist()
    desk = ChangingDesk(
        arrivals=tuple((each * cell, each * (cell + 1), rate, rate) for cell, rate in enumerate(rates)),
        staff=_staff(
            schedule_of(scenario, plan.name),
            {
                number: len(scenario.teams[name].chats) * (1 - plan.shrinkage)
                for number, name in zip(teams, part.teams, strict=True)
            },
        ),
        mean_handling=work / float(count.sum()) / float(pace) / HOUR,
        mean_patience=1 / leaving / HOUR if leaving else math.inf,
        leaves_at_once=at_once,
        at_shift_end=plan.at_shift_end if any(lines_of(plan, team) for team in part.teams) else "finish",
        day_factor_cv=factor,
    )
    return desk, float(first.sum())


def _staff(schedule: Schedule, counted: dict[int, float]) -> tuple[tuple[float, int], ...]:
    """How many are on duty from when on, in hours; each agent of a team counted so many times, rounded."""
    weight = np.array([counted.get(team, 0.0) for team in range(max(counted) + 1)])

    def of(team: NDArray[np.int64]) -> Float:
        return np.where(team < len(weight), weight[np.minimum(team, len(weight) - 1)], 0.0)

    people = of(schedule.team_of_agent[schedule.due.agent])
    begin = np.concatenate((schedule.stretches.from_ms, schedule.due.from_ms))
    end = np.concatenate((schedule.stretches.to_ms, schedule.due.to_ms))
    agents = np.concatenate((schedule.stretches.level * of(schedule.stretches.team), people))
    times, place = np.unique(np.concatenate(([0], begin, end)), return_inverse=True)
    changes = np.bincount(place[1:], np.concatenate((agents, -agents)), len(times))
    levels = np.maximum(np.cumsum(changes), 0.0).round().astype(np.int64)
    # Who is on duty when the calendar ends stays until the end of the run, if there is one beyond it.
    kept = (times < schedule.until_ms) & np.concatenate(([True], levels[1:] != levels[:-1]))
    staff = [
        (time / HOUR, level) for time, level in zip(times[kept].tolist(), levels[kept].tolist(), strict=True)
    ]
    return (*staff, (schedule.end_ms / HOUR, 0))
