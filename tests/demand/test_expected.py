from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from simcare.demand.arrivals import Arriving
from simcare.demand.expected import HandlingOf, Replies, expected_arrivals, offered_load, work_of_a_contact
from simcare.demand.streams import Streams
from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from tests.demand.desks import desk

MINUTE = 60_000.0
HALF_HOUR = 0.5
NEVER_AGAIN = "conversation: {again: 0%, pause: {constant: 1 h}, handling: {constant: 1 min}}"


def always(law: Law, speed: float = 1.0) -> HandlingOf:
    return lambda kind, name: (law, speed)


def of_simulated(scenario: Scenario, name: str, replications: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean arrivals by interval and their standard errors."""
    clock = scenario.clock
    size = clock.total_days * clock.intervals_per_day
    arrival_ms, contacts = Arriving(scenario, name).draw(Streams(1, range(replications)))
    of_replication = np.repeat(np.arange(replications), contacts)
    place = of_replication * size + arrival_ms // clock.interval
    counts = np.bincount(place, minlength=replications * size).reshape(replications, size)
    return counts.mean(axis=0), counts.std(axis=0, ddof=1) / math.sqrt(replications)


def test_expected_arrivals_are_areas_under_the_curve_by_day_and_interval() -> None:
    """2026-01-01 is a Thursday; the day of warm-up comes first."""
    scenario = desk(
        days=2,
        warm_up=1,
        x="arrivals: {per_hour: {18:00: 20, 20:00: 80}, weekdays: {fri: 200%}, day_factor: {cv: 30%}}",
        y="arrivals: {per_interval: [100, 0, 50]}",
    )
    expected = expected_arrivals(scenario)
    assert expected.shape == (2, 3, 48)
    x, y = expected
    assert x[0, 36:40] == pytest.approx([27.5 / 2, 42.5 / 2, 57.5 / 2, 72.5 / 2])
    assert x[1] == pytest.approx(x[0])
    assert x[2] == pytest.approx(2 * x[0])
    assert y[0] == pytest.approx([100 / 16] * 16 + [0] * 16 + [50 / 16] * 16)


SEVERAL_DAYS = (
    "arrivals: {per_minute: {day 1 12:00: 0, day 2 12:00: 0.4, day 2 18:00: 0.1}, "
    "scale: {daily 22:00–02:00: 200%, day 2 12:00-18:00: 50%}, day_factor: {cv: 10%}}"
)


def test_a_curve_over_days_and_its_scaled_parts_by_hand() -> None:
    """One day of warm-up, days 1 and 2; from noon to noon the rate climbs by one an hour each hour."""
    scenario = desk(days=2, warm_up=1, x=SEVERAL_DAYS)
    (x,) = expected_arrivals(scenario).reshape(1, 3, 24, 2).sum(axis=3)
    assert x[0] == pytest.approx([0] * 24)
    up = [hour + 0.5 for hour in range(24)]  # the hours from noon of day 1
    assert x[1] == pytest.approx([0] * 12 + up[:10] + [2 * rate for rate in up[10:12]])
    down = [(24 - 3 * hour - 1.5) / 2 for hour in range(6)]
    day_2 = [2 * rate for rate in up[12:14]] + up[14:] + down + [6] * 4 + [12] * 2
    assert x[2] == pytest.approx(day_2)
    assert size_of(scenario).contacts == pytest.approx(sum(x[1]) + sum(day_2))


def test_arrivals_of_several_days_are_drawn_as_expected() -> None:
    scenario = desk(days=2, warm_up=1, x=SEVERAL_DAYS)
    mean, error = of_simulated(scenario, "x", 400)
    assert np.all(np.abs(mean - expected_arrivals(scenario)[0].ravel()) <= 4 * error + 1e-12)


def test_counts_from_a_table_are_expected_and_drawn_as_they_stand(tmp_path: Path) -> None:
    """Thursday and Friday by half hours; the Wednesday of warm-up takes what the file has for Wednesdays."""
    counts = np.random.default_rng(1).integers(0, 30, size=(9, 48))
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=day)},{half // 2:02d}:{half % 2 * 30:02d},{counts[day, half]}"
        for day in range(9)
        for half in range(48)
    ]
    (tmp_path / "c.csv").write_text("\n".join(["date,time,n", *rows]))
    inside = "arrivals: {per_interval: {csv: c.csv}, weekdays: {fri: 50%}}"
    scenario = desk(days=2, warm_up=1, folder=str(tmp_path), x=inside)
    (expected,) = expected_arrivals(scenario)
    assert expected == pytest.approx(counts[[6, 0, 1]] * np.array([[1], [1], [0.5]]))
    assert size_of(scenario).contacts == pytest.approx(expected.sum())
    mean, error = of_simulated(scenario, "x", 400)
    assert np.all(np.abs(mean - expected.ravel()) <= 4 * error + 1e-12)


def test_a_surge_that_is_sure_to_come_counts_as_drawn() -> None:
    """Flat 60 an hour, times 4 from 19:00: ramp 10 min, hold 45 min, fade 1 h, by half hours."""
    surge = "surges: [{name: outage, at: 19:00, times: 4, ramp: 10 min, hold: 45 min, fade: 1 h}]"
    scenario = desk(x=f"arrivals: {{per_hour: 60, {surge}}}")
    lift = [180 * minutes / 60 for minutes in (5 + 20, 25 + 5 * 23 / 24, 30 * 2 / 3, 25 * 5 / 24)]
    assert expected_arrivals(scenario)[0, 0, 38:42] == pytest.approx([30 + more for more in lift])


def test_chance_and_jitter_of_a_surge_are_averaged() -> None:
    """Without ramp and fade the share of starts that cover a time has a closed form."""
    surge = "surges: [{name: outage, at: 19:00, chance: 20%, jitter: 30 min, times: 3, hold: 30 min}]"
    scenario = desk(x=f"arrivals: {{per_hour: 60, {surge}}}")
    # a start evenly in 18:30–19:30, then half an hour: 1/4, 1/2, 1/4 of that falls in the three half hours
    expected = [30 + 0.2 * 2 * 60 * HALF_HOUR * share for share in (0.25, 0.5, 0.25)]
    assert expected_arrivals(scenario)[0, 0, 37:40] == pytest.approx(expected)
    assert expected_arrivals(scenario).sum() == pytest.approx(1440 + 0.2 * 2 * 30)


def test_independent_surges_on_top_of_each_other_multiply() -> None:
    surges = (
        "{name: a, at: 10:00, chance: 50%, times: 3, hold: 1 h}, "
        "{name: b, at: 10:00, chance: 20%, times: 6, hold: 1 h}"
    )
    scenario = desk(x=f"arrivals: {{per_hour: 60, surges: [{surges}]}}")
    assert expected_arrivals(scenario)[0, 0, 20:22] == pytest.approx([30 * 2 * 2] * 2)


def test_expected_arrivals_agree_with_drawn_ones() -> None:
    surges = (
        "{name: a, at: 23:10, chance: 40%, jitter: 50 min, times: 4, ramp: 25 min, hold: 30 min, fade: 2 h}, "
        "{name: b, at: 23:30, chance: 50%, times: 40%, ramp: 20 min, hold: 1 h, fade: 1 h}, "
        "{name: c, at: 19:00, times: 2, ramp: 20 min, hold: 1 h}"
    )
    scenario = desk(
        days=2,
        x="arrivals: {per_hour: {06:00: 2, 20:00: 30}, weekdays: {fri: 150%}, day_factor: {cv: 20%}, "
        f"surges: [{surges}]}}",
    )
    mean, error = of_simulated(scenario, "x", 1_500)
    expected = expected_arrivals(scenario).ravel()
    assert np.all(np.abs(mean - expected) <= 4 * error + 1e-3)
    assert expected.max() > 2 * np.median(expected)


def test_the_stated_error_of_a_surge_that_may_come_holds() -> None:
    """A line from 0 to 120 under a ramp from 1 to 3, over 2 h: the chords lie 60 × 1 / 864 an hour higher."""
    surge = "surges: [{{name: a, at: 00:00, chance: {}, times: 3, ramp: 2 h, hold: 0 h}}]"
    inside = "arrivals: {per_hour: {00:00: 0, 02:00: 120}, "
    sure, likely = (
        expected_arrivals(desk(x=inside + surge.format(chance) + "}"))[0, 0, :4]
        for chance in ("100%", "99.999999%")
    )
    assert sure - likely == pytest.approx([60 / 864 / 2] * 4, rel=1e-3)


def test_a_trace_is_expected_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("at\n2026-01-01T09:00:00\n2026-01-01T09:29:59.999\n2026-01-02T23:59:00\n")
    trace = "arrivals: {trace: t.csv, column: at, timezone: UTC, align: dates}"
    scenario = desk(days=2, folder=str(tmp_path), x=trace)
    expected = expected_arrivals(scenario)
    assert expected[0, 0, 18] == 2
    assert expected[0, 1, 47] == 1
    assert expected.sum() == 3
    load = offered_load(scenario, always(Law("constant", (15 * MINUTE,))))[FIRST, 0]
    assert load[0].sum() * 30 == pytest.approx(30)  # minutes of work
    assert load[0, 18:20] == pytest.approx([0.5 + 1 / 60 / 30 / 4, 0.5 - 1 / 60 / 30 / 4], abs=0.01)


LAWS = [
    Law("constant", (20 * MINUTE,)),
    Law("exponential", (20 * MINUTE,)),
    Law("lognormal", (math.log(20 * MINUTE) - 0.5, 1.0)),
    Law("gamma", (0.5, 40 * MINUTE)),
    Law("weibull", (2.0, 20 * MINUTE / math.gamma(1.5))),
    Law("uniform", (10 * MINUTE, 30 * MINUTE)),
    Law("empirical", (5 * MINUTE, 5 * MINUTE, 50 * MINUTE)),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.kind)
def test_under_a_constant_rate_the_load_becomes_rate_times_handling(law: Law) -> None:
    """Little's law, once work has come to an equilibrium; speed 80% makes handling a quarter longer."""
    scenario = desk(days=8, x="arrivals: {per_hour: 60}, actionable: 90%")
    for speed in (1.0, 0.8):
        load = offered_load(scenario, always(law, speed))[FIRST, 0]
        assert load[-1] == pytest.approx([54 / 3 / speed] * 48, rel=1e-6)


@pytest.mark.parametrize("mean_min", [0.05, 3.0, 20.0, 90.0])
def test_exponential_handling_under_a_line_has_a_closed_form(mean_min: float) -> None:
    """λ(t) = b t from empty: m(t) = b τ (t − τ (1 − e^(−t/τ))), averaged over each interval."""
    scenario = desk(x="arrivals: {per_hour: {00:00: 0, 24:00: 240}}")
    load = offered_load(scenario, always(Law("exponential", (mean_min * MINUTE,))))[FIRST, 0, 0]
    tau, slope = mean_min / 60, 10.0

    def summed(t: float) -> float:
        return slope * tau * (t * t / 2 - tau * t + tau * tau * (1 - math.exp(-t / tau)))

    edges = np.arange(49) * HALF_HOUR
    closed = np.diff([summed(t) for t in edges]) / HALF_HOUR
    change_in_a_cell = slope / 120
    assert load == pytest.approx(closed, abs=change_in_a_cell / 120 / 12 + 1e-9)


def test_constant_handling_holds_the_arrivals_of_its_length() -> None:
    """m(t) is the number that came within the last 45 minutes: the load lags the peak."""
    scenario = desk(x="arrivals: {steps: {per_hour: {00:00: 0, 10:00: 40, 11:00: 0}}}")
    load = offered_load(scenario, always(Law("constant", (45 * MINUTE,))))[FIRST, 0, 0]
    # climbs from 10:00 to 30 at 10:45, stays to 11:00, falls to 0 at 11:45
    assert load[20:25] == pytest.approx([10, (15 * 25 + 15 * 30) / 30, 20, 15 * 5 / 30, 0], abs=1e-9)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.kind)
