"""Files as text, or one sentence on why a file is none."""

from __future__ import annotations

import os
import stat

from simcare.errors import Problem, ScenarioError
from simcare.scenario.source import near

MOST_BYTES = 1_000_000
"""A scenario file may be this large; tables belong in CSV files beside it."""

OPEN_ALREADY = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""A scenario may be read from these, pipe or not: the shell has opened them for us."""


def read_text_file(path: str) -> str:
    """The text of a scenario file: UTF-8, with or without a byte order mark, of at most `MOST_BYTES`.

    Raises
    ------
    ScenarioError
        if it is anything else, or cannot be read.
    """
    try:
        got = "" if path.startswith(OPEN_ALREADY) else irregular(path)
        if got:
            raise stop(path, f"expected a scenario file, got {got}")
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise stop(path, why_unreadable(path, error)) from None
    check_size(path, max(size, len(data)))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise stop(path, "expected UTF-8 text, got UTF-16; save the file as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        message = f"expected UTF-8 text, got the byte 0x{data[error.start]:02X}"
        raise stop(path, message, *line_and_column(before)) from None


def check_size(file: str, size: int) -> None:
    """Refuse a scenario of more than `MOST_BYTES`."""
    if size > MOST_BYTES:
        hint = "large tables belong in CSV files beside the scenario"
        raise stop(file, f"expected at most {MOST_BYTES / 1e6:g} MB, got {size / 1e6:.2f} MB; {hint}")


def irregular(path: str) -> str:
    """What stands at a path that is neither a file nor a folder, which might never open or end; else ''."""
    mode = os.stat(path).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # of a folder, `open` says so
        return ""
    kind = "pipe" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else "device"
    return f"the {kind} {path}"


def why_unreadable(path: str, error: OSError | ValueError, what: str = "a scenario file") -> str:
    """One sentence on why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        folder, name = os.path.split(path)
        try:
            close = near(name, os.listdir(folder or ".")[:10_000])
        except OSError:
            close = None
        hint = f"; did you mean {os.path.join(folder, close)}?" if close else ""
        return f"expected {what}, but there is no file {path}{hint}"
    if isinstance(error, IsADirectoryError):
        return f"expected {what}, got the folder {path}"
    if isinstance(error, PermissionError):
        return f"expected {what} that you may read, but permission for {path} is denied"
    reason = getattr(error, "strerror", None) or str(error)
    return f"expected {what}, but {path or 'an empty path'} cannot be read: {reason}"


def line_and_column(before: str) -> tuple[int, int]:
    """The place, counted from 1, of what follows the text `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def stop(file: str, message: str, line: int = 0, column: int = 0) -> ScenarioError:
    """The error of a file that cannot be read on."""
    return ScenarioError([Problem(file, line, column, message)])
