"""The audience where reshares are complaints themselves: each view and each reshare counted once.

What was drawn is known: the complaints among reshares, the reshares that lead to them, the heat and the
followers of all. Given these, the other reshares are a cascade that nobody at the desk learns of, so closed
forms give its mean (`simcare.virality.pile_on`). So a complaint is counted with its own post and with the
reshares of that cascade; a reshare that is a complaint likewise, as a post of its own; and one that only
leads to a complaint as a further post of the complaint that it passes on, seen in that one's states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import Reshares
from simcare.measures.exposure import Complaints, Rows, Sizes, complaints_in
from simcare.measures.fates import MINUTE_MS, Fates, Histories
from simcare.measures.frame import Float, Int
from simcare.measures.plain_views import PlainComplaints
from simcare.measures.played import Played
from simcare.measures.sensitivity import assumed
from simcare.measures.service import Parts
from simcare.measures.spans import count_in_slots
from simcare.measures.worst_days import DRAWS
from simcare.virality.audience import Audience
from simcare.virality.exposure import brought
from simcare.virality.heat import crisis_probability, heat_at
from simcare.virality.phases import totals
from simcare.virality.pile_on import heat_given, leads_nowhere

Bool = NDArray[np.bool_]


def piled_on(played: Played) -> Parts:
    """The sum of contacts that came by pile-on, by contact type."""
    frame = played.frame
    which, of_type = played.here & played.by_pile_on, played.type_of_contact
    by_slot = count_in_slots(frame, played.arrival_ms, which, of_type, len(frame.types))
    public = np.zeros((1 + len(frame.types), 1, 1))
    public[[0, *(1 + one.type for one in frame.public)]] = 1.0
    days = public * frame.days_in_cell
    return {"piled_on": (frame.by_group(by_slot), days)}


def complaints_of(played: Played, found: Fates, kernels: Any = None) -> list[Complaints]:
    """The public complaints, type by type."""
    public = played.frame.public
    kinds = [Complaints if one.views is None else PlainComplaints for one in public]
    plain = [
        complaints_in(kind, played, one, found, kernels) for kind, one in zip(kinds, public, strict=True)
    ]
    return [_with_reshares(played, found, one) if one.public.pile_on > 0 else one for one in plain]


@dataclass(frozen=True, kw_only=True)
class PiledOn(Complaints):
    """Complaints of a type with pile-on, ``own`` of them, and after these the reshares that were drawn and
    are no contacts; these arrived, as far as sums by arrival go, with the complaint that they pass on.

    ``heat`` is that to be expected of each, given how many of its direct reshares were drawn, ``drawn_heat``
    its own; either makes of its followers direct reshares.
    ``root`` is the row of the complaint that a tree began with; ``passed_on`` is, of each reshare drawn that
    happened, the row of what it is itself and of the complaint that it passes on.
    """

    own: int
    drawn: Audience
    heat: Float
    drawn_heat: Float
    root: Int
    passed_on: tuple[Int, Int]

    @cached_property
    def lap(self) -> Int:
        """As of all complaints; a reshare may happen so long after the end that another lap has begun."""
        return self.frame.lap_of(self.history.posted_ms[self.root])

    @property
    def assumed(self) -> tuple[Audience, ...]:
        """The audience under other assumptions, with those who came as they came."""
        share = leads_nowhere(self.drawn, self.public.pile_on)
        return tuple(_apart(audience, share) for audience in assumed(self.drawn))

    def _sizes_of(self, audiences: Sequence[Audience]) -> Sequence[tuple[Float, Float]]:
        """As of all complaints, for each audience its own."""
        return [self._full(self._sizes(audience, slice(None))) for audience in audiences]

    def _sizes(self, audience: Audience, rows: Rows) -> Sizes:
        """As of all complaints; a reshare has n direct reshares, whatever its followers."""
        followers = self.followers[rows]
        rate = audience.reshare_rate(followers)
        further = np.divide(audience.reshares_per_reshare, rate, out=np.zeros_like(rate), where=rate > 0)
        is_root = self.root[rows] == np.arange(len(self.root))[rows]
        return Sizes(followers, np.where(is_root, self.heat[rows], further) * rate)

    def _by_lap(self, rows: Rows, values: Sequence[Float] | Float) -> Float:
        """As of all complaints, though reshares stand behind the complaints of all replications."""
        laps = self.frame.replications
        return np.array([np.bincount(self.lap[rows], weights=one, minlength=laps) for one in values])

    def acknowledged(self) -> Float:
        """As of all complaints; reshares that are none are owed nothing."""
        within = self.public.acknowledge_within
        if within is None:
            return np.zeros((2, self.frame.all_slots))
        own = self.here < self.own
        kept = self.sent_ms - self.posted_ms <= within
        return self._by_slot((kept & own).astype(np.float64), own.astype(np.float64))

    def seen(self) -> Float:
        """As of all complaints, and the reshares drawn when they happened."""
        found = super().seen()
        frame, happened = self.frame, self.passed_on[0]
        since_ms, lap = self.since_ms[happened], self.lap[happened]
        inside = (since_ms >= frame.from_ms) & (since_ms < frame.to_ms)
        slot = lap[inside] * frame.slots + frame.slot_in_lap(since_ms[inside])
        found[2] += np.bincount(slot, minlength=frame.all_slots)
        return found

    def caused(self) -> Float:
        """As of all complaints, and the reshares drawn, with the complaint that they pass on."""
        found = super().caused()
        passed_on = np.bincount(self.passed_on[1], minlength=len(self.posted)).astype(np.float64)
        found[2] += self._by_slot(passed_on[self.inside])[0]
        return found

    def _chances(self, audience: Audience, unit: Float, at: int | None = None) -> Float:
        """The chance of a crisis, or of ``at`` reshares, of each complaint that began a tree: as without
        pile-on, whatever was drawn, for few days show a tree so large. All of it is damped as its first
        complaint is.
        """
        share = leads_nowhere(self.drawn, self.public.pile_on)
        every = _apart(audience, 1 / share) if share > 0 else self.drawn
        here = self.here
        is_root = self.root[here] == here
        row = here[is_root]
        begins, states = self.history.begin_minutes[:, row], self.history.states
        each = totals(every, begins, states, [False] * len(states), self._flowing)
        direct = self.public.severity * every.reshare_rate(self.followers[row])
        found = np.zeros(len(here))
        wanted = self.public.crisis_at if at is None else at
        found[is_root] = crisis_probability(every, each.reshares * direct, wanted, self._flowing)
        return found

    def on_days(self) -> Float:
        """Impressions without an answer of the complaints of each day: heat and followers are those drawn."""
        frame, audience = self.frame, self.public.audience
        sizes = replace(self, heat=self.drawn_heat)._sizes(audience, self.here)
        found = self._by_slot(brought(audience, self.parts, *sizes).impressions[0])[0]
        lap = np.arange(frame.replications)[:, np.newaxis]
        day = lap * frame.days + (frame.edges_ms[:-1] - frame.from_ms) // (
            frame.interval_ms * frame.intervals
        )
        by_day = np.bincount(day.ravel(), weights=found, minlength=frame.replications * frame.days)
        return np.repeat(by_day.reshape(-1, 1, frame.days), DRAWS, axis=1)


def _with_reshares(played: Played, found: Fates, plain: Complaints) -> PiledOn:
    """The complaints of a type with those of their reshares that were drawn."""
    public, history, reshares = plain.public, plain.history, played.reshares
    own, contacts = len(history.contact), len(played.arrival_ms)
    here = np.zeros(contacts, dtype=np.bool_)
    here[found.contact] = True
    row_of = np.full(contacts, -1)
    row_of[history.contact] = np.arange(own)
    mine = np.flatnonzero(played.type_of_contact[reshares.complaint] == public.type)
    contact, passes_on = reshares.contact[mine], row_of[reshares.complaint[mine]]
    happened = np.where(contact >= 0, here[contact], _happened(reshares, mine, passes_on, plain))

    only = mine[happened & (contact < 0)]
    of = row_of[reshares.complaint[only]]
    rows = np.where(contact >= 0, row_of[contact], -1)
    rows[happened & (contact < 0)] = own + np.arange(len(only))
    above = np.arange(own)
    came = happened & (contact >= 0)
    above[rows[came]] = passes_on[came]
    while np.any(above[above] != above):
        above = above[above]

    def all_of(given: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate((given, others), axis=-1)

    inside = all_of(plain.inside, plain.inside[of])
    heat_u = played.heat_u[history.contact]

    def inside_all(column: NDArray[Any]) -> NDArray[Any]:
        """A column over the complaints inside with that of the complaint for each reshare."""
        full = np.zeros(own, dtype=column.dtype)
        full[plain.inside] = column
        every: NDArray[Any] = all_of(full, full[of])[inside]
        return every

    audience, share = public.audience, leads_nowhere(public.audience, public.pile_on)
    none = np.zeros(len(only))
    drawn_heat = public.severity * all_of(heat_at(audience, heat_u), none)
    heat = drawn_heat
    if audience.has_heat:
        direct = np.bincount(reshares.complaint[mine][reshares.repeats[mine] < 0], minlength=contacts)
        rate = public.severity * audience.reshare_rate(plain.followers) * max(audience.factors) * (1 - share)
        mean = heat_given(audience.heat_tail, direct[history.contact], rate)
        heat = public.severity * all_of(mean, none)
    age = (reshares.at_ms[only] - history.posted_ms[of]) / MINUTE_MS
    return PiledOn(
        frame=plain.frame,
        public=replace(public, audience=_apart(audience, share)),
        history=Histories(
            all_of(history.contact, history.contact[of]),
            all_of(history.posted_ms, reshares.at_ms[only]),
            history.waits,
            all_of(history.begin_minutes, np.maximum(history.begin_minutes[:, of] - age, 0.0)),
            history.states,
        ),
        followers=all_of(plain.followers, np.full(len(only), public.audience.resharer_followers)),
        heat_u=inside_all(plain.heat_u),
        inside=inside,
        slot=inside_all(plain.slot),
        sent_ms=inside_all(plain.sent_ms),
        day=inside_all(plain.day),
        kernels=plain.kernels,
        own=own,
        drawn=public.audience,
        heat=heat,
        drawn_heat=drawn_heat,
        root=all_of(above, above[of]),
        passed_on=(rows[happened], passes_on[happened]),
    )


def _happened(reshares: Reshares, mine: Int, passes_on: Int, complaints: Complaints) -> Bool:
    """Which of the reshares `mine` of the table happened, whose complaint is in the row `passes_on` of these
    complaints, -1 if it never came.
    """
    history = complaints.history
    minutes = (reshares.at_ms[mine] - history.posted_ms[passes_on]) / MINUTE_MS
    phase = (history.begin_minutes[:, passes_on] <= minutes).sum(axis=0) - 1
    left = np.array(complaints.public.audience.factors)[history.states[phase]]
    each: Bool = (passes_on >= 0) & (reshares.mark[mine] < left)
    repeats = np.searchsorted(mine, reshares.repeats[mine])
    happened = each
    while True:
        further = each & ((reshares.repeats[mine] < 0) | happened[repeats])
        if np.array_equal(further, happened):
            return happened
        happened = further


def _apart(audience: Audience, share: float) -> Audience:
    """The audience with so large a share of its reshares."""
    return replace(
        audience,
        base_reshares=audience.base_reshares * share,
        reshares_per_reshare=audience.reshares_per_reshare * share,
    )
