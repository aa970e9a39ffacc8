"""Kernels are compiled once on a machine: which are, and a word when more of them have to be."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from numba.core import event


def is_compiled(kernel: Any) -> bool:
    """Is this kernel on the disk, compiled from its file as it is now, by the Numba that is here?"""
    return bool(kernel._cache._cache_file._load_index())


@contextlib.contextmanager
def telling(compiling: Callable[[], None]) -> Iterator[None]:
    """Meanwhile, `compiling` is called when this process begins to compile something, the first time only."""
    with event.install_listener("numba:compile", _Once(compiling)):
        yield


class _Once(event.Listener):
    """Tells of the first compilation."""

    def __init__(self, compiling: Callable[[], None]) -> None:
        self._compiling = compiling
        self._told = False

    def on_start(self, event: object) -> None:
        if not self._told:
            self._told = True
            self._compiling()

    def on_end(self, event: object) -> None:
        pass
