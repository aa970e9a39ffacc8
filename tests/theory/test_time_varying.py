from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simcare.errors import DomainError, TooLarge
from simcare.theory.curve import line_at, lines, steps
from simcare.theory.erlang import ErlangC
from simcare.theory.impatience import ErlangA
from simcare.theory.offered_load import offered_load
from simcare.theory.states import States
from simcare.theory.time_varying import ChangingDesk, day_factor_nodes, solve
from tests.theory.brute_force import BruteForce

KNOTS = [(0, 0.8), (0.5, 2.0), (0.5, 1.2), (1.2, 0.3), (1.5, 0.3)]
FALLS_AND_RISES = [(0.0, 2), (0.5, 1), (0.75, 2), (1.0, 0), (1.25, 1)]
ENDS = [("finish", False), ("drop", False), ("drop", True)]


@pytest.mark.parametrize("patience", [math.inf, 1.25])
@pytest.mark.parametrize(("end", "resumes"), ENDS)
def test_against_brute_force(end, resumes, patience):
    """A tiny desk with ramps, falls, rises and a closed stretch, against dense matrices written apart."""
    curve, mean, at_once, within = lines(KNOTS), 1 / 1.3, 0.15, 0.4
    desk = ChangingDesk(curve, FALLS_AND_RISES, mean, patience, at_once, end, resumes)
    edges = [0, 0.35, 0.5, 0.75, 1.0, 1.1, 1.5]
    solved = solve(desk, edges, [within])
    brute = BruteForce(
        lambda t: line_at(curve, t)[0], FALLS_AND_RISES, 1.3, 1 / patience, at_once, end, resumes, most=13
    )
    busy, handed_back, waiting = np.array(brute.states).T
    cuts = [time for time, _ in KNOTS]
    chances = brute.distributions(edges[1:], cuts)
    assert solved.busy_at[1:] == pytest.approx(chances @ busy, abs=1e-9)
    assert solved.queue_at[1:] == pytest.approx(chances @ (waiting + handed_back), abs=1e-9)
    assert solved.handed_back_at[1:] == pytest.approx(chances @ handed_back, abs=1e-9)

    # From 0.35 to 0.5 every arrival sees the level change; their chances, by Gauss–Legendre over arrivals.
    nodes, weights = np.polynomial.legendre.leggauss(6)
    times, weights = 0.425 + 0.075 * nodes, 0.075 * weights
    started = left = 0.0
    for time, weight, chance in zip(times, weights, brute.distributions(list(times), cuts), strict=True):
        rate, idle = line_at(curve, time)[0], busy < brute.level(time)
        in_time = brute.start_within(time, within, leaving=1 / patience)
        gone_or_in_time = 1 - math.exp(-within / patience) * (
            1 - brute.start_within(time, within, leaving=0.0)
        )
        stays = np.where(idle, 1.0, 1 - at_once)
        started += weight * rate * (chance @ (stays * in_time))
        left += weight * rate * (chance @ (1 - stays + stays * (gone_or_in_time - in_time)))
    assert solved.started_within[within][1] == pytest.approx(started, abs=1e-9)
    assert solved.left_within[within][1] == pytest.approx(left, abs=1e-9)
    assert solved.lost_mass < 1e-12
    assert solved.quadrature_error < 1e-12


def test_after_a_long_while_it_is_erlang_a():
    desk = ChangingDesk(steps([0, 60], [50 / 22.8 * 0.38 * 22.8]), [(0, 20)], 1.0, 1.0)
    solved = solve(desk, [0, 50, 60], [3 / 22.8])
    limit = ErlangA(19, 1, 20, 1)
    assert solved.found_all_busy[1] / solved.arrivals[1] == pytest.approx(0.439393, abs=5e-7)
    assert solved.started_within[3 / 22.8][1] / solved.arrivals[1] == pytest.approx(
        limit.served_within(3 / 22.8), rel=1e-9
    )
    assert solved.left_within[3 / 22.8][1] / solved.arrivals[1] == pytest.approx(
        limit.abandoned_within(3 / 22.8), rel=1e-8
    )
    assert solved.abandoned[1] / solved.arrivals[1] == pytest.approx(limit.abandon_probability, rel=1e-9)
    assert solved.busy_time[1] / solved.staffed_time[1] == pytest.approx(limit.occupancy, rel=1e-9)
    assert solved.wait_time[1] / solved.arrivals[1] == pytest.approx(limit.mean_wait, rel=1e-9)


def test_after_a_long_while_with_patience_it_is_erlang_c():
    solved = solve(ChangingDesk(steps([0, 200], [2.0]), [(0, 3)], 1.0), [0, 150, 200], [0.5])
    limit = ErlangC(2, 1, 3)
    assert solved.found_all_busy[1] / solved.arrivals[1] == pytest.approx(4 / 9, rel=1e-9)
    assert solved.started_within[0.5][1] / solved.arrivals[1] == pytest.approx(
        limit.answered_within(0.5), rel=1e-9
    )
    assert solved.queue_at[2] == pytest.approx(8 / 9, rel=1e-9)


