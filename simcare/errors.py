"""Every error simcare raises on purpose, one class for each kind of cause.

::

    SimcareError
    ├── ScenarioError      the scenario file, or a file it names, cannot be used as written
    ├── UsageError         a call or a command was given arguments that do not fit together
    ├── TooLarge           the run would need more memory than the limit allows
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

    `line` and `column` count from 1; 0 means the whole file. `file` is the path as the user wrote it.
    """

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ScenarioError(SimcareError):
    """A scenario that cannot be used as written; `problems` lists what is wrong, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))


class UsageError(SimcareError):
    """A call or a command whose arguments do not fit together, or name something the scenario lacks."""


class TooLarge(SimcareError):
    """The run would need more memory than the limit allows."""


class DomainError(SimcareError, ValueError):
    """A formula was asked for a value outside its domain (a load of an unstable queue, a negative rate)."""
