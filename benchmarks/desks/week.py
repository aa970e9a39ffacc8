"""How long workload W takes where all is loaded: on one core, and on several.

    python -m benchmarks.desks.week REPLICATIONS JOBS [JOBS …]

It prints JSON: for each number of processes the seconds on the wall of one run of the first plan, after a
short run that loads, compiles and begins what there is to begin. As in the planner's command linear algebra
has one thread, so that the processes are copies of the first.
"""

from __future__ import annotations

import json
import os
import sys
import time

WARM_UP = 16
"""Replications that every process has something to do in."""


def seconds(replications: int, jobs: int) -> float:
    """One run, made twice: a short one first."""
    from benchmarks.desks.workloads import SCENARIOS
    from simcare.experiment.run import run
    from simcare.scenario.load import load

    scenario = load(str(SCENARIOS / "evening-surge.yaml"))
    plans = scenario.plan_names[:1]
    run(scenario, plans=plans, replications=WARM_UP, engine="compiled", jobs=jobs)
    begin = time.perf_counter()
    run(scenario, plans=plans, replications=replications, engine="compiled", jobs=jobs)
    return time.perf_counter() - begin


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    size, *numbers = (int(word) for word in sys.argv[1:])
    print(json.dumps({str(jobs): seconds(size, jobs) for jobs in numbers}))
