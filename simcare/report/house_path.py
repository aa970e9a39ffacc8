"""How many wait, how many are in hand and on duty through one day: a few lines of signs, and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.engine.log import UNWRITTEN, Log
from simcare.experiment.replication import Drawn
from simcare.measures.contacts import step_times
from simcare.report.page.marks import End, day_axis, name_ends
from simcare.report.page.palette import light
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.scenario.quantities import DAY, HOUR, MINUTE, format_clock
from simcare.scenario.scenario import Scenario
from simcare.scenario.weekdays import WEEKDAYS
from simcare.staffing.roster import UNLIMITED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Int = NDArray[np.int64]

BLOCKS = " ▁▂▃▄▅▆▇█"
"""Heights of the plot in signs."""

PIECE = 30 * MINUTE
PIECES = DAY // PIECE
"""The plot in signs and the table show the most in each piece of the day."""

TICK = 3 * HOUR
NAMES = 9
HEIGHT = 300.0


class Course(NamedTuple):
    """A number through the day: from ``at_ms[i]`` on, counted from 00:00, it is ``number[i]``."""

    name: str
    at_ms: Int
    number: Int

    @property
    def most(self) -> Int:
        """The most in each piece of the day."""
        edges = PIECE * np.arange(PIECES)
        holds = np.searchsorted(self.at_ms, edges, side="right") - 1
        after = np.searchsorted(self.at_ms, edges + PIECE)
        return np.array(
            [self.number[a:b].max() for a, b in zip(holds.tolist(), after.tolist(), strict=True)],
            dtype=np.int64,
        )

    @property
    def peak(self) -> tuple[int, int]:
        """The most of the day, and when it first is that many, in ms since 00:00."""
        row = int(np.argmax(self.number))
        return int(self.number[row]), int(self.at_ms[row])


@dataclass(frozen=True)
class HousePath:
    """One day of one replication: messages that wait, messages in hand, agents on duty."""

    day: str
    plan: str
    replication: int
    courses: tuple[Course, ...]


def house_path(
    scenario: Scenario, plan: str, replication: int, drawn: Drawn, log: Log, day: int
) -> HousePath:
    """How the numbers went on one simulated day, counted from 0. Agents without limit are not counted."""
    steps, stints, roster = log.steps, log.stints, drawn.roster
    came = steps.outcome != UNWRITTEN
    there = (steps.ready_ms[came], step_times(log).done_ms[came])
    hands = (stints.start_ms, stints.end_ms)
    courses = [
        _course("waiting", day, [*_spans(*there), *_spans(*hands, many=-1)]),
        _course("in hand", day, _spans(*hands)),
    ]
    if not (roster.level == UNLIMITED).any():
        same = np.append(False, roster.level_team[1:] == roster.level_team[:-1])[: len(roster.level)]
        before = np.where(same, np.append(0, roster.level[:-1])[: len(roster.level)], 0)
        people = _spans(roster.duty_from_ms, roster.duty_to_ms)
        courses.append(_course("on duty", day, [*people, (roster.level_from_ms, roster.level - before)]))
    clock = scenario.clock
    named = f"{WEEKDAYS[clock.weekday_of(day)].capitalize()} {clock.date_of(day)}"
    return HousePath(named, plan, replication, tuple(courses))


Steps = tuple[Int, Int]
"""Times, and by how much the number changes at each."""


def _spans(from_ms: Int, to_ms: Int, many: int = 1) -> list[Steps]:
    up = np.full(len(from_ms), many, dtype=np.int64)
    return [(from_ms, up), (to_ms, -up)]


def _course(name: str, day: int, steps: Sequence[Steps]) -> Course:
    """The number through the day, from all its changes."""
    at_ms = np.maximum(np.concatenate([at for at, _ in steps]) - day * DAY, 0)
    change = np.concatenate([by for _, by in steps])
    today = at_ms < DAY
    times, which = np.unique(np.append(0, at_ms[today]), return_inverse=True)
    sums = np.zeros(len(times), dtype=np.int64)
    np.add.at(sums, which, np.append(0, change[today]))
    changes = sums != 0
    changes[0] = True
    return Course(name, times[changes], np.cumsum(sums)[changes])


# ---- signs -------------------------------------------------------------------------------------------------


def plot_lines(path: HousePath) -> Iterator[str]:
    """The day in signs, each number on a scale of its own: the most in each half hour."""
    yield f"{path.day}, the most in each half hour"
    hours = "".join(f"{hour:<{TICK // PIECE}}" for hour in (format_clock(t)[:2] for t in range(0, DAY, TICK)))
    yield " " * NAMES + hours.rstrip()
    for course in path.courses:
        most, at_ms = course.peak
        top = max(1, most)
        signs = "".join(BLOCKS[-(-8 * int(number) // top)] for number in course.most)
        told = f"{most} at {format_clock(at_ms)[:5]}" if most else "none"
        yield f"{course.name:<{NAMES}}{signs}  {told}"


# ---- picture -----------------------------------------------------------------------------------------------

COLOURS = {"waiting": "bad", "in hand": "plan-1", "on duty": "muted"}


def picture(path: HousePath) -> Picture:
    """The day as a picture: every change of the numbers."""
    by_name = {course.name: course for course in path.courses}
    most, at_ms = by_name["waiting"].peak
    title = f"{path.day}: at {format_clock(at_ms)[:5]} {most} wait" if most else f"{path.day}: nobody waits"

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        ends = []
        for name, course in by_name.items():
            colour = light(COLOURS[name])
            hours = np.append(course.at_ms, DAY) / HOUR
            numbers = np.append(course.number, course.number[-1])
            if name == "on duty":
                axes.fill_between(hours, numbers, step="post", color=light("band"), linewidth=0)
            axes.step(hours, numbers, where="post", color=colour, linewidth=1.4)
            ends.append(End(name, float(numbers[-1]), colour))
        day_axis(axes)
        axes.set_ylim(0, None)
        axes.set_ylabel("messages, agents")
        name_ends(axes, ends, height=HEIGHT - 50)

    rows = (
        (format_clock(piece * PIECE), *(str(int(course.most[piece])) for course in path.courses))
        for piece in range(PIECES)
    )
    columns = (Column("from", "left"), *(Column(course.name) for course in path.courses))
    return Picture(
        name="trace",
        title=f"{title} (plan {path.plan}, replication {path.replication})",
        alt="Lines over one day: messages that wait, messages in hand, agents on duty.",
        caption="One day of one replication.",
        height=HEIGHT,
        draw=draw,
        table=Table("The most in each half hour", columns, tuple(rows)),
    )
