"""The formulas that can be asked about a desk with a constant rate: a table of what each needs and says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from simcare.demand.laws import survival
from simcare.errors import DomainError
from simcare.report.formula_parameters import SPREAD_LAWS
from simcare.scenario.law_forms import DurationLawForm
from simcare.scenario.laws import Law
from simcare.scenario.quantities import format_share, write_duration
from simcare.scenario.tables import Folder
from simcare.theory.any_patience import AnyPatience
from simcare.theory.chats import ChatDesk
from simcare.theory.constant_handling import ConstantHandling
from simcare.theory.erlang import ErlangB, ErlangC
from simcare.theory.impatience import ErlangA
from simcare.theory.limited import LimitedQueue
from simcare.theory.many_servers import AllenCunneen
from simcare.theory.priorities import SameRatePriorities
from simcare.theory.retrials import Retrials
from simcare.theory.returning import ErlangR
from simcare.theory.square_root import abandon_probability_limit, beta_of, wait_probability_limit

Kind = Literal["share", "time", "number"]


@dataclass(frozen=True)
class Desk:
    """What is asked about: times in ms, ``rate`` in contacts per ms, ``more`` parameters by name."""

    rate: float
    agents: int
    within: float | None
    more: dict[str, Any]

    @property
    def basics(self) -> tuple[float, float, int]:
        """What nearly every formula begins with: rate, mean handling, agents."""
        return self.rate, self.more["handling"], self.agents

    @property
    def patience(self) -> float:
        """The mean patience, infinite if none is given."""
        given: float | None = self.more["patience"]
        return math.inf if given is None else given


@dataclass(frozen=True)
class Figure:
    """One figure of an answer; `name` is its key in JSON and CSV, in seconds if it is a time."""

    name: str
    words: str
    kind: Kind
    value: float


@dataclass(frozen=True)
class Formula:
    """A formula: its ``title`` and short ``help``, what it is ``exact`` for and whose it is.

    It ``needs`` parameters and ``may`` have others, by name; with ``within`` it can say who is answered in
    time. The first of its ``figures`` is the one that a target is held against.
    """

    title: str
    help: str
    exact: str
    figures: Callable[[Desk], Iterator[Figure]]
    needs: tuple[str, ...] = ("handling",)
    may: tuple[str, ...] = ()
    within: bool = True


@dataclass(frozen=True)
class _Of:
    """How a figure is called, and the attribute of a queue that it is."""

    words: str
    kind: Kind
    attribute: str


USUAL = {
    "answered": _Of("answered at once", "share", "served_probability"),
    "blocked": _Of("lost", "share", "blocked"),
    "waited": _Of("have to wait", "share", "wait_probability"),
    "turned_away": _Of("turned away", "share", "turned_away"),
    "left_at_once": _Of("see the queue and leave", "share", "left_at_once"),
    "abandonment": _Of("leave unanswered", "share", "abandon_probability"),
    "waiting_mean": _Of("wait, mean", "time", "mean_wait"),
    "waiting_answered_mean": _Of("  of those answered", "time", "mean_wait_served"),
    "waiting_abandoned_mean": _Of("  of those who leave", "time", "mean_wait_abandoned"),
    "waiting_mean_of_waiting": _Of("  of those who have to", "time", "mean_wait_of_waiting"),
    "queue": _Of("waiting, on average", "number", "mean_queue"),
    "busy": _Of("agents busy, on average", "number", "mean_busy"),
    "in_hand": _Of("in hand, on average", "number", "mean_in_hand"),
    "time_in_hand": _Of("time in hand, mean", "time", "mean_time_in_hand"),
    "occupancy": _Of("occupancy", "share", "occupancy"),
}
"""Figures that several formulas have, by their key in JSON."""


def _usual(queue: Any, *names: str) -> Iterator[Figure]:
    for name in names:
        one = USUAL[name]
        yield Figure(name, one.words, one.kind, float(getattr(queue, one.attribute)))


def _within(desk: Desk, value: Callable[[float], float]) -> Iterator[Figure]:
    """The share answered in time, if a time is given."""
    if desk.within is not None:
        words = f"answered within {write_duration(round(desk.within))}"
        yield Figure("answered_within", words, "share", value(desk.within))


def _patient(make: Callable[[Desk], Any], *names: str) -> Callable[[Desk], Iterator[Figure]]:
    """The figures of a queue in which everybody is answered."""

    def figures(desk: Desk) -> Iterator[Figure]:
        queue = make(desk)
        yield from _within(desk, queue.answered_within)
        yield from _usual(queue, *names)

    return figures


def _impatient(make: Callable[[Desk], Any], *names: str) -> Callable[[Desk], Iterator[Figure]]:
    """The figures of a queue in which not everybody is answered."""

    def figures(desk: Desk) -> Iterator[Figure]:
        queue = make(desk)
        for one in _within(desk, queue.served_within):
            served = queue.served_probability
            yield one
            of_answered = one.value / served if served else math.nan
            yield Figure("answered_within_of_answered", "  of those ever answered", "share", of_answered)
        yield from _usual(queue, *names)

    return figures


def _law_of_patience(more: dict[str, Any]) -> Law:
    kind, mean = more["patience_law"], f"{more['patience']} ms"
    if more["patience_cv"] is not None and kind not in SPREAD_LAWS:
        raise DomainError(
            f"--patience-cv: expected it beside --patience-law {', '.join(SPREAD_LAWS[:-1])} or "
            f"{SPREAD_LAWS[-1]}, got {kind} patience; give --patience-law {SPREAD_LAWS[0]}"
        )
    if more["patience"] == 0:
        return Law("constant", (0.0,))
    written: Any = mean if kind == "constant" else {"mean": mean}
    if kind in SPREAD_LAWS:
        written["cv"] = str(1 if more["patience_cv"] is None else more["patience_cv"])
    return DurationLawForm.model_validate({kind: written}).canonical(Folder(""))


def _any_patience(desk: Desk) -> AnyPatience:
    law = _law_of_patience(desk.more)
    jumps = law.params if law.kind == "constant" else ()
    return AnyPatience(*desk.basics, lambda time: survival(law, time), jumps)


def _priorities(desk: Desk) -> Iterator[Figure]:
    shares = desk.more["shares"]
    queue = SameRatePriorities([desk.rate * share for share in shares], desk.more["handling"], desk.agents)
    yield from _within(
        desk,
        queue.together.answered_within
        if len(shares) == 1
        else lambda time: sum(
            share * level for share, level in zip(shares, queue.answered_within(time), strict=True)
        ),
    )
    if desk.within is not None:
        for number, level in enumerate(queue.answered_within(desk.within)):
            words = f"  class {number + 1}, {format_share(shares[number])}"
            yield Figure(f"answered_within_class_{number + 1}", words, "share", level)
    yield from _usual(queue.together, "waited", "waiting_mean")
    for number, wait in enumerate(queue.mean_waits):
        words = f"  class {number + 1}, {format_share(shares[number])}"
        yield Figure(f"waiting_mean_class_{number + 1}", words, "time", wait)
    yield from _usual(queue.together, "queue", "busy", "occupancy")


def _erlang_r(desk: Desk) -> Iterator[Figure]:
    queue = ErlangR(*desk.basics, desk.more["returns"], desk.more["pause"])
    yield from _within(desk, queue.visit.answered_within)
    yield from _usual(queue.visit, "waited", "waiting_mean")
    yield Figure("visits", "visits of a customer", "number", queue.visits)
    yield Figure("waiting_total_mean", "waits of all visits, mean", "time", queue.mean_total_wait)
    yield Figure("resolution_mean", "from first to last, mean", "time", queue.mean_resolution)
    yield from _usual(queue.visit, "queue")
    yield Figure("away", "between visits, on average", "number", queue.mean_away)
    yield from _usual(queue.visit, "busy", "occupancy")


def _retrials(desk: Desk) -> Iterator[Figure]:
    places = desk.more["queue_limit"] or 0
    queue = Retrials(*desk.basics, places, desk.more["tries_again"], desk.more["after"])
    yield Figure("answered", "answered at once", "share", queue.served_at_once)
    yield Figure("lost", "give up in the end", "share", queue.lost_probability)
    yield Figure("blocked", "tries that find no place", "share", queue.blocked)
    yield Figure("tries", "tries of a customer", "number", queue.tries)
    yield Figure("waiting_mean", "wait, pauses included, mean", "time", queue.mean_wait)
    yield Figure("trying", "about to try again, on average", "number", queue.mean_trying)
    yield from _usual(queue, "queue", "busy", "occupancy")


def _square_root(desk: Desk) -> Iterator[Figure]:
    load = desk.rate * desk.more["handling"]
    beta, ratio = beta_of(desk.agents, load), desk.patience / desk.more["handling"]
    exact: ErlangA = ErlangA(*desk.basics, desk.patience)
    waits = wait_probability_limit(beta, ratio)
    yield Figure("answered", "answered at once, in the limit", "share", 1 - waits)
    yield Figure("answered_exact", "  exactly, by Erlang", "share", 1 - exact.all_busy)
    if not math.isinf(ratio):
        leave = abandon_probability_limit(beta, ratio, load)
        yield Figure("abandonment", "leave, in the limit", "share", leave)
        yield Figure("abandonment_exact", "  exactly, by Erlang", "share", exact.abandon_probability)
    yield Figure("beta", "quality: (agents − load)/√load", "number", beta)
    yield Figure("occupancy", "occupancy", "share", exact.occupancy)


ALL_WAIT = ("waited", "waiting_mean", "waiting_mean_of_waiting", "queue", "busy", "occupancy")
SOME_LEAVE = (
    "waited", "abandonment", "waiting_mean", "waiting_answered_mean", "waiting_abandoned_mean", "queue",
    "busy", "occupancy",
)  # fmt: skip

FORMULAS: dict[str, Formula] = {
    "erlang-b": Formula(
        "Erlang B: whoever finds all agents busy is lost",
        "Erlang B: whoever finds all agents busy is lost.",
        "Exact for a constant rate and any law of handling (M/G/s/s; Erlang 1917).",
        lambda desk: _usual(ErlangB(*desk.basics), "answered", "blocked", "busy", "occupancy"),
        within=False,
    ),
    "erlang-c": Formula(
        "Erlang C: everybody waits, nobody leaves",
        "Erlang C: everybody waits as long as it takes.",
        "Exact for a constant rate, exponential handling and first come first served, in the long run "
        "(M/M/s; Erlang 1917).",
        _patient(lambda desk: ErlangC(*desk.basics), *ALL_WAIT),
    ),
    "erlang-a": Formula(
        "Erlang A: who waits may leave",
        "Erlang A: who waits may leave. Exact for thousands of agents too.",
        "Exact for a constant rate, exponential handling and patience, first come first served, in the long "
        "run (M/M/s+M; Palm 1946; Garnett, Mandelbaum & Reiman 2002).",
        _impatient(lambda desk: ErlangA(*desk.basics, desk.more["patience"]), *SOME_LEAVE),
        needs=("handling", "patience"),
    ),
    "any-patience": Formula(
        "M/M/s+G: who waits may leave, by any law of patience",
        "Erlang A for any law of patience.",
        "Exact for a constant rate and exponential handling, first come first served, in the long run "
        "(M/M/s+G; Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005).",
        _impatient(_any_patience, *SOME_LEAVE),
        needs=("handling", "patience"),
        may=("patience_law", "patience_cv"),
    ),
    "queue-limit": Formula(
        "Erlang A with a limit of the queue, and a look at it",
        "A queue with a limit, or that customers look at.",
        "Exact for a constant rate, exponential handling and patience, first come first served, in the long "
        "run (M/M/s/K+M; Ancker & Gafarian 1963).",
        _impatient(
            lambda desk: LimitedQueue(
                *desk.basics, desk.patience, desk.more["queue_limit"], desk.more["leaves_at_once"]
            ),
            "waited", "turned_away", "left_at_once", "abandonment", "waiting_mean", "waiting_answered_mean",
            "queue", "busy", "occupancy",
        ),
        may=("patience", "queue_limit", "leaves_at_once"),
    ),
    "retrials": Formula(
        "Retrials: who finds no place tries again",
        "Who finds no place tries again later.",
        "Exact for a constant rate, exponential handling and pauses, in the long run (M/M/s/K with retrials; "
        "Falin & Templeton 1997).",
        _retrials,
        needs=("handling", "tries_again", "after"),
        may=("queue_limit",),
        within=False,
    ),
    "constant-handling": Formula(
        "M/D/s: every contact takes the same time",
        "Every contact takes the same time; everybody waits.",
        "Exact for a constant rate, first come first served, in the long run (M/D/s; Crommelin 1932; Franx "
        "2001).",
        _patient(
            lambda desk: ConstantHandling(*desk.basics),
            "waited", "waiting_mean", "queue", "busy", "occupancy",
        ),
    ),
    "any-handling": Formula(
        "M/G/s, approximately: handling of any law",
        "Handling of any law, approximately. Everybody waits.",
        "An approximation for a constant rate, first come first served, in the long run (M/G/s; Allen & "
        "Cunneen 1978). Mean waits are exact for cv 1, and for one agent. With 7 agents, 80% busy, and "
        "lognormal handling they are 4% low at cv 0.5, 8% high at cv 1.2 and 23% high at cv 2.",
        _patient(
            lambda desk: AllenCunneen(desk.rate, desk.more["handling"], desk.more["cv"], desk.agents),
            "waited", "waiting_mean", "queue", "busy", "occupancy",
        ),
        needs=("handling", "cv"),
    ),
    "priorities": Formula(
        "Priorities: the more urgent go first",
        "Urgent contacts go before others. Nobody is interrupted.",
        "Exact for a constant rate, one exponential law of handling for all and first come first served "
        "within a class, in the long run (Cobham 1954; Kella & Yechiali 1985).",
        _priorities,
        needs=("handling", "shares"),
    ),
    "erlang-r": Formula(
        "Erlang-R: customers who come back",
        "Customers who come back after each handling. Everybody waits.",
        "Exact for a constant rate of new customers, exponential handling and first come first served, in "
        "the long run (a Jackson network; Yom-Tov & Mandelbaum 2014). Waits are of one visit where not said.",
        _erlang_r,
        needs=("handling", "returns", "pause"),
    ),
    "chats": Formula(
        "Chats: agents with several contacts in hand",
        "Agents with several contacts in hand.",
        "Exact for a constant rate, exponential handling and patience, first come first served to the agent "
        "with the fewest in hand, in the long run (limited processor sharing; Avi-Itzhak & Halfin 1988).",
        _impatient(
            lambda desk: ChatDesk(*desk.basics, desk.more["pace"], desk.patience),
            "waited", "abandonment", "waiting_mean", "queue", "in_hand", "time_in_hand", "occupancy",
        ),
        needs=("handling", "pace"),
        may=("patience",),
    ),
    "square-root": Formula(
        "Square-root staffing: the load and β of its roots",
        "Agents for a large desk: the load and β of its roots.",
        "In the limit of large desks with a constant rate and exponential handling and patience (Halfin & "
        "Whitt 1981; Garnett, Mandelbaum & Reiman 2002).",
        _square_root,
        may=("patience",),
        within=False,
    ),
}  # fmt: skip
"""The formulas by their name on the command line."""
