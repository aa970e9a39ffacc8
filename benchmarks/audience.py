"""What the audience of a million complaints costs to compute, in seconds of processor time.

    python benchmarks/audience.py [COMPLAINTS]

Every complaint waits, is answered, and is resolved an hour later on average. With Numba the kernels of a
compiled run do it, without it numpy, as in any other run; they are loaded, or compiled, before the first
figure.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

from simcare.virality.audience import ANSWERED, RESOLVED, WAITING, Audience
from simcare.virality.bins import seen_in
from simcare.virality.exposure import exposure
from simcare.virality.heat import at_least_one, crisis_probability
from simcare.virality.phases import totals

T = TypeVar("T")


def main(complaints: int) -> None:
    """Time each closed form on complaints of a week."""
    generator, audience = np.random.default_rng(7), Audience()
    waits = generator.exponential((30.0, 60.0), (complaints, 2)).T
    begins = np.vstack((np.zeros(complaints), np.cumsum(waits, axis=0)))
    states, unanswered = np.array([WAITING, ANSWERED, RESOLVED], dtype=np.int8), [True, False, False]
    followers = generator.lognormal(np.log(350), 1.6, complaints)
    posted = np.sort(generator.uniform(0, 7 * 1440, complaints))
    edges = np.arange(0, 7 * 1440 + 1, 30.0)

    kernels: Any = import_module("simcare.virality.compiled") if find_spec("numba") else None
    if kernels is not None:
        lives = begins[:, :1], states
        seen_in(audience, edges, posted[:1], *lives, followers[:1], kernels=kernels)
        crisis_probability(audience, totals(audience, *lives, unanswered, kernels).reshares, 100, kernels)

    parts = timed("what falls into phases", lambda: totals(audience, begins, states, unanswered, kernels))
    found = timed("impressions, reshares", lambda: exposure(audience, parts, followers))
    chance = timed(
        "a crisis", lambda: at_least_one(crisis_probability(audience, found.reshares, 100, kernels))
    )
    timed(
        "by half hour", lambda: seen_in(audience, edges, posted, begins, states, followers, kernels=kernels)
    )
    seen, in_all = found.impressions.sum(axis=1)
    print(f"{complaints:,} complaints: {seen / in_all:.1%} of views without an answer,")
    print(f"chance of a crisis at 100 reshares {chance:.1%}")


def timed(what: str, compute: Callable[[], T]) -> T:
    """Compute and print the processor time."""
    before = time.process_time()
    result = compute()
    print(f"{what:24} {time.process_time() - before:6.2f} s")
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