def test_work_is_conserved(law: Law) -> None:
    """Load summed over time is arrivals times mean handling, whatever the shape of the day."""
    surge = "surges: [{name: a, at: 07:00, chance: 30%, jitter: 10 min, times: 5, hold: 7 min}]"
    day = "per_hour: {05:00: 0, 07:30: 100, 08:00: 0}, weekdays: {fri: 0%, sat: 0%}"
    scenario = desk(days=3, x=f"arrivals: {{{day}, {surge}}}")
    load = offered_load(scenario, always(law))[FIRST, 0]
    hours = load.sum() * HALF_HOUR
    assert hours == pytest.approx(expected_arrivals(scenario).sum() / 3, rel=1e-6)


def test_further_messages_and_escalated_work_add_their_load() -> None:
    """All is over after a week: again/(1 − again) messages and `chance` escalated works a contact."""
    scenario = desk(
        days=7,
        x="arrivals: {per_hour: {09:00: 0, 12:00: 60, 15:00: 0}, weekdays: {fri-wed: 0%}}, "
        "actionable: 80%, escalates: {to: topic, chance: 25%, handling: {constant: 1 h}}, "
        "conversation: {again: 60%, pause: {exponential: {mean: 20 min}}, handling: {constant: 1 min}}",
    )
    means = {FIRST: 6 * MINUTE, FOLLOW_UP: 3 * MINUTE, ESCALATED: 40 * MINUTE}
    load = offered_load(scenario, lambda kind, name: (Law("exponential", (means[kind],)), 1.0))
    contacts = 180 * 0.8
    hours = load[:, 0].sum(axis=(1, 2)) * HALF_HOUR
    assert hours[FIRST] == pytest.approx(contacts * 0.1)
    assert hours[FOLLOW_UP] == pytest.approx(contacts * 1.5 * 0.05, rel=1e-6)
    assert hours[ESCALATED] == pytest.approx(contacts * 0.25 * 40 / 60)


