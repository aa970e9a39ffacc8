"""Notes on opening hours that count for a promise and in which nobody who may answer is on duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from simcare.scenario.hours import Span, WeekHours, on_days, together
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
    types = [name for one in scenario.service_levels if one.hours == "open" for name in one.contacts]
    told: set[tuple[str, WeekHours]] = set()
    for plan in scenario.plans.values():
        for name in dict.fromkeys(types):
            opening = scenario.opening_of(name)
            shifts, levels = _who_may(plan, teams_with(scenario.teams, scenario.contacts[name].needs))
            if opening is None or any(shift.dates for shift in shifts):
                continue
            empty = minus(opening, [*_of_shifts(shifts), *_of_levels(levels)])
            if empty.spans and (name, empty) not in told:
                told.add((name, empty))
                length = sum(end - begin for begin, end in empty.spans) / HOUR
                yield (
                    f"plan {plan.name}: nobody who may answer {name} is on duty in {length:.3g} h a week "
                    f"of its opening hours, first on {_in_words(empty.spans[0])}"
                )


def minus(hours: WeekHours, taken: Sequence[Span]) -> WeekHours:
    """What is left of the hours outside some spans."""
    without = together(taken).spans
    cuts = sorted({end for span in (*hours.spans, *without) for end in span})

    def inside(begin: int, end: int, spans: Sequence[Span]) -> bool:
        return any(a <= begin and end <= b for a, b in spans)

    return together(
        (begin, end)
        for begin, end in pairwise(cuts)
        if inside(begin, end, hours.spans) and not inside(begin, end, without)
    )


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
