"""Complaints that are seen so many times a minute until somebody answers, for lessons.

A post of age u that nobody has answered is seen at the rate r exp(g u). So until then it has been seen

    V(u) = r (exp(g u) − 1) / g

times (r u for g = 0), and no more once it is answered or has lasted its time. Nobody reshares.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simcare.measures.exposure import Complaints
from simcare.measures.frame import Float
from simcare.measures.worst_days import DRAWS
from simcare.scenario.quantities import MINUTE
from simcare.scenario.views import Views
from simcare.virality.audience import Audience

Rows = slice | NDArray[np.bool_]


class PlainComplaints(Complaints):
    """The complaints of a type with plain views, of which all are without an answer."""

    def seen(self) -> Float:
        """Impressions, those without an answer, and reshares, by the slot in which they happen."""
        return self._seen

    @cached_property
    def _seen(self) -> Float:
        found = np.zeros((3, self.frame.replications, self.frame.slots))
        lasts = self._views.lasts / MINUTE
        bounds = np.searchsorted(self.lap, np.arange(self.frame.replications + 1)).tolist()
        for lap, (first, after) in enumerate(pairwise(bounds)):
            for slot, (begin, end) in enumerate(pairwise(self.edges.tolist())):
                there = np.searchsorted(self.posted[first:after], (begin - lasts, end)) + first
                rows = slice(*there.tolist())
                ages = (edge - self.posted[rows] for edge in (begin, end))
                before, until = (self._views_until(age, rows) for age in ages)
                found[:2, lap, slot] = (until - before).sum()
        return found.reshape(3, -1)

    def caused(self) -> Float:
        """The same by the slot in which the complaint arrived, whenever it is seen."""
        views = self._all
        return self._by_slot(views, views, np.zeros_like(views))

    def crises(self) -> Float:
        """None."""
        return np.zeros((2, self.frame.all_slots))

    def reshared(self, often: Sequence[int]) -> Float:
        """None."""
        return np.zeros(len(often))

    def in_total(self, audiences: Sequence[Audience]) -> Float:
        """Impressions without an answer in the time measured, whatever is assumed of reshares; no crises."""
        seen = self._seen[1].reshape(self.frame.replications, -1).sum(axis=1)
        return np.tile(np.stack((seen, np.zeros_like(seen))), (len(audiences), 1, 1))

    def on_days(self) -> Float:
        """Impressions without an answer of the complaints of each day: the same in every draw."""
        replications, days = self.frame.replications, self.frame.days
        day = self.lap[self.inside] * days + self.day
        by_day = np.bincount(day, weights=self._all, minlength=replications * days)
        return np.repeat(by_day.reshape(-1, 1, days), DRAWS, axis=1)

    @property
    def _views(self) -> Views:
        assert self.public.views is not None
        return self.public.views

    @property
    def _all(self) -> Float:
        """Views of each complaint that arrived in the time measured."""
        return self._views_until(np.full(int(self.inside.sum()), np.inf), self.inside)

    def _views_until(self, minutes: Float, rows: Rows) -> Float:
        """Views of some complaints up to an age, one for each."""
        answered = self.history.begin_minutes[self.history.waits][rows]
        seen = np.clip(minutes, 0.0, np.minimum(answered, self._views.lasts / MINUTE))
        growth = self._views.growth
        grown = np.expm1(growth * seen) / growth if growth else seen
        return np.asarray(self._views.per_minute * grown)
