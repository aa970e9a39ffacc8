"""`simcare run FILE`: simulate the plans of a scenario and report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simcare.cli.options import ALLOW_LARGE, FILE, FORMAT, OUTPUT, options
from simcare.cli.output import check_output, deliver, warn, width_of_stdout
from simcare.cli.simulating import QUIET, SIMULATING, Wanted

if TYPE_CHECKING:
    from simcare.experiment.result import Result
    from simcare.report.document import Report
    from simcare.scenario.asked import Asked


@click.command("run")
@options(
    FILE,
    *SIMULATING,
    click.option(
        "--each",
        is_flag=True,
        help="Write every replication by itself instead of estimates, as CSV (or --format json).",
    ),
    click.option(
        "--theory",
        is_flag=True,
        help="Print the exact answer beside the simulation, and where there is none, why, and the nearest "
        "formula with its error. Not with --format csv.",
    ),
    FORMAT,
    OUTPUT,
    QUIET,
    ALLOW_LARGE,
)
def command(each: bool, theory: bool, form: str, output: Path | None, **wanted: Any) -> None:
    """Simulate the plans of a scenario: which promises are kept, when not, how late, at what cost, how sure.

    Every plan meets the same customers, replication by replication, and is compared with the first.
    """
    asks = Wanted(**wanted)
    check_output(output)
    if each and form == "markdown":
        raise click.UsageError("--each: expected --format csv or json, got markdown")
    if theory and (each or asks.measures or form == "csv"):
        raise click.UsageError("--theory: expected the whole report, as a table, Markdown or JSON, beside it")
    scenario = asks.load(output)

    from simcare.scenario.asking import ask

    asked = tuple(dict.fromkeys(ask(scenario, one) for one in asks.measures))
    if each:
        _check_each(asked, asks.quiet)
    result = asks.run(scenario)
    if each:
        _deliver_each(result, asked, form, output)
    elif form == "json":
        from simcare.experiment.output import to_json

        more = {"theory": _theory(result)} if theory else {}
        rows = result.asked(asked) if asked else result.rows
        deliver(to_json(result.header, rows, more), output, json=True)
    elif form == "csv":
        from simcare.experiment.output import to_csv

        deliver(to_csv(result.asked(asked) if asked else result.rows), output)
    else:
        from simcare.report.document import asked_report, markdown_lines, report, text_lines

        document = asked_report(result, asked) if asked else report(result)
        if theory:
            document = _with_theory(document, result)
        lines = (
            markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)


def _theory(result: Result) -> list[dict[str, object]]:
    from simcare.experiment.beside import beside_data

    return beside_data(result)


def _with_theory(document: Report, result: Result) -> Report:
    """The report with the exact answer after the table of plans."""
    from simcare.experiment.beside import solved
    from simcare.report.exact import beside_tables

    plans, *others = document.tables
    tables, notes = beside_tables(result, solved(result))
    return replace(document, tables=(plans, *tables, *others), notes=(*document.notes, *notes))


def _check_each(asked: tuple[Asked, ...], quiet: bool) -> None:
    """Percentiles cannot be given by replication: refuse those asked for, or say that they are left out."""
    why = "percentiles are taken of the waits of all replications together"
    pooled = [one.measure for one in asked if one.what.probability or one.what.tail]
    if pooled:
        expected = "measures that every replication has by itself"
        raise click.UsageError(f"--each: expected {expected}, got {', '.join(dict.fromkeys(pooled))}; {why}")
    if not asked and not quiet:
        warn(f"--each leaves percentiles out: {why.replace('percentiles', 'they')}")


def _deliver_each(result: Result, asked: tuple[Asked, ...], form: str, output: Path | None) -> None:
    """Every replication by itself, of the measures asked for or of all."""
    from simcare.experiment.each import ReplicationRow
    from simcare.experiment.output import to_csv, to_json

    rows = result.replications(asked or None)
    if form == "json":
        deliver(to_json(result.header, rows), output, json=True)
    else:
        deliver(to_csv(rows, ReplicationRow._fields), output)
