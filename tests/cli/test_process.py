"""The process of the program: what it leaves unloaded."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

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


def _printed(program: str) -> tuple[int, str]:
    """Its exit code and what it wrote; what it wrote to stderr is told as well, as nothing should be."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
