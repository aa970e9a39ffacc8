"""Contact types: who writes in, about what, how patient they are, and what work each contact brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.arrivals import Arrivals, ArrivalsForm
from simcare.scenario.faults import Fault, Faults, one_of, refuse
from simcare.scenario.fields import (
    Form,
    Name,
    PositiveDuration,
    Reads,
    Share,
    WrittenAs,
    YesOrNo,
    parse_name,
)
from simcare.scenario.hours import Opening
from simcare.scenario.law_forms import DurationLaw, DurationLaws, NumberLaw
from simcare.scenario.laws import KINDS, Law
from simcare.scenario.lists import Names, Ranks, Tags
from simcare.scenario.quantities import QuantityError
from simcare.scenario.source import shown
from simcare.scenario.tables import Folder
from simcare.scenario.teams import MoneyPerHour
from simcare.scenario.virality import Network, Virality, ViralityWritten


class Channel(Form):
    """Where customers write."""

    noun = "a channel"

    public: YesOrNo
    """Whether others can read the messages. Examples: `true`"""

    open: Opening | None = None
    """When the channel is open, if not with the desk. Examples: `{daily: 09:00–18:00}`"""

    network: Network | None = None
    """The network of a public channel: it gives views a half-life, unless `view_half_life` says another.

    Examples: `instagram`
    """

    virality: ViralityWritten = Virality()
    """What holds for complaints on this channel instead of the `virality` of the whole scenario, key by key.

    Examples: `{seen_by: 2%}`
    """


NEVER_AT_ONCE = ((0, 0.0),)
"""Nobody leaves at once, however many wait."""

MOST_WAITING = 1_000_000
"""No limit of a queue is higher."""


@dataclass(frozen=True)
class Patience:
    """How long customers wait for the start of the first reply (None: for ever), and which share of those who
    must wait goes at once: from so many waiting first replies on, so large a share.
    """

    law: Law | None
    leaves_at_once: tuple[tuple[int, float], ...] = NEVER_AT_ONCE


@dataclass(frozen=True)
class Handling:
    """The work of a reply: one law at speed 100%, or a law for each team."""

    law: Law | None
    by_team: dict[str, Law] = field(default_factory=dict)


def _at_once(written: Any) -> tuple[tuple[int, float], ...]:
    """(number waiting, share) from each number on; the first number is 0."""
    if not isinstance(written, dict):
        try:
            return ((0, q.parse_share(written)),)
        except QuantityError as error:
            expected = f"{error.expected}, or a map from numbers of waiting first replies to such shares"
            raise QuantityError(expected, written, error.hint) from None
    if not written:
        raise refuse(Fault("at least one entry"))
    faults, shares, first_spelling = Faults(), dict[int, float](), dict[int, str]()
    whole = partial(q.parse_whole, most=MOST_WAITING, what="a number of waiting first replies")
    for key, value in written.items():
        waiting = faults.read(whole, key, (key,), of_key=True)
        share = faults.read(q.parse_share, value, (key,))
        if waiting is not None and first_spelling.setdefault(waiting, key) != key:
            hint = f"{shown(first_spelling[waiting])} is the same"
            faults.add(Fault("each number once", hint, (key,), of_key=True))
        shares[waiting] = share
    faults.stop()
    return tuple(sorted({0: 0.0, **shares}.items()))


def _queue_limit(written: Any) -> int | str:
    if isinstance(written, str) and not written.strip()[:1].isdigit():
        return parse_name(written)
    try:
        return q.parse_whole(written, most=MOST_WAITING, what="a number of waiting first replies")
    except QuantityError as error:
        raise QuantityError(f"{error.expected}, or the name of one of queue_limits", written) from None


def _chance_to_try(written: Any) -> float:
    share = q.parse_share(written)
    if 0.95 < share < 1:
        raise QuantityError("a share from 0% to 95%, or 100% for those who try until they succeed", written)
    return share


AtOnce = Annotated[tuple[tuple[int, float], ...], Reads(_at_once, schemas.BY_QUEUE)]
QueueLimit = Annotated[int | str, Reads(_queue_limit, schemas.QUEUE_LIMIT)]


class PatienceForm(DurationLaws):
    """How long a customer waits for the start of the first reply before giving up; for ever without a law."""

    noun = "patience"

    leaves_at_once: AtOnce = NEVER_AT_ONCE
    """The share of those who would have to wait that goes at once; or a map to such shares from the number of
    first replies that wait already, in the queue that `queue_limit` counts.

    Default: `0%`. Examples: `10%`, `{0: 0%, 5: 20%, 10: 50%}`
    """

    def canonical(self, folder: Folder) -> Patience:
        """The law and the shares that go at once."""
        without_law = all(getattr(self, kind) is None for kind in KINDS)
        if without_law and "leaves_at_once" in self.model_fields_set:
            return Patience(None, self.leaves_at_once)
        return Patience(self.law_of(one_of(self, KINDS, "patience"), folder), self.leaves_at_once)


class HandlingForm(DurationLaws):
    """How long a reply takes to write: exactly one law at speed 100%, or laws by team."""

    noun = "handling"

    by_team: Annotated[dict[Name, DurationLaw], Field(min_length=1)] | None = None
    """A law for each team that may serve the contact type.

    Examples: `{desk: {exponential: {mean: 5 min}}}`
    """

    def canonical(self, folder: Folder) -> Handling:
        """The law, or the laws by team."""
        kind = one_of(self, (*KINDS, "by_team"), "handling")
        return Handling(None, self.by_team) if self.by_team else Handling(self.law_of(kind, folder))


HandlingWritten = Annotated[Handling, WrittenAs(HandlingForm)]


class Conversation(Form):
    """The customer's further messages after a reply."""

    noun = "a conversation"

    again: Annotated[float, Reads(partial(q.parse_share, most="95%"), schemas.SHARE)]
    """The chance that the customer writes again after a reply, at most 95%; and at most 50 times.

    Examples: `43%`
    """

    pause: DurationLaw
    """From a reply to the customer's next message. Examples: `{lognormal: {median: 16 min, p90: 20 h}}`"""

    handling: HandlingWritten
    """The work of answering a further message. Examples: `{lognormal: {mean: 4 min, cv: 1}}`"""


