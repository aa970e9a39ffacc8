"""Rates that are straight lines between knots: the curve that arrivals follow.

A curve is a sequence of segments ``(start, end, rate at start, rate at end)`` in order of time, without
overlap; between and outside the segments the rate is 0. Two segments that touch at different rates make a
jump. Any one unit of time: times in it, rates per it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from simcare.errors import DomainError

Segment: TypeAlias = tuple[float, float, float, float]


def checked(segments: Iterable[Sequence[float]]) -> tuple[Segment, ...]:
    """Return the curve as a tuple of segments; DomainError if it is none (order, overlap, negative rate)."""
    curve: list[Segment] = []
    for segment in segments:
        if len(segment) != 4:
            raise DomainError(f"segments: expected (start, end, rate at start, rate at end), got {segment!r}")
        start, end, rate_from, rate_to = (float(number) for number in segment)
        if not all(math.isfinite(number) for number in (start, end, rate_from, rate_to)):
            raise DomainError(f"segments: expected finite numbers, got {segment!r}")
        if end <= start:
            raise DomainError(f"segments: expected an end after the start, got {segment!r}")
        if rate_from < 0 or rate_to < 0:
            raise DomainError(f"segments: expected rates of at least 0, got {segment!r}")
        if curve and start < curve[-1][1]:
            raise DomainError(f"segments: {segment!r} starts before {curve[-1]!r} ends")
        curve.append((start, end, rate_from, rate_to))
    return tuple(curve)


def lines(knots: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    """Straight lines between knots ``(time, rate)``; two knots at one time make a jump."""
    return checked(
        (start, end, rate_from, rate_to)
        for (start, rate_from), (end, rate_to) in itertools.pairwise(knots)
        if end != start
    )


def steps(edges: Sequence[float], rates: Sequence[float]) -> tuple[Segment, ...]:
    """A constant rate in each interval: ``rates[i]`` from ``edges[i]`` to ``edges[i + 1]``."""
    if len(edges) != len(rates) + 1:
        raise DomainError(f"edges: expected one more than the {len(rates)} rates, got {len(edges)}")
    return checked((edges[i], edges[i + 1], rate, rate) for i, rate in enumerate(rates))


def line_at(curve: Sequence[Segment], time: float) -> tuple[float, float]:
    """Rate and slope of the curve at a time (at a knot: of the segment that starts there)."""
    for start, end, rate_from, rate_to in curve:
        if start <= time < end:
            slope = (rate_to - rate_from) / (end - start)
            return rate_from + slope * (time - start), slope
    return 0.0, 0.0


def expected_arrivals(curve: Sequence[Segment], start: float, end: float) -> float:
    """∫ of the rate from `start` to `end`: the mean number of arrivals of the Poisson process."""
    total = 0.0
    for left, right, rate_from, rate_to in curve:
        low, high = max(left, start), min(right, end)
        if high > low:
            slope = (rate_to - rate_from) / (right - left)
            total += (rate_from + slope * ((low + high) / 2 - left)) * (high - low)
    return total
