"""Words about an audience that fit together, and those without effect because nobody can read along."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.scenario.contacts import ContactType
from simcare.scenario.faults import Fault
from simcare.scenario.quantities import format_share
from simcare.scenario.scenario import Scenario, ScenarioForm, is_public
from simcare.scenario.source import Path
from simcare.scenario.teams import teams_with
from simcare.scenario.views import Shape
from simcare.scenario.virality import KNOWN, OF_ALL, InForce, Virality, in_force

FINITE_VARIANCE = 2.0
"""Above this tail index heat has a variance (Pareto), and so has the number of those who pile on."""


def audience_faults(form: ScenarioForm) -> Iterator[tuple[Path, Fault]]:
    """What is said of channels that nobody can read, and a share lost of customers without a price."""
    for name, channel in form.channels.items():
        for key in ("network", "virality"):
            if key in channel.model_fields_set and not channel.public:
                hint = f"on a private channel nobody reads along, so {key} would say nothing"
                yield (
                    ("channels", name, key),
                    Fault(f"public: true beside {key}", hint, of_key=True, got="public: false"),
                )
        own, of_all = channel.virality, form.virality
        if own.view_half_life is not None and own.kernel is None and isinstance(of_all.kernel, Shape):
            expected = "a kernel of the channel's own beside view_half_life"
            hint = "that in the virality of all has a time scale of its own"
            yield (
                ("channels", name, "virality", "view_half_life"),
                Fault(expected, hint, of_key=True, got="none"),
            )
        for key in channel.virality.model_fields_set.intersection(OF_ALL):
            expected, hint = f"{key} in the virality of all", "it is about complaints whatever their channel"
            yield (
                ("channels", name, "virality", key),
                Fault(expected, hint, of_key=True, got=f"in that of {name}"),
            )
    if form.virality.trending is not None:
        hint = "how many reshares an incident gets is not known where reshares are complaints themselves"
        for path in dict.fromkeys(_piles_on(form)):
            yield (
                path,
                Fault("pile_on without trending, or trending without it", hint, of_key=True, got="both"),
            )
    yield from _endless(("virality",), form.virality)
    for name, channel in form.channels.items():
        yield from _endless(("channels", name, "virality"), channel.virality, form.virality)
    costs = form.costs
    if "churn_unanswered" in costs.model_fields_set and costs.lost_customer is None:
        hint = "a share of customers costs what each of them does"
        yield (
            ("costs", "churn_unanswered"),
            Fault("lost_customer beside churn_unanswered", hint, of_key=True, got="none"),
        )


def audience_in(known: ScenarioForm | Scenario) -> frozenset[str]:
    """What there is to measure of an audience: "public" contact types, those that "reshares" are told of,
    "trending" incidents of these, and "pile-on", complaints among their reshares.
    """
    public = [one for one in known.contacts.values() if is_public(one, known.channels)]
    reshared = [one for one in public if _words(known, one)["views"].value is None]
    there_is = {
        "public": bool(public),
        "reshares": bool(reshared),
        "trending": known.virality.trending is not None and any(one.arrivals.surges for one in reshared),
        "pile-on": any(_piles_on(known)),
    }
    return frozenset(what for what, is_there in there_is.items() if is_there)


def _piles_on(known: ScenarioForm | Scenario) -> Iterator[Path]:
    """Where pile-on is said that holds for a public contact type."""
    for one in known.contacts.values():
        if is_public(one, known.channels):
            words = _words(known, one)
            if words["views"].value is None and words["pile_on"].value:
                yield (*words["pile_on"].set_by.split("."), "pile_on")


def _words(known: ScenarioForm | Scenario, contact: ContactType) -> dict[str, InForce]:
    """What holds for the complaints of a public contact type."""
    assert contact.channel is not None
    channel = known.channels[contact.channel]
    return in_force(known.virality, contact.channel, channel.network, channel.virality)


def starving(scenario: Scenario) -> Iterator[str]:
    """Notes on plans that go by audience: who waits behind public complaints, or that nobody reads along."""
    public = scenario.public_contacts
    able = {name: set(teams_with(scenario.teams, one.needs)) for name, one in scenario.contacts.items()}
    answer_in_public = set().union(*(able[name] for name in public))
    private = [name for name in scenario.contact_names if name not in public]
    behind = [name for name in private if able[name] & answer_in_public]
    for name, plan in scenario.plans.items():
        if plan.routing.order not in ("followers", "audience"):
            continue
        if not public:
            yield f"plan {name}: by {plan.routing.order} is first come here, for no contact type is public"
        elif behind:
            yield (
                f"plan {name}: by {plan.routing.order} nobody answers {', '.join(behind)}, which nobody can "
                "read, while a public first reply waits: they can wait very long"
            )


def _endless(path: Path, *words: Virality) -> Iterator[tuple[Path, Fault]]:
    """Reshares that bring more than one reshare each, in some state of a complaint: a cascade without end."""
    said = {key: getattr(one, key) for one in reversed(words) for key in one.model_fields_set}
    impatient = said.get("impatient")
    factors = [said.get(key, KNOWN[key].default) for key in ("answered", "template", "resolved")]
    most = max(1.0, impatient.reshares if impatient else 1.0, *factors)
    each = said.get("reshares_per_reshare", KNOWN["reshares_per_reshare"].default)
    if each * most >= 1 and words[0].model_fields_set:
        expected = "fewer than one further reshare of each reshare in every state of a complaint"
        yield path, Fault(expected, "such a cascade never ends", got=f"{each:g} × {format_share(most)}")


def piling_on(scenario: Scenario) -> Iterator[str]:
    """Notes on who piles on: recorded contacts include them already, and heat makes their number wild."""
    for name in scenario.public_contacts:
        words = scenario.virality_of(name)
        if words["views"].value is not None or not words["pile_on"].value:
            continue
        if name in scenario.traces or name in scenario.recorded:
            yield f"arrivals of {name} are recorded, pile-on included; what pile_on brings comes on top"
        if words["heat"].value <= FINITE_VARIANCE:
            yield (
                f"pile_on of {name}: with such heat one complaint in thousands brings hundreds, which few "
                "replications show: intervals are too narrow; heat: off has honest ones"
            )


def unread(scenario: Scenario) -> Iterator[str]:
    """Notes on words without effect, because the contacts they are about are private."""
    for name, contact in scenario.contacts.items():
        if contact.severity != 1 and not scenario.is_public(name):
            yield f"severity of {name} changes nothing: its contacts are private"
    if scenario.public_contacts:
        if scenario.virality.trending is not None and "trending" not in audience_in(scenario):
            yield "virality.trending changes nothing: no contact type that others can reshare has a surge"
        return
    said = ["virality"] if scenario.virality.model_fields_set else []
    said += [
        f"costs.{key}"
        for key in ("thousand_unanswered", "crisis")
        if getattr(scenario.costs, key) is not None
    ]
    for key in said:
        yield f"{key} changes nothing: no contact type comes by a public channel"
