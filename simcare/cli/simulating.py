"""Simulating, as several commands do it: the same options, warnings and progress."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simcare.cli.options import (
    CHANGES,
    JOBS,
    NO_CONTACTS,
    PLANS,
    PRECISION,
    REPLICATIONS,
    SEED,
    chosen_plans,
    chosen_precision,
)
from simcare.cli.output import deliver, spare, warn

if TYPE_CHECKING:
    from simcare.engine.simulate import Choice
    from simcare.experiment.result import Result
    from simcare.scenario.scenario import Scenario

Option = Callable[[Any], Any]
"""What adds an option to a command."""


def _list_measures(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from simcare.report.registry import measure_lines

        deliver("\n".join(measure_lines()) + "\n", None)
        ctx.exit()


def simulating(measures: str) -> tuple[Option, ...]:
    """The options of a command that simulates, up to where its results go; `measures` says what becomes of
    those asked for.
    """
    return (*_SIMULATING, _measures(measures), _LIST)


def _measures(what: str) -> Option:
    return click.option(
        "--measure",
        "measures",
        multiple=True,
        metavar="MEASURE",
        help=f"{what}, in some hours or on some days if need be, as in --measure "
        "'waiting_p90 18:00-22:00 mon-fri' and --measure 'queue at 19:30'. Can be repeated.",
    )


RUNNING = (
    click.option(
        "--seed", type=SEED, metavar="N", help="Where chance begins; the same seed, the same result."
    ),
    click.option(
        "--jobs",
        type=JOBS,
        metavar="N",
        help="Processes to run on (all cores if that is sooner). The result does not depend on it.",
    ),
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on a Dask cluster instead, tcp://HOST:PORT, or local for one of this machine's cores. The "
        "result does not depend on it.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["auto", "compiled", "reference"]),
        default="auto",
        help="compiled is faster, but takes seconds to load or compile; auto takes what is sooner done. The "
        "result does not depend on it.",
    ),
)
"""The options that say from which chance, where and by which engine."""

_SIMULATING = (
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
        multiple=True,
        metavar="[MEASURE=]SHARE",
        help="Add replications until each service level with a target is known this closely, as in "
        "--precision 0.5%; or the measure named, as in --precision waiting_mean=5%.",
    ),
    *RUNNING,
)

_LIST = click.option(
    "--list-measures",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_measures,
    help="Explain every measure, and stop.",
)

SIMULATING = simulating("Report this measure alone")
"""The options of a command that simulates, up to where its results go."""

QUIET = click.option("--quiet", is_flag=True, help="No progress and no warnings.")


@dataclass(frozen=True)
class Wanted:
    """What the command line asks to be simulated, as click read it; `plan` are the names of plans."""

    file: str
    plan: tuple[str, ...]
    changes: tuple[str, ...]
    replications: int | None
    precision: tuple[tuple[str, float], ...]
    seed: int | None
    jobs: int | None
    cluster: str | None
    engine: Choice
    measures: tuple[str, ...]
    quiet: bool
    allow_large: bool

    def load(self, *outputs: Path | None) -> Scenario:
        """The scenario, once it is known that no result would replace what it is made from."""
        from simcare.scenario.load import load
        from simcare.scenario.size import size_of

        scenario = load(self.file, set=self.changes, allow_large=self.allow_large)
        for output in outputs:
            spare([scenario.source, *scenario.files], output)
        self.plans(scenario)
        if not self.quiet:
            for note in scenario.notes:
                warn(note)
            if not size_of(scenario).contacts:
                warn(NO_CONTACTS)
        return scenario

    def plans(self, scenario: Scenario) -> tuple[str, ...]:
        """The plans asked for."""
        return chosen_plans(self.plan, scenario.plan_names)

    def run(self, scenario: Scenario) -> Result:
        """The result, with progress on stderr."""
        from simcare.cli.progress import progress
        from simcare.experiment.run import run

        plans = self.plans(scenario)
        with progress(self.quiet) as tick:
            return run(
                scenario,
                plans=plans,
                replications=self.replications,
                precision=chosen_precision(self.precision),
                seed=self.seed,
                jobs=self.jobs
                or jobs_for(scenario, len(plans), self.replications, self.cluster, self.engine),
                cluster=self.cluster,
                measures=self.measures,
                engine=self.engine,
                progress=tick,
                compiling=None if self.quiet else tell_of_compiling,
            )

    def command(self, name: str) -> str:
        """The command line that gives the same result again, in the scenario's own folder."""
        return shlex.join(["simcare", name, *self._words()])

    def _words(self) -> Iterator[str]:
        yield Path(self.file).name
        for option, values in (("--plan", self.plan), ("--set", self.changes), ("--measure", self.measures)):
            for value in values:
                yield from (option, value)
        for measure, share in self.precision:
            yield from ("--precision", f"{measure}={share * 100:g}%" if measure else f"{share * 100:g}%")
        for option, number in (("--replications", self.replications), ("--seed", self.seed)):
            if number is not None:
                yield from (option, str(number))
        if self.allow_large:
            yield "--allow-large"


def tell_of_compiling() -> None:
    """Say why the first run of the fast engine takes a while."""
    warn("compiling the fast engine, which takes some seconds, once on this machine")


def jobs_for(
    scenario: Scenario, plans: int, replications: int | None, cluster: str | None, engine: Choice
) -> int:
    """All cores; one process for a run on a cluster, or over before other processes would have begun."""
    from simcare.engine.simulate import chosen
    from simcare.experiment.backend import jobs_that_pay
    from simcare.scenario.size import size_of

    if cluster is not None:
        return 1
    messages = size_of(scenario).steps * plans * (replications or scenario.experiment.replications)
    return jobs_that_pay(chosen(engine, messages), messages)
