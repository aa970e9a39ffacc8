"""Days drawn from a trace: each is one of those recorded, as a whole, and each as likely."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from simcare.demand.arrivals import Arriving
from simcare.demand.expected import expected_arrivals
from simcare.demand.rates import DAY_MS
from simcare.demand.streams import Streams, uniforms
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from tests.demand.desks import desk

FIRST = datetime(2025, 11, 3)  # a Monday
DAYS = 17  # three Mondays, Tuesdays and Wednesdays, two of the others


def recorded() -> list[list[int]]:
    """The ms of day of each recorded arrival, by day: no two days alike, and the fifth without any."""
    draw = np.random.default_rng(5)
    days = [sorted(draw.choice(86_400, size=5 + 3 * day, replace=False) * 1_000) for day in range(DAYS)]
    days[4] = []
    return [[int(ms) for ms in day] for day in days]


def tickets(folder: Path) -> None:
    """The recorded days as a help desk's export, in no order; every third ticket is a complaint."""
    stamps = [FIRST + timedelta(days=day, milliseconds=ms) for day, of in enumerate(recorded()) for ms in of]
    rows = [
        f"{stamp.isoformat()},{'complaint' if i % 3 == 0 else 'question'}" for i, stamp in enumerate(stamps)
    ]
    np.random.default_rng(1).shuffle(rows)
    (folder / "t.csv").write_text("\n".join(["at,kind", *rows]))


def resampled(folder: Path, by: str, days: int = 10, warm_up: int = 1, where: str = "") -> Scenario:
    tickets(folder)
    inside = f"arrivals: {{trace: t.csv, column: at, resample: {by}{where}}}"
    return desk(days=days, warm_up=warm_up, folder=str(folder), x=inside)


def arrivals(scenario: Scenario, replication: int, name: str = "x") -> np.ndarray:
    return Arriving(scenario, name).draw(Streams(1, range(replication, replication + 1)))[0]


def days_chosen(scenario: Scenario, replication: int) -> list[int]:
    """Which recorded day each simulated one is; fails if one is none of them."""
    of_run, total = arrivals(scenario, replication), scenario.clock.total_days
    assert np.array_equal(of_run, np.sort(of_run))
    simulated = [(of_run[of_run // DAY_MS == day] - day * DAY_MS).tolist() for day in range(total)]
    return [recorded().index(day) for day in simulated]


def test_each_day_is_a_recorded_one_by_its_uniform(tmp_path: Path) -> None:
    scenario = resampled(tmp_path, "days")
    for replication in range(20):
        u = uniforms(1, replication, "resample", size=11)
        assert days_chosen(scenario, replication) == np.floor(u * DAYS).astype(int).tolist()


def test_by_weekdays_each_day_is_a_recorded_one_of_its_weekday(tmp_path: Path) -> None:
    """The run begins with its warm-up on Wednesday, 31 December 2025."""
    scenario = resampled(tmp_path, "weekdays")
    chosen = [days_chosen(scenario, replication) for replication in range(60)]
    assert all(day % 7 == (2 + number) % 7 for days in chosen for number, day in enumerate(days))
    assert {day for days in chosen for day in days} == set(range(DAYS))


def test_each_recorded_day_is_as_likely(tmp_path: Path) -> None:
    scenario = resampled(tmp_path, "days")
    drawn = np.array([days_chosen(scenario, replication) for replication in range(400)])
    share = np.bincount(drawn.ravel(), minlength=DAYS) / drawn.size
    error = math.sqrt(1 / DAYS * (1 - 1 / DAYS) / drawn.size)
    assert np.all(np.abs(share - 1 / DAYS) <= 4 * error)
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) <= 4 / math.sqrt(len(drawn))


@pytest.mark.parametrize("by", ["days", "weekdays"])
def test_expected_arrivals_are_the_mean_of_the_days_that_may_come(tmp_path: Path, by: str) -> None:
    scenario = resampled(tmp_path, by)
    counts = np.array([np.bincount(np.array(day, int) // 1_800_000, minlength=48) for day in recorded()])
    (expected,) = expected_arrivals(scenario)
    for number in range(11):
        like = slice(None) if by == "days" else slice((2 + number) % 7, None, 7)
        assert expected[number] == pytest.approx(counts[like].mean(axis=0))
    assert size_of(scenario).contacts == pytest.approx(expected.sum())


def test_totals_vary_as_the_recorded_days_do(tmp_path: Path) -> None:
    """A day's total has the mean and the variance of the recorded totals, as if these were all there is."""
    scenario = resampled(tmp_path, "days", days=1, warm_up=0)
    totals = np.array([len(arrivals(scenario, replication)) for replication in range(1_000)])
    of_days = np.array([len(day) for day in recorded()])
    squares = (totals - of_days.mean()) ** 2
    for values, mean in ((totals, of_days.mean()), (squares, of_days.var())):
        assert abs(values.mean() - mean) <= 4 * values.std(ddof=1) / math.sqrt(len(values))


def test_types_of_one_file_take_the_same_days(tmp_path: Path) -> None:
    """Together they are all tickets of the days drawn."""
    tickets(tmp_path)
    kind = "arrivals: {{trace: t.csv, column: at, resample: days, where: {{kind: {}}}}}"
    scenario = desk(days=9, folder=str(tmp_path), x=kind.format("complaint"), y=kind.format("question"))
    whole = resampled(tmp_path, "days", days=9, warm_up=0)
    for replication in range(5):
        both = [arrivals(scenario, replication, name) for name in "xy"]
        assert np.array_equal(np.sort(np.concatenate(both)), arrivals(whole, replication))


def test_more_days_leave_the_first_ones_alone(tmp_path: Path) -> None:
    short, long = (arrivals(resampled(tmp_path, "weekdays", days=days), 3) for days in (4, 9))
    assert np.array_equal(long[: len(short)], short)


def test_a_type_that_came_on_one_day_only_has_the_days_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("at,kind\n2025-11-03T08:00,a\n2025-11-04T08:00,b\n2025-11-05T09:00,a\n")
    inside = "arrivals: {{trace: t.csv, column: at, resample: days, where: {{kind: {}}}}}"
    scenario = desk(days=1, folder=str(tmp_path), x=inside.format("a"), y=inside.format("b"))
    for replication in range(20):
        day = int(uniforms(1, replication, "resample", size=1)[0] * 3)
        sizes = tuple(len(arrivals(scenario, replication, name)) for name in "xy")
        assert sizes == ((1, 0), (0, 1), (1, 0))[day]
