"""The Frame: what is measured of one plan, and the cells that every sum is kept in.

Replications are measured many at once. They follow each other on one clock, each in a lap of its own, and
their sums stand beside each other.

The time measured, the horizon without its warm-up, is cut into slots, one for each interval of each day.
Sums are made by slot and then kept in cells: the total, one cell a day, one cell an interval of the day
pooled over days, and one cell a window that was asked for. Only if there are windows are slots cut at their
edges too, so that every window is made of whole slots and its sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.measures.hours import Hours
from simcare.measures.measure import FEW, MANY, SAME_IN_ONE_STEP, STANDARD_WAITS, Needs
from simcare.measures.prices import NOTHING, Prices, prices_of
from simcare.measures.promises import Promise, promises_of
from simcare.measures.public import Public, looked_at, public_of
from simcare.scenario.audience_meaning import audience_in
from simcare.scenario.premiums import highest

if TYPE_CHECKING:
    from simcare.scenario.asked import Asked
    from simcare.scenario.clock import Clock
    from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """A part of the time measured: stretches [from, to) in ms, in order, and how many days they make.

    A stretch cut by an end of the time measured makes a part of a day.
    """

    stretches: tuple[tuple[int, int], ...]
    days: float


@dataclass(frozen=True)
class Frame:
    """Names, promises and pay of one plan, and the time measured, [``from_ms``, ``to_ms``).

    ``cost_per_hour`` has one entry a team, ``waiting_cost`` one a contact type, None where the scenario gives
    no cost; ``opening`` has the hours of each contact type, None where it gives none. ``premiums`` are hours
    that do not overlap and what an hour in them costs, compared with an ordinary one. ``latest_ms`` is the
    end of the drain, past which no time lies. ``at_once`` says of each team how many messages an agent may
    have in hand, one if it is empty. ``waits`` are the kinds of wait of which percentiles are wanted, and
    ``one_step`` says that no contact has another step than its first reply; ``windows`` what is measured
    beside the total, the days and the intervals, each once, and ``teams_too`` says whether figures of first
    replies are wanted by team. ``public`` are the contact types that others can read, ``trending`` the
    reshares from which on an incident of theirs trends, None if nothing is said of incidents;
    ``many_followers`` is the line between few followers and many, None if no plan goes by it and nobody asks;
    ``prices`` are those of what is lost beside pay. ``replications`` says how many follow each other; of each
    the time measured is the same.
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
    at_once: tuple[int, ...] = ()
    waits: tuple[str, ...] = STANDARD_WAITS
    one_step: bool = False
    windows: tuple[Window, ...] = ()
    teams_too: bool = False
    public: tuple[Public, ...] = ()
    trending: int | None = None
    many_followers: int | None = None
    prices: Prices = NOTHING
    replications: int = 1

    def of(self, replications: int) -> Frame:
        """The same of so many replications."""
        if replications == self.replications:
            return self
        if replications not in self._of_more:
            self._of_more[replications] = replace(self, replications=replications)
        return self._of_more[replications]

    @cached_property
    def _of_more(self) -> dict[int, Frame]:
        """The same of the numbers of replications that were asked for: most chunks have the same."""
        return {}

    @cached_property
    def has(self) -> tuple[Needs, ...]:
        """What measures may need and there is."""
        piles_on = any(one.pile_on > 0 for one in self.public)
        there_is: dict[Needs, bool] = {
            "trending": self.trending is not None,
            "followers": self.many_followers is not None,
            "pile-on": piles_on,
        }
        return tuple(need for need, is_there in there_is.items() if is_there)

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The kinds of wait that are counted: of `waits` that are always the same, one."""
        return tuple(dict.fromkeys(map(self.same_as, self.waits)))

    def kind_of(self, waits: str) -> int:
        """Where a kind of wait stands among those that are counted."""
        return self.counted.index(self.same_as(waits))

    def same_as(self, waits: str) -> str:
        """The kind of wait that is counted for this one."""
        return SAME_IN_ONE_STEP.get(waits, waits) if self.one_step else waits

    @property
    def groups(self) -> int:
        """By how many contact types, and teams if that is wanted, waits are counted."""
        return len(self.types) + (len(self.teams) if self.teams_too else 0)

    @property
    def one_at_once(self) -> bool:
        """Is it known that nobody ever has more than one message in hand?"""
        return bool(self.at_once) and max(self.at_once) == 1

    @cached_property
    def shared(self) -> tuple[Promise, ...]:
        """The promises that cover several contact types but not all, so that no other group is theirs."""
        return tuple(one for one in self.promises if 1 < len(one.types) < len(self.types))

    # ---- laps ----------------------------------------------------------------------------------------------

    @cached_property
    def lap_bits(self) -> int:
        """A lap of the clock has two to the power of so many ms: more than a replication with its drain."""
        return (self.latest_ms + 1).bit_length()

    @cached_property
    def lap_ms(self) -> Int:
        """When the lap of each replication begins."""
        return np.arange(self.replications, dtype=np.int64) << self.lap_bits

    def lap_of(self, at_ms: Int) -> Int:
        """In which replication each instant lies."""
        return at_ms >> self.lap_bits

    def in_lap(self, at_ms: Int) -> Int:
        """Each instant as the time of its own replication."""
        return at_ms & ((1 << self.lap_bits) - 1)

    def end_of_drain(self, at_ms: Int) -> Int:
        """``latest_ms`` in the lap of each instant."""
        return (self.lap_of(at_ms) << self.lap_bits) + self.latest_ms

    def measured(self, at_ms: Int) -> NDArray[np.bool_]:
        """Which of the instants lie in the time measured."""
        since = self.in_lap(at_ms)
        inside: NDArray[np.bool_] = (since >= self.from_ms) & (since < self.to_ms)
        return inside

    # ---- slots ---------------------------------------------------------------------------------------------

    @property
    def slots(self) -> int:
        """Into how many slots the time measured of one replication is cut."""
        return len(self.edges_ms) - 1

    @property
    def all_slots(self) -> int:
        """How many slots all replications have, numbered through."""
        return self.replications * self.slots

    @cached_property
    def all_edges_ms(self) -> Int:
        """The edges of the slots on the clock of all replications: (replications, slots + 1)."""
        edges: Int = self.lap_ms[:, np.newaxis] + self.edges_ms
        return edges

    @cached_property
    def edges_ms(self) -> Int:
        """Where the slots of a replication begin, and where the last one ends, as times of its own."""
        edges = np.arange(self.from_ms, self.to_ms + 1, self.interval_ms, dtype=np.int64)
        cuts = [edge for window in self.windows for stretch in window.stretches for edge in stretch]
        return np.union1d(edges, np.array(cuts, dtype=np.int64)) if cuts else edges

    def slot_of(self, at_ms: Int) -> Int:
        """The slot, of all replications, of each instant of the time measured."""
        return self.lap_of(at_ms) * self.slots + self.slot_in_lap(self.in_lap(at_ms))

    def slot_in_lap(self, at_ms: Int) -> Int:
        """The slot of each instant of the time measured, as the time and the slot of its own replication; the
        end has the number after the last.
        """
        if not self.windows:
            return (at_ms - self.from_ms) // self.interval_ms
        slot: Int = np.searchsorted(self.edges_ms, at_ms, side="right") - 1
        return slot

    def rows_in_cells(self, slot: Int) -> list[tuple[Int, Int]]:
        """In which cells, the total apart, what is in these slots of a replication counts: (rows of `slot`,
        cell of each).
        """
        everything = np.arange(len(slot))
        day, interval = np.divmod((self.edges_ms[slot] - self.from_ms) // self.interval_ms, self.intervals)
        found = [(everything, 1 + day), (everything, 1 + self.days + interval)]
        for number, within in enumerate(self.in_window, start=1 + self.days + self.intervals):
            rows = np.flatnonzero(within[slot])
            found.append((rows, np.full(len(rows), number)))
        return found

    @cached_property
    def cells_of_slots(self) -> Int:
        """In which cells that are no sum of others what is in a slot of a replication counts: one row for the
        days, one for the intervals and one for each window, shape (rows, slots), -1 for none.
        """
        found = np.full((2 + len(self.windows), self.slots), -1)
        for row, (slot, cell) in zip(found, self.rows_in_cells(np.arange(self.slots)), strict=True):
            row[slot] = np.where(self.no_sum[cell], cell, -1)
        return found[(found >= 0).any(axis=1)]

    @cached_property
    def in_window(self) -> list[NDArray[np.bool_]]:
        """For each window, which slots lie in it."""
        within = []
        for window in self.windows:
            inside = np.zeros(self.slots, dtype=np.bool_)
            ends = np.array(window.stretches, dtype=np.int64).reshape(-1, 2)
            for first, after in np.searchsorted(self.edges_ms, ends).tolist():
                inside[first:after] = True
            within.append(inside)
        return within

    # ---- cells ---------------------------------------------------------------------------------------------

    @cached_property
    def intervals(self) -> int:
        """How many intervals a day has."""
        return (self.to_ms - self.from_ms) // self.interval_ms // self.days

    @cached_property
    def cells(self) -> int:
        """How many cells a sum has: one total, the days, the intervals of the day, the windows."""
        return 1 + self.days + self.intervals + len(self.windows)

    @cached_property
    def made_of(self) -> list[range]:
        """The cells that each cell is the sum of: itself, but for the total, which is all days together, and
        so is an interval as long as the day. A single day is its intervals, and so is the total then.
        """
        days, intervals = range(1, 1 + self.days), range(1 + self.days, 1 + self.days + self.intervals)
        parts, whole = (days, intervals) if self.days > 1 else (intervals, days)
        made = [range(cell, cell + 1) for cell in range(self.cells)]
        for cell in (0, *(whole if len(whole) == 1 else ())):
            made[cell] = parts
        return made

    @cached_property
    def no_sum(self) -> NDArray[np.bool_]:
        """Which cells are the sum of no others."""
        return np.array([of == range(cell, cell + 1) for cell, of in enumerate(self.made_of)])

    def cell_of(self, window: Window) -> int:
        """The cell of one of the windows."""
        return 1 + self.days + self.intervals + self.windows.index(window)

    @property
    def kept_cells(self) -> list[int]:
        """The cells of which every replication is kept, for paired differences: the total and the windows."""
        return [0, *range(1 + self.days + self.intervals, self.cells)]

    @cached_property
    def days_in_cell(self) -> Float:
        """For each cell, of how many days it is made: the denominator of a count a day."""
        return self._per_cell(self.days, 1, self.days, [window.days for window in self.windows])

    @cached_property
    def ms_in_cell(self) -> Float:
        """For each cell, the time in it: the denominator of a time average."""
        day_ms = self.intervals * self.interval_ms
        of_windows = [float(sum(to - begin for begin, to in window.stretches)) for window in self.windows]
        return self._per_cell(self.days * day_ms, day_ms, self.days * self.interval_ms, of_windows)

    def _per_cell(self, total: float, day: float, interval: float, windows: list[float]) -> Float:
        parts = np.array([total, day, interval], dtype=np.float64)
        return np.append(np.repeat(parts, [1, self.days, self.intervals]), windows)

    def in_cells(self, by_slot: Float) -> Float:
        """Sums by slot, shape (…, slots of all replications), as sums by cell, (…, replications, cells)."""
        by_slot = by_slot.reshape(*by_slot.shape[:-1], self.replications, self.slots)
        by_interval = by_slot
        if self.windows:
            begins = np.arange(self.from_ms, self.to_ms, self.interval_ms)
            by_interval = np.add.reduceat(by_slot, np.searchsorted(self.edges_ms, begins), axis=-1)
        grid = by_interval.reshape(*by_slot.shape[:-1], self.days, self.intervals)
        by_day = grid.sum(axis=-1)
        parts = [by_day.sum(axis=-1)[..., np.newaxis], by_day, grid.sum(axis=-2)]
        parts += [by_slot[..., within].sum(axis=-1)[..., np.newaxis] for within in self.in_window]
        return np.concatenate(parts, axis=-1)

    def by_group(self, by_slot: Float) -> Float:
        """Sums by group and slot, (…, groups, slots of all replications), as sums by cell, (…, 1 + groups,
        replications, cells): all groups together come first.
        """
        by_cell = self.in_cells(by_slot)
        return np.concatenate([by_cell.sum(axis=-3, keepdims=True), by_cell], axis=-3)


def window_of(asked: Asked, clock: Clock) -> Window | None:
    """The window in which a measure is asked for, None if it is wanted as the standard ones are."""
    return Window(asked.stretches(clock), asked.days_in(clock)) if asked.windowed else None


def by_class(scenario: Scenario) -> bool:
    """Are figures wanted of those with few followers and those with many? Where a plan goes by followers, or
    where one is asked for.
    """
    asked = any(one.what.needs == "followers" for one in scenario.measures)
    return bool(scenario.public_contacts) and (looked_at(scenario) or asked)


def frame_of(scenario: Scenario, plan: str) -> Frame:
    """The frame of one plan of the scenario."""
    clock, asked = scenario.clock, scenario.measures
    windows = [window_of(one, clock) for one in asked]
    first_weekday = clock.weekday_of(0)
    teams = [scenario.teams[name] for name in scenario.team_names]
    by_followers = by_class(scenario)
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
        at_once=tuple(len(team.chats) for team in teams),
        waits=tuple(
            dict.fromkeys(
                [
                    *STANDARD_WAITS,
                    *((FEW, MANY) if by_followers else ()),
                    *(one.what.waits for one in asked if one.what.probability),
                ]
            )
        ),
        one_step=all(len(contact.steps_written()) == 1 for contact in scenario.contacts.values()),
        windows=tuple(dict.fromkeys(window for window in windows if window is not None)),
        public=public_of(scenario, plan),
        many_followers=scenario.many_followers if by_followers else None,
        trending=scenario.virality.trending if "trending" in audience_in(scenario) else None,
        prices=prices_of(scenario.costs),
        teams_too=any({"contacts", "team"} <= {*one.what.dimensions} and not one.contacts for one in asked),
    )
