"""What agents have in hand: one step, or several chats that share their attention; and all stints so far.

The work of a chat is counted in ms · 10⁶, so that a pace in parts per million takes off a whole number each
millisecond. Another number in hand means another pace: what has been done is counted off, and a completion
that was planned at the old pace counts no longer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import simpy

from simcare.engine.moments import COMPLETION, at
from simcare.staffing.rules import PARTS, Rules


class Hands:
    """The steps that each agent has in hand, and the stints as rows (step, agent, start, end, completed).

    `complete(agent, step)` is called when a step is complete, while it is still in hand.
    """

    def __init__(
        self,
        env: simpy.Environment,
        team_of_agent: list[int],
        rules: Rules,
        complete: Callable[[int, int], None],
    ) -> None:
        self.env = env
        self.of: list[list[int]] = [[] for _ in team_of_agent]
        self.stints: list[tuple[int, int, int, int, bool]] = []
        self._complete = complete
        self._team = team_of_agent
        self._pace_ppm: list[list[int]] = rules.pace_ppm.tolist()
        self._at_once: list[int] = rules.at_once.tolist()
        self._plain = [
            most == 1 and pace[1] == PARTS for most, pace in zip(self._at_once, self._pace_ppm, strict=True)
        ]
        self._start_ms: dict[int, int] = {}
        self._planned_ms: dict[int, int] = {}
        self._to_do: dict[int, tuple[int, int]] = {}  # step of a chat: (ms · 10⁶ to do, at which time)
        self._version: dict[int, int] = {}  # step of a chat: which of its planned completions counts

    def has_room(self, agent: int) -> bool:
        """May the agent have one more in hand?"""
        return len(self.of[agent]) < self._at_once[self._team[agent]]

    def put(self, agent: int, step: int, planned_ms: int, until_ms: int) -> None:
        """A step of so much work comes into an agent's hands; at `until_ms` it will be taken from them."""
        now = self._start_ms[step] = int(self.env.now)
        if self._plain[self._team[agent]]:
            self.of[agent].append(step)
            self._planned_ms[step] = planned_ms
            if now + planned_ms <= until_ms:
                at(self.env, now + planned_ms, COMPLETION, step, partial(self._complete, agent))
        else:
            self._to_do[step] = planned_ms * PARTS, now
            self._changes(agent, added=step)

    def end(self, agent: int, step: int, *, completed: bool) -> None:
        """A step leaves an agent's hands; the stint is over."""
        self.stints.append((step, agent, self._start_ms.pop(step), int(self.env.now), completed))
        if step in self._to_do:
            self._version[step] += 1
            self._changes(agent, removed=step)
            del self._to_do[step]
        else:
            self.of[agent].remove(step)

    def left_ms(self, agent: int) -> dict[int, int]:
        """How much is left of each step in hand, in ms, rounded up."""
        now, pace = int(self.env.now), self._pace_ppm[self._team[agent]][len(self.of[agent])]
        return {
            step: -(-self._still_to_do(step, pace) // PARTS)
            if step in self._to_do
            else self._planned_ms[step] - (now - self._start_ms[step])
            for step in self.of[agent]
        }

    def cut(self) -> None:
        """All is over: what is in hand is cut here."""
        for agent, steps in enumerate(self.of):
            self.stints += [(step, agent, self._start_ms[step], int(self.env.now), False) for step in steps]

    def _changes(self, agent: int, added: int = -1, removed: int = -1) -> None:
        """Another number in hand."""
        hand, pace_ppm = self.of[agent], self._pace_ppm[self._team[agent]]
        before = pace_ppm[len(hand)]
        if added >= 0:
            hand.append(added)
        else:
            hand.remove(removed)
        pace = pace_ppm[len(hand)]
        for step in hand:
            if step == added:
                self._goes_on(agent, step, pace)
            elif pace != before:
                self._to_do[step] = self._still_to_do(step, before), int(self.env.now)
                self._goes_on(agent, step, pace)

    def _still_to_do(self, step: int, pace: int) -> int:
        to_do, since_ms = self._to_do[step]
        return max(0, to_do - (int(self.env.now) - since_ms) * pace)

    def _goes_on(self, agent: int, step: int, pace: int) -> None:
        version = self._version[step] = self._version.get(step, 0) + 1
        lasts = -(-self._to_do[step][0] // pace)
        at(self.env, int(self.env.now) + lasts, COMPLETION, step, partial(self._may_complete, agent, version))

    def _may_complete(self, agent: int, version: int, step: int) -> None:
        if self._version[step] == version:
            self._complete(agent, step)
