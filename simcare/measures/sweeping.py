"""All that is measured over time, in one sweep over what happens at the desk in order, as Numba kernels.

The same whole numbers as `simcare.measures.spans`, `extremes` and `freedom` find span by span. The clock of a
replication falls into places: the time before the first slot, the slots, and the time after the last. The
integral over a place of a function of time is its value at the end times the length of the place, less what
each change adds to it times how long after the begin it changed.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.demand.tape import NEVER
from simcare.engine.log import UNWRITTEN

assert (NEVER, UNWRITTEN) == (2**62, 4), (
    "a number of another file is compiled into this one: change it here too, lest anybody run an old kernel"
)

OF_TYPES, OF_TEAMS, INTEGRALS_OF_TEAMS = 8, 7, 6
PRESENT, QUEUE, QUEUE_MAX, BACKLOG_MAX, AT_CLOSE, OLDEST, CLEARED, ARRIVED = range(OF_TYPES)
NOBODY_FREE, ANYBODY, OUTSIDE, HANDLING, ON_DUTY, PAID, REPLIES = range(OF_TEAMS)
"""What is found; see `simcare.measures.sweep`. Beside it, when the last contact arrived, -1 if none did."""

NONE = -1
BEGIN, END, DONE, COMES, GOES, LEVEL, PAY_BEGINS, PAY_ENDS = range(8)
"""What happens to people: an agent takes a message, lays it down, has done it; he comes on duty and goes; a
level changes; a paid interval begins and ends.
"""

u = np.uint64
"""A place in an array that is not negative: who says so spares the question whether to count from the end."""

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


@_kernel
def sweep(
    steps, stints, duties, levels, paid, firsts, type_of, team_of, room, edges_ms, lap_bits, types, teams
):
    """What is found by slot, of contact types, (`OF_TYPES` without the last, 1 + types, slots), and of teams,
    (`OF_TEAMS`, 1 + teams, slots); the slots are those of all replications, and all together come first.

    The tables are `steps` (contact, outcome, ready, start, done), `stints` (row of the step, agent, start,
    end, completed), `duties` (agent, from, to), `levels` (team, from, level) and `paid` (team, from, to,
    agents), all in order of the replications; those of one begin with a row of `firsts` (replications + 1,
    tables). `room` is how many messages an agent may have in hand.
    """
    laps, places = len(firsts) - 1, len(edges_ms) + 1
    of_types = np.empty((ARRIVED, 1 + types, laps * (places - 2)))
    of_teams = np.empty((OF_TEAMS, 1 + teams, laps * (places - 2)))
    by_type = np.empty((places, 1 + types, OF_TYPES), dtype=np.int64)
    by_team = np.empty((places, 1 + teams, OF_TEAMS), dtype=np.int64)
    ends = np.append(edges_ms, NEVER)
    levelled = np.zeros(teams, dtype=np.bool_)
    levelled[levels[0]] = True
    of_level = levelled[team_of]
    most = 0
    for lap in range(laps):
        sizes = firsts[lap + 1] - firsts[lap]
        most = max(most, 2 * (sizes[0] + sizes[1] + sizes[2] + sizes[4]) + sizes[3])
    at, far, instants = np.empty((3, most), dtype=np.int64)
    what, who, numbers, begins = np.empty((4, most + 2), dtype=np.int32)
    for lap in range(laps):
        first, after, mask = firsts[lap], firsts[lap + 1], (np.int64(1) << lap_bits) - 1
        size = _of_messages(*steps, *stints, type_of, mask, first, after, at, far, what, who)
        size = _of_people(*duties, *levels, *paid, mask, first, after, at, what, who, size)
        _in_order(at, size, instants, numbers, begins)
        _by_type(instants, numbers, size, far, what, ends, by_type)
        rows = begins[: _with_people(who, numbers, size, begins)]
        _by_team(instants, numbers, rows, who, ends, team_of, room, of_level, levels, paid, by_team)
        _in_slots(by_type, lap, of_types)
        _in_slots(by_team, lap, of_teams)
    return of_types, of_teams


# --- what happens -------------------------------------------------------------------------------------------
#
# An event has its instant in `at`: twice the time, and one more if a number rises by it, which comes last of
# what happens at one time. In `what` it has, unless that is NONE, the contact type (from bit 6 on),
# whether a contact arrives (bit 5), and how many more are in the queue (bits 3 and 4) and in the house (1 and
# 2), plus one; in `far`, of a message that comes, when it leaves, of one that leaves, when it came, else the
# time. In `who` it has, unless that is NONE, what happens to people (3 bits), and the agent or the row of its
# table.


@_kernel
def _of_messages(
    contact, outcome, ready_ms, start_ms, done_ms, row_of_stint, agent, begin_ms, end_ms, completed, type_of,
    mask, first, after, at, far, what, who,
):  # fmt: skip
    """Write the events of one replication's messages; how many there are."""
    size, stint, stints, before = 0, first[1], after[1], np.int64(-1)
    for number in range(first[0], after[0]):
        row = u(number)
        if outcome[row] == UNWRITTEN:
            continue
        ready, done, start = ready_ms[row], done_ms[row], start_ms[row]
        of = type_of[u(contact[row])] << 6
        arrival, before = contact[row] != before, contact[row]
        there, waits = done > ready, min(start, done) > ready
        at_once = there and start == ready
        if there or arrival:
            at[u(size)], far[u(size)] = (ready & mask) << 1 | 1, done & mask if done < NEVER else NEVER
            who[u(size)] = agent[u(stint)] << 3 | BEGIN if at_once else NONE
            what[u(size)] = of | int(arrival) << 5 | (int(waits) + 1) << 3 | (int(there) + 1) << 1
            size += 1
        last = stint
        while last < stints and row_of_stint[u(last)] == number:
            last += 1
        gone = there and done < NEVER
        if gone:
            worked = start < NEVER
            at[u(size)], far[u(size)] = (done & mask) << 1, ready & mask
            who[u(size)] = agent[u(last - 1)] << 3 | DONE if worked else NONE
            what[u(size)] = of | int(worked) << 3
            size += 1
        since = ready
        for one in range(stint, last):
            if one > stint or not at_once:
                at[u(size)], far[u(size)] = (begin_ms[u(one)] & mask) << 1, begin_ms[u(one)] & mask
                who[u(size)] = agent[u(one)] << 3 | BEGIN
                what[u(size)] = of | 1 << 1 if begin_ms[u(one)] > since else NONE
                size += 1
            since = end_ms[u(one)]
            if one < last - 1 or not gone:
                back = not completed[u(one)] and (one == last - 1 or begin_ms[u(one + 1)] > since)
                at[u(size)], far[u(size)] = (since & mask) << 1 | int(back), since & mask
                who[u(size)] = agent[u(one)] << 3 | (DONE if completed[u(one)] else END)
                what[u(size)] = of | 2 << 3 | 1 << 1 if back else NONE
                size += 1
        stint = last
    return size


