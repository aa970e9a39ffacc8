"""`simcare theory FORMULA`: what formulas say of a desk, without simulating it."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simcare.cli.options import (
    CHANGES,
    DAYS,
    FILE,
    FORMAT,
    OUTPUT,
    PLANS,
    Quantity,
    check_weekdays,
    chosen_plans,
    options,
)
from simcare.cli.output import check_output, deliver, spare, width_of_stdout
from simcare.errors import DomainError
from simcare.report.formula_parameters import MOST_AGENTS, PARAMETERS, parse_rate
from simcare.report.formulas import FORMULAS, Formula
from simcare.scenario.quantities import parse_duration, parse_share, parse_whole

if TYPE_CHECKING:
    from simcare.report.document import Report
    from simcare.scenario.scenario import Scenario

ARRIVALS = click.option(
    "--arrivals", type=Quantity("rate", parse_rate), metavar="RATE", help="How many write in, as in 60/h."
)
AGENTS = click.option(
    "--agents",
    type=Quantity("number", lambda value: parse_whole(value, most=MOST_AGENTS)),
    metavar="N",
    help="How many agents there are. Without: as few as reach --target.",
)
WITHIN = click.option(
    "--within",
    type=Quantity("duration", parse_duration),
    metavar="TIME",
    help="How soon handling is to begin, as in '15 min'.",
)
TARGET = click.option(
    "--target",
    type=Quantity("share", lambda value: parse_share(value, above=True, below=True)),
    metavar="SHARE",
    help="The share to be answered in time, as in 90%: find the agents, or the arrivals, for it.",
)


class Formulas(click.Group):
    """The formulas; a name that there is not is told with all that are near, Erlang's four too."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, which names three at most."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.commands, n=4)
            hint = f"did you mean {' or '.join(sorted(map(repr, near)))}?" if near else "expected a formula"
            raise click.UsageError(f"no such command {args[0]!r}; {hint}", ctx=ctx)
        return super().resolve_command(ctx, args)


@click.group(
    "theory", cls=Formulas, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}
)
def command() -> None:
    """Say what a formula says of a desk, without simulating it.

    Of a desk with a constant rate, in the long run: give --arrivals and --agents; or one of them and a
    --target, and the other is found. Of a scenario over its days: give its file.
    """


def _parameter(name: str, *, required: bool) -> Callable[[Any], Any]:
    one = PARAMETERS[name]
    return click.option(
        f"--{name.replace('_', '-')}",
        type=Quantity(one.metavar, one.read),
        metavar=one.metavar,
        help=one.help,
        **({"required": True} if required else {"default": one.default}),
    )


def _add(name: str, formula: Formula) -> None:
    """The formula as a command."""

    def ask(**given: Any) -> None:
        _ask(name, **given)

    ask.__doc__ = f"{formula.help}\n\n{formula.exact}"
    decorated = options(
        ARRIVALS,
        *(_parameter(one, required=True) for one in formula.needs),
        *(_parameter(one, required=False) for one in formula.may),
        AGENTS,
        *([WITHIN] if formula.within else []),
        TARGET,
        FORMAT,
        OUTPUT,
    )(ask)
    command.command(name)(decorated)


for _name, _formula in FORMULAS.items():
    _add(_name, _formula)


def _ask(name: str, form: str, output: Path | None, **given: Any) -> None:
    check_output(output)
    arrivals, agents, target = (given.pop(one) for one in ("arrivals", "agents", "target"))
    if target is None and (arrivals is None or agents is None):
        missing = [name for name, value in (("--arrivals", arrivals), ("--agents", agents)) if value is None]
        raise click.UsageError(f"expected {' and '.join(missing)}, or a --target to find one of them for")
    if arrivals is None and agents is None:
        raise click.UsageError("--target: expected --arrivals or --agents beside it, got neither")
    if target is not None and "within" in given and given["within"] is None:
        raise click.UsageError("--target: expected --within beside it: answered how soon?")

    from simcare.report.formula_answers import Asked, answers, formula_data, formula_report, formula_rows

    try:
        found = answers(Asked(name, arrivals, agents, given.pop("within", None), target, given))
    except DomainError as error:
        raise DomainError(re.sub("^agents:", "--agents:", str(error))) from None
    if form == "json":
        deliver(json.dumps(formula_data(found), indent=2) + "\n", output, json=True)
    elif form == "csv":
        deliver(_csv(formula_rows(found)), output)
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


@command.command("offered-load")
@options(
    FILE,
    PLANS,
    DAYS,
    click.option(
        "--target",
        type=Quantity("share", lambda value: parse_share(value, above=True, below=True)),
        metavar="SHARE",
        default="80%",
        help="The share to be answered at once (80%), for which agents are told.",
    ),
    CHANGES,
    FORMAT,
    OUTPUT,
)
def offered_load(
    file: str,
    plan: tuple[str, ...],
    weekdays: frozenset[int] | None,
    target: float,
    changes: tuple[str, ...],
    form: str,
    output: Path | None,
) -> None:
    """When the work of a scenario comes, and agents for it.

    The load follows the contacts: after a surge it is highest when they are already fewer. For any law of
    handling, further messages and escalated work included.
    """
    scenario, plans = _scenario(file, plan, changes, output)
    check_weekdays(scenario.clock, weekdays)
    from simcare.report.lagging import lagging_data, lagging_loads, lagging_report

    found = lagging_loads(scenario, plans, target, weekdays)
    if form == "json":
        deliver(json.dumps(lagging_data(scenario, found, target), indent=2) + "\n", output, json=True)
    elif form == "csv":
        deliver(_csv(lagging_data(scenario, found, target)), output)
    else:
        _deliver_report(lagging_report(scenario, found, target), form, output)


@command.command("time-varying")
@options(FILE, PLANS, CHANGES, FORMAT, OUTPUT)
def time_varying(
    file: str, plan: tuple[str, ...], changes: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Solve a scenario exactly, hour by hour.

    Arrivals by the curve, a head count by the clock, customers who leave. For contact types with a team of
    their own and one answer a contact. What else a scenario has is named, and where a law is not exponential
    the nearest desk is solved, and labelled.
    """
    scenario, plans = _scenario(file, plan, changes, output)
    from simcare.experiment.exact import exact_of
    from simcare.report.exact import exact_data, exact_report

    found = [one for name in plans for one in exact_of(scenario, name)]

    if form == "json":
        deliver(json.dumps([exact_data(one) for one in found], indent=2) + "\n", output, json=True)
    elif form == "csv":
        raise click.UsageError("--format: expected table, markdown or json, got csv")
    else:
        _deliver_report(exact_report(scenario, found), form, output)


def _scenario(
    file: str, plan: tuple[str, ...], changes: tuple[str, ...], output: Path | None
) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario, and the plans asked for."""
    check_output(output)
    from simcare.scenario.load import load

    scenario = load(file, set=changes, allow_large=True)  # the guard is for replications
    spare([scenario.source, *scenario.files], output)
    return scenario, chosen_plans(plan, scenario.plan_names)
