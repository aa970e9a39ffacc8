"""Sums over the audience of public complaints: who sees them, who before an answer, how likely a crisis is.

Given the days as they went, all these are means of the audience model in closed form: over heat always, and
over followers where no plan looks at them (`simcare.measures.public`). What is left to chance is the queue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.measures.fates import MINUTE_MS, Fates, Histories, histories
from simcare.measures.frame import Float, Frame, Int
from simcare.measures.played import Played
from simcare.measures.public import Public
from simcare.measures.sensitivity import ASSUMPTIONS, assumed
from simcare.measures.service import Parts
from simcare.measures.worst_days import drawn_anew, heat_class, heats
from simcare.virality.audience import UNANSWERED, Audience
from simcare.virality.bins import Seen, seen_in
from simcare.virality.exposure import brought, impressions_under
from simcare.virality.heat import crisis_probability
from simcare.virality.phases import States, Totals


def exposures(frame: Frame, complaints: Sequence[Complaints]) -> Parts:
    """The sums of every measure of the audience, by contact type; of a private type there is nothing."""
    here = np.zeros((1 + len(frame.types), 1, 1))
    here[[0, *(1 + public.type for public in frame.public)]] = 1.0
    days = here * frame.days_in_cell

    def of_types(by_type: list[Float]) -> Float:
        """Sums by public type, each of shape (…, slots), as sums by type, (…, types, slots)."""
        every = np.zeros((len(frame.types), *by_type[0].shape))
        every[[public.type for public in frame.public]] = by_type
        return np.moveaxis(every, 0, -2)

    *sums, log_none = of_types([one.by_slot() for one in complaints])
    kept, due, *seen, impressions, without_answer, reshares, crises = frame.by_group(np.array(sums))
    parts: Parts = {
        "impressions": (seen[0], days),
        "unanswered_impressions": (seen[1], days),
        "unanswered_share": (seen[1], seen[0]),
        "reshares": (seen[2], days),
        "crises_per_year": (crises, days),
        "acknowledged": (kept, due),
        "crisis_probability": (_on_a_day(frame, log_none), days),
        "impressions_of_arrivals": (impressions, days),
        "unanswered_impressions_of_arrivals": (without_answer, days),
        "reshares_of_arrivals": (reshares, days),
    }
    in_total = np.sum([one.in_total(one.assumed) for one in complaints], axis=0)
    for assumption, (without_answer, crises) in zip(ASSUMPTIONS, in_total, strict=True):
        parts[f"unanswered_impressions_{assumption.key}"] = _only_total(frame, without_answer), days[:1]
        parts[f"crises_per_year_{assumption.key}"] = _only_total(frame, crises), days[:1]
    return parts


class Sizes(NamedTuple):
    """Followers, and the direct reshares to be expected if nobody answers; see `brought`."""

    followers: Int | Float | float
    direct: Float | float


Rows = NDArray[np.intp] | slice
"""Some of the complaints."""


@dataclass(frozen=True)
class Complaints:
    """The complaints of one type in all replications, one replication after the other. ``inside`` are those
    that arrived in the time measured, on that ``day`` of their replication and in that ``slot`` of all.
    """

    frame: Frame
    public: Public
    history: Histories
    followers: Int | Float
    heat_u: Float
    inside: NDArray[np.bool_]
    slot: Int
    sent_ms: Int
    day: Int
    kernels: Any = None

    @cached_property
    def edges(self) -> Float:
        """The edges of the slots of a replication, in minutes."""
        return self.frame.edges_ms / MINUTE_MS

    @cached_property
    def posted(self) -> Float:
        """When each complaint was posted, in minutes of the clock of its replication."""
        return self.since_ms / MINUTE_MS

    @cached_property
    def since_ms(self) -> Int:
        """The same in ms."""
        since: Int = self.history.posted_ms - self.frame.lap_ms[self.lap]
        return since

    @cached_property
    def lap(self) -> Int:
        """The replication of each complaint."""
        return self.frame.lap_of(self.history.posted_ms)

    @cached_property
    def here(self) -> NDArray[np.intp]:
        """The rows of those that arrived in the time measured."""
        return np.flatnonzero(self.inside)

    @cached_property
    def begins(self) -> Int:
        """The first of each replication among these, and the end of all."""
        return self._begins(self.here)

    @property
    def posted_ms(self) -> Int:
        """When each complaint that arrived in the time measured was posted, on the clock of all."""
        return self.history.posted_ms[self.here]

    def by_slot(self) -> Float:
        """By slot: what `acknowledged`, `seen`, `caused` and `crises` find, one below the other."""
        return np.concatenate([self.acknowledged(), self.seen(), self.caused(), self.crises()])

    def acknowledged(self) -> Float:
        """By slot of arrival, those acknowledged within the plan's promise, and all that it is made to."""
        within = self.public.acknowledge_within
        if within is None:
            return np.zeros((2, self.frame.all_slots))
        kept = self.sent_ms - self.posted_ms <= within
        return self._by_slot(kept.astype(np.float64), np.ones(len(kept)))

    def seen(self) -> Float:
        """Impressions, those without an answer, and reshares, by the slot in which they happen."""
        found = self._seen_in
        without_answer = found.impressions[list(UNANSWERED)].sum(axis=0)
        return np.stack((found.impressions.sum(axis=0), without_answer, found.reshares.sum(axis=0)))

    @cached_property
    def _seen_in(self) -> Seen:
        audience, history, laps = self.public.audience, self.history, self.frame.replications
        lives = self.edges, self.posted, history.begin_minutes, history.states
        sizes = self._sizes(audience, slice(None))
        without_answer = [phase < history.waits for phase in range(len(history.states))]
        return seen_in(audience, *lives, *sizes, without_answer, self.lap, laps, self._flowing)

    def caused(self) -> Float:
        """The same by the slot in which the complaint arrived, whenever it is seen."""
        audience = self.public.audience
        found = brought(audience, self.parts, *self._sizes(audience, self.here))
        without_answer, impressions = found.impressions
        return self._by_slot(impressions, without_answer, found.reshares)

    def crises(self) -> Float:
        """By slot of arrival, crises to be expected, and the logarithm of the chance of none."""
        chances = self._chances(self.public.audience, self.parts.reshares)
        with np.errstate(divide="ignore"):  # a certain crisis
            return self._by_slot(chances, np.log1p(-chances))

    def reshared(self, often: Sequence[int]) -> Float:
        """How many of the complaints that arrived in the time measured are to be expected to be reshared so
        often or more, for each number of reshares in ``often``.
        """
        audience, unit = self.public.audience, self.parts.reshares
        return np.array([self._chances(audience, unit, at).sum() for at in often])

    @property
    def assumed(self) -> tuple[Audience, ...]:
        """The audience under each of the `ASSUMPTIONS`."""
        return assumed(self.public.audience)

    def in_total(self, audiences: Sequence[Audience]) -> Float:
        """Impressions without an answer in the time measured, and crises expected, for audiences that differ
        as the `ASSUMPTIONS` do: (audiences, 2, replications).
        """
        found, sizes = np.zeros((len(audiences), 2, len(self.inside))), self._sizes_of(audiences)
        for rows, begins, states, measured in self._in_time():
            impressions_under(audiences, begins, states, measured, sizes, rows, found, self._flowing)
        of_each = zip(audiences, found[:, 1].take(self.here, axis=1), strict=True)
        crises = [self._chances(audience, reshares) for audience, reshares in of_each]
        return np.stack((self._by_lap(slice(None), found[:, 0]), self._by_lap(self.here, crises)), axis=1)

    def _in_time(self) -> Iterator[tuple[NDArray[np.intp], Float, States, list[bool]]]:
        """Those who matter to the time measured: their rows, when their phases begin, in which states, and
        which phases lie in it. First those who wait for nothing but within it, then the others, whose phases
        without an answer are cut where it begins and where it ends.
        """
        begins, states, waits = self.history.begin_minutes, self.history.states, self.history.waits
        first, last = (np.clip(edge - self.posted, 0.0, begins[waits]) for edge in self.edges[[0, -1]])
        uncut = self.inside & (last == begins[waits])
        whole, rows = np.flatnonzero(uncut), np.flatnonzero(~uncut & ((first < last) | self.inside))
        yield whole, begins[:, whole], states, [phase < waits for phase in range(len(states))]
        first, last, begins = first[rows], last[rows], begins[:, rows]
        cut = [
            (begin, np.clip(first, begin, end), np.clip(last, begin, end))
            for begin, end in pairwise(begins[: 1 + waits])
        ]
        of_cut = np.concatenate((np.repeat(states[:waits], 3), states[waits:]))
        measured = [phase < 3 * waits and phase % 3 == 1 for phase in range(len(of_cut))]
        yield rows, np.vstack((*(row for one in cut for row in one), begins[waits:])), of_cut, measured

    @cached_property
    def parts(self) -> Totals:
        """What the complaints that arrived in the time measured bring, without an answer and in all."""
        each, rows = self._seen_in.each, self.here
        return Totals(each.views.take(rows, 1), each.reshare_views.take(rows, 1), each.reshares[rows])

    def on_days(self) -> Float:
        """Impressions without an answer of the complaints of each day, drawn anew: (replications, draws,
        days).
        """
        audience = self.public.audience
        own, others = (audience.seen_by * part[0] for part in (self.parts.views, self.parts.reshare_views))
        return drawn_anew(
            own,
            others * audience.resharer_followers * self.public.severity,
            self.followers[self.here].astype(np.float64),
            self._rate_here,
            self.public.followers is not None,
            heat_class(self.heat_u),
            heats(audience),
            self.day,
            self.frame.days,
            self.begins,
            self.kernels,
        )

    def _chances(self, audience: Audience, unit: Float, at: int | None = None) -> Float:
        """The chance of a crisis, or of ``at`` reshares, for each complaint that arrived in the time
        measured, given how many reshares it has for each direct one to be expected.
        """
        law, at = self.public.followers, self.public.crisis_at if at is None else at
        unit = unit * self.public.severity
        if law is not None:
            return law.crisis_probability(audience, unit, at, self.begins)
        return crisis_probability(audience, unit * self._rate_here, at, self._flowing)

    def _sizes_of(self, audiences: Sequence[Audience]) -> Sequence[tuple[Float, Float]]:
        """The sizes of all complaints for audiences that differ as the `ASSUMPTIONS` do: none of these
        changes how many direct reshares are to be expected.
        """
        return [self._full(self._sizes(audiences[0], slice(None)))] * len(audiences)

    def _full(self, sizes: Sizes) -> tuple[Float, Float]:
        """Sizes as a number for each complaint."""
        followers, direct = (np.full(len(self.inside), one, dtype=np.float64) for one in sizes)
        return followers, direct

    def _sizes(self, audience: Audience, rows: Rows) -> Sizes:
        """The sizes of some complaints."""
        law, severity = self.public.followers, self.public.severity
        if law is None:
            return Sizes(self.followers[rows], severity * self._rate[rows])
        at_mean = float(audience.reshare_rate(law.mean))
        heat = severity * law.mean_rate(audience) / at_mean if at_mean > 0 else 0.0
        return Sizes(law.mean, heat * at_mean)

    @cached_property
    def _rate(self) -> Float:
        """The direct reshares of each complaint to be expected at mean heat, of which severity makes more."""
        return self.public.audience.reshare_rate(self.followers)

    @cached_property
    def _rate_here(self) -> Float:
        """The same of those that arrived in the time measured."""
        return self._rate[self.here]

    @property
    def _flowing(self) -> Any:
        return None if self.kernels is None else self.kernels.flowing

    def _by_slot(self, *values: Float) -> Float:
        slots = self.frame.all_slots
        return np.array([np.bincount(self.slot, weights=one, minlength=slots) for one in values])

    def _by_lap(self, rows: Rows, values: Sequence[Float] | Float) -> Float:
        """The sums of values of some complaints in each replication: (values, replications)."""
        begins = self._begins(rows)
        any_there = begins[:-1] < begins[1:]
        found = np.zeros((len(values), self.frame.replications))
        if any_there.any():
            for one, to in zip(values, found, strict=True):
                to[any_there] = np.add.reduceat(one, begins[:-1][any_there])
        return found

    def _begins(self, rows: Rows) -> Int:
        """The first of each replication among some complaints, and the end of all."""
        return np.searchsorted(self.lap[rows], np.arange(self.frame.replications + 1))


