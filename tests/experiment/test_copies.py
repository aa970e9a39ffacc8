"""Chunks on copies of a process. The tests have threads, so each is a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="copies are made on Linux only")

BEGIN = """
import multiprocessing, os, signal, threading, time
from simcare.errors import SimcareError, TooLarge
from simcare.experiment import copies

CHUNKS = [(number, number + 3) for number in range(0, 60, 3)]
HERE = os.getpid()
assert copies.can_copy()
"""


def program(text: str) -> str:
    """What a program prints that begins as above, and whose linear algebra begins no threads."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + text],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.stderr == ""
    return done.stdout


def test_what_is_found_comes_in_the_order_of_the_chunks_whichever_is_done_first() -> None:
    found = program("""
def simulate(first, after):
    time.sleep(0.3 if os.getpid() == HERE else 0.05 if first % 2 else 0.001)
    return first, after, os.getpid()

found = list(copies.each(simulate, CHUNKS, 3))
pids = {chunk[2] for chunk in found}
print([chunk[:2] for chunk in found] == CHUNKS, len(pids), HERE in pids)
print(multiprocessing.active_children())
""")
    assert found == "True 3 True\n[]\n"


def test_there_are_no_more_processes_than_chunks() -> None:
    found = program("""
each = copies.each(lambda first, after: after, CHUNKS[:2], 5)
print(next(each), len(multiprocessing.active_children()), list(each))
""")
    assert found == "3 1 [6]\n"


def test_nobody_waits_until_what_he_found_is_read() -> None:
    found = program("""
done = multiprocessing.get_context("fork").Value("i", 0)

def simulate(first, after):
    if os.getpid() != HERE:
        done.value += 1
        return bytes(5_000_000)
    until = time.monotonic() + 30
    while done.value < 3 and time.monotonic() < until:
        time.sleep(0.01)
    return done.value

print(next(one for one in copies.each(simulate, CHUNKS, 2) if isinstance(one, int)) >= 3)
""")
    assert found == "True\n"


def test_one_that_is_slow_does_not_fill_memory_with_what_comes_after_it() -> None:
    found = program("""
done = multiprocessing.get_context("fork").Value("i", 0)

def simulate(first, after):
    if first == 0:
        time.sleep(1)
        return done.value
    with done.get_lock():
        done.value += 1

print(next(copies.each(simulate, CHUNKS, 2)))
""")
    most = 2 * 4 - 1  # AHEAD for each of two, but the first
    assert 0 < int(found) <= most


def test_an_error_that_cannot_be_sent_is_told_in_its_words() -> None:
    found = program("""
class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} {two}")

class Locked(Exception):
    pass

def simulate(first, after):
    if os.getpid() == HERE:
        time.sleep(0.3)
        return 0
    if kind == "odd":
        raise Odd("a", "b")
    if kind == "locked":
        raise Locked(threading.Lock())
    return threading.Lock()

for kind in ("odd", "locked", "found"):
    try:
        list(copies.each(simulate, CHUNKS, 2))
    except Exception as error:
        print(type(error).__name__, str(error)[:13], "in another process" in error.__notes__[0])
""")
    assert found.splitlines()[0] == "SimcareError Odd: a b True"
    assert found.splitlines()[1] == "SimcareError Locked: <unlo True"
    assert found.splitlines()[2].startswith("TypeError cannot pickle")


def test_a_python_that_knows_no_files_in_memory_writes_others() -> None:
    found = program("""
if hasattr(os, "memfd_create"):
    del os.memfd_create

def simulate(first, after):
    time.sleep(0.2 if os.getpid() == HERE else 0)
    return after

print(list(copies.each(simulate, CHUNKS, 3)) == [after for _, after in CHUNKS])
""")
    assert found == "True\n"


def test_a_process_that_has_not_heard_all_ends() -> None:
    assert program("found = copies.each(lambda first, after: after, CHUNKS, 2)\nprint(next(found))") == "3\n"


def test_an_error_is_raised_here_and_says_where_it_was() -> None:
    found = program("""
def simulate(first, after):
    if (os.getpid() == HERE) == (where == "here"):
        raise TooLarge("too large")
    time.sleep(0.1)

for where in "here", "there":
    try:
        list(copies.each(simulate, CHUNKS, 2))
    except TooLarge as error:
        notes = getattr(error, "__notes__", [])
        print(error, ["in simulate" in note for note in notes], multiprocessing.active_children())
""")
    assert found == "too large [] []\ntoo large [True] []\n"


def test_a_copy_that_is_killed_is_missed() -> None:
    found = program("""
def simulate(first, after):
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)

try:
    print(list(copies.each(simulate, CHUNKS, 2)))
except SimcareError as error:
    print(error, multiprocessing.active_children())
""")
    assert found == (
        "a process that simulated replications was ended from outside, perhaps for lack of memory; "
        "fewer jobs need less []\n"
    )


