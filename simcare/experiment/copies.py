"""Chunks of replications on copies of this process, which have loaded all that it has. Linux only.

A process that has several threads must not be copied: the copy would have one of them, and might wait for
ever for what another held. So it is done only where the system counts one thread.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import socket
import sys
import traceback
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, TypeVar

from simcare.errors import SimcareError

if TYPE_CHECKING:
    from simcare.experiment.backend import Chunk, Simulate

T = TypeVar("T")

IN_HAND = 2
"""Chunks that a copy is given at a time, so that it need not wait for the next."""

AHEAD = 4
"""So many chunks a copy may be done before the one whose turn it is; more would only fill memory."""


def can_copy() -> bool:
    """May this process be copied: is it on Linux, with one thread, and free to have children?"""
    if not sys.platform.startswith("linux") or multiprocessing.current_process().daemon:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def each(simulate: Simulate[T], chunks: Sequence[Chunk], copies: int) -> Generator[T, None, None]:
    """What `simulate` gives for every chunk, in their order; closing the generator ends the copies.

    What a copy raises is raised here. Raises `SimcareError` where one is ended from outside.
    """
    numbers = iter(range(len(chunks)))
    done: dict[int, T] = {}
    workers: list[_Copy] = []
    try:
        with _no_signals():
            for _ in range(min(copies, len(chunks))):
                workers.append(_Copy(simulate, chunks))
        for worker in IN_HAND * workers:
            worker.take(next(numbers, None))
        for wanted in range(len(chunks)):
            while wanted not in done:
                for worker in _heard(workers, wanted, len(done) >= AHEAD * len(workers)):
                    number, found = worker.give()
                    done[number] = found
                    worker.take(next(numbers, None))
            yield done.pop(wanted)
    finally:
        for worker in workers:
            worker.end()
        for worker in workers:
            worker.bury()


def _heard(workers: Sequence[_Copy], wanted: int, ahead: bool) -> list[_Copy]:
    """Those who have something to give, now or as soon as one has: of all who are at work, or only of the one
    who has the chunk that is wanted in hand.
    """
    asked = [worker for worker in workers if worker.hand and (wanted in worker.hand or not ahead)]
    ready = wait([worker.line for worker in asked])
    return [worker for worker in asked if worker.line in ready]


class _Copy:
    """A copy of this process, and what it has in hand: the numbers of chunks, in their order."""

    def __init__(self, simulate: Simulate[Any], chunks: Sequence[Chunk]) -> None:
        context = multiprocessing.get_context("fork")
        self._chunks = chunks
        self.hand: deque[int] = deque()
        self.line, theirs = socket.socketpair()
        self._process = context.Process(target=_serve, args=(theirs, self.line, simulate), daemon=True)
        self._process.start()
        Finalize(self, self._process.kill, exitpriority=0)  # an end that is not heard of would be waited for
        theirs.close()

    def take(self, number: int | None) -> None:
        """Be given another chunk; where there is none and nothing is in hand, its work is over."""
        if number is not None:
            self.hand.append(number)
            with suppress(ConnectionError):  # one that was ended is missed when it is to give
                _send(self.line, _written(self._chunks[number]))
        elif not self.hand:
            self.end()

    def give(self) -> tuple[int, Any]:
        """The first chunk in hand and what was found, once it is done."""
        number = self.hand.popleft()
        try:
            error, found = _hear(self.line)
        except (EOFError, ConnectionError):
            first, after = self._chunks[number]
            raise SimcareError(
                f"the process that simulated replications {first + 1} to {after} was ended from outside, "
                "perhaps for lack of memory; fewer jobs need less"
            ) from None
        if error is not None:
            raise error
        return number, found

    def end(self) -> None:
        """At once, whatever it does: nothing is written anywhere."""
        self._process.kill()

    def bury(self) -> None:
        """Wait until the system has taken back what it had."""
        self._process.join()
        self.line.close()


def _serve(line: socket.socket, not_ours: socket.socket, simulate: Simulate[Any]) -> None:
    """What a copy does until it is ended: simulate the chunks that it is told."""
    gc.freeze()  # what is here already stays, and need not be copied for having been looked at
    not_ours.close()  # or it would never be seen that the other end is gone
    with suppress(EOFError, ConnectionError):  # and with it whoever wanted the chunks
        while True:
            chunk = _hear(line)
            try:
                written = _written((None, simulate(*chunk)))
            except Exception as error:
                written = _written_error(error)
            _send(line, written)


def _written(what: object) -> bytes:
    return pickle.dumps(what, pickle.HIGHEST_PROTOCOL)


def _written_error(error: Exception) -> bytes:
    """An error with what led to it; one that cannot be sent as it is, as its words."""
    where = f"in another process:\n{traceback.format_exc()}"
    error.add_note(where)
    try:
        written = _written((error, None))
        pickle.loads(written)
    except Exception:
        words = SimcareError(f"{type(error).__name__}: {error}")
        words.add_note(where)
        written = _written((words, None))
    return written


def _send(line: socket.socket, written: bytes) -> None:
    """Send an object, after its size: so the other end need read it only once, into its place. The pipes of
    `multiprocessing` take twice as long for some megabytes.
    """
    line.sendall(len(written).to_bytes(8, "little"))
    line.sendall(written)


def _hear(line: socket.socket) -> Any:
    """The next object sent. Raises `EOFError` where the other end is gone."""
    return pickle.loads(_read(line, int.from_bytes(_read(line, 8), "little")))


def _read(line: socket.socket, size: int) -> bytearray:
    whole = bytearray(size)
    rest = memoryview(whole)
    while rest:
        came = line.recv_into(rest)
        if not came:
            raise EOFError
        rest = rest[came:]
    return whole


@contextmanager
def _no_signals() -> Iterator[None]:
    """Copies made meanwhile do not hear Ctrl-C, which a terminal sends to all of them, nor that they are to
    end: this process does, a moment later, and ends the others.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