def daily(frame: Frame, complaints: Sequence[Complaints]) -> Float:
    """Impressions without an answer of the complaints of each day, of all public types together, heat and
    followers drawn anew: (replications, draws, days), see `worst_days`; no draws where nobody reads along.
    """
    total: Float = np.sum([one.on_days() for one in complaints], axis=0)
    return total if complaints else np.zeros((frame.replications, 0, frame.days))


def complaints_in(
    kind: type[Complaints], played: Played, public: Public, found: Fates, kernels: Any = None
) -> Complaints:
    """The complaints of a public type."""
    frame, found = played.frame, found.of_type(public.type, played.type_of_contact)
    history = histories(played, public, found)
    inside = frame.measured(history.posted_ms)
    here = np.flatnonzero(inside)
    posted = history.posted_ms[here]
    return kind(
        frame=frame,
        public=public,
        history=history,
        followers=played.followers[history.contact],
        heat_u=played.heat_u[history.contact[here]],
        inside=inside,
        slot=frame.slot_of(posted),
        sent_ms=found.sent_ms[here],
        day=(frame.in_lap(posted) - frame.from_ms) // (frame.interval_ms * frame.intervals),
        kernels=kernels,
    )


def _only_total(frame: Frame, total: Float) -> Float:
    """A sum of each replication that is wanted in total and nowhere else: (1, replications, cells)."""
    cells = np.zeros((1, len(total), frame.cells))
    cells[..., 0] = total
    return cells


