"""Complaints that are seen so many times a minute until somebody answers, for lessons.

A post of age u that nobody has answered is seen at the rate r exp(g u). So until then it has been seen

    V(u) = r (exp(g u) − 1) / g

times (r u for g = 0), and no more once it is answered or has lasted its time. Nobody reshares.
"""

from __future__ import annotations

from collections.abc import Sequence

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
        found = np.zeros((3, len(self.edges) - 1))
        lasts = self._views.lasts / MINUTE
        for slot, (begin, end) in enumerate(zip(self.edges[:-1], self.edges[1:], strict=True)):
            there = slice(*np.searchsorted(self.posted, (begin - lasts, end)).tolist())
            ages = (edge - self.posted[there] for edge in (begin, end))
            before, after = (self._views_until(age, there) for age in ages)
            found[:2, slot] = (after - before).sum()
        return found

    def caused(self) -> Float:
        """The same by the slot in which the complaint arrived, whenever it is seen."""
        views = self._all
        return self._by_slot(views, views, np.zeros_like(views))

    def crises(self) -> Float:
        """None."""
        return np.zeros((2, len(self.edges) - 1))

    def reshared(self, often: Sequence[int]) -> Float:
        """None."""
        return np.zeros(len(often))

    def in_total(self, audience: Audience) -> Float:
        """Impressions without an answer in the time measured, whatever is assumed of reshares; no crises."""
        return np.array([self.seen()[1].sum(), 0.0])

    def on_days(self, days: int) -> Float:
        """Impressions without an answer of the complaints of each day: the same in every draw."""
        return np.tile(np.bincount(self.day, weights=self._all, minlength=days), (DRAWS, 1))

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
