"""How a simulated figure is held to an exact one."""

from __future__ import annotations

import math
from typing import Any

from scipy import special

from simcare.experiment.result import Result


def agrees(result: Result, measure: str, exact: float, *, within: float = 0.01, **where: Any) -> None:
    """The estimate lies within four standard errors of `exact`, and its interval is narrow enough to tell.

    `within`: the most that half the interval may be, as a share of `exact`. `where`: dimensions of the row.
    """
    row = result.estimate(measure, **where)
    assert row.estimate is not None and row.lower is not None and row.upper is not None
    half = (row.upper - row.lower) / 2
    assert half <= within * exact, f"{measure}: half-width {half:.4g} is too wide to tell; exact {exact:.6g}"
    student = float(special.stdtrit(row.replications - 1, 0.975))
    errors = (row.estimate - exact) / (half / student)
    found = f"{measure}: {row.estimate:.6g}, exact {exact:.6g}: {errors:+.1f} standard errors"
    assert math.fabs(errors) <= 4, found
