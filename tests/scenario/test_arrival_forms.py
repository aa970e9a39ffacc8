"""Every form of arrivals becomes the same kind of day curve, with the contacts that were written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simcare.errors import ScenarioError
from simcare.scenario.arrivals import Arrivals, ArrivalsForm, DayFactor
from simcare.scenario.load import loads
from simcare.scenario.profiles import PROFILES
from simcare.scenario.quantities import DAY, HOUR
from simcare.scenario.tables import Folder
from tests.scenario.texts import changed


def arrivals(folder: str = "", **written: Any) -> Arrivals:
    context = Folder(folder)
    return ArrivalsForm.model_validate(written, context=context).canonical(context)


def test_lines_join_the_knots_and_are_constant_outside_them() -> None:
    assert arrivals(per_hour={"08:00": 0, "10:00": 20, "20:00": 10}).day_curve == (
        (0, 8 * HOUR, 0.0, 0.0),
        (8 * HOUR, 10 * HOUR, 0.0, 20.0),
        (10 * HOUR, 20 * HOUR, 20.0, 10.0),
        (20 * HOUR, DAY, 10.0, 10.0),
    )


def test_a_ramp_has_the_area_of_its_line_and_not_of_steps() -> None:
    # methods.md's trap: two hours from 0 to 100 an hour bring 100 contacts, not 40 or 200
    ramp = arrivals(per_hour={"08:00": 0, "10:00": 100, "10:01": 0})
    assert ramp.per_ordinary_day == pytest.approx(100 + 100 / 60 / 2)


def test_steps_hold_until_the_next() -> None:
    assert arrivals(steps={"per_minute": {"00:00": 1, "19:00": 2}}).day_curve == (
        (0, 19 * HOUR, 60.0, 60.0),
        (19 * HOUR, DAY, 120.0, 120.0),
    )


def test_minutes_are_sixty_times_hours_and_scale_multiplies() -> None:
    assert arrivals(per_minute=4.2).day_curve == ((0, DAY, 252.0, 252.0),)
    assert arrivals(per_hour=100, scale="110%").day_curve == (
        (0, DAY, pytest.approx(110), pytest.approx(110)),
    )


@given(
    st.sampled_from([1, 3, 24, 48]).flatmap(lambda n: st.lists(st.integers(0, 500), min_size=n, max_size=n))
)
@example([1] * 1440)
def test_interval_counts_come_back_as_the_area_of_their_intervals(counts: list[int]) -> None:
    curve = arrivals(per_interval=counts).day_curve
    areas = [(to - start) / HOUR * left for start, to, left, right in curve if left == right]
    assert areas == pytest.approx(counts)
    assert [piece[0] for piece in curve] == [i * DAY // len(counts) for i in range(len(counts))]
    assert curve[-1][1] == DAY


@pytest.mark.parametrize("name", PROFILES)
def test_a_daily_total_is_spread_by_a_measured_profile(name: str) -> None:
    day = arrivals(per_day=2_000, shape=name)
    assert day.per_ordinary_day == pytest.approx(2_000)
    rates = [left for _, _, left, _ in day.day_curve]
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
    assert by_list.day_curve[1] == (HOUR // 2, HOUR, 20.0, 20.0)
    assert arrivals(per_day=24).day_curve == ((0, DAY, 1.0, 1.0),)


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


@pytest.mark.parametrize("extra", ["column: a", "timezone: UTC", "where: {a: 1}", "align: dates"])
def test_only_a_trace_has_the_keys_of_a_trace(extra: str) -> None:
    with pytest.raises(ScenarioError, match=r"only together with a trace, got it with per_day"):
        loads(changed(("shape: bank-calls-us-2003", extra)))


def test_surges_of_one_type_have_names_of_their_own() -> None:
    surge = "{name: outage, at: 19:00, chance: 15%, times: 4, hold: 45 min}"
    with pytest.raises(ScenarioError, match=r"14:81: expected a name of its own for each surge") as caught:
        loads(changed((f"        - {surge}", f"        [{surge}, {surge}]")))
    assert len(caught.value.problems) == 1
