"""Inverse problems: how many agents a target needs, how much a team can take."""

from __future__ import annotations

import math
from collections.abc import Callable

from simcare.errors import DomainError

MOST_AGENTS = 1_000_000


def least_agents(reached: Callable[[int], bool], at_least: int = 0, most: int = MOST_AGENTS) -> int:
    """The smallest number of agents from `at_least` to `most` that reaches something.

    `reached(agents)` must stay true once it is, as what one more agent makes better does. By doubling and
    bisection, so it is asked some 2·log₂ times. DomainError if not even `most` agents reach it.
    """
    below, step = at_least - 1, 1
    while not reached(above := min(below + step, most)):
        if above == most:
            raise DomainError(f"agents: not even {most:,} reach the target")
        below, step = above, 2 * step
    while above - below > 1:
        middle = (above + below) // 2
        if reached(middle):
            above = middle
        else:
            below = middle
    return above


def largest_rate(reached: Callable[[float], bool], begin_with: float, below: float = math.inf) -> float:
    """The largest arrival rate that still reaches something, to 12 digits.

    `reached(rate)` must stay false once it is, as what more arrivals make worse does. The search begins with
    a rate above 0 and under `below`, where the domain of the question ends. DomainError if it is
    reached by no rate within 12 digits of `begin_with`, or by all.
    """
    least, most = begin_with * 1e-12, begin_with * 1e12
    low = begin_with
    while not reached(low):
        low /= 16
        if low < least:
            raise DomainError("arrivals: the target is missed however few arrive")
    high = min(2 * low, below)
    while high < below and reached(high):
        low, high = high, min(2 * high, below)
        if high > most:
            raise DomainError("arrivals: the target is reached however many arrive")
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if reached(middle):
            low = middle
        else:
            high = middle
    return low
