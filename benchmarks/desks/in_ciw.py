"""Workload S in Ciw, as its own documentation writes such a queue. It draws its customers itself."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.desks.desk import Case, Figures

PER_MINUTE = 50 / 60
HANDLING_MIN = PATIENCE_MIN = 22.8
AGENTS = 20
MINUTE = 60_000


def why_missing() -> str:
    """Why the model cannot be run, empty if it can."""
    return "" if importlib.util.find_spec("ciw") else "not installed (pip install ciw)"


def case(_: str, contacts: int, __: Path) -> Case:
    """The queue with about so many customers, ready to be run as often as wanted. It gives Ciw's records."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(PER_MINUTE)],
        service_distributions=[ciw.dists.Exponential(1 / HANDLING_MIN)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_MIN)],
        number_of_servers=[AGENTS],
    )

    def one_queue() -> list[Any]:
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(contacts / PER_MINUTE)
        return list(simulation.get_all_records(only=["service", "renege"]))

    def wrong(records: list[Any]) -> list[str]:
        from benchmarks.desks.answers import wrong_by_theory

        return wrong_by_theory(figures_of(records))

    return Case(contacts, one_queue, wrong)


def figures_of(records: list[Any]) -> Figures:
    """What is counted of a single queue. The last customers, still there at the end, have no record."""
    records = sorted(records, key=lambda record: record.arrival_date)
    left = np.array([record.record_type == "renege" for record in records])
    handling = np.array([record.service_time for record in records])
    arrival, waited = (
        np.array([getattr(record, name) for record in records]) for name in ("arrival_date", "waiting_time")
    )
    return Figures(arrival * MINUTE, waited * MINUTE, left, np.where(left, 0, handling) * MINUTE)
