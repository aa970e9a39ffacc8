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
    options,
)
from simcare.cli.output import check_output, deliver, warn, width_of_stdout

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario

FEW_STEPS = 50_000
"""Replies that one process simulates in about the time that it takes to start another."""


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
        metavar="SHARE",
        help="Add replications until each service level is known this closely, as in --precision 0.5%.",
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
    precision: float | None,
    seed: int | None,
    jobs: int | None,
    form: str,
    output: Path | None,
    quiet: bool,
    allow_large: bool,
) -> None:
    """Simulate the plans of a scenario: which promises are kept, when not, how late, at what cost, how sure.

    Every plan meets the same customers, replication by replication, and is compared with the first.
    """
    check_output(output)
    from simcare.scenario.load import load
    from simcare.scenario.size import size_of

    scenario = load(file, set=changes, allow_large=allow_large)
    plans = chosen_plans(plan, scenario.plan_names)
    if not quiet:
        for note in scenario.notes:
            warn(note)
        if not size_of(scenario).contacts:
            warn(NO_CONTACTS)

    from simcare.cli.progress import progress
    from simcare.experiment.run import run

    with progress(quiet) as tick:
        result = run(
            scenario,
            plans=plans,
            replications=replications,
            precision=precision,
            seed=seed,
            jobs=jobs or _jobs_for(scenario, len(plans), replications),
            progress=tick,
        )
    if form == "json":
        deliver(result.to_json(), output, json=True)
    elif form == "csv":
        deliver(result.to_csv(), output)
    else:
        from simcare.report.document import markdown_lines, report, text_lines

        document = report(result)
        lines = (
            markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)


def _jobs_for(scenario: Scenario, plans: int, replications: int | None) -> int:
    """All cores, but one process for a run that is over before others would have started."""
    from simcare.scenario.size import size_of

    steps = size_of(scenario).steps * plans * (replications or scenario.experiment.replications)
    return 1 if steps < FEW_STEPS else os.cpu_count() or 1
