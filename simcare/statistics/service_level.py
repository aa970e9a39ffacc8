"""Service level from counts: four definitions, one interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from simcare.errors import DomainError
from simcare.statistics.domain import Float, columns, inside
from simcare.statistics.interval import Interval, unseen
from simcare.statistics.ratio import ratio

Definition = Literal["of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"]


@dataclass(frozen=True)
class Outcomes:
    """What became of those who needed an answer: one count each, or one list with a count a replication.

    Everybody is counted once in ``in_time``, ``late``, ``left``, ``silent`` or ``unanswered``. ``in_time``
    and ``late`` were answered, within the time promised or after it. ``left`` gave up and went, of whom
    ``left_in_time`` within the time promised and ``left_short`` within the short time that does not count.
    ``silent`` gave up unseen: their message was still worked on. ``unanswered`` were turned away or still
    wait at the end.
    """

    in_time: ArrayLike
    late: ArrayLike
    left: ArrayLike = 0
    left_in_time: ArrayLike = 0
    left_short: ArrayLike = 0
    silent: ArrayLike = 0
    unanswered: ArrayLike = 0

    def kept_and_due(self, definition: Definition) -> tuple[Float, Float]:
        """Numerator and denominator of a definition, one a replication. DomainError for counts that are none.

        =========================== ============================ ============================
        ``of_all``                  in time                      all
        ``of_answered``             in time                      in time + late + silent
        ``without_short_abandons``  in time                      all − left short
        ``abandoned_in_time_count`` in time + left in time       all
        =========================== ============================ ============================
        """
        if definition not in get_args(Definition):
            raise DomainError(
                f"definition: expected one of {', '.join(get_args(Definition))}, got {definition!r}"
            )
        in_time, late, left, left_in_time, left_short, silent, unanswered = self._columns()
        everybody = in_time + late + left + silent + unanswered
        if definition == "of_answered":
            return in_time, in_time + late + silent
        if definition == "without_short_abandons":
            return in_time, everybody - left_short
        if definition == "abandoned_in_time_count":
            return in_time + left_in_time, everybody
        return in_time, everybody

    def _columns(self) -> list[Float]:
        names = list(self.__dataclass_fields__)
        try:
            given = np.broadcast_arrays(*(np.atleast_1d(getattr(self, name)) for name in names))
        except ValueError:
            raise DomainError("expected as many of each count, one a replication") from None
        counts = columns(**dict(zip(names, given, strict=True)))
        for name, count in zip(names, counts, strict=True):
            if (count < 0).any():
                raise DomainError(f"{name}: expected counts of at least 0, got {count.min():g}")
        for name in ("left_in_time", "left_short"):
            if (counts[names.index(name)] > counts[names.index("left")]).any():
                raise DomainError(f"{name}: expected at most as many as left")
        return counts


def service_level(
    outcomes: Outcomes,
    definition: Definition = "of_all",
    confidence: float = 0.95,
    days: int = 1,
    skewed: bool = False,
) -> Interval:
    """The share of contacts answered in time by one of four definitions, and its interval.

    A ratio of sums over replications with its delta-method interval, see `ratio`, within [0, 1]. `days` says
    how many days each replication has; `skewed` as for `mean`.

    What the interval says where the formula has nothing to go by:

    - nobody was due in any replication: the level is undefined, not 0% and not 100%;
    - somebody was due in one replication only: the level has no interval. Its messages shared one queue, so
      that counting them as independent (the binomial interval) would claim far too much;
    - all were in time, or none, throughout: nothing varied, and that is no proof that nothing can. The bound
      is `unseen`: on such a share of days it may be otherwise, and then for everybody.

    DomainError for counts that are none, unknown definitions, and numbers outside their domain.

    The same day by four definitions:

    >>> day = Outcomes(in_time=80, late=10, left=8, left_in_time=5, left_short=2, unanswered=2)
    >>> for definition in ("of_all", "of_answered", "without_short_abandons", "abandoned_in_time_count"):
    ...     print(definition, service_level(day, definition))
    of_all 0.8 (no interval from 1 replication)
    of_answered 0.8889 (no interval from 1 replication)
    without_short_abandons 0.8163 (no interval from 1 replication)
    abandoned_in_time_count 0.85 (no interval from 1 replication)

    Three days, and twenty on which all went well:

    >>> print(service_level(Outcomes(in_time=[80, 85, 120], late=[10, 12, 50], left=[8, 3, 30])))
    0.7161 (0.3381 to 1; 95% confidence, 3 replications)
    >>> print(service_level(Outcomes(in_time=[50] * 20, late=[0] * 20)))
    1 (0.8316 to 1; 95% confidence, 20 replications)
    """
    inside("confidence", confidence)
    if not days >= 1:
        raise DomainError(f"days: expected at least 1, got {days!r}")
    kept, due = outcomes.kept_and_due(definition)
    found = ratio(kept, due, confidence, skewed=skewed)
    estimate, m = found.estimate, found.replications
    if estimate is None or m < 2:
        return found
    if not kept.any():
        return Interval(0.0, 0.0, unseen(m * days, confidence), confidence, m)
    if (kept == due).all():
        return Interval(1.0, 1 - unseen(m * days, confidence), 1.0, confidence, m)
    if found.lower is None or found.upper is None:
        return found
    return Interval(estimate, max(0.0, found.lower), min(1.0, found.upper), confidence, m)
