from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcare.demand import kernels
from simcare.demand.draw import demand_of, draw_tape, tapes_from
from simcare.demand.rates import DAY_MS
from simcare.demand.streams import Streams
from simcare.demand.tape import ESCALATED, FIRST, FOLLOW_UP, MOST_ROUNDS, NEVER, Tape
from tests.demand.desks import desk

RICH = (
    "handling: {lognormal: {mean: 6 min, cv: 1.2}}, actionable: 90%, silent: 30%, "
    "arrivals: {per_hour: {08:00: 4, 19:00: 80}, day_factor: {cv: 20%}, "
    "surges: [{name: outage, at: 19:00, chance: 50%, jitter: 20 min, times: 3, hold: 1 h}]}, "
    "patience: {exponential: {mean: 1 h}, leaves_at_once: 10%}, "
    "followers: {lognormal: {median: 300, p99: 40_000}}, "
    "escalates: {to: topic, chance: 8%, handling: {gamma: {mean: 25 min, cv: 1}}}, "
    "conversation: {again: 43%, pause: {lognormal: {median: 16 min, p90: 20 h}}, "
    "handling: {by_team: {a: {exponential: {mean: 4 min}}, b: {exponential: {mean: 8 min}}}}}"
)
PLAIN = "arrivals: {per_hour: 30}"


def of_type(tape: Tape, index: int) -> list[np.ndarray]:
    """All that a tape holds of one type, in an order that does not depend on the other types."""
    mine = tape.type_of_contact == index
    steps = mine[tape.contact_of_step]
    arrays = [
        tape.arrival_ms,
        tape.actionable,
        tape.followers,
        tape.patience_ms,
        tape.leaves_at_once_u,
        tape.silent_u,
    ]
    arrays = [array[mine] for array in (*arrays, np.diff(tape.first_step))]
    return arrays + [
        array[..., steps] for array in (tape.kind_of_step, tape.mark, tape.pause_ms, tape.work_ms)
    ]


ARRAYS = [each.name for each in fields(Tape) if each.name != "reshares"]


def same(left: Tape, right: Tape) -> bool:
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in ARRAYS)


def steps_of(tape: Tape, kind: int) -> np.ndarray:
    """How many steps of a kind each contact has."""
    return np.bincount(tape.contact_of_step[tape.kind_of_step == kind], minlength=tape.contacts)


def conversations(tape: Tape) -> np.ndarray:
    """Further messages by contact."""
    return steps_of(tape, FOLLOW_UP)


def test_a_tape_is_laid_out_as_its_docstring_says() -> None:
    tape = draw_tape(desk(days=3, x=RICH, y=PLAIN), 0)
    assert {getattr(tape, name).dtype.kind for name in ARRAYS} == {"i", "f", "b"}
    order = np.lexsort((tape.type_of_contact, tape.arrival_ms))
    assert np.array_equal(order, np.arange(tape.contacts))
    steps = np.diff(tape.first_step)
    assert tape.first_step[0] == 0
    assert np.array_equal(tape.contact_of_step, np.repeat(np.arange(tape.contacts), steps))
    assert np.array_equal(steps > 0, tape.actionable)
    rounds, escalated = conversations(tape), steps_of(tape, ESCALATED)
    x = tape.type_of_contact == 0
    assert np.array_equal(steps, tape.actionable + escalated + rounds)
    assert rounds[x].any() and not rounds[~x].any()
    assert escalated.max() == 1 and not escalated[~x].any()
    first = tape.first_step[:-1]
    assert np.array_equal(np.flatnonzero(tape.kind_of_step == FIRST), first[tape.actionable])
    assert np.array_equal(np.flatnonzero(tape.kind_of_step == ESCALATED), first[escalated == 1] + 1)
    assert np.all(tape.mark[tape.kind_of_step == ESCALATED] < 0.08)
    assert np.all(tape.mark[tape.kind_of_step == FIRST] == 0)
    assert np.all(tape.pause_ms[tape.kind_of_step != FOLLOW_UP] == 0)
    assert np.all(tape.mark[tape.kind_of_step == FOLLOW_UP] < 0.43)


