"""Rules that every Log keeps, whichever engine wrote it.

`check` reads a Log beside the Tape, Roster and Rules it came from and knows no engine. Each rule is a
function of its own that looks at the whole Log at once; only who took what, which depends on the order of
events within an instant, has to follow the events one by one (`choices`).
"""

from __future__ import annotations

from bisect import bisect_right

from simcare.demand.tape import ANSWER, CLOSING, ESCALATED, FIRST, FOLLOW_UP, NEVER, Tape
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN, Log
from simcare.staffing.roster import Roster
from simcare.staffing.rules import Rules
from tests.engine.choices import check_choices
from tests.engine.idleness import nobody_idle_beside_waiting_work
from tests.engine.inhand import check_work
from tests.engine.reshares import contacts_that_come
from tests.engine.rows import Interval, Step, duties_of, retry_of, rows, steps_of


def check(tape: Tape, roster: Roster, rules: Rules, log: Log) -> None:
    """Raise AssertionError, with a sentence that says what is wrong, unless the Log keeps every rule."""
    _rows_fit_the_tape(tape, roster, log)
    steps = steps_of(tape, log)
    _stints_follow_one_another(steps, rules)
    _the_right_steps_came(steps, tape, rules)
    for step in steps.values():
        _the_right_tries_came(step, tape, rules)
        for number in range(len(step.tries)):
            _patience_and_outcome(step, number, tape, rules)
    _starts_on_duty(steps, roster, rules)
    check_work(steps, tape, roster, rules)
    nobody_idle_beside_waiting_work(steps, roster, rules)
    check_choices(tape, roster, rules, steps)


# --- Structure ----------------------------------------------------------------------------------------------


def _rows_fit_the_tape(tape: Tape, roster: Roster, log: Log) -> None:
    for table, length in ((log.steps, len(log.steps.step)), (log.stints, len(log.stints.step))):
        for column, values in vars(table).items():
            assert len(values) == length, (
                f"column {column} of {type(table).__name__} has {len(values)} rows, not {length}"
            )
    before = (-1, -1)
    steps = log.steps
    for step, ready, contact, kind in rows(steps.step, steps.ready_ms, steps.contact, steps.kind):
        assert before < (step, ready) and step < len(tape.contact_of_step), (
            f"step {step}, ready at {ready}, does not belong after step {before[0]}, ready at {before[1]}"
        )
        assert kind == FIRST or step > before[0], f"step {step} has two rows, but only first replies have"
        assert contact == tape.contact_of_step[step], f"step {step} is not of contact {contact}"
        assert kind == tape.kind_of_step[step], f"step {step} is not of kind {kind}"
        before = (step, ready)
    listed = set(log.steps.step.tolist())
    for step, agent in rows(log.stints.step, log.stints.agent):
        assert step in listed, f"a stint works on step {step}, which never came"
        assert 0 <= agent < len(roster.team_of_agent), (
            f"a stint of step {step} is by agent {agent}, who does not exist"
        )


def _stints_follow_one_another(steps: dict[int, Step], rules: Rules) -> None:
    for step in steps.values():
        earliest = step.last.ready
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
    """First replies at arrival, if the contact came; full answers, escalated work and closing replies at
    the end of what they follow; further messages after a pause; nothing else.
    """
    expected: dict[int, int] = {}
    kinds, marks, pauses = tape.kind_of_step.tolist(), tape.mark.tolist(), tape.pause_ms.tolist()
    comes = contacts_that_come(tape, rules, steps)
    for contact, (step, end) in enumerate(zip(tape.first_step[:-1], tape.first_step[1:], strict=True)):
        if step == end or not comes[contact]:
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
            if step < end and kinds[step] == ANSWER:
                if rules.acknowledges[of_type]:
                    ready = ended
                    continue
                step += 1
            if step < end and kinds[step] == ESCALATED:
                if marks[step] < rules.escalates[of_type]:
                    ready = ended
                    continue
                step += 1
            if step < end and kinds[step] == FOLLOW_UP and marks[step] < rules.again[of_type]:
                ready = ended + pauses[step]
            elif step < end and kinds[end - 1] == CLOSING and marks[end - 1] < rules.closes[of_type]:
                ready, step = ended, end - 1
    for number, ready in expected.items():
        assert number in steps, f"step {number} should be ready at {ready}, but is not in the Log"
        assert steps[number].first_ready == ready, (
            f"step {number} is ready at {steps[number].first_ready}, not at {ready}"
        )
    extra = sorted(set(steps) - set(expected))
    assert not extra, f"step {extra[0] if extra else ''} is in the Log, but nothing brought it about"


