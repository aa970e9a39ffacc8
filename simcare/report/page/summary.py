"""What the first screen says: the finding in a sentence, and each plan on a card."""

from __future__ import annotations

from dataclasses import dataclass

from simcare.report.figures import Found, amount, amount_difference, duration, share
from simcare.report.intervals import listed
from simcare.report.page.pictures.cost_service import cheapest, cost_of, keeping
from simcare.report.sentences import replications_to_settle
from simcare.report.view import Promise, View
from simcare.scenario.quantities import format_duration, format_share

MOST_PROMISES = 6
"""So many promises stand on a card; all are in the table."""

UNANSWERED = "unanswered_impressions"

ABOUT = "about as often"

MARKS = {"met": "✓", "missed": "✗", "undecided": "?"}
"""Beside the word of a verdict."""


@dataclass(frozen=True)
class Kept:
    """A promise on a card: its figure, the verdict with its mark, and the same on a bar in per cent."""

    contacts: str
    name: str
    level: str
    target: str
    verdict: str
    mark: str
    value: float | None
    lower: float
    upper: float
    goal: float | None


@dataclass(frozen=True)
class Card:
    """A plan on the first screen."""

    plan: str
    verdict: str
    mark: str
    words: str
    promises: tuple[Kept, ...]
    more: int
    cost: str
    cost_unit: str
    pay: str
    beside: str
    views: str
    views_beside: str


def finding(view: View) -> str:
    """The result in a few sentences: promises, cost, and who sees complaints that nobody has answered."""
    return " ".join(filter(None, (_kept_promises(view), _audience(view))))


def _kept_promises(view: View) -> str:
    targets = [promise for promise in view.promises if promise.target is not None]
    if not targets:
        return _without_target(view)
    kept, first = keeping(view), view.plans[0]
    if len(view.plans) == 1:
        return f"{first} {_does(view, first, targets)}."
    if not kept:
        return _none_keeps(view, targets)
    best = cheapest(view, kept)
    if best == first:
        others = f"; so {_do(kept[1:], 'does', 'do')} {listed(kept[1:])}, for more" if len(kept) > 1 else ""
        return f"{first} keeps every promise{others}."
    of = "" if len(kept) == 1 else f", the cheapest of {len(kept)} plans that do"
    beside = f"{first} keeps them too" if first in kept else f"{first} {_does(view, first, targets)}"
    return f"{best} keeps every promise{of}, for {_beside(view, best)}; {beside}."


def cards(view: View) -> tuple[Card, ...]:
    """The plans in their order."""
    return tuple(_card(view, plan) for plan in view.plans)


def _do(many: list[str], one: str, more: str) -> str:
    return one if len(many) == 1 else more


def _does(view: View, plan: str, targets: list[Promise]) -> str:
    """What a plan does with its promises, to follow its name."""
    said = {promise: view.verdict(plan, promise) for promise in targets}
    missed = [promise for promise, verdict in said.items() if verdict == "missed"]
    unsure = [promise for promise, verdict in said.items() if verdict == "undecided"]
    if missed:
        worst = min(missed, key=lambda one: (view.level(plan, one).estimate or 0.0) - (one.target or 0.0))
        level = share(Found(view.level(plan, worst).estimate), worst.target)
        told = (
            f"misses {len(missed)} of {len(targets)} promises: "
            if len(targets) > 1
            else "misses the promise: "
        )
        most = "" if len(missed) == 1 else "most of all "
        return (
            f"{told}{most}{worst.label}, {worst.name}, {level} in time instead of "
            f"{format_share(worst.target or 0.0)}"
        )
    if unsure:
        return f"misses no promise, but is not sure to keep {_named(unsure)}"
    known = [promise for promise, verdict in said.items() if verdict == "met"]
    if not known:
        return "has no contacts with a promise"
    return "keeps every promise" if len(targets) > 1 else f"keeps the promise: {_level(view, plan, known[0])}"


def _level(view: View, plan: str, promise: Promise) -> str:
    level = share(view.level(plan, promise), promise.target)
    return f"{promise.label}, {promise.name}, {level} in time"


def _named(promises: list[Promise]) -> str:
    more = [f"{len(promises) - 2} more"] if len(promises) > 2 else []
    return listed([*(f"{promise.label}, {promise.name}" for promise in promises[:2]), *more])


def _none_keeps(view: View, targets: list[Promise]) -> str:
    """No plan is sure to keep all: which comes closest, and what would tell."""

    def short(plan: str) -> tuple[int, int, float]:
        said = [view.verdict(plan, promise) for promise in targets]
        gaps = [(promise.target or 0.0) - (view.level(plan, promise).estimate or 0.0) for promise in targets]
        return said.count("missed"), said.count("undecided"), max(gaps)

    best = min(view.plans, key=short)
    text = f"No plan is sure to keep every promise. {best} comes closest: it {_does(view, best, targets)}."
    unsure = [promise for promise in targets if view.verdict(best, promise) == "undecided"]
    if short(best)[0] or not unsure:
        return text
    needed = [
        replications_to_settle(view.level(best, promise), promise.target or 0.0, view.replications)
        for promise in unsure
    ]
    if any(one is None for one in needed):
        return text
    return f"{text} About {max(one for one in needed if one is not None):,} replications would tell."


