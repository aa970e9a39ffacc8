"""Runs on a Dask cluster: the same bytes, whatever becomes of a worker; and what is told where none is."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from simcare.errors import ClusterError, UsageError
from simcare.experiment import cluster
from simcare.experiment.run import run
from tests.experiment.desk import scenario

QUIET = ("--no-dashboard", "--host", "127.0.0.1")


@contextmanager
def dask(*words: str) -> Iterator[subprocess.Popen[str]]:
    """One of Dask's own programs, as somebody begins it who has a cluster."""
    command = [sys.executable, "-m", "dask", *words, *QUIET]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A scheduler on a port of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with dask("scheduler", "--port", str(port)) as process:
        deadline = time.monotonic() + 60
        while True:  # until it listens
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
        yield f"tcp://127.0.0.1:{port}", process


@contextmanager
def workers(address: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Two worker processes of one thread that nobody begins again when they die."""
    with ExitStack() as stack:
        words = ("worker", address, "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
        yield [stack.enter_context(dask(*words)) for _ in range(2)]


@pytest.mark.slow
def test_a_run_on_a_cluster_gives_the_same_bytes_though_a_worker_dies() -> None:
    import distributed

    alone = run(scenario(), replications=120).to_json()
    with scheduler() as (address, _), workers(address) as processes:
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        died: list[int] = []

        def kill_one(done: int, total: int) -> None:
            if done >= 8 and not died:
                os.kill(processes[0].pid, signal.SIGKILL)
                died.append(processes[0].wait())

        assert run(scenario(), replications=120, cluster=address).to_json() == alone
        assert run(scenario(), replications=120, cluster=address, progress=kill_one).to_json() == alone
        assert died == [-signal.SIGKILL]
        with distributed.Client(address, set_as_default=False) as client:
            assert len(client.nthreads()) == 1
    assert logging.getLogger("distributed").level != logging.CRITICAL


@pytest.mark.slow
def test_a_cluster_without_workers_and_one_that_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    with scheduler() as (address, process):
        with pytest.raises(ClusterError, match=f"the scheduler at {address} has no workers"):
            run(scenario(), replications=8, cluster=address)

        def kill(done: int, total: int) -> None:
            if done >= 8:
                process.kill()

        with workers(address), pytest.raises(ClusterError, match=f"the scheduler at {address} is gone"):
            run(scenario(), replications=400, cluster=address, progress=kill)


@pytest.mark.slow
def test_workers_with_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with scheduler() as (address, _), workers(address):
        monkeypatch.setattr(cluster.simcare, "__version__", "9.9.9")
        with pytest.raises(ClusterError, match=r"need simcare 9\.9\.9, as here: some have 0\.1\.0"):
            run(scenario(), replications=8, cluster=address)


@pytest.mark.slow
def test_workers_without_simcare_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "simcare").mkdir()
    (tmp_path / "simcare" / "__init__.py").write_text("", encoding="utf-8")  # some other package of the name
    monkeypatch.chdir(tmp_path)  # where programs look first for what they import
    refused = pytest.raises(ClusterError, match=r"need simcare 0\.1\.0, as here: some have none")
    with scheduler() as (address, _), workers(address), refused:
        run(scenario(), replications=8, cluster=address)


@pytest.mark.slow
def test_a_cluster_of_this_machine_gives_the_same_bytes() -> None:
    precisely = {"replications": 8, "precision": 0.1}
    assert run(scenario(), cluster="local", **precisely).to_json() == run(scenario(), **precisely).to_json()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["", "loca", "localhost:8786", "tcp://", "tcp://host", "http://host:8786"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(
        UsageError, match=r"expected a cluster: local, or the address .*tcp://10\.0\.0\.5:8786"
    ):
        run(scenario(), replications=1, cluster=address)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"tcp://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"^no Dask scheduler answers at {address}$"):
            run(scenario(), replications=1, cluster=address)


def test_without_dask_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"a cluster needs Dask: pip install 'simcare\[cluster\]'"):
        run(scenario(), replications=1, cluster="local")


def test_a_cluster_has_workers_of_its_own() -> None:
    with pytest.raises(UsageError, match="expected jobs or a cluster, got both"):
        run(scenario(), replications=1, cluster="local", jobs=2)
