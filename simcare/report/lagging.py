"""Work comes later than the contacts: the offered load of a scenario by time of day, and staff for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.report.document import Report, days_in_words, one_line
from simcare.report.intervals import runs
from simcare.report.load import Pool, days_on, pools_of
from simcare.report.table import Column, Table
from simcare.report.view import label_of
from simcare.scenario.clock import Clock
from simcare.scenario.quantities import format_clock, format_share
from simcare.scenario.scenario import Scenario
from simcare.theory.square_root import beta_for, square_root_agents

Floats = NDArray[np.float64]

WHAT_IS_LOAD = (
    "At once: contacts times the work of each, in erlangs, as if it were done when they arrive. Load: when "
    "it is there to be done, if there were always a free agent; it follows the contacts by about one "
    "handling time, and longer where customers write again (M(t)/G/∞; Palm 1943; Eick, Massey & Whitt 1993)."
)
HOW_MANY = (
    "Agents: load + β√load, for {share} to be taken at once if nobody gives up (Halfin & Whitt 1981; over "
    "time: Jennings, Mandelbaum, Massey & Whitt 1996). A guess: simcare run says how good."
)
SHOWN = 0.05
"""Less than this is shown as 0."""


@dataclass(frozen=True)
class Lagging:
    """A group of teams under a plan; by interval, means over the days.

    ``at_once``: contacts × the work of each, in erlangs, as if it were all done when they arrive; ``load``:
    when it is there to be done (Palm 1943; Eick, Massey & Whitt 1993). ``needed``: load + β·√load agents
    for the target, ``needed_at_once`` the same of the first.
    """

    plan: str
    teams: tuple[str, ...]
    types: tuple[str, ...]
    contacts: Floats
    at_once: Floats
    load: Floats
    needed_at_once: tuple[int, ...]
    needed: tuple[int, ...]
    on_duty: Floats


def lagging_loads(
    scenario: Scenario, plans: Sequence[str], target: float, weekdays: frozenset[int] | None = None
) -> tuple[Lagging, ...]:
    """The loads of all groups of teams that share work, plan by plan; `target`: the share taken at once."""
    days, beta = days_on(scenario.clock, weekdays), beta_for(1 - target)
    return tuple(
        _of_pool(scenario, pool, plan, days, beta)
        for plan in plans
        for pool in pools_of(scenario, plans)
        if pool.types
    )


def _of_pool(scenario: Scenario, pool: Pool, plan: str, days: Sequence[int], beta: float) -> Lagging:
    rows = list(days)
    contacts, at_once, load = (
        by_day[rows].mean(axis=0) for by_day in (pool.arrivals, pool.at_once[plan], pool.load[plan])
    )
    return Lagging(
        plan,
        pool.teams,
        pool.types,
        contacts,
        at_once,
        load,
        tuple(square_root_agents(one, beta) for one in at_once.tolist()),
        tuple(square_root_agents(one, beta) for one in load.tolist()),
        pool.duty[plan][rows].mean(axis=0),
    )


def lagging_report(scenario: Scenario, found: Sequence[Lagging], target: float) -> Report:
    """The loads as a report."""
    share = format_share(target)
    return Report(
        title=one_line(scenario.title),
        heading=(days_in_words(scenario.clock), "By formula, without simulation"),
        tables=tuple(_table(scenario, one, share) for one in found),
        notes=(WHAT_IS_LOAD, HOW_MANY.format(share=share)),
        sections=(),
    )


def _table(scenario: Scenario, one: Lagging, share: str) -> Table:
    columns = (
        Column("from", "left"),
        Column("contacts"),
        Column("at once"),
        Column("load"),
        Column(f"agents for {share},\nat once"),
        Column("by load"),
        Column("on duty"),
    )
    title = f"Plan {one.plan}, {', '.join(one.teams)}: {label_of(scenario, one.types)}"
    return Table(title, columns, tuple(_rows(scenario.clock, one)))


def _rows(clock: Clock, one: Lagging) -> Iterator[tuple[str, ...]]:
    quiet = np.maximum(np.maximum(one.contacts, one.load), one.on_duty) < SHOWN
    for part in runs(range(clock.intervals_per_day), lambda number: True if quiet[number] else None):
        first, last = part[0], part[-1] + 1
        begin = format_clock(first * clock.interval)
        span = begin if len(part) == 1 else f"{begin}–{format_clock(last * clock.interval)}"
        yield (
            span,
            *(f"{column[first]:.1f}" for column in (one.contacts, one.at_once, one.load)),
            *(str(column[first]) for column in (one.needed_at_once, one.needed)),
            "unlimited" if np.isinf(one.on_duty[first]) else f"{one.on_duty[first]:.1f}",
        )


def lagging_data(scenario: Scenario, found: Sequence[Lagging], target: float) -> list[dict[str, Any]]:
    """The loads as plain values, one row for each plan, group of teams and interval."""
    clock = scenario.clock
    return [
        {
            "plan": one.plan,
            "teams": ", ".join(one.teams),
            "interval": format_clock(number * clock.interval),
            "contacts": float(one.contacts[number]),
            "at_once": float(one.at_once[number]),
            "load": float(one.load[number]),
            "target": target,
            "agents_at_once": one.needed_at_once[number],
            "agents": one.needed[number],
            "on_duty": None if np.isinf(one.on_duty[number]) else float(one.on_duty[number]),
        }
        for one in found
        for number in range(clock.intervals_per_day)
    ]
