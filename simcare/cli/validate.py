"""`simcare validate FILE…`: can these scenarios be used, and what is wrong with those that cannot?"""

from __future__ import annotations

import click

from simcare.cli.options import ALLOW_LARGE, CHANGES, NO_CONTACTS, options
from simcare.cli.output import say, warn
from simcare.errors import ScenarioError, SimcareError


@click.command("validate")
@options(
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    CHANGES,
    ALLOW_LARGE,
)
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], changes: tuple[str, ...], allow_large: bool) -> None:
    """Say of each scenario that it can be used, or everything that is wrong with it and where.

    Ends with code 2 if any cannot be used.
    """
    from simcare.scenario.load import load

    wrong = False
    for file in files:
        try:
            scenario = load(file, set=changes, allow_large=allow_large)
        except ScenarioError as error:
            wrong = True
            say(str(error), problem=True)
        except SimcareError as error:
            wrong = True
            warn(str(error))
        else:
            from simcare.scenario.size import size_of

            per_day = size_of(scenario).contacts / scenario.clock.total_days
            say(
                f"{file}: ok: {_counted(len(scenario.contacts), 'contact type')}, "
                f"{_counted(len(scenario.plans), 'plan')}, {_per_day(per_day)}, "
                f"{_counted(scenario.clock.days, 'day')}"
            )
            if per_day == 0:
                warn(f"{file}: {NO_CONTACTS}")
            for note in scenario.notes:
                say(f"  note: {note}")
    if wrong:
        ctx.exit(2)


def _per_day(contacts: float) -> str:
    if contacts < 1:
        return "fewer than 1 contact a day" if contacts else "no contacts"
    shown = f"{contacts:,.0f}"
    return f"about {shown} contact{'s' if shown != '1' else ''} a day"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
