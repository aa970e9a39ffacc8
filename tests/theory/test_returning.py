from __future__ import annotations

import math

import pytest
from scipy.integrate import solve_ivp

from simcare.errors import DomainError
from simcare.theory.curve import line_at, lines, steps
from simcare.theory.domain import Overload
from simcare.theory.erlang import ErlangC
from simcare.theory.offered_load import offered_load
from simcare.theory.returning import ErlangR, returning_offered_load
from tests.validation.chains import stationary

EVENING = lines([(0, 6), (17, 6), (19, 80), (20, 80), (23, 6), (24, 6)])


def test_the_long_run_against_the_chain_of_who_is_there_and_who_is_away():
    rate, agents, returns, pause = 1.1, 2, 0.25, 3.0

    def moves(here, away):
        yield (here + 1, away), rate
        yield (here - 1, away + 1), min(here, agents) * returns
        yield (here - 1, away), min(here, agents) * (1 - returns)
        yield (here + 1, away - 1), away / pause

    chain = stationary((0, 0), moves, within=lambda here, away: here <= 80 and away <= 20)
    desk = ErlangR(rate, 1.0, agents, returns, pause)
    waiting = chain.mean(lambda here, away: max(here - agents, 0))
    assert desk.visit.mean_queue == pytest.approx(waiting, rel=1e-6)
    assert desk.mean_away == pytest.approx(chain.mean(lambda here, away: away), rel=1e-6)
    assert desk.mean_total_wait == pytest.approx(waiting / rate, rel=1e-6)
    everybody = chain.mean(lambda here, away: here + away)
    assert desk.mean_resolution == pytest.approx(everybody / rate, rel=1e-6)


def test_a_quarter_comes_back_and_the_wait_is_many_times_longer():
    """13.5 new customers a unit of time are 18 visits for 20 agents."""
    ignored = ErlangC(18.0 * 0.75, 1.0, 20)
    desk = ErlangR(18.0 * 0.75, 1.0, 20, 0.25, 5.0)
    assert desk.visit == ErlangC(18.0, 1.0, 20)
    assert desk.visit.mean_wait > 10 * ignored.mean_wait


def test_the_load_solves_its_differential_equations():
    handling, returns, pause = 0.25, 0.43, 1.5
    times = [0, 3, 17, 18.2, 19, 19.7, 21, 23, 24, 30]
    at_work, away = returning_offered_load(EVENING, handling, returns, pause, times)
    state, clock = [0.0, 0.0], 0.0
    for time, here, gone in zip(times, at_work, away, strict=True):
        for begin, end in zip(
            [clock, *(t for t in (17, 19, 20, 23, 24) if clock < t < time)],
            [*(t for t in (17, 19, 20, 23, 24) if clock < t < time), time],
            strict=True,
        ):
            if end == begin:
                continue
            rate, slope = line_at(EVENING, (begin + end) / 2)
            solved = solve_ivp(
                lambda t, y, rate=rate, slope=slope, middle=(begin + end) / 2: [
                    rate + slope * (t - middle) + y[1] / pause - y[0] / handling,
                    returns * y[0] / handling - y[1] / pause,
                ],
                (begin, end),
                state,
                rtol=1e-11,
                atol=1e-12,
            )
            state = solved.y[:, -1]
        clock = time
        assert (here, gone) == pytest.approx(tuple(state), rel=1e-7, abs=1e-9)


def test_nobody_returns_and_the_long_run():
    times = [25.0, 4.0, 19.0, -1.0]  # in any order
    alone, away = returning_offered_load(EVENING, 0.3, 0.0, 1.0, times)
    assert alone == pytest.approx(offered_load(EVENING, 0.3, times), rel=1e-9, abs=1e-12)
    assert not away.any()
    long, gone = returning_offered_load(steps([0, 500], [12.0]), 0.5, 0.25, 4.0, [500.0])
    assert long[0] == pytest.approx(8.0) and gone[0] == pytest.approx(ErlangR(12, 0.5, 9, 0.25, 4).mean_away)
    # With a pause of almost nothing it is a longer handling: a geometric number of exponential ones.
    quick, _ = returning_offered_load(EVENING, 0.3, 0.25, 1e-7, [19.0, 22.0])
    assert quick == pytest.approx(offered_load(EVENING, 0.4, [19.0, 22.0]), rel=1e-5)
    assert [list(part) for part in returning_offered_load([], 0.3, 0.1, 1.0, [2.0])] == [[0.0], [0.0]]


def test_the_domain():
    with pytest.raises(Overload):
        ErlangR(1.6, 1.0, 2, 0.25, 1.0)
    for returns in (1.0, -0.1, math.nan):
        with pytest.raises(DomainError, match="returns: expected a share"):
            ErlangR(1.0, 1.0, 2, returns, 1.0)
    with pytest.raises(DomainError, match="mean_pause"):
        returning_offered_load(EVENING, 1.0, 0.2, 0.0, [1.0])
