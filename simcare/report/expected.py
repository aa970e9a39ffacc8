"""The report of a scenario that has not been simulated: what is to be expected, by time of day.

Days with the same arrivals and the same people share a table. Loads of such days may differ a little, for
work is carried from day to day; their mean is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isinf

import numpy as np
from numpy.typing import NDArray

from simcare.demand.pile_on import pile_on_of
from simcare.measures.public import followers_law
from simcare.report.document import Report, days_in_words, one_line
from simcare.report.figures import number
from simcare.report.intervals import runs
from simcare.report.load import MANY, Pool, days_on, pools_of
from simcare.report.sentences import Section, listed
from simcare.report.table import Column, Table
from simcare.report.view import label_of
from simcare.scenario.clock import Clock
from simcare.scenario.quantities import format_clock
from simcare.scenario.scenario import Scenario
from simcare.scenario.weekdays import WEEKDAYS
from simcare.virality.chosen import audience_of
from simcare.virality.pile_on import complaints_never_answered

MOST_KINDS_OF_DAY = 4
"""If there are more, the mean over all days is shown."""

LEAST_FOLDED = 2
"""So many intervals on end without work and people become one line."""

SAME = 0.05
"""Contacts or agents in an interval that make no visible difference."""

Days = NDArray[np.int64]
Kinds = list[tuple[str, Days]]


def load_report(scenario: Scenario, plans: Sequence[str], weekdays: frozenset[int] | None = None) -> Report:
    """Arrivals, load and people on duty, for all measured days or those of some weekdays (0 is Monday).

    There must be such a day.
    """
    clock = scenario.clock
    pools = pools_of(scenario, plans)
    days = np.array(days_on(clock, weekdays))
    kinds = {pool.teams: _kinds_of_day(clock, pool, days) for pool in pools}
    return Report(
        title=one_line(scenario.title),
        heading=(
            *([one_line(scenario.about)] if scenario.about else []),
            days_in_words(clock),
            "Expected, without simulation",
        ),
        tables=tuple(_table(scenario, plans, pool, *kind) for pool in pools for kind in kinds[pool.teams]),
        notes=tuple(_notes(scenario)),
        sections=(Section("What to look at", tuple(_sentences(scenario, plans, pools, kinds))),),
    )


# --- which days are alike ---------------------------------------------------------------------------------


def _kinds_of_day(clock: Clock, pool: Pool, days: Days) -> Kinds:
    """Groups of days that are alike, each with its name; one group if there would be too many."""
    groups: list[list[int]] = []
    for day in days.tolist():
        group = next((group for group in groups if _alike(pool, group[0], day)), None)
        if group is None:
            groups.append([day])
        else:
            group.append(day)
    weekdays = [{clock.weekday_of(clock.warm_up_days + day) for day in group} for group in groups]
    if len(groups) > MOST_KINDS_OF_DAY or sum(map(len, weekdays)) > len(set().union(*weekdays)):
        return [(f"mean of {len(days)} days", days)]
    if len(groups) == 1 and len(days) == clock.days:
        return [("", days)]
    return [(_in_words(some), np.array(group)) for some, group in zip(weekdays, groups, strict=True)]


def _alike(pool: Pool, one: int, other: int) -> bool:
    figures = (pool.arrivals, *pool.duty.values())
    return all(np.allclose(by_day[one], by_day[other], rtol=0, atol=SAME) for by_day in figures)


def _in_words(weekdays: set[int]) -> str:
    """The weekdays, three or more on end as `Mon to Fri`."""
    names = [name.capitalize() for name in WEEKDAYS]
    words: list[str] = []
    for day in sorted(weekdays):
        if day - 1 in weekdays:
            continue
        last = day
        while last + 1 in weekdays:
            last += 1
        words += [f"{names[day]} to {names[last]}"] if last - day > 1 else names[day : last + 1]
    return ", ".join(words)


# --- tables -----------------------------------------------------------------------------------------------


def _table(scenario: Scenario, plans: Sequence[str], pool: Pool, kind: str, days: Days) -> Table:
    apart = _loads_differ(pool, plans, days)
    columns = [Column("from", "left")]
    columns += [Column("arrivals")] if pool.types else []
    columns += [] if apart else [Column("load")]
    columns += [Column(plan, unit="load, on duty (gap)" if apart else "on duty (gap)") for plan in plans]
    what = f"{_teams(scenario, pool)}{f', {kind}' if kind else ''}"
    if pool.types:
        what += f": {label_of(scenario, pool.types)}"
    lead = len(columns) - len(plans)
    return Table(what, tuple(columns), tuple(_rows(scenario, plans, pool, days, apart)), lead=lead)


def _rows(
    scenario: Scenario, plans: Sequence[str], pool: Pool, days: Days, apart: bool
) -> Iterator[tuple[str, ...]]:
    def cells(interval: int) -> tuple[str, ...]:
        told = [number(float(pool.arrivals[days, interval].mean()), 1)] if pool.types else []
        if not apart:
            told.append(number(_load(pool, plans[0], days, interval), 1))
        for plan in plans:
            load, duty = _load(pool, plan, days, interval), _duty(pool, plan, days, interval)
            first = f"{number(load, 1)}, " if apart else ""
            gap = _gap(pool, plan, days, interval)
            told.append(first + ("unlimited" if isinf(gap) else f"{number(duty, 1)} ({_signed(gap)})"))
        return tuple(told)

    def idle(interval: int) -> bool | None:
        return None if set("".join(cells(interval))) - set("0., ()") else True

    clock = scenario.clock
    for part in runs(range(clock.intervals_per_day), idle):
        if len(part) >= LEAST_FOLDED:
            yield (_span(clock, part[0], part[-1] + 1), *cells(part[0]))
        else:
            for interval in part:
                yield (format_clock(interval * clock.interval), *cells(interval))


def _load(pool: Pool, plan: str, days: Days, interval: int) -> float:
    return round(float(pool.load[plan][days, interval].mean()), 1)


def _duty(pool: Pool, plan: str, days: Days, interval: int) -> float:
    return round(float(pool.duty[plan][days, interval].mean()), 1)


def _gap(pool: Pool, plan: str, days: Days, interval: int) -> float:
    """Agents on duty beyond the load, as the figures shown say."""
    return round(_duty(pool, plan, days, interval) - _load(pool, plan, days, interval), 1)


def _signed(gap: float) -> str:
    return f"{gap:+.1f}" if gap else "0.0"


def _loads_differ(pool: Pool, plans: Sequence[str], days: Days) -> bool:
    first = pool.load[plans[0]][days].mean(axis=0)
    return any(np.abs(pool.load[plan][days].mean(axis=0) - first).max() >= SAME for plan in plans)


def _teams(scenario: Scenario, pool: Pool) -> str:
    if len(pool.teams) == len(scenario.team_names) > 1:
        return "all teams"
    return ", ".join(pool.teams) if len(pool.teams) <= MANY else f"{len(pool.teams)} teams"


# --- sentences --------------------------------------------------------------------------------------------


def _sentences(
    scenario: Scenario, plans: Sequence[str], pools: Sequence[Pool], kinds: Mapping[tuple[str, ...], Kinds]
) -> Iterator[str]:
    for plan in plans:
        for pool in pools:
            whom = plan if len(pools) == 1 else f"{plan}, {_teams(scenario, pool)}"
            said = [_when_short(scenario, plan, pool, *kind) for kind in kinds[pool.teams]]
            said = [sentence for sentence in said if sentence]
            if said:
                yield f"{whom}: more work than people {'; '.join(said)}."
            else:
                yield f"{whom}: as many people as work, or more, in every interval."
    yield (
        "Where there is more work than people, a backlog grows in whatever order it is worked off. Where "
        "there is not, chance still makes customers wait: simcare run says how long."
    )


def _when_short(scenario: Scenario, plan: str, pool: Pool, kind: str, days: Days) -> str:
    clock = scenario.clock
    gaps = [_gap(pool, plan, days, interval) for interval in range(clock.intervals_per_day)]
    if min(gaps) >= 0:
        return ""
    spans = [
        _span(clock, part[0], part[-1] + 1)
        for part in runs(range(len(gaps)), lambda interval: gaps[interval] < 0)
        if gaps[part[0]] < 0
    ]
    worst = gaps.index(min(gaps))
    when = f"{f'on {kind} ' if kind else ''}{listed(spans)}"
    most = "" if sum(gap < 0 for gap in gaps) == 1 else f" most of all {_span(clock, worst, worst + 1)}"
    return f"{when},{most} by {number(-gaps[worst], 1)} agents"


def _span(clock: Clock, start: int, end: int) -> str:
    return f"{format_clock(start * clock.interval)}–{format_clock(end * clock.interval)}"


def _notes(scenario: Scenario) -> Iterator[str]:
    yield (
        "Load: erlangs, the mean number of agents at work if there were always enough of them; it follows "
        "the arrivals by about one handling time and holds replies to further messages and escalated work. "
        "On duty: agents, without breaks and expected absence. Gap: on duty less load."
    )
    if any(contact.patience is not None for contact in scenario.contacts.values()):
        yield "Nobody is taken to give up: it is the work there would be if all were answered."
    for name in scenario.public_contacts:
        share = pile_on_of(scenario, name)
        if share > 0:
            audience, contact = audience_of(scenario, name), scenario.contacts[name]
            direct = contact.severity * followers_law(scenario, name).mean_rate(audience)
            each = contact.actionable * complaints_never_answered(audience, share, direct)
            yield (
                f"Pile-on comes on top of the arrivals of {name}: {number(100 * each, 1)} for every 100 if "
                "nobody answers, and fewer the sooner answers are sent."
            )
    yield from (f"Note: {one_line(note)}" for note in scenario.notes)
