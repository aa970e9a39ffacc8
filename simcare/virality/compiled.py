"""How attention flows, as Numba kernels: what `phases` and `bins` do with numpy, with the same operations in
the same order for every complaint. The results are the same to the last bit, and the tests hold them so.

Complaints are taken strip by strip, and every loop within goes over the complaints of a strip, one after the
other in memory: so a processor takes several at once. Exponentials are left to numpy, for those of other
libraries may differ in the last bit: one kernel says how long everything lasts, `faded` of
`simcare.virality.phases` takes the exponentials of it, and another kernel uses them up.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.virality.phases import FOR_EVER

assert FOR_EVER == -1e-200, "a number of another file is compiled into this one: change it here too"

STRIP = 240  # no power of two: rows that far apart would share the same few places of a cache
NEAR = 8  # edges, among which the next one is looked for one by one

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


@_kernel
def lasting(begins):
    """How long each phase but the last lasts, see `simcare.virality.phases.lasting`: (strips, phases − 1,
    STRIP), 0 beyond the last complaint.
    """
    last, size = begins.shape[0] - 1, begins.shape[1]
    lasts = np.zeros((-(-size // STRIP), last, STRIP))
    for strip in range(len(lasts)):
        first = strip * STRIP
        for phase in range(last):
            begin, end = begins[phase, first : first + STRIP], begins[phase + 1, first : first + STRIP]
            for row in range(len(begin)):
                if begin[row] < end[row]:
                    lasts[strip, phase, row] = end[row] - begin[row] if end[row] < np.inf else FOR_EVER
    return lasts


@_kernel
def exponents(lasts, powers, found):
    """What exponentials to take of the minutes that all `lasts`, shape (strips, rows, STRIP): times `powers`
    (rows, 2, components).
    """
    for strip in range(len(lasts)):
        for row in range(lasts.shape[1]):
            for which in range(2):
                for component in range(powers.shape[2]):
                    power = powers[row, which, component]
                    for one in range(STRIP):
                        found[strip, row, which, component, one] = power * lasts[strip, row, one]


@_kernel
def _later(z, y, lasts, faded, state, table, modes, z_end, y_end):
    """`Flow.later` of a strip of complaints, all of which are in one state; see `lasting`. What they hold is
    of shape (components, STRIP), and so is `modes`, room to work in.
    """
    components = len(table.weights)
    own, grown = faded[0], faded[1]
    flows = table.factor[state] > 0
    for mode in range(components):
        for row in range(STRIP):
            total = table.inverse[state, mode, 0] * y[0, row]
            for component in range(1, components):
                total += table.inverse[state, mode, component] * y[component, row]
            total *= grown[mode, row]
            for component in range(components if flows else 0):
                same = table.gaps[state, mode, component] == 0
                both = grown[mode, row] * lasts[row] if same else grown[mode, row] - own[component, row]
                total += table.coupling[state, mode, component] * (z[component, row] * both)
            modes[mode, row] = total
    for component in range(components):
        for row in range(STRIP):
            total = table.vectors[state, component, 0] * modes[0, row]
            for mode in range(1, components):
                total += table.vectors[state, component, mode] * modes[mode, row]
            goes_on = y[component, row] if lasts[row] == 0 else 0.0
            y_end[component, row] = total if lasts[row] > 0 else goes_on
            z_end[component, row] = z[component, row] * own[component, row] if lasts[row] >= 0 else 0.0


@_kernel
def _fresh(table, z, y):
    """What posts hold when they appear."""
    for component in range(len(table.weights)):
        z[component] = table.weights[component]
        y[component] = 0.0


@_kernel
def _strips(components):
    """Room for a strip of complaints: z, y, the modes, and z and y at the end of a phase."""
    shape = (components, STRIP)
    return np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape)


@_kernel
def totals(lasts, faded, states, among, private, table, first, found):
    """See `simcare.virality.phases.totals`. What it finds is added to `found` (5, complaints), from complaint
    `first` on: views in some phases and in all, views of reshares likewise, and reshares.
    """
    components, last = len(table.weights), len(states) - 1
    z, y, modes, z_end, y_end = _strips(components)
    room = np.empty((3, STRIP))
    for strip in range(len(lasts)):
        rows = slice(first + strip * STRIP, first + (strip + 1) * STRIP)
        _fresh(table, z, y)
        for phase in range(last + 1):
            state = states[phase]
            if phase == last:
                z_end[:] = 0.0
                y_end[:] = 0.0
            else:
                _later(z, y, lasts[strip, phase], faded[strip, phase], state, table, modes, z_end, y_end)
            _sum_up(z, y, z_end, y_end, state, among[phase], private, table, room, found, rows)
            z, z_end, y, y_end = z_end, z, y_end, y


@_kernel
def _sum_up(z, y, z_end, y_end, state, counts, private, table, room, found, rows):
    """Add what falls into a phase to some rows of `found`, see `totals`; `counts` says whether it is among
    the phases that are summed up apart.
    """
    damped = table.factor[state] / (1 - table.factor[state] * table.n)
    for row in range(STRIP):
        own = z[0, row] - z_end[0, row]
        others = y[0, row] - y_end[0, row]
        for component in range(1, len(table.weights)):
            own += z[component, row] - z_end[component, row]
            others += y[component, row] - y_end[component, row]
        room[0, row] = own
        room[2, row] = damped * (own + table.n * others)
        room[1, row] = others + room[2, row]
    seen, brought, shared = room
    _add(shared, found[4, rows])
    if state != private:
        _add(seen, found[1, rows])
        _add(brought, found[3, rows])
        if counts:
            _add(seen, found[0, rows])
            _add(brought, found[2, rows])


@_kernel
def _add(values, to):
    for row in range(len(to)):
        to[row] += values[row]


# --- stretches of the clock ---------------------------------------------------------------------------------


@_kernel
def _edge_after(edges, at, near):
    """The first edge after an instant, looked for from one that is likely to be near."""
    for _ in range(NEAR):
        if near < len(edges) and edges[near] <= at:
            near += 1
        elif near > 0 and edges[near - 1] > at:
            near -= 1
        else:
            return near
    return np.searchsorted(edges, at, side="right")


@_kernel
def lasting_to_edges(begins, posted, lap, edges, nowhere):
    """The next edge after each phase begins and after it ends, shape (complaints, 2 × phases − 1), numbered
    through all laps: `nowhere` if there is none or the phase does not last. And minutes, (strips, 3 × phases
    − 2, STRIP): of each phase from its begin to that edge, its length, and from its end to the edge after it.
    The last phase has no end.
    """
    phases, size = begins.shape
    after = np.full((size, 2 * phases - 1), nowhere)
    lasts = np.zeros((-(-size // STRIP), 3 * phases - 2, STRIP))
    many = len(edges)
    a_minute = (many - 1) / (edges[-1] - edges[0])
    for complaint in range(size):
        minutes, row = lasts[complaint // STRIP], complaint % STRIP
        begin, edge, to_edge = -1.0, nowhere, 0.0
        for phase in range(phases + 1):
            end = begins[phase, complaint] if phase < phases else np.inf
            if begin == end:
                continue
            edge_of_end, from_end = nowhere, 0.0
            if end < np.inf:
                at = posted[complaint] + end
                likely = int(min(max((at - edges[0]) * a_minute, -1.0), many - 1.0)) + 1
                one = _edge_after(edges, at, likely)
                if one < many:
                    edge_of_end, from_end = lap[complaint] * many + one, edges[one] - at
            if phase > 0:
                after[complaint, 2 * phase - 2] = edge
                minutes[3 * phase - 3, row] = to_edge
            if 0 < phase < phases:
                after[complaint, 2 * phase - 1] = edge_of_end
                minutes[3 * phase - 2, row] = end - begin if end < np.inf else FOR_EVER
                minutes[3 * phase - 1, row] = from_end
            begin, edge, to_edge = end, edge_of_end, from_end
    return after, lasts


@_kernel
def _note(z, y, z_edge, y_edge, followers, direct, noted):
    """What a strip of complaints adds to the sums at an edge, (3 + 3 × components, STRIP): three numbers of
    what they hold now, then three for each component of what is left of it at the edge.
    """
    components = len(z)
    for row in range(STRIP):
        own, others = z[0, row], y[0, row]
        for component in range(1, components):
            own += z[component, row]
            others += y[component, row]
        noted[0, row] = followers[row] * own
        noted[1, row] = direct[row] * own
        noted[2, row] = direct[row] * others
    for component in range(components):
        for row in range(STRIP):
            noted[3 + component, row] = followers[row] * z_edge[component, row]
            noted[3 + components + component, row] = direct[row] * z_edge[component, row]
            noted[3 + 2 * components + component, row] = direct[row] * y_edge[component, row]


@_kernel
def held(after, lasts, faded, states, among, private, followers, direct, table, sums, first, found):
    """What complaints hold when they enter and leave a state, and what that makes of the next edge, added to
    `sums`; see `simcare.virality.bins`. Beside it, what `totals` finds of them.
    """
    phases, size, components = len(states), len(after), len(table.weights)
    z, y, modes, z_end, y_end = _strips(components)
    z_edge, y_edge = np.empty_like(z), np.empty_like(y)
    of, rate = np.zeros(STRIP), np.zeros(STRIP)
    room, noted = np.empty((3, STRIP)), np.empty((2 * phases - 1, 3 + 3 * components, STRIP))
    for strip in range(len(lasts)):
        begin = strip * STRIP
        count = min(STRIP, size - begin)
        of[:count], rate[:count] = followers[begin : begin + count], direct[begin : begin + count]
        rows = slice(first + begin, first + begin + STRIP)
        _fresh(table, z, y)
        minutes, left = lasts[strip], faded[strip]
        for phase in range(phases):
            state, one = states[phase], 3 * phase
            _later(z, y, minutes[one], left[one], state, table, modes, z_edge, y_edge)
            _note(z, y, z_edge, y_edge, of, rate, noted[2 * phase])
            if phase + 1 == phases:
                z_end[:] = 0.0
                y_end[:] = 0.0
                _sum_up(z, y, z_end, y_end, state, among[phase], private, table, room, found, rows)
            else:
                _later(z, y, minutes[one + 1], left[one + 1], state, table, modes, z_end, y_end)
                _sum_up(z, y, z_end, y_end, state, among[phase], private, table, room, found, rows)
                z, z_end, y, y_end = z_end, z, y_end, y
                _later(z, y, minutes[one + 2], left[one + 2], state, table, modes, z_edge, y_edge)
                _note(z, y, z_edge, y_edge, of, rate, noted[2 * phase + 1])
        for row in range(count):
            for change in range(2 * phases - 1):
                state, edge = states[change // 2], after[begin + row, change]
                if change % 2 == 0:
                    for one in range(3 + 3 * components):
                        sums[state, edge, one] += noted[change, one, row]
                else:
                    for one in range(3 + 3 * components):
                        sums[state, edge, one] -= noted[change, one, row]


@_kernel
def carry(at_edge, which, steps):
    """Let what is held at each edge flow on to the next, in place; see `simcare.virality.bins`. From edge
    e − 1 to e it does so by ``steps[which[e - 1]]``, of shape (states, 2 × components, 2 × components).
    """
    states, laps, edges, width = at_edge.shape
    components = width // 3
    for state in range(states):
        for lap in range(laps):
            for edge in range(1, edges):
                step = steps[which[edge - 1], state]
                before, now = at_edge[state, lap, edge - 1], at_edge[state, lap, edge]
                for component in range(components):
                    now[component] += step[component, component] * before[component]
                for row in range(2 * components):
                    total = step[row, 0] * before[components]
                    for column in range(1, 2 * components):
                        total += step[row, column] * before[components + column]
                    now[components + row] += total


# --- crises -------------------------------------------------------------------------------------------------


@_kernel
def series(x, shape, terms):
    """`_series` of `simcare.virality.heat`."""
    total = np.ones(len(x))
    for strip in range(0, len(x), STRIP):
        some, so_far = x[strip : strip + STRIP], total[strip : strip + STRIP]
        for term in range(terms - 1, 0, -1):
            below = shape + term
            for row in range(len(some)):
                so_far[row] = 1 + so_far[row] * (some[row] / below)
    return total
