"""The passes over replications that a Pool is made with, as Numba kernels.

They do what functions of numpy do elsewhere in this package, to the last bit, as those of
`simcare.measures.kernels`, which hands them on.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from simcare.measures.grid import BINS

assert BINS == 1 << 16, "a number of another file is compiled into this one: change it here too"

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


# --- counts of waits ----------------------------------------------------------------------------------------


@_kernel
def tally(keys, rows):
    """How often each key, row × 2¹⁶ + bin, occurs: the columns of `simcare.measures.sparse.Sparse`.

    Spread over the rows, then each sorted for itself, which is short: by insertion if it is very short, else
    by the low and by the high eight bits of the bins (LSD radix sort).
    """
    begins = np.zeros(rows + 1, dtype=np.int64)
    for key in keys:
        begins[(key >> 16) + 1] += 1
    longest = 0
    for row in range(rows):
        longest = max(longest, begins[row + 1])
        begins[row + 1] += begins[row]
    bins = np.empty(len(keys), dtype=np.uint16)
    after = begins[:-1].copy()
    for key in keys:
        row = key >> 16
        bins[after[row]] = key & 0xFFFF
        after[row] += 1
    other = np.empty(longest, dtype=np.uint16)
    first, count = np.zeros(rows + 1, dtype=np.int64), np.empty(len(keys), dtype=np.int32)
    low, high = np.empty(256, dtype=np.int64), np.empty(256, dtype=np.int64)
    size = 0
    for row in range(rows):
        begin, end = begins[row], begins[row + 1]
        if end - begin < 64:
            for one in range(begin + 1, end):
                value, at = bins[one], one
                while at > begin and bins[at - 1] > value:
                    bins[at] = bins[at - 1]
                    at -= 1
                bins[at] = value
        else:
            low[:], high[:] = 0, 0
            for one in range(begin, end):
                low[bins[one] & 0xFF] += 1
                high[bins[one] >> 8] += 1
            of_low, of_high = 0, 0
            for digit in range(256):
                low[digit], of_low = of_low, of_low + low[digit]
                high[digit], of_high = of_high, of_high + high[digit]
            for one in range(begin, end):
                digit = bins[one] & 0xFF
                other[low[digit]] = bins[one]
                low[digit] += 1
            for one in range(end - begin):
                digit = other[one] >> 8
                bins[begin + high[digit]] = other[one]
                high[digit] += 1
        last, start = -1, begin
        for one in range(begin, end):  # without a branch, which would be guessed wrong every second time
            value = np.int64(bins[one])
            start = one if value != last else start
            size += value != last
            last = value
            bins[size - 1], count[size - 1] = value, one - start + 1
        first[row + 1] = size
    return first, bins[:size].copy(), count[:size].copy()


@_kernel
def add_rows(first, bins, count, row_first, rows):
    """Rows of counts that are sums of others, as (first, bins, counts): row *r* of the rows from
    ``row_first[r]`` up to ``row_first[r + 1]`` of `rows`.
    """
    most = 0
    for row in rows:
        most += first[row + 1] - first[row]
    begins = np.zeros(len(row_first), dtype=np.int64)
    found, counts = np.empty(most + 1, dtype=np.uint16), np.empty(most + 1, dtype=np.int64)
    of_bin = np.zeros(1 << 16, dtype=np.int64)
    size = 0
    for row in range(len(row_first) - 1):
        least, greatest = 1 << 16, -1
        parts = rows[row_first[row] : row_first[row + 1]]
        for part in parts:
            begin, end = first[part], first[part + 1]
            if len(parts) == 1:
                for one in range(begin, end):
                    found[size], counts[size] = bins[one], count[one]
                    size += 1
            elif begin < end:
                least = min(least, np.int64(bins[begin]))
                greatest = max(greatest, np.int64(bins[end - 1]))
                for one in range(begin, end):
                    of_bin[bins[one]] += count[one]
        for one in range(least, greatest + 1):  # without a branch, as above
            found[size], counts[size] = one, of_bin[one]
            size += of_bin[one] > 0
            of_bin[one] = 0
        begins[row + 1] = size
    return begins, found[:size], counts[:size]


# --- moments over replications ------------------------------------------------------------------------------


@_kernel
def moments_of_counts(counts, of):
    """`simcare.measures.below.Below` of counts (replications, rows, steps) and of all (replications, rows):
    where any replication counts something, and there the moments, (places, 6).
    """
    size, rows, steps = counts.shape
    some = np.zeros(steps, dtype=np.int64)
    columns = np.empty(steps, dtype=np.int64)
    below, mean = np.empty((size, steps)), np.empty(steps)
    n, sums = np.empty(size), np.empty((6, steps))
    at, moments = np.empty(rows * steps, dtype=np.int64), np.empty((rows * steps, 6))
    found = 0
    for row in range(rows):
        some[:] = 0
        for one in range(size):
            some |= counts[one, row]
        used = 0
        for step in range(steps):
            if some[step] != 0:
                columns[used] = step
                used += 1
        if used == 0:
            continue
        apart = 0.0
        for one in range(size):
            n[one] = of[one, row] - of[0, row]
            apart += n[one]
        n -= apart / size
        mean[:used] = 0.0
        for one in range(size):
            total = 0
            for column in range(used):
                total += counts[one, row, columns[column]]
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
            at[found + column] = row * steps + columns[column]
            for which in range(6):
                moments[found + column, which] = sums[which, column]
        found += used
    return at[:found], moments[:found]


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
