"""How long one arrival waits at a desk whose staff changes: P(start within T), for every state it may find.

An arrival starts when the desk it found, without further arrivals, first has an idle agent (see
`states`). So the chance of it solves the backward equations from T after arrival, through the levels in
between, with the states that have an idle agent absorbing. The arrivals' own rate does not enter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from simcare.theory.desk import ChangingDesk
from simcare.theory.states import Floats, Ints, States, at_level, departures, resized
from simcare.theory.uniformization import value_after

COLUMNS = 32  # arrival times that are solved together


class Waits:
    """The chances of a wait of at most `within`; remembers them while the level stays the same."""

    def __init__(self, desk: ChangingDesk, within: float) -> None:
        self.desk, self.within = desk, within
        self._known: tuple[States, Floats] | None = None

    def changes_after(self, time: float) -> list[tuple[float, int]]:
        """The changes of level while an arrival at `time` counts its `within`."""
        return [change for change in self.desk.changes() if time < change[0] < time + self.within]

    def at_constant_level(self, states: States) -> Floats:
        """For an arrival that finds each state, the shares (n, 2) that start, and leave, within the time.

        The level does not change meanwhile. Who leaves at once counts.
        """
        known = self._known
        fits = (
            known is not None
            and known[0].level == states.level
            and known[0].surplus >= states.surplus
            and known[0].room >= states.room
        )
        if known is None or not fits:
            larger = States(states.level, states.surplus, states.room * 3 // 2, states.at_shift_end)
            shares = self._shares(larger, [states.level], np.array([[self.within]]))[:, 0]
            known = self._known = (larger, shares)
        _, inside, number = resized(known[0], states.surplus, states.room)
        result = np.empty((len(states), 2))
        result[number] = known[1][inside]
        return result

    def at_changing_level(self, states: States, times: Floats) -> Floats:
        """The same, (n, c, 2), for c arrival times between two changes of anything that matters."""
        changes = self.changes_after(float(times[len(times) // 2]))
        levels = [states.level, *(level for _, level in changes)]
        ends = np.stack([*(np.full_like(times, change) for change, _ in changes), times + self.within])
        durations = np.maximum(np.diff(np.vstack((times, ends)), axis=0), 0.0)
        blocks = range(0, len(times), COLUMNS)
        return np.concatenate(
            [self._shares(states, levels, durations[:, i : i + COLUMNS]) for i in blocks], axis=1
        )

    def _shares(self, states: States, levels: Sequence[int], durations: Floats) -> Floats:
        """(n, c, 2) for arrivals that spend durations[i, column] at levels[i]."""
        theta, at_once = self.desk.leaving_rate, self.desk.leaves_at_once
        chain: list[tuple[States, Ints | None]] = [(states, None)]
        for level in levels[1:]:
            chain.append(at_level(chain[-1][0], level, patience_resumes=self.desk.patience_resumes))
        started_and_stayed = self._backward(chain, durations, leaving_rate=theta)
        started = self._backward(chain, durations, leaving_rate=0.0) if theta else started_and_stayed
        left = 1 - math.exp(-theta * self.within) * (1 - started) - started_and_stayed
        waits = states.must_wait[:, None]
        stays = np.where(waits, 1 - at_once, 1.0)
        return np.stack((stays * started_and_stayed, stays * np.maximum(left, 0.0) + (1 - stays)), axis=-1)

    def _backward(
        self, chain: Sequence[tuple[States, Ints | None]], durations: Floats, leaving_rate: float
    ) -> Floats:
        """Chance that an agent is idle within the time, and one who leaves at this rate is still there."""
        value = np.where(chain[-1][0].must_wait, 0.0, 1.0)[:, None]
        for i in range(len(chain) - 1, -1, -1):
            states, number = chain[i]
            waits = sparse.diags_array(states.must_wait.astype(np.float64))
            moves = (
                departures(states, self.desk.service_rate, self.desk.leaving_rate) @ waits
                - leaving_rate * waits
            )
            value = value_after(moves.tocsr(), value, durations[i])
            if number is not None:
                before = chain[i - 1][0]
                value = np.where(before.must_wait[:, None], value[number], 1.0)
        return value
