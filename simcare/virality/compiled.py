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
def exponents(lasts, row, powers, found):
    """What exponentials to take of the minutes that all `lasts`, shape (strips, rows, STRIP): each set of a
    `row` times `powers`, see `simcare.virality.phases.Exponentials`.
    """
    for strip in range(len(lasts)):
        for which in range(len(row)):
            minutes = lasts[strip, row[which]]
            for component in range(powers.shape[1]):
                power = powers[which, component]
                for one in range(STRIP):
                    found[strip, which, component, one] = power * minutes[one]


@_kernel
def _later(z, y, lasts, faded, place, state, table, modes, z_end, y_end):
    """`Flow.later` of a strip of complaints, all of which are in one state; see `lasting`. What they hold is
    of shape (components, STRIP), and so is `modes`, room to work in. `place` says which of the exponentials
    `faded` are theirs.
    """
    components = len(table.weights)
    own, grown = faded[place[0]], faded[place[1]]
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
    """Room for a strip of complaints: z, y, the modes, z and y at the end of a phase, sums over phases."""
    shape = (components, STRIP)
    z, y, modes = np.empty(shape), np.empty(shape), np.empty(shape)
    return z, y, modes, np.empty(shape), np.empty(shape), np.empty((5, STRIP))


@_kernel
def totals(lasts, faded, place, states, among, private, table, first, found):
    """See `simcare.virality.phases.totals`. What it finds goes to `found` (5, complaints), from complaint
    `first` on: views in some phases and in all, views of reshares likewise, and reshares.
    """
    strips = _strips(len(table.weights))
    for strip in range(len(lasts)):
        _flow(lasts[strip], faded[strip], place, states, among, private, table, strips)
        _put(strips[-1], first + strip * STRIP, found)


@_kernel
def impressions_under(
    lasts, faded, place, states, among, private, table, seen_by, resharers, followers, direct, rows, found
):
    """See `simcare.virality.exposure.impressions_under`, of one audience: impressions and reshares go to
    `found` (2, all complaints), at the `rows` of these.
    """
    strips = _strips(len(table.weights))
    sums = strips[-1]
    for strip in range(len(lasts)):
        _flow(lasts[strip], faded[strip], place, states, among, private, table, strips)
        some = rows[strip * STRIP : (strip + 1) * STRIP]
        for one in range(len(some)):
            row = some[one]
            of_reshares = resharers * direct[row] * sums[2, one]
            found[0, row] = seen_by * (followers[row] * sums[0, one] + of_reshares)
            found[1, row] = sums[4, one]


@_kernel
def _flow(lasts, faded, place, states, among, private, table, strips):
    """What falls into the phases of a strip of complaints, summed up in the last of `strips`."""
    z, y, modes, z_end, y_end, sums = strips
    last = len(states) - 1
    _fresh(table, z, y)
    sums[:] = 0.0
    for phase in range(last + 1):
        state = states[phase]
        if phase == last:
            z_end[:] = 0.0
            y_end[:] = 0.0
        else:
            _later(z, y, lasts[phase], faded, place[phase], state, table, modes, z_end, y_end)
        _sum_up(z, y, z_end, y_end, state, among[phase], private, table, sums)
        z, z_end, y, y_end = z_end, z, y_end, y


@_kernel
def _sum_up(z, y, z_end, y_end, state, counts, private, table, sums):
    """Add what falls into a phase to `sums`, see `totals`; `counts` says whether it is among the phases that
    are summed up apart.
    """
    damped = table.factor[state] / (1 - table.factor[state] * table.n)
    public = 0.0 if state == private else 1.0
    counted = public if counts else 0.0
    for row in range(STRIP):
        own = z[0, row] - z_end[0, row]
        others = y[0, row] - y_end[0, row]
        for component in range(1, len(table.weights)):
            own += z[component, row] - z_end[component, row]
            others += y[component, row] - y_end[component, row]
        reshares = damped * (own + table.n * others)
        sums[0, row] += counted * own
        sums[1, row] += public * own
        sums[2, row] += counted * (others + reshares)
        sums[3, row] += public * (others + reshares)
        sums[4, row] += reshares


