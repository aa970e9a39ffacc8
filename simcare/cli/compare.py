"""`simcare compare FILE`: what each plan changes beside one of them, and whether that is for the better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from simcare.cli.options import ALLOW_LARGE, FILE, FORMAT, OUTPUT, chosen_plans, options
from simcare.cli.output import check_output, deliver, width_of_stdout
from simcare.cli.simulating import QUIET, Wanted, simulating


@click.command("compare")
@options(
    FILE,
    *simulating("Compare by this measure alone"),
    click.option(
        "--against", metavar="NAME", help="The plan to compare all others with; the first by default."
    ),
    FORMAT,
    OUTPUT,
    QUIET,
    ALLOW_LARGE,
)
def command(against: str | None, form: str, output: Path | None, **wanted: Any) -> None:
    """Compare plans: by what each is better or worse than one of them, by how much, how surely.

    Every plan meets the same customers, so a difference is known more closely than the figures apart.
    """
    asks = Wanted(**wanted)
    check_output(output)
    scenario = asks.load(output)
    plans = asks.plans(scenario)
    if against is not None:
        (against,) = chosen_plans([against], scenario.plan_names, "--against")
        plans = plans if against in plans else (against, *plans)
    if len(plans) < 2:
        raise click.UsageError(f"expected at least two plans to compare, got {plans[0]} alone")

    from simcare.experiment.compare import comparison_of
    from simcare.scenario.asking import ask

    asked = tuple(dict.fromkeys(ask(scenario, one) for one in asks.measures))
    found = comparison_of(replace(asks, plan=plans).run(scenario), against, asked or None)
    if form == "json":
        deliver(found.to_json(), output, json=True)
    elif form == "csv":
        deliver(found.to_csv(), output)
    else:
        from simcare.report.comparison import comparison_report
        from simcare.report.document import markdown_lines, text_lines

        document = comparison_report(found)
        lines = (
            markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)