class Escalation(Form):
    """Work for specialists that some first replies lead to."""

    noun = "an escalation"

    to: Name
    """The skill that the escalated work needs. Examples: `radio`"""

    chance: Share
    """The chance that a first reply leads to it. Examples: `8%`"""

    handling: HandlingWritten
    """The work. Examples: `{lognormal: {mean: 25 min, cv: 1}}`"""


class TriesAgain(Form):
    """Customers who come back after they left or were turned away: the same contact, the same patience."""

    noun = "tries_again"

    chance: Annotated[float, Reads(_chance_to_try, schemas.SHARE)]
    """The chance of another try each time, at most 95% (and at most 50 tries), or 100%: until they succeed.

    Examples: `50%`, `100%`
    """

    after: DurationLaw
    """From the moment the customer left or was turned away to the next try.

    Examples: `{exponential: {mean: 10 min}}`
    """


class Template(Form):
    """What a first reply from a template is, compared with a personal one."""

    noun = "a template"

    handling: Annotated[float, Reads(partial(q.parse_share, least="1%"), schemas.SHARE)]
    """Its handling as a share of that of a personal reply, at least 1%. Examples: `40%`"""

    again: Annotated[float, Reads(partial(q.parse_share, most="95%"), schemas.SHARE)] | None = None
    """The chance that the customer writes again after a reply, if first replies come from it. Without it, as
    in the conversation.

    Examples: `60%`
    """


class Vips(Form):
    """A few authors with a large audience among the many."""

    noun = "vips"

    share: Share
    """The share of contacts that come from them. Examples: `0.1%`"""

    followers: Annotated[int, Reads(partial(q.parse_whole, most=10**12), schemas.WHOLE)]
    """How many follow each of them. Examples: `1M`"""


