"""Pile-on as the rules have it: which contacts come, read off what readers have seen by then."""

from __future__ import annotations

import numpy as np

from simcare.demand.tape import ANSWER, Reshares, Tape
from simcare.engine.log import REPLIED, SILENT
from simcare.staffing.readers import NO_IMPATIENCE, Readers
from simcare.staffing.rules import Rules
from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING
from tests.engine.rows import Step


def contacts_that_come(tape: Tape, rules: Rules, steps: dict[int, Step]) -> list[bool]:
    """Of each contact, whether it comes: all do that are no reshare."""
    comes = [True] * tape.contacts
    rows = tape.reshares
    happens: list[bool] = []
    for row in range(len(rows)):
        complaint, at, above = int(rows.complaint[row]), int(rows.at_ms[row]), int(rows.repeats[row])
        assert above < row, f"reshare {row} repeats {above}, which stands after it"
        happens.append(
            comes[complaint]
            and (above < 0 or happens[above])
            and bool(rows.mark[row] < left(complaint, at, tape, rules, steps))
        )
        if rows.contact[row] >= 0:
            comes[int(rows.contact[row])] = happens[-1]
    return comes


def left(complaint: int, at: int, tape: Tape, rules: Rules, steps: dict[int, Step]) -> float:
    """What is left of reshares of a complaint at an instant."""
    assert rules.readers is not None
    of_type = int(tape.type_of_contact[complaint])
    return float(rules.readers.left[of_type, state(complaint, at, tape, rules, steps)])


def state(complaint: int, at: int, tape: Tape, rules: Rules, steps: dict[int, Step]) -> int:
    """The state of a complaint at an instant, changes at it included, as the table of fates has it."""
    readers, of_type = rules.readers, int(tape.type_of_contact[complaint])
    assert readers is not None
    first, end = int(tape.first_step[complaint]), int(tape.first_step[complaint + 1])
    all_steps = [steps[number] for number in range(first, end) if number in steps]
    assert all_steps, f"contact {complaint} came, but has no first reply"
    reply = all_steps[0]
    silent = reply.last.outcome == SILENT
    sent = reply.stints[-1].end if reply.completed else None
    answered = sent
    if readers.until_answer[of_type]:
        answered = reply.stints[0].start if reply.stints else None
    full = answered
    if rules.acknowledges[of_type]:
        answers = [step for step in all_steps if step.kind == ANSWER and step.completed]
        full = answers[0].stints[-1].end if answers else None
    moves = readers.moves[of_type]
    moved = not silent and moves > 0 and bool(tape.moves_u[complaint] < moves)

    over = all(step.last.outcome == REPLIED and step.stints for step in all_steps)
    seen = not moved or readers.closes[of_type]
    if over and seen and max(step.stints[-1].end for step in all_steps) <= at:
        return RESOLVED
    if full is not None and full <= at:
        return PRIVATE if moved else TEMPLATE if readers.by_template[of_type] else ANSWERED
    if answered is not None and answered <= at:
        return TEMPLATE
    waits = at - int(tape.arrival_ms[complaint])
    return IMPATIENT if waits >= readers.impatient_ms[of_type] else WAITING


def readers(types: int, seed: int, closes: np.ndarray) -> Readers:
    """Readers of any kind."""
    rng = np.random.default_rng(seed)
    return Readers(
        left=np.concatenate([np.ones((types, 1)), rng.choice([0.0, 0.3, 0.6, 1.1], (types, 5))], axis=1),
        impatient_ms=rng.choice([NO_IMPATIENCE, 0, 10 * 60_000], types),
        until_answer=rng.random(types) < 0.5,
        by_template=rng.random(types) < 0.5,
        moves=np.where(closes > 0, closes, rng.choice([0.0, 0.5], types)),
        closes=closes > 0,
    )


def reshared(tape: Tape, seed: int) -> Tape:
    """The same contacts, some of which are reshares of others of their type, directly or not."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, float, int, int, int]] = []  # at, mark, complaint, repeats, contact
    arrival, of_type = tape.arrival_ms, tape.type_of_contact
    for contact in np.flatnonzero(tape.actionable).tolist():
        before = np.flatnonzero(
            (arrival < arrival[contact]) & (of_type == of_type[contact]) & tape.actionable
        )
        if len(before) and rng.random() < 0.6:
            complaint, above = int(rng.choice(before)), -1
            others = [number for number, row in enumerate(rows) if row[2] == complaint and row[4] < 0]
            if others and rows[others[0]][0] < arrival[contact] and rng.random() < 0.5:
                above = others[0]
            elif arrival[contact] - arrival[complaint] > 1 and rng.random() < 0.5:
                between = int(rng.integers(arrival[complaint] + 1, arrival[contact]))
                rows.append((between - between % 1000 or between, _mark(rng), complaint, -1, -1))
                above = len(rows) - 1
            rows.append((int(arrival[contact]), _mark(rng), complaint, above, contact))
    at, mark, complaint, repeats, contact = zip(*rows, strict=True) if rows else [()] * 5
    columns = vars(tape) | {
        "moves_u": rng.choice([0.0, 0.3, 0.6, 0.999], tape.contacts),
        "reshares": Reshares(
            np.array(at, dtype=np.int64),
            np.array(mark, dtype=np.float64),
            *(np.array(one, dtype=np.int64) for one in (complaint, repeats, contact)),
        ),
    }
    return Tape(**columns)


def _mark(rng: np.random.Generator) -> float:
    return float(rng.choice([0.0, 0.3, 0.6, 0.999, 1.05]))
