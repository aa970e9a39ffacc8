"""Streams and arrivals of many replications in one go, as Numba kernels.

Each gives what numpy does elsewhere in this package, to the last bit, and the tests hold it so: the bits are
those of numpy's PCG64 (O'Neill 2014), and arrivals are worked out by the same operations in the same order.
Logarithms are left to numpy, for those of other libraries may differ in the last bit. They are used beside
the compiled engine. What they find is written into arrays that they are given, which takes less time than to
give an array back.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from simcare.demand.rates import HOUR_MS
from simcare.demand.seeding import MIXED, POOL

assert (HOUR_MS, MIXED, POOL) == (3_600_000, 0xCA01F9DD, 4), (
    "a number of another file is compiled into this one: change it here too, lest old kernels are run"
)

_kernel: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
_part: Any = numba.njit(error_model="numpy")

u = np.uint64

_ONE, _MASK, _HALF, _WORD, _MIXED = u(1), u(2**32 - 1), u(16), u(32), u(MIXED)
_MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645  # of PCG64


def _jumps() -> Any:
    """How the state goes on by 2⁰, 2¹, … steps: state × multiplier + increment × sum; rows of (multiplier,
    sum), each as upper and lower half.
    """
    rows, multiplier, total = [], _MULTIPLIER, 1
    for _ in range(48):  # as many steps as a stream may have
        rows.append([half for number in (multiplier, total) for half in divmod(number, 2**64)])
        total = (multiplier + 1) * total % 2**128
        multiplier = multiplier**2 % 2**128
    return np.array(rows, dtype=np.uint64)


_JUMPS = _jumps()


# --- streams ------------------------------------------------------------------------------------------------


@intrinsic
def _product_and_sum(typing_context, high, low, by_high, by_low, more_high, more_low):
    """A number of 128 bits, times another, plus a third; each as its upper and lower half."""

    def code(context, builder, signature, arguments):
        wide = ir.IntType(128)
        halves = [builder.zext(argument, wide) for argument in arguments]
        number, by, more = (
            builder.or_(builder.shl(high, wide(64)), low)
            for high, low in zip(halves[::2], halves[1::2], strict=True)
        )
        found = builder.add(builder.mul(number, by), more)
        parts = (builder.trunc(part, ir.IntType(64)) for part in (builder.lshr(found, wide(64)), found))
        return context.make_tuple(builder, signature.return_type, list(parts))

    return types.UniTuple(types.uint64, 2)(*[types.uint64] * 6), code


@_part
def _begun(pool, hashes, reads):
    """The state and the increment of PCG64 where hashed words are mixed into a pool of entropy."""
    mixed, seed = np.empty(4, dtype=np.uint64), np.empty(4, dtype=np.uint64)
    for place in range(4):
        one = pool[place]
        for word in range(len(hashes)):
            one = (_MIXED * one - hashes[word, place]) & _MASK
            one ^= one >> _HALF
        mixed[place] = one
    for place in range(8):
        one = ((mixed[place % 4] ^ reads[place]) * reads[place + 1]) & _MASK
        one ^= one >> _HALF
        if place % 2 == 0:
            seed[place // 2] = one
        else:
            seed[place // 2] |= one << _WORD
    more_high, more_low = seed[2] << _ONE | seed[3] >> u(63), seed[3] << _ONE | _ONE
    high, low = _product_and_sum(seed[0], seed[1], u(0), _ONE, more_high, more_low)
    high, low = _product_and_sum(high, low, _JUMPS[0, 0], _JUMPS[0, 1], more_high, more_low)
    return high, low, more_high, more_low


@_part
def _inside(high, low):
    """The number of a state, strictly between 0 and 1; see `inside_unit_interval`."""
    bits, turn = high ^ low, high >> u(58)
    bits = bits >> turn | bits << (u(64) - turn & u(63))
    return (np.float64(np.int64(bits >> u(12))) + 0.5) * 2.0**-52


@_kernel
def first_uniforms(pools, hashes, reads, sizes, found):
    """The first numbers of a stream, so many of each replication; see `Streams.each`."""
    place = 0
    for one in range(len(sizes)):
        high, low, more_high, more_low = _begun(pools[one], hashes, reads)
        for _ in range(sizes[one]):
            high, low = _product_and_sum(high, low, _JUMPS[0, 0], _JUMPS[0, 1], more_high, more_low)
            found[place] = _inside(high, low)
            place += 1


@_kernel
def uniforms_at(pools, hashes, reads, places, bounds, found):
    """The numbers at some places; see `Streams.at`. What lies between is passed in jumps of powers of two."""
    at = 0
    for one in range(len(bounds) - 1):
        if at < len(places) and places[at] < bounds[one + 1]:
            high, low, more_high, more_low = _begun(pools[one], hashes, reads)
            drawn = bounds[one]
            while at < len(places) and places[at] < bounds[one + 1]:
                ahead, jump = places[at] + 1 - drawn, 0
                drawn += ahead
                while ahead > 0:
                    if ahead & 1:
                        row = _JUMPS[jump]
                        more = _product_and_sum(more_high, more_low, row[2], row[3], u(0), u(0))
                        high, low = _product_and_sum(high, low, row[0], row[1], more[0], more[1])
                    ahead >>= 1
                    jump += 1
                found[at] = _inside(high, low)
                at += 1


# --- arrivals -----------------------------------------------------------------------------------------------


@_kernel
def arrivals(logs, begins, first_row, from_ms, length_ms, per_hour, slope, cumulated, times, sizes):
    """Arrivals of replications whose gaps are minus these logarithms, replication *i* from ``begins[i]`` on;
    its rate has the rows from ``first_row[i]`` up to ``first_row[i + 1]``. See `simcare.demand.inversion`.

    Writes their times, one replication after the other, and how many each has, -1 where gaps were too few.
    """
    size = 0
    for one in range(len(begins) - 1):
        before, row, last = size, first_row[one], first_row[one + 1] - 1
        point, enough = 0.0, False
        for at in range(begins[one], begins[one + 1]):
            point -= logs[at]
            if point > cumulated[last]:
                enough = True
                break
            while cumulated[row] < point:
                row += 1
            since = cumulated[row - 1] if row > first_row[one] else 0.0
            expected, rate = point - since, per_hour[row]
            divisor = rate + np.sqrt(max(rate * rate + 2 * slope[row] * expected, 0.0))
            hours = 2 * expected / divisor if divisor > 0 else 0.0
            offset = min(hours * 3_600_000, np.float64(length_ms[row]))
            times[size] = from_ms[row] + min(np.int64(offset), length_ms[row] - 1)
            size += 1
        sizes[one] = size - before if enough else -1
