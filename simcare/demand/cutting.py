"""Cutting: the Tapes of replications that were drawn together, as one long Tape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import OVER_CONTACTS, OVER_STEPS, OVER_TRIES, Tape

Int = NDArray[np.int64]


def cut(whole: Tape, bounds: Sequence[int], incidents: Sequence[Int]) -> list[Tape]:
    """The Tapes of replications one after the other; number *i* has the contacts from ``bounds[i]`` up to
    ``bounds[i + 1]``. They are views of the long Tape where they can be.
    """
    if len(bounds) == 2:
        return [whole]
    over_contacts, over_tries, over_steps = (
        [(name, getattr(whole, name)) for name in names] for names in (OVER_CONTACTS, OVER_TRIES, OVER_STEPS)
    )
    first_step, first_retry = whole.first_step[bounds].tolist(), whole.first_retry[bounds].tolist()
    tapes = []
    parts = zip(pairwise(bounds), pairwise(first_step), pairwise(first_retry), incidents, strict=True)
    for (begin, after), of_steps, of_retries, of_replication in parts:
        contacts, knots = slice(begin, after), slice(begin, after + 1)
        steps, retries = slice(*of_steps), slice(*of_retries)
        tape = Tape(
            **{name: column[contacts] for name, column in over_contacts},
            **{name: column[retries] for name, column in over_tries},
            **{name: column[steps] for name, column in over_steps},
            first_retry=whole.first_retry[knots] - retries.start,
            first_step=whole.first_step[knots] - steps.start,
            contact_of_step=whole.contact_of_step[steps] - begin,
            work_ms=np.ascontiguousarray(whole.work_ms[:, steps]),
            incidents=of_replication,
            reshares=whole.reshares,
        )
        tapes.append(tape)
    return tapes