@_kernel
def _of_people(
    agent, from_ms, to_ms, level_team, level_from_ms, level, paid_team, paid_from_ms, paid_to_ms, paid_agents,
    mask, first, after, at, what, who, size,
):  # fmt: skip
    """Write those of its people behind, where there are so many; how many there are then."""
    before = size
    for row in range(first[2], after[2]):
        at[size], who[size] = (from_ms[row] & mask) << 1, agent[row] << 3 | COMES
        at[size + 1], who[size + 1] = (to_ms[row] & mask) << 1, agent[row] << 3 | GOES
        size += 2
    for row in range(first[3], after[3]):
        at[size], who[size] = (level_from_ms[row] & mask) << 1, row << 3 | LEVEL
        size += 1
    for row in range(first[4], after[4]):
        at[size], who[size] = (paid_from_ms[row] & mask) << 1, row << 3 | PAY_BEGINS
        at[size + 1], who[size + 1] = (paid_to_ms[row] & mask) << 1, row << 3 | PAY_ENDS
        size += 2
    what[before:size] = NONE
    return size


@_kernel
def _in_order(at, size, instants, numbers, begins):
    """Write the instants of the events in order, and the numbers of the events.

    They are spread over about as many drawers as there are, and are nearly in order then.
    """
    least, most, shift, fullest = NEVER, np.int64(0), 0, 0
    for number in range(size):
        least, most = min(least, at[number]), max(most, at[number])
    while (most - least) >> shift > size:
        shift += 1
    drawers = ((most - least) >> shift) + 1 if size else 0
    begins[: drawers + 1] = 0
    for number in range(size):
        begins[u(((at[number] - least) >> shift) + 1)] += 1
    for drawer in range(drawers):
        fullest = max(fullest, begins[drawer + 1])
        begins[drawer + 1] += begins[drawer]
    for number in range(size):
        drawer = u((at[number] - least) >> shift)
        row = u(begins[drawer])
        instants[row], numbers[row] = at[number], number
        begins[drawer] += 1
    gap = 1
    while gap < fullest // 16:
        gap = 3 * gap + 1
    while gap > 0:  # Shell 1959, with the gaps of Knuth: quick too if everything falls into one drawer
        for row in range(gap, size):
            if instants[row - gap] > instants[row]:
                instant, number, to = instants[row], numbers[row], row
                while to >= gap and instants[to - gap] > instant:
                    instants[to], numbers[to] = instants[to - gap], numbers[to - gap]
                    to -= gap
                instants[to], numbers[to] = instant, number
        gap //= 3


