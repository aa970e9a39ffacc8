"""What a scenario must mean: names that exist, work that somebody can do, promises that can be told apart.

Each check gives (path, fault) pairs; the paths are those of the file. Plans have a module of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simcare.scenario.asked import asked_faults
from simcare.scenario.audience_meaning import audience_faults, audience_in
from simcare.scenario.check_forms import check_faults
from simcare.scenario.contacts import ContactType, Handling
from simcare.scenario.costs import PRICES
from simcare.scenario.faults import Fault, name_fault
from simcare.scenario.plan_meaning import plan_faults
from simcare.scenario.quantities import Money, format_duration, write_duration
from simcare.scenario.reply_meaning import reply_faults
from simcare.scenario.scenario import ScenarioForm, opening_of
from simcare.scenario.source import Path
from simcare.scenario.teams import FULL_SPEED, Team, speed_at, teams_with

PathFault = tuple[Path, Fault]

SOONEST_TRY = 1_000
"""Who tries again does so after at least a second on average: sooner would be the same attempt, and endless
work for whoever simulates it.
"""


def meaning_faults(form: ScenarioForm) -> Iterator[PathFault]:
    """Everything that is wrong with the meaning of a scenario whose shape is right."""
    skills = dict.fromkeys(skill for team in form.teams.values() for skill in team.skills)
    for name, contact in form.contacts.items():
        yield from _references(("contacts", name), contact, form, skills)
        yield from _handlings(("contacts", name), name, contact, form.teams)
        if contact.silent > 0 and (contact.patience is None or contact.patience.law is None):
            hint = "only those whose patience ends can give up silently"
            yield (
                ("contacts", name, "silent"),
                Fault("a law of patience beside silent", hint, of_key=True, got="none"),
            )
        yield from _trying(("contacts", name), contact, form.queue_limits)
    yield from _queue_limits(form)
    yield from _first(form)
    yield from _currencies(form)
    yield from audience_faults(form)
    yield from reply_faults(form)
    yield from _promises(form)
    promises = [promise.name for promise in form.service_levels]
    audience = audience_in(form)
    known = (form.contacts, form.teams, promises, form.clock, audience, form.costs)
    for i, asked in enumerate(form.measures):
        for key, fault in asked_faults(asked, *known):
            yield ("measures", i, key), fault
    currency = next((cost.currency for _, cost in _costs(form)), None)
    for i, check in enumerate(form.checks):
        yield from check_faults(check, ("checks", i), form, currency, audience)
    yield from plan_faults(form)


def _references(
    path: Path, contact: ContactType, form: ScenarioForm, skills: Collection[str]
) -> Iterator[PathFault]:
    """Channels, skills and teams that exist, and a team that has all the skills together."""
    if contact.channel is not None:
        fault = name_fault(contact.channel, form.channels, "one of the channels")
        if fault:
            yield (*path, "channel"), fault
    wanted: list[tuple[Path, str]] = [((*path, "needs", i), skill) for i, skill in enumerate(contact.needs)]
    if contact.escalates is not None:
        wanted.append(((*path, "escalates", "to"), contact.escalates.to))
    for where, skill in wanted:
        fault = name_fault(skill, skills, "a skill of some team")
        if fault:
            yield where, fault
    if all(skill in skills for skill in contact.needs) and not teams_with(form.teams, contact.needs):
        yield (*path, "needs"), Fault("skills that one team has together", got=", ".join(contact.needs))
    able = {team for needs, _ in contact.steps_written().values() for team in teams_with(form.teams, needs)}
    for i, rank in enumerate(contact.teams):
        for j, team in enumerate(rank):
            fault = name_fault(team, form.teams, "one of the teams")
            if fault is None and team not in able and able:
                fault = Fault(f"a team that may serve this contact type ({', '.join(sorted(able))})")
            if fault:
                yield (*path, "teams", i, j), fault
    for team in contact.overflow_after:
        fault = name_fault(team, form.teams, "one of the teams", of_key=True)
        if fault is None and team not in able and able:
            fault = Fault(f"a team that may serve this contact type ({', '.join(sorted(able))})", of_key=True)
        if fault:
            yield (*path, "overflow_after", team), fault


def _trying(path: Path, contact: ContactType, limits: Collection[str]) -> Iterator[PathFault]:
    """A limit that exists, and somebody who may come back, not too soon."""
    if isinstance(contact.queue_limit, str):
        fault = name_fault(contact.queue_limit, limits, "a number, or one of queue_limits")
        if fault:
            yield (*path, "queue_limit"), fault
    tries_again = contact.tries_again
    if tries_again is None:
        return
    if contact.patience is None and contact.queue_limit is None:
        hint = "only who left or was turned away can try again"
        yield (
            (*path, "tries_again"),
            Fault("patience or queue_limit beside tries_again", hint, of_key=True, got="neither"),
        )
    if tries_again.after.mean < SOONEST_TRY:
        expected = f"tries {write_duration(SOONEST_TRY)} apart or more on average"
        yield (
            (*path, "tries_again", "after"),
            Fault(expected, got=f"{format_duration(tries_again.after.mean)}"),
        )


def _queue_limits(form: ScenarioForm) -> Iterator[PathFault]:
    """A limit that types share is the limit of some type."""
    used = {contact.queue_limit for contact in form.contacts.values()}
    for name in form.queue_limits:
        if name not in used:
            yield ("queue_limits", name), Fault("the queue_limit of some contact type", of_key=True)


def _first(form: ScenarioForm) -> Iterator[PathFault]:
    """What a team takes first it may take."""
    for name, team in form.teams.items():
        for i, rank in enumerate(team.first):
            for j, contact in enumerate(rank):
                fault = name_fault(contact, form.contacts, "one of the contact types")
                if fault is None and not _may_serve(name, form.contacts[contact], form):
                    fault = Fault(f"a contact type that {name} may serve")
                if fault:
                    yield ("teams", name, "first", i, j), fault


def _may_serve(team: str, contact: ContactType, form: ScenarioForm) -> bool:
    return any(team in teams_with(form.teams, needs) for needs, _ in contact.steps_written().values())


def _handlings(path: Path, name: str, contact: ContactType, teams: dict[str, Team]) -> Iterator[PathFault]:
    for key, (needs, handling) in contact.steps_written().items():
        if handling.by_team:
            itself = key in ("handling", "acknowledgement", "closing")
            below = (*path, key, "by_team") if itself else (*path, key, "handling", "by_team")
            yield from _by_team(below, name, needs, handling, teams)


def _by_team(
    path: Path, name: str, needs: tuple[str, ...], handling: Handling, teams: dict[str, Team]
) -> Iterator[PathFault]:
    """Laws by team name exactly the teams that may serve, and those have no other speed."""
    able = teams_with(teams, needs)
    for team in handling.by_team:
        fault = name_fault(team, teams, "one of the teams", of_key=True)
        if fault is None and team not in able and able:
            fault = Fault(f"a team with the skill{_s(needs)} {', '.join(needs)}", of_key=True)
        if fault is None and team in able and speed_at(teams[team], needs) != FULL_SPEED:
            speed = f"{speed_at(teams[team], needs) / 10_000:g}%"
            hint = "a team has a law of its own or a speed, not both"
            expected = f"a team whose speed at {', '.join(needs)} is 100%"
            fault = Fault(expected, hint, of_key=True, got=f"'{team}' with {speed}")
        if fault:
            yield (*path, team), fault
    missing = [team for team in able if team not in handling.by_team]
    if missing and teams.keys() >= handling.by_team.keys():  # a name mistyped is said once
        expected = f"a law for each team that may serve {name} ({', '.join(able)})"
        yield path, Fault(expected, got=f"none for {', '.join(missing)}")


def _currencies(form: ScenarioForm) -> Iterator[PathFault]:
    """All money is of one currency, that of the first team with a cost."""
    given = _costs(form)
    for path, cost in given[1:]:
        first, currency = given[0][0][1], given[0][1].currency
        if cost.currency != currency:
            yield path, Fault(f"costs in one currency, {currency} as in {first}")


def _costs(form: ScenarioForm) -> list[tuple[Path, Money]]:
    """All money of the scenario, with its place."""
    costs: list[tuple[Path, Money | None]] = []
    costs += [(("teams", name, "cost"), team.cost) for name, team in form.teams.items()]
    costs += [(("contacts", name, "waiting_cost"), one.waiting_cost) for name, one in form.contacts.items()]
    costs += [(("costs", key), getattr(form.costs, key)) for key in PRICES]
    return [(path, cost) for path, cost in costs if cost is not None]


def _promises(form: ScenarioForm) -> Iterator[PathFault]:
    """Promises are made for types that exist, and those of one type differ in name."""
    seen: dict[tuple[str, str], int] = {}
    for i, promise in enumerate(form.service_levels):
        types = promise.of(tuple(form.contacts)).contacts
        for j, name in enumerate(types):
            fault = name_fault(name, form.contacts, "one of the contact types")
            if fault:
                yield ("service_levels", i, "contacts", j), fault
        if promise.hours == "open":
            yield from _opening(("service_levels", i, "hours"), types, form)
        again = [name for name in types if (name, promise.name) in seen]
        if again:
            hint = "give one of them a `name`"
            got = f"'{promise.name}' for {again[0]} again"
            yield (
                ("service_levels", i),
                Fault("promises of different names for each contact type", hint, got=got),
            )
        seen.update({(name, promise.name): i for name in types})


def _opening(path: Path, types: tuple[str, ...], form: ScenarioForm) -> Iterator[PathFault]:
    """A promise in open hours has some for each of its contact types."""
    known = {name: form.contacts[name] for name in types if name in form.contacts}
    without = [name for name, one in known.items() if opening_of(one, form.channels, form.clock) is None]
    if without:
        expected = f"opening hours of {', '.join(without[:5])}"
        hint = "write clock: {open: {mon-fri: 08:00–20:00}}, or open in a channel"
        yield path, Fault(expected, hint, got="none")


def _s(things: tuple[str, ...]) -> str:
    return "" if len(things) == 1 else "s"
