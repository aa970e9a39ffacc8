"""Desks of several teams and contact types as Markov chains: who may serve whom, and in whose favour.

Poisson arrivals, exponential handling by team and type, patience exponential or endless. What waits is
counted by type, which is enough when the teams go by type: the chain knows nothing of who came first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.validation.chains import State, Stationary, stationary

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Type:
    """A contact type: arrivals and departures of patience per unit of time, and whom it asks first."""

    rate: float
    teams: Sequence[str]
    leaving: float = 0.0


@dataclass(frozen=True)
class Team:
    """A team: agents, the mean handling of each type it may serve, and in which order it takes them."""

    agents: int
    handling: Mapping[str, float]
    takes: Sequence[str]


@dataclass(frozen=True)
class SkilledDesk:
    """The chain of a desk. A state is (in hand by team and mean handling, waiting by type).

    ``asks``: a message that finds several teams free goes to the first of its list, or to a free agent
    taken at `random`. ``most_waiting`` cuts the queues of the chain, type by type.
    """

    types: Mapping[str, Type]
    teams: Mapping[str, Team]
    asks: Literal["in order", "random"] = "in order"
    most_waiting: int = 60
    _hands: tuple[tuple[str, float], ...] = field(init=False)

    def __post_init__(self) -> None:
        hands = ((team, mean) for team, of in self.teams.items() for mean in of.handling.values())
        object.__setattr__(self, "_hands", tuple(dict.fromkeys(hands)))

    def solve(self) -> Solved:
        """The share of time in each state."""
        nothing = ((0,) * len(self._hands), (0,) * len(self.types))
        found = stationary(nothing, self._moves, within=lambda _, waiting: max(waiting) <= self.most_waiting)
        return Solved(self, found)

    def free(self, team: str, in_hand: Counts) -> int:
        """How many agents of the team hold nothing."""
        return self.teams[team].agents - self.busy(team, in_hand)

    def busy(self, team: str, in_hand: Counts) -> int:
        """How many agents of the team hold something."""
        return sum(n for (of_team, _), n in zip(self._hands, in_hand, strict=True) if of_team == team)

    def _moves(self, in_hand: Counts, waiting: Counts) -> Iterator[tuple[State, float]]:
        for k, (name, one) in enumerate(self.types.items()):
            free = {team: self.free(team, in_hand) for team in one.teams if self.free(team, in_hand)}
            if not free:
                yield (in_hand, _plus(waiting, k, 1)), one.rate
            elif self.asks == "in order":
                yield (self._begun(in_hand, next(iter(free)), name), waiting), one.rate
            else:
                for team, agents in free.items():
                    chance = agents / sum(free.values())
                    yield (self._begun(in_hand, team, name), waiting), one.rate * chance
            if waiting[k]:
                yield (in_hand, _plus(waiting, k, -1)), waiting[k] * one.leaving
        for hand, (team, mean) in enumerate(self._hands):
            if in_hand[hand]:
                yield self._taken_next(team, _plus(in_hand, hand, -1), waiting), in_hand[hand] / mean

    def _taken_next(self, team: str, in_hand: Counts, waiting: Counts) -> State:
        """What an agent of the team who has just become free makes of the state."""
        for name in self.teams[team].takes:
            k = list(self.types).index(name)
            if waiting[k]:
                return self._begun(in_hand, team, name), _plus(waiting, k, -1)
        return in_hand, waiting

    def _begun(self, in_hand: Counts, team: str, name: str) -> Counts:
        return _plus(in_hand, self._hands.index((team, self.teams[team].handling[name])), 1)


@dataclass(frozen=True)
class Solved:
    """The figures of a desk in the long run, in its unit of time."""

    desk: SkilledDesk
    found: Stationary

    def waited(self, name: str) -> float:
        """Share of a type's arrivals that find nobody free."""
        teams, free = self.desk.types[name].teams, self.desk.free
        return self.found.mean(lambda in_hand, _: not any(free(team, in_hand) for team in teams))

    def mean_wait(self, name: str) -> float:
        """Mean wait of a type, until handling starts or the customer leaves (Little 1961)."""
        return self._mean_waiting(name) / self.desk.types[name].rate

    def abandonment(self, name: str) -> float:
        """Share of a type that leaves."""
        one = self.desk.types[name]
        return one.leaving * self._mean_waiting(name) / one.rate

    def occupancy(self, team: str) -> float:
        """Share of a team's time spent handling."""
        return (
            self.found.mean(lambda in_hand, _: self.desk.busy(team, in_hand)) / self.desk.teams[team].agents
        )

    @property
    def present(self) -> float:
        """Mean number waiting or in hand."""
        return self.found.mean(lambda in_hand, waiting: sum(itertools.chain(in_hand, waiting)))

    def _mean_waiting(self, name: str) -> float:
        k = list(self.desk.types).index(name)
        return self.found.mean(lambda _, waiting: waiting[k])


def _plus(counts: Counts, place: int, change: int) -> Counts:
    return (*counts[:place], counts[place] + change, *counts[place + 1 :])