@pytest.mark.parametrize("with_kernels", [None, kernels])
def test_replications_drawn_together_are_those_drawn_alone(with_kernels: Any) -> None:
    """All that may differ from one to the next: rates, surges, who writes again, who tries again."""
    trying = PLAIN + ", tries_again: {chance: 60%, after: {exponential: {mean: 5 min}}}"
    scenario = desk(days=3, x=RICH, y=PLAIN, z=f"{trying}, patience: {{exponential: {{mean: 5 min}}}}")
    together = list(tapes_from(demand_of(scenario), Streams(1, range(2, 9), with_kernels)))
    assert len(together) == 7
    assert all(same(tape, draw_tape(scenario, number)) for number, tape in enumerate(together, start=2))
    assert all(getattr(tape, name).flags.c_contiguous for tape in together for name in ARRAYS)


def test_the_same_replication_is_drawn_twice_and_another_is_another() -> None:
    scenario = desk(x=RICH)
    assert same(draw_tape(scenario, 3), draw_tape(scenario, 3))
    assert not same(draw_tape(scenario, 3), draw_tape(scenario, 4))
    assert not same(draw_tape(scenario, 3), draw_tape(scenario, 3, seed=2))
    assert same(draw_tape(scenario, 3), draw_tape(scenario, 3, seed=1))


def test_another_type_or_another_order_of_keys_changes_nothing() -> None:
    alone = draw_tape(desk(days=2, x=RICH), 0)
    both = draw_tape(desk(days=2, a=PLAIN, x=RICH), 0)
    assert all(np.array_equal(one, two) for one, two in zip(of_type(alone, 0), of_type(both, 1), strict=True))
    assert same(both, draw_tape(desk(days=2, x=RICH, a=PLAIN), 0))


def test_more_days_leave_the_first_ones_alone() -> None:
    short, long = draw_tape(desk(days=2, x=RICH, y=PLAIN), 0), draw_tape(desk(days=5, x=RICH, y=PLAIN), 0)
    contacts, steps = short.contacts, len(short.mark)
    assert long.arrival_ms[contacts] >= 2 * DAY_MS
    for name in ARRAYS:
        size = contacts
        if name in ("first_step", "first_retry"):
            size += 1
        elif "step" in name or name in STEP_ARRAYS:
            size = steps
        elif name.startswith("retry_"):
            size = len(short.retry_mark)
        assert np.array_equal(getattr(long, name)[..., :size], getattr(short, name)), name


STEP_ARRAYS = ("mark", "pause_ms", "work_ms")


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (("actionable: 90%", "actionable: 50%"), "actionable"),
        (("patience: {exponential: {mean: 1 h}", "patience: {constant: 1 h"), "patience_ms"),
        (("followers: {lognormal: {median: 300, p99: 40_000}}", "followers: {constant: 7}"), "followers"),
    ],
)
def test_a_change_of_one_purpose_leaves_the_others_alone(change: tuple[str, str], changed: str) -> None:
    assert change[0] in RICH
    before, after = draw_tape(desk(x=RICH), 0), draw_tape(desk(x=RICH.replace(*change)), 0)
    arrays = ["arrival_ms", "actionable", "followers", "patience_ms", "leaves_at_once_u", "silent_u"]
    differ = [name for name in arrays if not np.array_equal(getattr(before, name), getattr(after, name))]
    assert differ == [changed]
    both = before.actionable & after.actionable
    for tape in (before, after):
        assert np.any(tape.actionable)
    first_before, first_after = before.first_step[:-1][both], after.first_step[:-1][both]
    assert np.array_equal(before.work_ms[:, first_before], after.work_ms[:, first_after])


