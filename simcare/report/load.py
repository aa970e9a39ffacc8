"""What can be said of a scenario before it is simulated: expected arrivals, offered load, people on duty.

The load is counted in erlangs, the mean number of agents at work if there were always enough of them. It is
set against the agents expected on duty, separately for teams that cannot help each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.expected import expected_arrivals, offered_load, work_of_a_contact
from simcare.demand.tape import FIRST
from simcare.scenario.clock import Clock
from simcare.scenario.quantities import format_clock
from simcare.scenario.scenario import Scenario
from simcare.staffing.expected import on_duty
from simcare.staffing.routing import rules_of
from simcare.staffing.shared_work import handling_by_first_team, replies_by_rules, sharing_groups

Float = NDArray[np.float64]

MANY = 6
"""More groups of teams than this are shown as one."""

DECIMALS = 9
"""Of the rows: more would only show that sums of fractions are not quite 0."""


@dataclass(frozen=True)
class Pool:
    """Teams that share work, directly or through one another, and the contact types they answer first.

    By measured day and interval, shape (days, intervals a day): ``arrivals`` of those types; by plan
    ``load`` in erlangs of all steps these teams take, ``at_once`` the same as if all that a contact brings
    were done when it arrives, and agents ``duty``, absence and breaks taken off.
    """

    teams: tuple[str, ...]
    types: tuple[str, ...]
    arrivals: Float
    load: Mapping[str, Float]
    at_once: Mapping[str, Float]
    duty: Mapping[str, Float]


class LoadRow(NamedTuple):
    """One interval of one day: contacts expected, erlangs of load, agents on duty, and how many are spare."""

    plan: str
    teams: str
    day: str
    interval: str
    arrivals: float
    load: float
    on_duty: float
    gap: float


def pools_of(scenario: Scenario, plans: Sequence[str]) -> tuple[Pool, ...]:
    """The groups of teams at work in the plans, with what is to be expected of each.

    A step counts for the team that comes first for its type among those at work that may take it, at that
    team's speed.
    """
    rules = {plan: rules_of(scenario, plan) for plan in plans}
    duty = {plan: on_duty(scenario, plan) for plan in plans}
    working = np.array([duty[plan].any(axis=(1, 2)) for plan in plans]).any(axis=0)
    handles = np.any([rules[plan].handles for plan in plans], axis=0)
    groups = sharing_groups(handles & working)
    if len(groups) > MANY:
        groups = [sorted(team for group in groups for team in group)]
    warm_up = scenario.clock.warm_up_days
    arrivals = expected_arrivals(scenario)[:, warm_up:]
    load, at_once = {}, {}
    for plan in plans:
        handling_of = handling_by_first_team(scenario, rules[plan], duty[plan])
        replies_of = replies_by_rules(scenario, rules[plan])
        load[plan] = offered_load(scenario, handling_of, replies_of)[:, :, warm_up:]
        work = work_of_a_contact(scenario, handling_of, replies_of) / scenario.clock.interval
        at_once[plan] = work[:, :, np.newaxis, np.newaxis] * arrivals
    pools = [_pool(scenario, group, handles, arrivals, load, at_once, duty) for group in groups]
    return tuple(sorted(pools, key=lambda pool: not pool.types))


def days_on(clock: Clock, weekdays: frozenset[int] | None) -> list[int]:
    """The measured days, counted from 0, that fall on these weekdays (0 is Monday); all if None."""
    if weekdays is None:
        return list(range(clock.days))
    return [day for day in range(clock.days) if clock.weekday_of(clock.warm_up_days + day) in weekdays]


def load_rows(
    scenario: Scenario, plans: Sequence[str], weekdays: frozenset[int] | None = None
) -> tuple[LoadRow, ...]:
    """The figures as tidy rows: by plan, teams, day and interval."""
    clock = scenario.clock
    days = days_on(clock, weekdays)
    rows = []
    pools = pools_of(scenario, plans)
    for plan, pool, day, interval in product(plans, pools, days, range(clock.intervals_per_day)):
        load, duty = (
            round(float(figures[plan][day, interval]), DECIMALS) for figures in (pool.load, pool.duty)
        )
        iso = clock.date_of(clock.warm_up_days + day).isoformat()
        start = format_clock(interval * clock.interval)
        arrivals = round(float(pool.arrivals[day, interval]), DECIMALS)
        gap = round(duty - load, DECIMALS)
        rows.append(LoadRow(plan, ", ".join(pool.teams), iso, start, arrivals, load, duty, gap))
    return tuple(rows)


def _pool(
    scenario: Scenario,
    group: Sequence[int],
    handles: NDArray[np.bool_],
    arrivals: Float,
    load: Mapping[str, Float],
    at_once: Mapping[str, Float],
    duty: Mapping[str, Float],
) -> Pool:
    serves = np.asarray(handles[:, :, group].any(axis=-1))
    first = serves[FIRST]
    return Pool(
        teams=tuple(scenario.team_names[number] for number in group),
        types=tuple(name for name, here in zip(scenario.contact_names, first, strict=True) if here),
        arrivals=arrivals[first].sum(axis=0),
        load={plan: load[plan][serves].sum(axis=0) for plan in load},
        at_once={plan: at_once[plan][serves].sum(axis=0) for plan in at_once},
        duty={plan: duty[plan][group].sum(axis=0) for plan in duty},
    )
