"""simcare simulates a social-care desk and says how sure its figures are.

::

    import simcare

    scenario = simcare.load("scenarios/evening-surge.yaml")
    result = simcare.run(scenario, replications=20)
    level = result.estimate("service_level", plan="today", contacts="network-complaint")
    print(f"{level.estimate:.1%} in time, between {level.lower:.1%} and {level.upper:.1%}")

`load` reads a scenario, `run` simulates its plans and returns a `Result`. For a measure of your own,
`simulate` gives the `Log` of one replication and `draw` the contacts and agents that the Log's numbers
refer to, and `statistics` what such figures are estimated with. `page` makes a page to show of a result.
Names are imported when they are first used, so that `import simcare` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simcare import statistics
    from simcare.engine.log import Log
    from simcare.errors import (
        ClusterError,
        DomainError,
        Problem,
        ScenarioError,
        SimcareError,
        TooLarge,
        UsageError,
    )
    from simcare.experiment.check import CheckResult, check
    from simcare.experiment.compare import Comparison, compare
    from simcare.experiment.replication import draw, simulate
    from simcare.experiment.result import Result
    from simcare.experiment.rows import Row
    from simcare.experiment.run import run
    from simcare.report.page.page import page
    from simcare.scenario.load import load
    from simcare.scenario.scenario import Scenario

__version__ = "0.1.0"

__all__ = [
    "CheckResult",
    "ClusterError",
    "Comparison",
    "DomainError",
    "Log",
    "Problem",
    "Result",
    "Row",
    "Scenario",
    "ScenarioError",
    "SimcareError",
    "TooLarge",
    "UsageError",
    "__version__",
    "check",
    "compare",
    "draw",
    "load",
    "page",
    "run",
    "simulate",
    "statistics",
]

_HOME = {
    "ClusterError": "simcare.errors",
    "CheckResult": "simcare.experiment.check",
    "Comparison": "simcare.experiment.compare",
    "DomainError": "simcare.errors",
    "Log": "simcare.engine.log",
    "Problem": "simcare.errors",
    "Result": "simcare.experiment.result",
    "Row": "simcare.experiment.rows",
    "Scenario": "simcare.scenario.scenario",
    "ScenarioError": "simcare.errors",
    "SimcareError": "simcare.errors",
    "TooLarge": "simcare.errors",
    "UsageError": "simcare.errors",
    "check": "simcare.experiment.check",
    "compare": "simcare.experiment.compare",
    "draw": "simcare.experiment.replication",
    "load": "simcare.scenario.load",
    "page": "simcare.report.page.page",
    "run": "simcare.experiment.run",
    "simulate": "simcare.experiment.replication",
}
"""Where each public name is defined."""


def __getattr__(name: str) -> Any:
    if name == "statistics":
        return import_module("simcare.statistics")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'simcare' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