def _without_target(view: View) -> str:
    if view.promises:
        promise = view.promises[0]
        told = [f"{share(view.level(plan, promise))}{_under(view, plan)}" for plan in view.plans[:4]]
        more = f" ({len(view.plans) - 4} more plans below)" if len(view.plans) > 4 else ""
        return f"Of {promise.label}, {listed(told)} are in time ({promise.name}){more}. No target is set."
    told = [
        f"{duration(view.found(plan, 'first_reply_mean'))}{_under(view, plan)}" for plan in view.plans[:4]
    ]
    return f"The mean time to a first reply is {listed(told)}. Nothing is promised."


def _under(view: View, plan: str) -> str:
    return f" under {plan}" if len(view.plans) > 1 else ""


def _beside(view: View, plan: str) -> str:
    measure, _ = cost_of(view)
    row = view.result.difference(measure, plan, view.plans[0])
    change = Found(row.estimate, row.lower, row.upper)
    unit = "staffed hours a day" if measure == "staffed_hours" else f"{view.scenario.currency} a day"
    if change.estimate is None:
        return "an unknown amount"
    if change.estimate == 0:
        return f"as much as {view.plans[0]}"
    more = ("more" if change.estimate > 0 else "less") + f" than {view.plans[0]}"
    if change.lower is not None and change.upper is not None and change.lower <= 0 <= change.upper:
        return f"about as much as {view.plans[0]}"
    first = view.found(view.plans[0], measure).estimate
    part = f" ({_part(abs(change.estimate) / first)})" if first else ""
    counted = ", losses counted" if measure == "total_cost" else ""
    return f"{amount_difference(Found(abs(change.estimate)), unit)}{part} {more}{counted}"


def _audience(view: View) -> str:
    """Which plan leaves fewest views without an answer."""
    if not view.scenario.public_contacts:
        return ""
    seen = {plan: view.found(plan, UNANSWERED).estimate for plan in view.plans}
    known = {plan: views for plan, views in seen.items() if views is not None}
    if not known:
        return ""
    if len(view.plans) == 1:
        plan = view.plans[0]
        part = share(Found(view.found(plan, "unanswered_share").estimate))
        return f"Of all views of public complaints {part} find no answer yet."
    best = min(known, key=known.__getitem__)
    beside = _views_beside(view, best)
    if beside.startswith(ABOUT):
        return f"Complaints are seen without an answer under {best} {beside}, and under no plan less often."
    where = f"least often under {best}" + (f", {beside}" if beside else "")
    return f"Complaints are seen without an answer {where}."


def _views_beside(view: View, plan: str) -> str:
    """How much more or less often complaints are seen without an answer than under the first plan."""
    first = view.plans[0]
    if plan == first or not view.scenario.public_contacts:
        return ""
    row = view.result.difference(UNANSWERED, plan, first)
    before = view.found(first, UNANSWERED).estimate
    if row.estimate is None or not before:
        return ""
    if row.lower is not None and row.upper is not None and row.lower <= 0 <= row.upper:
        return f"{ABOUT} as under {first}"
    part = _part(abs(row.estimate) / before)
    return f"{part} {'more' if row.estimate > 0 else 'less'} often than under {first}"


def _part(share_of: float) -> str:
    """A change as a part of what was, in whole per cent unless it is smaller than one."""
    return f"{share_of:.0%}" if share_of >= 0.0095 else f"{share_of:.1%}"


def _card(view: View, plan: str) -> Card:
    promises = tuple(_kept(view, plan, promise) for promise in view.promises)
    verdicts = [one.verdict for one in promises if one.verdict]
    worst = next((one for one in ("missed", "undecided", "met") if one in verdicts), "")
    count = verdicts.count(worst)
    words = {
        "missed": f"{count} of {len(verdicts)} promises missed" if len(verdicts) > 1 else "promise missed",
        "undecided": "undecided",
        "met": "every promise met" if len(verdicts) > 1 else "promise met",
        "": "no target set",
    }[worst]
    measure, unit = cost_of(view)
    cost = view.found(plan, measure)
    return Card(
        plan=plan,
        verdict=worst,
        mark=MARKS.get(worst, ""),
        words=words,
        promises=promises[:MOST_PROMISES],
        more=max(0, len(promises) - MOST_PROMISES),
        cost=amount(cost),
        cost_unit=unit,
        pay=amount(view.found(plan, "labour_cost")) if measure == "total_cost" else "",
        beside="" if plan == view.plans[0] else _beside(view, plan),
        views=amount(view.found(plan, UNANSWERED)) if view.scenario.public_contacts else "",
        views_beside=_views_beside(view, plan),
    )


def _kept(view: View, plan: str, promise: Promise) -> Kept:
    level, said = view.level(plan, promise), view.verdict(plan, promise)
    value = level.estimate
    return Kept(
        contacts=promise.label,
        name=_with_limit(promise),
        level="no such contacts" if value is None else share(level, promise.target),
        target="" if promise.target is None else format_share(promise.target),
        verdict=said,
        mark=MARKS.get(said, ""),
        value=None if value is None else 100 * value,
        lower=100 * (level.lower if level.lower is not None else value or 0.0),
        upper=100 * (level.upper if level.upper is not None else value or 0.0),
        goal=None if promise.target is None else 100 * promise.target,
    )


def _with_limit(promise: Promise) -> str:
    """The name of the promise, and the time it promises if a name of its own does not say it."""
    limit = "" if promise.within_s is None else format_duration(1000 * promise.within_s)
    return promise.name if limit in promise.name else f"{promise.name} ({limit})"
