"""A Log small enough to be measured on paper. Times are minutes; a "day" has 60, in two intervals of 30.

Warm-up [0, 60), measured [60, 180), that is two days [60, 120) and [120, 180), drain until 240. Types a and
b, teams desk (agent 0, a person) and night (agent 1, a level).

======= ==== ======= ===================================================================================
contact type arrives what became of it
======= ==== ======= ===================================================================================
0       a    50      warm-up: handled 55–65 by agent 0
1       a    70      handled at once, 70–80; writes again at 100, handled 105–110
2       b    75      handled 80–95, over the beginning of agent 0's break
3       a    82      left at 90
4       a    85      gave up silently at 92; handled 100–105
5       b    110     needed no answer
6       b    130     handled at once, 130–150, by agent 1; the next message would come at 300
7       a    172     handled at once, 172–182, over the end of agent 0's shift
8       a    176     still open when the run ended, nobody ever began
9       b    178     handled 190–200 by agent 1
======= ==== ======= ===================================================================================

Agent 0 is on duty [50, 90) and [100, 175). The level of the night team is 1 on [0, 140), 0 on [140, 190),
then 1.
"""

from __future__ import annotations

import numpy as np

from simcare.demand.tape import FIRST, FOLLOW_UP, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, UNWRITTEN, Log, Steps, Stints
from simcare.measures.frame import Frame
from simcare.measures.hours import Hours
from simcare.measures.promises import Promise
from simcare.staffing.roster import Roster

MINUTE = 60_000
A, B = 0, 1

TYPE = [A, A, B, A, A, B, B, A, A, B]
ARRIVES = [50, 70, 75, 82, 85, 110, 130, 172, 176, 178]

Row = tuple[int, int, int, int, int, int | None]
"""A row of steps: step, contact, kind, ready, outcome, gone."""

# step: contact, kind, ready, outcome, gone. Contact 5 has none; contact 6's second is never written.
STEPS: list[Row] = [
    (0, 0, FIRST, 50, REPLIED, None),
    (1, 1, FIRST, 70, REPLIED, None),
    (2, 1, FOLLOW_UP, 100, REPLIED, None),
    (3, 2, FIRST, 75, REPLIED, None),
    (4, 3, FIRST, 82, LEFT, 90),
    (5, 4, FIRST, 85, SILENT, 92),
    (6, 6, FIRST, 130, REPLIED, None),
    (7, 6, FOLLOW_UP, 300, UNWRITTEN, None),
    (8, 7, FIRST, 172, REPLIED, None),
    (9, 8, FIRST, 176, OPEN, None),
    (10, 9, FIRST, 178, REPLIED, None),
]

# step, agent, start, end
STINTS = [
    (0, 0, 55, 65),
    (1, 0, 70, 80),
    (2, 0, 105, 110),
    (3, 0, 80, 95),
    (5, 0, 100, 105),
    (6, 1, 130, 150),
    (8, 0, 172, 182),
    (10, 1, 190, 200),
]


def promise(
    definition: str = "of_all",
    kind: str = "first_reply",
    within: int = 20,
    types: tuple[int, ...] = (A, B),
    short: int = 8,
    name: str = "promise",
    open_hours: bool = False,
) -> Promise:
    return Promise(
        name,
        types,
        kind,  # type: ignore[arg-type]
        within * MINUTE,
        0.9,
        definition,  # type: ignore[arg-type]
        short * MINUTE,
        open_hours,
    )


def frame(
    *promises: Promise,
    cost: tuple[float | None, float | None] = (60.0, 90.0),
    premiums: tuple[tuple[Hours, float], ...] = (),
    waiting_cost: tuple[float | None, float | None] = (None, 2.0),
    opening: tuple[Hours | None, Hours | None] = (None, None),
) -> Frame:
    return Frame(
        types=("a", "b"),
        teams=("desk", "night"),
        promises=promises,
        from_ms=60 * MINUTE,
        to_ms=180 * MINUTE,
        latest_ms=240 * MINUTE,
        interval_ms=30 * MINUTE,
        days=2,
        cost_per_hour=cost,
        overtime=1.5,
        premiums=premiums,
        waiting_cost=waiting_cost,
        opening=opening,
    )


def tape() -> Tape:
    return tape_of(TYPE, ARRIVES, STEPS)


def tape_of(of_type: list[int], arrives: list[int], rows: list[Row]) -> Tape:
    """The tape of contacts, and of the steps that the rows of a log are about."""
    of_step = {row[0]: row for row in rows}
    contacts, steps = len(of_type), len(of_step)
    column = ints([row[1] for row in of_step.values()])
    return Tape(
        arrival_ms=ints(arrives) * MINUTE,
        type_of_contact=ints(of_type),
        actionable=np.isin(np.arange(contacts), column),
        followers=ints([0] * contacts),
        patience_ms=ints([NEVER] * contacts),
        leaves_at_once_u=np.full(contacts, 0.5),
        random_u=np.full(contacts, 0.5),
        first_retry=np.zeros(contacts + 1, dtype=np.int64),
        retry_mark=np.zeros(0),
        retry_after_ms=np.zeros(0, dtype=np.int64),
        retry_leaves_at_once_u=np.zeros(0),
        retry_silent_u=np.zeros(0),
        silent_u=np.full(contacts, 0.5),
        first_step=np.searchsorted(column, np.arange(contacts + 1)).astype(np.int64),
        contact_of_step=column,
        kind_of_step=ints([row[2] for row in of_step.values()]),
        mark=np.zeros(steps),
        pause_ms=ints([0] * steps),
        work_ms=np.zeros((1, steps), dtype=np.int64),
    )


def log() -> Log:
    return log_of(STEPS, STINTS)


def log_of(rows: list[Row], stints: list[tuple[int, int, int, int]]) -> Log:
    step, contact, kind, ready, outcome, gone = zip(*rows, strict=True)
    gone_ms = ints([-1 if minute is None else minute * MINUTE for minute in gone])
    steps = Steps(ints(step), ints(contact), ints(kind), ints(ready) * MINUTE, ints(outcome), gone_ms)
    step, agent, start, end = zip(*stints, strict=True)
    completed = np.ones(len(stints), dtype=np.bool_)
    return Log(steps, Stints(ints(step), ints(agent), ints(start) * MINUTE, ints(end) * MINUTE, completed))


def roster() -> Roster:
    return Roster(
        team_of_agent=ints([0, 1]),
        line_of_agent=ints([0, 0]),
        number_of_agent=ints([1, 1]),
        duty_agent=ints([0, 0]),
        duty_from_ms=ints([50, 100]) * MINUTE,
        duty_to_ms=ints([90, 175]) * MINUTE,
        level_team=ints([1, 1, 1]),
        level_from_ms=ints([0, 140, 190]) * MINUTE,
        level=ints([1, 0, 1]),
        # agent 0 but for the break; two absentees who are paid all the time; the level while it is 1
        paid_team=ints([0, 0, 0, 1, 1]),
        paid_from_ms=ints([50, 100, 60, 0, 190]) * MINUTE,
        paid_to_ms=ints([90, 175, 180, 140, 240]) * MINUTE,
        paid_agents=ints([1, 1, 2, 1, 1]),
    )


def ints(values: object) -> np.ndarray:
    return np.array(values, dtype=np.int64)
