"""M(t)/M/s(t)+M solved exactly: arrivals along a curve, staff by the clock, impatience, shifts that end.

Kolmogorov's forward equations on (busy, waiting), from an empty desk, by uniformization; nothing is
discretised in time. Sums of waits come from Little's law, Σ waits = ∫ E[waiting] dt and abandoned = θ·∫
E[waiting] dt; P(start within T) from carrying a tagged arrival through the later changes of staff. A
gamma day factor (Avramidis, Deslauriers & L'Ecuyer 2004) is integrated by Gauss–Laguerre quadrature.

The staff is a *level*. People who each end at their own hour and finish their own work are another model
(which of the busy agents ends matters); it is not solved here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import linalg

from simcare.errors import DomainError, TooLarge
from simcare.theory.curve import expected_arrivals, line_at
from simcare.theory.desk import ChangingDesk
from simcare.theory.domain import not_negative, positive, whole
from simcare.theory.forward import Forward
from simcare.theory.quadrature import graded_panels
from simcare.theory.states import Floats, States, resized
from simcare.theory.tagged import Waits
from simcare.theory.uniformization import Stepped

__all__ = ["ChangingDesk", "DaySolution", "day_factor_nodes", "solve"]

OVERHEAD = 1_000
"""What a step of the series costs beside its states, in states."""

MOST_WORK = 5e10
"""Steps times states at most. A sixth of it, 1,000 agents over eight days, took more than two minutes."""


@dataclass(frozen=True)
class DaySolution:
    """What `solve` returns: means, at the m + 1 `edges` (`…_at`) or over the m intervals between them.

    At an edge at which the level changes, the figures are those just after.
    """

    edges: Floats
    busy_at: Floats  #: mean number of busy agents
    queue_at: Floats  #: mean number waiting, work handed back included
    handed_back_at: Floats  #: mean number started, handed back and waiting again (0 if `patience_resumes`)
    arrivals: Floats  #: expected arrivals
    found_all_busy: Floats  #: of them, those who find all agents busy
    left_at_once: Floats  #: of those, who leave at once
    abandoned: Floats  #: who leave in the interval, at once or later, whenever they arrived
    wait_time: Floats  #: ∫ E[waiting for the first start] dt; over a whole run, the sum of all waits
    handed_back_time: Floats  #: ∫ E[handed back] dt
    busy_time: Floats  #: ∫ E[busy] dt, above the level too
    on_duty_busy_time: Floats  #: ∫ E[min(busy, level)] dt
    staffed_time: Floats  #: ∫ level dt
    started_within: dict[float, Floats]  #: per T: the interval's expected arrivals that start within T
    left_within: dict[float, Floats]  #: per T: the interval's expected arrivals that leave within T
    #: Probability cut away over the run, with the states too far out to matter: none is off by more.
    lost_mass: float
    #: Estimated error, in arrivals, of all `started_within` and `left_within` together, from comparing
    #: two quadrature rules (the better one is used); 0 where no level changes within T of an arrival.
    quadrature_error: float

    @property
    def present_at(self) -> Floats:
        """Mean number in the system, busy or waiting."""
        return self.busy_at + self.queue_at

    @property
    def mean_wait(self) -> float:
        """Mean wait until the first start or until leaving, over all arrivals.

        Exact if nobody waits any more at the last edge. With `patience_resumes`, waits after a drop count.
        """
        return float(self.wait_time.sum() / self.arrivals.sum())

    @property
    def occupancy(self) -> float:
        """Busy time inside the level over staffed time, over all intervals."""
        return float(self.on_duty_busy_time.sum() / self.staffed_time.sum())

    def service_level(self, within: float) -> float:
        """Share of all arrivals whose handling starts within a time that `solve` was given."""
        return min(1.0, float(self.started_within[within].sum() / self.arrivals.sum()))


def solve(
    desk: ChangingDesk,
    edges: Sequence[float] | Floats,
    within: Iterable[float] = (),
    *,
    tolerance: float = 1e-12,
    factor_nodes: int = 32,
) -> DaySolution:
    """Solve the desk from empty at ``edges[0]`` to ``edges[-1]``; results per interval between edges.

    Arrivals outside the edges do not exist; a wait is followed beyond the last edge. `within`: the times
    T (at least 0) of P(start within T). `tolerance`: the probability that may be cut away over the whole
    run. `factor_nodes`: Gauss–Laguerre nodes of the day factor. The work grows with time × total rate ×
    states × nodes. Raises DomainError, or TooLarge beyond four million
    states, or where it would take hours.
    """
    times = np.asarray(edges, dtype=np.float64)
    if times.ndim != 1 or len(times) < 2 or not np.all(np.isfinite(times)) or not np.all(np.diff(times) > 0):
        raise DomainError("edges: expected at least two finite times, in increasing order")
    waits = [Waits(desk, not_negative("within", wait)) for wait in dict.fromkeys(within)]
    span = float(times[-1] - times[0])
    _check_work(desk, times)
    factors, weights = day_factor_nodes(desk.day_factor_cv, factor_nodes)
    forward = Forward(
        desk, desk.level_at(times[0]), factors, weights, positive("tolerance", tolerance) / span
    )
    sums = [_Sums() for _ in times[1:]]
    at_edges = [_present(forward)]
    for into, edge, next_edge in zip(sums, times, times[1:], strict=False):
        for start, end in _smooth_pieces(desk, waits, float(edge), float(next_edge)):
            forward.set_level(desk.level_at((start + end) / 2))
            _through(forward, waits, start, end, into)
        forward.set_level(desk.level_at(float(next_edge)))
        at_edges.append(_present(forward))

    def of(name: str) -> Floats:
        return np.array([getattr(interval, name) for interval in sums])

    busy, waiting, handed_back = np.array(at_edges).T
    left_at_once = desk.leaves_at_once * of("found_all_busy")
    return DaySolution(
        edges=times,
        busy_at=busy,
        queue_at=waiting + handed_back,
        handed_back_at=handed_back,
        arrivals=np.array([expected_arrivals(desk.arrivals, a, b) for a, b in itertools.pairwise(times)]),
        found_all_busy=of("found_all_busy"),
        left_at_once=left_at_once,
        abandoned=left_at_once + desk.leaving_rate * of("wait_time"),
        wait_time=of("wait_time"),
        handed_back_time=of("handed_back_time"),
        busy_time=of("busy_time"),
        on_duty_busy_time=of("on_duty_busy_time"),
        staffed_time=of("staffed_time"),
        started_within={w.within: np.array([s.started[w.within] for s in sums]) for w in waits},
        left_within={w.within: np.array([s.left[w.within] for s in sums]) for w in waits},
        lost_mass=forward.lost_mass,
        quadrature_error=sum(interval.quadrature_error for interval in sums),
    )


def _check_work(desk: ChangingDesk, times: Floats) -> None:
    """Refuse a solution that would take hours: events × states, with as many waiting as on average at most.

    As a fluid: what comes, less what all agents can end and those who leave.
    """
    cuts = np.union1d(times, [since for since, _ in desk.changes()])
    cuts = cuts[(cuts >= times[0]) & (cuts <= times[-1])]
    waiting = events = work = most = 0.0
    for start, end in itertools.pairwise(cuts.tolist()):
        level, length = desk.level_at(start), end - start
        coming = expected_arrivals(desk.arrivals, start, end)
        waiting += coming - level * desk.service_rate * length
        waiting = max(waiting, 0.0) / (1 + desk.leaving_rate * length)
        here = coming + (level * desk.service_rate + waiting * desk.leaving_rate) * length
        events += here
        work += here * (level + waiting + OVERHEAD)
        most = max(most, level + waiting)
    if work > MOST_WORK:
        raise TooLarge(
            f"the exact solution needs about {events:,.0f} steps of up to {most:,.0f} states or more, too "
            "many to end soon; ask for fewer agents, contacts or days"
        )


def day_factor_nodes(cv: float, count: int) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss–Laguerre quadrature for a gamma variable of mean 1 (Golub & Welsch 1969).

    `cv` at least 0 (0: the constant 1), `count` at least 1. Nodes whose weight no sum could notice are
    left out.
    """
    whole("factor_nodes", count, at_least=1)
    if not_negative("day_factor_cv", cv) == 0:
        return np.ones(1), np.ones(1)
    shape = 1 / cv**2
    k = np.arange(count, dtype=np.float64)
    nodes, vectors = linalg.eigh_tridiagonal(2 * k + shape, np.sqrt(k[1:] * (k[1:] + shape - 1)))
    weights = vectors[0] ** 2
    kept = weights > 1e-15
    return nodes[kept] / shape, weights[kept]


