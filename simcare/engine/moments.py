"""Time and order: SimPy's clock, and events that are totally ordered by (time, kind, index)."""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import EventPriority

DRAIN_END, COMPLETION, DUTY_END, DUTY_START, OVERFLOW, READY, PATIENCE = range(7)
"""Kinds of event, in the order in which they happen at one instant."""


class Moment(simpy.Event):
    """An event at an absolute time, in its place in the order of events."""

    def __init__(self, env: simpy.Environment, time_ms: int, kind: int, index: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, EventPriority((kind << 32) + index), delay=time_ms - env.now)


def at(env: simpy.Environment, time_ms: int, kind: int, index: int, then: Callable[[int], None]) -> None:
    """Have `then(index)` called at that time, in its place in the order of events."""
    Moment(env, time_ms, kind, index).callbacks.append(lambda _: then(index))
