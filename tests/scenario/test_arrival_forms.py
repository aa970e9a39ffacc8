"""Every form of arrivals becomes the same kind of day curve, with the contacts that were written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simcare.errors import ScenarioError
from simcare.scenario.arrivals import Arrivals, ArrivalsForm, DayFactor
from simcare.scenario.clock import Clock
from simcare.scenario.day_curves import DayCurve, contacts_in
from simcare.scenario.load import loads
from simcare.scenario.profiles import PROFILES
from simcare.scenario.quantities import DAY, HOUR
from simcare.scenario.tables import Folder
from tests.scenario.texts import changed


def arrivals(folder: str = "", **written: Any) -> Arrivals:
    context = Folder(folder)
    return ArrivalsForm.model_validate(written, context=context).canonical(context)


def day(**written: Any) -> DayCurve:
    """The curve of a day like any other."""
    (curve,) = arrivals(**written).curves(Clock())
    return curve


def test_lines_join_the_knots_and_are_constant_outside_them() -> None:
    assert day(per_hour={"08:00": 0, "10:00": 20, "20:00": 10}) == (
        (0, 8 * HOUR, 0.0, 0.0),
        (8 * HOUR, 10 * HOUR, 0.0, 20.0),
        (10 * HOUR, 20 * HOUR, 20.0, 10.0),
        (20 * HOUR, DAY, 10.0, 10.0),
    )


def test_a_ramp_has_the_area_of_its_line_and_not_of_steps() -> None:
    # methods.md's trap: two hours from 0 to 100 an hour bring 100 contacts, not 40 or 200
    ramp = day(per_hour={"08:00": 0, "10:00": 100, "10:01": 0})
    assert contacts_in(ramp) == pytest.approx(100 + 100 / 60 / 2)


def test_steps_hold_until_the_next() -> None:
    assert day(steps={"per_minute": {"00:00": 1, "19:00": 2}}) == (
        (0, 19 * HOUR, 60.0, 60.0),
        (19 * HOUR, DAY, 120.0, 120.0),
    )


def test_minutes_are_sixty_times_hours_and_scale_multiplies() -> None:
    assert day(per_minute=4.2) == ((0, DAY, 252.0, 252.0),)
    assert day(per_hour=100, scale="110%") == ((0, DAY, pytest.approx(110), pytest.approx(110)),)


def over(days: int, warm_up: int = 0, **written: Any) -> list[DayCurve]:
    """The curves of a run that begins on Monday, 2026-01-05, with so many days of warm-up before."""
    clock = Clock.model_validate({"days": days, "warm_up": f"{warm_up} days"})
    return arrivals(**written).curves(clock)


def test_a_curve_over_days_is_one_line_through_midnight_and_constant_outside_it() -> None:
    lines = over(4, 1, per_hour={"day 1 12:00": 0, "day 2 12:00": 24, "day 2 18:00": 6})
    assert lines == [
        ((0, DAY, 0.0, 0.0),),
        ((0, 12 * HOUR, 0.0, 0.0), (12 * HOUR, DAY, 0.0, 12.0)),
        ((0, 12 * HOUR, 12.0, 24.0), (12 * HOUR, 18 * HOUR, 24.0, 6.0), (18 * HOUR, DAY, 6.0, 6.0)),
        ((0, DAY, 6.0, 6.0),),
        ((0, DAY, 6.0, 6.0),),
    ]


def test_steps_over_days_hold_until_the_next_whatever_the_days_between() -> None:
    steps = over(4, 1, steps={"per_second": {"day 1 06:00": 0.5, "day 3 00:00": 1, "day 3 12:00": 0}})
    assert steps == [
        ((0, DAY, 1800.0, 1800.0),),
        ((0, 6 * HOUR, 1800.0, 1800.0), (6 * HOUR, DAY, 1800.0, 1800.0)),
        ((0, DAY, 1800.0, 1800.0),),
        ((0, 12 * HOUR, 3600.0, 3600.0), (12 * HOUR, DAY, 0.0, 0.0)),
        ((0, DAY, 0.0, 0.0),),
    ]


@given(st.dictionaries(st.integers(0, 3 * 1440), st.integers(0, 60), min_size=1, max_size=8))
def test_a_curve_over_days_is_the_interpolation_of_its_knots(knots: dict[int, int]) -> None:
    def key(minute: int) -> str:
        day, of_day = divmod(minute, 1440)
        return f"day {day + 1} {of_day // 60:02d}:{of_day % 60:02d}"

    curves = over(5, per_hour={key(minute): rate for minute, rate in knots.items()})
    times = np.arange(5 * 1440) + 0.5
    expected = np.interp(times, sorted(knots), [knots[minute] for minute in sorted(knots)])
    assert rates_at(curves, times) == pytest.approx(expected)


def rates_at(curves: list[DayCurve], minutes: np.ndarray) -> list[float]:
    """The rate at times in minutes, looked up piece by piece."""
    found = []
    for minute in minutes.tolist():
        at = minute % 1440 * 60_000
        begin, end, left, right = next(p for p in curves[int(minute // 1440)] if p[0] <= at < p[1])
        found.append(left + (right - left) * (at - begin) / (end - begin))
    return found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "mon ", "tue-thu ", "day 2 ", "2026-01-07 ", "daily "]),
            st.integers(0, 23),
            st.integers(0, 24),
            st.sampled_from([0, 50, 150, 300]),
        ).filter(lambda part: part[1] != part[2]),
        max_size=4,
        unique_by=lambda part: part[:3],
    ),
    st.sampled_from(["-", "–", " – "]),
)
def test_parts_of_days_are_multiplied_where_they_are(
    parts: list[tuple[str, int, int, int]], dash: str
) -> None:
    """Against the definition, hour by hour of six days from a Sunday: 1 January 2026 is a Thursday."""
    scale = {f"{days}{a:02d}:00{dash}{b:02d}:00": f"{factor}%" for days, a, b, factor in parts}
    curves = over(5, 1, per_hour={"00:00": 8, "24:00": 32}, **({"scale": scale} if scale else {}))
    begins = {"": range(-1, 6), "daily ": range(-1, 6), "mon ": [1], "tue-thu ": [2, 3, 4], "day 2 ": [2]}
    begins["2026-01-07 "] = [3]
    expected = []
    for hour in range(6 * 24):
        rate = 8 + (hour % 24 + 0.5)
        for days, a, b, factor in parts:
            end = b if b > a else b + 24
            if any(day * 24 + a <= hour < day * 24 + end for day in begins[days]):
                rate *= factor / 100
        expected.append(rate)
    assert rates_at(curves, np.arange(6 * 24) * 60 + 30.0) == pytest.approx(expected)


def test_whole_days_are_scaled_by_their_names() -> None:
    scale = {"sat-sun": "50%", "day 1": "200%", "2026-01-10": "300%"}
    rates = [curve[0][2] for curve in over(7, 1, per_hour=10, scale=scale)]
    assert rates == pytest.approx([5, 20, 10, 10, 10, 10, 15, 5])  # Sunday, then Monday the 5th to Sunday


def test_a_total_is_spread_first_and_scaled_after() -> None:
    assert contacts_in(day(per_day=2400, scale={"18:00–22:00": "150%"})) == pytest.approx(2400 + 4 * 50)


def test_the_contacts_of_a_week_are_shared_by_its_days() -> None:
    week = arrivals(per_week=1_400, shape="bank-calls-us-2003", weekdays={"sat": "50%", "sun": "0%"})
    days = [contacts_in(curve) * week.weekdays[i] for i, curve in enumerate(week.curves(Clock(days=7)))]
    assert sum(days) == pytest.approx(1_400)
    assert days == pytest.approx([1_400 / 5.5] * 5 + [700 / 5.5, 0])


@given(
    st.sampled_from([1, 3, 24, 48]).flatmap(lambda n: st.lists(st.integers(0, 500), min_size=n, max_size=n))
)
@example([1] * 1440)
def test_interval_counts_come_back_as_the_area_of_their_intervals(counts: list[int]) -> None:
    curve = day(per_interval=counts)
    areas = [(to - start) / HOUR * left for start, to, left, right in curve if left == right]
    assert areas == pytest.approx(counts)
    assert [piece[0] for piece in curve] == [i * DAY // len(counts) for i in range(len(counts))]
    assert curve[-1][1] == DAY


@pytest.mark.parametrize("name", PROFILES)
def test_a_daily_total_is_spread_by_a_measured_profile(name: str) -> None:
    spread = day(per_day=2_000, shape=name)
    assert contacts_in(spread) == pytest.approx(2_000)
    rates = [left for _, _, left, _ in spread]
    weights = PROFILES[name].weights
    assert rates == pytest.approx([2_000 * weight / sum(weights) for weight in weights])


def test_profiles_are_shares_of_a_day_with_a_source() -> None:
    assert set(PROFILES) == {
        "airline-complaints-2015",
        "spotify-follow-ups-2017",
        "bank-calls-il-1999",
        "bank-calls-us-2003",
    }
    for profile in PROFILES.values():
        assert len(profile.weights) == 24
        assert sum(profile.weights) == pytest.approx(1, abs=5e-5)
        assert profile.source
    # the measured peaks: complaints 16–18 h, follow-ups 17–19 h, calls to banks in the morning
    peaks = {name: max(range(24), key=profile.weights.__getitem__) for name, profile in PROFILES.items()}
    assert peaks == {
        "airline-complaints-2015": 17,
        "spotify-follow-ups-2017": 17,
        "bank-calls-il-1999": 10,
        "bank-calls-us-2003": 10,
    }


def test_a_shape_may_come_from_a_column_or_a_list(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("half,share\n" + "".join(f"{i},{i % 2}\n" for i in range(48)))
    by_column = arrivals(str(tmp_path), per_day=240, shape={"csv": "h.csv", "column": "share"})
    by_list = arrivals(per_day="240", shape=[i % 2 for i in range(48)])
    assert by_column == by_list
    assert by_list.curve.weekly[0][1] == (HOUR // 2, HOUR, 20.0, 20.0)
    assert day(per_day=24) == ((0, DAY, 1.0, 1.0),)


def test_weekdays_are_seven_factors_from_monday() -> None:
    assert arrivals(per_hour=1, weekdays={"sat": "120%", "sun": "90%"}).weekdays == (1, 1, 1, 1, 1, 1.2, 0.9)
    assert arrivals(per_hour=1, weekdays={"sat-mon": "50%"}).weekdays == (0.5, 1, 1, 1, 1, 0.5, 0.5)
    assert arrivals(per_hour=1).weekdays == (1.0,) * 7


def test_day_factors_and_surges_keep_their_figures() -> None:
    found = arrivals(
        per_hour=1,
        day_factor={"cv": "20%", "own": True},
        surges=[
            {
                "name": "outage",
                "at": "19:00",
                "jitter": "20 min",
                "chance": "15%",
                "times": 4,
                "hold": "45 min",
            }
        ],
    )
    assert found.day_factor == DayFactor(0.2, True)
    assert found.day_factor.shape == pytest.approx(25)
    (surge,) = found.surges
    assert (surge.name, surge.at, surge.jitter, surge.chance, surge.times) == (
        "outage",
        19 * HOUR,
        1_200_000,
        0.15,
        4.0,
    )
    assert (surge.ramp, surge.hold, surge.fade) == (0, 2_700_000, 0)


@pytest.mark.parametrize(
    "extra", ["weekdays: {sat: 1%}", "scale: 50%", "day_factor: {cv: 20%}", "surges: []"]
)
def test_a_trace_takes_no_factors(extra: str) -> None:
    trace = f"{{trace: a.csv, column: b, {extra}}}"
    with pytest.raises(ScenarioError, match=r"beside a trace, which is replayed as it was"):
        loads(changed(("{per_day: 200, shape: bank-calls-us-2003}", trace)))


@pytest.mark.parametrize(
    "extra", ["column: a", "timezone: UTC", "where: {a: 1}", "align: dates", "resample: days"]
)
def test_only_a_trace_has_the_keys_of_a_trace(extra: str) -> None:
    with pytest.raises(ScenarioError, match=r"only together with a trace, got it with per_day"):
        loads(changed(("shape: bank-calls-us-2003", extra)))


def test_surges_of_one_type_have_names_of_their_own() -> None:
    surge = "{name: outage, at: 19:00, chance: 15%, times: 4, hold: 45 min}"
    with pytest.raises(ScenarioError, match=r"14:81: expected a name of its own for each surge") as caught:
        loads(changed((f"        - {surge}", f"        [{surge}, {surge}]")))
    assert len(caught.value.problems) == 1
