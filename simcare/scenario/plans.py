"""Plans: who works when, as people in shifts or as levels, and who takes what.

A plan is written as what it changes in the plan it is ``like``; `resolved` gives it in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Literal

from pydantic_core import PydanticCustomError

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.faults import below
from simcare.scenario.fields import (
    Form,
    Name,
    PositiveDuration,
    Reads,
    Share,
    YesOrNo,
)
from simcare.scenario.lists import ALL, ContactTypes, Tags, read_by_clock, read_ranks
from simcare.scenario.premiums import Premium, Premiums
from simcare.scenario.quantities import QuantityError
from simcare.scenario.rosters import Shifts
from simcare.scenario.shifts import Shift
from simcare.scenario.source import DidYouMean

Order = Literal["first-come", "deadline", "newest", "followers", "audience", "priority"]
AgentRule = Literal["longest-idle", "most-specialised", "fastest", "random"]
AtShiftEnd = Literal["finish", "drop"]
Replies = Literal["personal", "template"]


UNLIMITED = 100_001
"""A level without limit: more agents than there is ever work for, and one more than can be written."""


class Ahead(Form):
    """Messages that go before all others: those for which every key given holds."""

    noun = "a condition of ahead"

    contacts: ContactTypes = ALL
    """Of these contact types: a name, a list of names, or `all`. Default: `all`. Examples: `[complaint]`"""

    tags: Tags = ()
    """Of contact types with one of these tags: a name or a list of names. Examples: `regulator`"""

    steps: Literal["first", "later"] | None = None
    """First replies only, or later steps only: replies to further messages and escalated work.

    Examples: `later`
    """

    followers_over: Annotated[int, Reads(partial(q.parse_whole, most=10**12), schemas.WHOLE)] | None = None
    """Of authors with more followers than this. Examples: `10_000`"""


class MovesTo(Form):
    """Conversations that go on in private after the first reply."""

    noun = "moves_to"

    channel: Name
    """The private channel, one of `channels`. Examples: `dm`"""

    share: Share = 1.0
    """The share of public contacts whose conversation moves. Default: `100%`. Examples: `60%`"""

    closing: YesOrNo = False
    """Whether a closing reply in public follows when the conversation is over.

    Default: `false`. Examples: `true`
    """


@dataclass(frozen=True)
class Routing:
    """Who takes what: which messages go ahead, the order of the others (`priority` ranks contact types), and
    the choice of agent.
    """

    order: Order = "first-come"
    priority: tuple[tuple[str, ...], ...] = ()
    agents: AgentRule = "longest-idle"
    ahead: tuple[Ahead, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A plan in full. ``headcount`` maps teams to (time of day in ms, level); a level holds until the next,
    over midnight too.
    """

    name: str
    shifts: tuple[Shift, ...] = ()
    headcount: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    shrinkage: float = 0.0
    at_shift_end: AtShiftEnd = "finish"
    routing: Routing = Routing()
    replies: Replies = "personal"
    acknowledge_within: int | None = None
    moves_to: MovesTo | None = None
    overtime: float = 1.0
    premium: tuple[Premium, ...] = ()
    paid_breaks: bool = False
    absence: Literal["paid", "unpaid"] = "paid"

    @property
    def staffed_teams(self) -> frozenset[str]:
        """The teams that are ever on duty: none if everybody is away, whether of a shift or of a level."""
        return self._scheduled(breaks=True) if self.shrinkage < 1 else frozenset()

    @property
    def scheduled_teams(self) -> frozenset[str]:
        """The teams with agents in some shift or level, breaks and shrinkage left aside."""
        return self._scheduled(breaks=False)

    def _scheduled(self, *, breaks: bool) -> frozenset[str]:
        people = {shift.team for shift in self.shifts if (shift.is_staffed if breaks else shift.agents)}
        levels = {team for team, knots in self.headcount.items() if any(level for _, level in knots)}
        return frozenset(people | levels)


PLAIN = (
    "shrinkage",
    "at_shift_end",
    "replies",
    "acknowledge_within",
    "moves_to",
    "overtime",
    "premium",
    "paid_breaks",
    "absence",
)
"""Keys that hold as they are written, in place of those of the plan it is like."""


# ---- the written form --------------------------------------------------------------------------------------


def _order(written: Any) -> tuple[Order, tuple[tuple[str, ...], ...]]:
    plain: tuple[Order, ...] = ("first-come", "deadline", "newest", "followers", "audience")
    expected = f"{', '.join(plain)}, or {{priority: [names in order]}}"
    if isinstance(written, dict):
        if list(written) != ["priority"]:
            raise QuantityError(expected, written)
        try:
            return "priority", read_ranks(written["priority"])
        except PydanticCustomError as error:
            raise below(error, "priority") from None
    for order in plain:
        if written == order:
            return order, ()
    hint = "write {priority: [urgent, normal]}" if written == "priority" else DidYouMean(str(written), plain)
    raise QuantityError(expected, written, hint)


def _levels(written: Any) -> tuple[tuple[int, int], ...]:
    whole = partial(q.parse_whole, most=UNLIMITED - 1, what="a number of agents")
    if written == "unlimited":
        return ((0, UNLIMITED),)
    if not isinstance(written, dict):
        try:
            return ((0, whole(written)),)
        except QuantityError as error:
            raise QuantityError(
                f"{error.expected}, unlimited, or a map from times of day to such numbers", written
            ) from None
    return read_by_clock(written, whole, "a map from times of day to numbers of agents", midnight_ends=False)


