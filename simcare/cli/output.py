"""Where results go: stdout, in colour where a person reads it, or a file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TextIO

from simcare.errors import UsageError

PLAIN = str.maketrans(
    {"±": "+/-", "–": "-", "─": "-", "…": "...", "≥": ">=", "≤": "<=", "÷": "/", "·": "-", "’": "'", "×": "x"}
)
"""What stands for our signs where the terminal's encoding has none."""

RULE = re.compile("─+|-{8,}")
VERDICTS = re.compile(r" *target |\d\d:\d\d")
"""How the lines of tables begin that hold verdicts."""

WIDEST = 120
"""Tables use a wide terminal up to here; a line of figures longer than this is hard to follow."""


def check_output(path: Path | None) -> None:
    """Say before the work begins that its result could not be written: `UsageError`."""
    if path is None or _is_stdout(path):
        return
    if path.is_dir():
        raise UsageError(f"--output: expected a file, got the directory {path}")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"--output: there is no directory {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"--output: no permission to write {path}")


def width_of_stdout(output: Path | None) -> int:
    """The width tables may take: 80 into files and pipes, up to 120 on a wider terminal."""
    if (output is not None and not _is_stdout(output)) or not sys.stdout.isatty():
        return 80
    from shutil import get_terminal_size

    return min(WIDEST, max(80, get_terminal_size().columns))


def deliver(text: str, output: Path | None) -> None:
    """Write the text to stdout, or to the file; verdicts are coloured on a terminal that allows it."""
    if output is not None and not _is_stdout(output):
        _write_whole(text, output)
    elif sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        _print_coloured(_encodable(text, sys.stdout))
    else:
        sys.stdout.write(_encodable(text, sys.stdout))
        sys.stdout.flush()


def say(line: str, problem: bool = False) -> None:
    """A line for the person at the terminal: on stdout, or on stderr if it is about a problem."""
    stream = sys.stderr if problem else sys.stdout
    stream.write(_encodable(f"{line}\n", stream))
    stream.flush()


def warn(message: str) -> None:
    """A warning, on stderr."""
    say(f"simcare: {message}", problem=True)


def _is_stdout(path: Path) -> bool:
    return str(path) == "-"


def _write_whole(text: str, path: Path) -> None:
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
        raise UsageError(f"--output: cannot write {path}: {error.strerror or error}") from None


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
            for word, style in (("met", "green"), ("missed", "bold red"), ("undecided", "yellow")):
                styled.highlight_regex(rf"(?<= ){word}(?= |$)", style)
        console.print(styled, soft_wrap=True)
