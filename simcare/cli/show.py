"""`simcare show FILE`: arrivals, load and people on duty by time of day, without simulating."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from simcare.cli.options import (
    ALLOW_LARGE,
    CHANGES,
    FILE,
    FORMAT,
    OUTPUT,
    PLANS,
    WEEKDAYS,
    check_weekdays,
    chosen_plans,
    options,
)
from simcare.cli.output import check_output, deliver, spare, width_of_stdout
from simcare.errors import UsageError


@click.command("show")
@options(
    FILE,
    PLANS,
    click.option(
        "--day",
        "weekdays",
        type=WEEKDAYS,
        metavar="DAY",
        help="Only these days: mon, sat-sun. By default each kind of day has its table.",
    ),
    click.option(
        "--virality", is_flag=True, help="How public complaints spread instead: every number, and its source."
    ),
    click.option(
        "--routing", is_flag=True, help="Who may take what instead, how fast, and what sorts first."
    ),
    CHANGES,
    FORMAT,
    OUTPUT,
    ALLOW_LARGE,
)
def command(
    file: str,
    plan: tuple[str, ...],
    weekdays: frozenset[int] | None,
    virality: bool,
    routing: bool,
    changes: tuple[str, ...],
    form: str,
    output: Path | None,
    allow_large: bool,
) -> None:
    """Show arrivals, load and people on duty by time of day, without simulating.

    Where the load exceeds the people on duty a backlog grows, whatever else is done. With --routing: who may
    take which messages, how fast and after what wait. With --virality: how public complaints spread, and how
    well that is known.
    """
    check_output(output)
    if routing and weekdays is not None:
        raise UsageError("--routing: who takes what is the same on every day; leave --day out")
    if virality and (routing or weekdays is not None or plan):
        raise UsageError("--virality: it is the same for every plan and day; leave other options out")
    from simcare.scenario.load import load

    scenario = load(file, set=changes, allow_large=allow_large)
    spare([scenario.source, *scenario.files], output)
    plans = chosen_plans(plan, scenario.plan_names)
    check_weekdays(scenario.clock, weekdays)

    if form in ("json", "csv"):
        from simcare.report.load import LoadRow, load_rows
        from simcare.report.routing import RoutingRow, routing_rows
        from simcare.report.tidy import ShownRow, rows_csv, rows_json
        from simcare.report.virality import ViralityRow, virality_rows

        kind: type[ShownRow]
        rows: Sequence[ShownRow]
        if virality:
            kind, rows = ViralityRow, virality_rows(scenario)
        elif routing:
            kind, rows = RoutingRow, routing_rows(scenario, plans)
        else:
            kind, rows = LoadRow, load_rows(scenario, plans, weekdays)
        if form == "json":
            deliver(rows_json(scenario, plans, rows), output, json=True)
        else:
            deliver(rows_csv(kind, rows), output)
    else:
        from simcare.report.document import markdown_lines, text_lines
        from simcare.report.expected import load_report
        from simcare.report.routing import routing_report
        from simcare.report.virality import virality_report

        if virality:
            document = virality_report(scenario)
        elif routing:
            document = routing_report(scenario, plans)
        else:
            document = load_report(scenario, plans, weekdays)
        lines = (
            markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)
