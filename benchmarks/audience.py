"""What the audience of a million complaints costs to compute, in seconds of processor time.

    python benchmarks/audience.py [COMPLAINTS]

Every complaint waits, is answered, and is resolved an hour later on average.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from simcare.virality.audience import ANSWERED, RESOLVED, WAITING, Audience
from simcare.virality.bins import seen_in
from simcare.virality.exposure import exposure, unanswered
from simcare.virality.heat import at_least_one, crisis_probability
from simcare.virality.phases import phases

T = TypeVar("T")


def main(complaints: int) -> None:
    """Time each closed form on complaints of a week."""
    generator, audience = np.random.default_rng(7), Audience()
    waits = generator.exponential((30.0, 60.0), (complaints, 2)).T
    begins = np.vstack((np.zeros(complaints), np.cumsum(waits, axis=0)))
    states = np.repeat(np.array([[WAITING], [ANSWERED], [RESOLVED]], dtype=np.int8), complaints, axis=1)
    followers = generator.lognormal(np.log(350), 1.6, complaints)
    posted = np.sort(generator.uniform(0, 7 * 1440, complaints))
    edges = np.arange(0, 7 * 1440 + 1, 30.0)

    parts = timed("phases", lambda: phases(audience, begins, states))
    found = timed("impressions, reshares", lambda: exposure(audience, parts, followers))
    seen = timed("seen unanswered", lambda: unanswered(found.impressions, states))
    reshares = found.reshares.sum(axis=0)
    chance = timed("a crisis", lambda: at_least_one(crisis_probability(audience, reshares, 100)))
    timed("by half hour", lambda: seen_in(audience, edges, posted, begins, states, followers))
    print(
        f"{complaints:,} complaints: {seen.sum() / found.impressions.sum():.1%} of views without an answer,"
    )
    print(f"chance of a crisis at 100 reshares {chance:.1%}")


def timed(what: str, compute: Callable[[], T]) -> T:
    """Compute and print the processor time."""
    before = time.process_time()
    result = compute()
    print(f"{what:24} {time.process_time() - before:6.2f} s")
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
