"""The page on the commands, from the objects of click that the program itself runs."""

from __future__ import annotations

from collections.abc import Iterator

import click

from simcare.cli.main import COMMANDS, simcare

HEAD = """\
# Commands

<!-- Written by generate.py from the commands in simcare/cli. -->

What `simcare COMMAND --help` says, on one page. Results go to standard output, or to the file that
`--output` names; progress, warnings and errors go to standard error. Colours are left out in pipes and where
`NO_COLOR` is set.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | a check fails |
| 2 | the command or the scenario is wrong: one message says what was expected and what was found |
| 3 | undecided: more replications are needed |
| 130, 143 | interrupted, terminated |
"""


def commands() -> str:
    """The page: each command with its arguments and options, in the order of `simcare --help`."""
    context = click.Context(simcare, info_name="simcare")
    parts = [HEAD]
    for name in COMMANDS:
        command = simcare.get_command(context, name)
        if command is None:
            raise LookupError(f"no command {name}")
        parts += _command(command, click.Context(command, info_name=name, parent=context), "##")
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context, level: str) -> Iterator[str]:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f"{level} {context.info_name}\n\n```text\n{usage}\n```\n"
    yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n")) + "\n"
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        yield "| option | what it does |\n| --- | --- |"
        for option in options:
            names, what = (text.replace("|", "\\|") for text in option.get_help_record(context) or ("", ""))
            yield f"| `{names}` | {what} |"
        yield ""
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from _command(one, click.Context(one, info_name=name, parent=context), f"{level}#")
