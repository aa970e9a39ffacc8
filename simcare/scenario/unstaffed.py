"""Notes on opening hours that count for a promise and in which nobody who may answer is on duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from simcare.scenario.hours import Span, WeekHours, on_days, outside
from simcare.scenario.plans import Plan
from simcare.scenario.quantities import DAY, HOUR, format_clock
from simcare.scenario.scenario import Scenario
from simcare.scenario.shifts import Shift
from simcare.scenario.teams import teams_with
from simcare.scenario.weekdays import EVERY_DAY, WEEKDAYS


def unstaffed(scenario: Scenario) -> Iterator[str]:
    """For each plan and each contact type with a promise in open hours, the hours without anybody.

    What a plan inherits is said once. Plans with shifts on dates have no week to look at.
    """
    told: set[tuple[str, WeekHours]] = set()
    for plan in scenario.plans.values():
        for (teams, opening), names in _asked(scenario).items():
            shifts, levels = _who_may(plan, teams)
            if any(shift.dates for shift in shifts):
                continue
            empty = outside(opening, (*_of_shifts(shifts), *_of_levels(levels)))
            if empty.spans and (names, empty) not in told:
                told.add((names, empty))
                length = sum(end - begin for begin, end in empty.spans) / HOUR
                yield (
                    f"plan {plan.name}: nobody who may answer {names} is on duty in {length:.3g} h a week "
                    f"of its opening hours, first on {_in_words(empty.spans[0])}"
                )


def _asked(scenario: Scenario) -> dict[tuple[tuple[str, ...], WeekHours], str]:
    """The contact types with a promise in open hours, in words, by who may answer and the hours."""
    types = [name for one in scenario.service_levels if one.hours == "open" for name in one.contacts]
    alike: dict[tuple[tuple[str, ...], WeekHours], list[str]] = {}
    for name in dict.fromkeys(types):
        opening = scenario.opening_of(name)
        if opening is not None:
            teams = teams_with(scenario.teams, scenario.contacts[name].needs)
            alike.setdefault((teams, opening), []).append(name)
    return {
        key: ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        for key, names in alike.items()
    }


Level = tuple[tuple[int, int], ...]


def _who_may(plan: Plan, teams: Sequence[str]) -> tuple[list[Shift], list[Level]]:
    """The shifts and the levels of some teams, as far as there is anybody in them."""
    shifts = [shift for shift in plan.shifts if shift.team in teams and shift.is_staffed]
    return shifts, [knots for team, knots in plan.headcount.items() if team in teams]


def _of_shifts(shifts: Sequence[Shift]) -> Iterator[Span]:
    """When people are on duty, breaks left out."""
    for shift in shifts:
        edges = [shift.from_ms, *(edge for pause in shift.breaks for edge in pause), shift.to_ms]
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end > begin:
                yield from on_days(shift.days, begin, end)


def _of_levels(levels: Sequence[Level]) -> Iterator[Span]:
    """When levels are above zero; the last of a day holds until the first of the next."""
    for knots in levels:
        for (begin, level), (end, _) in pairwise([*knots, (knots[0][0] + DAY, 0)]):
            if level:
                yield from on_days(EVERY_DAY, begin, end)


def _in_words(span: Span) -> str:
    day = span[0] // DAY
    return f"{WEEKDAYS[day]} {format_clock(span[0] - day * DAY)}–{format_clock(span[1] - day * DAY)}"