class ContactType(Form):
    """Contacts of one kind: when they arrive, what they need, how long they wait, what work they bring."""

    noun = "a contact type"

    channel: Name | None = None
    """The channel they come by, one of `channels`; without one they are private. Examples: `x`"""

    needs: Names
    """The skills a reply takes, all of them. Examples: `[network]`"""

    arrivals: Annotated[Arrivals, WrittenAs(ArrivalsForm)]
    """How many arrive when. Examples: `{per_hour: {08:00: 0, 09:00: 20, 21:00: 0}}`"""

    actionable: Share = 1.0
    """The share that needs an answer; the others are counted and nothing else.

    Default: `100%`. Examples: `90%`
    """

    followers: NumberLaw | None = None
    """How many follow the authors. On a public channel, without it, lognormal with median 350 and 99th
    percentile 15,000; elsewhere nobody.

    Examples: `{lognormal: {median: 300, p99: 40_000}}`
    """

    vips: Vips | None = None
    """Authors with many followers beside the others. Examples: `{share: 0.1%, followers: 1M}`"""

    severity: Annotated[float, Reads(partial(q.parse_ratio, most=1_000), schemas.RATIO)] = 1.0
    """How much more often such complaints are reshared than others of the same author; agents cannot see it.

    Default: `1`. Examples: `3`, `300%`
    """

    tags: Tags = ()
    """Words for what such contacts are, such as whom they come from; `ahead` of a plan's routing knows them.

    Examples: `regulator`, `[regulator, press]`
    """

    patience: Annotated[Patience, WrittenAs(PatienceForm)] | None = None
    """How long they wait for the start of the first reply; without it for ever.

    Examples: `{exponential: {mean: 3 h}}`
    """

    queue_limit: QueueLimit | None = None
    """How many first replies may wait; who comes when so many do is turned away unless somebody is free.
    With 0 nobody waits. Types that share a limit name one of `queue_limits`.

    Examples: `20`, `0`
    """

    tries_again: TriesAgain | None = None
    """Who left or was turned away may come back.

    Examples: `{chance: 50%, after: {exponential: {mean: 10 min}}}`
    """

    silent: Share = 0.0
    """Of those who give up, the share whose message stays in the queue and still costs work.

    Default: `0%`. Examples: `30%`
    """

    waiting_cost: MoneyPerHour | None = None
    """What an hour costs that one customer waits for the start of the first reply.

    Examples: `12 EUR/h`
    """

    handling: HandlingWritten
    """The work of the first reply.

    Examples: `{lognormal: {mean: 6 min, cv: 1.2}}`, `{by_team: {desk: {exponential: {mean: 5 min}}}}`
    """

    template: Template | None = None
    """First replies from a template, in plans with `replies: template`.

    Examples: `{handling: 40%, again: 60%}`
    """

    acknowledgement: HandlingWritten | None = None
    """The work of a first word in public, in plans with `acknowledge_within`; the full answer follows.

    Examples: `{constant: 30 s}`
    """

    closing: HandlingWritten | None = None
    """The work of a closing reply in public once a conversation in private is over, in plans whose `moves_to`
    has one.

    Examples: `{constant: 1 min}`
    """

    conversation: Conversation | None = None
    """Further messages of the customer.

    Examples: `{again: 43%, pause: {exponential: {mean: 1 h}}, handling: {constant: 4 min}}`
    """

    escalates: Escalation | None = None
    """Work for specialists. Examples: `{to: radio, chance: 8%, handling: {constant: 25 min}}`"""

    teams: Ranks = ()
    """Which team is asked first: names in order, equal ones in a list of their own; teams not listed come
    last.

    Examples: `[specialists, everyone]`
    """

    overflow_after: dict[Name, PositiveDuration] = Field(default_factory=dict)
    """Teams that only help: each may take a message no sooner than so long after it first became ready.

    Examples: `{everyone: 10 min}`
    """

    def steps_written(self) -> dict[str, tuple[tuple[str, ...], Handling]]:
        """Each kind of step by the key it is written under: the skills it needs and its handling."""
        steps = {"handling": (self.needs, self.handling)}
        if self.acknowledgement is not None:
            steps["acknowledgement"] = (self.needs, self.acknowledgement)
        if self.closing is not None:
            steps["closing"] = (self.needs, self.closing)
        if self.conversation is not None:
            steps["conversation"] = (self.needs, self.conversation.handling)
        if self.escalates is not None:
            steps["escalates"] = ((self.escalates.to,), self.escalates.handling)
        return steps
