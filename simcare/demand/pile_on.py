"""Pile-on on the Tape: contacts that are reshares of others, drawn and put among them.

They are contacts of the same type, with all that a contact has: patience, work, further messages, a mark for
everything. They need an answer, all of them, and have the followers that resharers have on average, for how
far a reshare reaches does not depend on whose it is.

Names of the streams, beside those of the scenario without pile-on, which stay as they are:
``pile-on/TYPE/reshares/G`` (how many of each member of generation G − 1; one uniform each, in their order),
and of each member of generation G ``rhythm/G`` and ``after/G`` (when), ``mark/G`` and ``complains/G``; for
the contacts that they are ``contacts/pile-on/TYPE/PURPOSE``, with the purposes of any contact.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.demand.tape import OVER_CONTACTS, OVER_STEPS, OVER_TRIES, Reshares, Tape
from simcare.demand.trees import Stream, Trees, draw_trees
from simcare.scenario.laws import Law
from simcare.scenario.scenario import Scenario
from simcare.virality.chosen import audience_of
from simcare.virality.heat import heat_at

Int = NDArray[np.int64]


def pile_on_of(scenario: Scenario, name: str) -> float:
    """The share of reshares of a contact type that are complaints themselves; 0 where nobody reshares."""
    if not scenario.is_public(name):
        return 0.0
    words = scenario.virality_of(name)
    return 0.0 if words["views"].value is not None else float(words["pile_on"].value)


def piles_on(scenario: Scenario) -> bool:
    """Is any reshare a complaint itself?"""
    return any(pile_on_of(scenario, name) > 0 for name in scenario.contact_names)


def trees_of(scenario: Scenario, tape: Tape, stream: Stream) -> dict[str, Trees]:
    """The trees of the contacts of a Tape, by type with pile-on."""
    found = {}
    for index, name in enumerate(scenario.contact_names):
        share = pile_on_of(scenario, name)
        if share > 0:
            audience, of_type = audience_of(scenario, name), tape.type_of_contact == index
            heat = scenario.contacts[name].severity * heat_at(audience, tape.heat_u[of_type])
            direct = np.where(
                tape.actionable[of_type], heat * audience.reshare_rate(tape.followers[of_type]), 0.0
            )
            own = partial(stream, "pile-on", name)
            horizon_ms = scenario.clock.horizon_ms
            found[name] = draw_trees(audience, share, tape.arrival_ms[of_type], direct, horizon_ms, own)
    return found


def children_of(scenario: Scenario, trees: dict[str, Trees]) -> Scenario:
    """A scenario whose contacts are those that come by pile-on, at their times, in streams of their own."""
    contacts, traces = {}, {}
    no_trace: Int = np.zeros(0, dtype=np.int64)
    for name in scenario.contact_names:
        others: dict[str, Any] = {"actionable": 1.0, "vips": None}
        if name in trees:
            followers = float(scenario.virality_of(name)["followers_of_resharers"].value)
            others["followers"] = Law("constant", (followers,))
        contacts[_own(name)] = scenario.contacts[name].model_copy(update=others)
        arrival_ms = trees[name].arrival_ms if name in trees else no_trace
        traces[_own(name)] = array("q", arrival_ms.tobytes())
    return replace(scenario, contacts=contacts, traces=traces, recorded={})


def _own(name: str) -> str:
    """A name that no contact type has, sorted among its like as the type's own is."""
    return f"pile-on/{name}"


def merged(scenario: Scenario, given: Tape, children: Tape, trees: dict[str, Trees]) -> Tape:
    """One Tape of both: by arrival, then type, then given contacts before those that come by pile-on."""
    arrival = np.concatenate((given.arrival_ms, children.arrival_ms))
    of_type = np.concatenate((given.type_of_contact, children.type_of_contact))
    order = np.lexsort((of_type, arrival))  # stable
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    first_step, steps = _regrouped(given.first_step, children.first_step, order)
    first_retry, retries = _regrouped(given.first_retry, children.first_retry, order)

    def both(name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        return getattr(given, name), getattr(children, name)

    return Tape(
        **{name: np.concatenate(both(name))[order] for name in OVER_CONTACTS},
        **{name: np.concatenate(both(name))[retries] for name in OVER_TRIES},
        **{name: np.concatenate(both(name))[steps] for name in OVER_STEPS},
        first_step=first_step,
        first_retry=first_retry,
        contact_of_step=np.repeat(np.arange(len(order)), np.diff(first_step)),
        work_ms=np.ascontiguousarray(np.concatenate(both("work_ms"), axis=1)[:, steps]),
        incidents=given.incidents,
        reshares=_reshares(scenario, given, children, trees, position),
    )


def _regrouped(given: Int, children: Int, order: Int) -> tuple[Int, Int]:
    """Where each contact's rows begin when contacts are put in order, and the old row of each new one."""
    starts = np.concatenate((given[:-1], given[-1] + children[:-1]))[order]
    sizes = np.concatenate((np.diff(given), np.diff(children)))[order]
    first = np.concatenate(([0], np.cumsum(sizes)))
    return first, np.repeat(starts - first[:-1], sizes) + np.arange(first[-1])


def _reshares(
    scenario: Scenario, given: Tape, children: Tape, trees: dict[str, Trees], position: Int
) -> Reshares:
    """The trees of all types as one table, with the numbers that contacts have on the Tape."""
    columns, rows = [], 0
    for name, one in trees.items():
        index = scenario.contact_names.index(name)
        roots = np.flatnonzero(given.type_of_contact == index)
        own = given.contacts + np.flatnonzero(children.type_of_contact == index)
        number = np.append(position[np.concatenate((roots, own))], -1)  # -1 stays -1
        repeats = np.where(one.repeats < 0, -1, rows + one.repeats)
        columns.append((one.at_ms, one.mark, number[one.complaint], repeats, number[one.contact]))
        rows += len(one.at_ms)
    return Reshares(*(np.concatenate(column) for column in zip(*columns, strict=True)))
