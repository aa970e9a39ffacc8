"""One replication of one plan: draw its chance, simulate it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simcare.demand.draw import draw_tape
from simcare.demand.tape import Tape
from simcare.engine.log import Log
from simcare.engine.simulate import simulate as play
from simcare.errors import UsageError
from simcare.measures.names import no_such
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster
from simcare.staffing.roster import Roster
from simcare.staffing.routing import rules_of
from simcare.staffing.rules import Rules


class Drawn(NamedTuple):
    """All that a simulation starts from: the contacts of one replication, who is on duty, and the plan's
    rules.
    """

    tape: Tape
    roster: Roster
    rules: Rules


def draw(scenario: Scenario, plan: str, *, replication: int = 0, seed: int | None = None) -> Drawn:
    """The chance of one replication, drawn: the tape, the same for every plan, and the plan's roster and
    rules.

    Replications are numbered from 0; the seed is the scenario's unless given. Raises `UsageError` for a
    plan that the scenario does not have and for a negative replication.
    """
    check_scenario(scenario)
    check_plan(scenario, plan)
    if replication < 0:
        raise UsageError(f"expected a replication from 0, got {replication}")
    return Drawn(
        draw_tape(scenario, replication, seed),
        draw_roster(scenario, plan, replication, seed),
        rules_of(scenario, plan),
    )


def simulate(scenario: Scenario, plan: str, *, replication: int = 0, seed: int | None = None) -> Log:
    """Simulate one replication of a plan and return its Log.

    It is replication number `replication` of `run`. What the Log's numbers refer to, contacts and agents, is
    `draw` of the same arguments.
    """
    return play(*draw(scenario, plan, replication=replication, seed=seed))


def check_scenario(scenario: object) -> None:
    """Raise a `UsageError` if this is not a scenario, as when it is the path of one."""
    if not isinstance(scenario, Scenario):
        raise UsageError(f"expected a Scenario, got {type(scenario).__name__}: use simcare.load(path)")


def check_plan(scenario: Scenario, plan: str) -> None:
    """Raise a `UsageError` with the nearest names if the scenario has no such plan."""
    if plan not in scenario.plan_names:
        raise no_such("plan", plan, scenario.plan_names)


def chosen_plans(scenario: Scenario, plans: Sequence[str] | None) -> tuple[str, ...]:
    """The plans named, all if none are; `UsageError` unless each is known and named once."""
    names = tuple(scenario.plan_names if plans is None else plans)
    if isinstance(plans, str):
        raise UsageError(f"expected a list of plans, got the text {plans!r}: write [{plans!r}]")
    if not names:
        raise UsageError("expected at least one plan, got none")
    for name in names:
        check_plan(scenario, name)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"expected each plan once, got {', '.join(map(repr, twice))} more than once")
    return names
