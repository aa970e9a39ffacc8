"""Draw the Tape: every contact of one replication, with the marks of everything that may become of it.

What contacts have and may come to need is drawn type by type (`simcare.demand.contacts`), and put in order of
arrival here. Short replications are drawn together, as one long Tape that is then cut up
(`simcare.demand.cutting`): the numbers are those of each alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.demand.arrivals import Arriving
from simcare.demand.contacts import OfType, Retries, Steps, columns_of, course_of, fill_retries, fill_steps
from simcare.demand.cutting import cut
from simcare.demand.incidents import drawn_incidents
from simcare.demand.pile_on import children_of, merged, piles_on, trees_of
from simcare.demand.streams import Streams
from simcare.demand.tape import NEVER, OVER_CONTACTS, Tape
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of

Int = NDArray[np.int64]
Column = NDArray[Any]

TOGETHER = 2**17
"""Replications of about so many contacts are drawn together: more would take memory and save little."""

PLAIN = {"arrival_ms": 0, "type_of_contact": 0, "actionable": True, "followers": 0, "patience_ms": NEVER}
"""What stands in columns over contacts where a type asks for nothing: this, and 0 for uniforms."""


def draw_tape(scenario: Scenario, replication: int, seed: int | None = None) -> Tape:
    """All the chance of one replication, the same whatever the plan; `seed` defaults to the scenario's own.

    Takes time and memory in proportion to contacts; no loop in Python runs over contacts.
    """
    return next(draw_tapes(scenario, range(replication, replication + 1), seed))


def draw_tapes(scenario: Scenario, replications: range, seed: int | None = None) -> Iterator[Tape]:
    """The Tapes of several replications in turn, the same as one by one and sooner."""
    entropy = scenario.experiment.seed if seed is None else seed
    return tapes_from(demand_of(scenario), Streams(entropy, replications))


class Demand(NamedTuple):
    """What is the same in every replication of a scenario, of which so many are drawn `together`."""

    scenario: Scenario
    arriving: Mapping[str, Arriving]
    piles_on: bool
    together: int


def demand_of(scenario: Scenario) -> Demand:
    """What is the same in every replication, for those who draw many."""
    together = max(1, int(TOGETHER / max(1.0, size_of(scenario).contacts)))
    return Demand(scenario, _arriving(scenario), piles_on(scenario), together)


def tapes_from(demand: Demand, streams: Streams) -> Iterator[Tape]:
    """The Tapes of the replications of some streams in turn; short ones are drawn together."""
    for begin in range(0, len(streams.replications), demand.together):
        some = streams.of(begin, begin + demand.together)
        tapes = _drawn(demand.scenario, demand.arriving, some)
        if not demand.piles_on:
            yield from tapes
            continue
        for number, tape in enumerate(tapes):
            yield _with_pile_on(demand.scenario, tape, some.of(number, number + 1))


def _with_pile_on(scenario: Scenario, tape: Tape, streams: Streams) -> Tape:
    """The Tape of one replication, and those who come because of what they read."""
    trees = trees_of(scenario, tape, streams.first)
    coming = children_of(scenario, trees)
    (children,) = _drawn(coming, _arriving(coming), streams)
    return merged(scenario, tape, children, trees)


def _arriving(scenario: Scenario) -> dict[str, Arriving]:
    return {name: Arriving(scenario, name) for name in scenario.contact_names}


def _drawn(scenario: Scenario, arriving: Mapping[str, Arriving], streams: Streams) -> list[Tape]:
    """Replications drawn together: as one long Tape, contacts of one replication after those of the other,
    which is then cut up.
    """
    types, drawn = [], []
    for index, name in enumerate(scenario.contact_names):
        arrival_ms, sizes = arriving[name].draw(streams)
        contacts = OfType(scenario, name, streams, sizes)
        given = {"arrival_ms": arrival_ms, "type_of_contact": np.full(contacts.size, index)}
        types.append(contacts)
        drawn.append(given | columns_of(contacts))
    courses = [course_of(contacts, columns) for contacts, columns in zip(types, drawn, strict=True)]
    bounds: Int = np.sum([contacts.bounds for contacts in types], axis=0)
    size = int(bounds[-1])
    rows = _in_order(types, [columns["arrival_ms"] for columns in drawn], scenario.clock.horizon_ms)

    @lru_cache(typed=True)
    def plain(value: Any) -> Column:
        """One column for all that nobody asks for."""
        return np.full(size, value) if value else np.zeros(size, type(value))

    def arranged(of_types: Iterable[Column | None], otherwise: Any = 0.0) -> Column:
        """A column over the contacts of each type as one over all; `otherwise` where a type has none."""
        columns = [(own, one) for own, one in zip(rows, of_types, strict=True) if one is not None]
        if not columns:
            return plain(otherwise)
        first = columns[0][1]
        if len(first) == size:
            return first
        all_have = len(columns) == len(types)
        whole = np.empty_like(first, shape=size) if all_have else plain(otherwise).copy()
        for own, one in columns:
            whole[own] = one
        return whole

    first_step = _begins(arranged([course.steps for course in courses], 0))
    first_retry = np.zeros(size + 1, dtype=np.int64)
    if any(course.tries for course in courses):
        first_retry = _begins(arranged([course.retries for course in courses], 0))
    steps, retries = Steps.empty(scenario, int(first_step[-1])), Retries.empty(int(first_retry[-1]))
    for contacts, course, own in zip(types, courses, rows, strict=True):
        fill_steps(steps, contacts, course, first_step[:-1][own])
        fill_retries(retries, contacts, course, first_retry[:-1][own])

    incidents = drawn_incidents(scenario, streams)
    over_contacts: dict[str, Any] = {
        name: arranged([columns.get(name) for columns in drawn], PLAIN.get(name, 0.0))
        for name in OVER_CONTACTS
    }
    whole = Tape(
        **over_contacts,
        first_retry=first_retry,
        retry_mark=retries.mark,
        retry_after_ms=retries.after_ms,
        retry_leaves_at_once_u=retries.leaves_at_once_u,
        retry_silent_u=retries.silent_u,
        first_step=first_step,
        contact_of_step=_part_of(first_step),
        kind_of_step=steps.kind,
        mark=steps.mark,
        pause_ms=steps.pause_ms,
        work_ms=steps.work_ms,
        incidents=incidents[0],
    )
    return cut(whole, bounds.tolist(), incidents)


def _in_order(types: Sequence[OfType], arrivals: Sequence[Int], horizon_ms: int) -> Sequence[Int | slice]:
    """The rows of each type's contacts among those of all: one replication after the other, by arrival; those
    of one instant by type, then as they came.
    """
    if len(types) == 1:
        return [slice(None)]
    moments = np.concatenate(arrivals)
    if len(types[0].sizes) > 1:
        replication = np.concatenate([_part_of(contacts.bounds) for contacts in types])
        moments += horizon_ms * replication  # as if one came after the other
    order = np.argsort(moments, kind="stable")
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    return np.split(row, np.cumsum([one.size for one in types])[:-1])


def _begins(sizes: Int) -> Int:
    """Where each part begins, and the end of the last."""
    begins = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=begins[1:])
    return begins


def _part_of(begins: Int) -> Int:
    """In which part each row stands; `numpy.repeat` takes several times as long."""
    return np.cumsum(np.bincount(begins[1:-1], minlength=begins[-1] + 1)[:-1])
