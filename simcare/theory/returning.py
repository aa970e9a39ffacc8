"""Erlang-R: customers who come back (Yom-Tov & Mandelbaum 2014).

After every handling a customer comes back with a chance, after a pause of his own, and waits again like
everybody else. In the long run that is a Jackson network: an arrival, new or returning, finds M/M/s with
the rate λ/(1 − p). Over a day it is more than a higher rate: those who come back come later, and the load
lags the rate the more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from simcare.errors import DomainError
from simcare.theory.curve import checked
from simcare.theory.domain import not_negative, positive
from simcare.theory.erlang import ErlangC


@dataclass(frozen=True)
class ErlangR:
    """M/M/s to which customers return, in the long run; everybody waits.

    `arrival_rate` of new customers per unit of time (at least 0), `mean_handling` in that unit (above 0)
    of every visit alike, `agents` a whole number, `returns` the chance of coming back after each handling
    (0 to below 1), `mean_pause` until then (at least 0; any law). DomainError outside, Overload where the
    agents cannot keep up with all visits.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    returns: float
    mean_pause: float

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        _chance(self.returns)
        not_negative("mean_pause", self.mean_pause)
        self.visit  # noqa: B018 (which checks the rest of the domain)

    @property
    def visits(self) -> float:
        """Mean number of visits of a customer: 1/(1 − p)."""
        return 1 / (1 - self.returns)

    @property
    def visit(self) -> ErlangC:
        """What each visit meets: M/M/s with the rate of all visits."""
        return ErlangC(self.arrival_rate * self.visits, self.mean_handling, self.agents)

    @property
    def mean_away(self) -> float:
        """Mean number of customers between two visits: Poisson, and independent of who is at the desk."""
        return self.arrival_rate * self.returns * self.visits * self.mean_pause

    @property
    def mean_total_wait(self) -> float:
        """Mean of a customer's waits, all visits together."""
        return self.visits * self.visit.mean_wait

    @property
    def mean_resolution(self) -> float:
        """Mean time from a customer's arrival to the end of his last visit, pauses included."""
        return self.visits * (self.visit.mean_wait + self.mean_handling + self.returns * self.mean_pause)


def returning_offered_load(
    segments: Iterable[Sequence[float]],
    mean_handling: float,
    returns: float,
    mean_pause: float,
    times: Sequence[float],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean number at work and mean number away at each of `times`, if there were always a free agent.

    R₁' = λ(t) + R₂/δ − R₁/m and R₂' = p·R₁/m − R₂/δ, from an empty desk (Yom-Tov & Mandelbaum 2014,
    section 5), with exponential handling of mean m (above 0) and pauses of mean δ (above 0), both in the
    curve's unit of time. `segments`: see `simcare.theory.curve`. Exact: on every straight line of the rate
    by the exponential of a matrix. Both numbers are Poisson with these means.
    """
    curve = checked(segments)
    out, back = 1 / positive("mean_handling", mean_handling), 1 / positive("mean_pause", mean_pause)
    # What changes at work, away, and of the rate itself, along a straight line.
    motion = np.array(
        [
            [-out, back, 1.0, 0.0],
            [_chance(returns) * out, -back, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, 0.0, 0.0],
        ]
    )

    def moved(now: NDArray[np.float64], rate: float, slope: float, time: float) -> NDArray[np.float64]:
        after: NDArray[np.float64] = linalg.expm(motion * time)[:2] @ np.array([*now, rate, slope])
        return after

    order = np.argsort(times, kind="stable")
    found = np.zeros((len(times), 2))
    clock = curve[0][0] if curve else 0.0
    now, number = np.zeros(2), 0
    for start, end, rate_from, rate_to in (*curve, (np.inf, np.inf, 0.0, 0.0)):
        slope = (rate_to - rate_from) / (end - start) if np.isfinite(start) else 0.0
        for until, rate, climb in ((start, 0.0, 0.0), (end, rate_from, slope)):
            while number < len(order) and times[order[number]] < until:
                time = times[order[number]]
                if time >= clock:
                    found[order[number]] = moved(now, rate, climb, time - clock)
                number += 1
            if np.isfinite(until) and until > clock:
                now, clock = moved(now, rate, climb, until - clock), until
    return found[:, 0], found[:, 1]


def _chance(returns: float) -> float:
    if not 0 <= returns < 1:
        raise DomainError(f"returns: expected a share from 0 to below 1, got {returns!r}")
    return float(returns)
