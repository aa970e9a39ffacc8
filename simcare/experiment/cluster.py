"""Chunks of replications on a Dask cluster, through joblib: one that there is, or one begun here for a run.

A chunk travels with its scenario, some kilobytes, and comes back as sums, so that traffic does not grow with
the number of contacts. When a worker dies, the scheduler gives its chunk to another; the result is the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from joblib import Parallel, delayed, parallel_config

import simcare
from simcare.errors import ClusterError, UsageError
from simcare.experiment.backend import Chunk, Halves, Simulate, is_ready

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

LOCAL = "local"
"""The name of a cluster of this machine's cores, begun for one run."""

ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+:\d+")
EXPECTED = f"expected a cluster: {LOCAL}, or the address of a Dask scheduler such as tcp://10.0.0.5:8786"
PATIENCE = 10
"""Seconds to wait for the scheduler, and for its first worker."""

AT_ONCE = 0.5
"""Seconds that a worker begun here has to end."""


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster at this address, ready to work.

    Raises `UsageError` for what is no address and where Dask is not installed, and `ClusterError` for a
    scheduler that does not answer, one without workers, and workers without this version of simcare.
    """
    if address != LOCAL and not ADDRESS.fullmatch(address):
        raise UsageError(f"{EXPECTED}, got {address!r}")
    try:
        import distributed
    except ImportError:
        raise UsageError("a cluster needs Dask: pip install 'simcare[cluster]'") from None
    with _quietly(), contextlib.ExitStack() as stack:
        if address == LOCAL:
            scheduler: Any = stack.enter_context(_cluster_here())
        else:
            scheduler = address
        try:
            client = stack.enter_context(
                distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
            )
        except OSError:
            raise ClusterError(f"no Dask scheduler answers at {address}") from None
        _check_workers(client, address)
        yield Cluster(client, address)


class Cluster:
    """A Dask cluster to which this process is connected."""

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.address = address

    def each(self, simulate: Simulate[T], chunks: Sequence[Chunk]) -> Generator[T, None, None]:
        """On the workers."""
        with parallel_config(backend="dask", client=self.client):
            found = Parallel(return_as="generator")(delayed(simulate)(*chunk) for chunk in chunks)
        return self._told(found)

    def compile_once(
        self, simulate: Simulate[object], halves: Halves | None, compiling: Callable[[], None]
    ) -> None:
        """On one worker of each machine."""
        ready = self.client.run(is_ready)
        unready = {urlsplit(worker).hostname: worker for worker, is_so in ready.items() if not is_so}
        if unready:
            compiling()
            self.client.gather(
                [
                    self.client.submit(simulate, 0, 1, workers=[worker], pure=False)
                    for worker in unready.values()
                ]
            )

    def _told(self, found: Generator[T, None, None]) -> Generator[T, None, None]:
        """The same, with the cluster's own errors in one sentence."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            yield from found
        except KilledWorker:
            raise ClusterError(
                f"the workers of {self.address} died over and over at the same replications: "
                "have they enough memory?"
            ) from None
        except FutureCancelledError:
            raise ClusterError(f"the scheduler at {self.address} is gone") from None


@contextlib.contextmanager
def _cluster_here() -> Iterator[Any]:
    """A scheduler and a worker process of one thread for each core, for as long as they are needed."""
    from distributed import LocalCluster

    with _interrupts_wait():
        cluster = LocalCluster(
            n_workers=os.cpu_count() or 1,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )

    async def end_workers() -> None:
        closing = [nanny.close(timeout=AT_ONCE) for nanny in cluster.workers.values()]
        await asyncio.gather(*closing, return_exceptions=True)

    with cluster:
        try:
            yield cluster
        finally:
            cluster.sync(end_workers)  # by itself the cluster lets them finish what they do


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C is heard when the processes begun meanwhile are there, and only here: a blocked signal stays
    pending, and they inherit that it is blocked.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it would lift the block when the first process is begun
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _check_workers(client: Client, address: str) -> None:
    """Raise a `ClusterError` if there is no worker, or one that has another simcare than this process."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ClusterError(f"the scheduler at {address} has no workers") from None
    try:
        versions = set(client.run(_version).values())
    except Exception:  # Dask tells by no class of its own that a worker cannot import what it is to call
        versions = {"none"}
    if versions != {simcare.__version__}:
        other = ", ".join(sorted(versions - {simcare.__version__}))
        raise ClusterError(
            f"the workers of {address} need simcare {simcare.__version__}, as here: some have {other}"
        )


def _version() -> str:
    return simcare.__version__


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """What goes wrong is told in one sentence of ours; Dask's log stays silent."""
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
