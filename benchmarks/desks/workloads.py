"""The workloads, from the scenarios that simcare ships.

S   M/M/20+M, one queue, one long run: `scenarios/mmc-impatient.yaml` with more days.
D   A day of three types and three teams whose levels change by the hour: `scenarios/three-skill-day.yaml`.
W   A week that has something of all the language: `scenarios/evening-surge.yaml`. Only simcare can play it.

S and D: all models but Ciw's play the same customers, drawn by simcare beforehand.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np

from benchmarks.desks.desk import CONTACTS_A_DAY, Customers, Desk, Played, Replication
from simcare.engine.log import Log
from simcare.engine.simulate import simulate
from simcare.experiment.replication import Drawn, draw
from simcare.scenario.load import load
from simcare.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUEUE, DAY, WEEK = "S", "D", "W"
DAY_MS = 86_400_000

MOST_DAYS, FASTER = 3_000, 10
"""The language has runs of ten years; a longer one of workload S has more contacts a day."""

MOST_EXPECTED = 100_000
"""Up to so many contacts the reference engine says what should come out."""


def scenario_of(workload: str, contacts: int) -> Scenario:
    """The scenario that has about so many contacts: S as one long run, D as many days, W as many weeks."""
    days = max(1, round(contacts / CONTACTS_A_DAY[workload]))
    if workload == WEEK:
        changes = [f"experiment.replications={max(1, round(days / 8))}"]  # with a day of warm-up
        return load(str(SCENARIOS / "evening-surge.yaml"), set=changes)
    if workload == DAY:
        changes = [f"experiment.replications={days}"]
        return load(str(SCENARIOS / "three-skill-day.yaml"), set=changes)
    changes = ["experiment.replications=1"]
    if days > MOST_DAYS:  # the same queue on a clock that is ten times as fast
        days //= FASTER
        mean = "{exponential: {mean: %g min}}" % (22.8 / FASTER)
        changes += [
            f"contacts.contact.arrivals.per_hour={50 * FASTER}",
            f"contacts.contact.patience={mean}",
            f"contacts.contact.handling={mean}",
        ]
    changes += [f"clock.days={max(1, days - 1)}"]  # and a day of warm-up
    return load(str(SCENARIOS / "mmc-impatient.yaml"), set=changes, allow_large=True)


def drawn_for(scenario: Scenario) -> list[Drawn]:
    """All replications of the scenario's only plan."""
    plan = scenario.plan_names[0]
    return [draw(scenario, plan, replication=number) for number in range(scenario.experiment.replications)]


def told(drawn: Drawn) -> tuple[Desk, Customers]:
    """A replication as arrays for models that know nothing of simcare."""
    tape, roster, rules = drawn
    teams = np.full((len(rules.team_rank), 2), -1, dtype=np.int64)
    for one, rank in enumerate(rules.team_rank):
        serving = [team for team in np.argsort(rank, kind="stable") if rules.handles[0, one, team]]
        teams[one, : len(serving)] = serving
    slot = rules.work_slot[0, tape.type_of_contact].T
    work = np.ascontiguousarray(tape.work_ms[slot, np.arange(tape.contacts)])
    by_time = np.lexsort((roster.level_team, roster.level_from_ms))
    changes = (column[by_time] for column in (roster.level_from_ms, roster.level_team, roster.level))
    return Desk(teams, *changes), Customers(tape.arrival_ms, tape.type_of_contact, tape.patience_ms, work)


def played_by(log: Log) -> Played:
    """What became of every customer by a Log in which each has one step."""
    start, end = (np.full(len(log.steps.step), -1, dtype=np.int64) for _ in range(2))
    start[log.stints.step], end[log.stints.step] = log.stints.start_ms, log.stints.end_ms
    return Played(start, end)


def write(workload: str, contacts: int, path: Path) -> None:
    """Draw the customers, let the reference engine play some of them, and write all to a file."""
    replications, seen = [], 0
    for drawn in drawn_for(scenario_of(workload, contacts)):
        seen += drawn.tape.contacts
        expected = played_by(simulate(*drawn)) if seen <= MOST_EXPECTED else None
        replications.append(Replication(*told(drawn), expected))
    with path.open("wb") as file:
        pickle.dump(replications, file)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