@_kernel
def _with_people(who, numbers, size, rows):
    """Write the rows of the events in which something happens to people; how many there are."""
    some = 0
    for row in range(size):
        rows[u(some)] = row
        some += who[u(numbers[row])] != NONE
    return some


# --- what is found ------------------------------------------------------------------------------------------


@_kernel
def _by_type(instants, numbers, size, far, what, ends, found):
    """Sweep the events of messages; write what is found (places, 1 + types, `OF_TYPES`)."""
    groups = found.shape[1]
    there, queue = np.zeros((2, groups), dtype=np.int64)
    none_since, unsure = np.full(groups, np.int64(-1)), np.zeros(groups, dtype=np.int64)
    found[:] = 0
    found[:, :, CLEARED] = found[:, :, ARRIVED] = -1
    looked = np.zeros(groups, dtype=u)  # the first place at whose end none of those so far is there
    here, begin = u(0), np.int64(0)
    for row in range(size):
        number = u(numbers[row])
        code = what[number]
        if code == NONE:
            continue
        now, rises, of = instants[row] >> 1, instants[row] & 1, u(1 + (code >> 6))
        if ends[here] < now + rises:
            here = u(_passed_of_types(there, queue, ends, np.int64(here), now + rises, found))
            begin = ends[here - u(1)]
        since = now - begin
        coming, waiting = (code >> 1 & 3) - 1, (code >> 3 & 3) - 1
        arrived = now if code >> 5 & 1 else np.int64(-1)
        if max(there[of], there[of] + coming) == 1 and coming != 0:  # the first comes or the last leaves
            for group in (u(0), of):
                if coming > 0 and there[group] == 0:
                    unsure[group] = _cleared(
                        found[:, group], none_since[group], now, unsure[group], np.int64(here)
                    )
                elif coming < 0 and there[group] == 1:
                    none_since[group] = now
        if ends[max(looked[of], here)] < far[number]:  # it will be the oldest at the end of a place
            looked[of] = max(looked[of], here)
            while ends[looked[of]] < far[number]:
                open_ms = ends[looked[of]] - now
                found[looked[of], of, OLDEST] = max(found[looked[of], of, OLDEST], open_ms)
                looked[of] += u(1)
        if found[here, of, OLDEST] < now - far[number]:
            found[here, of, OLDEST] = now - far[number]
        found[here, of, PRESENT] -= coming * since
        found[here, of, QUEUE] -= waiting * since
        for group in (u(0), of):
            there[group] += coming
            queue[group] += waiting
            found[here, group, ARRIVED] = max(found[here, group, ARRIVED], arrived)
            if found[here, group, BACKLOG_MAX] < there[group]:
                found[here, group, BACKLOG_MAX] = there[group]
            if found[here, group, QUEUE_MAX] < queue[group]:
                found[here, group, QUEUE_MAX] = queue[group]
    _passed_of_types(there, queue, ends, np.int64(here), NEVER, found)
    last = len(found) - 1
    for group in range(groups):
        if there[group] == 0:
            _cleared(found[:, group], none_since[group], NEVER, unsure[group], last)
        for one in range(last):
            found[one, 0, OLDEST] = max(found[one, 0, OLDEST], found[one, group, OLDEST])
            if found[one, group, CLEARED] < found[one, group, ARRIVED]:
                found[one, group, CLEARED] = NEVER


@_kernel
def _passed_of_types(there, queue, ends, place, until, found):
    """Close the places that end before an instant; the first that does not."""
    begin = ends[place - 1] if place else np.int64(0)
    while ends[place] < until:
        for group in range(len(there)):
            found[place, group, PRESENT] += there[group] * (ends[place] - begin)
            found[place, group, QUEUE] += queue[group] * (ends[place] - begin)
            found[place, group, AT_CLOSE] = there[group]
            found[place + 1, group, BACKLOG_MAX] = there[group]
            found[place + 1, group, QUEUE_MAX] = queue[group]
        begin = ends[place]
        place += 1
    return place


