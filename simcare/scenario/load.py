"""Loading: a scenario file in, a `Scenario` out, or every problem with its place.

First the text must be YAML, then its shape right (keys, types, units), then its meaning (names that exist,
work that somebody can do, traces that can be read). Each stage reports all it finds, up to `MOST_PROBLEMS`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from simcare.errors import ScenarioError
from simcare.scenario.audience_meaning import piling_on, starving, unread
from simcare.scenario.changes import with_changes
from simcare.scenario.check_forms import Check
from simcare.scenario.contacts import ContactType
from simcare.scenario.counts import Counted, count
from simcare.scenario.faults import Fault, faults_in
from simcare.scenario.files import read_text_file, stop
from simcare.scenario.hashing import hash_of
from simcare.scenario.meaning import meaning_faults
from simcare.scenario.notes import needless, notes_on
from simcare.scenario.plans import PlanForm, resolved
from simcare.scenario.recorded import Recorded, on_common_days, record, unfit
from simcare.scenario.reply_meaning import unsaid
from simcare.scenario.rosters import with_known_teams
from simcare.scenario.scenario import Scenario, ScenarioForm
from simcare.scenario.size import check_size
from simcare.scenario.source import Node, Path, place_of, plain, words
from simcare.scenario.tables import Folder
from simcare.scenario.traces import Replay, replay
from simcare.scenario.translate import Finding, finding, findings_of, found_already
from simcare.scenario.unstaffed import unstaffed
from simcare.scenario.yaml_reading import Reading, read_yaml

MOST_PROBLEMS = 20
"""So many problems are reported at once."""


def load(path: str | os.PathLike[str], *, set: Sequence[str] = (), allow_large: bool = False) -> Scenario:
    """Read, complete and check the scenario file at `path`.

    Parameters
    ----------
    path
        the YAML file; the CSV files it names are looked for in its folder.
    set
        changes such as ``"plans.today.shrinkage=20%"``, made in turn before anything is checked.
    allow_large
        accept a run whose estimated memory is above the limit.

    Raises
    ------
    ScenarioError
        if the file, or one it names, cannot be used as written; up to twenty problems, in file order.
    TooLarge
        if the run is estimated to need more memory than the limit.
    """
    name = os.fsdecode(path)
    return loads(
        read_text_file(name), name=name, folder=os.path.dirname(name), set=set, allow_large=allow_large
    )


def loads(
    text: str,
    *,
    name: str = "scenario.yaml",
    folder: str = "",
    set: Sequence[str] = (),
    allow_large: bool = False,
) -> Scenario:
    """Like `load`, from text: `name` stands for the file in messages, `folder` is where its CSV files are."""
    reading = read_yaml(text, name)
    if reading.root is None:
        raise stop(name, "expected a scenario, got an empty file")
    reading = with_changes(reading, set, ScenarioForm)
    assert reading.root is not None
    beside = Folder(folder)
    form = _shape(reading, reading.root, beside)
    replays, recorded, counted = _meaning(form, reading.root, beside)
    contacts = {name: _with_counts(contact, counted.get(name)) for name, contact in form.contacts.items()}
    scenario = Scenario(
        simcare=form.simcare,
        title=form.title,
        about=form.about,
        clock=form.clock,
        channels=form.channels,
        contacts=contacts,
        queue_limits=form.queue_limits,
        teams=form.teams,
        plans=resolved(form.plans),
        service_levels=tuple(promise.of(tuple(form.contacts)) for promise in form.service_levels),
        measures=form.measures,
        checks=tuple(_placed(form.checks, reading.root)),
        virality=form.virality,
        costs=form.costs,
        experiment=form.experiment,
        drain=form.drain,
        traces={name: replayed.arrival_ms for name, replayed in replays.items()},
        recorded=recorded,
        source=name,
        files=tuple(sorted(beside.read)),
        hash="",
        notes=(),
    )
    if not allow_large:
        check_size(scenario)
    notes = (
        *notes_on(scenario.clock, scenario.contacts, scenario.plans, replays, recorded, counted),
        *unstaffed(scenario),
        *needless(scenario.checks, scenario.plan_names),
        *unread(scenario),
        *starving(scenario),
        *piling_on(scenario),
        *unsaid(scenario),
    )
    return replace(scenario, hash=hash_of(scenario), notes=notes)


def _placed(checks: Sequence[Check], root: Node) -> Iterator[Check]:
    """The checks, each with the place at which it stands."""
    for i, check in enumerate(checks):
        place = place_of(root, ("checks", i))
        yield check.placed(place.file, place.line, place.column)


def _shape(reading: Reading, root: Node, folder: Folder) -> ScenarioForm:
    """The scenario as written, if its shape is right."""
    findings = [found_already(problem) for problem in reading.problems]
    form: ScenarioForm | None = None
    try:
        form = ScenarioForm.model_validate(plain(root), context=folder)
    except ValidationError as error:
        findings.extend(findings_of(error, root, ScenarioForm))
    places = {found.place for found in findings}
    for path, word in words(root):
        if word.value is None and place_of(root, path) not in places:
            hint = "leave the key out if there is none" if isinstance(path[-1], str) else ""
            findings.append(finding(Fault("a value", hint), root, path))
    if findings or form is None:
        raise _error(findings)
    return form.model_copy(
        update={"plans": {name: _spelled(plan, form) for name, plan in form.plans.items()}}
    )


def _spelled(plan: PlanForm, form: ScenarioForm) -> PlanForm:
    """The plan with the teams of shift tables spelled as in the scenario."""
    tables = {key: with_known_teams(getattr(plan, key), form.teams) for key in ("shifts", "add")}
    return plan.model_copy(update=tables)


def _meaning(
    form: ScenarioForm, root: Node, folder: Folder
) -> tuple[dict[str, Replay], dict[str, Recorded], dict[str, Counted]]:
    """The traces and the counts read, if the scenario makes sense."""
    findings = [finding(fault, root, path) for path, fault in meaning_faults(form)]
    replays: dict[str, Replay] = {}
    recorded: dict[str, Recorded] = {}
    counted: dict[str, Counted] = {}
    for name, contact in form.contacts.items():
        path: Path = ("contacts", name, "arrivals")
        try:
            trace = contact.arrivals.trace
            if trace is not None and trace.resample is None:
                replays[name] = replay(trace, form.clock, folder)
            elif trace is not None:
                recorded[name] = record(trace, form.clock, folder)
            elif contact.arrivals.counts is not None:
                path = (*path, "per_interval")
                counted[name] = count(contact.arrivals.counts, form.clock, folder)
        except PydanticCustomError as error:
            findings.extend(finding(fault, root, path) for fault in faults_in(error))
    recorded = on_common_days(recorded)
    for name, days in recorded.items():
        if fault := unfit(days, form.clock):
            findings.append(finding(fault, root, ("contacts", name, "arrivals")))
    if findings:
        raise _error(findings)
    return replays, recorded, counted


def _with_counts(contact: ContactType, counted: Counted | None) -> ContactType:
    """The contact type with the curve that its counts are, if it has any."""
    if counted is None:
        return contact
    arrivals = replace(contact.arrivals, curve=counted.curve, counts=None)
    return contact.model_copy(update={"arrivals": arrivals})


def _error(findings: Sequence[Finding]) -> ScenarioError:
    """The first problems in the order of the file, those of changes after them."""
    ordered = sorted(findings, key=lambda found: (found.place.line == 0, found.place))
    kept = [found.tell() for found in ordered[:MOST_PROBLEMS]]
    return ScenarioError(kept, more=len(ordered) - len(kept))
