"""Time that intervals spend in slots: the arithmetic behind every time average, vectorised and exact.

Sums of milliseconds are integers held in float64, exact below 2⁵³ (285,000 years).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Float, Frame, Int
from simcare.measures.hours import Hours
from simcare.staffing.roster import Roster

_SPAN = 2**45
"""More than any time in ms: (agent, time) pairs become one sorted key."""


def time_in_slots(
    frame: Frame,
    from_ms: Int,
    to_ms: Int,
    group: Int,
    groups: int,
    weight: Int | None = None,
    hours: Hours | None = None,
) -> Float:
    """The time that intervals [from, to) of each group, times their weight, spend in each slot: (groups,
    slots of all replications). None lies in two replications. With `hours`, only what lies in them.
    """
    after_from = _time_after(frame, from_ms, group, groups, weight, hours)
    return after_from - _time_after(frame, np.maximum(from_ms, to_ms), group, groups, weight, hours)


def count_in_slots(
    frame: Frame,
    at_ms: Int,
    which: NDArray[np.bool_],
    group: Int,
    groups: int,
    group_of: Int | None = None,
    kernels: Any = None,
) -> Float:
    """How many of the instants `which` lie in each slot, by group, or by ``group_of[group]``: (groups, slots
    of all replications). Instants outside the time measured do not count.
    """
    if kernels is not None:
        of = np.arange(groups) if group_of is None else group_of
        found: Float = kernels.count_in_slots(
            at_ms, which, group, of, groups, frame.all_edges_ms, frame.lap_bits
        )
        return found
    rows = which & frame.measured(at_ms)
    of_rows = group[rows] if group_of is None else group_of[group[rows]]
    key = of_rows * frame.all_slots + frame.slot_of(at_ms[rows])
    counts = np.bincount(key, minlength=groups * frame.all_slots)
    return counts.astype(np.float64).reshape(groups, frame.all_slots)


def inside_duty(roster: Roster, agent: Int, from_ms: Int, to_ms: Int) -> tuple[Int, Int, Int]:
    """The pieces of intervals of agents that lie in the duty of the same agent: (row of the interval, from,
    to).
    """
    order = np.argsort(roster.duty_agent, kind="stable")
    duty_agent = roster.duty_agent[order] * _SPAN
    duty_from, duty_to = roster.duty_from_ms[order], roster.duty_to_ms[order]
    first = np.searchsorted(duty_agent + duty_to, agent * _SPAN + from_ms, side="right")
    after = np.searchsorted(duty_agent + duty_from, agent * _SPAN + to_ms)
    pieces = np.maximum(after - first, 0)
    row = np.repeat(np.arange(len(agent)), pieces)
    within = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    duty = np.repeat(first, pieces) + within
    return (
        row,
        np.maximum(from_ms[row], duty_from[duty]),
        np.minimum(to_ms[row], duty_to[duty]),
    )


def holding(agent: Int, from_ms: Int, to_ms: Int, least: Int) -> tuple[Int, Int, Int]:
    """When each agent has at least `least` (one entry an agent) of his intervals [from, to) at once: (agent,
    from, to), by agent and time, never overlapping.

    With `least` 1 that is the union of his intervals, whatever he does at once.
    """
    some = to_ms > from_ms
    agent, begin, end = agent[some], agent[some] * _SPAN + from_ms[some], agent[some] * _SPAN + to_ms[some]
    order = np.argsort(begin, kind="stable")
    agent, begin, end = agent[order], begin[order], end[order]
    if not np.any(begin[1:] < end[:-1]):
        alone = least[agent] <= 1
        return agent[alone], begin[alone] % _SPAN, end[alone] % _SPAN
    at = np.concatenate([end, begin])
    order = np.argsort(at, kind="stable")  # at one instant the ends come first
    at, who = at[order], np.concatenate([agent, agent])[order]
    count = np.cumsum(np.repeat([-1, 1], len(begin))[order])
    enough = count >= least[who]
    starts = np.flatnonzero(enough & ~np.append(False, enough[:-1]))
    stops = np.flatnonzero(~enough & np.append(False, enough[:-1]))
    return who[starts], at[starts] % _SPAN, at[stops] % _SPAN


def inside_level(
    frame: Frame, from_ms: Int, to_ms: Int, change_ms: Int, level: Int, hours: Hours | None = None
) -> Float:
    """The time that at most `level` of the intervals [from, to) take up at once, by slot: ∫ min(busy,
    level) dt. With `hours`, only what lies in them.

    ``change_ms`` is sorted and begins with 0; ``level[k]`` is in force from ``change_ms[k]`` on.
    """
    times = np.concatenate([from_ms, to_ms, change_ms, frame.all_edges_ms.ravel()])
    busy_by = np.zeros(len(times), dtype=np.int64)
    busy_by[: len(from_ms)] = 1
    busy_by[len(from_ms) : 2 * len(from_ms)] = -1
    level_by = np.zeros(len(times), dtype=np.int64)
    level_by[2 * len(from_ms) : 2 * len(from_ms) + len(level)] = np.diff(level, prepend=0)
    order = np.argsort(times, kind="stable")
    at = times[order]
    passed = np.diff(_clock(frame.in_lap(at), hours))
    used = np.minimum(np.cumsum(busy_by[order]), np.cumsum(level_by[order]))[:-1] * passed
    inside = frame.measured(at[:-1])
    slot = frame.slot_of(at[:-1][inside])
    return np.bincount(slot, weights=used[inside], minlength=frame.all_slots).astype(np.float64)


class Steps(NamedTuple):
    """A function of time that is constant between changes: ``value[k]`` from ``at_ms[k]`` on; 0 before."""

    at_ms: Int
    value: Int

    @staticmethod
    def of_changes(at_ms: Int, change: Int) -> Steps:
        """The function whose value changes by so much at each instant, given in any order."""
        order = np.argsort(at_ms, kind="stable")
        at, value = at_ms[order], np.cumsum(change[order])
        final = np.append(at[1:] != at[:-1], True)[: len(at)]
        return Steps(at[final], value[final])

    @staticmethod
    def of_spans(from_ms: Int, to_ms: Int) -> Steps:
        """How many of the intervals [from, to) there are."""
        ends = np.repeat([1, -1], [len(from_ms), len(to_ms)])
        return Steps.of_changes(np.concatenate([from_ms, to_ms]), ends)

    def changes_of_either(self, other: Steps) -> Int:
        """The instants at which this or the other changes, sorted; each once."""
        both = np.concatenate([self.at_ms, other.at_ms])
        at = np.sort(
            both, kind="stable"
        )  # merges what is sorted already: a hash table grows slower with size
        distinct: Int = at[np.append(True, at[1:] != at[:-1])[: len(at)]]
        return distinct

    @property
    def changes(self) -> tuple[Int, Int]:
        """When it changes and by how much."""
        return self.at_ms, np.diff(self.value, prepend=0)

    def at(self, at_ms: Int) -> Int:
        """Its value at each instant."""
        value: Int = np.append(self.value, 0)[np.searchsorted(self.at_ms, at_ms, side="right") - 1]
        return value

    def in_slots(self, frame: Frame) -> Float:
        """Its integral over each slot, in ms."""
        if not len(self.at_ms):
            return np.zeros(frame.all_slots)
        edges = frame.all_edges_ms
        so_far = np.append(0, np.cumsum(self.value[:-1] * np.diff(self.at_ms)))
        place = np.searchsorted(self.at_ms, edges, side="right") - 1
        until = so_far[place] + self.value[place] * (edges - self.at_ms[place])
        return np.diff(np.where(place >= 0, until, 0)).astype(np.float64).ravel()


def level_times(frame: Frame, roster: Roster) -> tuple[Int, Int]:
    """From when to when each row of the roster's levels is in force."""
    team, end = roster.level_team, frame.end_of_drain(roster.level_from_ms)
    last = np.append((team[1:] != team[:-1]) | (end[1:] != end[:-1]), True)[: len(team)]
    following = np.append(roster.level_from_ms[1:], 0)[: len(team)]
    return roster.level_from_ms, np.where(last, end, np.minimum(following, end))


