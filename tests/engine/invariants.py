"""Rules that every Log keeps, whichever engine wrote it.

`check` reads a Log beside the Tape, Roster and Rules it came from and knows no engine. Each rule is a
function of its own that looks at the whole Log at once; only who took what, which depends on the order of
events within an instant, has to follow the events one by one (`choices`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise

from simcare.demand.tape import ESCALATED, FIRST, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, UNWRITTEN, Log
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules, handling_ms
from tests.engine.choices import check_choices
from tests.engine.idleness import nobody_idle_beside_waiting_work
from tests.engine.rows import Interval, Step, Stint, duties_of, rows, steps_of


def check(tape: Tape, roster: Roster, rules: Rules, log: Log) -> None:
    """Raise AssertionError, with a sentence that says what is wrong, unless the Log keeps every rule."""
    _rows_fit_the_tape(tape, roster, log)
    steps = steps_of(tape, log)
    _stints_follow_one_another(steps, rules)
    _the_right_steps_came(steps, tape, rules)
    for step in steps.values():
        _patience_and_outcome(step, tape, rules)
    _one_stint_at_a_time(steps)
    _starts_on_duty(steps, roster, rules)
    for step in steps.values():
        _work_is_conserved(step, tape, roster, rules)
    nobody_idle_beside_waiting_work(steps, roster, rules)
    check_choices(tape, roster, rules, log)


# --- Structure ----------------------------------------------------------------------------------------------


def _rows_fit_the_tape(tape: Tape, roster: Roster, log: Log) -> None:
    for table, length in ((log.steps, len(log.steps.step)), (log.stints, len(log.stints.step))):
        for column, values in vars(table).items():
            assert len(values) == length, (
                f"column {column} of {type(table).__name__} has {len(values)} rows, not {length}"
            )
    before = -1
    for step, contact, kind in rows(log.steps.step, log.steps.contact, log.steps.kind):
        assert before < step < len(tape.contact_of_step), f"step {step} does not belong after step {before}"
        assert contact == tape.contact_of_step[step], f"step {step} is not of contact {contact}"
        assert kind == tape.kind_of_step[step], f"step {step} is not of kind {kind}"
        before = step
    listed = set(log.steps.step.tolist())
    for step, agent in rows(log.stints.step, log.stints.agent):
        assert step in listed, f"a stint works on step {step}, which never came"
        assert 0 <= agent < len(roster.team_of_agent), (
            f"a stint of step {step} is by agent {agent}, who does not exist"
        )


def _stints_follow_one_another(steps: dict[int, Step], rules: Rules) -> None:
    for step in steps.values():
        earliest = step.ready
        for stint in step.stints:
            assert stint.start >= earliest, f"{stint} starts before {earliest}, when the step was not waiting"
            assert stint.start <= stint.end, f"{stint} ends before it starts"
            assert stint.start < rules.drain_end_ms, f"{stint} starts when all is over"
            assert stint.end <= rules.drain_end_ms, f"{stint} ends after the end of the drain"
            earliest = stint.end
        for stint in step.stints[:-1]:
            assert not stint.completed, f"{stint} completed step {step.step}, but another stint follows"


# --- A contact's steps --------------------------------------------------------------------------------------


def _the_right_steps_came(steps: dict[int, Step], tape: Tape, rules: Rules) -> None:
    """First replies at arrival, escalated work at their end, further messages after a pause; nothing else."""
    expected: dict[int, int] = {}
    kinds, marks, pauses = tape.kind_of_step.tolist(), tape.mark.tolist(), tape.pause_ms.tolist()
    for contact, (step, end) in enumerate(zip(tape.first_step[:-1], tape.first_step[1:], strict=True)):
        if step == end:
            continue
        of_type = tape.type_of_contact[contact]
        ready: int | None = int(tape.arrival_ms[contact])
        while ready is not None:
            expected[int(step)] = ready
            ended = _reply_sent(steps.get(int(step)))
            ready = None
            step += 1
            if ended is None:
                break
            if step < end and kinds[step] == ESCALATED:
                if marks[step] < rules.escalates[of_type]:
                    ready = ended
                    continue
                step += 1
            if step < end and marks[step] < rules.again[of_type]:
                ready = ended + pauses[step]
    for number, ready in expected.items():
        assert number in steps, f"step {number} should be ready at {ready}, but is not in the Log"
        assert steps[number].ready == ready, (
            f"step {number} is ready at {steps[number].ready}, not at {ready}"
        )
    extra = sorted(set(steps) - set(expected))
    assert not extra, f"step {extra[0] if extra else ''} is in the Log, but nothing brought it about"


def _reply_sent(step: Step | None) -> int | None:
    """When the reply was sent after which the contact may go on, None if never."""
    if step is None or step.outcome == SILENT or not step.stints or not step.stints[-1].completed:
        return None
    return step.stints[-1].end


def _patience_and_outcome(step: Step, tape: Tape, rules: Rules) -> None:
    """Who gives up does so at ready + patience, unless begun by then; the outcome says what became of it."""
    name = f"step {step.step}"
    if step.ready >= rules.drain_end_ms:
        assert step.outcome == UNWRITTEN, (
            f"{name} would be ready at the end of the drain or later: it is unwritten"
        )
        assert step.gone == -1 and not step.stints, f"{name} is unwritten: nobody leaves it or works on it"
        return
    first_start = step.stints[0].start if step.stints else None
    gone, silent = _gives_up(step, first_start, tape, rules)
    assert step.gone == gone, f"the customer of {name} gives up at {gone}, not at {step.gone} (-1 is never)"
    if gone >= 0 and not silent:
        assert step.outcome == LEFT, (
            f"the customer of {name} left at {gone}, but the outcome is {step.outcome}"
        )
        assert not step.stints, f"{name} left the queue at {gone}, but was worked on"
        return
    done = bool(step.stints) and step.stints[-1].completed
    right = SILENT if gone >= 0 else REPLIED if done else OPEN
    assert step.outcome == right, f"the outcome of {name} is {step.outcome}, but should be {right}"


def _gives_up(step: Step, first_start: int | None, tape: Tape, rules: Rules) -> tuple[int, bool]:
    """When the customer of a step gives up (-1: never), and whether silently."""
    if step.kind != FIRST:
        return -1, False
    waits = first_start is None or first_start > step.ready
    if waits and tape.leaves_at_once_u[step.contact] < rules.leaves_at_once[step.type, 0]:
        return step.ready, False
    patience = int(tape.patience_ms[step.contact])
    gone = step.ready + patience
    if patience >= NEVER or gone >= rules.drain_end_ms:
        return -1, False
    if first_start is not None and first_start <= gone:
        return -1, False
    return gone, bool(tape.silent_u[step.contact] < rules.silent[step.type])


# --- Work ---------------------------------------------------------------------------------------------------


def _one_stint_at_a_time(steps: dict[int, Step]) -> None:
    by_agent: dict[int, list[Stint]] = defaultdict(list)
    for step in steps.values():
        for stint in step.stints:
            by_agent[stint.agent].append(stint)
    for stints in by_agent.values():
        stints.sort(key=lambda stint: (stint.start, stint.end))
        for one, other in pairwise(stints):
            assert other.start >= one.end, f"{one} and {other} overlap"


def _starts_on_duty(steps: dict[int, Step], roster: Roster, rules: Rules) -> None:
    """People start only on duty, [from, to); what they hold at its end they finish, or drop right then."""
    duties = duties_of(roster)
    levels = set(roster.level_team.tolist())
    for step in steps.values():
        for stint in step.stints:
            ends_by_itself = stint.completed or stint.end == rules.drain_end_ms
            if roster.team_of_agent[stint.agent] in levels:
                assert ends_by_itself, f"{stint} was broken off, but a level never drops work"
                continue
            duty = _covering(duties[stint.agent], stint.start)
            assert duty is not None, f"{stint} starts while the agent is off duty"
            if rules.drop_at_shift_end:
                assert stint.end <= duty[1], f"{stint} goes on after the duty ended at {duty[1]}"
                at_its_end = stint.end == duty[1]
                assert ends_by_itself or at_its_end, (
                    f"{stint} was broken off before the duty ended at {duty[1]}"
                )
            else:
                assert ends_by_itself, f"{stint} was broken off, but people finish what they hold"


def _work_is_conserved(step: Step, tape: Tape, roster: Roster, rules: Rules) -> None:
    """Each stint lasts as long as the agent's team needs for what is left, unless it is broken off before."""
    whole = left = 0
    for number, stint in enumerate(step.stints):
        team = roster.team_of_agent[stint.agent]
        key = (step.kind, step.type, team)
        assert rules.handles[key], f"{stint}: the agent's team {team} may not take such a step"
        handling = handling_ms(int(tape.work_ms[rules.work_slot[key], step.step]), int(rules.speed_ppm[key]))
        planned = handling if number == 0 else max(1, (handling * left + whole // 2) // whole)
        lasted = stint.end - stint.start
        if stint.completed:
            assert lasted == planned, f"{stint} took {lasted} ms, but the work left is {planned} ms"
            assert stint.end < rules.drain_end_ms, f"{stint} completes when all is over"
        elif stint.end == rules.drain_end_ms:
            assert lasted <= planned, f"{stint} took {lasted} ms, more than the {planned} ms of work left"
        else:
            assert lasted < planned, f"{stint} took {lasted} ms, so the work ({planned} ms) was done"
        whole, left = handling, planned - lasted


def _covering(duties: list[Interval], at: int) -> Interval | None:
    place = bisect_right(duties, (at, NEVER)) - 1
    return duties[place] if place >= 0 and duties[place][0] <= at < duties[place][1] else None
