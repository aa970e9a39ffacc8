"""What plans say about replies must have what it takes in the contact types, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.scenario.faults import Fault, name_fault
from simcare.scenario.plans import PlanForm
from simcare.scenario.scenario import Scenario, ScenarioForm, is_public
from simcare.scenario.source import Path

PathFault = tuple[Path, Fault]


def reply_faults(form: ScenarioForm) -> Iterator[PathFault]:
    """Templates, acknowledgements and conversations that move, without what they need."""
    for name, contact in form.contacts.items():
        if contact.template is not None and contact.template.again is not None and not contact.conversation:
            hint = "without one nobody writes again"
            yield (
                ("contacts", name, "template", "again"),
                Fault("a conversation beside the template", hint, of_key=True, got="none"),
            )
    public = [name for name, contact in form.contacts.items() if is_public(contact, form.channels)]
    for name, plan in form.plans.items():
        yield from _of_plan(("plans", name), plan, form, public)


def _of_plan(path: Path, plan: PlanForm, form: ScenarioForm, public: list[str]) -> Iterator[PathFault]:
    if plan.replies == "template" and not any(one.template for one in form.contacts.values()):
        hint = "say there what it takes, such as template: {handling: 40%}"
        yield (*path, "replies"), Fault("a template of some contact type", hint, of_key=True, got="none")
    if plan.acknowledge_within is not None:
        yield from _in_public((*path, "acknowledge_within"), "acknowledgement", form, public)
    moves_to = plan.moves_to
    if moves_to is not None:
        fault = name_fault(moves_to.channel, form.channels, "one of the channels")
        if fault is None and form.channels[moves_to.channel].public:
            fault = Fault("a private channel", got=f"{moves_to.channel}, which is public")
        if fault is not None:
            yield (*path, "moves_to", "channel"), fault
        if moves_to.closing:
            yield from _in_public((*path, "moves_to", "closing"), "closing", form, public)
        elif not public:
            yield (*path, "moves_to"), NOBODY_READS


NOBODY_READS = Fault("a contact type on a public channel", of_key=True, got="none")


def _in_public(path: Path, key: str, form: ScenarioForm, public: list[str]) -> Iterator[PathFault]:
    """Every public contact type says what such a reply takes."""
    if not public:
        yield path, NOBODY_READS
    without = [name for name in public if getattr(form.contacts[name], key) is None]
    if without:
        hint = f"say there what it takes, such as {key}: {{constant: 30 s}}"
        got = f"none in {', '.join(without[:5])}"
        yield path, Fault(f"{key} in every public contact type", hint, of_key=True, got=got)


def unsaid(scenario: Scenario) -> Iterator[str]:
    """Notes on replies that no plan gives."""
    plans = scenario.plans.values()
    given = {
        "template": any(plan.replies == "template" for plan in plans),
        "acknowledgement": any(plan.acknowledge_within is not None for plan in plans),
        "closing": any(plan.moves_to is not None and plan.moves_to.closing for plan in plans),
    }
    for name, contact in scenario.contacts.items():
        for key, is_given in given.items():
            if getattr(contact, key) is None:
                continue
            if key != "template" and not scenario.is_public(name):
                yield f"{key} of {name} changes nothing: its contacts are private"
            elif not is_given:
                yield f"{key} of {name} changes nothing: no plan asks for it"
