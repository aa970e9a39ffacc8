"""One model plays one workload in a process of its own, and tells what it took.

    python -m benchmarks.desks.play MODEL WORKLOAD CONTACTS FOLDER [--unchecked]

It plays a small case first, so that nothing is loaded or compiled while the clock runs, then the workload
until half a second of processor time is used up, then checks what came out. It prints JSON: contacts, the
seconds of each play, the peak memory of the process in bytes (-1 where the system does not tell), and what is
wrong. The folder holds the customers, as `benchmarks.desks.workloads` wrote them.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.desks.desk import Case, Customers, Desk, Played, Replication, figures_of

LONG_ENOUGH = 0.5
SMALL = 12_000
"""More days of workload D than are simulated in one chunk, so that what adds them up is loaded too."""


def main(model: str, workload: str, contacts: int, folder: Path, check: bool) -> None:
    """Print what it took one model."""
    prepare = MODELS[model]()
    prepare(workload, SMALL, folder).play()
    case = prepare(workload, contacts, folder)
    seconds: list[float] = []
    found: Any = None
    while sum(seconds) < LONG_ENOUGH:
        found = None  # so that two results are never there at once
        begin = time.process_time()
        found = case.play()
        seconds.append(time.process_time() - begin)
    peak = peak_memory()
    wrong = case.wrong(found) if check else []
    print(json.dumps({"contacts": case.contacts, "seconds": seconds, "peak": peak, "wrong": wrong}))


def peak_memory() -> int:
    """The most memory that this process ever had, in bytes."""
    try:
        import resource
    except ImportError:  # Windows
        return -1
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024)


Prepare = Callable[[str, int, Path], Case]


def _told(
    prepare: Callable[[Desk, Customers], Callable[[], Any]],
    loose: bool = False,
    read: Callable[[Any], Played] = lambda played: played,
) -> Prepare:
    """A model that is told arrays and gives arrays, or what they are read from."""

    def case(workload: str, contacts: int, folder: Path) -> Case:
        replications: list[Replication] = pickle.loads((folder / f"{workload}-{contacts}").read_bytes())
        plays = [prepare(desk, customers) for desk, customers, _ in replications]

        def wrong(found: list[Any]) -> list[str]:
            from benchmarks.desks.answers import wrong_by_reference, wrong_by_theory

            found = [read(one) for one in found]
            differences = wrong_by_reference(replications, found, loose=loose)
            if workload == "S":
                differences += wrong_by_theory(figures_of(replications[0].customers, found[0]))
            return differences

        size = sum(len(one.customers.arrival_ms) for one in replications)
        return Case(size, lambda: [play() for play in plays], wrong)

    return case


def _c(every_event: bool) -> Prepare:
    from benchmarks.desks import in_c

    return _told(partial(in_c.prepare, every_event=every_event))


def _c_whole_log() -> Prepare:
    from benchmarks.desks import in_c
    from benchmarks.desks.workloads import played_by

    return _told(in_c.prepare_whole_log, read=played_by)


def _python() -> Prepare:
    from benchmarks.desks import in_python

    return _told(in_python.prepare)


def _simpy() -> Prepare:
    from benchmarks.desks import in_simpy

    return _told(in_simpy.prepare, loose=True)


def _ciw() -> Prepare:
    from benchmarks.desks import in_ciw

    return in_ciw.case


def _engine(engine: Any) -> Prepare:
    from benchmarks.desks import in_simcare

    return in_simcare.engine_alone(engine)


def _end_to_end(engine: Any) -> Prepare:
    from benchmarks.desks import in_simcare

    return in_simcare.end_to_end(engine)


MODELS: dict[str, Callable[[], Prepare]] = {
    "C, shortcuts": partial(_c, every_event=False),
    "C, every event": partial(_c, every_event=True),
    "C, whole Log": _c_whole_log,
    "Python, heap": _python,
    "SimPy": _simpy,
    "Ciw": _ciw,
    "compiled engine": partial(_engine, "compiled"),
    "compiled run": partial(_end_to_end, "compiled"),
    "reference engine": partial(_engine, "reference"),
    "reference run": partial(_end_to_end, "reference"),
}
"""Each is imported only by the process that plays it, so that its memory is its own."""

OURS = tuple(name for name in MODELS if name.startswith(("compiled", "reference")))
"""The models that are simcare's."""


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]), "--unchecked" not in sys.argv)
