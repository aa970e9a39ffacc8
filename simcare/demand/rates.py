"""The arrival rate of one contact type over the whole horizon, as pieces of straight line.

The rate is curve × weekday × day factor × surges. It is piecewise linear *by definition*: the products are
taken at the knots and the rate runs straight between them. Knots are those of the curve of every day, all
midnights, the corners of every surge, and one every five minutes along a surge's ramp and fade. Where a
factor jumps (at midnight, at a step, at a surge without ramp) the rate jumps too.

A surge is drawn for a date but runs on over midnight; what lies outside the horizon is cut off. Surges that
overlap multiply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simcare.scenario.arrivals import Surge
from simcare.scenario.day_curves import DayCurve

Int = NDArray[np.int64]
Float = NDArray[np.float64]

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
SURGE_KNOTS_MS = 5 * 60_000


@dataclass(frozen=True)
class Rate:
    """A piecewise linear rate: row *i* runs from `per_hour_from[i]` at `from_ms[i]` straight to
    `per_hour_to[i]` just before `to_ms[i]`. Rows touch and are in order; rates are contacts per hour, ≥ 0.
    """

    from_ms: Int
    to_ms: Int
    per_hour_from: Float
    per_hour_to: Float

    @cached_property
    def length_ms(self) -> Int:
        """How long each row lasts."""
        return self.to_ms - self.from_ms

    @cached_property
    def slope(self) -> Float:
        """By how much the rate climbs in an hour, in each row."""
        slope: Float = (self.per_hour_to - self.per_hour_from) / (self.length_ms / HOUR_MS)
        return slope

    @cached_property
    def cumulated(self) -> Float:
        """Expected contacts from the start to the beginning of each row, and to the end: rows + 1 values."""
        areas = self.length_ms / HOUR_MS * (self.per_hour_from + self.per_hour_to) / 2
        return np.concatenate(([0.0], np.cumsum(areas)))

    @property
    def contacts(self) -> float:
        """Contacts expected in all."""
        return float(self.cumulated[-1])

    def integral(self, t_ms: Int | Float) -> Float:
        """Expected contacts from the start to each time of `t_ms`, which lie inside the horizon."""
        row = np.clip(np.searchsorted(self.from_ms, t_ms, side="right") - 1, 0, len(self.from_ms) - 1)
        hours = (t_ms - self.from_ms[row]) / HOUR_MS
        part = (t_ms - self.from_ms[row]) / (self.to_ms[row] - self.from_ms[row])
        here = self.per_hour_from[row] * (1 - part) + self.per_hour_to[row] * part
        total: Float = self.cumulated[row] + hours * (self.per_hour_from[row] + here) / 2
        return total


@dataclass(frozen=True)
class SurgeDraw:
    """A surge that happens: its shape, when it starts (ms, may lie before or after the horizon), and the day
    it was drawn for.
    """

    surge: Surge
    start_ms: int
    day: int = 0

    @property
    def end_ms(self) -> int:
        """When its fade is over."""
        return self.start_ms + self.surge.ramp + self.surge.hold + self.surge.fade


def rate_of(day_curves: Sequence[DayCurve], day_factors: Float, surges: Sequence[SurgeDraw] = ()) -> Rate:
    """The rate over as many days as there are `day_curves`, each with its piece of the curve.

    `day_factors` (days) holds everything that belongs to the calendar day: weekday × drawn day factor.
    """
    return Curve(day_curves).rate(day_factors, surges)


class Curve:
    """The curve of all days, for those who draw many rates along it."""

    def __init__(self, day_curves: Sequence[DayCurve]) -> None:
        self._horizon_ms = len(day_curves) * DAY_MS
        self._pieces = _one_after_the_other(day_curves)
        midnights = DAY_MS * np.arange(len(day_curves) + 1)
        self._knots: Int = np.union1d(self._pieces[:, 0].astype(np.int64), midnights)
        self._plain = self._along(self._knots)

    def rate(self, day_factors: Float, surges: Sequence[SurgeDraw] = ()) -> Rate:
        """The rate with so much of each day, and these surges; see `rate_of`."""
        plain = self._plain
        if surges:
            corners = np.concatenate([_surge_knots(draw, self._horizon_ms) for draw in surges])
            inside = (corners >= 0) & (corners <= self._horizon_ms)
            plain = self._along(np.union1d(self._knots, corners[inside]))
        factors = day_factors[plain.from_ms // DAY_MS]
        rate = Rate(plain.from_ms, plain.to_ms, plain.per_hour_from * factors, plain.per_hour_to * factors)
        for draw in surges:
            shape = _surge_pieces(draw)
            if len(shape):
                rows = slice(*np.searchsorted(rate.from_ms, (shape[0, 0], shape[-1, 1])))
                begins, ends = _at_ends(shape, rate.from_ms[rows], rate.to_ms[rows])
                rate.per_hour_from[rows] *= begins
                rate.per_hour_to[rows] *= ends
        return rate

    def _along(self, knots: Int) -> Rate:
        """The curve itself, from knot to knot."""
        from_ms, to_ms = knots[:-1], knots[1:]
        return Rate(from_ms, to_ms, *_at_ends(self._pieces, from_ms, to_ms))


def _one_after_the_other(day_curves: Sequence[DayCurve]) -> Float:
    """The pieces of all days, in ms since the first, as rows (from, to, per hour from, per hour to)."""
    once = {curve: np.array(curve, dtype=np.float64) for curve in set(day_curves)}
    rows = np.concatenate([once[curve] for curve in day_curves])
    pieces = [len(curve) for curve in day_curves]
    rows[:, :2] += DAY_MS * np.repeat(np.arange(len(pieces)), pieces)[:, None]
    return rows


def _surge_pieces(draw: SurgeDraw) -> Float:
    """Ramp, hold and fade as rows (from_ms, to_ms, factor from, factor to), those of length 0 left out."""
    surge, start_ms = draw.surge, draw.start_ms
    top_ms = start_ms + surge.ramp
    fade_ms = top_ms + surge.hold
    pieces = np.array(
        [
            (start_ms, top_ms, 1.0, surge.times),
            (top_ms, fade_ms, surge.times, surge.times),
            (fade_ms, fade_ms + surge.fade, surge.times, 1.0),
        ]
    )
    return pieces[pieces[:, 0] < pieces[:, 1]]


def _surge_knots(draw: SurgeDraw, horizon_ms: int) -> Int:
    """The corners of a surge and a knot every five minutes along its ramp and its fade, up to the horizon."""
    surge, start_ms = draw.surge, draw.start_ms
    fade_ms = start_ms + surge.ramp + surge.hold
    ramp = np.arange(start_ms, min(start_ms + surge.ramp, horizon_ms), SURGE_KNOTS_MS)
    fade = np.arange(fade_ms, min(fade_ms + surge.fade, horizon_ms), SURGE_KNOTS_MS)
    return np.concatenate([ramp, [start_ms + surge.ramp], fade, [fade_ms + surge.fade]]).astype(np.int64)


def _at_ends(pieces: Float, from_ms: Int, to_ms: Int) -> Float:
    """Values on pieces (from, to, value from, value to) where rows that lie inside of them begin and end:
    (2, rows), exact at both ends of a piece.
    """
    begins, ends, first, last = pieces[np.searchsorted(pieces[:, 0], from_ms, side="right") - 1].T
    part = (np.stack((from_ms, to_ms)) - begins) / (ends - begins)
    values: Float = first * (1 - part) + last * part
    return values
