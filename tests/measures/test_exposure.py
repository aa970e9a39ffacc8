"""The audience of the complaints of the paper desk, by integrating the model's equations step by step."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import gammainc

import simcare
from simcare.measures.contacts import LATER, step_times
from simcare.measures.exposure import exposures
from simcare.measures.fates import fates
from simcare.measures.frame import Frame, Window
from simcare.measures.pile_on import complaints_of
from simcare.measures.public import Followers, Public
from simcare.measures.registry import MEASURES
from simcare.measures.sensitivity import ASSUMPTIONS
from simcare.measures.service import Parts
from simcare.measures.sums import series_of
from simcare.scenario.load import loads
from simcare.virality.audience import Audience
from simcare.virality.kernels import Kernel
from tests.measures import paper_desk
from tests.measures.alone import only, played
from tests.measures.paper_desk import MINUTE
from tests.scenario.texts import changed

NEVER = math.inf
ANSWERED_AT = {0: 65, 1: 80, 2: 95, 3: NEVER, 4: 105, 6: 150, 7: 182, 8: NEVER, 9: 200}
RESOLVED_AT = {0: 65, 1: 110, 2: 95, 3: NEVER, 4: NEVER, 6: NEVER, 7: 182, 8: NEVER, 9: 200}
"""The minute of the clock, read off the table of the paper desk; contact 5 has no audience."""

FOLLOWERS = [1000, 5000, 0, 300, 700, 100, 20_000, 50, 900, 4000]
AUDIENCE = Audience(
    kernel=Kernel((0.6, 0.4), (1 / 8, 1 / 60)),
    base_reshares=3.0,
    reshares_per_reshare=0.3,
    answered=0.6,
    resolved=0.2,
    impatient=1.2,
)
CRISIS, IMPATIENT = 50, 12.0


def publics(audience: Audience = AUDIENCE, followers: Followers | None = None) -> tuple[Public, ...]:
    """Type a is twice as severe, and its readers lose patience after 12 minutes."""
    return (
        Public(0, audience, 2.0, IMPATIENT, False, CRISIS, followers),
        Public(1, audience, 1.0, math.inf, False, CRISIS, followers),
    )


def frame(*public: Public, windows: tuple[Window, ...] = ()) -> Frame:
    return replace(paper_desk.frame(), public=public or publics(), windows=windows)


def parts(frame: Frame, followers: list[int] = FOLLOWERS) -> Parts:
    tape = replace(paper_desk.tape(), followers=np.array(followers))
    log = paper_desk.log()
    there = played(frame, tape, paper_desk.roster(), log)
    return only(exposures(frame, complaints_of(there, fates(log, step_times(log)))))


def test_what_became_of_each_complaint_is_what_readers_see() -> None:
    log = paper_desk.log()
    found = fates(log, step_times(log))
    assert found.contact.tolist() == list(ANSWERED_AT)

    def minutes(at_ms: np.ndarray) -> list[float]:
        return [NEVER if ms == LATER else ms / MINUTE for ms in at_ms.tolist()]

    assert minutes(found.sent_ms) == list(ANSWERED_AT.values())
    assert minutes(found.resolved_ms) == list(RESOLVED_AT.values())
    assert minutes(found.started_ms) == [55, 70, 80, NEVER, 100, 130, 172, NEVER, 190]


def history(contact: int, edges: list[float]) -> np.ndarray:
    """Impressions, those without an answer and reshares between the edges of the clock, at mean heat."""
    of_type, posted = paper_desk.TYPE[contact], float(paper_desk.ARRIVES[contact])
    marks = {posted: 1.0, ANSWERED_AT[contact]: AUDIENCE.answered, RESOLVED_AT[contact]: AUDIENCE.resolved}
    if of_type == 0 and posted + IMPATIENT < ANSWERED_AT[contact]:
        marks[posted + IMPATIENT] = 1.2
    if ANSWERED_AT[contact] == RESOLVED_AT[contact]:
        marks[ANSWERED_AT[contact]] = AUDIENCE.resolved
    weights, rates = np.array(AUDIENCE.kernel.weights), np.array(AUDIENCE.kernel.rates)
    direct = (2.0 if of_type == 0 else 1.0) * float(AUDIENCE.reshare_rate(FOLLOWERS[contact]))

    def slopes(_: float, state: np.ndarray, factor: float, unanswered: bool) -> np.ndarray:
        own, others = state[:2], state[2:4]  # attention to the post and to its reshares
        reshares = factor * rates @ (direct * own + AUDIENCE.reshares_per_reshare * others)
        views = AUDIENCE.seen_by * rates @ (FOLLOWERS[contact] * own + AUDIENCE.resharer_followers * others)
        more = [views, views * unanswered, reshares]
        return np.array([*(-rates * own), *(-rates * others + weights * reshares), *more])

    times = sorted({*marks, *edges, posted} - {NEVER})
    state, so_far = np.array([*weights, 0, 0, 0, 0, 0]), {}
    for begin, end in zip(times, [*times[1:], times[-1] + 2000], strict=True):
        so_far[begin] = state[4:].copy()
        if begin >= posted:
            factor = marks[max(mark for mark in marks if mark <= begin)]
            args = (factor, begin < ANSWERED_AT[contact])
            state = solve_ivp(slopes, (begin, end), state, args=args, rtol=1e-9, atol=1e-12).y[:, -1]
    so_far[NEVER] = state[4:]
    return np.diff([so_far[edge] for edge in edges], axis=0).T


@pytest.fixture(scope="module")
def in_slots() -> dict[int, np.ndarray]:
    return {contact: history(contact, [60, 90, 120, 150, 180]) for contact in ANSWERED_AT}


@pytest.fixture(scope="module")
def in_all() -> dict[int, np.ndarray]:
    return {contact: history(contact, [0, NEVER])[:, 0] for contact in ANSWERED_AT}


def test_views_count_when_they_are_seen(in_slots: dict[int, np.ndarray]) -> None:
    found, here = parts(frame()), frame()
    for number, name in enumerate(("impressions", "unanswered_impressions", "reshares")):
        over, under = found[name]
        for of_type in (0, 1):
            mine = sum(in_slots[one][number] for one in ANSWERED_AT if paper_desk.TYPE[one] == of_type)
            np.testing.assert_allclose(over[1 + of_type], here.in_cells(np.asarray(mine))[0], rtol=1e-6)
        np.testing.assert_allclose(over[0], over[1:].sum(axis=0))
        np.testing.assert_array_equal(under[0], here.days_in_cell)
    np.testing.assert_array_equal(found["unanswered_share"][0], found["unanswered_impressions"][0])
    np.testing.assert_array_equal(found["unanswered_share"][1], found["impressions"][0])


def test_on_request_they_count_when_the_complaint_arrived(in_all: dict[int, np.ndarray]) -> None:
    found = parts(frame())
    for number, name in enumerate(("impressions", "unanswered_impressions", "reshares")):
        over, _ = found[f"{name}_of_arrivals"]
        total = sum(one[number] for contact, one in in_all.items() if contact > 0)  # contact 0 is warm-up
        assert over[0, 0] == pytest.approx(total, rel=1e-6)
        second_day = sum(in_all[contact][number] for contact in (6, 7, 8, 9))
        assert over[0, 2] == pytest.approx(second_day, rel=1e-6)


def chance(reshares: float) -> float:
    """Of a crisis: inverse gamma heat with tail 1.5."""
    return float(gammainc(1.5, 0.5 * reshares / (CRISIS - 0.5)))


def test_a_crisis_is_worked_out_for_each_complaint_and_each_day(in_all: dict[int, np.ndarray]) -> None:
    found = parts(frame(windows=(Window(((60 * MINUTE, 80 * MINUTE), (120 * MINUTE, 140 * MINUTE)), 2.0),)))
    chances = {contact: chance(one[2]) for contact, one in in_all.items()}
    over, _ = found["crises_per_year"]
    assert over[0, 0] == pytest.approx(sum(chances[one] for one in (1, 2, 3, 4, 6, 7, 8, 9)), rel=1e-6)

    def any_of(*contacts: int) -> float:
        return 1 - math.prod(1 - chances[one] for one in contacts)

    over, under = found["crisis_probability"]
    first, second = any_of(1, 2, 3, 4), any_of(6, 7, 8, 9)
    # In total, the two days, the two halves of a day, the window.
    wanted = [first + second, first, second, any_of(1, 2, 3, 4) + any_of(6), any_of(7, 8, 9)]
    np.testing.assert_allclose(over[0], [*wanted, any_of(1, 2) + any_of(6)], rtol=1e-6)
    np.testing.assert_array_equal(under[0], [2, 1, 1, 2, 2, 2])
    np.testing.assert_allclose(over[1, :3], [any_of(1, 3, 4) + any_of(7, 8), any_of(1, 3, 4), any_of(7, 8)])


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda one: one.key)
def test_other_assumptions_are_those_of_a_run_that_makes_them(assumption: object) -> None:
    found = parts(frame())
    made = parts(frame(*publics(assumption.applied(AUDIENCE))))  # type: ignore[attr-defined]
    for name in ("unanswered_impressions", "crises_per_year"):
        over, under = found[f"{name}_{assumption.key}"]  # type: ignore[attr-defined]
        assert over[0, 0] == pytest.approx(made[name][0][0, 0], rel=1e-9)
        assert under[0, 0] == made[name][1][0, 0] == 2


def test_the_mean_over_followers_is_that_of_all_who_may_have_written() -> None:
    law = Followers((200.0, 9000.0), (0.7, 0.3))
    averaged = parts(frame(*publics(followers=law)))
    few, many = (parts(frame(), [nodes] * 10) for nodes in (200, 9000))
    for name in ("impressions", "unanswered_impressions_of_arrivals", "reshares", "crises_per_year"):
        mean = 0.7 * few[name][0] + 0.3 * many[name][0]
        np.testing.assert_allclose(averaged[name][0], mean, rtol=1e-5)


def test_until_an_answer_begins_views_are_fewer() -> None:
    until_answer = [replace(one, until_answer=True) for one in publics()]
    begun, sent = (parts(one)["unanswered_impressions"][0][0, 0] for one in (frame(*until_answer), frame()))
    assert begun < sent


def test_private_contacts_have_no_audience() -> None:
    names = {about.measure for about in series_of(paper_desk.frame())}
    assert names and not any(MEASURES[name].audience for name in names)
    only_b = parts(frame(publics()[1]))
    for over, under in (only_b["impressions"], only_b["crisis_probability"]):
        assert not over[1].any() and not under[1].any()
        np.testing.assert_array_equal(over[0], over[2])


ENDS = {
    "nobody follows": "    followers: {constant: 0}",
    "nobody sees": "    followers: {constant: 500}|virality: {seen_by: 0%}",
    "nobody reshares": "|virality: {reshared_at_least_once: 0%}",
    "reshares end": "|virality: {reshares_per_reshare: 0, followers_of_resharers: 0}",
    "answers end it": "|virality: {answered: 0%, resolved: 0%, heat: off, kernel: exponential}",
    "nobody answers": "nobody",
    "answered at once": "at once",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_ends_are_exact_and_finite(end: str) -> None:
    contact, _, more = ENDS[end].partition("|")
    text = changed(("    silent: 30%\n", f"{contact}\n" if "followers" in contact else ""))
    if contact == "nobody":
        text = text.replace("service_levels:", "drain: {for: 0 min}\nservice_levels:")
        text = text.replace("agents: 5, breaks: [{at: 12:00, for: 1 h}]", "agents: 1")
        text = text.replace("mean: 6 min, cv: 1.2", "mean: 9_000 h, cv: 0.001")
    if contact == "at once":
        text = text.replace("lognormal: {mean: 6 min, cv: 1.2}", "constant: 0 min")
        text = text.replace("headcount: {desk: {08:00: 5, 22:00: 2}", "headcount: {desk: 9999")
    scenario = loads(text + more)
    result = simcare.run(scenario, replications=2, plans=["level"])
    rows = {row.measure: row.estimate for row in result.rows if row[2:7] == ("",) * 5}
    audience = {name: value for name, value in rows.items() if MEASURES[name].audience}
    assert audience and all(value is None or math.isfinite(value) for value in audience.values())
    zero = {
        "nobody sees": ("impressions", "unanswered_impressions"),
        "nobody reshares": ("reshares", "crises_per_year"),
        "answered at once": ("unanswered_impressions",),
    }.get(end, ())
    assert all(audience[name] == 0 for name in zero)
    if end == "nobody answers":
        assert audience["unanswered_share"] == pytest.approx(1)
