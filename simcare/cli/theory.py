"""`simcare theory FORMULA`: what the textbooks' formulas say of a desk with a constant rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simcare.cli.options import CHANGES, FILE, FORMAT, OUTPUT, PLANS, Quantity, chosen_plans, options
from simcare.cli.output import check_output, deliver, spare, width_of_stdout
from simcare.scenario.quantities import QuantityError, parse_duration, parse_number, parse_share, parse_whole

if TYPE_CHECKING:
    from simcare.report.document import Report

RATE_UNITS = {
    "s": "1 s",
    "min": "1 min",
    "h": "1 h",
    "hour": "1 h",
    "minute": "1 min",
    "second": "1 s",
    "day": "1 day",
}


def parse_rate(value: str) -> float:
    """Contacts per ms of a rate such as ``60/h``, ``4.2/min`` or ``2_000 per 30 min``."""
    expected = "a rate such as 60/h or 2000 per 30 min"
    number, divided, time = value.replace(" per ", "/").partition("/")
    if not divided:
        raise QuantityError(expected, value, "of how many in which time?")
    try:
        return parse_number(number.strip().replace(",", ""), positive=True) / parse_duration(
            RATE_UNITS.get(time.strip(), time), positive=True
        )
    except QuantityError:
        raise QuantityError(expected, value) from None


def _quantity(name: str, parse: Callable[..., Any], **bounds: Any) -> Quantity:
    return Quantity(name, lambda value: parse(value, **bounds))


ARRIVALS = click.option(
    "--arrivals", type=Quantity("rate", parse_rate), metavar="RATE", help="How many write in, as in 60/h."
)
HANDLING = click.option(
    "--handling",
    type=_quantity("duration", parse_duration, positive=True),
    metavar="TIME",
    required=True,
    help="How long handling one takes on average, as in '6 min'.",
)
PATIENCE = click.option(
    "--patience",
    type=_quantity("duration", parse_duration),
    metavar="TIME",
    required=True,
    help="How long a customer waits on average before leaving, as in '20 min'.",
)
AGENTS = click.option(
    "--agents",
    type=_quantity("number", parse_whole, most=1_000_000),
    metavar="N",
    help="How many agents there are. Without: as few as reach --target.",
)
WITHIN = click.option(
    "--within",
    type=_quantity("duration", parse_duration),
    metavar="TIME",
    help="How soon handling is to begin, as in '15 min'.",
)
TARGET = click.option(
    "--target",
    type=_quantity("share", parse_share, above=True, below=True),
    metavar="SHARE",
    help="The share to be answered in time, as in 90%: find the agents, or the arrivals, for it.",
)


@click.group("theory", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
def command() -> None:
    """Say what a formula says, without simulating: a constant rate, in the long run.

    Give --arrivals and --agents; or one of them and a --target, and the other is found.
    """


def _ask(formula: str, form: str, output: Path | None, **given: Any) -> None:
    check_output(output)
    arrivals, agents, target = given["arrivals"], given["agents"], given["target"]
    if target is None and (arrivals is None or agents is None):
        missing = [name for name, value in (("--arrivals", arrivals), ("--agents", agents)) if value is None]
        raise click.UsageError(f"expected {' and '.join(missing)}, or a --target to find one of them for")
    if arrivals is None and agents is None:
        raise click.UsageError("--target: expected --arrivals or --agents beside it, got neither")
    if target is not None and "within" in given and given["within"] is None:
        raise click.UsageError("--target: expected --within beside it: answered how soon?")

    from simcare.report.formulas import Asked, answers, formula_data, formula_report, formula_rows

    asked = Asked(
        formula,  # type: ignore[arg-type]
        arrivals,
        float(given["handling"]),
        float(given.get("patience") or 0),
        agents,
        None if given.get("within") is None else float(given["within"]),
        target,
    )
    found = answers(asked)
    if form == "json":
        import json

        deliver(json.dumps(formula_data(found), indent=2) + "\n", output, json=True)
    elif form == "csv":
        every = sorted((found.found, *found.beside), key=lambda one: one.agents)
        deliver(_csv(formula_rows(every, asked.handling)), output)
    else:
        _deliver_report(formula_report(found), form, output)


def _deliver_report(document: Report, form: str, output: Path | None) -> None:
    from simcare.report.document import markdown_lines, text_lines

    lines = markdown_lines(document) if form == "markdown" else text_lines(document, width_of_stdout(output))
    deliver("\n".join(lines) + "\n", output)


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@command.command("erlang-b")
@options(ARRIVALS, HANDLING, AGENTS, TARGET, FORMAT, OUTPUT)
def erlang_b(**given: Any) -> None:
    """Erlang B: whoever finds all agents busy is lost."""
    _ask("erlang-b", **given)


@command.command("erlang-c")
@options(ARRIVALS, HANDLING, AGENTS, WITHIN, TARGET, FORMAT, OUTPUT)
def erlang_c(**given: Any) -> None:
    """Erlang C: everybody waits as long as it takes."""
    _ask("erlang-c", **given)


@command.command("erlang-a")
@options(ARRIVALS, HANDLING, PATIENCE, AGENTS, WITHIN, TARGET, FORMAT, OUTPUT)
def erlang_a(**given: Any) -> None:
    """Erlang A: who waits may leave. Exact for thousands of agents too."""
    _ask("erlang-a", **given)


@command.command("time-varying")
@options(FILE, PLANS, CHANGES, FORMAT, OUTPUT)
def time_varying(
    file: str, plan: tuple[str, ...], changes: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Solve a scenario exactly: arrivals by the curve, a head count by the clock, customers who leave.

    For one contact type, one team and one answer a contact. What else a scenario has is named, and where a
    law is not exponential the nearest desk is solved, and labelled.
    """
    check_output(output)
    from simcare.experiment.exact import exact_of
    from simcare.scenario.load import load

    scenario = load(file, set=changes)
    spare([scenario.source, *scenario.files], output)
    found = [exact_of(scenario, name) for name in chosen_plans(plan, scenario.plan_names)]

    from simcare.report.exact import exact_data, exact_report

    if form == "json":
        import json

        deliver(json.dumps([exact_data(one) for one in found], indent=2) + "\n", output, json=True)
    elif form == "csv":
        raise click.UsageError("--format: expected table, markdown or json, got csv")
    else:
        _deliver_report(exact_report(scenario, found), form, output)
