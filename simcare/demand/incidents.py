"""Incidents: the surges that happen in one replication, those of one name and day together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import Stream, drawn_surges
from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]


def drawn_incidents(scenario: Scenario, stream: Stream) -> Int:
    """`Tape.incidents`: a row for each public contact type and each of its surges that happens, none where
    nobody asks whether incidents trend.
    """
    numbers: dict[tuple[str, int], int] = {}
    rows = []
    asked = scenario.virality.trending is not None
    for name in scenario.public_contacts if asked else ():
        for draw in drawn_surges(scenario.contacts[name].arrivals, scenario.clock.total_days, stream):
            incident = numbers.setdefault((draw.surge.name, draw.day), len(numbers))
            rows.append((scenario.contact_names.index(name), incident, draw.start_ms, draw.end_ms))
    return np.array(rows, dtype=np.int64).reshape(-1, 4)
