"""The statistics of simulation output: pure functions of numbers, one figure a replication.

A replication (its days) is the unit: the messages of one day share one queue and are not independent. So
every function takes one number, or one list, for each replication, in the order in which they were run.
`simcare.run` estimates with these same functions; here they are for figures of your own::

    from simcare import statistics

    statistics.ratio(answered_in_time, needed_an_answer)

- `mean`, `ratio`, `ratio_difference`: means and ratios of sums, and their intervals
- `percentile`, `percentile_of_counts`: quantiles of what was pooled over replications
- `service_level`: the four definitions, from counts of `Outcomes`
- `paired`: two plans that served the same customers; `holm`: many such comparisons at once
- `tost`: are two plans as good as equal?
- `replications_needed`: how many for a given precision
- `mser5`: how much of a run is warm-up
- `student`, `unseen`: the quantile behind the intervals, and the bound of what was never seen

An undefined figure is None, and so is a bound that the data say nothing of; neither is ever 0. Arguments that
make no sense raise `simcare.errors.DomainError`.
"""

from simcare.statistics.equivalence import Equivalence, tost
from simcare.statistics.interval import Interval, student, unseen
from simcare.statistics.paired import Difference, holm, paired
from simcare.statistics.percentile import percentile, percentile_of_counts
from simcare.statistics.precision import replications_needed
from simcare.statistics.ratio import mean, ratio, ratio_difference
from simcare.statistics.service_level import Outcomes, service_level
from simcare.statistics.warm_up import WarmUp, mser5

__all__ = [
    "Difference",
    "Equivalence",
    "Interval",
    "Outcomes",
    "WarmUp",
    "holm",
    "mean",
    "mser5",
    "paired",
    "percentile",
    "percentile_of_counts",
    "ratio",
    "ratio_difference",
    "replications_needed",
    "service_level",
    "student",
    "tost",
    "unseen",
]