def test_who_writes_again_under_a_low_chance_does_under_a_high_one() -> None:
    low, high = (
        draw_tape(desk(x=RICH.replace("again: 43%", f"again: {again}")), 0) for again in ("20%", "60%")
    )
    rounds_low, rounds_high = conversations(low), conversations(high)
    assert np.all(rounds_low <= rounds_high)
    assert rounds_low.sum() < rounds_high.sum()
    both = [
        (tape.first_step[1:] - rounds)[rounds_low > 0]
        for tape, rounds in ((low, rounds_low), (high, rounds_high))
    ]
    assert np.array_equal(low.mark[both[0]], high.mark[both[1]])
    assert np.array_equal(low.pause_ms[both[0]], high.pause_ms[both[1]])


@pytest.mark.parametrize("again", [0.25, 0.43, 0.8])
def test_a_conversation_has_again_over_one_minus_again_further_messages(again: float) -> None:
    """The number of rounds is geometric, P(N ≥ n) = againⁿ (the cap of 50 takes 0.8⁵⁰ = 10⁻⁵ of it)."""
    conversation = (
        f"conversation: {{again: {100 * again}%, pause: {{constant: 1 min}}, handling: {{constant: 1 min}}}}"
    )
    rounds = conversations(draw_tape(desk(x=f"arrivals: {{per_hour: 2000}}, {conversation}"), 0))
    assert abs(rounds.mean() - again / (1 - again)) <= 4 * math.sqrt(again) / (1 - again) / math.sqrt(
        len(rounds)
    )
    for n in (1, 2, 3):
        share = again**n
        assert abs((rounds >= n).mean() - share) <= 4 * math.sqrt(share * (1 - share) / len(rounds))


def test_who_is_escalated_under_a_low_chance_is_under_a_high_one() -> None:
    low, high = (
        draw_tape(desk(x=RICH.replace("chance: 8%", f"chance: {chance}")), 0) for chance in ("8%", "50%")
    )
    of_low, of_high = steps_of(low, ESCALATED), steps_of(high, ESCALATED)
    assert np.all(of_low <= of_high) and 0 < of_low.sum() < of_high.sum()
    both = [tape.first_step[:-1][of_low == 1] + 1 for tape in (low, high)]
    for name in ("mark", "work_ms"):
        assert np.array_equal(
            *(getattr(tape, name)[..., of] for tape, of in zip((low, high), both, strict=True))
        )


def test_a_conversation_is_capped() -> None:
    conversation = "conversation: {again: 95%, pause: {constant: 1 min}, handling: {constant: 1 min}}"
    rounds = conversations(draw_tape(desk(x=f"arrivals: {{per_hour: 200}}, {conversation}"), 0))
    assert rounds.max() == MOST_ROUNDS
    capped = (rounds == MOST_ROUNDS).mean()
    share = 0.95**MOST_ROUNDS
    assert abs(capped - share) <= 4 * math.sqrt(share * (1 - share) / len(rounds))


def test_shares_and_means_are_those_written() -> None:
    tape = draw_tape(desk(days=60, x=RICH.replace("day_factor: {cv: 20%}, ", "")), 0)
    size = tape.contacts
    assert size > 30_000
    for uniform in (tape.leaves_at_once_u, tape.silent_u):
        assert abs(uniform.mean() - 0.5) <= 4 * math.sqrt(1 / 12 / size)
    assert abs(tape.actionable.mean() - 0.9) <= 4 * math.sqrt(0.09 / size)
    assert abs(tape.patience_ms.mean() - 3_600_000 + 0.5) <= 4 * 3_600_000 / math.sqrt(size)
    assert abs((tape.followers <= 300).mean() - 0.5) <= 4 * 0.5 / math.sqrt(size) + 1e-3  # whole numbers
    assert abs((tape.followers <= 40_000).mean() - 0.99) <= 4 * math.sqrt(0.0099 / size)
    for kind, mean, cv in ((FIRST, 360_000, 1.2), (ESCALATED, 1_500_000, 1.0)):
        work = tape.work_ms[0, tape.kind_of_step == kind]
        assert abs(work.mean() - mean) <= 4 * cv * mean / math.sqrt(len(work))


