"""`simcare check FILE…`: do the plans hold what the scenario's checks ask of them?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simcare.cli.options import (
    ALLOW_LARGE,
    CHANGES,
    FORMAT,
    OUTPUT,
    PLANS,
    REPLICATIONS,
    chosen_plans,
    options,
)
from simcare.cli.output import check_output, deliver, say, spare, warn, width_of_stdout, write_whole
from simcare.cli.simulating import QUIET, RUNNING, jobs_for, tell_of_compiling
from simcare.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from simcare.engine.simulate import Choice
    from simcare.experiment.check import CheckResult
    from simcare.scenario.scenario import Scenario

CODES = {"fails": 1, "undecided": 3, "holds": 0}
"""The exit code of each verdict; of several, the first of these counts."""


@click.command("check")
@options(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    PLANS,
    CHANGES,
    click.option(
        "--replications", type=REPLICATIONS, metavar="N", help="How many replications to begin with."
    ),
    click.option(
        "--max-replications",
        type=REPLICATIONS,
        metavar="N",
        help="How many to try at most (16 times as many); what is not decided then is undecided.",
    ),
    *RUNNING,
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="What the checks against the baseline are held to.",
    ),
    click.option(
        "--save-baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write what all plans do now, as the baseline of later checks.",
    ),
    click.option(
        "--junit",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write JUnit XML too: one case for each check and plan.",
    ),
    click.option(
        "--github",
        is_flag=True,
        help="Annotate the checks' lines on GitHub and write a step summary; by itself where GitHub runs it.",
    ),
    FORMAT,
    OUTPUT,
    QUIET,
    ALLOW_LARGE,
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[str, ...],
    plan: tuple[str, ...],
    changes: tuple[str, ...],
    replications: int | None,
    max_replications: int | None,
    seed: int | None,
    jobs: int | None,
    cluster: str | None,
    engine: Choice,
    baseline: Path | None,
    save_baseline: Path | None,
    junit: Path | None,
    github: bool,
    form: str,
    output: Path | None,
    quiet: bool,
    allow_large: bool,
) -> None:
    """Hold plans to the checks of scenarios, with as many replications as that takes.

    Ends with 0 if every check holds, 1 if one fails, 3 if one is undecided after the most replications, and 2
    if the command or a scenario is wrong.
    """
    check_output(output)
    for path, option in ((junit, "--junit"), (save_baseline, "--save-baseline")):
        if path is not None:
            check_output(path, option)
    if len(files) > 1 and (baseline or save_baseline):
        raise click.UsageError("--baseline: expected one scenario, for a baseline is that of one")
    saving = save_baseline is not None
    github = github or os.environ.get("GITHUB_ACTIONS") == "true"
    try:
        scenarios = _loaded(files, changes, allow_large, [output, junit, save_baseline], empty=saving)
    except ScenarioError as error:
        if github:
            from simcare.report.ci import problem_lines

            for line in problem_lines(error.problems):
                say(line, problem=True)
        raise
    if not quiet:
        for scenario in scenarios:
            for note in scenario.notes:
                warn(note)

    from simcare.cli.progress import progress
    from simcare.experiment.check import check

    found = []
    for scenario in scenarios:
        plans = chosen_plans(plan, scenario.plan_names)
        with progress(quiet) as tick:
            found.append(
                check(
                    scenario,
                    plans=plans,
                    baseline=baseline,
                    keep_baseline=saving,
                    replications=replications,
                    max_replications=max_replications,
                    seed=seed,
                    jobs=jobs or jobs_for(scenario, len(plans), replications, cluster, engine),
                    cluster=cluster,
                    engine=engine,
                    progress=tick,
                    compiling=None if quiet else tell_of_compiling,
                )
            )
    if save_baseline is not None and found[0].baseline is not None:
        write_whole(found[0].baseline.to_json(), save_baseline, "--save-baseline")
        if not quiet:
            warn(f"wrote {save_baseline}: {found[0].baseline.replications:,} replications")
    if any(one.rows for one in found):
        _deliver(found, form, output)
    if junit is not None:
        from simcare.report.ci import junit as as_junit

        write_whole(as_junit(found), junit, "--junit")
    if github:
        _tell_github(found)
    verdicts = {one.verdict for one in found}
    ctx.exit(
        next(code for verdict, code in (("fails", 1), ("undecided", 3), ("holds", 0)) if verdict in verdicts)
    )


def _loaded(
    files: Sequence[str],
    changes: Sequence[str],
    allow_large: bool,
    outputs: Sequence[Path | None],
    empty: bool,
) -> list[Scenario]:
    """The scenarios, all of them before anything is simulated, and each with something to check."""
    from simcare.scenario.load import load

    scenarios = [load(file, set=changes, allow_large=allow_large) for file in files]
    for file, scenario in zip(files, scenarios, strict=True):
        for output in outputs:
            spare([scenario.source, *scenario.files], output)
        if not scenario.checks and not empty:
            raise UsageError(
                f"{file}: there is nothing to check; add a key such as checks: [{{measure: service_level, "
                "at_least: 90%}]"
            )
    return scenarios


def _deliver(found: Sequence[CheckResult], form: str, output: Path | None) -> None:
    if form == "json":
        from simcare.experiment.check import together

        deliver(together(found), output, json=True)
    elif form == "csv":
        from simcare.experiment.output import to_csv
        from simcare.experiment.verdicts import Checked

        deliver(to_csv([row for one in found for row in one.rows], Checked._fields), output)
    else:
        from simcare.report.checks import check_report
        from simcare.report.document import markdown_lines, text_lines

        width = width_of_stdout(output)
        documents = [check_report(one, narrow=form != "markdown") for one in found]
        parts = [markdown_lines(one) if form == "markdown" else text_lines(one, width) for one in documents]
        deliver("\n".join("\n".join(part) + "\n" for part in parts), output)


def _tell_github(found: Sequence[CheckResult]) -> None:
    """Annotations on stderr, which GitHub reads as it does stdout; the summary at the end of its file."""
    from simcare.report.ci import MOST_SUMMARY, github_lines, step_summary

    for line in github_lines(found):
        say(line, problem=True)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with open(summary, "a", encoding="utf-8", newline="\n") as file:
                file.write(step_summary(found, MOST_SUMMARY - file.tell()))
        except OSError as error:
            warn(f"cannot write the step summary {summary}: {error.strerror or error}")