@dataclass
class _Sums:
    """What one interval adds up to."""

    found_all_busy: float = 0.0
    wait_time: float = 0.0
    handed_back_time: float = 0.0
    busy_time: float = 0.0
    on_duty_busy_time: float = 0.0
    staffed_time: float = 0.0
    quadrature_error: float = 0.0
    started: dict[float, float] = field(default_factory=dict)
    left: dict[float, float] = field(default_factory=dict)

    def add(self, states: States, length: float, stepped: Stepped) -> None:
        self.found_all_busy += float(stepped.seen @ states.must_wait)
        self.wait_time += float(stepped.total @ states.waiting)
        self.handed_back_time += float(stepped.total @ states.handed_back)
        self.busy_time += float(stepped.total @ states.busy)
        self.on_duty_busy_time += float(stepped.total @ np.minimum(states.busy, states.level))
        self.staffed_time += states.level * length

    def add_arrivals(self, within: float, started_and_left: Floats) -> None:
        self.started[within] = self.started.get(within, 0.0) + float(started_and_left[0])
        self.left[within] = self.left.get(within, 0.0) + float(started_and_left[1])


def _present(forward: Forward) -> tuple[float, float, float]:
    """Mean number busy, waiting for the first start, handed back."""
    states, weighted = forward.states, forward.weighted
    return (
        float(weighted @ states.busy),
        float(weighted @ states.waiting),
        float(weighted @ states.handed_back),
    )


