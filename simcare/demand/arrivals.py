"""When the contacts of one type arrive in one replication: drawn from its rate, or taken from a trace.

Names of the streams: ``day-factor`` (one uniform a day, for every type that shares it),
``contacts/TYPE/day-factor`` (a type's own), ``surges/NAME/chance`` and ``surges/NAME/jitter`` (one uniform a
day, for every type with a surge of that name), ``resample`` (one uniform a day, for every type whose days are
drawn from a trace), ``contacts/TYPE/arrivals`` (one uniform an arrival).
"""

from __future__ import annotations

import math
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simcare.demand.inversion import arrivals_ms
from simcare.demand.rates import DAY_MS, SurgeDraw, rate_of
from simcare.demand.resampling import resampled_ms
from simcare.scenario.arrivals import Arrivals
from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]
Float = NDArray[np.float64]


class Stream(Protocol):
    """The streams of one replication: the first `size` uniforms of the one with these names."""

    def __call__(self, *names: str, size: int) -> Float: ...


def draw_arrivals(scenario: Scenario, name: str, stream: Stream) -> Int:
    """Arrival times (ms, sorted) of the contact type `name` inside the horizon."""
    if name in scenario.traces:
        return np.array(scenario.traces[name], dtype=np.int64)
    if name in scenario.recorded:
        days = partial(_for_all, stream, "resample")
        return resampled_ms(scenario.recorded[name], scenario.clock, days)
    arrivals = scenario.contacts[name].arrivals
    factors = weekday_factors(scenario, name) * _day_factors(scenario, name, stream)
    surges = drawn_surges(arrivals, scenario.clock.total_days, stream)
    rate = rate_of(arrivals.curves(scenario.clock), factors, surges)
    return arrivals_ms(rate, partial(_sized, stream, name))


def weekday_factors(scenario: Scenario, name: str) -> Float:
    """The weekday's share of every simulated day (warm-up first): mean arrivals over those of a plain day."""
    weekdays = scenario.contacts[name].arrivals.weekdays
    clock = scenario.clock
    return np.array([weekdays[clock.weekday_of(day)] for day in range(clock.total_days)], dtype=np.float64)


def _day_factors(scenario: Scenario, name: str, stream: Stream) -> Float:
    """One gamma variate of mean 1 a day, shape 1/cv² (Avramidis, Deslauriers & L'Ecuyer 2004)."""
    days = scenario.clock.total_days
    factor = scenario.contacts[name].arrivals.day_factor
    if factor is None or factor.cv == 0:
        return np.ones(days)
    names = ("contacts", name, "day-factor") if factor.own else ("day-factor",)
    variance = factor.cv**2
    factors: Float = variance * special.gammaincinv(1 / variance, stream(*names, size=days))
    return factors


def drawn_surges(arrivals: Arrivals, days: int, stream: Stream) -> list[SurgeDraw]:
    """The surges that happen: one chance a day each, started at `at` ± jitter, rounded down to the ms."""
    draws = []
    for surge in arrivals.surges:
        happens = stream("surges", surge.name, "chance", size=days) < surge.chance
        shift = surge.jitter * (2 * stream("surges", surge.name, "jitter", size=days) - 1)
        for day in np.flatnonzero(happens).tolist():
            draws.append(SurgeDraw(surge, day * DAY_MS + surge.at + math.floor(shift[day]), day))
    return draws


def _for_all(stream: Stream, purpose: str, size: int) -> Float:
    return stream(purpose, size=size)


def _sized(stream: Stream, name: str, size: int) -> Float:
    return stream("contacts", name, "arrivals", size=size)
