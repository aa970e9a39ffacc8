"""Sums over the messages in the house: queue, backlog, its maximum, what is left at close, the oldest."""

from __future__ import annotations

import numpy as np

from simcare.demand.tape import Tape
from simcare.engine.log import UNWRITTEN, Log
from simcare.measures.contacts import StepTimes
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.service import Pair, Parts
from simcare.measures.spans import time_in_slots


def inventory(frame: Frame, tape: Tape, log: Log, times: StepTimes) -> Parts:
    """The sums of the measures of what waits and what is in hand, by contact type.

    A step is in the backlog from the moment it is ready until it is done with, those whose customer gave up
    silently included; and in the queue while nobody works on it. So queue = backlog − handling, exactly.
    """
    types = len(frame.types)
    steps, stints = log.steps, log.stints
    came = (steps.outcome != UNWRITTEN) & (steps.ready_ms < frame.to_ms) & (times.done_ms > frame.from_ms)
    came &= times.done_ms > steps.ready_ms  # what takes no time is never seen in the house
    of_type = tape.type_of_contact[steps.contact[came]]
    ready, done = steps.ready_ms[came], times.done_ms[came]

    present = time_in_slots(frame, ready, done, of_type, types)
    worked_on = tape.type_of_contact[tape.contact_of_step[stints.step]]
    in_hand = time_in_slots(frame, stints.start_ms, stints.end_ms, worked_on, types)
    ms = np.broadcast_to(frame.ms_in_cell, (1 + types, frame.cells))
    return {
        "queue": (frame.by_group(present - in_hand), ms),
        "backlog": (frame.by_group(present), ms),
        **_extremes(frame, ready, done, of_type),
    }


def _extremes(frame: Frame, ready: Int, done: Int, of_type: Int) -> Parts:
    """What has no sums by slot, by day; the whole of the time measured is the greatest day, or the last."""
    types = len(frame.types)
    rows = {name: np.zeros((1 + types, frame.days)) for name in ("most", "close", "oldest")}
    for group in range(1, 1 + types):
        chosen = of_type == group - 1
        rows["most"][group], rows["close"][group] = _levels(frame, ready[chosen], done[chosen])
        rows["oldest"][group] = _oldest(frame, ready[chosen], done[chosen])
    rows["most"][0] = rows["most"][1] if types == 1 else _levels(frame, ready, done)[0]
    rows["close"][0] = rows["close"].sum(axis=0)
    rows["oldest"][0] = rows["oldest"].max(axis=0)
    return {
        "backlog_max": _by_day(frame, rows["most"], rows["most"].max(axis=1)),
        "backlog_at_close": _by_day(frame, rows["close"], rows["close"][:, -1]),
        "oldest_open": _by_day(frame, rows["oldest"], rows["oldest"].max(axis=1)),
    }


def _levels(frame: Frame, ready: Int, done: Int) -> tuple[Float, Float]:
    """By day: the most intervals [ready, done) there are at once, and how many reach past its end."""
    edges = _day_edges(frame)
    starts, ends = np.sort(ready), np.sort(done)
    opening = np.searchsorted(starts, edges, side="right") - np.searchsorted(ends, edges, side="right")
    closing = np.searchsorted(starts, edges) - np.searchsorted(ends, edges, side="right")
    at_start = np.arange(1, len(starts) + 1) - np.searchsorted(ends, starts, side="right")
    most = _greatest_by_day(at_start, np.searchsorted(starts, edges))
    return np.maximum(most, opening[:-1]), closing[1:].astype(np.float64)


def _oldest(frame: Frame, ready: Int, done: Int) -> Float:
    """For each day: the greatest age that any of the intervals reached in it."""
    edges = _day_edges(frame)
    order = np.argsort(done)
    oldest = _greatest_by_day((done - ready)[order], np.searchsorted(done[order], edges, side="right"))
    first = np.searchsorted(edges[1:], ready, side="right")  # the first end of a day after it began
    crossed = np.maximum(np.searchsorted(edges[1:], done, side="right") - first, 0)
    row = np.repeat(np.arange(len(ready)), crossed)
    day = np.arange(len(row)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + np.repeat(first, crossed)
    np.maximum.at(oldest, day, edges[1:][day] - ready[row])
    return oldest


def _greatest_by_day(values: Int, first_of_day: Int) -> Float:
    """By day: the greatest of its values, at least 0; day d has those from `first_of_day[d]` on."""
    days = zip(first_of_day[:-1].tolist(), first_of_day[1:].tolist(), strict=True)
    return np.array([values[first:after].max(initial=0) for first, after in days], dtype=np.float64)


def _by_day(frame: Frame, of_days: Float, total: Float) -> Pair:
    """As cells: the total and the days; there is nothing to say of an interval pooled over days."""
    nothing = np.zeros((len(of_days), frame.intervals))
    numerator = np.concatenate([total[:, np.newaxis], of_days, nothing], axis=1)
    denominator = np.concatenate([np.ones((len(of_days), 1 + frame.days)), nothing], axis=1)
    return numerator, denominator


def _day_edges(frame: Frame) -> Int:
    return frame.from_ms + np.arange(frame.days + 1) * (frame.interval_ms * frame.intervals)
