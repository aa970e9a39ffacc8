from __future__ import annotations

import math

import pytest

from simcare.errors import DomainError, TooLarge
from simcare.theory.chats import ChatDesk
from simcare.theory.domain import Overload
from simcare.theory.erlang import ErlangC, erlang_b
from simcare.theory.impatience import ErlangA
from simcare.theory.limited import LimitedQueue
from simcare.theory.retrials import Retrials
from tests.validation.chains import stationary
from tests.validation.test_chats import sharing

SEES = ((0, 0.1), (1, 0.3), (3, 0.6))


@pytest.mark.parametrize("limit", [None, 4, 0])
@pytest.mark.parametrize("patience", [2.0, math.inf])
def test_a_limit_and_balking_against_the_chain(limit, patience):
    rate, agents = 3.6, 3

    def at_once(present):
        waiting = present - agents
        return 0.0 if waiting < 0 else 0.1 if waiting < 1 else 0.3 if waiting < 3 else 0.6

    def moves(present):
        if limit is None or present < agents + limit:
            yield (present + 1,), rate * (1 - at_once(present))
        yield (present - 1,), min(present, agents) + max(present - agents, 0) / patience

    chain = stationary((0,), moves, within=lambda present: present <= 120)
    desk = LimitedQueue(rate, 1.0, agents, patience, limit, SEES)
    full = limit is not None
    turned_away = chain.mean(lambda present: full and present == agents + limit)
    assert desk.turned_away == pytest.approx(turned_away, rel=1e-9, abs=1e-15)
    assert desk.mean_queue == pytest.approx(
        chain.mean(lambda present: max(present - agents, 0)), rel=1e-7, abs=1e-12
    )
    assert desk.mean_busy == pytest.approx(chain.mean(lambda present: min(present, agents)), rel=1e-9)
    left = chain.mean(lambda p: at_once(p) * (not full or p < agents + limit))
    assert desk.left_at_once == pytest.approx(left, rel=1e-9)
    everybody = desk.served_probability + desk.turned_away + desk.abandon_probability
    assert everybody == pytest.approx(1, rel=1e-12)
    assert desk.served_within(math.inf) == pytest.approx(desk.served_probability)


def test_the_wait_of_one_who_joins_against_the_chain_of_those_ahead():
    """M/M/2 with 3 places and nobody leaving: who joins behind j waits for j + 1 completions."""
    desk = LimitedQueue(2.5, 1.0, 2, queue_limit=3)
    weights = [1.25**n for n in range(4)]
    idle = sum(2.5**n / math.factorial(n) for n in range(2)) / (2.5**2 / 2)
    total = sum(weights) + idle
    late = 0.0
    for waiting in range(3):
        fewer = sum((2 * 0.7) ** k / math.factorial(k) for k in range(waiting + 1)) * math.exp(-2 * 0.7)
        late += weights[waiting] / total * fewer
    assert desk.wait_longer_than(0.7) == pytest.approx(late, rel=1e-12)
    assert desk.served_within(0.7) == pytest.approx(1 - weights[3] / total - late, rel=1e-12)
    assert desk.mean_wait_served * desk.served_probability == pytest.approx(desk.mean_wait)


def test_without_a_limit_it_is_erlang_a_and_without_places_erlang_b():
    desk, erlang = LimitedQueue(999.0, 1.0, 1000, 2.0), ErlangA(999.0, 1.0, 1000, 2.0)
    for name in ("wait_probability", "abandon_probability", "mean_wait", "mean_wait_served", "occupancy"):
        assert getattr(desk, name) == pytest.approx(getattr(erlang, name), rel=1e-10), name
    assert desk.served_within(0.01) == pytest.approx(erlang.served_within(0.01), rel=1e-12)
    assert LimitedQueue(8.0, 1.0, 10, queue_limit=0).turned_away == pytest.approx(erlang_b(10, 8.0))
    assert LimitedQueue(1.8, 1.0, 2).mean_wait == pytest.approx(ErlangC(1.8, 1.0, 2).mean_wait)


def test_the_domain_of_limited_queues():
    with pytest.raises(Overload, match=r"2\.5 erlangs of customers"):
        LimitedQueue(2.5, 1.0, 2)
    LimitedQueue(2.5, 1.0, 2, leaves_at_once=((0, 0.0), (9, 0.3)))
    for steps in ((), ((1, 0.2),), ((0, 0.2), (0, 0.3)), ((0, 1.2),)):
        with pytest.raises(DomainError, match="leaves_at_once"):
            LimitedQueue(1.0, 1.0, 2, leaves_at_once=steps)
    with pytest.raises(TooLarge):
        LimitedQueue(2.0 - 1e-7, 1.0, 2).mean_wait  # noqa: B018


