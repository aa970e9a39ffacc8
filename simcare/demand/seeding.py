"""Seeds of many streams: where numpy leaves the entropy of a replication, and how a name goes on from there.

A `numpy.random.SeedSequence` hashes its entropy and its spawn key, word by word, into a pool of four, and
reads the seed off the pool (O'Neill 2015, *Developing a seed_seq alternative*). That takes some ten
microseconds: for a day of a desk, a dozen streams of a few hundred numbers each, longer than drawing the
numbers. So the seed and the replication are hashed by numpy once, and `simcare.demand.kernels` mix in the
hashed words of each name. numpy keeps the algorithm between versions; a test holds this one to it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]  # of 32 bits each, with room for their products

POOL = 4
"""Words in a pool."""

WORD = 2**32
HASHED, HASHED_NEXT = 0x43B0D7E5, 0x931E8875
READ, READ_NEXT = 0x8B51F9DD, 0x58F38DED
MIXED, MIXED_WITH = 0xCA01F9DD, 0x4973F715
HALF = 16


@lru_cache(maxsize=64)
def pools_of(seed: int, replications: range) -> Words:
    """The pools of streams whose spawn keys begin with the replication's number: (replications, 4)."""
    pools = [np.random.SeedSequence(seed, spawn_key=(one,)).pool for one in replications]
    return np.array(pools, dtype=np.uint64)


@lru_cache(maxsize=4096)
def hashes_of(words: tuple[int, ...], begin: int) -> Words:
    """What each word brings to the four of a pool, (words, 4), where so many hashes were made before."""
    constants = _constants(HASHED, HASHED_NEXT, begin, POOL * len(words))
    found = []
    for place, constant in enumerate(constants[:-1]):
        value = (words[place // POOL] ^ constant) * constants[place + 1] % WORD
        found.append((value ^ value >> HALF) * MIXED_WITH % WORD)
    return np.array(found, dtype=np.uint64).reshape(len(words), POOL)


def hashed_before(seed: int, replication: int) -> int:
    """How many hashes were made of the seed and the replication's number."""
    return POOL * (max(POOL, _words_in(seed)) + _words_in(replication))


@lru_cache(maxsize=1)
def reads() -> Words:
    """The constants by which the eight words of a seed are read off a pool."""
    return np.array(_constants(READ, READ_NEXT, 0, 2 * POOL), dtype=np.uint64)


def _constants(first: int, times: int, begin: int, size: int) -> list[int]:
    """Constants of hashing from number `begin` on, one more than `size`: each is `times` the one before."""
    return [first * pow(times, begin + step, WORD) % WORD for step in range(size + 1)]


def _words_in(number: int) -> int:
    """How many words a number takes."""
    return max(1, -(-number.bit_length() // 32))
