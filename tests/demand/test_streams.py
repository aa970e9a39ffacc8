from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.demand import kernels
from simcare.demand.streams import Streams, hash_words, inside_unit_interval, uniforms

GOLDEN_WORDS = (2718416273, 3831657161, 750156218, 3642515519)
GOLDEN_UNIFORMS = [0.8041270062839786, 0.5779768052864162, 0.3542610934641989]


def test_a_stream_is_what_its_docstring_says() -> None:
    """The same numbers from the definition in whole-number arithmetic, apart from the code under test."""
    digest = hashlib.blake2b(b"\x08\0\0\0contacts\x01\0\0\0a", digest_size=16).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    generator = np.random.PCG64(np.random.SeedSequence(entropy=7, spawn_key=(3, *words)))
    expected = [(2 * (int(raw) >> 12) + 1) / 2**53 for raw in generator.random_raw(5)]
    assert uniforms(7, 3, "contacts", "a", size=5).tolist() == expected


def test_streams_stay_the_same_from_version_to_version() -> None:
    """Whoever changes these numbers changes every result ever printed."""
    assert hash_words("contacts", "billing", "arrivals") == GOLDEN_WORDS
    assert uniforms(1, 0, "contacts", "billing", "arrivals", size=3).tolist() == GOLDEN_UNIFORMS


def test_uniforms_lie_strictly_inside_the_unit_interval() -> None:
    ends = inside_unit_interval(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends.tolist() == [2.0**-53, 1 - 2.0**-53]


@given(
    st.integers(0, 2**200) | st.sampled_from([2**32 - 1, 2**32, 2**128]),
    st.integers(0, 2**32 - 9) | st.integers(2**32, 2**33),
    st.lists(st.integers(0, 40) | st.integers(1_000, 5_000), min_size=1, max_size=5),
    st.integers(1, 400),
)
@pytest.mark.parametrize("with_kernels", [None, kernels])
def test_streams_drawn_together_are_those_drawn_alone(
    with_kernels: Any, seed: int, first: int, sizes: list[int], apart: int
) -> None:
    streams = Streams(seed, range(first, first + len(sizes)), with_kernels)
    alone = [uniforms(seed, first + one, "x", "y", size=size) for one, size in enumerate(sizes)]
    assert np.array_equal(streams.each("x", "y", sizes=sizes), np.concatenate(alone))
    alike = [uniforms(seed, one, "x", size=4) for one in streams.replications]
    assert np.array_equal(streams.alike("x", size=4), alike)

    bounds = np.concatenate(([0], np.cumsum(sizes)))
    places = np.flatnonzero(np.arange(bounds[-1]) % apart == 0)
    assert np.array_equal(streams.at("x", "y", places=places, bounds=bounds), np.concatenate(alone)[places])


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_longer_stream_begins_with_the_shorter(size: int, more: int) -> None:
    assert np.array_equal(uniforms(1, 0, "x", size=size + more)[:size], uniforms(1, 0, "x", size=size))


def test_every_name_seed_and_replication_has_numbers_of_its_own() -> None:
    keys = [
        (1, 0, "ab"),
        (1, 0, "a", "b"),
        (1, 0, "b", "a"),
        (1, 0, ""),
        (1, 0, "", ""),
        (1, 1, "ab"),
        (2, 0, "ab"),
    ]
    firsts = {float(uniforms(seed, replication, *names, size=1)[0]) for seed, replication, *names in keys}
    assert len(firsts) == len(keys)


def test_numbers_are_uniform_within_and_across_streams() -> None:
    within = uniforms(1, 0, "contacts", "a", "arrivals", size=100_000)
    across = np.array([uniforms(1, r, "contacts", "a", "arrivals", size=1)[0] for r in range(5_000)])
    other = uniforms(1, 0, "contacts", "b", "arrivals", size=100_000)
    assert stats.kstest(within, "uniform").pvalue > 1e-4
    assert stats.kstest(across, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(within, other)[0, 1]) < 4 / np.sqrt(100_000)
