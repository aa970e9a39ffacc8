"""`simcare schema`: the JSON Schema of scenario files."""

from __future__ import annotations

from pathlib import Path

import click

from simcare.cli.options import OUTPUT
from simcare.cli.output import check_output, deliver


@click.command("schema")
@OUTPUT
def command(output: Path | None) -> None:
    """Print the JSON Schema of scenario files. Editors use it to complete and check what is typed."""
    check_output(output)
    from simcare.scenario.json_schema import SHIPPED

    deliver(SHIPPED.read_text(encoding="utf-8"), output, json=True)
