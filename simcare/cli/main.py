"""The `simcare` program: its commands, and how everything that goes wrong ends in one message and a code.

Exit codes: 0 done, 1 a check fails, 2 the command or the scenario is wrong, 3 undecided, 130 interrupted,
143 terminated.
A command's module is imported only when that command runs, so that `simcare --help` starts at once.
"""

from __future__ import annotations

import contextlib
import difflib
import gc
import importlib
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn

import click

from simcare import __version__
from simcare.cli import process
from simcare.cli.output import drop_stdout, say, warn
from simcare.errors import ScenarioError, SimcareError

DONE, WRONG, INTERRUPTED, TERMINATED = 0, 2, 130, 143

COMMANDS = {
    "new": "Write a commented scenario to start from.",
    "validate": "Say whether scenario files can be used, and what is wrong with them.",
    "show": "Show arrivals, load and people on duty by time of day, without simulating.",
    "run": "Simulate the plans of a scenario and say which promises they keep.",
    "trace": "Tell what happened to single contacts and agents, minute by minute.",
    "compare": "Say by what each plan is better or worse than another, and how surely.",
    "check": "Hold plans to the checks of a scenario, as in an automatic test.",
    "report": "Write a page to show: the finding, figures, tables, and how to get it again.",
    "theory": "Say what formulas say of a desk, from Erlang’s on, without simulating.",
    "schema": "Print the JSON Schema of scenario files, for editors.",
}
"""The commands and what each does, here so that listing them imports none of them."""


class Commands(click.Group):
    """The group of all commands, each found in the module of its name as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"simcare.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but with the nearest name when there is no such command."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {args[0]!r}; {hint}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"simcare {__version__}")
        ctx.exit()


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Begin with: simcare new my-desk, then: simcare run my-desk.yaml",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def simcare() -> None:
    """Simulate a social-care desk: who is answered in time, at what cost, how sure.

    A scenario is a YAML file that says who writes in and when, who is on duty and
    when, and what was promised.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    with contextlib.suppress(ValueError):  # only the main thread may listen to signals
        signal.signal(signal.SIGTERM, _terminate)
    process.begin()
    code = code_of(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # nothing that is still there need be looked through before the program ends
    sys.exit(code)


class Terminated(KeyboardInterrupt):
    """The program was asked to end, by a signal that is not the keyboard's."""


def _terminate(number: int, frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once is enough
    raise Terminated


def code_of(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; every error becomes one message on stderr."""
    try:
        with _interrupts_kept():
            code = simcare.main(
                args=list(arguments),
                prog_name="simcare",
                standalone_mode=False,
            )
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "simcare"
        warn(f"{_one_sentence(error)} (see {where} --help)")
        return WRONG
    except click.ClickException as error:
        warn(_one_sentence(error))
        return WRONG
    except ScenarioError as error:
        say(str(error), problem=True)
        return WRONG
    except SimcareError as error:
        warn(str(error))
        return WRONG
    except (KeyboardInterrupt, click.Abort) as error:
        if isinstance(error, Terminated) or isinstance(error.__cause__, Terminated):
            warn("terminated")
            return TERMINATED
        warn("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        drop_stdout()  # whoever read our output has seen enough
        return DONE
    except OSError as error:
        if error.filename is not None:
            raise
        drop_stdout()
        warn(f"cannot write to stdout: {error.strerror or error}")
        return WRONG


@contextlib.contextmanager
def _interrupts_kept() -> Iterator[None]:
    """What C calls, as LLVM does while kernels are compiled, cannot raise an interrupt: Python tells of it
    and goes on, and compiling fails a moment later. Then it is the interrupt that is raised.
    """
    kept: list[BaseException] = []
    others = sys.unraisablehook

    def keep(what: sys.UnraisableHookArgs) -> None:
        if isinstance(what.exc_value, KeyboardInterrupt):
            kept.append(what.exc_value)
        else:
            others(what)

    sys.unraisablehook = keep
    try:
        yield
    except Exception:
        if kept:
            raise kept[0] from None
        raise
    finally:
        sys.unraisablehook = others


def _one_sentence(error: click.ClickException) -> str:
    """Click's message in our manner: no capital, no full stop at the end."""
    message = error.format_message().rstrip(".").replace(". Did you mean", "; did you mean")
    if several := re.fullmatch(r"(.*)\. \(Did you mean one of: (.*)\?\)", message):
        message = f"{several[1]}; did you mean {' or '.join(several[2].split(', '))}?"
    return message[:1].lower() + message[1:]
