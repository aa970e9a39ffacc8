"""The audience of public complaints: lines of the table of plans, other assumptions, and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simcare.measures.measure import FEW, MANY
from simcare.measures.sensitivity import ASSUMPTIONS
from simcare.report.figures import (
    MOST_DECIMALS,
    UNDEFINED,
    Found,
    amount,
    amount_difference,
    amounts,
    durations,
    number,
    share,
)
from simcare.report.table import Column, Table
from simcare.report.view import MANY as MANY_TYPES
from simcare.report.view import View
from simcare.scenario.audience_meaning import audience_in

HEADING = "public complaints"

STRIP = "Other assumptions, one at a time, on the same days"
ANSWERS_NOTE = (
    "What answers leave of reshares: those of a person, those from a template, and what is left once the "
    "complaint is resolved; here at both ends of what is plausible."
)
STRIP_NOTE = "In brackets: how much more or less than under {first}, with the same assumption."

STRIPPED = {"unanswered_impressions": "unanswered impressions, a day", "crises_per_year": "crises a year"}
"""The measures that the assumptions are shown for."""

KEYS = tuple(one.key for one in ASSUMPTIONS)

HARDLY = 0.05
"""A change of all views below this share is called hardly any."""

MANY_TIMES = 100.0
"""So many times more, of next to nothing, is no figure to read."""

SPEED = (
    "What speed cannot do: a quarter to a third of the reshares of a complaint come within its first hour; "
    "and whether an answer calms its readers is a matter of tone and of what is offered."
)
VIEWS = "Views are impressions, not people"
OF_FOLLOWERS = "all of them scale with the share of followers who see a post"


def audience_rows(view: View) -> Iterator[tuple[str, ...]]:
    """The lines of the table of plans, with their heading; none where nobody reads along."""
    public = view.scenario.public_contacts
    if not public:
        return
    yield (HEADING,)
    yield ("unanswered impressions, a day", *_amounts(view, "unanswered_impressions"))
    if 1 < len(public) <= MANY_TYPES:
        for name in public:
            yield (f"  of {name}", *_amounts(view, "unanswered_impressions", name))
    if told_of_reshares(view):  # else seen are only those without an answer
        yield (
            "  of all that are seen",
            *(share(view.found(plan, "unanswered_share")) for plan in view.plans),
        )
    yield ("impressions, a day", *_amounts(view, "impressions"))
    if told_of_reshares(view):
        yield ("reshares, a day", *_amounts(view, "reshares"))
        yield ("crises a year", *_amounts(view, "crises_per_year"))
    if "pile-on" in audience_in(view.scenario):
        yield ("contacts by pile-on, a day", *_amounts(view, "piled_on"))
    trending = [view.found(plan, "trending_probability") for plan in view.plans]
    if any(one.estimate is not None for one in trending):
        yield ("incidents that trend", *map(share, trending))
    yield from _by_followers(view)
    yield ("bad word of mouth, a day", *_amounts(view, "told_of_bad"))


def _by_followers(view: View) -> Iterator[tuple[str, ...]]:
    """How late the latest first replies are to authors with few followers and with many."""
    line = f"{view.scenario.many_followers:,}"
    rows = {FEW: f"  up to {line} followers", MANY: f"  more than {line}"}
    found = {kind: [view.found(plan, f"{kind}_p99") for plan in view.plans] for kind in rows}
    if any(one.estimate is not None for of_kind in found.values() for one in of_kind):
        yield ("first reply, 99% within", *("" for _ in view.plans))
        for kind, words in rows.items():
            yield (words, *durations(found[kind]))


def told_of_reshares(view: View) -> bool:
    """Is there a public contact type whose readers reshare? Where plain views are given, nobody does."""
    return "reshares" in audience_in(view.scenario)


def strip_table(view: View) -> Table:
    """Unanswered impressions and crises under other assumptions, of the same days."""
    rows: list[tuple[str, ...]] = []
    for measure, heading in STRIPPED.items():
        if not any(_under_any(view, measure)):
            continue
        rows.append((heading,))
        rows.append(("as assumed", *_stripped(view, measure)))
        rows += [(one.words, *_stripped(view, f"{measure}_{one.key}")) for one in ASSUMPTIONS]
    columns = (Column("", "left"), *(Column(plan) for plan in view.plans))
    beside = (STRIP_NOTE.format(first=view.plans[0]),) if len(view.plans) > 1 else ()
    return Table(STRIP, columns, tuple(rows), (ANSWERS_NOTE, *beside))


def audience_of_plan(view: View, plan: str, against: str | None) -> Iterator[str]:
    """What a plan does to those who read along."""
    unanswered = view.found(plan, "unanswered_impressions")
    if unanswered.estimate is None:
        return
    said = f"Unanswered impressions: {_in_table(view, 'unanswered_impressions', plan)} a day"
    if against is not None:
        row = view.result.difference("unanswered_impressions", plan, against)
        change = Found(row.estimate, row.lower, row.upper)
        more = _relative(view, "unanswered_impressions", plan, against)
        if change.estimate:
            size, word = amount_difference(change), "more" if change.estimate > 0 else "fewer"
            unsure = change.bounded and (change.lower or 0) <= 0 <= (change.upper or 0)
            said += (
                f", not distinguishable from {against}"
                if unsure
                else f", {size} {word} than {against} ({more})"
            )
        else:
            said += f", as many as under {against}"
    worst = amount(view.found(plan, "exposure_value_at_risk"))
    if told_of_reshares(view):
        said += f"; that is {share(view.found(plan, 'unanswered_share'))} of all views"
    said += f". The complaints of one day in twenty come to more than {worst}."
    if told_of_reshares(view):
        said += f" Crises: {_in_table(view, 'crises_per_year', plan)} a year."
    yield said


def audience_sentences(view: View) -> Iterator[str]:
    """What all plans have in common, how far the figures hold, and what speed cannot do."""
    yield from audience_compared(view, view.plans[0])
    if told_of_reshares(view):
        yield SPEED
    scenario = view.scenario
    plain = any(scenario.virality_of(name)["views"].value is not None for name in scenario.public_contacts)
    yield f"{VIEWS}." if plain else f"{VIEWS}, and {OF_FOLLOWERS}."


def audience_compared(view: View, first: str) -> Iterator[str]:
    """How plans differ from one of them, and how far that holds under other assumptions: what a plan changes
    of unanswered views holds, how many crises there are does not. Nothing is said of a range that is a point.
    """
    for plan in view.plans:
        if plan == first:
            continue
        change, seen = (_change(view, one, plan, first) for one in ("unanswered_impressions", "impressions"))
        if change is None or seen is None:
            continue
        others_say = [_change(view, f"unanswered_impressions_{key}", plan, first) for key in KEYS]
        known = [one for one in others_say if one is not None]
        least, most = (_percent(one) for one in (min(known), max(known)))
        others = f" ({least} to {most} under the other assumptions)" if least != most else ""
        hardly = "hardly who sees them at all" if abs(seen) < HARDLY else "who sees them at all"
        yield (
            f"{plan} changes who sees complaints without an answer, {_percent(change)} against {first}"
            f"{others}, and {hardly}, {_percent(seen)}."
        )
    crises = _under_any(view, "crises_per_year")
    fewest, most = (_short(one(crises, default=0.0)) for one in (min, max))
    if fewest != most:
        yield (
            f"Crises are {fewest} to {most} a year, by plan and assumption: an "
            "order of magnitude, to compare plans by and not to plan on."
        )


def _under_any(view: View, measure: str) -> list[float]:
    """A measure under all plans and assumptions, as far as it is known."""
    names = (measure, *(f"{measure}_{key}" for key in KEYS))
    found = (view.found(plan, name).estimate for plan in view.plans for name in names)
    return [one for one in found if one is not None]


def _in_table(view: View, measure: str, plan: str) -> str:
    """The figure of a plan as it stands in the table, beside those of the others."""
    return _amounts(view, measure)[view.plans.index(plan)]


def _amounts(view: View, measure: str, contacts: str = "") -> Sequence[str]:
    return amounts([view.found(plan, measure, contacts=contacts) for plan in view.plans])


def _stripped(view: View, measure: str) -> Iterator[str]:
    for plan in view.plans:
        estimate = view.found(plan, measure).estimate
        told = UNDEFINED if estimate is None else _short(estimate)
        if plan != view.plans[0] and estimate is not None:
            told += f" ({_relative(view, measure, plan, view.plans[0])})"
        yield told


def _short(value: float) -> str:
    """A figure without its interval: whole from 100 on, else two figures."""
    if value >= 100 or value == 0:
        return number(value, 0)
    return number(value, min(MOST_DECIMALS, max(1, 1 - math.floor(math.log10(value)))))


def _relative(view: View, measure: str, plan: str, against: str) -> str:
    change = _change(view, measure, plan, against)
    return UNDEFINED if change is None else _percent(change)


def _change(view: View, measure: str, plan: str, against: str) -> float | None:
    """How much more a plan has than another, as a share of it."""
    value, other = view.found(plan, measure).estimate, view.found(against, measure).estimate
    return None if value is None or not other else value / other - 1


def _percent(change: float) -> str:
    if change >= MANY_TIMES:
        return "many times more"
    text = f"{change:+.0%}" if abs(change) >= 0.095 else f"{change:+.1%}"
    return text.replace("-", "−")
