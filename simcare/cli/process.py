"""The program's own process: what makes it quick to begin and quick to end."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import NoReturn

UNUSED = ("numpy.f2py", "numpy.testing")
"""SciPy asks numpy for all its parts. These bring a hundred modules with them that no command needs."""


def begin() -> None:
    """Before anything large is loaded.

    Loading numbers makes some 200,000 objects that stay: Python would look through them again and again for
    what is no longer used, a quarter of the time of a short run. Threads of numpy's linear algebra would
    wait, busy, for work that is too small to be shared, unless the user has said how many he wants. And some
    parts of libraries wait until they are used.
    """
    gc.set_threshold(300_000, *gc.get_threshold()[1:])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.meta_path.insert(0, _WhenUsed())


def end(code: int) -> NoReturn:
    """Exit with this code. What is in memory is left to the system, which takes it back at once; Python would
    free one object after the other. But threads that are left are waited for, as Python does.
    """
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):  # it is closed, or none
                stream.flush()
        os._exit(code)
    sys.exit(code)


class _WhenUsed(MetaPathFinder):
    """Finds what is `UNUSED`, and has it loaded when something of it is asked for."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As Python's own finder does."""
        spec = PathFinder.find_spec(fullname, path) if fullname in UNUSED else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
