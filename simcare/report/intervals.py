"""The intervals of the day of one plan and one set of contacts, as numbers: what the interval table shows.

Also the stretches of it: intervals on end of which the same can be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from simcare.demand.tape import ESCALATED, FIRST
from simcare.report.figures import Found, Verdict
from simcare.report.view import Promise, View, Waits
from simcare.staffing.routing import rules_of

T = TypeVar("T")


@dataclass(frozen=True)
class Interval:
    """One interval of the day, pooled over the days, from the clock time ``start`` to ``end``.

    ``arrivals`` a day; ``on_duty`` agents and ``occupancy`` of the teams that may answer; ``queue`` messages
    waiting on average. ``levels`` and ``verdicts`` are those of the promises, ``late`` the 90% waits.
    """

    start: str
    end: str
    arrivals: float
    on_duty: float
    occupancy: float | None
    queue: float
    levels: tuple[Found, ...]
    verdicts: tuple[Verdict, ...]
    late: tuple[Found, ...]


@dataclass(frozen=True)
class About:
    """What an interval table is about: contacts with the same promises in one plan, and who may answer."""

    plan: str
    types: tuple[str, ...]
    promises: tuple[Promise, ...]
    teams: tuple[str, ...]

    @property
    def clocks(self) -> tuple[Waits, ...]:
        """The waits of which the table says how long they are."""
        clocks: list[Waits] = [promise.waits for promise in self.promises] or ["first_reply"]
        return tuple(dict.fromkeys(clocks))


def abouts(view: View, plan: str) -> tuple[About, ...]:
    """The tables of a plan: one for each set of contacts with a promise, or one for all if none has."""
    groups = dict.fromkeys(promise.types for promise in view.promises) or [view.scenario.contact_names]
    return tuple(
        About(
            plan,
            types,
            tuple(promise for promise in view.promises if promise.types == types),
            teams_for(view, plan, types),
        )
        for types in groups
    )


def teams_for(view: View, plan: str, types: Sequence[str]) -> tuple[str, ...]:
    """The teams at work in the plan that may take first replies of these contact types."""
    return _teams_that_take(view, plan, FIRST, types)


def elsewhere(view: View, about: About) -> tuple[str, ...]:
    """The teams at work in the plan that may take escalated work of these contacts, but no first replies."""
    taking = _teams_that_take(view, about.plan, ESCALATED, about.types)
    return tuple(team for team in taking if team not in about.teams)


def _teams_that_take(view: View, plan: str, kind: int, types: Sequence[str]) -> tuple[str, ...]:
    handles = rules_of(view.scenario, plan).handles[kind]
    asked = [view.scenario.contact_names.index(name) for name in types]
    return tuple(
        team
        for number, team in enumerate(view.scenario.team_names)
        if handles[asked, number].any() and view.found(plan, "staffed_hours", team=team).estimate
    )


def intervals_of(view: View, about: About) -> tuple[Interval, ...]:
    """The intervals of the day, in order."""
    ends = [*view.intervals[1:], "24:00"]
    return tuple(_interval(view, about, *span) for span in zip(view.intervals, ends, strict=True))


def _interval(view: View, about: About, start: str, end: str) -> Interval:
    plan, pool = about.plan, view.pool(about.types)
    duty = [view.found(plan, "on_duty", team=team, interval=start).estimate or 0.0 for team in about.teams]
    busy = [view.found(plan, "occupancy", team=team, interval=start).estimate or 0.0 for team in about.teams]
    on_duty = sum(duty)
    return Interval(
        start=start,
        end=end,
        arrivals=view.total(plan, "contacts", about.types, start).estimate or 0.0,
        on_duty=on_duty,
        occupancy=sum(share * agents for share, agents in zip(busy, duty, strict=True)) / on_duty
        if on_duty
        else None,
        queue=view.total(plan, "queue", about.types, start).estimate or 0.0,
        levels=tuple(view.level(plan, promise, start) for promise in about.promises),
        verdicts=tuple(view.verdict(plan, promise, start) for promise in about.promises),
        late=tuple(
            Found(None) if pool is None else view.found(plan, f"{waits}_p90", contacts=pool, interval=start)
            for waits in about.clocks
        ),
    )


def runs(intervals: Iterable[T], same: Callable[[T], object]) -> list[list[T]]:
    """The day cut where `same` changes; intervals of which it says None stand alone."""
    cut: list[list[T]] = []
    for interval in intervals:
        what = same(interval)
        if cut and what is not None and same(cut[-1][-1]) == what:
            cut[-1].append(interval)
        else:
            cut.append([interval])
    return cut


def windows(intervals: Sequence[Interval], promise: int, verdict: Verdict, around: bool) -> list[str]:
    """The clock times between which a promise, by position, has this verdict: `18:30–22:00`.

    With `around` the day is a circle, as where one day follows another: `22:30–08:00`.
    """
    parts = runs(intervals, lambda one: one.verdicts[promise])
    if around and len(parts) > 1 and parts[0][0].verdicts[promise] == parts[-1][0].verdicts[promise] != "":
        parts = [parts[-1] + parts[0], *parts[1:-1]]
    chosen = [part for part in parts if part[0].verdicts[promise] == verdict]
    return [f"{part[0].start}–{part[-1].end}" for part in sorted(chosen, key=lambda part: part[0].start)]


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