# --- several contacts in hand ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paces", "agents", "rate", "patience"),
    [
        ((1.0, 1.6, 1.8), 2, 3.6, 2.0),
        ((1.0, 1.5), 3, 3.6, math.inf),
        ((1.0, 1.1, 0.9, 0.7), 1, 0.6, math.inf),
    ],
)
def test_several_at_once_against_the_chain_with_all_who_wait(paces, agents, rate, patience):
    chain = stationary(
        ((0,) * agents, 0),
        lambda held, waiting: sharing(held, waiting, rate=rate, paces=paces, leaving=1 / patience),
        within=lambda held, waiting: waiting <= 160,
    )
    desk = ChatDesk(rate, 1.0, agents, paces, patience)
    assert desk.mean_queue == pytest.approx(chain.mean(lambda held, waiting: waiting), rel=1e-6)
    assert desk.mean_in_hand == pytest.approx(chain.mean(lambda held, waiting: sum(held)), rel=1e-6)
    full = chain.mean(lambda held, waiting: min(held) == len(paces))
    assert desk.wait_probability == pytest.approx(full, rel=1e-6)
    working = chain.mean(lambda held, waiting: sum(one > 0 for one in held)) / agents
    assert desk.occupancy == pytest.approx(working, rel=1e-6)


def test_chats_without_slowdown_are_agents():
    desk, six = ChatDesk(5.5, 1.0, 2, (1.0, 2.0, 3.0), 2.0), ErlangA(5.5, 1.0, 6, 2.0)
    assert desk.served_within(0.2) == pytest.approx(six.served_within(0.2))
    assert desk.wait_longer_than(0.2) == pytest.approx(six.wait_longer_than(0.2))
    assert desk.mean_time_in_hand == pytest.approx(1.0)
    assert desk.abandon_probability == pytest.approx(six.abandon_probability)


def test_the_domain_of_chats():
    with pytest.raises(Overload, match="3 in hand each cannot keep up"):
        ChatDesk(3.6, 1.0, 2, (1.0, 1.6, 1.8))
    with pytest.raises(TooLarge, match="20,000"):
        ChatDesk(90.0, 1.0, 100, (1.0, 1.6, 1.8))
    for paces in ((), (1.0, 0.0)):
        with pytest.raises(DomainError, match="pace_in_total"):
            ChatDesk(1.0, 1.0, 2, paces)


# --- retrials ------------------------------------------------------------------------------------------


def test_one_agent_and_everybody_tries_until_he_succeeds():
    """M/M/1 with retrials: ρ(λ + ρν)/((1 − ρ)ν) about to try on average (Falin & Templeton 1997, 1.2)."""
    for rate, pause in ((0.5, 2.0), (0.8, 0.5), (0.2, 10.0)):
        desk = Retrials(rate, 1.0, 1, 0, 1.0, pause)
        assert desk.mean_trying == pytest.approx(rate * (rate + rate / pause) * pause / (1 - rate), rel=1e-8)
        assert desk.mean_busy == pytest.approx(rate, rel=1e-10) and desk.lost_probability < 1e-9


def test_some_give_up_against_the_chain():
    rate, agents, places, chance, pause = 2.0, 2, 2, 0.8, 2.0

    def moves(present, trying):
        full = present == agents + places
        yield (present + (not full), trying), rate * (not full)
        yield (present, trying + 1), rate * full * chance
        yield (present + 1, trying - 1), trying / pause * (not full)
        yield (present, trying - 1), trying / pause * full * (1 - chance)
        yield (present - 1, trying), min(present, agents)

    chain = stationary((0, 0), moves, within=lambda present, trying: trying <= 60)
    desk = Retrials(rate, 1.0, agents, places, chance, pause)
    trying = chain.mean(lambda present, trying: trying)
    assert desk.mean_trying == pytest.approx(trying, rel=1e-6)
    assert desk.mean_queue == pytest.approx(chain.mean(lambda present, _: max(present - 2, 0)), rel=1e-6)
    assert desk.blocked_first == pytest.approx(chain.mean(lambda present, _: present == 4), rel=1e-6)
    in_vain = chain.mean(lambda present, trying: (rate + trying / pause) * (present == 4))
    assert desk.blocked == pytest.approx(in_vain / (rate + trying / pause), rel=1e-6)
    assert desk.lost_probability == pytest.approx(in_vain * (1 - chance) / rate, rel=1e-6)


def test_nobody_tries_again_and_rare_tries():
    assert Retrials(8.0, 1.0, 10, 0, 0.0, 1.0).blocked == pytest.approx(erlang_b(10, 8.0))
    # Long after, the tries are one more Poisson stream: Cohen 1957, with the load that reproduces itself.
    desk = Retrials(2.0, 1.0, 3, 0, 1.0, 200.0)
    again = desk.tries * 2.0
    assert desk.blocked == pytest.approx(erlang_b(3, again), rel=0.01)


def test_the_domain_of_retrials():
    with pytest.raises(Overload, match="until they succeed"):
        Retrials(2.0, 1.0, 2, 0, 1.0, 1.0)
    with pytest.raises(TooLarge):
        Retrials(500.0, 1.0, 15_000, 20, 0.9, 30.0).blocked  # noqa: B018
    with pytest.raises(DomainError, match="chance"):
        Retrials(2.0, 1.0, 2, 0, 1.5, 1.0)
