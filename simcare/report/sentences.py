"""What the tables say, in sentences: promises missed, when, how late, what a plan changes, how sure.

Every number in a sentence is written by the function that writes it in the tables, and every verdict is the
tables' verdict; a sentence can only point at what stands above it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simcare.report.audience import audience_of_plan, audience_sentences
from simcare.report.figures import (
    Found,
    amount,
    amount_difference,
    duration,
    number,
    points,
    share,
    sure_within,
)
from simcare.report.intervals import About, Interval, abouts, intervals_of, runs, windows
from simcare.report.intervals import listed as all_listed
from simcare.report.view import Promise, View
from simcare.scenario.quantities import format_share

MOST_WINDOWS = 4
MOST_REPLICATIONS = 100_000
"""Beyond this many replications a question is called too close to settle."""


@dataclass(frozen=True)
class Section:
    """Some sentences under a title."""

    title: str
    sentences: tuple[str, ...]


def sections(view: View) -> tuple[Section, ...]:
    """A section for each plan, the later ones compared with the first, and one on how sure all this is."""
    first = view.plans[0]
    told = [Section(f"Plan {first}", tuple(_plan(view, first, None)))]
    told += [
        Section(f"Plan {plan}, beside {first}", tuple(_plan(view, plan, first))) for plan in view.plans[1:]
    ]
    if view.scenario.public_contacts:
        told.append(Section("Who reads along", tuple(audience_sentences(view))))
    return (*told, Section("How sure", tuple(_how_sure(view))))


def _plan(view: View, plan: str, against: str | None) -> Iterator[str]:
    for about in abouts(view, plan):
        intervals = intervals_of(view, about)
        for position, promise in enumerate(about.promises):
            said = [_level(view, plan, promise, against), *_by_day(view, about, intervals, position)]
            yield " ".join(said)
    yield from audience_of_plan(view, plan, against)
    yield from _cost(view, plan, against)


# --- one promise ------------------------------------------------------------------------------------------


def _level(view: View, plan: str, promise: Promise, against: str | None) -> str:
    level = view.level(plan, promise)
    what = f"{promise.label}, {promise.name}:"
    if level.estimate is None:
        return f"{what} undefined, for there were no such contacts."
    said = f"{what} {share(level, promise.target)} in time{promise.aside}"
    if against is not None:
        row = view.result.difference(
            "service_level", plan, against, contacts=promise.contacts, promise=promise.name
        )
        change = Found(row.estimate, row.lower, row.upper)
        said += _change(change, against, points(change), "more", "less")
    if promise.target is None:
        return f"{said}."
    target, verdict = format_share(promise.target), view.verdict(plan, promise)
    if verdict == "undecided":
        return f"{said}; whether the target of {target} is met is undecided."
    return f"{said}; the target of {target} is {verdict}."


def _change(change: Found, against: str, size: str, more: str, less: str) -> str:
    """How a plan differs from the one it is compared with, to follow the figure of the plan."""
    if not change.finite:
        return ""
    if change.estimate == 0:
        return f", the same as {against}"
    if not change.bounded:
        return f", {size} {more if _positive(change) else less} than {against} as far as it goes"
    if change.lower is not None and change.upper is not None and change.lower <= 0 <= change.upper:
        return f", not distinguishable from {against}"
    return f", {size} {more if _positive(change) else less} than {against}"


def _positive(change: Found) -> bool:
    return change.estimate is not None and change.estimate > 0


def _by_day(view: View, about: About, intervals: Sequence[Interval], position: int) -> Iterator[str]:
    """When in the day the promise is missed, and how bad it is where it falls short for most contacts."""
    told = [one for one in intervals if one.levels[position].estimate is not None]
    if len(told) < 2:
        return
    if about.promises[position].target is not None:
        yield _when(view, told, intervals, position)
    target = about.promises[position].target
    below = [
        one for one in told if (one.levels[position].estimate or 0.0) < (1.0 if target is None else target)
    ]
    if not below:
        return
    worst = max(below, key=lambda one: one.arrivals * (1 - (one.levels[position].estimate or 0.0)))
    clock = about.clocks.index(about.promises[position].waits)
    yield (
        f"The largest number is missed at {worst.start}–{worst.end}: {number(worst.arrivals, 1)} arrivals a "
        f"day, {share(worst.levels[position], target)} in time{_longest_waits(intervals, clock, worst)}."
    )


def _when(view: View, told: Sequence[Interval], intervals: Sequence[Interval], position: int) -> str:
    count = Counter(one.verdicts[position] for one in told)
    if len(count) == 1:
        return f"{next(iter(count)).capitalize()} in every interval of the day."
    said = []
    if count["missed"]:
        spans = windows(intervals, position, "missed", around=view.scenario.clock.days > 1)
        said.append(f"missed {listed(spans)}")
    if count["undecided"]:
        said.append(f"undecided in {count['undecided']} of {len(told)} intervals")
    if count["met"]:
        said.append("met in the others" if said else "met")
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _longest_waits(intervals: Sequence[Interval], clock: int, worst: Interval) -> str:
    """When the 90% wait is longest and how long, to follow what is said of the interval `worst`."""

    def late(interval: Interval) -> str:
        return duration(Found(interval.late[clock].estimate))

    known = [one for one in intervals if one.late[clock].estimate is not None]
    if not known:
        return ""
    longest = max(known, key=lambda one: one.late[clock].estimate or 0.0)
    spell = next(run for run in runs(intervals, late) if longest in run)
    where = (
        "there the waits are the longest too:"
        if spell == [worst]
        else f"the longest waits are at {spell[0].start}–{spell[-1].end}, where"
    )
    if math.isinf(longest.late[clock].estimate or 0.0):
        return f"; {where} more than one in ten of those who stay are not answered before the run ends"
    return f"; {where} one in ten of those who stay waits longer than {late(longest)}"


def listed(spans: Sequence[str]) -> str:
    """Some stretches of the day, the first few of them by their times."""
    if len(spans) > MOST_WINDOWS:
        return f"{', '.join(spans[:MOST_WINDOWS])} and {len(spans) - MOST_WINDOWS} more"
    return all_listed(spans)


# --- cost, and what is left undone -------------------------------------------------------------------------


def _cost(view: View, plan: str, against: str | None) -> Iterator[str]:
    backlog, cost = view.found(plan, "backlog_at_close"), view.found(plan, "labour_cost")
    waiting, currency = view.found(plan, "waiting_cost"), view.scenario.currency
    said: list[str] = []
    undone = f"the backlog at close is {amount(backlog)}"
    undone += _difference(view, plan, against, "backlog_at_close", "")
    if currency and cost.estimate is not None:
        change = _difference(view, plan, against, "labour_cost", currency)
        said.append(f"labour costs {amount(cost)} {currency} a day{change}")
    if currency and waiting.estimate is not None:
        change = _difference(view, plan, against, "waiting_cost", currency)
        said.append(f"waiting costs {amount(waiting)} {currency} a day{change}")
    total = view.found(plan, "total_cost")
    if currency and total.estimate is not None:
        change = _difference(view, plan, against, "total_cost", currency)
        said.append(f"with what is lost beside, {amount(total)} {currency} a day{change}")
    text = "; ".join([*said, undone])
    yield f"{text[0].upper()}{text[1:]}."


def _difference(view: View, plan: str, against: str | None, measure: str, unit: str) -> str:
    if against is None:
        return ""
    row = view.result.difference(measure, plan, against)
    change = Found(row.estimate, row.lower, row.upper)
    return _change(change, against, amount_difference(change, unit), "more", "less" if unit else "fewer")


# --- how sure ---------------------------------------------------------------------------------------------


def _how_sure(view: View) -> Iterator[str]:
    replications, days = view.replications, view.scenario.clock.days
    confidence = format_share(view.scenario.experiment.confidence)
    length = f"{days} days" if days > 1 else "1 day"
    if replications < 2:
        yield f"One replication of {length} has no interval: nothing is known of how far chance moves it."
        return
    yield (
        f"{replications:,} replications of {length}. An interval holds the true mean of this model with "
        f"{confidence} confidence"
        + (
            "; plans met the same customers, so their differences are surer than the figures apart."
            if len(view.plans) > 1
            else "."
        )
    )
    levels = [(view.level(plan, promise), promise.target) for plan in view.plans for promise in view.promises]
    if within := sure_within(levels):
        whose = " of the plans" if len(view.plans) > 1 else ""
        yield f"The service levels{whose}, over the whole day, are known to within {within}."
    for plan in view.plans:
        for promise in view.promises:
            if view.verdict(plan, promise) == "undecided":
                yield f"Undecided: {plan}, {promise.label}, {promise.name}. {_to_settle(view, plan, promise)}"


def _to_settle(view: View, plan: str, promise: Promise) -> str:
    needed = replications_to_settle(view.level(plan, promise), promise.target or 0.0, view.replications)
    if needed is None:
        return "It is too close to the target to be settled by more replications."
    return f"If the estimate stays, about {needed:,} replications would settle it."


def replications_to_settle(level: Found, target: float, replications: int) -> int | None:
    """How many replications would bring the interval clear of the target, if the estimate stays where it is.

    The half-width shrinks as 1/√n. Rounded up to two figures; None if above 100,000, or if it cannot be told.
    """
    if not level.bounded or level.estimate is None or level.lower is None or level.upper is None:
        return None
    distance = level.estimate - target
    half = level.estimate - level.lower if distance >= 0 else level.upper - level.estimate
    if abs(distance) * math.sqrt(MOST_REPLICATIONS / replications) <= half:
        return None
    needed = max(replications * (half / distance) ** 2, replications + 1)
    step = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return int(math.ceil(needed / step) * step)
