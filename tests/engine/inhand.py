"""What agents have in hand: never more than they may, and the work of every stint is conserved.

Everything that an agent has in hand goes on at one pace, so his work has a clock of its own: it runs at the
pace of the number in hand. What he has done on a step is what this clock has moved since he began it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from simcare.demand.tape import Tape
from simcare.staffing.roster import Roster
from simcare.staffing.rules import PARTS, Rules, handling_ms
from tests.engine.rows import Step, Stint, stints_by_agent


def check_work(steps: dict[int, Step], tape: Tape, roster: Roster, rules: Rules) -> None:
    """Raise AssertionError unless every stint is as long as its work takes, or was broken off before."""
    team_of = roster.team_of_agent.tolist()
    clocks = {
        agent: _clock(agent, stints, rules.pace_ppm[team_of[agent], : rules.at_once[team_of[agent]] + 1])
        for agent, stints in stints_by_agent(steps).items()
    }
    for step in steps.values():
        _work_is_conserved(step, clocks, team_of, tape, rules)


@dataclass(frozen=True)
class _Clock:
    """The moments at which the number in hand changes, and how far the clock has come by then, in ms·10⁶."""

    at: list[int]
    done: list[int]

    def between(self, start: int, end: int) -> int:
        """How far the clock moves between two of the moments."""
        return self.done[bisect_left(self.at, end)] - self.done[bisect_left(self.at, start)]

    def last_ms(self, end: int) -> int:
        """How far it moves in the millisecond before one of the moments (not the first)."""
        place = bisect_left(self.at, end)
        return (self.done[place] - self.done[place - 1]) // (end - self.at[place - 1])


def _clock(agent: int, stints: list[Stint], pace_ppm: Sequence[int]) -> _Clock:
    changes = sorted([(stint.start, 1) for stint in stints] + [(stint.end, -1) for stint in stints])
    at, done, in_hand = [changes[0][0]], [0], 0
    for moment, change in changes:
        if moment > at[-1]:
            assert in_hand < len(pace_ppm), (
                f"stints of agent {agent} overlap: he has {in_hand} in hand from {at[-1]} to {moment}, "
                f"but may have {len(pace_ppm) - 1}"
            )
            done.append(done[-1] + (moment - at[-1]) * int(pace_ppm[in_hand]))
            at.append(moment)
        in_hand += change
    return _Clock(at, done)


def _work_is_conserved(
    step: Step, clocks: dict[int, _Clock], team_of: list[int], tape: Tape, rules: Rules
) -> None:
    whole = left = 0
    for number, stint in enumerate(step.stints):
        team = team_of[stint.agent]
        key = (step.kind, step.type, team)
        assert rules.handles[key], f"{stint}: the agent's team {team} may not take such a step"
        helps = step.first_ready + int(rules.overflow_ms[step.type, team])
        assert stint.start >= helps, f"{stint}: the agent's team {team} may not take it before {helps}"
        handling = handling_ms(int(tape.work_ms[rules.work_slot[key], step.step]), int(rules.speed_ppm[key]))
        planned = handling if number == 0 else max(1, (handling * left + whole // 2) // whole)
        to_do = planned * PARTS
        clock = clocks[stint.agent]
        done = clock.between(stint.start, stint.end)
        before = done - clock.last_ms(stint.end) if stint.end > stint.start else -1
        what = f"{stint} did {done / PARTS:g} ms of work, but the work left is {planned} ms"
        if stint.completed:
            assert before < to_do <= done, what
            assert stint.end < rules.drain_end_ms, f"{stint} completes when all is over"
        elif stint.end == rules.drain_end_ms:
            assert before < to_do, f"{what}: it was done before the end"
        else:
            assert done < to_do, f"{what}: it was done"
        whole, left = handling, -((done - to_do) // PARTS)
