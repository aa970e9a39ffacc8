"""The plans side by side: which promises each keeps, how late it is, what it leaves undone, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from simcare.report.audience import audience_rows, told_of_reshares
from simcare.report.figures import Found, amounts, durations, share
from simcare.report.table import Column, Table
from simcare.report.view import MANY, Promise, View, Waits, label_of
from simcare.scenario.quantities import format_share

Write = Callable[[Sequence[Found]], Sequence[str]]
Row = tuple[str, ...]

VERDICTS_NOTE = (
    "met: the whole interval is at or above the target; missed: all of it is below; undecided: the interval "
    "holds the target; more replications would tell."
)
UNDECIDED_NOTE = "undecided: one replication has no interval to hold against the target; more would tell."

WAITS_IN_WORDS = {"first_reply": "first reply", "answer": "answer"}


def plans_table(view: View) -> Table:
    """One column a plan. Promises first, by the contacts they cover; then the desk as a whole."""
    columns = (Column("", "left"), *(Column(plan) for plan in view.plans))
    notes = [promise.legend for promise in view.promises]
    if any(promise.target is not None for promise in view.promises):
        notes.append(VERDICTS_NOTE if view.replications > 1 else UNDECIDED_NOTE)
    return Table("Plans side by side", columns, tuple(_rows(view)), tuple(notes), tall=True)


def _rows(view: View) -> Iterator[Row]:
    for types in _groups(view):
        yield (label_of(view.scenario, types),)
        promises = [promise for promise in view.promises if promise.types == types]
        for promise in promises:
            yield from _promise(view, promise)
        shared = [promise for promise in view.promises if len(types) == 1 and set(types) < set(promise.types)]
        for promise in shared:
            yield _row(view, promise.name, _shares, "service_level", contacts=types[0], promise=promise.name)
        if (pool := view.pool(types)) is not None:
            clocks: list[Waits] = [promise.waits for promise in (*promises, *shared)] or ["first_reply"]
            for waits in dict.fromkeys(clocks):
                yield from _waits(view, waits, contacts=pool)
        else:
            for clock, name in {one.waits: one.name for one in promises}.items():
                yield from _waits(view, clock, promise=name)
        yield from _gone(view, types)
    yield from audience_rows(view)
    yield ("the desk",)
    yield from _desk(view)


def _groups(view: View) -> list[tuple[str, ...]]:
    """The sets of contact types with figures of their own: those with promises, and each type if few."""
    every = view.scenario.contact_names
    groups = list(dict.fromkeys(promise.types for promise in view.promises))
    if len(every) <= MANY:
        groups += [(name,) for name in every if (name,) not in groups]
    return groups or [every]


def _promise(view: View, promise: Promise) -> Iterator[Row]:
    yield (
        promise.name,
        *(share(view.level(plan, promise), promise.target) for plan in view.plans),
    )
    if promise.target is not None:
        words = (view.verdict(plan, promise) or "undefined" for plan in view.plans)
        yield (f"  target {format_share(promise.target)}", *words)


def _waits(view: View, waits: Waits, **dimensions: str) -> Iterator[Row]:
    name = WAITS_IN_WORDS[waits]
    for which, words in (("mean", "mean"), ("p50", "median"), ("p90", "90% within")):
        yield _row(view, f"{name}, {words}", durations, f"{waits}_{which}", **dimensions)


def _gone(view: View, types: tuple[str, ...]) -> Iterator[Row]:
    asked = [view.scenario.contacts[name] for name in types]
    if any(one.patience is not None for one in asked):
        yield (
            "left unanswered, a day",
            *amounts([view.total(plan, "abandoned", types) for plan in view.plans]),
        )
    if any(one.patience is not None and one.silent > 0 for one in asked):
        cells = amounts([view.total(plan, "abandoned_silently", types) for plan in view.plans])
        yield ("gave up silently, a day", *cells)
    if any(one.queue_limit is not None for one in asked):
        yield (
            "turned away, a day",
            *amounts([view.total(plan, "turned_away", types) for plan in view.plans]),
        )
    if any(one.tries_again is not None for one in asked) and (pool := view.pool(types)) is not None:
        yield _row(view, "tries, a contact", amounts, "tries", contacts=pool)


def _desk(view: View) -> Iterator[Row]:
    yield _row(view, "contacts, a day", amounts, "contacts")
    yield _row(view, "messages waiting, on average", amounts, "queue")
    yield _row(view, "backlog at close", amounts, "backlog_at_close")
    yield _row(view, "oldest open message", durations, "oldest_open")
    yield from _occupancy(view)
    yield _row(view, "staffed hours, a day", amounts, "staffed_hours")
    yield _row(view, "overtime hours, a day", amounts, "overtime_hours")
    yield from _money(view)


def _money(view: View) -> Iterator[Row]:
    """What labour costs, and what waiting costs: of each type, if several have a cost, and in total."""
    currency = view.scenario.currency
    if any(team.cost is not None for team in view.scenario.teams.values()):
        yield _row(view, f"labour cost, {currency} a day", amounts, "labour_cost")
    dear = [name for name in view.scenario.contact_names if view.scenario.contacts[name].waiting_cost]
    if dear:
        yield _row(view, f"cost of waiting, {currency} a day", amounts, "waiting_cost")
    if 1 < len(dear) <= MANY:
        for name in dear:
            yield _row(view, f"  of {name}", amounts, "waiting_cost", contacts=name)
    yield from _lost(view)


def _lost(view: View) -> Iterator[Row]:
    """What is lost beside pay, each line that has a price, and all together."""
    currency, costs = view.scenario.currency, view.scenario.costs
    public = bool(view.scenario.public_contacts)
    if costs.lost_customer is not None:
        yield _row(view, f"lost customers, {currency} a day", amounts, "churn_cost")
    if costs.thousand_unanswered is not None and public:
        yield _row(view, f"unanswered views, {currency} a day", amounts, "exposure_cost")
    if costs.crisis is not None and told_of_reshares(view):
        yield _row(view, f"crises, {currency} a day", amounts, "crisis_cost")
    if any(view.found(plan, "total_cost").estimate is not None for plan in view.plans):
        yield _row(view, f"in all, {currency} a day", amounts, "total_cost")


def _occupancy(view: View) -> Iterator[Row]:
    teams = [team for team in view.scenario.team_names if _works(view, team)]
    if 1 < len(teams) <= MANY:
        for team in teams:
            yield _row(view, f"occupancy, {team}", _shares, "occupancy", team=team)
    else:
        yield _row(view, "occupancy", _shares, "occupancy")


def _works(view: View, team: str) -> bool:
    return any(view.found(plan, "staffed_hours", team=team).estimate for plan in view.plans)


def _row(view: View, label: str, write: Write, measure: str, **dimensions: str) -> Row:
    return (label, *write([view.found(plan, measure, **dimensions) for plan in view.plans]))


def _shares(found: Sequence[Found]) -> list[str]:
    return [share(one) for one in found]
