"""The states of a desk whose staff changes over the day, and how it moves between them.

At a level of s agents a state is either *regular*, fully described by the number present (busy =
min(present, s), the others wait), or one that a fall of the level has left behind, with a *surplus* of 1
or more:

- shift ends `finish`: s + surplus agents are still busy, and nothing new starts while busy ≥ s;
- shift ends `drop`: surplus started contacts were handed back and wait, s agents are busy; they go first and
  have no patience left to lose.

Arrivals wait (or leave at once) when busy ≥ s. Service at rate μ per busy agent, leaving at rate θ per
waiting customer who has not been served. A waiting customer is ahead of all later ones, so *a tagged
arrival that finds state x starts exactly when the same desk, started from x without further arrivals,
first has an idle agent*: the same states and the same moves answer both what happens to the desk and how
long one arrival waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from simcare.errors import TooLarge

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
ShiftEnd: TypeAlias = Literal["finish", "drop"]

MOST_STATES = 4_000_000


@dataclass(frozen=True)
class States:
    """All states at `level` agents with at most `surplus` left over from a fall and at most `room` waiting.

    `at_shift_end` says what the surplus is. Numbered: the regular ones by number present (0 … level +
    room), then by surplus (1 …) and number waiting (0 … room). TooLarge above four million states.
    """

    level: int
    surplus: int
    room: int
    at_shift_end: ShiftEnd

    def __post_init__(self) -> None:
        if len(self) > MOST_STATES:
            raise TooLarge(f"the exact solution needs {len(self):,} states; the limit is {MOST_STATES:,}")

    def __len__(self) -> int:
        return self.regular + self.surplus * (self.room + 1)

    @property
    def regular(self) -> int:
        """Number of regular states."""
        return self.level + self.room + 1

    @cached_property
    def surplus_of(self) -> Ints:
        """Surplus of each state."""
        rows = np.repeat(np.arange(1, self.surplus + 1, dtype=np.int64), self.room + 1)
        return np.concatenate((np.zeros(self.regular, dtype=np.int64), rows))

    @cached_property
    def waiting(self) -> Ints:
        """Number waiting for their first start in each state."""
        regular = np.maximum(np.arange(self.regular) - self.level, 0)
        return np.concatenate((regular, np.tile(np.arange(self.room + 1), self.surplus)))

    @cached_property
    def busy(self) -> Ints:
        """Number of busy agents in each state."""
        at_level = np.minimum(np.arange(len(self), dtype=np.int64), self.level)
        return at_level + self.surplus_of if self.at_shift_end == "finish" else at_level

    @cached_property
    def handed_back(self) -> Ints:
        """Number of contacts that were started, handed back and wait again, in each state."""
        return self.surplus_of if self.at_shift_end == "drop" else np.zeros(len(self), dtype=np.int64)

    @cached_property
    def must_wait(self) -> NDArray[np.bool_]:
        """Whether an arrival that finds the state has to wait."""
        return self.busy >= self.level

    def number(self, surplus: Ints, waiting: Ints, busy: Ints) -> Ints:
        """The number of the state with this surplus, so many waiting, and (for surplus 0) so many busy."""
        return np.where(
            surplus == 0, busy + waiting, self.regular + (surplus - 1) * (self.room + 1) + waiting
        ).astype(np.int64)


def departures(states: States, service_rate: float, leaving_rate: float) -> Any:
    """Generator of everything but arrivals, as a sparse matrix: rate from each column's state to each row's.

    `service_rate` per busy agent (μ), `leaving_rate` per waiting customer (θ), both per unit of time.
    """
    here = np.arange(len(states))
    surplus, waiting = states.surplus_of, states.waiting
    one_less = np.where(surplus == 0, here - 1, here - (states.room + 1))
    # From surplus 1 the next state is regular, with all agents busy and the same number waiting.
    served = np.where(surplus == 1, states.level + waiting, one_less)
    left = np.where(waiting > 0, here - 1, here)
    return _generator(
        len(states), [(here, served, service_rate * states.busy), (here, left, leaving_rate * waiting)]
    )


def arrivals(states: States, leaves_at_once: float) -> Any:
    """Generator of arrivals at rate 1, as a sparse matrix; where there is no more room, arrivals are lost."""
    here = np.arange(len(states))
    joins = np.where(states.must_wait, 1 - leaves_at_once, 1.0)
    joins[states.waiting == states.room] *= ~states.must_wait[states.waiting == states.room]
    return _generator(len(states), [(here, here + 1, joins)])


def at_level(states: States, level: int, *, patience_resumes: bool) -> tuple[States, Ints]:
    """What a change of level makes of each state: the states at the new level, and the number of each there.

    With shift ends `drop`, `patience_resumes` puts work handed back among those who wait with patience.
    """
    busy, waiting, surplus = states.busy, states.waiting, states.surplus_of
    left_over = max(states.level + states.surplus - level, 0)
    room = states.room
    if states.at_shift_end == "finish":
        started = np.clip(level - busy, 0, waiting)
        busy, waiting = busy + started, waiting - started
        surplus = np.maximum(busy - level, 0)
    elif patience_resumes:
        present = busy + waiting
        busy, left_over = np.minimum(present, level), 0
        waiting, surplus = present - busy, np.zeros_like(busy)
        room += max(states.level - level, 0)
    else:
        started_before = busy + surplus  # they come first
        waiting = waiting - np.clip(level - started_before, 0, waiting)
        surplus = np.maximum(started_before - level, 0)
        busy = np.minimum(states.busy + states.surplus_of + states.waiting, level)
    after = States(level, left_over, room, states.at_shift_end)
    return after, after.number(surplus, waiting, busy)


def resized(states: States, surplus: int, room: int) -> tuple[States, Ints, Ints]:
    """The same level with other bounds: the states, and old and new numbers of those that both have."""
    after = States(states.level, surplus, room, states.at_shift_end)
    kept = np.flatnonzero((states.surplus_of <= surplus) & (states.waiting <= room))
    busy = np.minimum(states.busy[kept], states.level)
    return after, kept, after.number(states.surplus_of[kept], states.waiting[kept], busy)


def _generator(size: int, moves: list[tuple[Any, Any, Any]]) -> Any:
    """Sparse generator of the moves (from, to, rate): entry [to, from], the columns summing to 0."""
    rows, columns, rates = [], [], []
    for origin, target, rate in moves:
        moving = rate > 0
        rows += [target[moving], origin[moving]]
        columns += [origin[moving], origin[moving]]
        rates += [rate[moving], -rate[moving]]
    entries = (np.concatenate(rates), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.coo_array(entries, shape=(size, size)).tocsr()
