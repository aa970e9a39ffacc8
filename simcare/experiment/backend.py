"""Where chunks of replications are simulated: in this process, in others on this machine, or on a cluster.

It never changes a result. The chunks are the same everywhere, each says by itself what it is (scenario,
plans, seed, replications), and they come back in their order, as sums.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from simcare.engine.simulate import Engine
from simcare.errors import UsageError
from simcare.experiment import copies

T = TypeVar("T")
Chunk = tuple[int, int]
Simulate = Callable[[int, int], T]
"""Simulates the replications from one number up to another."""

Halves = tuple[Callable[[], object], Callable[[], object]]
"""What compiles the engine, and what compiles all else."""

COPIES_PAY: dict[Engine, int] = {"reference": 15_000, "compiled": 200_000}
"""From so many messages on, this process and a copy of it are sooner done than it alone: measured with the
commands for the evening surge and the day of three skills, when two copies did the work; one costs less.
"""

PROCESSES_PAY: dict[Engine, int] = {"reference": 150_000, "compiled": 2_000_000}
"""The same for processes that begin anew."""


class Backend(Protocol):
    """A place to simulate chunks."""

    def each(self, simulate: Simulate[T], chunks: Sequence[Chunk]) -> Generator[T, None, None]:
        """What `simulate` gives for every chunk, in their order; closing the generator ends the work."""
        ...

    def compile_once(
        self, simulate: Simulate[object], halves: Halves | None, compiling: Callable[[], None]
    ) -> None:
        """Where the compiled engine was not compiled before, do so by one replication, lest all do it at
        once. `halves` are what plays it and what does all the rest, where they can be done apart.
        `compiling` is called before, and not at all where nothing is to be compiled.
        """
        ...


@contextlib.contextmanager
def backend(jobs: int, cluster: str | None = None) -> Iterator[Backend]:
    """The place asked for: a cluster (see `simcare.experiment.cluster`), or so many processes. UsageError for
    a number that is none, and for both.
    """
    if jobs < 1 and jobs != -1:
        raise UsageError(f"expected jobs to be at least 1, or -1 for one a core, got {jobs}")
    if jobs != 1 and cluster is not None:
        raise UsageError("expected jobs or a cluster, got both: a cluster has workers of its own")
    if cluster is not None:
        from simcare.experiment.cluster import connected

        with connected(cluster) as found:
            yield found
    else:
        with contextlib.ExitStack() as until_the_end:
            yield ThisMachine(jobs, until_the_end)


def is_ready() -> bool:
    """Have the kernels of the engine and of the measures been compiled before on this machine?"""
    from simcare.engine import kernel
    from simcare.engine.compiling import is_compiled
    from simcare.measures import kernels

    return is_compiled(kernel.play) and is_compiled(kernels.contacts_answered)


def is_loaded() -> bool:
    """Has this process simulated with the compiled engine before?"""
    from simcare.engine import kernel

    return bool(kernel.play.signatures)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def jobs_that_pay(engine: Engine, messages: float) -> int:
    """How many processes have so many messages done soonest: one a core, or this one alone."""
    few = COPIES_PAY if copies.can_copy() else PROCESSES_PAY
    return cores() if messages >= few[engine] else 1


class ThisMachine:
    """So many processes on this machine, -1 for one a core; this one alone if one is enough."""

    def __init__(self, jobs: int, until_the_end: contextlib.ExitStack) -> None:
        self.jobs = jobs
        self._until_the_end = until_the_end
        self._kernels_are_used = False

    def each(self, simulate: Simulate[T], chunks: Sequence[Chunk]) -> Generator[T, None, None]:
        """In this process; or on copies of it where it may be copied; or in others, that joblib begins and
        keeps for the next time.
        """
        if self.jobs == 1 or len(chunks) == 1:
            return (simulate(*chunk) for chunk in chunks)
        if copies.can_copy():
            if self._kernels_are_used and not is_loaded():
                simulate(0, 1)  # here, once for all copies
            return copies.each(simulate, chunks, self.jobs if self.jobs > 0 else cores())
        from joblib import Parallel, delayed

        with _interrupts_are_ours():
            found: Generator[T, None, None] = Parallel(n_jobs=self.jobs, return_as="generator")(
                delayed(simulate)(*chunk) for chunk in chunks
            )
        return found

    def compile_once(
        self, simulate: Simulate[object], halves: Halves | None, compiling: Callable[[], None]
    ) -> None:
        """Here, for all processes; where there may be several, the first half meanwhile in a copy of this
        one. Whatever is compiled later is told of too.
        """
        from simcare.engine.compiling import telling

        self._kernels_are_used = True
        begin: list[Callable[[], object]] = [] if is_ready() else [partial(simulate, 0, 1)]
        with contextlib.ExitStack() as copied:
            if begin and halves is not None and self.jobs != 1 and copies.can_copy():
                copied.enter_context(copies.beside(halves[0]))
                begin = [halves[1]]
            self._until_the_end.enter_context(telling(compiling))  # here, and not in the copy too
            for compile_all in begin:
                compile_all()


@contextlib.contextmanager
def _interrupts_are_ours() -> Iterator[None]:
    """Processes begun here do not hear Ctrl-C, which a terminal sends to all of them: this one does, and ends
    the others. Otherwise each would say where it was interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say who listens
        return
    listening = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, listening)
