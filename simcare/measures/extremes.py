"""What has no sums by slot: the most at once, what is left at an end, the oldest, when all was done.

Each is found for stretches of time, [begin, after), that do not overlap: the days of the time measured, the
stretches of a window. A cell of several stretches has the greatest of them, the last, or their sum; the total
is made of the days. Of an interval pooled over days there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.frame import Float, Frame, Int
from simcare.measures.sweep import OfTypes

Pair = tuple[Float, Float]


class Spans(NamedTuple):
    """Intervals of time [from, to) in ms, each of a contact type."""

    from_ms: Int
    to_ms: Int
    type: Int

    def only(self, rows: NDArray[np.bool_]) -> Spans:
        """Some of the rows."""
        return Spans(*(column[rows] for column in self))


class Arrivals(NamedTuple):
    """When contacts arrived, in order; ``which`` of them needed an answer, and their types."""

    at_ms: Int
    which: NDArray[np.bool_]
    type: Int


class Stretches(NamedTuple):
    """Stretches that do not overlap, in order."""

    begin: Int
    after: Int


Found = Callable[[Spans, Stretches], Float]
"""A figure of the spans for each stretch."""


def of_house(frame: Frame, house: Spans, waiting: Spans, arrivals: Arrivals) -> dict[str, Pair]:
    """The most that waited and that were there at once, how many were there at the end, the greatest age, and
    when all was done; by contact type, all together first.
    """
    return {
        "queue_max": greatest(frame, waiting, most_at_once),
        "backlog_max": greatest(frame, house, most_at_once),
        "backlog_at_close": last(frame, house, at_end),
        "oldest_open": greatest(frame, house, greatest_age),
        "cleared_at": cleared(frame, house, arrivals),
    }


def of_slots(frame: Frame, swept: OfTypes) -> dict[str, Pair]:
    """The same of what a sweep found by slot: stretches are made of whole slots."""
    shape = (1 + len(frame.types), frame.replications, frame.slots)
    waited, most, left, oldest, empty = (
        found.reshape(shape)
        for found in (swept.queue_max, swept.backlog_max, swept.at_close, swept.oldest, swept.cleared_ms)
    )
    arrived = np.where(empty >= 0, np.arange(frame.slots, dtype=np.float64), -1.0)
    values = []
    for begin, after in _stretches(frame):
        first, end = np.searchsorted(frame.edges_ms, (begin, after))
        last_arrival = _greatest_of(arrived, first, end).astype(np.int64)
        none = np.take_along_axis(empty, np.maximum(last_arrival, 0), axis=-1)
        done = (last_arrival >= 0) & (none <= frame.latest_ms)
        cleared = np.where(done, none - _midnight(frame, begin), 0)
        greatest = (_greatest_of(found, first, end) for found in (waited, most, oldest))
        values.append((*greatest, left[..., end - 1], cleared, done.astype(np.float64)))
    ways = (_most, _most, _most, _last, _sum, _sum)
    *over, cleared, of = (_in_cells(frame, list(of), how) for how, *of in zip(ways, *values, strict=True))
    there_is = np.broadcast_to(_there_is(frame), (len(cleared), 1, frame.cells))
    names = ("queue_max", "backlog_max", "oldest_open", "backlog_at_close")
    pairs = {name: (one, there_is) for name, one in zip(names, over, strict=True)}
    return {**pairs, "cleared_at": (cleared, of)}


def _greatest_of(values: Float, first: Int, after: Int) -> Float:
    """The greatest of ``values[..., first:after]``, which are no fewer than one, for each pair."""
    padded = np.concatenate([values, values[..., :1]], axis=-1)  # for what ends with the last
    found: Float = np.maximum.reduceat(padded, np.stack((first, after), axis=-1).ravel(), axis=-1)
    return found[..., ::2]


def _midnight(frame: Frame, begin: Int) -> Int:
    """00:00 of the day in which each stretch begins."""
    return begin - (frame.in_lap(begin) - frame.from_ms) % (frame.intervals * frame.interval_ms)


def _most(values: Float) -> Float:
    found: Float = values.max(axis=-1, initial=0.0)
    return found


def _last(values: Float) -> Float:
    found: Float = values[..., -1] if values.shape[-1] else np.zeros(values.shape[:-1])
    return found


def _sum(values: Float) -> Float:
    found: Float = values.sum(axis=-1)
    return found


def _in_cells(frame: Frame, families: list[Float], how: Callable[[Float], Float]) -> Float:
    """Figures (groups, stretches) of the days and of each window as cells: (groups, replications, cells)."""
    of_days, *windows = (found.reshape(len(found), frame.replications, -1) for found in families)
    cells = np.zeros((len(of_days), frame.replications, frame.cells))
    cells[..., 0] = how(of_days)
    cells[..., 1 : 1 + frame.days] = of_days
    for number, of_window in enumerate(windows, start=1 + frame.days + frame.intervals):
        cells[..., number] = how(of_window)
    return cells


def greatest(frame: Frame, spans: Spans, found: Found) -> Pair:
    """A figure of which a cell has the greatest of its stretches, by contact type, all together first."""
    return _cells(frame, spans, found, _most)


def last(frame: Frame, spans: Spans, found: Found) -> Pair:
    """A figure of which a cell has that of its last stretch."""
    return _cells(frame, spans, found, _last)


def most_at_once(spans: Spans, stretches: Stretches) -> Float:
    """The most spans there are at once in each stretch."""
    starts, ends = np.sort(spans.from_ms), np.sort(spans.to_ms)
    at_begin = _before(starts, stretches.begin, "right") - _before(ends, stretches.begin, "right")
    at_start = np.arange(1, len(starts) + 1) - _before(ends, starts, "right")
    within = _before(starts, stretches.begin), _before(starts, stretches.after)
    most: Float = np.maximum(_greatest_within(at_start, *within), at_begin)
    return most


def at_end(spans: Spans, stretches: Stretches) -> Float:
    """How many spans reach past the end of each stretch."""
    starts, ends = np.sort(spans.from_ms), np.sort(spans.to_ms)
    return (_before(starts, stretches.after) - _before(ends, stretches.after, "right")).astype(np.float64)


def greatest_age(spans: Spans, stretches: Stretches) -> Float:
    """The greatest age that any of the spans reached in each stretch."""
    order = np.argsort(spans.to_ms)
    ends, after = spans.to_ms[order], stretches.after
    within = _before(ends, stretches.begin, "right"), _before(ends, after, "right")
    oldest = _greatest_within((spans.to_ms - spans.from_ms)[order], *within)
    first = _before(after, spans.from_ms, "right")  # the first end of a stretch after it began
    crossed = np.maximum(_before(after, spans.to_ms, "right") - first, 0)
    row = np.repeat(np.arange(len(first)), crossed)
    stretch = (
        np.arange(len(row)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + np.repeat(first, crossed)
    )
    np.maximum.at(oldest, stretch, after[stretch] - spans.from_ms[row])
    return oldest


def cleared(frame: Frame, spans: Spans, arrivals: Arrivals) -> Pair:
    """For each stretch with an arrival: from 00:00 of the day in which it begins until there was first no
    span, at or after its last arrival. A cell has the sum, and of how many stretches it is one. Stretches
    after which there is always a span are left out.
    """
    busy = [_without_a_break(some) for some in _by_type(frame, spans)]
    came = arrivals.at_ms[arrivals.which]
    at = [np.sort(some.from_ms) for some in _by_type(frame, Spans(came, came, arrivals.type[arrivals.which]))]
    found = [
        np.array([_empty_ms(frame, *of, last, stretches) for of, last in zip(busy, at, strict=True)])
        for stretches in _families(frame)
    ]
    over = _in_cells(frame, [np.maximum(one, 0.0) for one in found], _sum)
    return over, _in_cells(frame, [(one >= 0).astype(np.float64) for one in found], _sum)


def _empty_ms(frame: Frame, begin: Int, end: Int, arrival: Int, stretches: Stretches) -> Float:
    """For each stretch, the time of day at which it was cleared, -1 if it never was or nothing arrived.

    From each `begin` to its `end` there is always something.
    """
    last_one = _before(arrival, stretches.after) - 1
    came = last_one >= _before(arrival, stretches.begin)
    of_last = np.append(arrival, 0)[last_one]
    busy = _before(begin, of_last, "right") - 1
    empty = np.where(busy >= 0, np.maximum(np.append(end, 0)[busy], of_last), of_last)
    midnight = _midnight(frame, stretches.begin)
    done = came & (frame.in_lap(empty) <= frame.latest_ms)
    return np.where(done, empty - midnight, -1).astype(np.float64)


def _without_a_break(spans: Spans) -> tuple[Int, Int]:
    """The spans united: where each stretch with some begins, and where it ends; touching ones are one."""
    order = np.argsort(spans.from_ms, kind="stable")
    begin, reach = spans.from_ms[order], np.maximum.accumulate(spans.to_ms[order])
    new = np.append(True, begin[1:] > reach[:-1])[: len(begin)]
    return begin[new], reach[np.append(new[1:], True)[: len(begin)]]


def _by_type(frame: Frame, spans: Spans) -> Iterator[Spans]:
    """All spans, then those of each type."""
    yield spans
    for number in range(len(frame.types)):
        yield spans if len(frame.types) == 1 else spans.only(spans.type == number)


def _cells(frame: Frame, spans: Spans, found: Found, how: Callable[[Float], Float]) -> Pair:
    families = [
        np.array([found(some, stretches) for some in _by_type(frame, spans)])
        for stretches in _families(frame)
    ]
    cells = _in_cells(frame, families, how)
    return cells, np.broadcast_to(_there_is(frame), (len(cells), 1, frame.cells))


def _there_is(frame: Frame) -> Float:
    """Which cells have a figure: not the intervals of the day."""
    there_is = np.ones(frame.cells)
    there_is[1 + frame.days : 1 + frame.days + frame.intervals] = 0.0
    return there_is


def _families(frame: Frame) -> Iterator[Stretches]:
    """The days of all replications, then the stretches of each window."""
    for stretches in _stretches(frame):
        yield Stretches(*((frame.lap_ms[:, np.newaxis] + at).ravel() for at in stretches))


def _stretches(frame: Frame) -> Iterator[Stretches]:
    """The same of one replication, as times of its own."""
    day_ms = frame.intervals * frame.interval_ms
    days = frame.from_ms + np.arange(frame.days, dtype=np.int64) * day_ms
    yield Stretches(days, days + day_ms)
    for window in frame.windows:
        yield Stretches(*np.array(window.stretches, dtype=np.int64).reshape(-1, 2).T)


def _greatest_within(values: Int, first: Int, after: Int) -> Float:
    """The greatest of ``values[first:after]``, at least 0, for each pair."""
    pairs = zip(first.tolist(), after.tolist(), strict=True)
    return np.array([values[one:other].max(initial=0) for one, other in pairs], dtype=np.float64)


def _before(values: Int, at: Int, side: str = "left") -> Int:
    """How many of the sorted values lie before each instant; with side "right", at it or before."""
    found: Int = np.searchsorted(values, at, side=side)  # type: ignore[call-overload]
    return found
