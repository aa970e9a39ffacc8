"""Days that change by the hour, against the exact solution of M(t)/M/s(t)+M: surge, night, finish, drop."""

from __future__ import annotations

import math

import pytest

import simcare
from simcare.experiment.result import Result
from simcare.scenario.load import loads
from simcare.theory.curve import Segment, lines
from simcare.theory.time_varying import ChangingDesk, solve
from tests.validation.agreement import agrees

# A surge evening and the morning after: minutes from midnight, messages a minute.
KNOTS = [(0, 0.0), (480, 0.1), (1020, 0.35), (1140, 1.2), (1200, 1.1), (1320, 0.2), (1440, 0.0)]
STAFF = [(0, 0), (480, 3), (1080, 7), (1290, 4), (1380, 0), (1920, 3)]
HANDLING = 5.0
PATIENCE = 40.0
PROMISE = "answered within 5 min"


def curve(days: int) -> tuple[Segment, ...]:
    day = [knot for number in range(days) for knot in [(t + 1440 * number, rate) for t, rate in KNOTS]]
    kept = [knot for i, knot in enumerate(day) if i == 0 or knot[0] != day[i - 1][0]]
    return lines(kept)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def play(staffing: str, *, patience: bool = True, day_factor: str = "", replications: int = 4000) -> Result:
    per_hour = ", ".join(f"{clock(t)}: {60 * rate:g}" for t, rate in KNOTS)
    scenario = loads(f"""
simcare: 1
title: surge evening
clock: {{start: 2026-01-05, days: 1, interval: 1 h}}
contacts:
  message:
    needs: [answer]
    arrivals: {{per_hour: {{{per_hour}}}{day_factor}}}
    handling: {{exponential: {{mean: {HANDLING} min}}}}
    {f"patience: {{exponential: {{mean: {PATIENCE} min}}}}" if patience else ""}
teams: {{desk: {{skills: {{answer: 100%}}}}}}
plans:
  only:
{staffing}
service_levels:
  - {{contacts: message, answered_within: 5 min}}
experiment: {{replications: {replications}, seed: 3}}
""")
    return simcare.run(scenario, jobs=2)


LEVELS = "    headcount: {desk: {00:00: 0, 08:00: 3, 18:00: 7, 21:30: 4, 23:00: 0}}"
# The same head count as people, each handing back what is in hand when the shift ends.
PEOPLE_WHO_DROP = """
    at_shift_end: drop
    shifts:
      - {team: desk, days: daily, from: 08:00, to: 23:00, agents: 3}
      - {team: desk, days: daily, from: 18:00, to: 23:00, agents: 1}
      - {team: desk, days: daily, from: 18:00, to: 21:30, agents: 3}"""


def exact_and_simulated(
    result: Result,
    at_shift_end: str,
    *,
    patience: float = PATIENCE,
    cv: float = 0.0,
    within: float = 0.01,
    waits_within: float = 0.01,
) -> None:
    """Every figure to a share of it; waits of days that differ much among themselves to `waits_within`."""
    desk = ChangingDesk(
        arrivals=curve(1),
        staff=[*STAFF, (2820, 0), (3360, 3), (4260, 0)],
        mean_handling=HANDLING,
        mean_patience=patience,
        at_shift_end=at_shift_end,  # type: ignore[arg-type]
        day_factor_cv=cv,
    )
    hours = [60.0 * hour for hour in range(24 * 3)]
    day = solve(desk, hours, within=[5.0], tolerance=1e-7, factor_nodes=12)
    agrees(result, "contacts", float(day.arrivals.sum()), within=within)
    agrees(result, "waiting_mean", 60 * day.mean_wait, within=waits_within)
    agrees(result, "service_level", day.service_level(5.0), promise=PROMISE, within=within)
    if math.isfinite(patience):
        agrees(result, "abandoned", float(day.abandoned.sum()), within=waits_within)
    in_the_surge = float(day.started_within[5.0][19] / day.arrivals[19])
    agrees(result, "service_level", in_the_surge, promise=PROMISE, interval="19:00", within=0.05)


@pytest.mark.slow
def test_levels_that_finish_and_a_closed_night() -> None:
    exact_and_simulated(play(LEVELS), "finish")


@pytest.mark.slow
def test_people_who_hand_back_what_they_hold() -> None:
    exact_and_simulated(play(PEOPLE_WHO_DROP), "drop")


@pytest.mark.slow
def test_busy_and_quiet_days() -> None:
    result = play(LEVELS, day_factor=", day_factor: {cv: 30%}", replications=6000)
    exact_and_simulated(result, "finish", cv=0.3, waits_within=0.05)


@pytest.mark.slow
def test_a_surge_day_to_half_a_per_cent() -> None:
    """Levels that fall, impatience, a closed night and a day factor at once (25,000 days of 400 messages)."""
    result = play(LEVELS, day_factor=", day_factor: {cv: 13%}", replications=25_000)
    exact_and_simulated(result, "finish", cv=0.13, within=0.005, waits_within=0.005)


@pytest.mark.slow
def test_customers_who_never_leave_wait_through_the_night() -> None:
    exact_and_simulated(play(LEVELS, patience=False), "finish", patience=math.inf, waits_within=0.02)
