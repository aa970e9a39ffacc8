"""The process of the program: what it leaves unloaded, and how it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

WHEN_USED = """
import sys
from simcare.cli import process
process.begin()
import scipy.special, scipy.linalg.cython_blas
print({"numpy.f2py", "numpy.testing", "scipy.linalg.lapack"} & set(sys.modules))
from scipy.linalg import *
from scipy._lib.array_api_compat import numpy
print(det([[2, 0], [0, 3]]), numpy.sqrt(4), numpy.testing.assert_equal(1, 1), "numpy.f2py" in sys.modules)
"""


def test_packages_that_nobody_uses_wait_until_they_are_used() -> None:
    assert _printed(WHEN_USED) == (0, "set()\n6.0 2.0 None True\n")


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
