"""Absence: who of those due is sick or on leave, drawn agent by agent and day by day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.demand.streams import Streams
from simcare.staffing.shifts import EVE

GROUP = 32
"""Agents who share a stream: a stream costs more to begin than its numbers to draw."""


def absent(
    streams: Streams, team: str, line: str, agents: int, days: int, shrinkage: float
) -> NDArray[np.bool_]:
    """Whether each agent of a line is absent: shape (replications, agents, 1 + days), the eve of the first
    day first.

    One uniform an agent and day, absent if it is below `shrinkage`: so more shrinkage only removes people.
    The uniforms belong to (team, line, place in the line, day): more agents, lines or days, another
    plan, or other hours leave them as they were. `line` is the number of a shift among its team's,
    from "0", or "level".
    """
    replications, columns = len(streams.replications), days - EVE
    if shrinkage <= 0 or agents == 0:
        return np.zeros((replications, agents, columns), dtype=np.bool_)
    drawn = [
        streams.alike("staffing", team, "line", line, "group", str(group), size=columns * GROUP)
        for group in range(-(-agents // GROUP))
    ]
    by_agent = np.stack(drawn, axis=1).reshape(replications, len(drawn), columns, GROUP).swapaxes(2, 3)
    is_absent: NDArray[np.bool_] = by_agent.reshape(replications, -1, columns)[:, :agents] < shrinkage
    return is_absent
