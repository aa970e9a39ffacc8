"""The domain of a formula's arguments: each check returns the number or raises `DomainError`."""

from __future__ import annotations

import math

from simcare.errors import DomainError


class Overload(DomainError):
    """A queue in which more comes in than goes out, for ever: it has no long run."""


def counted(agents: int) -> str:
    """So many agents, in words of a message."""
    return f"{agents:,} agent{'s' * (agents != 1)}"


def positive(name: str, value: float) -> float:
    """Return `value` as a float if it is finite and above 0; raise DomainError otherwise."""
    if not (math.isfinite(value) and value > 0):
        raise DomainError(f"{name}: expected a finite number above 0, got {value!r}")
    return float(value)


def not_negative(name: str, value: float, *, finite: bool = True) -> float:
    """Return `value` as a float if it is at least 0 (and finite, if `finite`); DomainError otherwise."""
    if not value >= 0 or (finite and math.isinf(value)):
        raise DomainError(f"{name}: expected a number of at least 0, got {value!r}")
    return float(value)


def share(name: str, value: float) -> float:
    """Return `value` as a float if it lies in [0, 1]; raise DomainError otherwise."""
    if not 0 <= value <= 1:
        raise DomainError(f"{name}: expected a share between 0 and 1, got {value!r}")
    return float(value)


def whole(name: str, value: int, at_least: int = 0) -> int:
    """Return `value` as an int if it is whole and at least `at_least`; raise DomainError otherwise."""
    if not (math.isfinite(value) and int(value) == value and value >= at_least):
        raise DomainError(f"{name}: expected a whole number of at least {at_least}, got {value!r}")
    return int(value)
