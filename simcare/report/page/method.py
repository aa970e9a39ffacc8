"""How the figures came about: what a reader needs to judge them and to get them again.

The sheet follows STRESS-DES, what a paper on a discrete-event simulation should report (Monks, Currie, Onggo,
Robinson, Kunc & Taylor 2019, Journal of Simulation 13(1), 55–67), as far as a scenario says it.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import NamedTuple

import simcare
from simcare.report.document import days_in_words
from simcare.report.intervals import listed
from simcare.report.view import MANY, View
from simcare.scenario.quantities import format_share, write_duration

LIBRARIES = ("numpy", "scipy")
"""Those on which the last digits of a result may depend."""


class Item(NamedTuple):
    """A line of the sheet."""

    name: str
    text: str


class Part(NamedTuple):
    """A part of the sheet: its title and its lines."""

    title: str
    items: tuple[Item, ...]


def sheet(view: View) -> tuple[Part, ...]:
    """The reporting sheet of the run."""
    return (
        Part("Objectives", tuple(_objectives(view))),
        Part("Logic", tuple(_logic(view))),
        Part("Data", tuple(_data(view))),
        Part("Experiments", tuple(_experiments(view))),
        Part("Implementation", tuple(_implementation(view))),
    )


def versions() -> str:
    """The program and what it computes with."""
    told = [f"simcare {simcare.__version__}", f"Python {platform.python_version()}"]
    return ", ".join([*told, *(f"{name} {version(name)}" for name in LIBRARIES)])


def _objectives(view: View) -> Iterator[Item]:
    scenario = view.scenario
    yield Item("Purpose", " ".join((scenario.about or scenario.title).split()))
    promises = [f"{promise.label}: {promise.terms}" for promise in view.promises[:MANY]]
    more = f"; and {len(view.promises) - MANY} more" if len(view.promises) > MANY else ""
    yield Item(
        "Outputs",
        ("; ".join(promises) or "Waits, queues, occupancy")
        + more
        + ". All measures are in the JSON of simcare run.",
    )
    plans = view.plans if len(view.plans) <= 2 * MANY else (*view.plans[: 2 * MANY], "…")
    compared = f", each compared with {view.plans[0]}" if len(view.plans) > 1 else ""
    yield Item(
        "Experimentation",
        f"{len(view.plans)} plan{'s' if len(view.plans) > 1 else ''}{compared}: {', '.join(plans)}.",
    )


def _logic(view: View) -> Iterator[Item]:
    scenario = view.scenario
    yield Item(
        "Model",
        "Discrete-event simulation in whole milliseconds. Contacts arrive, wait, are answered by an agent "
        "on duty who has the skill, may give up, write again or be escalated. Every plan meets the same "
        "customers, with the same patience and the same work.",
    )
    rules = {plan: scenario.plan(plan).routing for plan in view.plans}
    orders = dict.fromkeys(f"{rule.order}, agents {rule.agents}" for rule in rules.values())
    yield Item("Who takes what", f"{'; '.join(orders)}.")
    finish = dict.fromkeys(scenario.plan(plan).at_shift_end for plan in view.plans)
    ends = {"finish": "people finish what they hold", "drop": "people hand back what they hold"}
    yield Item("End of a shift", f"{' or '.join(ends[one] for one in finish)}.")
    yield Item("Contact types", f"{_some(scenario.contact_names)}.")
    yield Item("Teams", f"{_some(scenario.team_names)}.")


def _data(view: View) -> Iterator[Item]:
    scenario = view.scenario
    read = [path.replace("\\", "/").rpartition("/")[2] for path in scenario.files]
    yield Item(
        "Sources",
        f"The scenario file ({view.result.header['source']})"
        + (f" and the tables {listed(sorted(set(read)))}" if read else "")
        + ".",
    )
    replayed = sorted(scenario.traces)
    if replayed:
        yield Item(
            "Replayed", f"Arrivals of {listed(replayed)} are those recorded, the same in every replication."
        )
    yield Item(
        "Assumptions",
        "All that the scenario file says. Its comments may say what was measured and what was assumed.",
    )


def _experiments(view: View) -> Iterator[Item]:
    scenario, header = view.scenario, view.result.header
    days = scenario.clock.warm_up_days
    yield Item("Time measured", f"{days_in_words(scenario.clock)}.")
    yield Item(
        "Beginning",
        f"Empty, {days} day{'s' if days > 1 else ''} before the first measured one."
        if days
        else "Empty at midnight of the first day.",
    )
    yield Item(
        "End",
        "No arrivals after the last day; work goes on until all is done, for at most "
        f"{write_duration(scenario.drain.duration)}.",
    )
    yield Item(
        "Estimation",
        f"{view.replications:,} replications of all days; {format_share(scenario.experiment.confidence)} "
        "intervals by Student's t over replications, further on the side of the long tail (Willink 2005). "
        "Plans are compared by paired differences.",
    )
    yield Item("Chance", f"Seed {header['seed']}; one stream for each replication, contact type and purpose.")


def _implementation(view: View) -> Iterator[Item]:
    yield Item(
        "Software", f"{versions()}. The result is the same with each engine and any number of processes."
    )
    yield Item("Scenario", f"{view.result.header['source']}, hash {view.result.header['scenario_hash']}.")


def _some(names: tuple[str, ...]) -> str:
    """Names, the first of them if they are many."""
    most = 3 * MANY
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
