"""What is said of a measure: name, unit, definition, estimator, and what it is broken down by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Dimension = Literal["contacts", "team", "promise", "interval", "day"]
"""What figures are broken down by. Those of first replies are by team only where they are asked for."""

Chance = Literal["share", "count", "given", "amount", "fixed"]
"""What is known of a measure that was 0 in every replication; see `intervals`.

A share lies between 0 and 1; a count comes in whole numbers, and a given count is the same whatever the
plan; an amount may be anything; a fixed one is the roster's and need not vary.
"""

Better = Literal["more", "less", ""]
"""Whether a desk is better if there is more or less of a measure, or "" if that is not for us to say."""

Needs = Literal["", "trending", "followers", "pile-on"]
"""What a measure needs beside an audience: incidents, and a line from which on they trend; or a plan that
goes by followers, or somebody who asks for it; or reshares that are complaints themselves.
"""

Headline = Literal["each", "all", ""]
"""Whether plans are compared by a measure unasked: for each promise or contact type, or for all together."""

Tail = Literal["", "value at risk", "expected shortfall"]
"""A figure of the worst days: the line that they pass, or their mean."""

RATIO = (
    "Ratio of sums over replications; delta-method standard error, Student's t with n − 1 degrees of "
    "freedom, further on the side of the long tail (Willink 2005)."
)
MEAN = (
    "Mean over replications; Student's t with n − 1 degrees of freedom, further on the side of the long tail "
    "(Willink 2005)."
)
QUANTILE = (
    "Quantile of the counts pooled over replications on a grid 0.1% wide; the jackknife interval of the "
    "pooled distribution function at the quantile, read back through it (Woodruff 1952)."
)

DEVIATION = (
    "Root of the variance of all waits pooled over replications; delta-method standard error from the "
    "replications' numbers, sums and sums of squares, Student's t with n − 1 degrees of freedom."
)

TAIL = (
    "Of the days of all replications pooled, each with its complaints' heat drawn anew several times; the "
    "interval over replications by linearisation (value at risk: Woodruff 1952; expected shortfall: "
    "Rockafellar & Uryasev 2000), Student's t with n − 1 degrees of freedom, further on the side of the long "
    "tail."
)

STANDARD_WAITS = ("first_reply", "answer", "waiting", "resolution")
"""The kinds of wait of which percentiles are given in every run."""

SAME_IN_ONE_STEP = {"resolution": "first_reply", "waiting_all": "waiting"}
"""Kinds of wait that are the same as others where the first reply is all that a contact gets."""

FEW, MANY = "first_reply_few_followers", "first_reply_many_followers"
"""The kinds of wait for a first reply of authors with few followers, and with many."""

SECONDS = 1e-3
HOURS = 1 / 3_600_000


@dataclass(frozen=True)
class Measure:
    """One measure.

    ``unit`` of the estimate ("share" is of 1; {currency} stands for the scenario's); ``definition``, a
    sentence; ``estimator``, how it is estimated over replications; ``dimensions``, what it is broken down
    by, the total apart. Sums are kept in ms and times ``scale`` gives the unit. ``least`` is the smallest
    value there can be and ``chance`` what an interval says when nothing else was seen. A percentile has the
    ``waits`` it is taken over and a ``probability``, a standard deviation the waits alone. One ``at_instant``
    is a time average asked for at a time of day, ``of`` which measure. ``unseen_adds`` is what a rare kind of
    day may add to the figure of that day: the interval has room for as many of them as the sample may have
    missed. ``misses``: how many times as often as it says a plain interval misses the truth; it is taken at a
    confidence as much higher. ``standard`` says that it is in every result; the others are only where they
    are asked for.
    ``better`` says which of two plans is, ``headline`` whether plans are compared by it unasked. One of the
    ``audience`` is only of scenarios with public contacts, one ``of_reshares`` is 0 for certain where nobody
    can reshare, one with a ``price`` of those that give it (a key
    of `costs`, or "any"), one that ``needs`` more of those that have it; ``tail`` says which figure of the
    tail of the days it is.
    """

    name: str
    unit: str
    definition: str
    dimensions: tuple[Dimension, ...]
    estimator: str = RATIO
    scale: float = 1.0
    chance: Chance = "amount"
    least: float = 0.0
    waits: str = ""
    probability: float = 0.0
    of: str = ""
    unseen_adds: float = 0.0
    misses: float = 1.0
    standard: bool = True
    better: Better = ""
    headline: Headline = ""
    audience: bool = False
    of_reshares: bool = False
    price: str = ""
    needs: Needs = ""
    tail: Tail = ""

    @property
    def at_instant(self) -> bool:
        """Whether it has a value at a time of day, and nowhere else."""
        return bool(self.of)


BY_CONTACTS: tuple[Dimension, ...] = ("contacts", "interval", "day")
OF_FIRST_REPLIES: tuple[Dimension, ...] = ("contacts", "promise", "team", "interval", "day")
BY_TEAM: tuple[Dimension, ...] = ("team", "interval", "day")
BY_CONTACTS_AND_DAY: tuple[Dimension, ...] = ("contacts", "day")
