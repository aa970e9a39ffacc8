"""Erlang A, M/M/s+M: a constant rate, exponential handling, customers who leave when their patience ends.

Palm 1946; Garnett, Mandelbaum & Reiman 2002. An arrival that finds all agents busy and j others waiting, and
that would never leave, waits V with exp(−θV) ~ Beta(sμ/θ, j + 1): a product of independent powers of
uniforms, one for each of the j + 1 departures ahead. So everything below is a sum over j of closed forms,
all of whose terms are positive; the weights of j are built outwards from their largest, and stay accurate
for any number of agents. Of those who would have to wait, a share may leave at once; patience may be
infinite (Erlang C) or 0 (Erlang B).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from simcare.theory.ahead import NEGLIGIBLE, Ahead, Floats
from simcare.theory.domain import Overload, not_negative, positive, share, whole
from simcare.theory.erlang import log_inverse_erlang_b


@dataclass(frozen=True)
class ErlangA:
    """M/M/s+M first come first served, with a share `leaves_at_once` of those who would have to wait.

    `arrival_rate` in contacts per unit of time (at least 0); `mean_handling` (above 0) and
    `mean_patience` (0 to infinity) in that unit; `agents` a whole number of at least 0. With infinite
    patience the agents must be able to keep up. DomainError outside. A wait ends when handling starts or
    the customer leaves; who leaves at once has waited 0. At rate 0 the results are those of a single
    customer in an empty system.
    """

    arrival_rate: float
    mean_handling: float
    agents: int
    mean_patience: float
    leaves_at_once: float = 0.0

    def __post_init__(self) -> None:
        not_negative("arrival_rate", self.arrival_rate)
        positive("mean_handling", self.mean_handling)
        whole("agents", self.agents)
        not_negative("mean_patience", self.mean_patience, finite=False)
        share("leaves_at_once", self.leaves_at_once)
        if math.isinf(self.mean_patience) and self._joining_rate * self.mean_handling >= self.agents:
            raise Overload(
                f"agents: {self.agents} cannot keep up with customers who never leave and bring "
                f"{self._joining_rate * self.mean_handling:.12g} erlangs"
            )

    @property
    def load(self) -> float:
        """Arrival rate × mean handling, in erlangs."""
        return self.arrival_rate * self.mean_handling

    @property
    def all_busy(self) -> float:
        """Probability that an arrival finds all agents busy."""
        return float(special.expit(self._log_odds_busy))

    @property
    def wait_probability(self) -> float:
        """Share that joins the queue: finds all agents busy and does not leave at once."""
        return self._joins * self.all_busy

    @property
    def abandon_probability(self) -> float:
        """Share that leaves without being served, at once or later."""
        return self.all_busy * (1 - self._joins + self._joins * self._fate.leaves)

    @property
    def mean_wait(self) -> float:
        """Mean wait over all arrivals."""
        return self.wait_probability * self._fate.mean_wait

    @property
    def mean_wait_served(self) -> float:
        """Mean wait of those who are served; nan when nobody is."""
        return _ratio(self.wait_probability * self._fate.mean_wait_and_served, self.served_probability)

    @property
    def mean_wait_abandoned(self) -> float:
        """Mean wait of those who leave, at once (0) or later; nan when nobody leaves."""
        fate = self._fate
        return _ratio(
            self.wait_probability * (fate.mean_wait - fate.mean_wait_and_served), self.abandon_probability
        )

    @property
    def mean_queue(self) -> float:
        """Mean number waiting (Little 1961)."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents."""
        # Below s, rate in = rate out: n·μ·π(n) = λ·π(n−1). At s and above, all are busy.
        busy = float(special.expit(self._log_odds_busy))
        idle = float(special.expit(-self._log_odds_busy))
        return self.load * idle + self.agents * busy * self._fate.somebody_waits

    @property
    def occupancy(self) -> float:
        """Share of the agents' time spent handling; nan without agents."""
        return _ratio(self.mean_busy, self.agents)

    @property
    def served_probability(self) -> float:
        """Share that is served, sooner or later."""
        idle = float(special.expit(-self._log_odds_busy))
        return idle + self.wait_probability * self._fate.served

    def wait_longer_than(self, time: float) -> float:
        """P(W > time): still waiting `time` after arrival, neither started nor gone."""
        not_negative("time", time, finite=False)
        return self.wait_probability * self._fate.still_waiting(time)

    def wait_within(self, time: float) -> float:
        """P(W ≤ time): handling started, or gone, within `time`."""
        return 1.0 - self.wait_longer_than(time)

    def served_within(self, time: float) -> float:
        """Share of all arrivals whose handling starts within `time`."""
        not_negative("time", time, finite=False)
        idle = float(special.expit(-self._log_odds_busy))
        return idle + self.wait_probability * self._fate.served_within(time)

    def abandoned_within(self, time: float) -> float:
        """Share of all arrivals that leaves within `time`, those at once included."""
        return max(0.0, self.wait_within(time) - self.served_within(time))

    @property
    def _joins(self) -> float:
        """Of those who find all busy, the share that waits at all."""
        return 0.0 if self.mean_patience == 0 else 1.0 - self.leaves_at_once

    @property
    def _joining_rate(self) -> float:
        return self.arrival_rate * self._joins

    @cached_property
    def _fate(self) -> _Patient | _Impatient:
        completion_rate = self.agents / self.mean_handling
        if math.isinf(self.mean_patience):
            return _Patient(self._joining_rate, completion_rate)
        # With patience 0 nobody joins, and what would become of those who do has weight 0.
        leaving_rate = 1 / self.mean_patience if self.mean_patience else 1.0
        return _Impatient.of(self._joining_rate, completion_rate, leaving_rate)

    @cached_property
    def _log_odds_busy(self) -> float:
        """log(P(all busy)/P(somebody idle)), both relative to the state 'all busy, nobody waits'."""
        if self.agents == 0:
            return math.inf
        if self.arrival_rate == 0:
            return -math.inf
        log_idle = math.log(self.agents / self.load) + log_inverse_erlang_b(self.agents - 1, self.load)
        return self._fate.log_states - log_idle


