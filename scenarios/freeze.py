"""Writes the expected output of every scenario again, for results that moved on purpose.

`expected/NAME.txt` holds a command and what it prints. A new scenario starts with the plain command; edit the
first line to give it options, such as fewer replications where a full run is slow. What other commands print
of a scenario is kept beside it, in `expected/NAME.compare.txt` and the like.

    python scenarios/freeze.py              # all
    python scenarios/freeze.py mm1 callcc   # these
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The scenarios of this folder, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def transcripts() -> list[str]:
    """The scenarios, and what is kept beside them of other commands, as `evening-surge.compare`."""
    kept = (path.stem for path in (FOLDER / "expected").glob("*.*.txt"))
    return sorted([*names(), *kept])


def expected_path(name: str) -> Path:
    """Where the expected output of a scenario stands."""
    return FOLDER / "expected" / f"{name}.txt"


def command_of(name: str) -> str:
    """The command whose output is expected: the first line of the file, without its prompt."""
    path = expected_path(name)
    if path.exists():
        return path.read_text(encoding="utf-8").splitlines()[0].removeprefix("$ ")
    return f"simcare run scenarios/{name}.yaml"


def output_of(command: str, folder: Path = FOLDER.parent) -> str:
    """What a `simcare …` command writes to standard output, run in `folder` in 80 columns.

    A command that ends in `2>&1` may fail, and its messages are part of what it writes.
    """
    program, *arguments = shlex.split(command.removesuffix("2>&1"))
    messages_too = command.endswith("2>&1")
    if program != "simcare":
        raise ValueError(f"not a simcare command: {command}")
    # GitHub would be told of checks in lines that nobody else sees
    elsewhere = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    start = "import sys; from simcare.cli.main import main; sys.argv[0] = 'simcare'; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=folder,
        env={**elsewhere, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if messages_too else subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0 and not messages_too:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def transcript(name: str) -> str:
    """The command of a scenario and what it prints now."""
    command = command_of(name)
    return f"$ {command}\n{output_of(command)}"


if __name__ == "__main__":
    for chosen in sys.argv[1:] or transcripts():
        expected_path(chosen).parent.mkdir(exist_ok=True)
        expected_path(chosen).write_text(transcript(chosen), encoding="utf-8")
        print(expected_path(chosen))
