"""`simcare run FILE`: simulate the plans of a scenario and report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simcare.cli.options import (
    ALLOW_LARGE,
    CHANGES,
    FILE,
    FORMAT,
    JOBS,
    NO_CONTACTS,
    OUTPUT,
    PLANS,
    PRECISION,
    REPLICATIONS,
    SEED,
    chosen_plans,
    chosen_precision,
    options,
)
from simcare.cli.output import check_output, deliver, spare, warn, width_of_stdout

if TYPE_CHECKING:
    from simcare.engine.simulate import Choice
    from simcare.experiment.result import Result
    from simcare.scenario.asked import Asked
    from simcare.scenario.scenario import Scenario

FEW_STEPS = 50_000
"""Replies that one process simulates in about the time that it takes to start another."""


def _list_measures(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from simcare.report.registry import measure_lines

        deliver("\n".join(measure_lines()) + "\n", None)
        ctx.exit()


def _tell_of_compiling() -> None:
    warn("compiling the fast engine, which takes some seconds, once on this machine")


@click.command("run")
@options(
    FILE,
    PLANS,
    CHANGES,
    click.option(
        "--replications",
        type=REPLICATIONS,
        metavar="N",
        help="How often the days are replayed with new chance.",
    ),
    click.option(
        "--precision",
        type=PRECISION,
        multiple=True,
        metavar="[MEASURE=]SHARE",
        help="Add replications until each service level with a target is known this closely, as in "
        "--precision 0.5%; or the measure named, as in --precision waiting_mean=5%.",
    ),
    click.option(
        "--seed", type=SEED, metavar="N", help="Where chance begins; the same seed, the same result."
    ),
    click.option(
        "--jobs",
        type=JOBS,
        metavar="N",
        help="Processes to run on (all cores). The result does not depend on it.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["auto", "compiled", "reference"]),
        default="auto",
        help="compiled is faster, but takes seconds to load or compile; auto takes what is sooner done. The "
        "result does not depend on it.",
    ),
    click.option(
        "--measure",
        "measures",
        multiple=True,
        metavar="MEASURE",
        help="Report this measure alone, in some hours or on some days if need be, as in --measure "
        "'waiting_p90 18:00-22:00 mon-fri' and --measure 'queue at 19:30'. Can be repeated.",
    ),
    click.option(
        "--list-measures",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_list_measures,
        help="Explain every measure, and stop.",
    ),
    click.option(
        "--each",
        is_flag=True,
        help="Write every replication by itself instead of estimates, as CSV (or --format json).",
    ),
    FORMAT,
    OUTPUT,
    click.option("--quiet", is_flag=True, help="No progress and no warnings."),
    ALLOW_LARGE,
)
def command(
    file: str,
    plan: tuple[str, ...],
    changes: tuple[str, ...],
    replications: int | None,
    precision: tuple[tuple[str, float], ...],
    seed: int | None,
    jobs: int | None,
    engine: Choice,
    measures: tuple[str, ...],
    each: bool,
    form: str,
    output: Path | None,
    quiet: bool,
    allow_large: bool,
) -> None:
    """Simulate the plans of a scenario: which promises are kept, when not, how late, at what cost, how sure.

    Every plan meets the same customers, replication by replication, and is compared with the first.
    """
    check_output(output)
    if each and form == "markdown":
        raise click.UsageError("--each: expected --format csv or json, got markdown")
    from simcare.scenario.load import load
    from simcare.scenario.size import size_of

    scenario = load(file, set=changes, allow_large=allow_large)
    spare([scenario.source, *scenario.files], output)
    plans = chosen_plans(plan, scenario.plan_names)
    if not quiet:
        for note in scenario.notes:
            warn(note)
        if not size_of(scenario).contacts:
            warn(NO_CONTACTS)

    from simcare.cli.progress import progress
    from simcare.experiment.run import run
    from simcare.scenario.asking import ask

    asked = tuple(dict.fromkeys(ask(scenario, one) for one in measures))
    if each:
        _check_each(asked, quiet)

    with progress(quiet) as tick:
        result = run(
            scenario,
            plans=plans,
            replications=replications,
            precision=chosen_precision(precision),
            seed=seed,
            jobs=jobs or _jobs_for(scenario, len(plans), replications),
            measures=measures,
            engine=engine,
            progress=tick,
            compiling=None if quiet else _tell_of_compiling,
        )
    if each:
        _deliver_each(result, asked, form, output)
    elif form == "json":
        from simcare.experiment.output import to_json

        deliver(to_json(result.header, result.asked(asked) if asked else result.rows), output, json=True)
    elif form == "csv":
        from simcare.experiment.output import to_csv

        deliver(to_csv(result.asked(asked) if asked else result.rows), output)
    else:
        from simcare.report.document import asked_report, markdown_lines, report, text_lines

        document = asked_report(result, asked) if asked else report(result)
        lines = (
            markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)


def _check_each(asked: tuple[Asked, ...], quiet: bool) -> None:
    """Percentiles cannot be given by replication: refuse those asked for, or say that they are left out."""
    why = "percentiles are taken of the waits of all replications together"
    pooled = [one.measure for one in asked if one.what.probability]
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


def _jobs_for(scenario: Scenario, plans: int, replications: int | None) -> int:
    """All cores, but one process for a run that is over before others would have started."""
    from simcare.scenario.size import size_of

    steps = size_of(scenario).steps * plans * (replications or scenario.experiment.replications)
    return 1 if steps < FEW_STEPS else os.cpu_count() or 1
