"""A desk over time: the arguments of M(t)/M/s(t)+M, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simcare.errors import DomainError
from simcare.theory.curve import Segment, checked
from simcare.theory.domain import not_negative, positive, share, whole
from simcare.theory.states import ShiftEnd


@dataclass(frozen=True)
class ChangingDesk:
    """One team over time: Poisson arrivals, exponential handling and patience, first come first served.

    All times and rates in one unit of time. `arrivals`: segments (start, end, rate at start, rate at
    end), see `simcare.theory.curve`. `staff`: (time, level) in order of time; a level holds until the
    next and the last for ever; 0 is closed. `mean_handling` above 0; `mean_patience` above 0, or infinity
    (the default); `leaves_at_once`: the share that leaves at once of those who find all agents busy.

    `at_shift_end`, when the level falls below the number busy: *finish*: they all finish, and nothing new
    starts while busy ≥ level; *drop*: what is above the level goes back to the head of the queue,
    min(present, level) in service. Work handed back has no patience to lose any more, unless
    `patience_resumes`.

    `day_factor_cv`: the curve is multiplied by one gamma variable with mean 1 and this coefficient of
    variation.

    Raises DomainError for values outside their domain.
    """

    arrivals: Sequence[Segment]
    staff: Sequence[tuple[float, int]]
    mean_handling: float
    mean_patience: float = math.inf
    leaves_at_once: float = 0.0
    at_shift_end: ShiftEnd = "finish"
    patience_resumes: bool = False
    day_factor_cv: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "arrivals", checked(self.arrivals))
        object.__setattr__(
            self, "staff", tuple((float(time), whole("staff", level)) for time, level in self.staff)
        )
        times = [time for time, _ in self.staff]
        if not times or not all(map(math.isfinite, times)) or sorted(set(times)) != times:
            raise DomainError("staff: expected at least one (time, level), in order of time")
        positive("mean_handling", self.mean_handling)
        if not self.mean_patience > 0:
            raise DomainError(f"mean_patience: expected a number above 0, got {self.mean_patience!r}")
        share("leaves_at_once", self.leaves_at_once)
        if self.at_shift_end not in ("finish", "drop"):
            raise DomainError(f"at_shift_end: expected 'finish' or 'drop', got {self.at_shift_end!r}")
        not_negative("day_factor_cv", self.day_factor_cv)

    @property
    def service_rate(self) -> float:
        """μ = 1/mean handling, of one agent."""
        return 1 / self.mean_handling

    @property
    def leaving_rate(self) -> float:
        """θ = 1/mean patience, of one waiting customer."""
        return 1 / self.mean_patience

    def level_at(self, time: float) -> int:
        """Agents on duty at a time (at a change, the new level). DomainError before the first."""
        if time < self.staff[0][0]:
            raise DomainError(f"staff: no level before {self.staff[0][0]!r}, asked for {time!r}")
        return [level for since, level in self.staff if since <= time][-1]

    def changes(self) -> tuple[tuple[float, int], ...]:
        """The (time, new level) at which the level becomes another one."""
        pairs = zip(self.staff, self.staff[1:], strict=False)
        return tuple(after for before, after in pairs if before[1] != after[1])
