"""The distribution of a desk's state as it moves through the day."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from simcare.theory.desk import ChangingDesk
from simcare.theory.states import Floats, States, arrivals, at_level, departures, resized
from simcare.theory.uniformization import Stepped, step


class Forward:
    """The distribution over `states`, one column per value of the day factor; starts empty at `level`.

    `factors` and `weights`: the values of the day factor and their probabilities. `loss_rate`:
    probability per unit of time that may be cut away with the states too far out to matter; `lost_mass`
    is what was.
    """

    def __init__(
        self, desk: ChangingDesk, level: int, factors: Floats, weights: Floats, loss_rate: float
    ) -> None:
        self.desk, self.factors, self.weights, self.loss_rate = desk, factors, weights, loss_rate
        self.states = States(level, 0, 0, desk.at_shift_end)
        self.chance = np.zeros((len(self.states), len(factors)))
        self.chance[0] = 1.0
        self.lost_mass = 0.0
        self._to_cut = 0.0
        self._generators: tuple[States, Any, Any] | None = None

    @property
    def weighted(self) -> Floats:
        """The distribution over the states, the day factor averaged out."""
        return np.asarray(self.chance @ self.weights)

    def set_level(self, level: int) -> None:
        """Change the level of staff, at this instant."""
        if level != self.states.level:
            after, number = at_level(self.states, level, patience_resumes=self.desk.patience_resumes)
            chance = np.zeros((len(after), len(self.factors)))
            np.add.at(chance, number, self.chance)
            self.states, self.chance = after, chance

    def prepare(self, rate: float, slope: float, longest: float) -> float:
        """Choose the length of the next step, at most `longest`, and make room for it; return the length.

        Arrivals at (rate + slope·t) × the day factor.
        """
        most = float(self.factors.max())
        self._cut()
        # Short steps keep the room for new arrivals small; long ones spend less on the tail of the series.
        events = min(max(len(self.states) / 2, 150.0), 400.0)
        fastest = most * max(rate, rate + slope * longest)
        ceiling = fastest + self._fastest_departure(self.states)
        length = min(longest, events / ceiling) if ceiling else longest
        if slope:
            length = min(length, 1 / math.sqrt(most * abs(slope)))  # see `step`
        now = self.states.room
        while True:
            room = now + self._arrivals_within(
                max(rate, rate + slope * length) * length, self.loss_rate * length / 2
            )
            room = -(-room // 16) * 16  # so that several steps in a row have the same states
            grown = States(self.states.level, self.states.surplus, room, self.states.at_shift_end)
            # Impatient customers leave faster where more of them wait: a longer queue may ask for a
            # shorter step.
            if (fastest + self._fastest_departure(grown)) * length <= 2 * events:
                self._resize(grown.surplus, grown.room)
                return length
            length /= 2

    def advance(self, length: float, rate: float, slope: float, times: Floats) -> Stepped:
        """Advance by a `length` that `prepare` chose; read at `times` in [0, length] from its start."""
        leaving, arriving = self._moves()
        stepped = step(self.chance, length, leaving, arriving, rate, slope, self.factors, self.weights, times)
        self.chance = np.maximum(stepped.end, 0.0)
        self.lost_mass += self.loss_rate * length / 2  # what may have come beyond the room, see `prepare`
        self._to_cut += self.loss_rate * length / 2
        return stepped

    def _moves(self) -> tuple[Any, Any]:
        """Generators of departures and of arrivals at rate 1 on the present states."""
        if self._generators is None or self._generators[0] != self.states:
            desk = self.desk
            leaving = departures(self.states, desk.service_rate, desk.leaving_rate)
            self._generators = (self.states, leaving, arrivals(self.states, desk.leaves_at_once))
        return self._generators[1:]

    def _fastest_departure(self, states: States) -> float:
        over = states.surplus if states.at_shift_end == "finish" else 0
        return (states.level + over) * self.desk.service_rate + states.room * self.desk.leaving_rate

    def _cut(self) -> None:
        """Leave out the states too far out to matter, within what may be lost so far."""
        weighted = self.weighted
        waiting = np.bincount(self.states.waiting, weights=weighted, minlength=self.states.room + 1)
        surplus = np.bincount(self.states.surplus_of, weights=weighted, minlength=self.states.surplus + 1)
        self._resize(_least(surplus, self._to_cut / 2), _least(waiting, self._to_cut / 2))
        lost = max(float(weighted.sum() - self.weighted.sum()), 0.0)
        self.lost_mass += lost
        self._to_cut = max(self._to_cut - lost, 0.0)

    def _arrivals_within(self, expected: float, allowance: float) -> int:
        """Number of arrivals exceeded with probability `allowance`, when `expected` × day factor come."""
        most = expected * float(self.factors.max())
        number = np.arange(math.ceil(most + 12 * math.sqrt(most) + 40))
        more = special.pdtrc(number[:, None], expected * self.factors) @ self.weights
        return int(np.count_nonzero(more > allowance))

    def _resize(self, surplus: int, room: int) -> None:
        if (surplus, room) == (self.states.surplus, self.states.room):
            return
        after, old, new = resized(self.states, surplus, room)
        chance = np.zeros((len(after), len(self.factors)))
        chance[new] = self.chance[old]
        self.states, self.chance = after, chance


def _least(masses: Any, allowance: float) -> int:
    """Least index beyond which no more than `allowance` lies."""
    beyond = np.cumsum(masses[::-1])[::-1]
    return max(int(np.count_nonzero(beyond > allowance)) - 1, 0)
