"""A desk and its customers as plain arrays: what a model that is not simcare's is told, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]

CONTACTS_A_DAY = {"S": 1200, "D": 2228, "W": 460}
"""Of each workload, on average."""


@dataclass(frozen=True)
class Customers:
    """One replication in order of arrival; times in ms.

    ``arrival_ms``, ``type_of`` (index of the type), ``patience_ms``, ``work_ms`` (teams, contacts): handling
    by each team.
    """

    arrival_ms: Int
    type_of: Int
    patience_ms: Int
    work_ms: Int


@dataclass(frozen=True)
class Desk:
    """The plan: which two teams a type tries, and from when on a team has how many agents.

    ``teams_of_type`` (types, 2), the second -1 where there is none; ``change_ms``, ``change_team`` and
    ``change_level`` by time. A freed agent takes the longest-waiting contact that his team serves; work in
    hand is finished when a level falls.
    """

    teams_of_type: Int
    change_ms: Int
    change_team: Int
    change_level: Int

    @property
    def teams(self) -> int:
        """How many teams there are."""
        return int(self.change_team.max()) + 1

    @property
    def most_agents(self) -> int:
        """No more than so many ever work at once."""
        highest = np.zeros(self.teams, dtype=np.int64)
        np.maximum.at(highest, self.change_team, self.change_level)
        return int(highest.sum())

    @property
    def is_one_queue(self) -> bool:
        """One type, one team, one level: a textbook queue."""
        return len(self.teams_of_type) == len(self.change_ms) == 1


class Played(NamedTuple):
    """What became of every customer, in order of arrival: when handling began and ended, -1 for who left."""

    start_ms: Int
    end_ms: Int


class Replication(NamedTuple):
    """What a model plays, and what the reference engine found, where it was asked."""

    desk: Desk
    customers: Customers
    expected: Played | None


class Figures(NamedTuple):
    """Customers of a single queue as Erlang A counts them, in order of arrival; times in ms."""

    arrival_ms: NDArray[np.float64]
    wait_ms: NDArray[np.float64]
    left: NDArray[np.bool_]
    handling_ms: NDArray[np.float64]


def figures_of(customers: Customers, played: Played) -> Figures:
    """What is counted of a single queue. Who left waited for his patience, and was not handled."""
    left = played.start_ms < 0
    waited = np.where(left, customers.patience_ms, played.start_ms - customers.arrival_ms)
    handling = np.where(left, 0, played.end_ms - played.start_ms)
    return Figures(customers.arrival_ms.astype(float), waited.astype(float), left, handling.astype(float))


class Case(NamedTuple):
    """A workload prepared for a model: how many contacts, how to play them, and what is wrong with what it
    found, in words.
    """

    contacts: int
    play: Callable[[], Any]
    wrong: Callable[[Any], list[str]]
