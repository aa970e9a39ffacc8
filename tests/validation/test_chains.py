"""The solver of Markov chains and the chains built on it, against closed forms."""

from __future__ import annotations

import pytest

from simcare.theory.erlang import ErlangC, erlang_b
from simcare.theory.impatience import ErlangA
from simcare.theory.single_server import same_rate_priority_mean_waits
from tests.validation.chains import Moves, stationary
from tests.validation.skilled_desk import SkilledDesk, Team, Type


def queue(rate: float, handling: float, agents: int) -> Moves:
    def moves(present: int) -> list[tuple[tuple[int], float]]:
        return [((present + 1,), rate), ((present - 1,), min(present, agents) / handling)]

    return moves


def test_a_queue_without_end_is_erlang_c() -> None:
    exact = ErlangC(2.0, 1.0, 3)
    found = stationary((0,), queue(2.0, 1.0, 3), within=lambda present: present <= 80)
    assert found.mean(lambda present: present >= 3) == pytest.approx(exact.wait_probability, rel=1e-9)
    assert found.mean(lambda present: max(present - 3, 0)) == pytest.approx(exact.mean_queue, rel=1e-9)


def test_a_queue_of_no_places_is_erlang_b() -> None:
    def moves(busy: int) -> list[tuple[tuple[int], float]]:
        return [((busy + 1,), 2.0 * (busy < 4)), ((busy - 1,), busy / 3.0)]

    found = stationary((0,), moves)
    assert len(found.states) == 5
    assert found.mean(lambda busy: busy == 4) == pytest.approx(erlang_b(4, 6.0), rel=1e-12)


def test_a_chain_cut_off_too_early_is_refused() -> None:
    with pytest.raises(AssertionError, match="cut off where it is"):
        stationary((0,), queue(2.0, 1.0, 3), within=lambda present: present <= 20)


def test_a_chain_that_does_not_come_back_is_refused() -> None:
    """From 1 there is no way back to 0, so the share of time spent in 0 is none."""
    with pytest.warns(match="singular"), pytest.raises(AssertionError):
        stationary((0,), lambda place: [((1,), 1.0)] if place == 0 else [])


def test_a_desk_of_one_skill_is_erlang_a() -> None:
    exact = ErlangA(3.0, 1.0, 2, 2.0)
    desk = SkilledDesk({"a": Type(3.0, ["desk"], 0.5)}, {"desk": Team(2, {"a": 1.0}, ["a"])}).solve()
    assert desk.waited("a") == pytest.approx(exact.wait_probability, rel=1e-9)
    assert desk.mean_wait("a") == pytest.approx(exact.mean_wait, rel=1e-9)
    assert desk.abandonment("a") == pytest.approx(exact.abandon_probability, rel=1e-9)
    assert desk.occupancy("desk") == pytest.approx(exact.occupancy, rel=1e-9)
    assert desk.present == pytest.approx(exact.mean_queue + exact.mean_busy, rel=1e-9)


def test_a_desk_with_priorities_is_cobhams() -> None:
    types = {name: Type(0.4, ["desk"]) for name in "ab"}
    desk = SkilledDesk(types, {"desk": Team(2, {"a": 1.0, "b": 1.0}, ["b", "a"])}).solve()
    urgent, normal = same_rate_priority_mean_waits([0.4, 0.4], 1.0, 2)
    assert desk.mean_wait("b") == pytest.approx(urgent, rel=1e-7)
    assert desk.mean_wait("a") == pytest.approx(normal, rel=1e-7)


def test_asking_at_random_between_equal_teams_keeps_them_equally_busy() -> None:
    teams = {name: Team(1, {"a": 1.0}, ["a"]) for name in ("one", "two")}
    for asks, equal in (("random", True), ("in order", False)):
        desk = SkilledDesk({"a": Type(0.8, ["one", "two"])}, teams, asks=asks).solve()
        busy = [desk.occupancy(team) for team in teams]
        assert sum(busy) == pytest.approx(0.8, rel=1e-7)
        assert (busy[0] == pytest.approx(busy[1], rel=1e-9)) is equal
