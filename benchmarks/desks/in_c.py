"""The event loops in C, compiled by the system's compiler when they are asked for."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.desks.desk import Customers, Desk, Played
from simcare.engine.log import Log, Steps, Stints

SOURCE = Path(__file__).with_name("event_loops.c")
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")


def why_missing() -> str:
    """Why the loops cannot be had, empty if they can."""
    return "" if _compiler() else "no C compiler (cc) on this machine"


def prepare(desk: Desk, customers: Customers, every_event: bool = True) -> Callable[[], Played]:
    """The loop for this desk, ready to be called as often as wanted."""
    library = _library()
    contacts = len(customers.arrival_ms)
    start, end = (np.full(contacts, -1, dtype=np.int64) for _ in range(2))
    by = np.full(contacts, -1, dtype=np.int32)

    queue = library.one_queue_every_event if every_event else library.one_queue

    def one_queue() -> Played:
        arrival, patience, work = customers.arrival_ms, customers.patience_ms, customers.work_ms
        _check(queue(contacts, arrival, patience, work, desk.most_agents, start, end, by))
        return Played(start, end)

    def skill_day() -> Played:
        _check(
            library.skill_day(
                contacts, customers.arrival_ms, customers.type_of, customers.patience_ms, customers.work_ms,
                len(desk.teams_of_type), desk.teams_of_type, desk.teams, desk.most_agents,
                len(desk.change_ms), desk.change_ms, desk.change_team, desk.change_level,
                start, end, by,
            )
        )  # fmt: skip
        return Played(start, end)

    return one_queue if desk.is_one_queue else skill_day


def prepare_whole_log(desk: Desk, customers: Customers) -> Callable[[], Log]:
    """The loop over every event of one queue, that writes the same Log as simcare's engines."""
    library, contacts = _library(), len(customers.arrival_ms)
    arrival, patience, work = customers.arrival_ms, customers.patience_ms, customers.work_ms

    def one_queue() -> Log:
        start, end = np.empty(contacts, dtype=np.int64), np.empty(contacts, dtype=np.int64)
        by = np.empty(contacts, dtype=np.int32)
        steps, stints = np.empty((6, contacts), dtype=np.int64), np.empty((4, contacts), dtype=np.int64)
        completed = np.empty(contacts, dtype=np.bool_)
        _check(
            library.one_queue_every_event(contacts, arrival, patience, work, desk.most_agents, start, end, by)
        )
        rows = library.write_log(contacts, arrival, patience, start, end, by, steps, stints, completed)
        step, agent, began, ended = stints[:, :rows]
        return Log(Steps(*steps), Stints(step, agent, began, ended, completed[:rows]))

    return one_queue


@cache
def _library() -> ctypes.CDLL:
    compiler = _compiler()
    if compiler is None:
        raise RuntimeError(why_missing())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "event_loops.so"
        subprocess.run([compiler, *FLAGS, "-o", str(target), str(SOURCE)], check=True)
        library = ctypes.CDLL(str(target))
    count, short = ctypes.c_int64, ctypes.c_int32
    numbers, shorts = (np.ctypeslib.ndpointer(kind, flags="C") for kind in (np.int64, np.int32))
    served = [numbers, numbers, shorts]
    for queue in (library.one_queue, library.one_queue_every_event):
        queue.argtypes = [count, numbers, numbers, numbers, short, *served]
    tables = [np.ctypeslib.ndpointer(np.int64, ndim=2, flags="C")] * 2
    library.write_log.argtypes = [
        count, numbers, numbers, *served, *tables, np.ctypeslib.ndpointer(np.bool_, flags="C"),
    ]  # fmt: skip
    library.write_log.restype = count
    library.skill_day.argtypes = [
        count, numbers, numbers, numbers, numbers, short, numbers, short, short,
        count, numbers, numbers, numbers, *served,
    ]  # fmt: skip
    return library


def _compiler() -> str | None:
    return shutil.which(os.environ.get("CC", "cc")) if sys.platform != "win32" else None


def _check(code: int) -> None:
    if code:
        raise MemoryError("the C loop had no memory")