@_kernel
def _put(sums, first, found):
    """Put the sums of a strip where they belong."""
    for which in range(len(sums)):
        of, to = sums[which], found[which, first : first + STRIP]
        for row in range(len(to)):
            to[row] = of[row]


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
    through all laps: `nowhere` if there is none or the phase does not last. And minutes, (strips, 2 × phases
    − 1, STRIP): from the begin of each phase to that edge, and its length. The last phase has no end.
    """
    phases, size = begins.shape
    after = np.full((size, 2 * phases - 1), nowhere)
    lasts = np.zeros((-(-size // STRIP), 2 * phases - 1, STRIP))
    many = len(edges)
    a_minute = (many - 1) / (edges[-1] - edges[0])
    for complaint in range(size):
        minutes, row = lasts[complaint // STRIP], complaint % STRIP
        before, edge, to_edge = -1.0, nowhere, 0.0
        for phase in range(phases):
            begin = begins[phase, complaint]
            end = begins[phase + 1, complaint] if phase + 1 < phases else np.inf
            if before < begin:
                edge, to_edge = nowhere, 0.0
                if begin < np.inf:
                    at = posted[complaint] + begin
                    likely = int(min(max((at - edges[0]) * a_minute, -1.0), many - 1.0)) + 1
                    one = _edge_after(edges, at, likely)
                    if one < many:
                        edge, to_edge = lap[complaint] * many + one, edges[one] - at
                if phase > 0:
                    after[complaint, 2 * phase - 1] = edge
                    minutes[2 * phase - 1, row] = begin - before if begin < np.inf else FOR_EVER
            if begin < end:
                after[complaint, 2 * phase] = edge
            minutes[2 * phase, row] = to_edge
            before = begin
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
def held(after, lasts, faded, place, states, among, private, followers, direct, table, sums, first, found):
    """What complaints hold when they enter and leave a state, and what that makes of the next edge, added to
    `sums`; see `simcare.virality.bins`. Beside it, what `totals` finds of them.
    """
    phases, size, components = len(states), len(after), len(table.weights)
    z, y, modes, z_end, y_end, sums_of_each = _strips(components)
    z_edge, y_edge = np.empty_like(z), np.empty_like(y)
    of, rate = np.zeros(STRIP), np.zeros(STRIP)
    noted = np.empty((2 * phases - 1, 3 + 3 * components, STRIP))
    for strip in range(len(lasts)):
        begin = strip * STRIP
        count = min(STRIP, size - begin)
        of[:count], rate[:count] = followers[begin : begin + count], direct[begin : begin + count]
        _fresh(table, z, y)
        sums_of_each[:] = 0.0
        minutes, left = lasts[strip], faded[strip]
        for phase in range(phases):
            state, now, at = states[phase], minutes[2 * phase :], place[3 * phase :]
            _later(z, y, now[0], left, at[0], state, table, modes, z_edge, y_edge)
            _note(z, y, z_edge, y_edge, of, rate, noted[2 * phase])
            if phase + 1 == phases:
                z_end[:] = 0.0
                y_end[:] = 0.0
                _sum_up(z, y, z_end, y_end, state, among[phase], private, table, sums_of_each)
            else:
                _later(z, y, now[1], left, at[1], state, table, modes, z_end, y_end)
                _sum_up(z, y, z_end, y_end, state, among[phase], private, table, sums_of_each)
                z, z_end, y, y_end = z_end, z, y_end, y
                _later(z, y, now[2], left, at[2], state, table, modes, z_edge, y_edge)
                _note(z, y, z_edge, y_edge, of, rate, noted[2 * phase + 1])
        _put(sums_of_each, first + begin, found)
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
def polynomial(x, coefficients):
    """`_polynomial` of `simcare.virality.heat`."""
    found = np.empty(len(x))
    for row in range(len(x)):
        total = coefficients[0]
        for power in range(1, len(coefficients)):  # as many as the compiler knows, since they are a tuple
            total = total * x[row] + coefficients[power]
        found[row] = total
    return found
