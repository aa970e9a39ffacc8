"""Where results go: stdout, in colour where a person reads it, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from simcare.errors import UsageError

PLAIN = str.maketrans(
    {
        "±": "+/-",
        "–": "-",
        "─": "-",
        "…": "...",
        "≥": ">=",
        "≤": "<=",
        "÷": "/",
        "·": "-",
        "’": "'",
        "×": "x",
        "✓": "+",
        "✗": "x",
        **dict(zip("▁▂▃▄▅▆▇█", "_.-:=+*#", strict=True)),
    }
)
"""What stands for our signs where the terminal's encoding has none."""

RULE = re.compile("─+|-{8,}")
VERDICTS = re.compile(r" *target |\d\d:\d\d| *[✓✗?] ")
"""How the lines of tables begin that hold verdicts."""

COLOURS = {
    "met": "green",
    "missed": "bold red",
    "undecided": "yellow",
    "holds": "green",
    "fails": "bold red",
}
"""The colours of verdicts, beside their words."""

WIDEST = 120
"""Tables use a wide terminal up to here; a line of figures longer than this is hard to follow."""


def check_output(path: Path | None, option: str = "--output") -> None:
    """Say before the work begins that its result could not be written: `UsageError`."""
    if path is None or _is_stdout(path):
        _open(sys.stdout)
        return
    if path.is_dir():
        raise UsageError(f"{option}: expected a file, got the directory {path}")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"{option}: there is no directory {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"{option}: no permission to write {path}")


def check_folder(option: str, path: Path | None) -> None:
    """Say before the work begins that files could not be written to a folder, which need not exist yet:
    `UsageError`.
    """
    if path is None:
        return
    there = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    if not there.is_dir():
        raise UsageError(f"{option}: expected a folder, got the file {there}")
    if not os.access(there, os.W_OK):
        raise UsageError(f"{option}: no permission to write to {there}")


def spare(inputs: Iterable[str], output: Path | None) -> None:
    """Say before the work begins that its result would replace what it is made from: `UsageError`."""
    if output is None or _is_stdout(output) or not output.is_file():
        return
    if any(os.path.exists(path) and os.path.samefile(path, output) for path in inputs):
        raise UsageError(f"--output: expected a file of its own, got {output}, which is read too")


def width_of_stdout(output: Path | None) -> int:
    """The width tables may take: 80 into files and pipes, up to 120 on a wider terminal."""
    if (output is not None and not _is_stdout(output)) or not _open(sys.stdout).isatty():
        return 80
    from shutil import get_terminal_size

    return min(WIDEST, max(80, get_terminal_size().columns))


def deliver(text: str, output: Path | None, json: bool = False) -> None:
    """Write the text to stdout, or to the file; verdicts are coloured on a terminal that allows it.

    Letters that stdout's encoding lacks are escaped in JSON, which stays the same JSON.
    """
    if output is not None and not _is_stdout(output):
        write_whole(text, output)
        return
    stdout = _open(sys.stdout)
    with _told_if_unwritable():
        _print(text if not json else _escaped(text, stdout))


def _print(text: str) -> None:
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        _print_coloured(_encodable(text, sys.stdout))
    else:
        sys.stdout.write(_encodable(text, sys.stdout))
        sys.stdout.flush()


def deliver_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files to a folder, which is made if there is none; those of the same names are replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror or error}") from None


def say(line: str, problem: bool = False) -> None:
    """A line for the person at the terminal: on stdout, or on stderr if it is about a problem."""
    if problem:
        with contextlib.suppress(OSError, AttributeError):  # nobody can be told that nobody can be told
            sys.stderr.write(_encodable(f"{line}\n", sys.stderr))
            sys.stderr.flush()
        return
    stdout = _open(sys.stdout)
    with _told_if_unwritable():
        stdout.write(_encodable(f"{line}\n", stdout))
        stdout.flush()


def warn(message: str) -> None:
    """A warning, on stderr."""
    say(f"simcare: {message}", problem=True)


def drop_stdout() -> None:
    """Let go of what is left in stdout's buffer, which must not be written at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open(stdout: TextIO | None) -> TextIO:
    """The stream, if there is one: a program may be started without."""
    if stdout is None:
        raise UsageError("cannot write to stdout: it is closed")
    return stdout


@contextlib.contextmanager
def _told_if_unwritable() -> Iterator[None]:
    """A full disk becomes a `UsageError`; a reader who has gone stays `BrokenPipeError`."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise UsageError(f"cannot write to stdout: {error.strerror or error}") from None


def _is_stdout(path: Path) -> bool:
    return str(path) == "-"


def write_whole(text: str, path: Path, option: str = "--output") -> None:
    """Write beside the file and rename, so that a reader sees the old content or the new, never half."""
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():  # a device or a named pipe cannot be renamed onto
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise UsageError(f"{option}: cannot write {path}: {error.strerror or error}") from None


def _escaped(text: str, stream: TextIO) -> str:
    """JSON with what the stream cannot encode as `\\u` escapes; outside its strings JSON is ASCII anyway."""
    from json import dumps

    try:
        text.encode(stream.encoding or "utf-8")
        return text
    except (UnicodeEncodeError, LookupError):
        return re.sub(r"[^\x00-\x7f]+", lambda found: dumps(found[0])[1:-1], text)


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
        return text
    except (UnicodeEncodeError, LookupError):
        return text.translate(PLAIN).encode("ascii", errors="replace").decode("ascii")


def _print_coloured(text: str) -> None:
    """Titles stand out, rules step back, and the verdicts of tables have colours beside their words."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        before, after = lines[number - 1], lines[number + 1] if number + 1 < len(lines) else ""
        styled = Text(line)
        if RULE.fullmatch(line):
            styled.stylize("dim")
        elif number == 0 or RULE.fullmatch(after) or (not before and after.startswith("- ")):
            styled.stylize("bold")
        elif VERDICTS.match(line):
            for word, style in COLOURS.items():
                styled.highlight_regex(rf"(?<= ){word}(?= |$)", style)
        console.print(styled, soft_wrap=True)
