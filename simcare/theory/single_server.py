"""One server, and priorities: M/M/1, M/G/1, Cobham's priorities, Kleinrock's conservation law.

Waits are until handling starts. Contact classes are given in order of priority, the most urgent first;
a class never interrupts the work in hand, and within a class it is first come first served.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from simcare.theory.domain import Overload, not_negative, positive, whole
from simcare.theory.erlang import ErlangC


def mm1_mean_wait(arrival_rate: float, mean_handling: float) -> float:
    """Mean wait of M/M/1: ρm/(1 − ρ). Overload unless ρ = rate × handling < 1."""
    return mg1_mean_wait(arrival_rate, mean_handling, handling_cv=1.0)


def mm1_wait_longer_than(arrival_rate: float, mean_handling: float, time: float) -> float:
    """P(W > time) of M/M/1: ρ·exp(−(1/m − λ)·time), for a time of at least 0."""
    return ErlangC(arrival_rate, mean_handling, 1).wait_longer_than(time)


def md1_mean_wait(arrival_rate: float, handling: float) -> float:
    """Mean wait of M/D/1 (constant handling): half of M/M/1's."""
    return mg1_mean_wait(arrival_rate, handling, handling_cv=0.0)


def mg1_mean_wait(arrival_rate: float, mean_handling: float, handling_cv: float) -> float:
    """Mean wait of M/G/1 (Pollaczek 1930, Khinchine 1932): ρ/(1 − ρ)·m(1 + cv²)/2.

    `handling_cv` is standard deviation over mean, at least 0. The same for every order that does not look at
    the handling times. Overload unless ρ = rate × handling < 1.
    """
    contact_class = PriorityClass(arrival_rate, mean_handling, handling_cv)
    return residual_work([contact_class]) / (1 - _total_load([contact_class]))


@dataclass(frozen=True)
class PriorityClass:
    """One class of contacts: rate (at least 0), mean handling (above 0), its cv (1: exponential)."""

    arrival_rate: float
    mean_handling: float
    handling_cv: float = 1.0

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        not_negative("handling_cv", self.handling_cv)

    @property
    def load(self) -> float:
        """ρ = arrival rate × mean handling."""
        return self.arrival_rate * self.mean_handling


def residual_work(classes: Sequence[PriorityClass]) -> float:
    """Mean work left in the hands of the one server at an arrival: Σ λ·E[S²]/2, in units of time."""
    return sum(c.load * c.mean_handling * (1 + c.handling_cv**2) / 2 for c in classes)


def priority_mean_waits(classes: Sequence[PriorityClass]) -> tuple[float, ...]:
    """Mean wait of each class at one server with non-preemptive priorities (Cobham 1954).

    W_k = W₀/((1 − σ_{k−1})(1 − σ_k)), with σ_k the load of the classes 1 to k and W₀ = `residual_work`.
    `classes` most urgent first; Overload unless the total load is below 1.
    """
    _total_load(classes)
    residual = residual_work(classes)
    return tuple(residual / below for below in _products_below([c.load for c in classes]))


def same_rate_priority_mean_waits(
    arrival_rates: Sequence[float], mean_handling: float, agents: int
) -> tuple[float, ...]:
    """Mean wait of each class in M/M/s with non-preemptive priorities and one handling law for all.

    W_k = C/(sμ(1 − σ_{k−1})(1 − σ_k)), C from Erlang (Cobham 1954; Kella & Yechiali 1985), with σ_k the
    share of the agents' capacity that classes 1 to k need. `arrival_rates` most urgent first; DomainError
    unless stable.
    """
    for rate in arrival_rates:
        not_negative("arrival_rates", rate)
    together = ErlangC(math.fsum(arrival_rates), mean_handling, whole("agents", agents, at_least=1))
    scale = together.wait_probability * mean_handling / agents
    return tuple(
        scale / below for below in _products_below([r * mean_handling / agents for r in arrival_rates])
    )


def conservation_constant(classes: Sequence[PriorityClass]) -> float:
    """Σ ρ_k·W_k of one server, the same for every order that neither idles nor interrupts nor knows the work.

    Kleinrock 1965: Σ ρ_k·W_k = ρ·W₀/(1 − ρ). Overload unless the total load ρ is below 1.
    """
    load = _total_load(classes)
    return load * residual_work(classes) / (1 - load)


def _total_load(classes: Sequence[PriorityClass]) -> float:
    load = math.fsum(c.load for c in classes)
    if load >= 1:
        raise Overload(f"load: one server cannot keep up with a load of {load!r}; expected less than 1")
    return load


def _products_below(loads: Sequence[float]) -> list[float]:
    """(1 − σ_{k−1})(1 − σ_k) for each class k."""
    spare = [1 - math.fsum(loads[:k]) for k in range(len(loads) + 1)]
    return [before * after for before, after in itertools.pairwise(spare)]
