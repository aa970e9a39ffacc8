"""Single days: how many messages waited through the day, how many saw complaints that nobody had answered,
and how often complaints were reshared.

A result holds sums, which hide good and bad days. These days are simulated anew, from the same chance:
those of the first replications of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.demand.draw import draw_tape
from simcare.demand.tape import Tape
from simcare.engine.log import UNWRITTEN, Log
from simcare.engine.simulate import chosen, simulate
from simcare.experiment.result import Result
from simcare.measures.contacts import step_times
from simcare.measures.fates import fates
from simcare.measures.frame import Float
from simcare.measures.pile_on import complaints_of
from simcare.measures.played import Played, Replication
from simcare.measures.sums import Series, series_of, sums_in
from simcare.scenario.clock import Clock
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from simcare.scenario.virality import FEWEST_RESHARES
from simcare.staffing.duty import roster_from
from simcare.staffing.routing import rules_of
from simcare.staffing.schedule import schedule_of

Int = NDArray[np.int64]

STEP_MS = 15 * 60_000
POINTS_A_DAY = 86_400_000 // STEP_MS

DAYS = 140
"""So many days are enough for a picture."""

DAYS_A_YEAR = 365

STEPS = 9
BEYOND = 10
"""So many times a crisis is the most that is asked for."""

LEAST_REPLICATIONS = 20
MOST_MESSAGES = 4_000_000
"""Beyond, fewer replications are taken: a picture must not take longer than the run."""


@dataclass(frozen=True)
class SingleDays:
    """Every measured day of some replications, by plan.

    ``messages`` that wait and are in nobody's hands, at 00:00, 00:15 …: shape (replications, days, points a
    day).
    ``unanswered`` impressions of the day: shape (replications, days); empty where nobody reads along.
    ``reshared``: complaints a year that are reshared so often or more, for each number in ``often``.
    """

    messages: Mapping[str, Int]
    unanswered: Mapping[str, Float]
    often: tuple[int, ...]
    reshared: Mapping[str, Float]

    @property
    def replications(self) -> int:
        """How many replications were looked at."""
        return len(next(iter(self.messages.values())))


def single_days(result: Result, plans: Sequence[str]) -> SingleDays:
    """The days of some plans in the first replications of a result."""
    scenario, seed = result.scenario, int(result.header["seed"])
    each = max(1, int(size_of(scenario).steps) * len(plans))
    wanted = max(LEAST_REPLICATIONS, -(-DAYS // scenario.clock.days))
    replications = min(int(result.header["replications"]), wanted, max(1, MOST_MESSAGES // each))
    engine = chosen("auto", each * int(result.header["replications"]))  # what the run took is loaded already
    desks = {plan: (schedule_of(scenario, plan), rules_of(scenario, plan)) for plan in plans}
    waiting: dict[str, list[Int]] = {plan: [] for plan in plans}
    unanswered: dict[str, list[Float]] = {plan: [] for plan in plans if scenario.public_contacts}
    often = _often(scenario)
    reshared = {plan: np.zeros(len(often)) for plan in unanswered}
    for number in range(replications):
        tape = draw_tape(scenario, number, seed)
        for plan, (schedule, rules) in desks.items():
            roster = roster_from(schedule, number, seed)
            log = simulate(tape, roster, rules, engine)
            waiting[plan].append(queue_path(scenario.clock, tape, log))
            if plan in unanswered:
                frame = result.frames[plan]
                row = series_of(frame).index(Series("unanswered_impressions"))
                played = Played.of(frame, [Replication(tape, roster, log)])
                sums = sums_in(frame, played.each)
                unanswered[plan].append(sums.numerators[0, row, 1 : 1 + frame.days])
                for complaints in complaints_of(played, fates(log, step_times(log))):
                    reshared[plan] += complaints.reshared(often)
    a_year = DAYS_A_YEAR / (replications * scenario.clock.days)
    return SingleDays(
        {plan: np.array(found) for plan, found in waiting.items()},
        {plan: np.array(found) for plan, found in unanswered.items()},
        often,
        {plan: a_year * found for plan, found in reshared.items()},
    )


def _often(scenario: Scenario) -> tuple[int, ...]:
    """Numbers of reshares, from the fewest whose chance is known to many more than a crisis has."""
    bounds = {scenario.virality_of(name)["crisis_at"].value for name in scenario.public_contacts}
    steps = np.geomspace(FEWEST_RESHARES, BEYOND * max(bounds, default=FEWEST_RESHARES), STEPS)
    return tuple(sorted(bounds | {round(step) for step in steps.tolist()}))


def queue_path(clock: Clock, tape: Tape, log: Log) -> Int:
    """How many messages and escalated work wait at each point of the measured days: (days, points a day).

    As the measure `queue` counts them: all that is ready and not done with, less what agents have in hand.
    """
    at_ms = clock.measured_from_ms + STEP_MS * np.arange(clock.days * POINTS_A_DAY)
    steps, stints = log.steps, log.stints
    written = steps.outcome != UNWRITTEN
    present = _between(steps.ready_ms[written], step_times(log).done_ms[written], at_ms)
    in_hand = _between(stints.start_ms, stints.end_ms, at_ms)
    return (present - in_hand).reshape(clock.days, POINTS_A_DAY)


def _between(from_ms: Int, to_ms: Int, at_ms: Int) -> Int:
    """How many of the spans [from, to) hold each instant."""
    begun = np.searchsorted(np.sort(from_ms), at_ms, side="right")
    return begun - np.searchsorted(np.sort(to_ms), at_ms, side="right")
