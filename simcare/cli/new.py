"""`simcare new NAME`: a commented scenario to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from simcare.errors import UsageError


@click.command("new")
@click.argument("name")
def command(name: str) -> None:
    """Write NAME.yaml, a commented scenario to start from. A file that exists is left alone."""
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    title = path.stem.replace("-", " ").replace("_", " ").strip()
    if not title.replace(" ", "").isalnum():
        raise UsageError(f"NAME: expected letters, digits and hyphens, such as my-desk, got {name!r}")
    starter = files("simcare.cli").joinpath("starter.yaml").read_text(encoding="utf-8")
    text = starter.format(title=title[:1].upper() + title[1:], file=path)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already; choose another name or remove it") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    click.echo(f"Wrote {path}. Next:\n  simcare show {path}\n  simcare run {path}")
