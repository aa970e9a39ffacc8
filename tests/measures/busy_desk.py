"""Another Log to be measured on paper: a full queue, customers who try again, chats, a team without limit.

The frame, and minutes, are those of `paper_desk`: measured [60, 180).

======= ==== ======= ===================================================================================
contact type arrives what became of it
======= ==== ======= ===================================================================================
0       a    60      turned away; again at 70 and left at 76; again at 90, handled 95–100 by agent 0
1       a    65      turned away; again at 80 and turned away
2       a    70      left at once
3       b    72      turned away; again at 85, gave up silently at 88; handled 96–106 by agent 0
4       b    100     turned away; again at 120, handled at once, 120–140, by agent 1
5       b    110     handled at once, 110–130, by agent 2
6       a    150     left at 155; again at 170, still open when the run ended, nobody ever began
======= ==== ======= ===================================================================================

Agent 0 is on duty [60, 100) and has two chats. The night team is without limit.
"""

from __future__ import annotations

from simcare.demand.tape import FIRST, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, Log
from simcare.staffing.roster import UNLIMITED, Roster
from tests.measures.paper_desk import MINUTE, A, B, Row, ints, log_of, tape_of

# step, contact, kind, ready, outcome, gone
STEPS: list[Row] = [
    (0, 0, FIRST, 60, TURNED_AWAY, 60),
    (0, 0, FIRST, 70, LEFT, 76),
    (0, 0, FIRST, 90, REPLIED, None),
    (1, 1, FIRST, 65, TURNED_AWAY, 65),
    (1, 1, FIRST, 80, TURNED_AWAY, 80),
    (2, 2, FIRST, 70, LEFT, 70),
    (3, 3, FIRST, 72, TURNED_AWAY, 72),
    (3, 3, FIRST, 85, SILENT, 88),
    (4, 4, FIRST, 100, TURNED_AWAY, 100),
    (4, 4, FIRST, 120, REPLIED, None),
    (5, 5, FIRST, 110, REPLIED, None),
    (6, 6, FIRST, 150, LEFT, 155),
    (6, 6, FIRST, 170, OPEN, None),
]

# step, agent, start, end
STINTS = [(0, 0, 95, 100), (3, 0, 96, 106), (4, 1, 120, 140), (5, 2, 110, 130)]


def tape() -> Tape:
    return tape_of([A, A, A, B, B, B, A], [60, 65, 70, 72, 100, 110, 150], STEPS)


def log() -> Log:
    return log_of(STEPS, STINTS)


def roster() -> Roster:
    none = ints([])
    return Roster(
        team_of_agent=ints([0, 1, 1, 1]),
        line_of_agent=ints([0, 0, 0, 0]),
        number_of_agent=ints([1, 1, 2, 3]),
        duty_agent=ints([0]),
        duty_from_ms=ints([60]) * MINUTE,
        duty_to_ms=ints([100]) * MINUTE,
        level_team=ints([1]),
        level_from_ms=ints([0]),
        level=ints([UNLIMITED]),
        paid_team=none,
        paid_from_ms=none,
        paid_to_ms=none,
        paid_agents=none,
    )
