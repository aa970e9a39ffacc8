"""The experiment: how often the days are replayed, and how they come to an end."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from simcare.scenario import quantities as q
from simcare.scenario import schemas
from simcare.scenario.fields import Form, Reads
from simcare.scenario.quantities import DAY

LONGEST_DRAIN = 366 * DAY
"""The drain lasts at most a year."""


class Experiment(Form):
    """How often the days are replayed with new chance, and how sure the intervals are to be."""

    noun = "an experiment"

    replications: Annotated[int, Reads(partial(q.parse_whole, least=1, most=1_000_000), schemas.WHOLE)] = 100
    """How often the days are replayed.

    Default: `100`. Examples: `200`
    """

    seed: Annotated[int, Reads(partial(q.parse_whole, most=10**12), schemas.WHOLE)] = 1
    """Where chance begins: the same seed gives the same result.

    Default: `1`. Examples: `7`
    """

    confidence: Annotated[float, Reads(partial(q.parse_share, least="50%", below=True), schemas.SHARE)] = 0.95
    """The confidence of the intervals.

    Default: `95%`. Examples: `95%`
    """


class Drain(Form):
    """What happens after the last day: no more arrivals, and the open work is finished."""

    noun = "a drain"

    staff: Literal["calendar", "last-level"] = "calendar"
    """Whether duty goes on by the calendar or stays as it was at the end.

    Default: `calendar`. Examples: `last-level`
    """

    duration: Annotated[int, Reads(partial(q.parse_duration, longest=LONGEST_DRAIN), schemas.DURATION)] = (
        Field(default=7 * DAY, alias="for")
    )
    """How long it lasts at most.

    Default: `7 days`. Examples: `7 days`
    """
