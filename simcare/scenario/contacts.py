"""Contact types: who writes in, about what, how patient they are, and what work each contact brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.arrivals import Arrivals, ArrivalsForm
from simcare.scenario.faults import one_of
from simcare.scenario.fields import Form, Name, Reads, Share, WrittenAs, YesOrNo
from simcare.scenario.law_forms import DurationLaw, DurationLaws, NumberLaw
from simcare.scenario.laws import KINDS, Law
from simcare.scenario.lists import Names, Ranks
from simcare.scenario.tables import Folder


class Channel(Form):
    """Where customers write."""

    noun = "a channel"

    public: YesOrNo
    """Whether others can read the messages. Examples: `true`"""


@dataclass(frozen=True)
class Patience:
    """How long customers wait for the start of the first reply; who of those who must wait goes at once."""

    law: Law
    leaves_at_once: float = 0.0


@dataclass(frozen=True)
class Handling:
    """The work of a reply: one law at speed 100%, or a law for each team."""

    law: Law | None
    by_team: dict[str, Law] = field(default_factory=dict)


class PatienceForm(DurationLaws):
    """How long a customer waits for the start of the first reply before giving up."""

    noun = "patience"

    leaves_at_once: Share = 0.0
    """The share of those who would have to wait that goes at once.

    Default: `0%`. Examples: `10%`
    """

    def canonical(self, folder: Folder) -> Patience:
        """The law and the share that goes at once."""
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
    """The chance that the customer writes again after a reply, at most 95%. Examples: `43%`"""

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
    """How many follow the authors. Examples: `{lognormal: {median: 300, p99: 40_000}}`"""

    patience: Annotated[Patience, WrittenAs(PatienceForm)] | None = None
    """How long they wait for the start of the first reply; without it for ever.

    Examples: `{exponential: {mean: 3 h}}`
    """

    silent: Share = 0.0
    """Of those who give up, the share whose message stays in the queue and still costs work.

    Default: `0%`. Examples: `30%`
    """

    handling: HandlingWritten
    """The work of the first reply.

    Examples: `{lognormal: {mean: 6 min, cv: 1.2}}`, `{by_team: {desk: {exponential: {mean: 5 min}}}}`
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

    def steps_written(self) -> dict[str, tuple[tuple[str, ...], Handling]]:
        """Each kind of step by the key it is written under: the skills it needs and its handling."""
        steps = {"handling": (self.needs, self.handling)}
        if self.conversation is not None:
            steps["conversation"] = (self.needs, self.conversation.handling)
        if self.escalates is not None:
            steps["escalates"] = ((self.escalates.to,), self.escalates.handling)
        return steps
