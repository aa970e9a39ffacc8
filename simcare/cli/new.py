"""`simcare new NAME`: a commented scenario to start from."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from simcare.cli.output import say
from simcare.errors import UsageError


@click.command("new")
@click.argument("name")
def command(name: str) -> None:
    """Write NAME.yaml, a commented scenario to start from. A file that exists is left alone."""
    from simcare.scenario.starter import starter

    stem = re.sub(r"\.ya?ml$", "", name)
    path = Path(f"{stem}.yaml")
    if not re.fullmatch(r"\w[\w .-]{0,99}", path.stem):
        raise UsageError(f"NAME: expected letters, digits and hyphens, such as my-desk, got {name!r}")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter(path.stem))
    except FileExistsError:
        raise UsageError(f"{path} exists and is left as it is; choose another name") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    quoted = shlex.quote(str(path))
    say(f"Wrote {path}. Next:\n  simcare show {quoted}\n  simcare run {quoted}")
