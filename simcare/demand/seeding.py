"""The seeds of one stream in many replications at once: what `numpy.random.SeedSequence` gives for each.

A SeedSequence hashes its entropy and its spawn key, word by word, into a pool of four, and reads the seed off
the pool (O'Neill 2015, *Developing a seed_seq alternative*). That takes some ten microseconds: for a day of a
desk, a dozen streams of a few hundred numbers each, longer than drawing the numbers. Here the pools of all
replications go on together, as one array, from where numpy leaves them. numpy keeps the algorithm between
versions; a test holds this one to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Words = NDArray[np.uint32]

POOL = 4
"""Words in a pool."""

WORD = 2**32
HASHED, HASHED_NEXT = 0x43B0D7E5, 0x931E8875
READ, READ_NEXT = 0x8B51F9DD, 0x58F38DED
MIXED, MIXED_WITH = np.uint32(0xCA01F9DD), 0x4973F715
HALF = 16


class Seeding:
    """The seeds of the streams of some replications, whose spawn keys begin with the replication's number."""

    def __init__(self, seed: int, replications: Sequence[int]) -> None:
        pools = [np.random.SeedSequence(seed, spawn_key=(one,)).pool for one in replications]
        self._pools: Words = np.stack(pools, axis=1)
        self._hashed = POOL * (max(POOL, _words_of(seed)) + _words_of(max(replications)))

    def seeds(self, words: tuple[int, ...]) -> NDArray[np.uint64]:
        """The seeds that PCG64 asks for where the key goes on with these words: shape (replications, 4)."""
        pools = self._pools
        for hashed in _hashes(words, self._hashed):
            pools = MIXED * pools - hashed
            pools ^= pools >> HALF
        constants = _constants(READ, READ_NEXT, 0, 2 * POOL)
        read = np.concatenate((pools, pools))
        read ^= np.array(constants[:-1], dtype=np.uint32)[:, np.newaxis]
        read *= np.array(constants[1:], dtype=np.uint32)[:, np.newaxis]
        read ^= read >> HALF
        low, high = read[0::2].astype(np.uint64), read[1::2].astype(np.uint64)
        return np.ascontiguousarray((low | high << 32).T)  # PCG64 takes a row for four words in a row


def generator(seed: NDArray[np.uint64]) -> np.random.PCG64:
    """The generator that begins with a seed of four words."""
    return np.random.PCG64(_Seeded(seed))  # type: ignore[arg-type]  # any ISeedSequence, as numpy documents


class _Seeded(ISeedSequence):
    """A seed that is worked out already."""

    def __init__(self, seed: NDArray[np.uint64]) -> None:
        self._seed = seed

    def generate_state(self, n_words: int, dtype: object = np.uint64) -> NDArray[np.uint64]:
        return self._seed


@lru_cache(maxsize=4096)
def _hashes(words: tuple[int, ...], begin: int) -> list[Words]:
    """What each word brings to the four of a pool, shape (4, 1), where so many hashes were made before."""
    constants = _constants(HASHED, HASHED_NEXT, begin, POOL * len(words))
    found = []
    for place, constant in enumerate(constants[:-1]):
        value = (words[place // POOL] ^ constant) * constants[place + 1] % WORD
        found.append((value ^ value >> HALF) * MIXED_WITH % WORD)
    return list(np.array(found, dtype=np.uint32).reshape(len(words), POOL, 1))


@lru_cache(maxsize=256)
def _constants(first: int, times: int, begin: int, size: int) -> list[int]:
    """Constants of hashing from number `begin` on, one more than `size`: each is `times` the one before."""
    return [first * pow(times, begin + step, WORD) % WORD for step in range(size + 1)]


def _words_of(number: int) -> int:
    """How many words a number takes."""
    return max(1, -(-number.bit_length() // 32))
