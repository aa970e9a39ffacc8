"""Bounds for what is skewed: on the side of the long tail an interval reaches further than Student's t.

Waits, queues and numbers of people who leave are skewed: most days are good and a few are very bad. A
handful of replications that happens to miss the bad days finds a mean that is too low *and* a spread that is
too small, so Student's t, which knows only the spread, misses the truth on that side three times as often as
it says. Willink's interval (2005) reads the skewness too, with the monotone transformation of Hall (1992)
after Johnson (1978). But it may also draw the other bound closer, which few replications do not warrant:
here each bound is the farther of the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from simcare.statistics.domain import Float, inside
from simcare.statistics.interval import student


def reach(skewness: float, replications: int, confidence: float = 0.95) -> tuple[float, float]:
    """How many standard errors the bounds lie below and above an estimate from so many replications.

    `skewness`: adjusted, of what the replications add to the estimate (`skewness_of`). With a = skewness /
    (6√n) and G(r) = (∛(1 + 6a(r − a)) − 1) / 2a: below, the greater of t and G(t); above, of t and −G(−t).
    t is `student`'s, with its DomainError.

    >>> [round(one, 2) for one in reach(0.0, replications=20)]
    [2.09, 2.09]
    >>> [round(one, 2) for one in reach(1.5, replications=20)]
    [2.09, 3.1]
    """
    t = student(replications, confidence)
    a = skewness / (6 * math.sqrt(replications))
    if abs(a) < 1e-6:  # G is the identity, to the last digits that the quotient below would lose
        return t, t
    below, above = ((math.cbrt(1 + 6 * a * (r - a)) - 1) / (2 * a) for r in (t, -t))
    return max(t, below), max(t, -above)


def p_value(errors: float, skewness: float, replications: int) -> float:
    """The two-sided p-value of an estimate that lies so many standard errors from nothing.

    It belongs to the interval of `reach`: at or below α where, and only where, the interval of confidence
    1 − α leaves 0 out. With G⁻¹(z) = a + ((1 + 2az)³ − 1)/6a and z = |errors|, the bound towards 0 reaches
    just to 0 at t = min(z, G⁻¹(z)) for an estimate above 0, at t = min(z, −G⁻¹(−z)) for one below.

    >>> round(p_value(2.093, skewness=0.0, replications=20), 3)
    0.05
    >>> round(p_value(-3.098, skewness=1.5, replications=20), 3)
    0.05
    """
    a = skewness / (6 * math.sqrt(replications))
    t, sign = abs(errors), math.copysign(1.0, errors)
    if abs(a) >= 1e-6:
        t = min(t, sign * (a + ((1 + 2 * a * errors) ** 3 - 1) / (6 * a)))
    return float(2 * stdtr(replications - 1, -max(0.0, t)))


def skewness_of(squares: float, cubes: float, replications: int) -> float:
    """The adjusted skewness G₁ (Fisher 1930) from the sums of the squares and of the cubes of deviations.

    n√(n − 1)/(n − 2) · Σd³ / (Σd²)^{3/2}, which lies between −√n and √n. 0 for fewer than 3 replications
    and where nothing varies: then nothing is known of it.

    >>> deviations = [-1.0, -1.0, -1.0, 3.0]
    >>> skewness_of(sum(d**2 for d in deviations), sum(d**3 for d in deviations), 4)
    2.0
    """
    n = replications
    spread = squares * math.sqrt(max(0.0, squares))  # 0 too where it is too small for a double
    if n < 3 or not spread > 0:
        return 0.0
    found = n * math.sqrt(n - 1) / (n - 2) * cubes / spread
    return max(-math.sqrt(n), min(math.sqrt(n), found))


# --- the same for many estimates at once --------------------------------------------------------------------


def reach_each(skewness: Float, replications: Float, confidence: float) -> tuple[Float, Float]:
    """`reach` of each estimate, from at least 2 replications."""
    t = students(replications, confidence)
    a = skewness / (6 * np.sqrt(replications))
    straight = np.abs(a) < 1e-6
    bent = np.where(straight, 1.0, a)
    below, above = ((np.cbrt(1 + 6 * bent * (r - bent)) - 1) / (2 * bent) for r in (t, -t))
    return np.where(straight, t, np.maximum(t, below)), np.where(straight, t, np.maximum(t, -above))


def students(replications: Float, confidence: float) -> Float:
    """`student` for each number of replications, at least 2."""
    p = (1 + inside("confidence", confidence)) / 2
    return each_once(lambda one: float(stdtrit(one - 1, p)), replications)


def each_once(function: Callable[[Any], float], values: Any) -> Float:
    """A function of each of many values, few of which differ: found once for those that do."""
    some, place = np.unique(values, return_inverse=True)
    found: Float = np.array([function(one) for one in some.tolist()], dtype=np.float64)[place]
    return found.reshape(np.shape(values))


def skewness_of_each(squares: Float, cubes: Float, replications: Float) -> Float:
    """`skewness_of` each estimate."""
    n = replications
    spread = squares * np.sqrt(np.maximum(0.0, squares))
    known = (n >= 3) & (spread > 0)
    some = np.where(known, n, 3)
    found = some * np.sqrt(some - 1) / (some - 2) * cubes / np.where(known, spread, 1.0)
    return np.where(known, np.clip(found, -np.sqrt(some), np.sqrt(some)), 0.0)