@pytest.mark.parametrize(
    "law",
    [Law("exponential", (6 * 60 * MINUTE,)), Law("constant", (6 * 60 * MINUTE,))],
    ids=lambda law: law.kind,
)
def test_the_work_of_a_contact_is_whole_however_soon_the_days_end(law: Law) -> None:
    again = "conversation: {again: 20%, pause: {constant: 9 h}, handling: {constant: 1 min}}"
    scenario = desk(x=f"arrivals: {{per_hour: 1}}, {again}")
    work = work_of_a_contact(scenario, always(law, 0.5), lambda name: Replies(0.2))
    assert work[FIRST] == pytest.approx(12 * 60 * MINUTE, rel=1e-9)
    assert work[FOLLOW_UP] == pytest.approx(0.25 * 12 * 60 * MINUTE, rel=1e-6)


def test_each_step_waits_for_the_reply_and_the_pause_before_it() -> None:
    """Constant times: replies take 30 min, pauses 2 h, escalated work 1 h, contacts from 08:00 to 08:30."""
    scenario = desk(
        x="arrivals: {steps: {per_hour: {00:00: 0, 08:00: 40, 08:30: 0}}}, "
        "escalates: {to: topic, chance: 50%, handling: {constant: 1 h}}, "
        "conversation: {again: 50%, pause: {constant: 2 h}, handling: {constant: 30 min}}",
    )
    length = {FIRST: 0.5, FOLLOW_UP: 0.5, ESCALATED: 1.0}

    def handling_of(kind: int, name: str) -> tuple[Law, float]:
        return Law("constant", (length[kind] * 60 * MINUTE,)), 1.0

    load = offered_load(scenario, handling_of)[:, 0, 0]

    def triangle(start_h: float, contacts: float) -> np.ndarray:
        """The load of `contacts` that become ready evenly within half an hour and take half an hour each."""
        expected = np.zeros(48)
        index = int(start_h * 2)
        expected[index : index + 2] = contacts / 2
        return expected

    spread = 0.05  # what has passed through several steps is spread over some more cells
    assert load[FIRST] == pytest.approx(triangle(8, 20), abs=1e-9)
    escalated = np.zeros(48)
    escalated[17:20] = [5, 10, 5]  # ten in half an hour from 08:30, each an hour long
    assert load[ESCALATED] == pytest.approx(escalated, abs=spread)
    # without escalation they write 2 h after the reply, with it an hour later; then again every 2.5 h
    follow_ups = sum(
        triangle(10.5 + 2.5 * n, 5 * 0.5**n) + triangle(11.5 + 2.5 * n, 5 * 0.5**n) for n in range(4)
    )
    late = 38  # the next ones come later than this half hour
    assert load[FOLLOW_UP, :late] == pytest.approx(follow_ups[:late], abs=spread)


def test_no_arrivals_and_no_further_messages_give_no_load() -> None:
    scenario = desk(
        x=f"arrivals: {{per_hour: 0}}, {NEVER_AGAIN}", y=f"arrivals: {{per_hour: 5}}, {NEVER_AGAIN}"
    )
    load = offered_load(scenario, always(Law("exponential", (MINUTE,))))
    assert np.all(load[:, 0] == 0)
    assert np.all(load[FOLLOW_UP] == 0)
    assert np.all(load[FIRST, 1] > 0)
    assert np.all(load >= 0)
