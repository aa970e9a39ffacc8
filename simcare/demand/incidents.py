"""Incidents: the surges that happen in one replication, those of one name and day together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import drawn_surges
from simcare.demand.streams import Streams
from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]


def drawn_incidents(scenario: Scenario, streams: Streams) -> list[Int]:
    """`Tape.incidents` of each replication: a row for each public contact type and each of its surges that
    happens, none where nobody asks whether incidents trend.
    """
    numbers: list[dict[tuple[str, int], int]] = [{} for _ in streams.replications]
    rows: list[list[tuple[int, int, int, int]]] = [[] for _ in streams.replications]
    asked = scenario.virality.trending is not None
    for name in scenario.public_contacts if asked else ():
        of_type, arrivals = scenario.contact_names.index(name), scenario.contacts[name].arrivals
        for one, draws in enumerate(drawn_surges(arrivals, scenario.clock.total_days, streams)):
            for draw in draws:
                incident = numbers[one].setdefault((draw.surge.name, draw.day), len(numbers[one]))
                rows[one].append((of_type, incident, draw.start_ms, draw.end_ms))
    return [np.array(of_one, dtype=np.int64).reshape(-1, 4) for of_one in rows]