@pytest.mark.parametrize("end", ["finish", "drop"])
def test_patience_like_handling_makes_the_number_present_poisson_whatever_the_staff(end):
    curve = lines([(0, 2), (3, 30), (4, 30), (8, 1)])
    staff = [(0, 3), (2, 12), (3.5, 5), (5, 0), (6, 4)]
    solved = solve(
        ChangingDesk(curve, staff, 0.4, 0.4, at_shift_end=end, patience_resumes=True), np.arange(0, 9.5, 0.5)
    )
    assert solved.present_at == pytest.approx(offered_load(curve, 0.4, solved.edges), rel=1e-9, abs=1e-11)
    load = solved.present_at[7]  # at 3.5 the level falls to 5
    if end == "drop":
        assert solved.busy_at[7] == pytest.approx(
            stats.poisson.expect(lambda n: np.minimum(n, 5), (load,)), rel=1e-9
        )


@pytest.mark.parametrize(("end", "resumes"), ENDS)
@pytest.mark.parametrize("cv", [0.0, 0.3])
def test_what_comes_in_goes_out(end, resumes, cv):
    """Arrivals = handled + gone + more present, in each interval, each from another sum."""
    curve = lines([(0, 4), (2, 25), (3, 25), (4, 3)])
    desk = ChangingDesk(curve, [(0, 3), (1, 9), (2.5, 4), (3.5, 0), (4, 2)], 0.3, 0.9, 0.1, end, resumes, cv)
    solved = solve(desk, np.arange(0, 6.5, 0.5))
    out = solved.busy_time / 0.3 + solved.abandoned
    assert out + np.diff(solved.present_at) == pytest.approx(solved.arrivals, rel=1e-9, abs=1e-10)
    assert solved.staffed_time[[0, 4, 7]] == pytest.approx([1.5, 4.5, 0.0])
    assert np.all(solved.on_duty_busy_time <= solved.staffed_time + 1e-9)


def test_infinitely_many_agents_are_the_offered_load():
    curve = lines([(0, 1), (2, 9), (5, 0)])
    solved = solve(ChangingDesk(curve, [(0, 80)], 0.7), [0, 1, 2, 3, 4, 5], [0.0])
    assert solved.busy_at == pytest.approx(offered_load(curve, 0.7, solved.edges), rel=1e-10)
    assert solved.service_level(0.0) == pytest.approx(1)


def test_everybody_starts_when_the_desk_opens():
    """Closed until 1, then plenty of agents: an arrival at u starts within T exactly if u > 1 − T."""
    solved = solve(ChangingDesk(steps([0, 2], [4.0]), [(0, 0), (1, 200)], 0.1), [0, 0.7, 1, 2], [0.3])
    assert solved.started_within[0.3] == pytest.approx([0, 1.2, 4.0], abs=1e-9)
    assert solved.wait_time == pytest.approx([4 * 0.7**2 / 2, 2 - 4 * 0.7**2 / 2, 0], abs=1e-9)


def test_finish_or_drop_when_nobody_follows():
    """One agent, nobody waiting: what is in hand at the end is finished one handling later, or stays."""
    curve = steps([0, 1], [1000.0])
    finish = solve(ChangingDesk(curve, [(0, 1), (1, 0)], 0.5, leaves_at_once=1.0), [0, 1, 9])
    drop = solve(
        ChangingDesk(curve, [(0, 1), (1, 0)], 0.5, leaves_at_once=1.0, at_shift_end="drop"), [0, 1, 9]
    )
    in_hand = finish.busy_at[1]
    assert in_hand == pytest.approx(500 / 501, rel=1e-9)
    assert finish.busy_time[1] == pytest.approx(0.5 * in_hand, rel=1e-6)
    assert finish.on_duty_busy_time[1] == 0
    assert drop.handed_back_at[1] == pytest.approx(in_hand)
    assert drop.handed_back_time[1] == pytest.approx(8 * in_hand)
    assert drop.busy_time[1] == 0


def test_work_handed_back_does_not_leave_unless_its_patience_resumes():
    curve, staff = steps([0, 1], [10.0]), [(0, 3), (1, 0)]
    kept = solve(ChangingDesk(curve, staff, 1.0, 0.2, at_shift_end="drop"), [0, 1, 6])
    resumed = solve(
        ChangingDesk(curve, staff, 1.0, 0.2, at_shift_end="drop", patience_resumes=True), [0, 1, 6]
    )
    assert kept.queue_at[1] == pytest.approx(resumed.queue_at[1])
    assert kept.queue_at[2] == pytest.approx(kept.handed_back_at[1], rel=1e-6)
    assert resumed.queue_at[2] < 1e-9


def test_the_published_mmc_and_mmcab():
    """ContactCenters, Université de Montréal: 4.2 a minute for 8 h from empty, 2 min, 12 agents, 20 s."""
    solved = solve(ChangingDesk(steps([0, 480], [4.2]), [(0, 12)], 2.0), [0, 480, 600], [1 / 3])
    assert 0.900 < solved.service_level(1 / 3) < 0.904
    assert 0.097 < solved.mean_wait < 0.102
    assert 0.694 < solved.on_duty_busy_time[0] / solved.staffed_time[0] < 0.697
    leaving = solve(ChangingDesk(steps([0, 480], [4.2]), [(0, 12)], 2.0, 1.0), [0, 480, 500])
    assert 57.66 < leaving.abandoned.sum() < 59.56