def test_marks_of_different_purposes_are_independent() -> None:
    tape = draw_tape(desk(days=30, x=RICH), 0)
    first = tape.first_step[:-1][tape.actionable]
    columns = [tape.leaves_at_once_u, tape.silent_u, tape.patience_ms, np.log1p(tape.followers)]
    columns = [np.argsort(np.argsort(column[tape.actionable])) for column in columns]
    columns += [np.argsort(np.argsort(tape.work_ms[0, first])), steps_of(tape, ESCALATED)[tape.actionable]]
    correlations = np.corrcoef(np.array(columns))[np.triu_indices(len(columns), 1)]
    assert np.abs(correlations).max() < 4 / math.sqrt(len(first))


def test_a_hard_case_is_hard_for_every_team() -> None:
    """Exponential laws of mean 4 and 8 min: the same uniform gives twice the work, to the rounding."""
    tape = draw_tape(desk(x=RICH), 0)
    further = tape.kind_of_step == FOLLOW_UP
    assert tape.work_ms.shape == (2, len(further))
    assert np.all(np.abs(tape.work_ms[1, further] - 2 * tape.work_ms[0, further]) <= 2)
    assert np.all(tape.work_ms[1, ~further] == 0)


def test_one_slot_is_enough_where_no_law_is_by_team() -> None:
    assert draw_tape(desk(x=PLAIN), 0).work_ms.shape[0] == 1


def test_positive_handling_is_at_least_a_millisecond_and_zero_stays_zero() -> None:
    tiny = draw_tape(desk(x="handling: {gamma: {mean: 2 ms, cv: 3}}, arrivals: {per_hour: 50}"), 0)
    assert tiny.work_ms.min() == 1
    none = draw_tape(desk(x="handling: {constant: 0 s}, arrivals: {per_hour: 50}"), 0)
    assert none.work_ms.max() == 0


def test_without_patience_and_followers() -> None:
    tape = draw_tape(desk(x=PLAIN), 0)
    assert np.all(tape.patience_ms == NEVER)
    assert np.all(tape.followers == 0)


def test_what_nothing_asks_for_is_not_drawn() -> None:
    tape, plain = draw_tape(desk(x=RICH), 0), draw_tape(desk(x=PLAIN), 0)
    for name in ("leaves_at_once_u", "silent_u"):
        assert getattr(tape, name).all() and not getattr(plain, name).any()
    assert plain.actionable.all()
    assert not tape.random_u.any() and not tape.heat_u.any()


def test_a_rate_of_zero_gives_an_empty_tape() -> None:
    tape = draw_tape(desk(x="arrivals: {per_hour: 0}"), 0)
    assert tape.contacts == 0
    assert tape.first_step.tolist() == [0]
    assert tape.work_ms.shape == (1, 0)


def test_nobody_to_answer_gives_contacts_without_steps() -> None:
    tape = draw_tape(desk(x=RICH.replace("actionable: 90%", "actionable: 0%")), 0)
    assert tape.contacts > 0
    assert len(tape.mark) == 0


def test_contacts_of_the_same_millisecond_stand_in_the_order_of_types(tmp_path: Path) -> None:
    rows = ["2026-01-01T09:00:00", "2026-01-01T09:00:00", "2026-01-01T08:00:00.250", "2026-01-02T00:00:00"]
    (tmp_path / "tickets.csv").write_text("\n".join(["created_at", *rows, ""]))
    trace = "arrivals: {trace: tickets.csv, column: created_at, timezone: UTC, align: dates}, "
    trace += "patience: {exponential: {mean: 5 min}}"
    scenario = desk(days=2, folder=str(tmp_path), b=trace, a=trace)
    tapes = [draw_tape(scenario, replication) for replication in range(3)]
    nine = 9 * 3_600_000
    for tape in tapes:
        assert tape.arrival_ms.tolist() == [8 * 3_600_000 + 250] * 2 + [nine] * 4 + [DAY_MS] * 2
        assert tape.type_of_contact.tolist() == [0, 1, 0, 0, 1, 1, 0, 1]
    assert not np.array_equal(tapes[0].patience_ms, tapes[1].patience_ms)
