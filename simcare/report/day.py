"""The interval table planners know: arrivals, people on duty, occupancy, queue, service level, how late.

One table for each plan and each set of contacts with a promise, by interval of the day, pooled over the
days. Tables are folded where there is little to tell: intervals on end in which nothing
arrives become one line. So do, in long tables, those in which every promise is met and those in which nobody
who could answer is on duty. What the line says of them is exact: a total, an average over time, the worst.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simcare.report.figures import UNDEFINED, Found, duration, number, share
from simcare.report.intervals import About, Interval, abouts, elsewhere, intervals_of, listed, runs
from simcare.report.plans import WAITS_IN_WORDS
from simcare.report.table import Column, Table
from simcare.report.view import View, label_of

UNFOLDED = 24
"""A table of up to so many intervals is shown whole, but for hours in which nothing arrives."""

LEAST_FOLDED = 2
"""So many of them on end become one line."""

FOLDED_NOTE = (
    "A line for several intervals gives their arrivals in total; on duty, occupancy and queue on average; "
    "the lowest and the highest of their service levels (94.3–100.0%), and the longest of their waits (≤)."
)


def day_tables(view: View) -> tuple[Table, ...]:
    """The interval tables of every plan; none if the whole day is one interval."""
    if len(view.intervals) == 1:
        return ()
    return tuple(_table(view, about) for plan in view.plans for about in abouts(view, plan))


def _table(view: View, about: About) -> Table:
    lines = folded(intervals_of(view, about))
    terms = "; ".join(promise.terms for promise in about.promises)
    everyone = [
        team
        for team in view.scenario.team_names
        if view.found(about.plan, "staffed_hours", team=team).estimate
    ]
    notes = []
    if about.teams and len(about.teams) < len(everyone):
        notes.append(f"On duty and occupancy are those of {listed(about.teams)}.")
    others = elsewhere(view, about)
    if others:
        notes.append(
            "Queue counts every waiting message of these contacts, escalated work that waits for "
            f"{listed(others)} too."
        )
    return Table(
        title=f"{about.plan}: {label_of(view.scenario, about.types)}" + (f", {terms}" if terms else ""),
        columns=tuple(_columns(about)),
        rows=tuple(tuple(_cells(about, line)) for line in lines),
        notes=tuple(notes),
    )


def folded(intervals: Sequence[Interval]) -> list[list[Interval]]:
    """The lines of the table: single intervals, or several on end of which nothing needs to be told apart."""
    long = len(intervals) > UNFOLDED
    lines: list[list[Interval]] = []
    for run in runs(intervals, lambda one: _quiet(one, long)):
        lines += [run] if len(run) >= LEAST_FOLDED else [[interval] for interval in run]
    return lines


def _quiet(interval: Interval, fold_more: bool) -> str | None:
    if interval.arrivals == 0 and all(level.estimate is None for level in interval.levels):
        return "nothing"
    if not fold_more:
        return None
    verdicts = set(interval.verdicts)
    if verdicts == {"met"}:
        return "met"
    return "closed" if verdicts == {"missed"} and interval.on_duty == 0 else None


def _columns(about: About) -> Iterator[Column]:
    yield from (
        Column("from", "left"),
        Column("arrivals"),
        Column("on\nduty"),
        Column("occupancy"),
        Column("queue"),
    )
    if len(about.promises) == 1:
        yield Column("service\nlevel")
        if about.promises[0].target is not None:
            yield Column("promise", "left")
    else:
        for promise in about.promises:
            yield Column(promise.name.replace(" within ", "\nwithin ", 1).replace(", ", ",\n"))
    for waits in about.clocks:
        yield Column(f"{WAITS_IN_WORDS[waits]}\n90% within")


def _cells(about: About, line: Sequence[Interval]) -> Iterator[str]:
    several = len(line) > 1
    yield f"{line[0].start}–{line[-1].end}" if several else line[0].start
    yield number(sum(one.arrivals for one in line), 1)
    on_duty = sum(one.on_duty for one in line)
    yield number(on_duty / len(line), 1)
    busy = sum((one.occupancy or 0.0) * one.on_duty for one in line)
    yield f"{number(100 * busy / on_duty, 0)}%" if on_duty else UNDEFINED
    yield number(sum(one.queue for one in line) / len(line), 1)
    for position, promise in enumerate(about.promises):
        verdict = line[0].verdicts[position]
        levels = [one.levels[position] for one in line]
        if several:
            level = _range(levels, promise.target)
        else:
            level = (
                share(levels[0], promise.target)
                if len(about.promises) == 1
                else share(Found(levels[0].estimate), promise.target)
            )
        if len(about.promises) > 1:
            yield f"{level} {verdict}".rstrip()
        else:
            yield level
            if promise.target is not None:
                yield verdict or UNDEFINED
    for position in range(len(about.clocks)):
        late = [one.late[position].estimate for one in line]
        longest = max((value for value in late if value is not None), default=None)
        bounded = several and longest is not None and math.isfinite(longest)
        yield ("≤ " if bounded else "") + duration(Found(longest))


def _range(levels: Sequence[Found], target: float | None) -> str:
    """A folded line's service level: the lowest and the highest estimate, as `94.3–100.0%`."""
    values = [level.estimate for level in levels if level.estimate is not None]
    if not values:
        return UNDEFINED
    lowest, highest = (share(Found(value), target) for value in (min(values), max(values)))
    return highest if lowest == highest else f"{lowest.removesuffix('%')}–{highest}"
