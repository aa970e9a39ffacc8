"""When the contacts of one type arrive: drawn from its rate, or taken from a trace.

Names of the streams: ``day-factor`` (one uniform a day, for every type that shares it),
``contacts/TYPE/day-factor`` (a type's own), ``surges/NAME/chance`` and ``surges/NAME/jitter`` (one uniform a
day, for every type with a surge of that name), ``resample`` (one uniform a day, for every type whose days are
drawn from a trace), ``contacts/TYPE/arrivals`` (one uniform an arrival).
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simcare.demand.inversion import arrivals_ms, arrivals_of, unit_points
from simcare.demand.rates import DAY_MS, Curve, Rate, SurgeDraw
from simcare.demand.resampling import resampled_ms
from simcare.demand.streams import Streams
from simcare.scenario.arrivals import Arrivals
from simcare.scenario.scenario import Scenario

Int = NDArray[np.int64]
Float = NDArray[np.float64]


class Arriving:
    """The arrivals of the contact type `name`, for those who draw many replications."""

    def __init__(self, scenario: Scenario, name: str) -> None:
        self._scenario, self._name = scenario, name
        self._arrivals, self._days = scenario.contacts[name].arrivals, scenario.clock.total_days
        if name not in scenario.traces and name not in scenario.recorded:
            self._curve, self._weekdays = (
                Curve(self._arrivals.curves(scenario.clock)),
                weekday_factors(scenario, name),
            )
            self._plain = self._curve.rate(self._weekdays)

    def draw(self, streams: Streams) -> tuple[Int, Int]:
        """Arrival times (ms) inside the horizon, sorted, of one replication after the other; and how many
        each has.
        """
        scenario, name = self._scenario, self._name
        if name in scenario.traces:
            times = [np.array(scenario.traces[name], dtype=np.int64)] * len(streams.replications)
        elif name in scenario.recorded:
            days = streams.alike("resample", size=self._days)
            times = [resampled_ms(scenario.recorded[name], scenario.clock, drawn) for drawn in days]
        else:
            return self._from_rates(streams)
        return np.concatenate(times), np.array([len(one) for one in times])

    def _from_rates(self, streams: Streams) -> tuple[Int, Int]:
        rates = self._rates(streams)
        uniforms = partial(streams.each, "contacts", self._name, "arrivals")
        if streams.kernels is not None:
            return arrivals_of(rates, uniforms, streams.kernels)
        points = unit_points([rate.contacts for rate in rates], uniforms)
        times = [arrivals_ms(*each) for each in zip(rates, points, strict=True)]
        return np.concatenate(times), np.array([len(one) for one in points])

    def _rates(self, streams: Streams) -> list[Rate]:
        """The rate in each replication."""
        factor = self._arrivals.day_factor
        if not self._arrivals.surges and (factor is None or factor.cv == 0):
            return [self._plain] * len(streams.replications)
        factors = self._weekdays * _day_factors(self._scenario, self._name, streams)
        surges = drawn_surges(self._arrivals, self._days, streams)
        return [self._curve.rate(*each) for each in zip(factors, surges, strict=True)]


def weekday_factors(scenario: Scenario, name: str) -> Float:
    """The weekday's share of every simulated day (warm-up first): mean arrivals over those of a plain day."""
    weekdays = scenario.contacts[name].arrivals.weekdays
    clock = scenario.clock
    return np.array([weekdays[clock.weekday_of(day)] for day in range(clock.total_days)], dtype=np.float64)


def _day_factors(scenario: Scenario, name: str, streams: Streams) -> Float:
    """One gamma variate of mean 1 a day, shape 1/cv² (Avramidis, Deslauriers & L'Ecuyer 2004): shape
    (replications, days).
    """
    days = scenario.clock.total_days
    factor = scenario.contacts[name].arrivals.day_factor
    if factor is None or factor.cv == 0:
        return np.ones((len(streams.replications), days))
    names = ("contacts", name, "day-factor") if factor.own else ("day-factor",)
    variance = factor.cv**2
    factors: Float = variance * special.gammaincinv(1 / variance, streams.alike(*names, size=days))
    return factors


def drawn_surges(arrivals: Arrivals, days: int, streams: Streams) -> list[list[SurgeDraw]]:
    """The surges that happen in each replication: one chance a day each, started at `at` ± jitter, rounded
    down to the ms.
    """
    draws: list[list[SurgeDraw]] = [[] for _ in streams.replications]
    for surge in arrivals.surges:
        happens = streams.alike("surges", surge.name, "chance", size=days) < surge.chance
        shift = surge.jitter * (2 * streams.alike("surges", surge.name, "jitter", size=days) - 1)
        for one, day in np.argwhere(happens).tolist():
            start_ms = day * DAY_MS + surge.at + math.floor(shift[one, day])
            draws[one].append(SurgeDraw(surge, start_ms, day))
    return draws
