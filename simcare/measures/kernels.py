"""The passes over contacts, spans and stints that measuring consists of, as Numba kernels.

Each does what functions of numpy elsewhere in this package do, with the same whole numbers and the same order
of additions: the sums are the same to the last bit, and the tests hold them so. They are used beside the
compiled engine.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.demand.tape import ESCALATED, FIRST, NEVER
from simcare.engine.log import LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN
from simcare.virality import compiled as flowing  # noqa: F401  (the kernels of the audience, handed on)

assert (FIRST, ESCALATED, NEVER, LEFT, OPEN, REPLIED, SILENT, TURNED_AWAY, UNWRITTEN) == (
    (0, 2, 2**62, 2, 0, 1, 3, 5, 4)
), "a number of another file is compiled into this one: change it here too, so that nobody runs an old kernel"
NO_WAIT, LATER = -1, NEVER

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


# --- what became of contacts --------------------------------------------------------------------------------


@_kernel
def step_times(step, outcome, gone_ms, stint_step, start_ms, end_ms, completed):
    """When every try of a step was begun and done with; see `simcare.measures.contacts.step_times`."""
    start, done = np.full(len(step), LATER), np.full(len(step), LATER)
    stint = 0
    for row in range(len(step)):
        if row + 1 == len(step) or step[row + 1] != step[row]:
            while stint < len(stint_step) and stint_step[stint] < step[row]:
                stint += 1
            if stint < len(stint_step) and stint_step[stint] == step[row]:
                start[row] = start_ms[stint]
                while stint + 1 < len(stint_step) and stint_step[stint + 1] == step[row]:
                    stint += 1
                if completed[stint]:
                    done[row] = end_ms[stint]
        if outcome[row] == LEFT or outcome[row] == TURNED_AWAY:
            done[row] = gone_ms[row]
    return start, done


@_kernel
def contacts_answered(
    step, contact, kind, ready_ms, outcome, gone_ms, start_ms, done_ms, arrival_ms, type_of, stint_step,
    agent, from_ms, to_ms, latest_ms,
):  # fmt: skip
    """The columns of `simcare.measures.contacts.Answered` but the slot, where no type has opening hours:
    whole numbers (12, contacts) and flags (2, contacts).
    """
    size, row = 0, 0
    while row < len(contact):
        size += from_ms <= arrival_ms[contact[row]] < to_ms
        row += 1
        while row < len(contact) and contact[row] == contact[row - 1]:
            row += 1
    found = np.empty((12, size), dtype=np.int64)
    flags = np.empty((2, size), dtype=np.bool_)
    size, row, stint = 0, 0, 0
    while row < len(contact):
        of_contact = contact[row]
        arrival = arrival_ms[of_contact]
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
                    queued += min(start_ms[row], latest_ms) - ready_ms[row]
            if outcome[row] == REPLIED:
                replies += kind[row] != ESCALATED
                end = max(end, done_ms[row])
            pausing |= outcome[row] == UNWRITTEN
            owed |= outcome[row] == OPEN
            row += 1
        while stint < len(stint_step) and stint_step[stint] <= step[last]:
            stint += 1
        if arrival < from_ms or arrival >= to_ms:
            continue
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
        found[0, size], found[1, size], found[2, size] = type_of[of_contact], arrival, how
        found[3, size], found[4, size], found[5, size] = first_reply, answer, waiting
        found[6, size], found[7, size] = queued, resolution
        if how == SILENT:
            found[5, size] = found[6, size] = NO_WAIT
        found[8, size], found[9, size], found[10, size] = tries, blocked, replies
        found[11, size] = agent[stint - 1] if how == REPLIED else -1
        flags[0, size] = (had_left or at_last > 0) and how != SILENT
        flags[1, size] = pausing
        size += 1
    return found, flags


# --- what is there at once ----------------------------------------------------------------------------------


@_kernel
def by_type(from_ms, to_ms, of_type, types):
    """Starts and ends of spans, those of each type together, and where each type begins and the last ends."""
    begins = np.zeros(types + 1, dtype=np.int64)
    for row in range(len(of_type)):
        begins[of_type[row] + 1] += 1
    begins = np.cumsum(begins)
    place = begins.copy()
    starts, ends = np.empty_like(from_ms), np.empty_like(to_ms)
    for row in range(len(of_type)):
        at = place[of_type[row]]
        place[of_type[row]] = at + 1
        starts[at], ends[at] = from_ms[row], to_ms[row]
    return starts, ends, begins


@_kernel
def at_once(starts, ends, begin, after):
    """For each stretch, the most spans at once, and how many reach past its end; all is sorted."""
    most, left = np.zeros(len(begin)), np.zeros(len(begin))
    ended = 0
    row = 0
    for stretch in range(len(begin)):
        while row < len(starts) and starts[row] < begin[stretch]:
            row += 1
        begun = row
        while begun < len(starts) and starts[begun] <= begin[stretch]:
            begun += 1
        while ended < len(ends) and ends[ended] <= begin[stretch]:
            ended += 1
        greatest = max(begun - ended, 0)
        while row < len(starts) and starts[row] < after[stretch]:
            while ended < len(ends) and ends[ended] <= starts[row]:
                ended += 1
            row += 1
            greatest = max(greatest, row - ended)
        while ended < len(ends) and ends[ended] <= after[stretch]:
            ended += 1
        most[stretch], left[stretch] = greatest, row - ended
    return most, left


@_kernel
def ages(from_ms, to_ms, of_type, types, begin, after):
    """The greatest age in each stretch, of all spans and of those of each type: (1 + types, stretches)."""
    oldest = np.zeros((1 + types, len(begin)))
    for row in range(len(from_ms)):
        stretch = np.searchsorted(after, from_ms[row], side="right")
        while stretch < len(begin) and begin[stretch] < to_ms[row]:
            age = min(after[stretch], to_ms[row]) - from_ms[row]
            oldest[0, stretch] = max(oldest[0, stretch], age)
            oldest[1 + of_type[row], stretch] = max(oldest[1 + of_type[row], stretch], age)
            stretch += 1
    return oldest


@_kernel
def empty_ms(starts, ends, arrival, begin, after, from_ms, day_ms, later):
    """For each stretch, the time of day at which there was first nothing at or after its last arrival; -1
    where nothing arrived or there was always something. Starts, ends and arrivals are sorted.
    """
    found = np.full(len(begin), -1.0)
    empty = np.int64(-1)
    for stretch in range(len(begin)):
        last = np.searchsorted(arrival, after[stretch]) - 1
        if last >= np.searchsorted(arrival, begin[stretch]):
            ended = 0
            if empty < arrival[last]:  # or else there was something from the arrival before up to then
                empty = arrival[last]
                ended = np.searchsorted(starts, empty, side="right")
            while ended > 0:  # so many have begun by then: there is nothing once as many have ended
                empty = max(empty, ends[ended - 1])
                begun = np.searchsorted(starts, empty, side="right")
                if begun == ended:
                    break
                ended = begun
            if empty < later:
                found[stretch] = empty - (begin[stretch] - (begin[stretch] - from_ms) % day_ms)
    return found


# --- time in slots ------------------------------------------------------------------------------------------


@_kernel
def time_in_slots(edges_ms, interval_ms, from_ms, to_ms, group, groups):
    """The time that intervals [from, to) of each group spend in each slot: (groups, slots).

    With an `interval_ms` above 0 all slots have that length.
    """
    slots = len(edges_ms) - 1
    begun = np.zeros((groups, slots + 1), dtype=np.int64)
    spent = np.zeros((groups, slots + 1), dtype=np.int64)
    for row in range(len(from_ms)):
        for sign in range(2):
            at = from_ms[row] if sign == 0 else max(from_ms[row], to_ms[row])
            at = min(max(at, edges_ms[0]), edges_ms[slots])
            if interval_ms > 0:
                slot = (at - edges_ms[0]) // interval_ms
            else:
                slot = np.searchsorted(edges_ms, at, side="right") - 1
            into = at - edges_ms[slot]
            if sign == 0:
                begun[group[row], slot] += 1
                spent[group[row], slot] += into
            else:
                begun[group[row], slot] -= 1
                spent[group[row], slot] -= into
    time = np.empty((groups, slots))
    for one in range(groups):
        open_spans = np.int64(0)
        for slot in range(slots):
            open_spans += begun[one, slot]
            time[one, slot] = open_spans * (edges_ms[slot + 1] - edges_ms[slot]) - spent[one, slot]
    return time


# --- when nobody is free ------------------------------------------------------------------------------------


@_kernel
def _pass_time(edges_ms, slot, since, now, flags, into):
    """Add the time from `since` to `now`, times each flag, to slots, `slot` first; return the last."""
    while slot < len(edges_ms) - 1:
        time = min(now, edges_ms[slot + 1]) - max(since, edges_ms[slot])
        if time > 0:
            for number in range(len(flags)):
                into[number, slot] += flags[number] * time
        if now < edges_ms[slot + 1]:
            break
        slot += 1
    return slot


@_kernel
def duty_in_slots(edges_ms, at_ms, team, busy, full, on_duty, teams):
    """Changes of how many agents of a team are busy, are full and are on duty, in order of time, as times in
    slots: shape (1 + teams, 3, slots), row 0 all teams together. First the time in which nobody on duty is
    free, then that in which anybody is on duty, then the time of the busy up to as many as are on duty.
    """
    slots = len(edges_ms) - 1
    time = np.zeros((1 + teams, 3, slots), dtype=np.int64)
    now_busy, now_full, now_on = np.zeros((3, teams), dtype=np.int64)
    since = np.full(1 + teams, edges_ms[0])
    slot = np.zeros(1 + teams, dtype=np.int64)
    flags = np.zeros(3, dtype=np.int64)
    all_on, all_free = np.int64(0), np.int64(0)
    for row in range(len(at_ms) + 1 + teams):
        closing = row >= len(at_ms)  # at the end each row once more
        now = edges_ms[slots] if closing else at_ms[row]
        for which in range(2):
            one = (row - len(at_ms)) if closing else (0 if which == 0 else 1 + team[row])
            if closing and which:
                break
            if since[one] < now:
                if one == 0:
                    flags[0], flags[1], flags[2] = all_on > 0 and all_free == 0, all_on > 0, 0
                else:
                    on, held = now_on[one - 1], now_full[one - 1]
                    flags[0], flags[1], flags[2] = on > 0 and held >= on, on > 0, min(now_busy[one - 1], on)
                slot[one] = _pass_time(edges_ms, slot[one], since[one], now, flags, time[one])
                since[one] = now
        if not closing:
            one = team[row]
            all_free -= max(now_on[one] - now_full[one], 0)
            now_busy[one] += busy[row]
            now_full[one] += full[row]
            now_on[one] += on_duty[row]
            all_on += on_duty[row]
            all_free += max(now_on[one] - now_full[one], 0)
    return time


# --- counts of waits ----------------------------------------------------------------------------------------


@_kernel
def wait_sums(of_type, slot, team, wait_ms, slots, size, later):
    """Numbers, sums and sums of squares of waits that were over, by type and slot: (3, size)."""
    found = np.zeros((3, size))
    for row in range(len(wait_ms)):
        if 0 <= wait_ms[row] < later:
            key, ms = of_type[row] * slots + slot[row], np.float64(wait_ms[row])
            found[0, key] += 1.0
            found[1, key] += ms
            found[2, key] += ms * ms
    return found


@_kernel
def count_waits(
    group, slot, wait_ms, bins, threshold, later, first_sum, of_group, first_cell, cell, but, below, of, width
):
    """Count waits of one kind, those between two thresholds in `below` (sums, cells, steps) and all of them
    in `of` (sums, cells); give the keys (group × cells + cell) × width + bin of those that were over.

    A group counts in the sums ``of_group[first_sum[group]:first_sum[group + 1]]``, a slot in the cells
    ``cell[first_cell[slot]:first_cell[slot + 1]]``; of these the first `but` have no key.
    """
    cells = below.shape[1]
    size = 0
    for row in range(len(group)):
        size += (0 <= wait_ms[row] < later) * (first_cell[slot[row] + 1] - first_cell[slot[row]] - but)
    keys = np.empty(size, dtype=np.int64)
    size = 0
    for row in range(len(group)):
        if wait_ms[row] < 0:
            continue
        cells_from, cells_to = first_cell[slot[row]], first_cell[slot[row] + 1]
        for one in range(first_sum[group[row]], first_sum[group[row] + 1]):
            for other in range(cells_from, cells_to):
                of[of_group[one], cell[other]] += 1
                if wait_ms[row] < later:
                    below[of_group[one], cell[other], threshold[row]] += 1
        if wait_ms[row] < later:
            for other in range(cells_from + but, cells_to):
                keys[size] = (group[row] * cells + cell[other]) * width + bins[row]
                size += 1
    return keys


@_kernel
def tally(keys):
    """How often each key occurs: (key, count), sorted.

    Digit by digit (LSD radix sort): two of eight bits, and what is above, which is small.
    """
    most = 0
    for row in range(len(keys)):
        most = max(most, keys[row] >> 16)
    ordered = keys
    for digit in range(3):
        begins = np.zeros((most + 1 if digit == 2 else 256) + 1, dtype=np.int64)
        for row in range(len(keys)):
            begins[_digit(keys[row], digit) + 1] += 1
        for one in range(len(begins) - 1):
            begins[one + 1] += begins[one]
        moved = np.empty(len(keys), dtype=np.int64)
        for row in range(len(keys)):
            place = _digit(ordered[row], digit)
            moved[begins[place]] = ordered[row]
            begins[place] += 1
        ordered = moved
    key, count = np.empty(len(keys), dtype=np.int64), np.empty(len(keys), dtype=np.int64)
    size = 0
    for row in range(len(keys)):
        if size == 0 or ordered[row] != key[size - 1]:
            key[size], count[size] = ordered[row], 0
            size += 1
        count[size - 1] += 1
    return key[:size].copy(), count[:size].copy()


@_kernel
def _digit(key, digit):
    """The digit of a key: its low eight bits, the next eight, or all above."""
    return (key >> (8 * digit)) & 255 if digit < 2 else key >> 16


@_kernel
def merge(keys, counts, bounds):
    """Tallies as one, sorted; number *i* stands in the rows from ``bounds[i]`` up to ``bounds[i + 1]``."""
    row, ends = bounds[:-1].copy(), bounds[1:]
    key, count = np.empty(len(keys), dtype=np.int64), np.empty(len(keys), dtype=np.int64)
    of_bin = np.zeros(1 << 16, dtype=np.int64)
    size = 0
    place = -1
    while place < 1 << 62:
        least, most, following = 1 << 16, -1, 1 << 62
        for part in range(len(row)):
            while row[part] < ends[part] and keys[row[part]] >> 16 == place:
                one = keys[row[part]] & 0xFFFF
                of_bin[one] += counts[row[part]]
                least, most = min(least, one), max(most, one)
                row[part] += 1
            if row[part] < ends[part]:
                following = min(following, keys[row[part]] >> 16)
        for one in range(least, most + 1):
            if of_bin[one] > 0:
                key[size], count[size] = place << 16 | one, of_bin[one]
                size += 1
                of_bin[one] = 0
        place = following
    return key[:size].copy(), count[:size].copy()


# --- days drawn anew ---------------------------------------------------------------------------------------


@_kernel
def drawn_anew(own, others, followers, rate, further, heat_class, heats, day, days, draws):
    """See `simcare.measures.worst_days.drawn_anew`."""
    drawn = np.zeros((draws, days))
    classes, size = len(heats), len(own)
    for draw in range(draws):
        before = draw * further % size if size else 0
        for row in range(size):
            heat = heats[(heat_class[row] + draw * (classes // draws)) % classes]
            of = row - before if row >= before else row - before + size
            drawn[draw, day[row]] += own[row] * followers[of] + others[row] * heat * rate[of]
    return drawn


# --- over replications --------------------------------------------------------------------------------------


@_kernel
def moments(numerators, denominators):
    """Sums over replications, the first axis, of numerators (replications, rows, columns), and the central
    moments of `Moments` that they are part of; denominators have one column.
    """
    size, rows, columns = numerators.shape
    total, squares, products, ggg, ggn, gnn = np.zeros((6, rows, columns))
    mean = np.empty(columns)
    n = np.empty(size)
    for row in range(rows):
        apart = 0.0
        for one in range(size):
            n[one] = denominators[one, row] - denominators[0, row]
            apart += n[one]
        n -= apart / size
        mean[:] = 0.0
        for one in range(size):
            for column in range(columns):
                mean[column] += numerators[one, row, column] - numerators[0, row, column]
        for column in range(columns):
            mean[column] /= size
        for one in range(size):
            nn = n[one] * n[one]
            for column in range(columns):
                value = numerators[one, row, column]
                g = (value - numerators[0, row, column]) - mean[column]
                gg = g * g
                total[row, column] += value
                squares[row, column] += gg
                products[row, column] += g * n[one]
                ggg[row, column] += gg * g
                ggn[row, column] += gg * n[one]
                gnn[row, column] += g * nn
    return total, squares, products, ggg, ggn, gnn
