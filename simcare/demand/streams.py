"""Random streams with names: one for each replication, contact type and purpose.

A stream is named, not counted, so a new contact type or a new purpose gets its own numbers and leaves
all others as they were. A stream asked for more numbers begins with the same ones, so a longer horizon
leaves the first days as they were.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LAYOUT = 1
"""Moves when the same scenario and seed no longer give the same customers: what was stored before then cannot
be paired with what is run now.
"""


def uniforms(seed: int, replication: int, *names: str, size: int) -> NDArray[np.float64]:
    """The first `size` uniforms of the stream with these names, all strictly between 0 and 1.

    The generator is PCG64 (O'Neill 2014), seeded by a `numpy.random.SeedSequence` with the seed as entropy
    and (replication, the four words of `hash_words(*names)`) as spawn key. Only its raw output is used,
    which numpy keeps the same between versions.
    """
    spawn_key = (replication, *hash_words(*names))
    generator = np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=spawn_key))
    return inside_unit_interval(generator.random_raw(size))


def inside_unit_interval(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Doubles strictly between 0 and 1 from 64 random bits each, symmetric about a half.

    The upper 52 bits *b* give (2b + 1) / 2^53, which a double holds exactly: the least is 2^−53, the greatest
    1 − 2^−53.
    """
    values: NDArray[np.float64] = (bits >> np.uint64(12)).astype(np.float64)
    values += 0.5
    values *= 2.0**-52
    return values


@lru_cache(maxsize=4096)
def hash_words(*names: str) -> tuple[int, int, int, int]:
    """Four 32-bit words that stand for a sequence of names, the same on every machine.

    They are the 16-byte BLAKE2b digest of the names, each as UTF-8 with its length before it, read
    little-endian; ("a", "b") and ("ab",) differ.
    """
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(4, "little"))
        digest.update(encoded)
    words = digest.digest()
    first, second, third, fourth = (int.from_bytes(words[i : i + 4], "little") for i in (0, 4, 8, 12))
    return first, second, third, fourth
