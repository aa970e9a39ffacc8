"""Progress with the time left, on stderr where a person watches it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to be told how many replications are done of how many; None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = Progress(
        TextColumn("simulating"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("replications,"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,  # a thread of its own would keep this process from being copied
    )
    with shown:

        def tick(done: int, total: int) -> None:
            if not shown.tasks:  # before, nobody knows of how many
                shown.add_task("", total=total)
            shown.update(shown.tasks[0].id, completed=done, total=total, refresh=True)

        yield tick
