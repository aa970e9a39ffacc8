"""The domain of arguments: each check returns what it was given, as an array, or raises `DomainError`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.errors import DomainError

Float = NDArray[np.float64]


def column(name: str, values: ArrayLike, *, at_least: int = 1) -> Float:
    """`values` as a column of finite floats, one a replication; DomainError if they are not that."""
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DomainError(f"{name}: expected a list of numbers, got {values!r}") from None
    if given.ndim != 1:
        raise DomainError(f"{name}: expected a flat list of numbers, got {given.ndim} dimensions")
    if len(given) < at_least:
        raise DomainError(
            f"{name}: expected at least {at_least} number{'s' * (at_least > 1)}, got {len(given)}"
        )
    if not np.isfinite(given).all():
        raise DomainError(f"{name}: expected finite numbers, got {given[~np.isfinite(given)][0]}")
    return given


def columns(**named: ArrayLike) -> list[Float]:
    """Columns of one length; DomainError if they are not."""
    given = [column(name, values) for name, values in named.items()]
    lengths = [len(one) for one in given]
    if len(set(lengths)) > 1:
        told = ", ".join(f"{length} {name}" for name, length in zip(named, lengths, strict=True))
        raise DomainError(f"expected as many of each, one a replication, got {told}")
    return given


def inside(name: str, value: float) -> float:
    """`value` as a float if it lies strictly between 0 and 1; DomainError otherwise."""
    if not 0 < value < 1:
        raise DomainError(f"{name}: expected a number between 0 and 1, such as 0.95, got {value!r}")
    return float(value)
