"""Random streams with names: one for each replication, contact type and purpose.

A stream is named, not counted, so a new contact type or a new purpose gets its own numbers and leaves
all others as they were. A stream asked for more numbers begins with the same ones, so a longer horizon
leaves the first days as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.seeding import Words, hashed_before, hashes_of, pools_of, reads

Int = NDArray[np.int64]
Float = NDArray[np.float64]

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


@dataclass(frozen=True)
class Streams:
    """The streams of several replications in a row, which are drawn together: the numbers are those of
    `uniforms`, with `simcare.demand.kernels` or without.
    """

    seed: int
    replications: range
    kernels: Any = None

    def each(self, *names: str, sizes: Sequence[int] | Int) -> Float:
        """The first uniforms of the stream with these names, `sizes[i]` of replication *i*, one after the
        other.
        """
        if self.kernels is not None:
            sizes = np.asarray(sizes, dtype=np.int64)
            found = np.empty(sizes.sum())
            self.kernels.first_uniforms(*self._begun(names), sizes, found)
            return found
        drawn = [
            uniforms(self.seed, replication, *names, size=size)
            for replication, size in zip(self.replications, np.asarray(sizes).tolist(), strict=True)
        ]
        return drawn[0] if len(drawn) == 1 else np.concatenate(drawn)

    def of(self, begin: int, after: int) -> Streams:
        """Those of some of the replications."""
        return replace(self, replications=self.replications[begin:after])

    def first(self, *names: str, size: int) -> Float:
        """The first uniforms of the stream with these names, of a single replication."""
        return self.each(*names, sizes=[size])

    def alike(self, *names: str, size: int) -> Float:
        """As many of every replication: shape (replications, size)."""
        drawn = self.each(*names, sizes=[size] * len(self.replications))
        return drawn.reshape(len(self.replications), size)

    def at(self, *names: str, places: Int, bounds: Int) -> Float:
        """The numbers at some places of a column that has one for each contact, those of replication *i* from
        ``bounds[i]`` up to ``bounds[i + 1]``. Places are sorted.
        """
        if self.kernels is None:
            column: Float = self.each(*names, sizes=np.diff(bounds))[places]
            return column
        found = np.empty(len(places))
        self.kernels.uniforms_at(*self._begun(names), places, bounds, found)
        return found

    def _begun(self, names: tuple[str, ...]) -> tuple[Words, Words, Words]:
        """Where kernels begin with a stream."""
        pools, hashed = self._entropy
        return pools, hashes_of(hash_words(*names), hashed), reads()

    @cached_property
    def _entropy(self) -> tuple[Words, int]:
        """Where numpy leaves the entropy of each replication, and after how many hashes."""
        return pools_of(self.seed, self.replications), hashed_before(self.seed, self.replications[-1])


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
