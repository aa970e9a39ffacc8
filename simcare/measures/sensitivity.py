"""Other assumptions about an audience, one at a time: what is known least, to the ends of what is plausible.

The queues stay what they are, so all rows are of the same days and the same customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from simcare.virality.audience import Audience


class Assumption(NamedTuple):
    """An assumption in place of one in force: the end of its measures' names, its words, what it changes."""

    key: str
    words: str
    applied: Callable[[Audience], Audience]


def _half_life(times: float) -> Callable[[Audience], Audience]:
    def applied(audience: Audience) -> Audience:
        kernel = audience.kernel
        return replace(audience, kernel=kernel.with_half_life(times * kernel.half_life))

    return applied


def _answers(answered: float, template: float, resolved: float) -> Callable[[Audience], Audience]:
    """What answers leave of reshares; as much of it as lets cascades end."""

    def applied(audience: Audience) -> Audience:
        n = audience.reshares_per_reshare
        most = 0.99 / n if n > 0 else 1.1
        left = [min(one, most) for one in (answered, template, resolved)]
        return replace(audience, answered=left[0], template=left[1], resolved=left[2])

    return applied


ASSUMPTIONS = (
    Assumption("if_answers_calm", "answers leave 30, 60, 10%", _answers(0.3, 0.6, 0.1)),
    Assumption("if_answers_stir", "answers leave 110, 110, 60%", _answers(1.1, 1.1, 0.6)),
    Assumption("if_views_come_sooner", "half-life of views halved", _half_life(0.5)),
    Assumption("if_views_come_later", "half-life of views doubled", _half_life(2.0)),
    Assumption(
        "if_reshares_end", "no reshares of reshares", lambda one: replace(one, reshares_per_reshare=0.0)
    ),
    Assumption(
        "if_reshares_go_on", "0.3 reshares a reshare", lambda one: replace(one, reshares_per_reshare=0.3)
    ),
)
"""The six, in the order in which they are shown."""


@lru_cache(maxsize=64)
def assumed(audience: Audience) -> tuple[Audience, ...]:
    """The audience under each of them."""
    return tuple(one.applied(audience) for one in ASSUMPTIONS)
