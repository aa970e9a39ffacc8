"""The passes over contacts, spans and stints that measuring consists of, as Numba kernels.

Each does what functions of numpy elsewhere in this package do, with the same whole numbers and the same order
of additions: the sums are the same to the last bit, and the tests hold them so. They are used beside the
compiled engine.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.demand.tape import ANSWER, ESCALATED, FIRST, NEVER
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN
from simcare.measures import pooling, sweeping  # noqa: F401  (the kernels of the Pool and of time, handed on)
from simcare.measures.grid import LEADING_OF_ONE
from simcare.virality import compiled as flowing  # noqa: F401  (the kernels of the audience, handed on)

COMPILED_IN = (FIRST, ANSWER, ESCALATED, NEVER, LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN)
assert (COMPILED_IN, LEADING_OF_ONE) == ((0, 3, 2, 2**62, 2, 0, 1, 3, 5, 4), 1023 << 10), (
    "a number of another file is compiled into this one: change it here too, lest anybody run an old kernel"
)
NO_WAIT, LATER = -1, NEVER
OF_ANSWERED, WITHOUT_SHORT_ABANDONS, IN_TIME_IF_ABANDONED = 1, 2, 3  # `simcare.measures.promises.Definition`

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


# --- what became of contacts --------------------------------------------------------------------------------


@_kernel
def step_times(step, outcome, gone_ms, stint_step, start_ms, end_ms, completed):
    """When every try of a step was begun and done with, and the try of each stint; see
    `simcare.measures.contacts.step_times`.
    """
    start, done = np.full(len(step), LATER), np.full(len(step), LATER)
    row_of_stint = np.empty(len(stint_step), dtype=np.int64)
    stint = 0
    for row in range(len(step)):
        if row + 1 == len(step) or step[row + 1] != step[row]:
            while stint < len(stint_step) and stint_step[stint] < step[row]:
                stint += 1
            if stint < len(stint_step) and stint_step[stint] == step[row]:
                start[row] = start_ms[stint]
                row_of_stint[stint] = row
                while stint + 1 < len(stint_step) and stint_step[stint + 1] == step[row]:
                    stint += 1
                    row_of_stint[stint] = row
                if completed[stint]:
                    done[row] = end_ms[stint]
        if outcome[row] == LEFT or outcome[row] == TURNED_AWAY:
            done[row] = gone_ms[row]
    return start, done, row_of_stint


@_kernel
def contacts_answered(
    step, contact, kind, ready_ms, outcome, gone_ms, start_ms, done_ms, arrival_ms, type_of, stint_step,
    agent, edges_ms, lap_bits, latest_ms,
):  # fmt: skip
    """The columns of `simcare.measures.contacts.Answered`, where no type has opening hours: times (5,
    contacts), other numbers (8, contacts) and flags (2, contacts).
    """
    edges_ms, slots = edges_ms.ravel(), edges_ms.shape[1] - 1
    most = min(len(contact), len(arrival_ms))
    times_ms, numbers = np.empty((5, most), dtype=np.int64), np.empty((8, most), dtype=np.int32)
    flags = np.empty((2, most), dtype=np.bool_)
    size, row, stint, place = 0, 0, 0, 0
    while row < len(contact):
        of_contact = contact[row]
        arrival = arrival_ms[of_contact]
        lap = arrival >> lap_bits
        latest = (lap << lap_bits) + latest_ms
        tries, blocked, away, queued, replies, last = 0, 0, 0, 0, 0, row
        had_left, pausing, owed, end = False, False, False, NO_WAIT
        while row < len(contact) and contact[row] == of_contact:
            gone = outcome[row] == LEFT or outcome[row] == TURNED_AWAY
            if kind[row] == FIRST:
                tries, last = tries + 1, row
                blocked += outcome[row] == TURNED_AWAY
                had_left |= outcome[row] == LEFT
                if gone:
                    away += gone_ms[row] - ready_ms[row]
                    queued += gone_ms[row] - ready_ms[row]
                else:
                    queued += min(start_ms[row], latest) - ready_ms[row]
            if outcome[row] == REPLIED:
                replies += kind[row] != ESCALATED
                end = max(end, done_ms[row])
            pausing |= outcome[row] == UNWRITTEN
            owed |= outcome[row] == OPEN
            row += 1
        while stint < len(stint_step) and stint_step[stint] <= step[last]:
            stint += 1
        first = lap * (slots + 1)
        if arrival < edges_ms[first] or arrival >= edges_ms[first + slots]:
            continue
        place = _between(edges_ms, arrival, place)
        how = outcome[last]
        first_reply, answer, waiting, resolution, at_last = NO_WAIT, NO_WAIT, away, NO_WAIT, 0
        if how in (REPLIED, OPEN):
            begun = start_ms[last] < LATER
            at_last = start_ms[last] - ready_ms[last] if begun else LATER
            answer = start_ms[last] - arrival if begun else LATER
            waiting = away + at_last if begun else LATER
            first_reply = done_ms[last] - arrival if how == REPLIED and done_ms[last] < LATER else LATER
            if not pausing:
                resolution = LATER if owed or end >= LATER else end - arrival
        times_ms[0, size], times_ms[1, size], times_ms[4, size] = first_reply, answer, resolution
        times_ms[2, size], times_ms[3, size] = (NO_WAIT, NO_WAIT) if how == SILENT else (waiting, queued)
        numbers[0, size], numbers[1, size], numbers[2, size] = of_contact, type_of[of_contact], place - lap
        numbers[3, size], numbers[4, size], numbers[5, size] = how, tries, blocked
        numbers[6, size], numbers[7, size] = replies, agent[stint - 1] if how == REPLIED else -1
        flags[0, size] = (had_left or at_last > 0) and how != SILENT
        flags[1, size] = pausing
        size += 1
    return times_ms[:, :size], numbers[:, :size], flags[:, :size]


@_kernel
def count_contacts(
    of_type, slot, outcome, first_reply_ms, answer_ms, waiting_ms, queued_ms, tries, blocked, replies, waited,
    pausing, promises, covers, later, counts, rows,
):  # fmt: skip
    """Contacts that needed an answer, counted in `rows` (rows, types, slots), see `simcare.measures.service`:
    `counts` rows, then two of each promise, then the outcomes.

    A promise is four numbers: is it about first replies, within how many ms, its definition, and how long a
    short wait is; `covers` (promises, types).
    """
    size, types, slots = rows.shape
    found = np.zeros((types, slots, size))  # what belongs to one contact stands together
    for row in range(len(of_type)):
        of, how, waiting = of_type[row], outcome[row], waiting_ms[row]
        here = found[of, slot[row]]
        here[0] += 1
        here[1] += tries[row]
        here[2] += blocked[row]
        here[3] += waited[row]
        if how == REPLIED:
            here[4] += replies[row]
            here[5] += pausing[row]
        if how != SILENT:
            here[6] += queued_ms[row]
        here[counts + 2 * len(promises) + how] += 1
        for one in range(len(promises)):
            if not covers[one, of]:
                continue
            within, definition, short = promises[one, 1], promises[one, 2], promises[one, 3]
            wait = first_reply_ms[row] if promises[one, 0] else answer_ms[row]
            kept, due = 0 <= wait <= within, True
            if definition == OF_ANSWERED:
                due = how == SILENT or 0 <= wait < later
            elif definition == WITHOUT_SHORT_ABANDONS:
                due = not (how == LEFT and waiting <= short)
            elif definition == IN_TIME_IF_ABANDONED:
                kept |= how == LEFT and waiting <= within
            here[counts + 2 * one] += kept
            here[counts + 2 * one + 1] += due
    for of in range(types):
        for when in range(slots):
            for number in range(size):
                rows[number, of, when] = found[of, when, number]


@_kernel
def later_waits(kind, outcome, contact, ready_ms, start_ms, type_of, edges_ms, lap_bits):
    """See `simcare.measures.waits`: type, slot and wait of what became ready in the time measured and is no
    first reply.
    """
    edges_ms, slots = edges_ms.ravel(), edges_ms.shape[1] - 1
    numbers, wait_ms = np.empty((2, len(kind)), dtype=np.int32), np.empty(len(kind), dtype=np.int64)
    size, place = 0, 0
    for row in range(len(kind)):
        if kind[row] == FIRST or outcome[row] == UNWRITTEN:
            continue
        lap = ready_ms[row] >> lap_bits
        first = lap * (slots + 1)
        if edges_ms[first] <= ready_ms[row] < edges_ms[first + slots]:
            place = _between(edges_ms, ready_ms[row], place)
            numbers[0, size], numbers[1, size] = type_of[contact[row]], place - lap
            wait_ms[size] = start_ms[row] - ready_ms[row] if start_ms[row] < LATER else LATER
            size += 1
    return numbers[:, :size], wait_ms[:size]


@_kernel
def count_in_slots(at_ms, which, group, group_of, groups, edges_ms, lap_bits):
    """How many of the instants `which` lie in each slot, by ``group_of[group]``: (groups, slots)."""
    laps, slots = len(edges_ms), edges_ms.shape[1] - 1
    edges_ms, place = edges_ms.ravel(), 0
    found = np.zeros((groups, laps * slots))
    for row in range(len(at_ms)):
        lap = at_ms[row] >> lap_bits
        first = lap * (slots + 1)
        if which[row] and edges_ms[first] <= at_ms[row] < edges_ms[first + slots]:
            place = _between(edges_ms, at_ms[row], place)
            found[group_of[group[row]], place - lap] += 1
    return found


@_kernel
def _between(edges_ms, at, near):
    """Between which edges an instant lies, looked for from others on: these are near if rows are in order."""
    while at < edges_ms[near]:
        near -= 1
    while at >= edges_ms[near + 1]:
        near += 1
    return near


@_kernel
def fates(contact, kind, outcome, start_ms, done_ms):
    """The columns of `simcare.measures.fates.Fates`: whole numbers (5, contacts), who gave up silently."""
    size = 0
    for row in range(len(contact)):
        size += row == 0 or contact[row] != contact[row - 1]
    found, silent = np.empty((5, size), dtype=np.int64), np.empty(size, dtype=np.bool_)
    size, row = 0, 0
    while row < len(contact):
        of_contact, last, full, end, goes_on = contact[row], row, LATER, 0, False
        while row < len(contact) and contact[row] == of_contact:
            if kind[row] == FIRST:
                last = row
            elif kind[row] == ANSWER and row == last + 1 and outcome[row] == REPLIED:
                full = done_ms[row]
            if outcome[row] == REPLIED:
                end = max(end, done_ms[row])
            goes_on |= outcome[row] == OPEN or outcome[row] == UNWRITTEN
            row += 1
        how = outcome[last]
        worked = how in (REPLIED, SILENT)
        found[0, size] = of_contact
        found[1, size] = start_ms[last] if worked or how == OPEN else LATER
        found[2, size] = done_ms[last] if worked else LATER
        found[3, size] = full
        found[4, size] = end if how == REPLIED and not goes_on else LATER
        silent[size] = how == SILENT
        size += 1
    return found, silent


# --- counts of waits ----------------------------------------------------------------------------------------


@_kernel
def wait_sums(of_type, slot, wait_ms, slots, size):
    """Numbers, sums and sums of squares of waits that were over, by type and slot: (3, size)."""
    found = np.zeros((3, size))
    for row in range(len(wait_ms)):
        if 0 <= wait_ms[row] < LATER:
            _add(found, of_type[row] * slots + slot[row], np.float64(wait_ms[row]))
    return found


@_kernel
def waiting_sums(of_type, slot, wait_ms, outcome, slots, size):
    """The same of what all contacts waited, and those who were answered, and those who left: (3, 3, size)."""
    found = np.zeros((3, 3, size))
    for row in range(len(wait_ms)):
        if 0 <= wait_ms[row] < LATER:
            key, ms = of_type[row] * slots + slot[row], np.float64(wait_ms[row])
            _add(found[0], key, ms)
            if outcome[row] == REPLIED or outcome[row] == OPEN:
                _add(found[1], key, ms)
            elif outcome[row] == LEFT:
                _add(found[2], key, ms)
    return found


@_kernel
def _add(sums, key, ms):
    """A number, a sum and a sum of squares more."""
    sums[0, key] += 1.0
    sums[1, key] += ms
    sums[2, key] += ms * ms


@_kernel
def bins_of_waits(group, slot, wait_ms, slots, cells_of_slots, cells, first_of_bins, least_bins, by_slot):
    """Waits of one kind as bins of the log grid: those of row *r*, group × cells + cell, in one of the
    replications stand from ``first[r × replications + replication]`` up to the next. All of them, those
    that were not over included, are counted in `by_slot` (groups, slots of all replications).
    """
    groups, all_slots = by_slot.shape
    replications = all_slots // slots
    over, there = np.zeros(by_slot.size, dtype=np.int64), by_slot.ravel()
    for row in range(len(group)):
        if 0 <= wait_ms[row] < LATER:
            over[group[row] * all_slots + slot[row]] += 1
        elif wait_ms[row] == LATER:
            there[group[row] * all_slots + slot[row]] += 1
    first = np.zeros(groups * cells * replications + 1, dtype=np.int64)
    places = np.full((len(cells_of_slots), all_slots), -1)
    for at in range(all_slots):
        for which in range(len(cells_of_slots)):
            cell = cells_of_slots[which, at % slots]
            if cell >= 0:
                places[which, at] = cell * replications + at // slots
                for of in range(groups):
                    first[of * cells * replications + places[which, at] + 1] += over[of * all_slots + at]
    for place in range(1, len(first)):
        first[place] += first[place - 1]
    bins, after = np.empty(first[-1], dtype=np.uint16), first[:-1].copy()
    for which in range(len(places)):
        place = places[which]
        for row in range(len(group)):
            wait = wait_ms[row]
            if 0 <= wait < LATER and place[slot[row]] >= 0:
                least = np.int64(least_bins[(np.float64(wait + 1).view(np.int64) >> 42) - LEADING_OF_ONE])
                at = group[row] * cells * replications + place[slot[row]]
                here = after[at]
                bins[here] = least + (wait >= first_of_bins[least + 1])
                after[at] = here + 1
    by_slot += over.reshape(by_slot.shape)
    return first, bins


# --- days drawn anew ---------------------------------------------------------------------------------------


@_kernel
def drawn_anew(own, others, followers, rate, shared, heat_class, heats, day, days, begins, draws):
    """See `simcare.measures.worst_days.drawn_anew`."""
    drawn = np.zeros((len(begins) - 1, days, draws))
    apart = len(heats) // draws  # classes from one draw to the next
    around = np.empty((apart, 2 * draws))  # for each class its heats in all draws, wherever these begin
    for heat in range(apart):
        for draw in range(2 * draws):
            around[heat, draw] = heats[draw % draws * apart + heat]
    for one in range(len(begins) - 1):
        first, size = begins[one], begins[one + 1] - begins[one]
        further = size // draws if shared else 0
        for row in range(first, first + size):
            begin = heat_class[row] // apart
            hot, to = around[heat_class[row] % apart, begin : begin + draws], drawn[one, day[row]]
            if further == 0:
                for draw in range(draws):
                    to[draw] += own[row] * followers[row] + others[row] * hot[draw] * rate[row]
                continue
            for draw in range(draws):
                of = row - draw * further
                of += size if of < first else 0
                to[draw] += own[row] * followers[of] + others[row] * hot[draw] * rate[of]
    return drawn.transpose(0, 2, 1).copy()
