"""The Frame: what is measured of one plan, and the cells that every sum is kept in.

The time measured, the horizon without its warm-up, is cut into slots, one for each interval of each day.
Sums are made by slot and then kept in cells: the total, one cell a day, one cell an interval of the day
pooled over days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.measures.hours import Hours
from simcare.measures.promises import Promise, promises_of
from simcare.scenario.premiums import highest

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """Names, promises and pay of one plan, and the time measured, [``from_ms``, ``to_ms``).

    ``cost_per_hour`` has one entry a team, ``waiting_cost`` one a contact type, None where the scenario gives
    no cost; ``opening`` has the hours of each contact type, None where it gives none. ``premiums`` are hours
    that do not overlap and what an hour in them costs, compared with an ordinary one. ``latest_ms`` is the
    end of the drain, past which no time lies.
    """

    types: tuple[str, ...]
    teams: tuple[str, ...]
    promises: tuple[Promise, ...]
    from_ms: int
    to_ms: int
    latest_ms: int
    interval_ms: int
    days: int
    cost_per_hour: tuple[float | None, ...]
    overtime: float
    premiums: tuple[tuple[Hours, float], ...]
    waiting_cost: tuple[float | None, ...]
    opening: tuple[Hours | None, ...]

    @property
    def slots(self) -> int:
        """How many intervals the time measured has."""
        return (self.to_ms - self.from_ms) // self.interval_ms

    @property
    def intervals(self) -> int:
        """How many intervals a day has."""
        return self.slots // self.days

    @property
    def cells(self) -> int:
        """How many cells a sum has: one total, the days, the intervals of the day."""
        return 1 + self.days + self.intervals

    @property
    def days_in_cell(self) -> Float:
        """For each cell, of how many days it is made: the denominator of a count a day."""
        return self._per_cell(self.days, 1, self.days)

    @property
    def ms_in_cell(self) -> Float:
        """For each cell, the time in it: the denominator of a time average."""
        day_ms = self.intervals * self.interval_ms
        return self._per_cell(self.days * day_ms, day_ms, self.days * self.interval_ms)

    def _per_cell(self, total: float, day: float, interval: float) -> Float:
        return np.repeat(np.array([total, day, interval], dtype=np.float64), [1, self.days, self.intervals])

    def in_cells(self, by_slot: Float) -> Float:
        """Sums by slot, shape (…, slots), as sums by cell, shape (…, cells)."""
        grid = by_slot.reshape(*by_slot.shape[:-1], self.days, self.intervals)
        by_day = grid.sum(axis=-1)
        return np.concatenate([by_day.sum(axis=-1)[..., np.newaxis], by_day, grid.sum(axis=-2)], axis=-1)

    def by_group(self, by_slot: Float) -> Float:
        """Sums by group and slot as sums by cell, shape (1 + groups, cells); row 0 is all groups together."""
        by_cell = self.in_cells(by_slot)
        return np.concatenate([by_cell.sum(axis=0)[np.newaxis], by_cell])


def frame_of(scenario: Scenario, plan: str) -> Frame:
    """The frame of one plan of the scenario."""
    clock = scenario.clock
    first_weekday = clock.weekday_of(0)
    teams = [scenario.teams[name] for name in scenario.team_names]
    opening = [scenario.opening_of(name) for name in scenario.contact_names]
    waiting = [scenario.contacts[name].waiting_cost for name in scenario.contact_names]
    return Frame(
        types=tuple(scenario.contact_names),
        teams=tuple(scenario.team_names),
        promises=promises_of(scenario),
        from_ms=clock.measured_from_ms,
        to_ms=clock.horizon_ms,
        latest_ms=clock.horizon_ms + scenario.drain.duration,
        interval_ms=clock.interval,
        days=clock.days,
        cost_per_hour=tuple(None if team.cost is None else float(team.cost.amount) for team in teams),
        overtime=float(scenario.plan(plan).overtime),
        premiums=tuple(
            (Hours.of(one.hours, first_weekday), one.pay) for one in highest(scenario.plan(plan).premium)
        ),
        waiting_cost=tuple(None if cost is None else float(cost.amount) for cost in waiting),
        opening=tuple(None if one is None else Hours.of(one, first_weekday) for one in opening),
    )