@_kernel
def _cleared(found, none_since, now, unsure, place):
    """There was none from an instant until now: write when, for the places up to this one of which it is not
    known yet, and whose last arrival so far came before; the first of which it is not known then.
    """
    while True:
        if found[unsure, CLEARED] < found[unsure, ARRIVED]:
            none = max(found[unsure, ARRIVED], none_since)
            if none >= now:
                return unsure
            found[unsure, CLEARED] = none
        if unsure == place:
            return unsure
        unsure += 1


@_kernel
def _by_team(instants, numbers, rows, who, ends, team_of, room, of_level, levels, paid, found):
    """Sweep the events of people; write what is found (places, 1 + teams, `OF_TEAMS`).

    Of people those on duty may be busy or have their hands full, of a level all agents.
    """
    groups = found.shape[1]
    in_hand, counts = np.zeros(len(team_of), dtype=np.int64), of_level.astype(np.int64)
    duty, busy, full, free = np.zeros((4, groups), dtype=np.int64)
    value = np.zeros((groups, INTEGRALS_OF_TEAMS), dtype=np.int64)
    found[:] = 0
    here, begin = u(0), np.int64(0)
    for row in rows:
        code = who[u(numbers[u(row)])]
        now, happens, of = instants[u(row)] >> 1, code & 7, u(code >> 3)
        if ends[here] <= now:
            here = u(_passed_of_teams(value, ends, np.int64(here), now, found))
            begin = ends[here - u(1)]
        since = now - begin
        if happens <= DONE:
            team, change = u(1 + team_of[of]), np.int64(1 if happens == BEGIN else -1)
            most = max(in_hand[of], in_hand[of] + change)
            in_hand[of] += change
            found[here, team, REPLIES] += happens == DONE
            busier, fuller = change * (most == 1), change * (most == room[of])
            value[team, HANDLING] += busier
            found[here, team, HANDLING] -= busier * since
            busy[team] += busier * counts[of]
            full[team] += fuller * counts[of]
        elif happens <= LEVEL:
            if happens == LEVEL:
                team = u(1 + levels[0][of])
                change = levels[2][of] - duty[team]
            else:
                team, change = u(1 + team_of[of]), np.int64(1 if happens == COMES else -1)
                counts[of] += change
                busy[team] += change * (in_hand[of] > 0)
                full[team] += change * (in_hand[of] >= room[of])
            value[team, ON_DUTY] += change
            found[here, team, ON_DUTY] -= change * since
            for group in (u(0), team):
                duty[group] += change
                _becomes(found, value, here, group, ANYBODY, np.int64(duty[group] > 0), since)
        else:
            team, change = u(1 + paid[0][of]), paid[3][of] if happens == PAY_BEGINS else -paid[3][of]
            value[team, PAID] += change
            found[here, team, PAID] -= change * since
            continue
        outside = value[team, HANDLING] - min(busy[team], duty[team])
        if outside != value[team, OUTSIDE]:
            _becomes(found, value, here, team, OUTSIDE, outside, since)
        before = free[team]
        free[team] = max(duty[team] - full[team], 0)
        free[0] += free[team] - before
        for group in (u(0), team):
            nobody_free = np.int64((free[group] == 0) & (duty[group] > 0))
            found[here, group, NOBODY_FREE] -= (nobody_free - value[group, NOBODY_FREE]) * since
            value[group, NOBODY_FREE] = nobody_free
    _passed_of_teams(value, ends, np.int64(here), NEVER - 1, found)


@_kernel
def _becomes(found, value, place, group, what, now, since):
    """A function of time has another value, so long after the place began."""
    found[place, group, what] -= (now - value[group, what]) * since
    value[group, what] = now


@_kernel
def _passed_of_teams(value, ends, place, now, found):
    """Close the places that have ended now; the one of now."""
    begin = ends[place - 1] if place else np.int64(0)
    while ends[place] <= now:
        for group in range(found.shape[1]):
            for what in range(INTEGRALS_OF_TEAMS):
                found[place, group, what] += value[group, what] * (ends[place] - begin)
        begin = ends[place]
        place += 1
    return place


@_kernel
def _in_slots(found, lap, of_slots):
    """Write what is found in the places of a replication that are slots."""
    slots = len(found) - 2
    for what in range(len(of_slots)):
        for group in range(found.shape[1]):
            for slot in range(slots):
                of_slots[what, group, lap * slots + slot] = found[1 + slot, group, what]