OrderWritten = Annotated[tuple[Order, tuple[tuple[str, ...], ...]], Reads(_order, schemas.ORDER)]
Levels = Annotated[tuple[tuple[int, int], ...], Reads(_levels, schemas.LEVELS)]


class RoutingForm(Form):
    """Who takes what."""

    noun = "routing"

    order: OrderWritten | None = None
    """What a freed agent takes first: who became ready first or last, whose shortest promise ends first,
    contact types by rank, or the unanswered public complaint whose author has most `followers` or which is
    seen most this minute (`audience`).

    Default: `first-come`. Examples: `newest`, `deadline`, `audience`, `{priority: [urgent, [normal, other]]}`
    """

    ahead: tuple[Ahead, ...] | None = None
    """What a freed agent takes before everything else, whatever the order: messages for which one of these
    conditions holds.

    Examples: `[{steps: later}]`, `[{contacts: complaint, steps: first}, {followers_over: 10_000}]`
    """

    agents: AgentRule | None = None
    """Which of several free agents takes a message, of those who have fewest in hand.

    Default: `longest-idle`. Examples: `longest-idle`, `random`
    """


class PlanForm(Form):
    """A plan: who works when and who takes what, or what it changes in another plan."""

    noun = "a plan"

    like: Name | None = None
    """The plan this one is like: its keys hold here unless given anew; `routing` and `headcount` key by key.

    Examples: `today`
    """

    shifts: Shifts | None = None
    """People on duty: line by line, or the CSV file that holds the shift table.

    Examples: `{csv: roster.csv}`
    """

    add: Shifts | None = None
    """Lines added to the shifts of the plan this one is like, written in the same ways.

    Examples: `{csv: extra.csv, team: frontline}`
    """

    headcount: dict[Name, Levels] | None = None
    """Levels instead of people: so many on duty from each time of day on, or always somebody free.

    Examples: `{desk: {08:00: 5, 22:00: 0}}`, `{desk: 12}`, `{desk: unlimited}`
    """

    shrinkage: Annotated[float, Reads(q.parse_share, schemas.SHARE)] | None = None
    """The share of agent-days lost to sickness and leave, drawn per agent and day.

    Default: `0%`. Examples: `12%`
    """

    at_shift_end: AtShiftEnd | None = None
    """Whether people finish what they hold when their duty ends, or hand it back.

    Default: `finish`. Examples: `finish`
    """

    routing: RoutingForm | None = None
    """Who takes what. Examples: `{order: first-come, agents: longest-idle}`"""

    replies: Replies | None = None
    """Whether first replies are written by a person or come from the `template` of their contact type.

    Default: `personal`. Examples: `template`
    """

    acknowledge_within: PositiveDuration | None = None
    """Every public contact is acknowledged first and answered in full after that; this is how soon the first
    of these is promised.

    Examples: `15 min`
    """

    moves_to: MovesTo | None = None
    """Public conversations that go on in private after the first reply.

    Examples: `{channel: dm, share: 60%, closing: true}`
    """

    overtime: Annotated[float, Reads(partial(q.parse_share, most="1000%"), schemas.SHARE)] | None = None
    """What an hour of overtime costs, compared with the same hour on duty.

    Default: `100%`. Examples: `150%`
    """

    premium: Premiums | None = None
    """Hours of the week that cost more; where they overlap, the highest is paid.

    Examples: `[{days: [sat, sun], pay: 150%}, {from: 22:00, to: 06:00, pay: 125%}]`
    """

    paid_breaks: YesOrNo | None = None
    """Whether breaks are paid.

    Default: `false`. Examples: `true`
    """

    absence: Literal["paid", "unpaid"] | None = None
    """Whether absent agents are paid.

    Default: `paid`. Examples: `unpaid`
    """


def resolved(plans: Mapping[str, PlanForm]) -> dict[str, Plan]:
    """Every plan in full, in the order of the file. The parents must exist and form no circle."""
    full: dict[str, Plan] = {}
    for name in plans:
        line = [name]
        while (parent := plans[line[-1]].like) is not None and parent not in full:
            line.append(parent)
        for plan in reversed(line):
            form = plans[plan]
            full[plan] = _over(Plan(plan) if form.like is None else full[form.like], plan, form)
    return {name: full[name] for name in plans}


def _over(parent: Plan, name: str, form: PlanForm) -> Plan:
    order, priority = parent.routing.order, parent.routing.priority
    agents, ahead = parent.routing.agents, parent.routing.ahead
    if form.routing is not None:
        order, priority = form.routing.order or (order, priority)
        agents = form.routing.agents or agents
        ahead = ahead if form.routing.ahead is None else form.routing.ahead
    shifts = parent.shifts if form.shifts is None else form.shifts
    changes = {key: value for key in PLAIN if (value := getattr(form, key)) is not None}
    return replace(
        parent,
        name=name,
        shifts=(*shifts, *(form.add or ())),
        headcount={**parent.headcount, **(form.headcount or {})},
        routing=Routing(order, priority, agents, ahead),
        **changes,
    )