@dataclass(frozen=True)
class _Patient:
    """What becomes of one who waits when nobody ever leaves the queue: an exponential wait."""

    joining_rate: float
    completion_rate: float
    leaves = 0.0
    served = 1.0

    @property
    def somebody_waits(self) -> float:
        return self.joining_rate / self.completion_rate

    @property
    def log_states(self) -> float:
        return -math.log1p(-self.somebody_waits)

    @property
    def mean_wait(self) -> float:
        return 1 / (self.completion_rate - self.joining_rate)

    mean_wait_and_served = mean_wait

    def still_waiting(self, time: float) -> float:
        return math.exp(-(self.completion_rate - self.joining_rate) * time)

    def served_within(self, time: float) -> float:
        return -math.expm1(-(self.completion_rate - self.joining_rate) * time)


@dataclass(frozen=True)
class _Impatient(Ahead):
    """What becomes of one who waits when each who waits leaves; ``log_states``: see `_log_odds_busy`."""

    log_states: float

    @staticmethod
    def of(inflow: float, out: float, theta: float) -> _Impatient:
        """From the rates of joining, of all agents finishing together, and of leaving."""
        mode = max(0, math.floor((inflow - out) / theta))
        above = _weights(lambda i: inflow / (out + (mode + i) * theta), None)
        below = _weights(lambda i: (out + (mode + 1 - i) * theta) / inflow, mode)
        weights = np.concatenate((below[::-1], [1.0], above))
        waiting = np.arange(mode - len(below), mode + len(above) + 1, dtype=np.float64)
        total = float(weights.sum())
        if waiting[0] == 0:
            log_states = math.log(total) - math.log(weights[0])
        else:  # nobody waiting is rarer than a float can tell beside the mode; only its logarithm matters
            x = out / theta
            log_mode = mode * math.log(inflow / theta) - float(
                special.gammaln(x + mode + 1) - special.gammaln(x + 1)
            )
            log_states = math.log(total) + log_mode
        return _Impatient(waiting, weights / total, out, theta, log_states)

    @property
    def somebody_waits(self) -> float:
        """Probability, given that all are busy, that at least one waits."""
        return float(self.weight[self.waiting > 0].sum())


def _weights(ratio: Callable[[Floats], Floats], count: int | None) -> Floats:
    """Products ratio(1)·…·ratio(i) for i = 1, 2, … up to `count`, cut where the rest no longer counts.

    The ratios fall with i, and the first is at most 1.
    """
    products: list[Floats] = []
    last, total, done, size = 1.0, 1.0, 0, 256
    while count is None or done < count:
        stop = done + size if count is None else min(done + size, count)
        ratios = ratio(np.arange(done + 1, stop + 1, dtype=np.float64))
        chunk = np.asarray(last * np.cumprod(ratios), dtype=np.float64)
        products.append(chunk)
        last, done, size = float(chunk[-1]), stop, min(size * 2, 65536)
        total += float(chunk.sum())
        if last <= NEGLIGIBLE * total * (1 - float(ratios[-1])):
            break
    return np.concatenate(products) if products else np.empty(0)


def _ratio(part: float, whole_: float) -> float:
    return part / whole_ if whole_ else math.nan
