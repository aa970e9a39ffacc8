"""What the figures are drawn from: a result as the tables see it, and what the scenario says before any
run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.compare import Comparison, comparison_of
from simcare.experiment.days import SingleDays, single_days
from simcare.report.load import Pool, pools_of
from simcare.report.view import View
from simcare.scenario.scenario import Scenario

Float = NDArray[np.float64]

MOST_PLANS = 6
"""So many plans are drawn; all are in the tables."""

MOST_DAYS_ON_END = 7
"""If days differ, up to so many are drawn one after the other."""

SAME = 0.05
"""So many agents more or less make no visible difference."""

MUCH_MORE = 1.5
"""Days are drawn apart if one of them brings so many times as much as another."""


@dataclass(frozen=True)
class Material:
    """A view of a result with what is worked out once for several figures."""

    view: View

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.view.scenario

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans that are drawn."""
        return self.view.plans[:MOST_PLANS]

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Teams that share work, with load and people on duty, by measured day and interval."""
        return pools_of(self.scenario, self.view.plans)

    @cached_property
    def days_differ(self) -> bool:
        """Do the measured days differ so much, in who is on duty or in arrivals, that a mean day tells
        little?
        """
        arrivals = sum(pool.arrivals for pool in self.pools)
        by_day = np.asarray(arrivals).sum(axis=-1)
        duty = [of_plan for pool in self.pools for of_plan in pool.duty.values()]
        people = any(not np.allclose(days, days[0], rtol=0, atol=SAME) for days in duty)
        return people or bool(by_day.max() > MUCH_MORE * by_day.min())

    @property
    def by_run(self) -> bool:
        """Is time drawn as the days of the run one after the other, and not as the hours of a day?"""
        return self.days_differ and self.scenario.clock.days <= MOST_DAYS_ON_END

    @cached_property
    def days(self) -> SingleDays:
        """Good and bad days: those of some replications, one by one."""
        return single_days(self.view.result, self.plans)

    @cached_property
    def comparison(self) -> Comparison | None:
        """Every plan compared with the first; None if there is but one."""
        return comparison_of(self.view.result) if len(self.view.plans) > 1 else None

    @property
    def interval_hours(self) -> float:
        """The length of an interval."""
        return self.scenario.clock.interval / 3_600_000

    def over_time(self, figures: Float) -> Float:
        """Figures by measured day and interval as they are drawn: one after the other, or averaged over
        days.
        """
        return figures.ravel() if self.by_run else figures.mean(axis=0)


def listed_plans(plans: Sequence[str]) -> str:
    """Plans in a sentence."""
    return " and ".join([", ".join(plans[:-1]), plans[-1]] if len(plans) > 1 else plans)
