"""The program's own process: what makes it quick to begin."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

WHEN_USED = {"scipy.linalg": "", "scipy.special": "._ufuncs"}
"""Packages that wait until something is asked of them that the part named here, if any, does not have.
Numba looks behind the first for algebra that no kernel here needs. The second takes its time for kinds of
arrays that are not numpy's; its part has the functions themselves.
"""


def begin() -> None:
    """Before anything large is loaded.

    Loading numbers makes some 200,000 objects that stay: Python would look through them again and again for
    what is no longer used, a quarter of the time of a short run. Threads of numpy's linear algebra would
    wait, busy, for work that is too small to be shared, unless the user has said how many he wants. And some
    parts of libraries wait until they are used.
    """
    gc.set_threshold(300_000, *gc.get_threshold()[1:])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds the packages that are loaded when they are used."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As Python's own finder does."""
        spec = PathFinder.find_spec(fullname, path) if fullname in WHEN_USED else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, WHEN_USED[fullname])
        return spec


class _Loader(Loader):
    """Loads a package when it is used. Python's `LazyLoader` would as soon as a part of it is imported."""

    def __init__(self, loader: Loader, part: str) -> None:
        self._loader, self._part = loader, part

    def exec_module(self, module: ModuleType) -> None:
        """Leave it until it is asked for something that is not known without."""
        loader, part = self._loader, self._part

        class Unloaded(ModuleType):
            def __getattr__(self, name: str) -> Any:
                if part and not name.startswith("_"):
                    with contextlib.suppress(ImportError, AttributeError):
                        setattr(module, name, getattr(import_module(part, module.__name__), name))
                        return getattr(module, name)
                module.__class__ = ModuleType
                loader.exec_module(module)
                return getattr(module, name)

        module.__class__ = Unloaded
