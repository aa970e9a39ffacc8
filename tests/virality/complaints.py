"""Complaints of all kinds, for comparing formulas with each other and with samples."""

from __future__ import annotations

import numpy as np

from simcare.virality.audience import ANSWERED, IMPATIENT, PRIVATE, RESOLVED, TEMPLATE, WAITING, Audience
from simcare.virality.kernels import Kernel

LIVES = np.array(
    [
        [WAITING, WAITING, ANSWERED, RESOLVED],
        [WAITING, IMPATIENT, TEMPLATE, RESOLVED],
        [WAITING, IMPATIENT, ANSWERED, PRIVATE],
        [WAITING, IMPATIENT, IMPATIENT, IMPATIENT],
    ],
    dtype=np.int8,
)


def lives(generator, complaints):
    """When the phases of complaints begin, and which they are; some last no time, some never come."""
    lasts = generator.exponential(60, (3, complaints)) * (generator.random((3, complaints)) < 0.9)
    lasts[generator.random((3, complaints)) < 0.05] = np.inf
    begins = np.vstack((np.zeros(complaints), np.cumsum(lasts, axis=0)))
    return begins, LIVES[generator.integers(len(LIVES), size=complaints)].T


def any_audience(generator):
    """An audience with every number drawn, zeros among them."""
    components = int(generator.integers(1, 4))
    weights = generator.dirichlet(np.ones(components))
    rates = 1 / generator.uniform(2, 800, components)
    return Audience(
        kernel=Kernel(tuple(weights.tolist()), tuple(rates.tolist())),
        seen_by=generator.uniform(0.01, 0.2),
        base_reshares=generator.uniform(0.1, 0.8),
        follower_exponent=generator.uniform(0.2, 0.8),
        follower_offset=generator.uniform(0, 100),
        reshares_per_reshare=generator.choice([0, generator.uniform(0, 0.6)]),
        resharer_followers=generator.uniform(0, 3000),
        heat_tail=np.inf,
        impatient=generator.uniform(1, 1.3),
        answered=generator.uniform(0, 1),
        template=generator.uniform(0.6, 1.1),
        resolved=generator.choice([0, generator.uniform(0, 0.6)]),
    )
