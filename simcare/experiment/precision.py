"""Precision: which figures of a run are to be known how closely, and whether they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simcare.errors import UsageError
from simcare.experiment.rows import promised, total
from simcare.measures.frame import Frame
from simcare.measures.intervals import Estimate
from simcare.measures.pool import Pool
from simcare.measures.registry import measure as measure_named
from simcare.scenario.scenario import Scenario


@dataclass(frozen=True)
class Precision:
    """How closely figures are to be known, in total under every plan.

    ``targets`` is the half-width wanted of every service level that has a target; None if other figures are
    asked for. ``measures`` has them by name: for a share the half-width of its interval, for any other
    measure γ, the relative error: a half-width of at most γ/(1 + γ) of the estimate, so that the estimate is
    off by at most γ of the truth (Law 2015, 9.4.1).
    """

    targets: float | None
    measures: Mapping[str, float]

    def reached(self, frame: Frame, pool: Pool, confidence: float) -> bool:
        """Is every figure asked for known this closely? One that is undefined will hardly become defined."""
        return all(_close(found, half) for _, found, half in self._figures(frame, pool, confidence))

    def undefined(self, frame: Frame, pool: Pool, confidence: float) -> list[str]:
        """The measures asked for of which a figure is undefined, so that no precision can be meant."""
        figures = self._figures(frame, pool, confidence)
        return list(dict.fromkeys(name for name, found, _ in figures if found.value is None))

    @property
    def beside(self) -> list[str]:
        """The measures asked for that are not in every result."""
        return [name for name in self.measures if not measure_named(name).standard]

    def __str__(self) -> str:
        if self.targets is not None:
            return f"{self.targets * 100:g}% on either side"
        return ", ".join(f"{name} to {share * 100:g}%" for name, share in self.measures.items())

    def _figures(self, frame: Frame, pool: Pool, confidence: float) -> Iterator[tuple[str, Estimate, float]]:
        """The figures asked for, with the measure, and the half-width wanted of each."""
        if self.targets is not None:
            for found in promised(frame, pool, confidence):
                yield "service_level", found, self.targets
        for name, wanted in self.measures.items():
            one = measure_named(name)
            for found in total(one, frame, pool, confidence):
                relative = wanted / (1 + wanted) * abs(found.value or 0.0)
                yield name, found, wanted if one.unit == "share" else relative


def precision_of(scenario: Scenario, wanted: float | Mapping[str, float]) -> Precision:
    """The precision asked for, checked: a number for the service levels with a target, or numbers by measure.

    Raises UsageError for numbers that are no share, measures there are not, and a number alone where no
    service level has a target.
    """
    if isinstance(wanted, Mapping):
        for name, share in wanted.items():
            _checked(share)
            if measure_named(name).at_instant:
                raise UsageError(f"a precision is that of figures in total, and {name} is that of an instant")
            if name == "service_level" and not scenario.service_levels:
                raise UsageError(
                    f"a precision of {name} is asked for, and the scenario has no service levels"
                )
        return Precision(None, dict(wanted))
    _checked(wanted)
    if all(level.target is None for level in scenario.service_levels):
        raise UsageError(
            "a precision is that of service levels with a target, and the scenario has none: name a measure, "
            "as in waiting_mean=5%"
        )
    return Precision(wanted, {})


def _checked(share: float) -> None:
    if not 0 < share < 1:
        raise UsageError(f"expected a precision between 0 and 1, such as 0.005 for half a point, got {share}")


def _close(found: Estimate, half: float) -> bool:
    if found.value is None:
        return True
    if found.lower is None or found.upper is None:
        return False
    if math.isinf(found.value):  # later than the horizon: known if all of the interval is
        return math.isinf(found.lower)
    return max(found.upper - found.value, found.value - found.lower) <= half