def _on_a_day(frame: Frame, log_none: Float) -> Float:
    """The chance of at least one crisis on a day, summed over the days of each cell: (1 + types,
    replications, cells).

    `log_none`, shape (types, slots of all replications), is the logarithm of the chance that none of a slot's
    complaints becomes one: complaints are independent of each other, given when they were answered.
    """
    every = np.concatenate([log_none.sum(axis=0, keepdims=True), log_none])
    shape, within = (
        (len(every), frame.replications),
        (frame.edges_ms[:-1] - frame.from_ms) // frame.interval_ms,
    )
    day, interval = np.divmod(within, frame.intervals)

    def at_least_one(part: Int, parts: int, of: Float) -> Float:
        """The chance of any on each day in each part of it: (groups, replications, days, parts)."""
        size = frame.days * parts
        place = (size * np.arange(frame.replications)[:, np.newaxis] + day * parts + part).ravel()
        sums = [np.bincount(place, weights=row, minlength=frame.replications * size) for row in of]
        return -np.expm1(np.array(sums).reshape(*shape, frame.days, parts))

    whole = np.zeros_like(day)
    by_day = at_least_one(whole, 1, every)[..., 0]
    cells = [by_day.sum(axis=-1, keepdims=True), by_day]
    cells.append(at_least_one(interval, frame.intervals, every).sum(axis=-2))
    for of_window in frame.in_window:
        in_all = np.tile(of_window, frame.replications)
        cells.append(at_least_one(whole, 1, np.where(in_all, every, 0.0)).sum(axis=-2))
    return np.concatenate(cells, axis=-1)
