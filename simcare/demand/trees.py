"""Trees of reshares, drawn as if nobody ever answered: which of them are complaints themselves, and when.

The reshares of a complaint are drawn generation by generation: how many further ones each has (Poisson, by
inversion), when each comes (the kernel of views), a mark, and whether it is a complaint. They are drawn at
the rate of the state in which readers reshare most; the mark, even between 0 and the factor of that state,
says in which states a reshare happens: if the mark is below the state's factor (thinning; Lewis & Shedler
1979). So the tree does not depend on the plan. A reshare brings fewer than one further one on average, so
every tree ends.

Of the tree the complaints are kept and what leads to them; of all others means are enough
(`simcare.virality.pile_on`). A complaint that would come after the last day is no contact.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simcare.errors import TooLarge
from simcare.scenario.quantities import MINUTE
from simcare.virality.audience import Audience

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

MOST_RESHARES = 5_000_000
"""A replication with more reshares to be expected is given up: its tables would fill the memory."""

LONGEST = 2**40  # ms: no view comes later


class Stream(Protocol):
    """The first `size` uniforms of the stream with these names."""

    def __call__(self, *names: str, size: int) -> Float: ...


class Trees(NamedTuple):
    """The complaints among the reshares of some contacts, and the reshares that lead to them.

    ``arrival_ms`` are the complaints that come in the simulated days, in order. The rest has one row a
    reshare, after what it repeats, as in `simcare.demand.tape.Reshares`; there ``complaint`` and ``contact``
    count the given contacts first, and then these complaints.
    """

    arrival_ms: Int
    at_ms: Int
    mark: Float
    complaint: Int
    repeats: Int
    contact: Int


class Grown(NamedTuple):
    """Every reshare, generation after generation, of so many in each; ``parent`` is the row of what it
    repeats, -1 for the post of the contact ``root``, and ``complains`` says that it is a complaint.
    """

    at_ms: Int
    parent: Int
    root: Int
    mark: Float
    complains: Bool
    sizes: list[int]

    @property
    def generations(self) -> list[slice]:
        """The rows of each generation; those written in of themselves, number 0, have none."""
        ends = np.cumsum(self.sizes).tolist()
        return [slice(end - size, end) for size, end in zip(self.sizes, ends, strict=True)]


def draw_trees(
    audience: Audience, pile_on: float, arrival_ms: Int, direct: Float, horizon_ms: int, stream: Stream
) -> Trees:
    """The trees of complaints that have so many `direct` reshares to be expected, their heat in them.

    Raises `TooLarge` where so many reshares are to be expected that they would fill the memory.
    """
    most = max(audience.factors)
    expected = float(direct.sum()) * most / (1 - most * audience.reshares_per_reshare)
    if not expected <= MOST_RESHARES:
        raise TooLarge(
            f"expected at most {MOST_RESHARES:_} reshares of a contact type in a replication, got about "
            f"{expected:,.0f}: with pile_on each is drawn; fewer reshares, days or contacts would do"
        )
    grown = _grow(audience, pile_on, arrival_ms, direct, stream)
    return _kept(grown, len(arrival_ms), horizon_ms)


def _grow(audience: Audience, pile_on: float, arrival_ms: Int, direct: Float, stream: Stream) -> Grown:
    """All reshares at the highest rate of any state, generation by generation."""
    most, none = max(audience.factors), np.zeros(0, dtype=np.int64)
    grown: list[tuple[Int, Int, Int, Float, Bool]] = [(none, none, none, np.zeros(0), none > 0)]
    mean, since, row, root = most * direct, arrival_ms, np.full(len(direct), -1), np.arange(len(direct))
    rows = 0
    while len(mean):
        generation = str(len(grown))
        number = poisson_quantile(stream("reshares", generation, size=len(mean)), mean)
        size = int(number.sum())
        since = np.repeat(since, number) + _delay(
            audience, stream("rhythm", generation, size=size), stream("after", generation, size=size)
        )
        parent, root = np.repeat(row, number), np.repeat(root, number)
        mark = most * stream("mark", generation, size=size)
        grown.append((since, parent, root, mark, stream("complains", generation, size=size) < pile_on))
        row = np.arange(rows, rows + size)
        mean = np.full(size, most * audience.reshares_per_reshare)
        rows += size
    at_ms, parent, root, mark, complains = (np.concatenate(column) for column in zip(*grown, strict=True))
    return Grown(at_ms, parent, root, mark, complains, [len(one[0]) for one in grown])


def leads_to_a_complaint(grown: Grown) -> Bool:
    """Which reshares are complaints, or have one among what follows them."""
    leads = grown.complains.copy()
    for some in grown.generations[:1:-1]:  # the first has no row above
        leads[grown.parent[some][leads[some]]] = True
    return leads


def _kept(grown: Grown, contacts: int, horizon_ms: int) -> Trees:
    """Of all reshares the complaints, and what leads to them."""
    at_ms, parent, root, mark, complains, _ = grown
    kept = leads_to_a_complaint(grown)
    comes = complains & (at_ms < horizon_ms)
    children = np.flatnonzero(comes)
    children = children[np.argsort(at_ms[children], kind="stable")]
    contact = np.full(len(at_ms), -1)
    contact[children] = contacts + np.arange(len(children))
    complaint, repeats = root.copy(), parent.copy()
    for some in grown.generations[2:]:
        above = parent[some]
        complaint[some] = np.where(comes[above], contact[above], complaint[above])
        repeats[some] = np.where(comes[above], -1, above)

    place = np.append(np.cumsum(kept) - 1, -1)  # -1 stays -1
    return Trees(
        arrival_ms=at_ms[children],
        at_ms=at_ms[kept],
        mark=mark[kept],
        complaint=complaint[kept],
        repeats=place[repeats[kept]],
        contact=contact[kept],
    )


def poisson_quantile(u: Float, mean: Float) -> Int:
    """The smallest number k with P(N ≤ k) ≥ u, for N Poisson with each mean."""
    number = np.zeros(len(u), dtype=np.int64)
    some = np.flatnonzero(u > np.exp(-mean))
    if len(some):
        near = np.maximum(np.ceil(special.pdtrik(u[some], mean[some])), 1.0)
        # The inverse between whole numbers may be a last digit too high or too low.
        near -= special.pdtr(near - 1, mean[some]) >= u[some]
        near += special.pdtr(near, mean[some]) < u[some]
        number[some] = near
    return number


def _delay(audience: Audience, which: Float, u: Float) -> Int:
    """From a post to its reshares in ms, rounded down, at least 1: a mixture of exponentials."""
    up_to = np.cumsum(audience.kernel.weights)[:-1]
    rates = np.array(audience.kernel.rates)[np.searchsorted(up_to, which, side="right")]
    delay: Int = np.clip(-np.log1p(-u) / rates * MINUTE, 1, LONGEST).astype(np.int64)
    return delay
