"""The scenario: the file as written, and what the rest of simcare works with."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from simcare.errors import UsageError
from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.asked import Asked, MeasureAsked
from simcare.scenario.check_forms import Check, CheckAsked
from simcare.scenario.clock import Clock
from simcare.scenario.contacts import MOST_WAITING, Channel, ContactType
from simcare.scenario.costs import Costs
from simcare.scenario.experiment import Drain, Experiment
from simcare.scenario.fields import Form, Line, Name, Reads, Text
from simcare.scenario.hours import WeekHours
from simcare.scenario.laws import Law
from simcare.scenario.plans import Plan, PlanForm
from simcare.scenario.promises import Promise, ServiceLevel
from simcare.scenario.quantities import QuantityError
from simcare.scenario.recorded import Recorded
from simcare.scenario.source import DidYouMean
from simcare.scenario.teams import Team
from simcare.scenario.virality import KNOWN, TYPICAL_FOLLOWERS, InForce, Virality, ViralityWritten, in_force


def _version(value: Any) -> int:
    if value == 1 and not isinstance(value, bool):
        return 1
    raise QuantityError("1, the version of the language", value)


_limit = partial(q.parse_whole, most=MOST_WAITING, what="a number of waiting first replies")


class ScenarioForm(Form):
    """A scenario: who writes in and when, who answers and when, and what was promised."""

    noun = "a scenario"

    simcare: Annotated[int, Reads(_version, {"const": 1})]
    """The version of the language. Examples: `1`"""

    title: Line
    """What the scenario is called in reports. Examples: `Evening surge at a mobile operator`"""

    about: Text | None = None
    """What question it asks. Examples: `Does a late shift pay?`"""

    clock: Clock = Clock()
    """The days that are simulated. Examples: `{start: 2026-11-23, days: 7, timezone: Asia/Jakarta}`"""

    channels: dict[Name, Channel] = Field(default_factory=dict)
    """Where customers write. Examples: `{x: {public: true}, dm: {public: false}}`"""

    contacts: Annotated[dict[Name, ContactType], Field(min_length=1, max_length=1_000)]
    """The contact types: who writes in, when, about what."""

    queue_limits: dict[Name, Annotated[int, Reads(_limit, schemas.WHOLE)]] = Field(default_factory=dict)
    """Limits that several contact types share: how many of their first replies may wait together; each type
    names the one it shares as its `queue_limit`. Examples: `{lobby: 20}`"""

    teams: Annotated[dict[Name, Team], Field(min_length=1, max_length=1_000)]
    """The teams: what they can do and what they cost. Examples: `{desk: {skills: {questions: 100%}}}`"""

    plans: Annotated[dict[Name, PlanForm], Field(min_length=1, max_length=500)]
    """The plans to compare: who works when and who takes what."""

    service_levels: tuple[Promise, ...] = ()
    """What was promised. Examples: `[{contacts: all, first_reply_within: 15 min, target: 90%}]`"""

    measures: Annotated[tuple[MeasureAsked, ...], Field(max_length=1_000)] = ()
    """Measures to report beside the standard ones, such as those of an evening.

    Examples: `[{measure: waiting_p90, window: 18:00–22:00, days: mon-fri}, {measure: queue, at: 19:30}]`
    """

    virality: ViralityWritten = Virality()
    """How public complaints spread; what is left out has a documented default.

    Examples: `{seen_by: 5%, crisis_at: 100 reshares}`
    """

    costs: Costs = Costs()
    """What is lost beside pay. Examples: `{lost_customer: 600_000 IDR, churn_unanswered: 15%}`"""

    checks: Annotated[tuple[CheckAsked, ...], Field(max_length=1_000)] = ()
    """What `simcare check` holds the plans to.

    Examples: `[{plan: today, measure: service_level, at_least: 90%}, {measure: queue_max, at_most: 10}]`
    """

    experiment: Experiment = Experiment()
    """How often the days are replayed. Examples: `{replications: 200, seed: 7, confidence: 95%}`"""

    drain: Drain = Drain()
    """How the open work is finished after the last day. Examples: `{staff: last-level}`"""


def opening_of(contact: ContactType, channels: Mapping[str, Channel], clock: Clock) -> WeekHours | None:
    """When the channel of a contact type is open, or else the desk; None if neither says so."""
    channel = None if contact.channel is None else channels.get(contact.channel)
    return clock.open if channel is None or channel.open is None else channel.open


def is_public(contact: ContactType, channels: Mapping[str, Channel]) -> bool:
    """Whether others can read what a contact type writes."""
    channel = None if contact.channel is None else channels.get(contact.channel)
    return channel is not None and channel.public


@dataclass(frozen=True)
class Scenario:
    """A scenario that has passed every check, with all that its files hold.

    Made by `simcare.scenario.load.load`. ``plans`` are in full and in the order of the file;
    ``service_levels`` name their types; ``traces`` hold, for each contact type with a trace, its arrivals in
    the run as sorted ms since 00:00 of the first simulated day, and ``recorded`` those with days to be drawn
    from a trace. ``source`` is the scenario's file, ``files`` are the tables read. ``hash`` is the same for
    files that differ only in the order of their keys, in title, about and number of replications. ``notes``
    are warnings.
    """

    simcare: int
    title: str
    about: str | None
    clock: Clock
    channels: Mapping[str, Channel]
    contacts: Mapping[str, ContactType]
    queue_limits: Mapping[str, int]
    teams: Mapping[str, Team]
    plans: Mapping[str, Plan]
    service_levels: tuple[ServiceLevel, ...]
    measures: tuple[Asked, ...]
    checks: tuple[Check, ...]
    virality: Virality
    costs: Costs
    experiment: Experiment
    drain: Drain
    traces: Mapping[str, array[int]]
    recorded: Mapping[str, Recorded]
    source: str
    files: tuple[str, ...]
    hash: str
    notes: tuple[str, ...]

    @property
    def contact_names(self) -> tuple[str, ...]:
        """The contact types, sorted: the order of their indices."""
        return tuple(sorted(self.contacts))

    @property
    def team_names(self) -> tuple[str, ...]:
        """The teams, sorted: the order of their indices."""
        return tuple(sorted(self.teams))

    @property
    def plan_names(self) -> tuple[str, ...]:
        """The plans in the order of the file."""
        return tuple(self.plans)

    @property
    def currency(self) -> str | None:
        """The currency of all costs, None if nothing has a cost."""
        costs = [team.cost for team in self.teams.values()]
        costs += [contact.waiting_cost for contact in self.contacts.values()]
        costs += [self.costs.lost_customer, self.costs.thousand_unanswered, self.costs.crisis]
        return next((cost.currency for cost in costs if cost is not None), None)

    def opening_of(self, contact: str) -> WeekHours | None:
        """When the channel of a contact type is open, or else the desk; None if neither says so."""
        return opening_of(self.contacts[contact], self.channels, self.clock)

    @property
    def public_contacts(self) -> tuple[str, ...]:
        """The contact types that others can read, sorted."""
        return tuple(name for name in self.contact_names if self.is_public(name))

    def is_public(self, contact: str) -> bool:
        """Whether others can read what a contact type writes."""
        return is_public(self.contacts[contact], self.channels)

    def virality_of(self, contact: str) -> dict[str, InForce]:
        """How the complaints of a public contact type spread: every parameter, and who set it."""
        name = self.contacts[contact].channel
        assert name is not None
        channel = self.channels[name]
        return in_force(self.virality, name, channel.network, channel.virality)

    @property
    def many_followers(self) -> int:
        """Who has more followers than this has many."""
        default: int = KNOWN["many_followers"].default
        said = self.virality.many_followers
        return default if said is None else said

    def followers_of(self, contact: str) -> Law | None:
        """How many follow the authors of a contact type, vips apart; None if nobody does."""
        law = self.contacts[contact].followers
        return TYPICAL_FOLLOWERS if law is None and self.is_public(contact) else law

    def plan(self, name: str) -> Plan:
        """A plan in full.

        Raises
        ------
        UsageError
            if there is none of that name.
        """
        if name in self.plans:
            return self.plans[name]
        hint = str(DidYouMean(name, self.plans)) or f"plans: {', '.join(self.plans)}"
        raise UsageError(f"expected a plan of the scenario, got '{name}'; {hint}")
