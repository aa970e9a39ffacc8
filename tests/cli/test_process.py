"""The process of the program: what it leaves unloaded, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from simcare.cli import process

WHEN_USED = """
import sys
from simcare.cli import process
process.begin()
import scipy.special, scipy.linalg.cython_blas
from scipy.special import ndtri as by_part
print({"numpy.testing", "scipy.special._basic", "scipy.linalg.lapack"} & set(sys.modules))
from scipy.special import *
from scipy.linalg import *
print(ndtri is by_part, factorial(4), det([[2, 0], [0, 3]]), type(scipy.special), type(scipy.linalg))
"""
MODULE = "<class 'module'>"


def test_packages_of_which_little_is_used_wait_for_more() -> None:
    assert _printed(WHEN_USED) == (0, f"set()\nTrue 24.0 6.0 {MODULE} {MODULE}\n")


def test_a_part_has_what_its_package_has() -> None:
    for package, part in process.WHEN_USED.items():
        if part:
            parts, whole = vars(import_module(part, package)), import_module(package)
            names = [name for name in parts if name[0] != "_" and hasattr(whole, name)]
            assert len(names) > 100
            assert all(getattr(whole, name) is parts[name] for name in names)


ENDS = """
import atexit, threading
from simcare.cli import process
atexit.register(print, "what is to be done at the end")
print("what is not written yet")
"""
LAST = "what is not written yet\nwhat is to be done at the end\n"
THREAD = "threading.Timer(0.2, print, ['a thread'])"


@pytest.mark.parametrize(
    ("more", "printed"),
    [
        ("", LAST),
        (f"{THREAD}.start()", LAST.replace("\n", "\na thread\n", 1)),
        ("import sys; sys.stdout.flush(); sys.stdout.close(); sys.stdout = None; atexit.unregister(print)",
         LAST.splitlines(keepends=True)[0]),
    ],
    ids=["alone", "with a thread", "stdout is closed"],
)  # fmt: skip
def test_the_end_leaves_nothing_undone(more: str, printed: str) -> None:
    assert _printed(f"{ENDS}{more}\nprocess.end(3)") == (3, printed)


def _printed(program: str) -> tuple[int, str]:
    """Its exit code and what it wrote; what it wrote to stderr is told as well, as nothing should be."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