def _reply_sent(step: Step | None) -> int | None:
    """When the reply was sent after which the contact may go on, None if never."""
    if step is None or step.last.outcome == SILENT or not step.completed:
        return None
    return step.stints[-1].end


def _the_right_tries_came(step: Step, tape: Tape, rules: Rules) -> None:
    """Who left or was turned away comes back when his marks say so, and only he."""
    name = f"step {step.step}"
    for number, one in enumerate(step.tries, start=1):
        back = _comes_back_at(step, number, tape, rules) if one.outcome in (LEFT, TURNED_AWAY) else None
        if number < len(step.tries):
            ready = step.tries[number].ready
            assert back == ready, f"{name} is ready anew at {ready}, but should be at {back}"
        else:
            assert back is None, f"{name} should be ready anew at {back}, but is not"


def _comes_back_at(step: Step, number: int, tape: Tape, rules: Rules) -> int | None:
    """When further try `number` (from 1) becomes ready, None if never."""
    tries = int(tape.first_retry[step.contact + 1] - tape.first_retry[step.contact])
    chance = rules.tries_again[step.type]
    if not tries or (number > tries and chance < 1):
        return None
    retry = retry_of(tape, step.contact, number)
    if tape.retry_mark[retry] >= chance:
        return None
    ready = step.tries[number - 1].gone + int(tape.retry_after_ms[retry])
    return ready if ready < rules.drain_end_ms else None


def _patience_and_outcome(step: Step, number: int, tape: Tape, rules: Rules) -> None:
    """Who gives up does so at ready + patience, unless begun by then; the outcome says what became of it.

    Whether a customer had to be turned away or to leave at once depends on who waited: see `choices`.
    """
    one, name = step.tries[number], f"step {step.step}"
    stints = step.stints if one is step.last else ()
    if one.ready >= rules.drain_end_ms:
        assert one.outcome == UNWRITTEN, (
            f"{name} would be ready at the end of the drain or later: it is unwritten"
        )
        assert one.gone == -1 and not stints, f"{name} is unwritten: nobody leaves it or works on it"
        return
    if one.outcome == TURNED_AWAY:
        assert step.kind == FIRST, f"{name} is no first reply, but was turned away"
        assert one.gone == one.ready, f"{name} was turned away at {one.gone}, not when it became ready"
        assert not stints, f"{name} was turned away, but was worked on"
        return
    first_start = stints[0].start if stints else None
    gone, silent = _gives_up(step, number, first_start, tape, rules)
    assert one.gone == gone, f"the customer of {name} gives up at {gone}, not at {one.gone} (-1 is never)"
    if gone >= 0 and not silent:
        assert one.outcome == LEFT, f"the customer of {name} left at {gone}, but the outcome is {one.outcome}"
        assert not stints, f"{name} left the queue at {gone}, but was worked on"
        return
    done = bool(stints) and stints[-1].completed
    right = SILENT if gone >= 0 else REPLIED if done else OPEN
    assert one.outcome == right, f"the outcome of {name} is {one.outcome}, but should be {right}"


def _gives_up(step: Step, number: int, first_start: int | None, tape: Tape, rules: Rules) -> tuple[int, bool]:
    """When the customer of a try gives up (-1: never), and whether silently."""
    if step.kind != FIRST:
        return -1, False
    one = step.tries[number]
    if one.outcome == LEFT and one.gone == one.ready and _may_leave_at_once(step, number, tape, rules):
        return one.ready, False
    patience = int(tape.patience_ms[step.contact])
    gone = one.ready + patience
    if patience >= NEVER or gone >= rules.drain_end_ms:
        return -1, False
    if first_start is not None and first_start <= gone:
        return -1, False
    retry = retry_of(tape, step.contact, number)
    u = tape.silent_u[step.contact] if retry is None else tape.retry_silent_u[retry]
    return gone, bool(u < rules.silent[step.type])


def _may_leave_at_once(step: Step, number: int, tape: Tape, rules: Rules) -> bool:
    """Would he leave at once if the queue were as it deters him most?"""
    retry = retry_of(tape, step.contact, number)
    u = tape.leaves_at_once_u[step.contact] if retry is None else tape.retry_leaves_at_once_u[retry]
    return bool(u < rules.leaves_at_once[step.type].max())


# --- Duty ---------------------------------------------------------------------------------------------------


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


def _covering(duties: list[Interval], at: int) -> Interval | None:
    place = bisect_right(duties, (at, NEVER)) - 1
    return duties[place] if place >= 0 and duties[place][0] <= at < duties[place][1] else None
