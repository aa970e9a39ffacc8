"""`simcare trace FILE`: what happened to single contacts and agents in one replication."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from simcare.cli.options import (
    ALLOW_LARGE,
    CHANGES,
    FILE,
    FORMAT,
    OUTPUT,
    SEED,
    Quantity,
    chosen_plans,
    options,
)
from simcare.cli.output import (
    check_folder,
    check_output,
    deliver,
    deliver_all,
    say,
    spare,
    warn,
    width_of_stdout,
)
from simcare.cli.simulating import QUIET
from simcare.scenario.quantities import DAY, QuantityError, parse_clock, parse_whole

if TYPE_CHECKING:
    from simcare.engine.simulate import Choice
    from simcare.scenario.asked import Days
    from simcare.scenario.clock import Clock

MOST_CONTACTS = 10_000
"""More lines than this nobody reads."""


class Moment(NamedTuple):
    """A time of day, on the first of some days or of all."""

    clock_ms: int
    days: Days | None
    written: str


def parse_from(value: str) -> Moment:
    """The moment of ``19:00``, ``mon 19:00``, ``2026-11-24 08:00`` or ``day 2 08:00``; a day alone is its
    00:00.
    """
    from simcare.scenario.asked import parse_some_days

    *day, last = value.split() or [""]
    if ":" not in last:
        day, last = [*day, last], "00:00"
    try:
        clock_ms = parse_clock(last, midnight_ends=False)
        return Moment(clock_ms, parse_some_days(" ".join(day)) if day else None, value)
    except (QuantityError, ValueError):
        raise QuantityError(
            "a time such as 19:00, mon 19:00, 2026-11-24 08:00 or day 2 08:00", value
        ) from None


def _from_ms(moment: Moment | None, clock: Clock) -> int | None:
    """The moment in ms since 00:00 of the first simulated day, on the first measured day that fits."""
    if moment is None:
        return None
    for day in range(clock.warm_up_days, clock.total_days):
        if moment.days is None or moment.days.holds(day, clock):
            return day * DAY + moment.clock_ms
    days = f"{clock.start} to {clock.date_of(clock.total_days - 1)}"
    raise click.UsageError(f"--from: expected a time on a day measured, {days}, got {moment.written!r}")


@click.command("trace")
@options(
    FILE,
    click.option(
        "--contacts",
        type=Quantity("number", lambda value: parse_whole(value, least=1, most=MOST_CONTACTS)),
        default=20,
        metavar="N",
        help="How many contacts to follow, one after the other as they write in (20).",
    ),
    click.option(
        "--from",
        "begin",
        type=Quantity("time", parse_from),
        metavar="TIME",
        help="Begin here, as in --from 19:00, --from 'mon 19:00', --from '2026-11-24 08:00' or --from "
        "'day 2 08:00'. The beginning of the days measured by default.",
    ),
    click.option("--plan", metavar="NAME", help="The plan to follow; the first by default."),
    click.option(
        "--replication",
        type=Quantity("number", lambda value: parse_whole(value, most=10**6)),
        default=0,
        metavar="N",
        help="Which replication, counted from 0 as by run --each.",
    ),
    click.option(
        "--seed", type=SEED, metavar="N", help="Where chance begins; the same seed, the same result."
    ),
    CHANGES,
    click.option(
        "--engine",
        type=click.Choice(["auto", "compiled", "reference"]),
        default="auto",
        help="Which engine plays it. The result does not depend on it.",
    ),
    FORMAT,
    OUTPUT,
    click.option(
        "--png",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Write the day to this folder too, as the picture trace.png.",
    ),
    click.option(
        "--svg", type=click.Path(path_type=Path), metavar="DIR", help="The same as trace.svg, for print."
    ),
    QUIET,
    ALLOW_LARGE,
)
def command(
    file: str,
    contacts: int,
    begin: Moment | None,
    plan: str | None,
    replication: int,
    seed: int | None,
    changes: tuple[str, ...],
    engine: Choice,
    form: str,
    output: Path | None,
    png: Path | None,
    svg: Path | None,
    quiet: bool,
    allow_large: bool,
) -> None:
    """Tell what happened to single contacts and agents, in one replication of one plan.

    Who writes in, who waits, who takes whom and for how long, who gives up, who comes on duty and goes: one
    line each, after a small plot of the day. Nothing is averaged.
    """
    check_output(output)
    for option, folder in (("--png", png), ("--svg", svg)):
        check_folder(option, folder)
    from simcare.scenario.load import load

    scenario = load(file, set=changes, allow_large=allow_large)
    spare([scenario.source, *scenario.files], output)
    if not quiet:
        for note in scenario.notes:
            warn(note)
    names = chosen_plans(() if plan is None else (plan,), scenario.plan_names)
    if plan is not None and len(names) > 1:
        raise click.UsageError("--plan: expected one plan")
    from_ms = _from_ms(begin, scenario.clock)

    from simcare.experiment.chronicle import chronicle
    from simcare.report.chronicle import (
        TraceRow,
        chronicle_lines,
        chronicle_markdown,
        day_picture,
        trace_rows,
    )

    told = chronicle(
        scenario,
        names[0],
        replication=replication,
        seed=seed,
        from_ms=from_ms,
        contacts=contacts,
        engine=engine,
    )
    if form == "json":
        from simcare.report.tidy import rows_json

        which = {"replication": told.replication, "seed": told.seed}
        deliver(rows_json(scenario, names[:1], trace_rows(told), **which), output, json=True)
    elif form == "csv":
        from simcare.report.tidy import rows_csv

        deliver(rows_csv(TraceRow, trace_rows(told)), output)
    else:
        lines = (
            chronicle_markdown(told) if form == "markdown" else chronicle_lines(told, width_of_stdout(output))
        )
        deliver("\n".join(lines) + "\n", output)
    for folder, kind in ((png, "png"), (svg, "svg")):
        if folder is not None:
            shown = day_picture(told)
            data = shown.png() if kind == "png" else shown.svg().encode("utf-8")
            deliver_all(folder, {f"trace.{kind}": data})
            if not quiet:
                say(f"Wrote {folder / f'trace.{kind}'}.", problem=True)
