"""Chunks of replications on this process and on copies of it, which have loaded all that it has. Linux only.

A process that has several threads must not be copied: the copy would have one of them, and might wait for
ever for what another held. So it is done only where the system counts one thread.

Whoever is free takes the number of the next chunk from a pipe. What a copy has found it writes into a file
without a name, in memory where that can be, and hands it over: so it need not wait until somebody reads.
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
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.util import Finalize
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeVar

from simcare.errors import SimcareError

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

    from simcare.experiment.backend import Chunk, Simulate

T = TypeVar("T")

AHEAD = 4
"""So many chunks for each process may be begun before the one whose turn it is is done; more would only fill
memory.
"""


def can_copy() -> bool:
    """May this process be copied: is it on Linux, with one thread, and free to have children?"""
    if not sys.platform.startswith("linux") or multiprocessing.current_process().daemon:
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def each(simulate: Simulate[T], chunks: Sequence[Chunk], processes: int) -> Generator[T, None, None]:
    """What `simulate` gives for every chunk, in their order; closing the generator ends the copies.

    What a copy raises is raised here. Raises `SimcareError` where one is ended from outside.
    """
    processes = min(processes, len(chunks))
    done: dict[int, T] = {}
    offered = 0
    copies = _Copies(simulate, chunks)
    try:
        copies.begin(processes - 1)
        for wanted in range(len(chunks)):
            while offered < min(wanted + AHEAD * processes, len(chunks)):
                copies.offer(offered)
                offered += 1
            done.update(copies.found(waiting=False))
            while wanted not in done:
                number = copies.take()
                if number is not None:
                    done[number] = simulate(*chunks[number])
                done.update(copies.found(waiting=number is None))
            yield done.pop(wanted)
    finally:
        copies.end()


@contextmanager
def beside(this: Callable[[], object]) -> Iterator[None]:
    """Meanwhile a copy does this, for what it leaves on the disk. It is waited for at the end; what it raises
    is not told, for whoever needs what it did not leave does it again.
    """
    copy = multiprocessing.get_context("fork").Process(target=_silently, args=(this,), daemon=True)
    try:
        with suppress(OSError), _no_signals():  # the system may let none be made
            copy.start()
        yield
        if copy.is_alive():
            copy.join()
    finally:
        if copy.is_alive():
            copy.kill()
            copy.join()


def _silently(this: Callable[[], object]) -> None:
    with suppress(Exception):
        this()


class _Copies:
    """Copies of this process, the pipe with numbers of chunks to take, and the line on which they answer."""

    def __init__(self, simulate: Simulate[Any], chunks: Sequence[Chunk]) -> None:
        self._simulate, self._chunks = simulate, chunks
        self._next, self._numbers = os.pipe()
        os.set_blocking(self._next, False)
        self._line, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._processes: list[ForkProcess] = []

    def begin(self, copies: int) -> None:
        """Make so many copies, or as many as the system lets."""
        with suppress(OSError), _no_signals():
            for _ in range(copies):
                process = multiprocessing.get_context("fork").Process(target=self._serve, daemon=True)
                process.start()
                self._processes.append(process)
                Finalize(self, process.kill, exitpriority=0)  # what is not heard of would be waited for

    def offer(self, number: int) -> None:
        """Whoever is free may take this chunk."""
        os.write(self._numbers, number.to_bytes(8, "little"))

    def take(self) -> int | None:
        """The next chunk, None if there is none now. Raises `EOFError` where nobody offers any more."""
        try:
            taken = os.read(self._next, 8)
        except BlockingIOError:
            return None
        if not taken:
            raise EOFError
        return int.from_bytes(taken, "little")

    def found(self, *, waiting: bool) -> Iterator[tuple[int, Any]]:
        """What copies have found by now, each with the number of its chunk; if `waiting`, one at least."""
        ends = [process.sentinel for process in self._processes]
        while ready := wait([self._line, *ends], None if waiting else 0):
            if self._line not in ready:
                raise SimcareError(
                    "a process that simulated replications was ended from outside, perhaps for lack of "
                    "memory; fewer jobs need less"
                )
            number, files, _, _ = socket.recv_fds(self._line, 8, 1)
            with open(files[0], "rb") as file:
                file.seek(0)
                error, found = pickle.load(file)
            if error is not None:
                raise error
            yield int.from_bytes(number, "little"), found
            waiting = False

    def end(self) -> None:
        """At once, whatever they do: nothing is written anywhere. Wait until the system has taken back what
        they had.
        """
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()
        self._line.close()
        self._theirs.close()
        os.close(self._next)
        os.close(self._numbers)

    def _serve(self) -> None:
        """What a copy does until it is ended: simulate the chunks that it takes."""
        gc.freeze()  # what is here already stays, and need not be copied for having been looked at
        self._line.close()  # or it would never be seen that the other end is gone,
        os.close(self._numbers)  # and with it whoever wanted the chunks
        with suppress(EOFError, ConnectionError):
            while wait([self._next]):
                number = self.take()
                if number is None:
                    continue  # another was quicker
                with _file() as file:
                    _write(file, self._simulate, self._chunks[number])
                    socket.send_fds(self._theirs, [number.to_bytes(8, "little")], [file.fileno()])


def _file() -> IO[bytes]:
    """A file without a name: in memory, or on the disk where there are none in memory; a Python built for a C
    library of before 2018 knows of none, whatever the system has.
    """
    try:
        return open(os.memfd_create("chunk"), "wb")
    except (AttributeError, OSError):
        return TemporaryFile()


def _write(file: IO[bytes], simulate: Simulate[Any], chunk: Chunk) -> None:
    """An error or what was found: the one that there is, and None."""
    try:
        pickle.dump((None, simulate(*chunk)), file, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        file.seek(0)
        file.write(_written_error(error))
    file.flush()


def _written_error(error: Exception) -> bytes:
    """An error with what led to it; one that cannot be sent as it is, as its words."""
    where = f"in another process:\n{traceback.format_exc()}"
    error.add_note(where)
    try:
        written = pickle.dumps((error, None))
        pickle.loads(written)
    except Exception:
        words = SimcareError(f"{type(error).__name__}: {error}")
        words.add_note(where)
        written = pickle.dumps((words, None))
    return written


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
