"""Places: figures that every plan has, and which of them plans are compared by unasked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simcare.experiment.figure import Figure
from simcare.experiment.rows import series_about
from simcare.measures.frame import Frame
from simcare.measures.pool import Pool
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.sums import Series

MANY_TYPES = 6
"""Above so many contact types plans are compared by all of them together, not by each."""


class Place(NamedTuple):
    """A figure that every plan has: its measure, of whom, in which cell, and the day and interval that name
    the cell.
    """

    measure: Measure
    about: Series
    cell: int = 0
    day: str = ""
    interval: str = ""

    def at(self, frame: Frame, pool: Pool) -> Figure:
        """The figure of the plan with this frame and pool."""
        return Figure(frame, pool, *self[:3])


def headline_places(frame: Frame) -> Iterator[Place]:
    """The figures that plans are compared by unasked: of each promise, of each contact type, or of all."""
    by_type = 1 < len(frame.types) <= MANY_TYPES
    level = MEASURES["service_level"]
    for promise in frame.promises:
        contacts = frame.types[promise.types[0]] if len(promise.types) == 1 else ""
        yield Place(level, Series(level.name, contacts, promise=promise.name))
    for measure in MEASURES.values():
        if not measure.headline or measure is level:
            continue
        for about in series_about(measure, frame):
            wanted = bool(about.contacts) == (by_type and measure.headline == "each")
            if wanted and not (about.team or about.promise):
                yield Place(measure, about)
