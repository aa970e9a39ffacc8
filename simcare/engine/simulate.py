"""Run an engine: Tape, Roster and Rules in, Log out; and choose which engine. All write the same Log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Literal

from simcare.demand.tape import Tape
from simcare.engine.log import Log
from simcare.errors import UsageError
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules

Engine = Literal["compiled", "reference"]
Choice = Literal["auto", "compiled", "reference"]
Player = Callable[[Tape, Roster], Log]
CHOICES: tuple[Choice, ...] = ("auto", "compiled", "reference")

LOADING_PAYS = 30_000
"""From so many messages on, loading the compiled engine takes less time than it saves: between 28,000 and
33,000 where `simcare run` took as long with both, on the evening surge, the day of three skills and M/M/c.
"""

COMPILING_PAYS = 1_000_000
"""The same where it has to be compiled first."""


def simulate(tape: Tape, roster: Roster, rules: Rules, engine: Engine = "reference") -> Log:
    """Play one replication of one plan and return what became of every step.

    The Log depends on nothing but the first three arguments; both engines write the same, to the last bit.
    """
    return simulator(rules, engine)(tape, roster)


def simulator(rules: Rules, engine: Engine = "reference") -> Player:
    """`simulate` under the rules of one plan, for those who play many replications of it."""
    if engine == "reference":
        return _by_reference(rules)
    from simcare.engine import compiled

    play = compiled.player(rules)

    def simulated(tape: Tape, roster: Roster) -> Log:
        player = play if compiled.can_count(tape, rules) else _by_reference(rules)
        return player(tape, roster)

    return simulated


def _by_reference(rules: Rules) -> Player:
    from simcare.engine import reference

    return partial(reference.simulate, rules=rules)


def chosen(choice: Choice, messages: float) -> Engine:
    """The engine for a job of so many messages in all replications and plans.

    Raises `UsageError` for a choice that there is not, and for the compiled engine where it cannot be had.
    """
    if choice not in CHOICES:
        raise UsageError(f"expected an engine, {', '.join(CHOICES[:-1])} or {CHOICES[-1]}, got '{choice}'")
    if choice == "reference" or (choice == "auto" and messages < LOADING_PAYS):
        return "reference"
    missing = why_missing()
    if missing and choice == "compiled":
        raise UsageError(f"the compiled engine cannot be had here: {missing}")
    if missing or (choice == "auto" and messages < COMPILING_PAYS and not is_ready()):
        return "reference"
    return "compiled"


def why_missing() -> str:
    """Why the compiled engine cannot be had, empty if it can: no Numba, one that does not fit, no place on
    disk for what it compiles.
    """
    try:
        import_module("simcare.engine.compiled")
    except (ImportError, RuntimeError) as error:
        return str(error)
    return ""


def is_ready() -> bool:
    """Has the engine's kernel been compiled before, on this machine and by this version?"""
    from simcare.engine import compiling, kernel

    return compiling.is_compiled(kernel.play)
