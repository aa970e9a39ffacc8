"""Every error simcare raises on purpose, one class for each kind of cause.

::

    SimcareError
    ├── ScenarioError      the scenario file, or a file it names, cannot be used as written
    ├── UsageError         a call or a command was given arguments that do not fit together
    ├── TooLarge           the run would need more memory than the limit allows
    ├── ClusterError       a cluster cannot be reached, or is lost
    └── DomainError        a formula was asked for a value outside its domain

The command line turns each into one message and an exit code; nothing else is caught there on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SimcareError(Exception):
    """The root of all errors that simcare raises on purpose."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a scenario: where it stands and what was expected and found.

    `line` and `column` count from 1. Line 0 means the whole file, column 0 the whole line (the rows of a
    table have no columns). `file` is the path as the user wrote it.
    """

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        numbers = f":{self.line}" * (self.line > 0) + f":{self.column}" * (self.column > 0)
        return f"{self.file}{numbers}: {self.message}"


class ScenarioError(SimcareError):
    """A scenario that cannot be used as written.

    `problems` lists what is wrong, in file order; `more` counts what is left out of a long list.
    """

    def __init__(self, problems: Sequence[Problem], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        lines = [str(problem) for problem in self.problems]
        if more:
            lines.append(f"and {more} more problem{'s' * (more != 1)}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...], int]]:
        return (type(self), (self.problems, self.more))


class UsageError(SimcareError):
    """A call or a command whose arguments do not fit together, or name something the scenario lacks."""


class TooLarge(SimcareError):
    """The run would need more memory than the limit allows."""


class ClusterError(SimcareError):
    """A cluster that cannot be reached, cannot do the work, or is lost."""


class DomainError(SimcareError, ValueError):
    """A formula was asked for a value outside its domain (a load of an unstable queue, a negative rate)."""