def _smooth_pieces(
    desk: ChangingDesk, waits: Sequence[Waits], start: float, end: float
) -> list[tuple[float, float]]:
    """[start, end] cut at every knot, at every change of staff, and T before it."""
    cuts = {time for segment in desk.arrivals for time in segment[:2]}
    for change, _ in desk.changes():
        cuts |= {change, *(change - wait.within for wait in waits)}
    inside = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    return list(itertools.pairwise(inside))


def _through(forward: Forward, waits: Sequence[Waits], start: float, end: float, into: _Sums) -> None:
    """Move through one smooth piece; its sums go into `into`."""
    rate, slope = line_at(forward.desk.arrivals, (start + end) / 2)
    rate_at_start = max(rate - slope * (end - start) / 2, 0.0)
    steady = [wait for wait in waits if not wait.changes_after((start + end) / 2)]
    changing = [wait for wait in waits if wait not in steady]
    shortest = 1 / (forward.states.level + 1) * forward.desk.mean_handling
    nodes, better, worse = graded_panels(end - start, shortest, forward.desk.mean_handling)
    if not changing or (rate_at_start == 0 and slope == 0):
        nodes = nodes[:0]
    found: list[tuple[States, Floats]] = []
    done = 0.0
    while done < end - start:
        now_rate = max(rate_at_start + slope * done, 0.0)
        length = forward.prepare(now_rate, slope, end - start - done)
        last = start + done + length >= end
        here = nodes[(nodes >= done) & ((nodes < done + length) | last)]
        states = forward.states
        stepped = forward.advance(length, now_rate, slope, here - done)
        into.add(states, length, stepped)
        for wait in steady:
            into.add_arrivals(wait.within, stepped.seen @ wait.at_constant_level(states))
        if len(here):
            found.append((states, stepped.seen_at))
        if last:
            break
        done += length
    for wait in changing:
        into.add_arrivals(wait.within, np.zeros(2))
        if found:
            states, seen = _together(found)
            shares = wait.at_changing_level(states, start + nodes)
            per_time = np.einsum("cn,ncr->cr", seen, shares)
            into.add_arrivals(wait.within, better @ per_time)
            into.quadrature_error += float(np.abs((better - worse) @ per_time).sum())


def _together(found: Sequence[tuple[States, Floats]]) -> tuple[States, Floats]:
    """The rows (times, states) of several steps at one level, over the states of the largest."""
    surplus = max(states.surplus for states, _ in found)
    room = max(states.room for states, _ in found)
    rows = []
    for states, seen in found:
        larger, old, new = resized(states, surplus, room)
        padded = np.zeros((len(seen), len(larger)))
        padded[:, new] = seen[:, old]
        rows.append(padded)
    return larger, np.concatenate(rows)