def _time_after(
    frame: Frame, at_ms: Int, group: Int, groups: int, weight: Int | None, hours: Hours | None
) -> Float:
    """By slot, the time after each instant: what is left of the instant's own slot, all of the later ones."""
    lap, at = frame.lap_of(at_ms), np.clip(frame.in_lap(at_ms), frame.from_ms, frame.to_ms)
    slot = frame.slot_in_lap(at)
    edges = _clock(frame.edges_ms, hours)
    into = _clock(at, hours) - edges[slot]
    shape = (groups, frame.replications, frame.slots + 1)
    # the end of the time measured has a slot of its own
    key = (group * frame.replications + lap) * (frame.slots + 1) + slot
    weighted = into if weight is None else into * weight
    count = np.bincount(key, weights=weight, minlength=math.prod(shape)).reshape(shape)
    spent = np.bincount(key, weights=weighted, minlength=math.prod(shape)).reshape(shape)
    left = np.cumsum(count, axis=-1)[..., :-1] * np.diff(edges) - spent[..., :-1]
    return left.astype(np.float64).reshape(groups, -1)


def _clock(at_ms: Int, hours: Hours | None) -> Int:
    """Times of a replication on the clock that runs in the hours only; the plain clock without any."""
    return at_ms if hours is None else hours.before(at_ms)