def test_closing_ends_the_copies_at_once_and_they_hear_no_signals() -> None:
    found = program("""
def simulate(first, after):
    if os.getpid() != HERE:
        time.sleep(1000 if first > 20 else 0.1)
    return after

begin = time.monotonic()
each = copies.each(simulate, CHUNKS, 3)
print(next(each))
for child in multiprocessing.active_children():
    os.kill(child.pid, signal.SIGINT)
    os.kill(child.pid, signal.SIGTERM)
print(next(each), len(multiprocessing.active_children()))
each.close()
print(multiprocessing.active_children(), time.monotonic() - begin < 20, signal.pthread_sigmask(0, []))
""")
    assert found == "3\n6 2\n[] True set()\n"


def test_copies_end_when_the_process_that_wanted_them_is_killed() -> None:
    found = program("""
ours, theirs = multiprocessing.Pipe(duplex=False)
first = os.fork()
if first == 0:
    each = copies.each(lambda first, after: time.sleep(0.01), CHUNKS, 3)
    next(each)
    theirs.send([child.pid for child in multiprocessing.active_children()])
    time.sleep(1000)
pids = ours.recv()
os.kill(first, signal.SIGKILL)
os.waitpid(first, 0)

def is_there(pid):
    try:
        return "\\nState:\\tZ" not in open(f"/proc/{pid}/status").read()
    except OSError:
        return False

until = time.monotonic() + 30
while any(map(is_there, pids)) and time.monotonic() < until:
    time.sleep(0.01)
print(len(pids), [pid for pid in pids if is_there(pid)])
""")
    assert found == "2 []\n"


def test_what_is_done_beside_is_waited_for_and_its_errors_are_not_told() -> None:
    found = program("""
import pathlib, tempfile
note = pathlib.Path(tempfile.mkdtemp()) / "note"

def write():
    time.sleep(0.1)
    note.write_text(str(os.getpid()))
    raise SimcareError("not to be heard")

with copies.beside(write):
    print(note.exists())
print(note.read_text() != str(os.getpid()), multiprocessing.active_children())
""")
    assert found == "False\nTrue []\n"


def test_what_is_done_beside_ends_with_what_it_was_to_help() -> None:
    found = program("""
try:
    with copies.beside(lambda: time.sleep(3600)):
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(multiprocessing.active_children())
""")
    assert found == "[]\n"


def test_an_interrupt_that_waited_until_a_copy_was_made_beside_ends_it() -> None:
    found = program("""
start = multiprocessing.process.BaseProcess.start

def start_interrupted(process):
    start(process)
    os.kill(HERE, signal.SIGINT)

multiprocessing.process.BaseProcess.start = start_interrupted
try:
    with copies.beside(lambda: time.sleep(3600)):
        print("not to be reached")
except KeyboardInterrupt:
    print(multiprocessing.active_children())
""")
    assert found == "[]\n"


def test_no_file_stays_open_when_copies_have_ended() -> None:
    found = program("""
def files():
    return os.listdir("/proc/self/fd")

before = files()
for _ in range(3):
    with copies.beside(lambda: None):
        pass
    list(copies.each(lambda first, after: after, CHUNKS, 3))
    next(copies.each(lambda first, after: after, CHUNKS, 3))
print(files() == before)
""")
    assert found == "True\n"


def test_where_the_system_lets_no_process_be_made_all_is_done_here() -> None:
    found = program("""
def no_more():
    raise BlockingIOError(11, "Resource temporarily unavailable")

os.fork = no_more
with copies.beside(lambda: None):
    print(list(copies.each(lambda first, after: after, CHUNKS[:2], 3)), multiprocessing.active_children())
""")
    assert found == "[3, 6] []\n"


@pytest.mark.parametrize("jobs, copied", [(1, 0), (2, 1)])
def test_where_there_may_be_copies_one_compiles_the_engine_meanwhile(jobs: int, copied: int) -> None:
    found = program(f"""
from multiprocessing import Value
from simcare.experiment import backend
backend.is_ready = lambda: False
engine, rest, both = (Value("i") for _ in range(3))

def note(what):
    what.value = os.getpid()

with backend.backend({jobs}) as where:
    where.compile_once(lambda first, after: note(both), (lambda: note(engine), lambda: note(rest)), print)
here = os.getpid()
print([what.value and 1 + (what.value != here) for what in (engine, rest, both)])
""")
    assert found == ("[2, 1, 0]\n" if copied else "[0, 0, 1]\n")


def test_a_process_with_threads_is_not_copied() -> None:
    found = program("""
over = threading.Event()
other = threading.Thread(target=over.wait)
other.start()
print(copies.can_copy())
over.set()
""")
    assert found == "False\n"


def test_a_run_on_copies_gives_the_same_bytes() -> None:
    found = program("""
from simcare.experiment.output import to_json
from simcare.experiment.run import run
from simcare.scenario.load import load

surge = load("scenarios/evening-surge.yaml", set=["clock.days=1"])
for engine in "compiled", "reference":
    said = []
    for jobs in 1, 2:
        result = run(surge, plans=["today"], replications=9, jobs=jobs, engine=engine)
        said.append(to_json(result.header, result.rows))
    print(copies.can_copy(), said[0] == said[1])
""")
    assert found == "True True\nTrue True\n"
