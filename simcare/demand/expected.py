"""What demand is to be expected, without simulation: arrivals and offered load by interval.

Arrivals are integrals of the mean rate. Day factors have mean one; surges count with their chance and are
averaged over their jitter. The offered load is the mean number of agents at work if there were always enough
of them, the M(t)/G/∞ formula m(t) = ∫ λ(t − u) P(S > u) du (Eick, Massey & Whitt 1993). It lags the arrivals
by about one handling time and starts, like the simulation, from nothing at 00:00 of the first simulated day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import weekday_factors
from simcare.demand.laws import limited_moments
from simcare.demand.rates import DAY_MS, HOUR_MS, Rate, SurgeDraw, rate_of
from simcare.demand.resampling import expected_between as resampled_between
from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, KINDS, MOST_ROUNDS
from simcare.scenario.arrivals import Surge
from simcare.scenario.clock import Clock
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario

Float = NDArray[np.float64]

CELL_MS = 30_000
MOST_CELLS = 2**17
FOR_EVER_MS = 1e18

HandlingOf = Callable[[int, str], tuple[Law, float]]
"""(kind of step, contact type) to the law of its handling and the speed (1.0 = 100%) it is worked at."""


class Replies(NamedTuple):
    """How a plan replies to a contact type: the chance that the customer writes ``again`` after a reply;
    whether the first reply only ``acknowledges``; the share of contacts with a closing reply in public.
    """

    again: float
    acknowledges: bool = False
    closes: float = 0.0


RepliesOf = Callable[[str], Replies]
"""A contact type to how it is replied to."""


def expected_arrivals(scenario: Scenario) -> Float:
    """Expected contacts by interval: shape (types, days with warm-up, intervals a day); a trace is counted.

    Exact for curves, weekdays and surges that are sure to come at their time. A surge with a chance or a
    jitter is averaged exactly too, except that along its ramp and fade the product with the curve is not
    replaced by the 5-minute chords of the drawn rate: the rate is then off by at most (slope of the curve an
    hour) × (slope of the surge an hour) × chance / 864 contacts an hour.
    """
    clock = scenario.clock
    edges_ms = _grid(clock.total_days * clock.intervals_per_day, clock.interval)
    counts = [_expected_between(scenario, name, edges_ms) for name in scenario.contact_names]
    return np.array(counts).reshape(len(counts), clock.total_days, clock.intervals_per_day)


def expected_steps(
    scenario: Scenario, handling_of: HandlingOf, replies_of: RepliesOf, cells_an_interval: int
) -> Float:
    """Expected steps that become ready if every step is begun at once, by cell: shape (kinds, types, cells).

    The cells divide every interval of all days, with warm-up, into so many equal parts; what happens within
    one is taken as even.
    """
    clock = scenario.clock
    cell_ms = clock.interval / cells_an_interval
    edges_ms = _grid(clock.total_days * clock.intervals_per_day * cells_an_interval, cell_ms)
    steps = np.zeros((len(KINDS), len(scenario.contact_names), len(edges_ms) - 1))
    for index, name in enumerate(scenario.contact_names):
        arrivals = _expected_between(scenario, name, edges_ms)
        for kind, amount in _ready_by_kind(
            scenario, name, arrivals, cell_ms, handling_of, replies_of(name)
        ).items():
            steps[kind, index] = amount
    return np.maximum(steps, 0.0)


def offered_load(scenario: Scenario, handling_of: HandlingOf, replies_of: RepliesOf | None = None) -> Float:
    """Mean offered load in erlangs by interval: shape (kinds, types, days with warm-up, intervals a day).

    Kinds are those of the Tape: first replies; replies to further messages, each delayed by the reply before
    it and the pause and weighted with `again`; escalated work, full answers and closing replies, ready when
    what they follow ends. Contacts that need no answer are left out; patience is not looked at. Without
    `replies_of` contacts are answered in person, and the first reply is the answer.

    Computed on cells of at most 30 s (longer in runs of more than six weeks), within which arrivals
    are taken as even. Work is conserved whatever the cell, and the load of a rate that does not bend is off
    by less than (change of the rate within one cell) × (length of a cell) / 12.
    """
    clock = scenario.clock
    cells_each = _cells_an_interval(clock)
    cell_ms = clock.interval / cells_each
    edges_ms = _grid(clock.total_days * clock.intervals_per_day * cells_each, cell_ms)
    load = np.zeros((len(KINDS), len(scenario.contact_names), clock.total_days, clock.intervals_per_day))
    for index, name in enumerate(scenario.contact_names):
        arrivals = _expected_between(scenario, name, edges_ms)
        conversation = scenario.contacts[name].conversation
        replies = replies_of(name) if replies_of else Replies(conversation.again if conversation else 0.0)
        ready = _ready_by_kind(scenario, name, arrivals, cell_ms, handling_of, replies)
        for kind, amount in ready.items():
            by_cell = _convolve(amount, _in_work(*handling_of(kind, name), cell_ms, len(amount)))
            load[kind, index] = by_cell.reshape(*load.shape[2:], cells_each).mean(axis=-1)
    return np.maximum(load, 0.0)  # the transform leaves dust below zero


def work_of_a_contact(scenario: Scenario, handling_of: HandlingOf, replies_of: RepliesOf) -> Float:
    """Mean work in ms that one contact brings, whenever it is done: shape (kinds, types); see `offered_load`.

    That of one contact in a single cell so long that all it brings falls into it.
    """
    work = np.zeros((len(KINDS), len(scenario.contact_names)))
    for index, name in enumerate(scenario.contact_names):
        ready = _ready_by_kind(scenario, name, np.ones(1), FOR_EVER_MS, handling_of, replies_of(name))
        for kind, amount in ready.items():
            work[kind, index] = (
                amount[0] * FOR_EVER_MS * _in_work(*handling_of(kind, name), FOR_EVER_MS, 1)[0]
            )
    return work


def _cells_an_interval(clock: Clock) -> int:
    intervals: int = clock.total_days * clock.intervals_per_day
    return max(1, min(-(-clock.interval // CELL_MS), MOST_CELLS // intervals))


# -- arrivals


def _expected_between(scenario: Scenario, name: str, edges_ms: Float) -> Float:
    """Expected contacts of a type between successive `edges_ms`."""
    if name in scenario.traces:
        counts = np.diff(np.searchsorted(np.array(scenario.traces[name], dtype=np.int64), edges_ms))
        return counts.astype(np.float64)
    if name in scenario.recorded:
        return resampled_between(scenario.recorded[name], scenario.clock, edges_ms)
    arrivals = scenario.contacts[name].arrivals
    days = range(scenario.clock.total_days)
    sure = [surge for surge in arrivals.surges if surge.chance == 1 and surge.jitter == 0]
    unsure = [surge for surge in arrivals.surges if surge.chance > 0 and surge not in sure]
    draws = [SurgeDraw(surge, day * DAY_MS + surge.at) for surge in sure for day in days]
    rate = rate_of(arrivals.curves(scenario.clock), weekday_factors(scenario, name), draws)
    if not unsure:
        return np.diff(rate.integral(edges_ms))
    return _integrals(rate, [(surge, day * DAY_MS + surge.at) for surge in unsure for day in days], edges_ms)


def _integrals(rate: Rate, surges: Sequence[tuple[Surge, int]], edges_ms: Float) -> Float:
    """Integrals of rate × mean factors of independent `surges` (with their planned start) between `edges_ms`.

    Between knots the integrand is a polynomial; four Gauss–Legendre points are exact up to degree 7, that is
    with up to three such surges on top of each other.
    """
    corners = [(start_ms + _corners(surge), surge) for surge, start_ms in surges]
    knots_ms = np.concatenate([edges_ms, rate.from_ms, *(at for at, _ in corners)])
    knots_ms = np.unique(knots_ms[(knots_ms >= 0) & (knots_ms <= edges_ms[-1])])
    middle, half = (knots_ms[1:] + knots_ms[:-1]) / 2, np.diff(knots_ms) / 2
    row = np.searchsorted(rate.from_ms, middle, side="right") - 1
    slope = (rate.per_hour_to - rate.per_hour_from) / (rate.to_ms - rate.from_ms)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    integrals = np.zeros(len(middle))
    for node, weight in zip(nodes, weights, strict=True):
        at_ms = middle + node * half
        value = rate.per_hour_from[row] + slope[row] * (at_ms - rate.from_ms[row])
        for (surge, start_ms), (touched, _) in zip(surges, corners, strict=True):
            during = slice(*np.searchsorted(middle, (touched.min(), touched.max())))
            value[during] *= 1 + surge.chance * _mean_lift(surge, at_ms[during] - start_ms)
        integrals += weight * half / HOUR_MS * value
    cumulated = np.concatenate(([0.0], np.cumsum(integrals)))
    return np.diff(cumulated[np.searchsorted(knots_ms, edges_ms)])


def _corners(surge: Surge) -> Float:
    """Where the mean factor of a surge bends or jumps, in ms after its planned start."""
    ends = np.cumsum([0, surge.ramp, surge.hold, surge.fade])
    return np.unique([ends - surge.jitter, ends + surge.jitter]).astype(np.float64)


def _mean_lift(surge: Surge, since_ms: Float) -> Float:
    """Factor − 1 of a surge that happens, at times after its planned start, averaged over its jitter."""
    if surge.jitter:
        summed = _lift_until(surge, since_ms + surge.jitter) - _lift_until(surge, since_ms - surge.jitter)
        lift: Float = summed / (2 * surge.jitter)
        return lift
    ends = np.cumsum([0, surge.ramp, surge.hold, surge.fade])
    return np.asarray(np.interp(since_ms, ends, (surge.times - 1) * np.array([0.0, 1.0, 1.0, 0.0])))


def _lift_until(surge: Surge, since_ms: Float) -> Float:
    """Integral of factor − 1 up to a time after the start: a parabola, a line, a parabola."""
    in_ramp = np.clip(since_ms, 0, surge.ramp)
    in_hold = np.clip(since_ms - surge.ramp, 0, surge.hold)
    in_fade = np.clip(since_ms - surge.ramp - surge.hold, 0, surge.fade)
    climbed = in_ramp**2 / (2 * surge.ramp) if surge.ramp else 0.0
    fallen = in_fade**2 / (2 * surge.fade) if surge.fade else 0.0
    area: Float = (surge.times - 1) * (climbed + in_hold + in_fade - fallen)
    return area


# -- work


def _ready_by_kind(
    scenario: Scenario, name: str, arrivals: Float, cell_ms: float, handling_of: HandlingOf, replies: Replies
) -> dict[int, Float]:
    """Expected steps that become ready in each cell, by kind, if every step is begun at once."""
    contact_type = scenario.contacts[name]
    cells = len(arrivals)
    ready = {FIRST: arrivals * contact_type.actionable}
    replied = _convolve(ready[FIRST], _delay(*handling_of(FIRST, name), cell_ms, cells))
    if replies.acknowledges:
        ready[ANSWER] = replied
        replied = _convolve(replied, _delay(*handling_of(ANSWER, name), cell_ms, cells))
    if contact_type.escalates is not None:
        ready[ESCALATED] = replied * contact_type.escalates.chance
        finished = _convolve(ready[ESCALATED], _delay(*handling_of(ESCALATED, name), cell_ms, cells))
        replied = replied - ready[ESCALATED] + finished
    if contact_type.conversation is not None:
        again = replies.again
        pause = _delay(contact_type.conversation.pause, 1.0, cell_ms, cells)
        one_round = _spectrum(_convolve(_delay(*handling_of(FOLLOW_UP, name), cell_ms, cells), pause))
        written = again * _convolve(replied, pause)
        ready[FOLLOW_UP] = written
        for _ in range(MOST_ROUNDS - 1):
            if written.sum() <= 1e-9 * arrivals.sum():
                break
            written = again * _filtered(written, one_round)
            ready[FOLLOW_UP] = ready[FOLLOW_UP] + written
    if replies.closes > 0:
        ended = replied
        if FOLLOW_UP in ready:
            further = _delay(*handling_of(FOLLOW_UP, name), cell_ms, cells)
            ended = (1 - replies.again) * (replied + _convolve(ready[FOLLOW_UP], further))
        ready[CLOSING] = replies.closes * ended
    return ready


def _in_work(law: Law, speed: float, cell_ms: float, cells: int) -> Float:
    """Mean number at work in a cell for one arrival spread evenly over the cell k cells before, k = 0 …

    The second difference of ∬ P(S > u); the sum over all k is E[S] / cell.
    """
    x = _grid(cells, cell_ms)
    first, second = limited_moments(law, x, speed)
    return _second_difference(x * first - second / 2) / cell_ms**2


def _delay(law: Law, speed: float, cell_ms: float, cells: int) -> Float:
    """Chance that an event spread evenly over a cell is followed, after S, by one k cells later, k = 0 …"""
    x = _grid(cells, cell_ms)
    first, _ = limited_moments(law, x, speed)
    return _second_difference(x - first) / cell_ms


def _grid(cells: int, cell_ms: float) -> Float:
    """The edges of so many cells from 0 on, in ms."""
    return np.arange(cells + 1, dtype=np.float64) * cell_ms


def _second_difference(values: Float) -> Float:
    """values[k + 1] − 2 values[k] + values[k − 1] for k = 0 …, with 0 before the first."""
    return np.diff(np.concatenate(([0.0], values)), n=2)


def _convolve(amount: Float, kernel: Float) -> Float:
    """The causal convolution of two series of the same length, cut to that length."""
    return _filtered(amount, _spectrum(kernel))


def _spectrum(kernel: Float) -> NDArray[np.complex128]:
    """The transform of a kernel, padded so that what it moves beyond the end does not come round again."""
    return np.fft.rfft(kernel, 2 * len(kernel))


def _filtered(amount: Float, spectrum: NDArray[np.complex128]) -> Float:
    """`amount` convolved with the kernel that has this spectrum."""
    size = 2 * len(amount)
    return np.fft.irfft(np.fft.rfft(amount, size) * spectrum, size)[: len(amount)]
