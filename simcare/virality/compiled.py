"""How attention flows, as Numba kernels: what `phases` and `bins` do with numpy, with the same operations in
the same order, complaint by complaint. The results are the same to the last bit, and the tests hold them so.

Exponentials are left to numpy, for those of other libraries may differ in the last bit: one kernel writes
down of what they are wanted, a row for each time `Flow.later` would be called, and another uses them up.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
_inlined: Any = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")


@_inlined
def _later(z, y, lasts, faded, row, state, table, modes, z_end, y_end):
    """`Flow.later` of one complaint; `modes` is room to work in."""
    components = len(table.weights)
    for mode in range(components):
        total = table.inverse[state, mode, 0] * y[0]
        for component in range(1, components):
            total += table.inverse[state, mode, component] * y[component]
        modes[mode] = faded[row, components + mode] * total
    if table.factor[state] > 0:
        for component in range(components):
            own = faded[row, component]
            for mode in range(components):
                grown = faded[row, components + mode]
                both = grown * lasts[row] if table.gaps[state, mode, component] == 0 else grown - own
                modes[mode] += table.coupling[state, mode, component] * (z[component] * both)
    for component in range(components):
        total = table.vectors[state, component, 0] * modes[0]
        for mode in range(1, components):
            total += table.vectors[state, component, mode] * modes[mode]
        y_end[component] = total
        z_end[component] = z[component] * faded[row, component]


@_inlined
def _write(minutes, state, table, lasts, exponents, row):
    """One row of exponents: how the components fade and how the modes grow, for so many minutes."""
    components = len(table.weights)
    lasts[row] = min(minutes, table.for_ever[state])
    for component in range(components):
        exponents[row, component] = -table.rates[component] * lasts[row]
        exponents[row, components + component] = table.growth[state, component] * lasts[row]


# --- phases -------------------------------------------------------------------------------------------------


@_kernel
def exponents_of_phases(begins, states, table):
    """What `phases` needs: minutes, and exponents, one row for each phase that begins and ends."""
    last, size = begins.shape[0] - 1, begins.shape[1]
    lasts, exponents = np.empty(size * (1 + last)), np.empty((size * (1 + last), 2 * len(table.weights)))
    row = 0
    for complaint in range(size):
        if begins[0, complaint] > 0:
            _write(begins[0, complaint], 0, table, lasts, exponents, row)
            row += 1
        for phase in range(last):
            begin, end = begins[phase, complaint], begins[phase + 1, complaint]
            if begin < end < np.inf:
                _write(end - begin, states[phase, complaint], table, lasts, exponents, row)
                row += 1
    return lasts[:row], exponents[:row]


@_kernel
def phases(begins, states, lasts, faded, damped, private, table, views, reshares, reshare_views):
    """What falls into each phase; see `simcare.virality.phases.phases`. The last three are filled in."""
    last, components = begins.shape[0] - 1, len(table.weights)
    z, y, modes, z_end, y_end = np.zeros((5, components))
    row = 0
    for complaint in range(begins.shape[1]):
        for component in range(components):
            z[component], y[component] = table.weights[component], 0.0
        if begins[0, complaint] > 0:
            for component in range(components):
                z[component] *= faded[row, component]
            row += 1
        for phase in range(last + 1):
            state = states[phase, complaint]
            begin = begins[phase, complaint]
            end = np.inf if phase == last else begins[phase + 1, complaint]
            if begin == end:
                views[phase, complaint] = reshares[phase, complaint] = reshare_views[phase, complaint] = 0.0
                continue
            if end == np.inf:
                for component in range(components):
                    z_end[component] = y_end[component] = 0.0
            else:
                _later(z, y, lasts, faded, row, state, table, modes, z_end, y_end)
                row += 1
            seen, brought = z[0] - z_end[0], y[0] - y_end[0]
            for component in range(1, components):
                seen += z[component] - z_end[component]
                brought += y[component] - y_end[component]
            shared = damped[state] * (seen + table.n * brought)
            public = state != private
            views[phase, complaint] = seen if public else 0.0
            reshares[phase, complaint] = shared
            reshare_views[phase, complaint] = brought + shared if public else 0.0
            for component in range(components):
                z[component], y[component] = z_end[component], y_end[component]


# --- stretches of the clock ---------------------------------------------------------------------------------


@_kernel
def exponents_of_changes(begins, states, posted, edges, table):
    """What `held` needs: the next edge after each phase begins and the last one ends, shape (complaints,
    phases + 1), minutes, and exponents: of each phase, from its begin to the edge, its length, from its end.
    """
    phases, size = begins.shape
    after = np.empty((size, phases + 1), dtype=np.int64)
    rows = size * (3 * phases + 1)
    lasts, exponents = np.empty(rows), np.empty((rows, 2 * len(table.weights)))
    row = 0
    for complaint in range(size):
        if begins[0, complaint] > 0:
            _write(begins[0, complaint], 0, table, lasts, exponents, row)
            row += 1
        for phase in range(phases + 1):
            begin = begins[phase, complaint] if phase < phases else np.inf
            after[complaint, phase] = np.searchsorted(edges, posted[complaint] + begin, side="right")
        for phase in range(phases):
            begin, state = begins[phase, complaint], states[phase, complaint]
            end = begins[phase + 1, complaint] if phase + 1 < phases else np.inf
            edge, edge_of_end = after[complaint, phase], after[complaint, phase + 1]
            if begin < end and edge < len(edges):
                _write(edges[edge] - (posted[complaint] + begin), state, table, lasts, exponents, row)
                row += 1
            if begin < end < np.inf:
                _write(end - begin, state, table, lasts, exponents, row)
                row += 1
                if edge_of_end < len(edges):
                    minutes = edges[edge_of_end] - (posted[complaint] + end)
                    _write(minutes, state, table, lasts, exponents, row)
                    row += 1
    return after, lasts[:row], exponents[:row]


@_inlined
def _change(sign, z, y, z_edge, y_edge, followers, direct, state, edge, table, changes, at_edge):
    """Add what is held now, and at the edge then, to the sums there."""
    components = len(table.weights)
    own, others = z[0], y[0]
    for component in range(1, components):
        own += z[component]
        others += y[component]
    followers, direct = sign * followers, sign * direct
    changes[state, edge, 0] += followers * own
    changes[state, edge, 1] += direct * own
    changes[state, edge, 2] += direct * others
    for component in range(components):
        at_edge[state, edge, component] += followers * z_edge[component]
        at_edge[state, edge, components + component] += direct * z_edge[component]
        at_edge[state, edge, 2 * components + component] += direct * y_edge[component]


@_kernel
def held(begins, states, after, lasts, faded, followers, direct, table, changes, at_edge):
    """What complaints hold when they enter and leave a state, and what that makes of the next edge, added to
    `changes` and `at_edge`; see `simcare.virality.bins`.
    """
    phases, components, edges = begins.shape[0], len(table.weights), changes.shape[1]
    z, y, modes, z_end, y_end, z_edge, y_edge = np.zeros((7, components))
    row = 0
    for complaint in range(begins.shape[1]):
        of, rate = followers[complaint], direct[complaint]
        for component in range(components):
            z[component], y[component] = table.weights[component], 0.0
        if begins[0, complaint] > 0:
            for component in range(components):
                z[component] *= faded[row, component]
            row += 1
        for phase in range(phases):
            begin, state = begins[phase, complaint], states[phase, complaint]
            end = begins[phase + 1, complaint] if phase + 1 < phases else np.inf
            edge, edge_of_end = after[complaint, phase], after[complaint, phase + 1]
            if begin < end and edge < edges:
                _later(z, y, lasts, faded, row, state, table, modes, z_edge, y_edge)
                row += 1
                _change(1.0, z, y, z_edge, y_edge, of, rate, state, edge, table, changes, at_edge)
            if begin < end < np.inf:
                _later(z, y, lasts, faded, row, state, table, modes, z_end, y_end)
                row += 1
                for component in range(components):
                    z[component], y[component] = z_end[component], y_end[component]
                if edge_of_end < edges:
                    _later(z, y, lasts, faded, row, state, table, modes, z_edge, y_edge)
                    row += 1
                    edge = edge_of_end
                    _change(-1.0, z, y, z_edge, y_edge, of, rate, state, edge, table, changes, at_edge)


@_kernel
def carry(at_edge, which, steps):
    """Let what is held at each edge flow on to the next, in place; see `simcare.virality.bins`. From edge
    e − 1 to e it does so by ``steps[which[e - 1]]``, of shape (states, 2 × components, 2 × components).
    """
    states, edges, width = at_edge.shape
    components = width // 3
    for state in range(states):
        for edge in range(1, edges):
            step = which[edge - 1]
            for component in range(components):
                own = steps[step, state, component, component] * at_edge[state, edge - 1, component]
                at_edge[state, edge, component] += own
            for row in range(2 * components):
                total = steps[step, state, row, 0] * at_edge[state, edge - 1, components]
                for column in range(1, 2 * components):
                    total += steps[step, state, row, column] * at_edge[state, edge - 1, components + column]
                at_edge[state, edge, components + row] += total