def test_the_published_callcc():
    """SSJ's CallCC: 13 hours, levels that finish, a gamma day factor, a tenth leaves at once, 20 s."""
    agents = [4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4]
    rates = [100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60]
    desk = ChangingDesk(
        steps(range(14), rates),
        list(enumerate(agents)),
        mean_handling=100 / 3600,
        mean_patience=1000 / 3600,
        leaves_at_once=0.1,
        day_factor_cv=1 / math.sqrt(10),
    )
    solved = solve(desk, [0, 13, 14], [20 / 3600], tolerance=1e-6, factor_nodes=6)
    assert 10.06 < solved.mean_wait * 3600 < 13.61
    assert 0.031 < solved.abandoned.sum() / solved.arrivals.sum() < 0.037
    # Its service level counts whoever's wait ended within 20 s, also by leaving.
    ended = solved.started_within[20 / 3600] + solved.left_within[20 / 3600]
    assert 0.844 < ended.sum() / solved.arrivals.sum() < 0.862


def test_the_day_factor_has_its_moments():
    for cv in (0.05, 0.3, 1.0, 1.5):
        nodes, weights = day_factor_nodes(cv, 32)
        assert weights.sum() == pytest.approx(1, abs=1e-12)
        assert weights @ nodes == pytest.approx(1, abs=1e-10)
        assert weights @ (nodes - 1) ** 2 == pytest.approx(cv**2, rel=1e-9)
        assert weights @ nodes**5 == pytest.approx(stats.gamma(1 / cv**2, scale=cv**2).moment(5), rel=1e-8)


def test_a_day_factor_averages_over_its_days():
    factors, weights = day_factor_nodes(0.4, 6)
    curve, staff = lines([(0, 5), (2, 15), (3, 0)]), [(0, 3), (1, 5), (2, 2)]
    together = solve(
        ChangingDesk(curve, staff, 0.3, 2.0, day_factor_cv=0.4), [0, 1, 3], [0.1], factor_nodes=6
    )
    apart = [
        solve(ChangingDesk([(a, b, f * r, f * q) for a, b, r, q in curve], staff, 0.3, 2.0), [0, 1, 3], [0.1])
        for f in factors
    ]
    for name in ("wait_time", "found_all_busy", "busy_at", "queue_at", "busy_time"):
        mean = sum(w * getattr(day, name) for w, day in zip(weights, apart, strict=True))
        assert getattr(together, name) == pytest.approx(mean, rel=1e-8, abs=1e-11)
    started = sum(w * day.started_within[0.1] for w, day in zip(weights, apart, strict=True))
    assert together.started_within[0.1] == pytest.approx(started, rel=1e-9)


def test_no_arrivals_give_no_events_and_no_nan():
    solved = solve(ChangingDesk([], [(0, 0), (1, 3), (2, 0)], 0.2, 1.0), [0, 1, 3], [0.5])
    assert solved.wait_time.tolist() == [0, 0]
    assert solved.started_within[0.5].tolist() == [0, 0]
    assert solved.present_at.tolist() == [0, 0, 0]


def test_cutting_less_changes_nothing():
    desk = ChangingDesk(lines([(0, 5), (3, 60), (6, 5)]), [(0, 5), (2, 12), (5, 6)], 0.25, 1.0)
    coarse, fine = (solve(desk, [0, 3, 8], [0.2], tolerance=tolerance) for tolerance in (1e-9, 1e-13))
    assert coarse.lost_mass <= 1e-9
    assert coarse.wait_time == pytest.approx(fine.wait_time, abs=1e-6)
    assert coarse.started_within[0.2] == pytest.approx(fine.started_within[0.2], abs=1e-6)


def test_the_domain():
    curve = steps([0, 1], [1.0])
    for wrong in (
        lambda: ChangingDesk(curve, [], 1.0),
        lambda: ChangingDesk(curve, [(1, 2), (0, 3)], 1.0),
        lambda: ChangingDesk(curve, [(0, -1)], 1.0),
        lambda: ChangingDesk(curve, [(0, 1)], 0.0),
        lambda: ChangingDesk(curve, [(0, 1)], 1.0, 0.0),
        lambda: ChangingDesk(curve, [(0, 1)], 1.0, at_shift_end="stop"),
        lambda: solve(ChangingDesk(curve, [(0, 1)], 1.0), [0, 0]),
        lambda: solve(ChangingDesk(curve, [(0.5, 1)], 1.0), [0, 1]),
        lambda: solve(ChangingDesk(curve, [(0, 1)], 1.0), [0, 1], [-1]),
        lambda: solve(ChangingDesk(curve, [(0, 1)], 1.0), [0, 1], tolerance=0),
    ):
        with pytest.raises(DomainError):
            wrong()
    with pytest.raises(TooLarge, match="4,000,000"):
        States(5000, 5000, 5000, "finish")
