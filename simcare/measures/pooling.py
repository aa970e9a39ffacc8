"""The passes over replications that a Pool is made with, as Numba kernels.

They do what functions of numpy do elsewhere in this package, to the last bit, as those of
`simcare.measures.kernels`, which hands them on.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.measures.grid import BINS, PER_STEP

assert (BINS, PER_STEP) == (1 << 16, 100), (
    "a number of another file is compiled into this one: change it here too"
)

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


# --- counts of waits ----------------------------------------------------------------------------------------


@_kernel
def add_rows(first, bins, count, row_first, rows, in_order):
    """Rows of counts that are sums of others, as (first, bins, counts): row *r* of the rows from
    ``row_first[r]`` up to ``row_first[r + 1]`` of `rows`. If they are `in_order`, one alone is its own sum.

    Counts are added up in a histogram, of which only those 64 bins are gone through that any was added to.
    """
    most = 0
    for row in rows:
        most += first[row + 1] - first[row]
    begins = np.zeros(len(row_first), dtype=np.int64)
    found, counts = np.empty(most + 1, dtype=np.uint16), np.empty(most + 1, dtype=np.int64)
    of_bin, used = np.zeros(1 << 16, dtype=np.int64), np.zeros(1 << 10, dtype=np.bool_)
    size = 0
    for row in range(len(row_first) - 1):
        parts = rows[row_first[row] : row_first[row + 1]]
        if in_order and len(parts) == 1:
            for one in range(first[parts[0]], first[parts[0] + 1]):
                found[size], counts[size] = bins[one], count[one]
                size += 1
        else:
            for part in parts:
                for one in range(first[part], first[part + 1]):
                    of_bin[bins[one]] += count[one]
                    used[bins[one] >> 6] = True
            for block in range(len(used)):
                if used[block]:
                    used[block] = False
                    for one in range(block << 6, (block + 1) << 6):
                        found[size], counts[size] = one, of_bin[one]
                        size += of_bin[one] > 0  # without a branch, which would often be guessed wrong
                        of_bin[one] = 0
        begins[row + 1] = size
    return begins, found[:size], counts[:size]


# --- moments over replications ------------------------------------------------------------------------------


@_kernel
def moments_of_bins(begins, bins, row_first, rows, alike, steps, keeps, of):
    """`simcare.measures.below.Below` of the waits of `simcare.measures.counts`, those of row *r* and
    replication *i* standing from ``begins[r × replications + i]`` on: where any replication has a wait, and
    there the moments, (places, 6). And the numbers of waits from one threshold to the next in some of the
    rows, (replications, kept, steps), ``keeps[r]`` being the place of row *r* there or -1.

    Here row *r* is the sum of the rows from ``row_first[r]`` up to ``row_first[r + 1]`` of `rows`, and the
    same as ``alike[r]``, if that is an earlier one. `of` are all waits, (replications, rows).
    """
    size = len(of)
    counts, some = np.zeros((size, steps), dtype=np.int32), np.zeros(steps, dtype=np.bool_)
    columns = np.empty(steps, dtype=np.int64)
    below, mean = np.empty((size, steps)), np.empty(steps)
    n, sums = np.empty(size), np.empty((6, steps))
    first = np.zeros(len(alike) + 1, dtype=np.int64)
    at, moments = np.empty(len(alike) * steps, dtype=np.int64), np.empty((len(alike) * steps, 6))
    kept = np.zeros((size, keeps.max() + 1, steps), dtype=np.int32)
    for row in range(len(alike)):
        found, like = first[row], alike[row]
        if like < row:
            for other in range(first[like], first[like + 1]):
                at[found], moments[found] = at[other] + (row - like) * steps, moments[other]
                found += 1
            if keeps[row] >= 0:
                kept[:, keeps[row]] = kept[:, keeps[like]]
            first[row + 1] = found
            continue
        some[:] = False
        for part in rows[row_first[row] : row_first[row + 1]]:
            for one in range(size):
                place = part * size + one
                for value in bins[begins[place] : begins[place + 1]]:
                    step = (np.int64(value) + PER_STEP - 1) // PER_STEP
                    counts[one, step] += 1
                    some[step] = True
        used = 0
        for step in range(steps):
            if some[step]:
                columns[used] = step
                used += 1
        apart = 0.0
        for one in range(size):
            n[one] = of[one, row] - of[0, row]
            apart += n[one]
        n -= apart / size
        mean[:used] = 0.0
        for one in range(size):
            total = 0
            for column in range(used):
                total += counts[one, columns[column]]
                below[one, column] = total
                mean[column] += below[one, column] - below[0, column]
        for column in range(used):
            mean[column] /= size
        sums[:, :used] = 0.0
        for one in range(size):
            mine, nn = n[one], n[one] * n[one]
            for column in range(used):
                value = below[one, column]
                g = (value - below[0, column]) - mean[column]
                gg = g * g
                sums[0, column] += value
                sums[1, column] += gg
                sums[2, column] += g * mine
                sums[3, column] += gg * g
                sums[4, column] += gg * mine
                sums[5, column] += g * nn
        for column in range(used):
            at[found] = row * steps + columns[column]
            for which in range(6):
                moments[found, which] = sums[which, column]
            found += 1
        for one in range(size):
            for column in range(used):
                if keeps[row] >= 0:
                    kept[one, keeps[row], columns[column]] = counts[one, columns[column]]
                counts[one, columns[column]] = 0
        first[row + 1] = found
    return at[: first[-1]], moments[: first[-1]], kept


@_kernel
def merge_below(steps, at, moments, other_at, other_moments, n, nn, replications, others, weight, skewed):
    """The moments of both together, by the formulas of `simcare.measures.moments.Moments.merged`.

    `n` and `nn` are, by row, how far the means of the denominators are apart, and what is there called nn.
    """
    both = replications + others
    most = len(at) + len(other_at)
    places, merged = np.empty(most, dtype=np.int64), np.empty((most, 6))
    mine, theirs = np.zeros(6), np.zeros(6)
    one, two, size, row, end = 0, 0, 0, -1, 0
    while one < len(at) or two < len(other_at):
        if two == len(other_at) or (one < len(at) and at[one] <= other_at[two]):
            place = at[one]
        else:
            place = other_at[two]
        if place >= end:
            row = place // steps
            end = (row + 1) * steps
            mine[:], theirs[:] = 0.0, 0.0
        if one < len(at) and at[one] == place:
            mine[:] = moments[one]
            one += 1
        if two < len(other_at) and other_at[two] == place:
            theirs[:] = other_moments[two]
            two += 1
        g = theirs[0] / others - mine[0] / replications
        gg = (replications * theirs[1] - others * mine[1]) / both
        gn = (replications * theirs[2] - others * mine[2]) / both
        places[size] = place
        found = merged[size]
        found[0] = mine[0] + theirs[0]
        found[1] = mine[1] + theirs[1] + g * g * weight
        found[2] = mine[2] + theirs[2] + g * n[row] * weight
        found[3] = mine[3] + theirs[3] + g * (g * g * skewed + 3 * gg)
        found[4] = mine[4] + theirs[4] + g * (g * n[row] * skewed + 2 * gn) + n[row] * gg
        found[5] = mine[5] + theirs[5] + n[row] * (g * n[row] * skewed + 2 * gn) + g * nn[row]
        size += 1
    return places[:size], merged[:size]
