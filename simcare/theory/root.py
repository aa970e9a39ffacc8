"""The root of a function between two points, by Brent's method (Brent 1973, chapter 4).

As `scipy.optimize.brentq` finds it, to the last bit. It is written out here because loading that package
takes a fifth of a second, which every run of a scenario with an audience would wait for.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simcare.errors import DomainError

RELATIVE = 2.0**-50
"""How closely a root is found, as a share of itself: four times what a double tells apart."""

MOST_STEPS = 100


def root(function: Callable[[float], float], low: float, high: float, within: float = 2e-12) -> float:
    """Where a continuous `function` is 0, between `low` and `high`, at which its signs differ.

    Found to `within` and a few bits. Raises `DomainError` where the signs do not differ, and where the
    function is so flat that it takes too long.
    """
    before, now = low, high
    of_before, of_now = function(before), function(now)
    if of_before == 0:
        return before
    if of_now == 0:
        return now
    if (of_before < 0) == (of_now < 0):
        raise DomainError(f"expected a change of sign between {low!r} and {high!r}, found none")
    other, of_other = before, of_before  # always on the other side of the root than `now`
    last_step = step = now - before
    for _ in range(MOST_STEPS):
        if of_before != 0 and of_now != 0 and (of_before < 0) != (of_now < 0):
            other, of_other = before, of_before
            last_step = step = now - before
        if abs(of_other) < abs(of_now):
            before, now, other = now, other, now
            of_before, of_now, of_other = of_now, of_other, of_now
        close = (within + RELATIVE * abs(now)) / 2
        half = (other - now) / 2
        if of_now == 0 or abs(half) < close:
            return now
        trial = math.inf
        if abs(last_step) > close and abs(of_now) < abs(of_before):
            trial = _interpolated(before, of_before, now, of_now, other, of_other)
        if 2 * abs(trial) < min(abs(last_step), 3 * abs(half) - close):
            last_step, step = step, trial
        else:
            last_step = step = half
        before, of_before = now, of_now
        now += step if abs(step) > close else math.copysign(close, half)
        of_now = function(now)
    raise DomainError(f"expected a root between {low!r} and {high!r}, found none in {MOST_STEPS} steps")


def _interpolated(
    before: float, of_before: float, now: float, of_now: float, other: float, of_other: float
) -> float:
    """The step to the root of the line through two points, or of the inverse parabola through three."""
    if before == other:
        return -of_now * (now - before) / (of_now - of_before)
    from_before = (of_before - of_now) / (before - now)
    from_other = (of_other - of_now) / (other - now)
    return (
        -of_now
        * (of_other * from_other - of_before * from_before)
        / (from_other * from_before * (of_other - of_before))
    )
