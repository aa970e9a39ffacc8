"""Running a scenario: replications of its plans, on one or several processes, to the precision asked for."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple

from simcare.demand.draw import Demand, demand_of, tapes_from
from simcare.demand.streams import Streams
from simcare.demand.tape import Tape
from simcare.engine.log import Log
from simcare.engine.simulate import Choice, Engine, chosen, simulate, simulator
from simcare.errors import UsageError
from simcare.experiment.backend import Backend, backend
from simcare.experiment.header import header_of
from simcare.experiment.precision import Precision, precision_of
from simcare.experiment.replication import check_scenario, chosen_plans, draw
from simcare.experiment.result import Result
from simcare.measures.frame import Frame, frame_of
from simcare.measures.played import Replication
from simcare.measures.pool import Pool
from simcare.measures.sums import Sums, sums_in
from simcare.scenario.asking import ask
from simcare.scenario.scenario import Scenario
from simcare.scenario.size import size_of
from simcare.staffing.duty import rosters_from
from simcare.staffing.routing import rules_of
from simcare.staffing.rules import Rules
from simcare.staffing.schedule import Schedule, schedule_of

CHUNK, MOST_IN_CHUNK = 4, 64
"""Up to so many replications are summed up together, in a run of few and in one of many, whatever the number
of processes: so no sum depends on it.
"""

CHUNKS = 16
"""Into at least so many chunks a longer run is cut, so that many processes share it evenly."""

MOST_CONTACTS = 200_000
"""Replications of a chunk are measured together up to so many contacts, and slots of contact types, so that
memory stays bounded.
"""

MOST_DOUBLINGS = 6
"""A precision is pursued up to 2⁶ = 64 times the replications begun with."""

SOON = 200_000
"""The reference engine plays so many messages in two seconds or three."""

Progress = Callable[[int, int], None]
Pools = dict[str, Pool]


def run(
    scenario: Scenario,
    *,
    plans: Sequence[str] | None = None,
    replications: int | None = None,
    precision: float | Mapping[str, float] | None = None,
    seed: int | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    measures: Sequence[str | Mapping[str, Any]] = (),
    engine: Choice = "auto",
    progress: Progress | None = None,
    compiling: Callable[[], None] | None = None,
) -> Result:
    """Simulate the plans of a scenario and estimate every measure.

    Parameters
    ----------
    scenario
        as `simcare.load` gives it.
    plans
        names of plans, in the order in which to report them; all by default. In each replication they serve
        the same customers.
    replications
        how often to replay the days; the scenario's number by default.
    precision
        add replications, doubling their number up to 64 times over, until every service level that has a
        target is known to within this share on either side (0.005 is half a percentage point), in total
        under every plan. Or a map from measures to such numbers: ``{"waiting_mean": 0.05}`` until the mean
        wait is off by at most 5% of itself; a measure that is a share, by 5 points.
    seed
        where chance begins; the scenario's own by default.
    jobs
        processes to run on, -1 for one a core. The result does not depend on it.
    cluster
        run on a Dask cluster instead: the address of its scheduler, ``"tcp://10.0.0.5:8786"``, or ``"local"``
        for one of this machine's cores. The result does not depend on it either.
    measures
        measures to report beside the standard ones and the scenario's own: names, short forms such as
        ``"waiting_p90 18:00–22:00 mon-fri"`` and ``"queue at 19:30"``, or maps with the keys of `measures`.
    engine
        ``"reference"`` begins at once, ``"compiled"`` is faster and takes a while to load, and to compile
        when it is used for the first time; ``"auto"`` takes what is sooner done. The result is the same.
    progress
        called as ``progress(done, total)`` with replications done and to be done, from this process.

    compiling
        called before the compiled engine is compiled.

    Raises
    ------
    UsageError
        for arguments that name or ask for what there is not.
    ClusterError
        for a cluster that cannot be reached or is lost.
    """
    check_scenario(scenario)
    wanted = None if precision is None else precision_of(scenario, precision)
    scenario = asking(scenario, measures if wanted is None else [*measures, *wanted.beside])
    names = chosen_plans(scenario, plans)
    begun_with = scenario.experiment.replications if replications is None else replications
    work = work_of(scenario, names, begun_with, seed, engine)
    with backend(jobs, cluster) as where:
        if work.engine == "compiled":
            work.compile_once(where, compiling or (lambda: None))
        pools = work.pools(0, begun_with, where, progress)
        done = begun_with
        if wanted is not None:
            most = begun_with << MOST_DOUBLINGS
            while done < most and not _precise(work, pools, wanted):
                pools = work.pools(done, 2 * done, where, progress, pools)
                done *= 2
    frames = {name: desk.frame for name, desk in work.desks.items()}
    notes = [] if wanted is None else list(_missed(work, pools, wanted, done))
    return Result(header_of(scenario, work.seed, frames, pools, notes), scenario, frames, pools)


def work_of(
    scenario: Scenario, plans: tuple[str, ...], replications: int, seed: int | None, engine: Choice
) -> Work:
    """What there is to simulate, with the engine chosen for so many replications to begin with."""
    if replications < 1:
        raise UsageError(f"expected at least 1 replication, got {replications}")
    messages = size_of(scenario).steps * len(plans) * replications
    seed = scenario.experiment.seed if seed is None else seed
    return Work(scenario, plans, seed, chosen(engine, messages))


def asking(scenario: Scenario, measures: Sequence[str | Mapping[str, Any]]) -> Scenario:
    """The scenario with measures asked for beside its own, each once."""
    if isinstance(measures, str):
        raise UsageError(f"expected a list of measures, got the text {measures!r}: write [{measures!r}]")
    asked = [*scenario.measures, *(ask(scenario, one) for one in measures)]
    return replace(scenario, measures=tuple(dict.fromkeys(asked)))


class Desk(NamedTuple):
    """What is the same in every replication of a plan."""

    schedule: Schedule
    rules: Rules
    frame: Frame


@dataclass(frozen=True)
class Work:
    """What every process is told: which plans of which scenario to simulate, and from which seed."""

    scenario: Scenario
    plans: tuple[str, ...]
    seed: int
    engine: Engine = "reference"

    @cached_property
    def demand(self) -> Demand:
        """Who writes in, whatever the plan."""
        return demand_of(self.scenario)

    @cached_property
    def desks(self) -> dict[str, Desk]:
        """By plan."""
        return {
            plan: Desk(
                schedule_of(self.scenario, plan), rules_of(self.scenario, plan), frame_of(self.scenario, plan)
            )
            for plan in self.plans
        }

    def pools(
        self, first: int, after: int, where: Backend, progress: Progress | None, before: Pools | None = None
    ) -> Pools:
        """The pools of the replications from `first` up to `after`, by plan, and of those `before`.

        They are added in their order, one chunk after the other: so the last bit does not tell how often it
        was gone on.
        """
        chunks = chunks_of(first, after)
        if progress is not None:
            progress(first, after)
        pools = before
        kernels = sys.modules.get("simcare.measures.kernels")  # where chunks are simulated elsewhere, none
        _ = self.demand, self.desks  # made here, once, to go along with every chunk
        found = where.each(self.chunk, chunks)
        try:
            for (_, done), part in zip(chunks, found, strict=True):
                pools = part if pools is None else _sum(pools, part, kernels)
                if progress is not None:
                    progress(done, after)
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # joblib tells that work was left undone, which was meant
                found.close()
        assert pools is not None, "at least one replication was asked for"
        return pools

    def compile_once(self, where: Backend, compiling: Callable[[], None]) -> None:
        """Compile what was not compiled before on this machine; `compiling` is called before."""
        halves = None
        if size_of(self.scenario).steps * len(self.plans) <= SOON:
            halves = self._played, partial(self.chunk, 0, 1, by="reference")
        where.compile_once(self.chunk, halves, compiling)

    def _played(self) -> Log:
        """The first replication of a plan, for the sake of the engine that plays it."""
        return simulate(*draw(self.scenario, self.plans[0], seed=self.seed), self.engine)

    def chunk(self, first: int, after: int, by: Engine | None = None) -> Pools:
        """The pools of some replications, played by another engine if one is told. Each tape is drawn once
        and serves all plans.
        """
        kernels = import_module("simcare.measures.kernels") if self.engine == "compiled" else None
        players = {plan: simulator(desk.rules, by or self.engine) for plan, desk in self.desks.items()}
        drawing = import_module("simcare.demand.kernels") if self.engine == "compiled" else None
        sums: dict[str, list[Sums]] = {plan: [] for plan in self.plans}
        streams = Streams(self.seed, range(first, after), drawing)
        rosters = {plan: iter(rosters_from(desk.schedule, streams)) for plan, desk in self.desks.items()}
        slots = max(desk.frame.slots * len(desk.frame.types) for desk in self.desks.values())
        for tapes in _together(tapes_from(self.demand, streams), slots):
            for plan, desk in self.desks.items():
                play, following = players[plan], zip(tapes, rosters[plan], strict=False)
                played = [Replication(*of_one, play(*of_one)) for of_one in following]
                sums[plan].append(sums_in(desk.frame, played, kernels))
                del played  # before the next is drawn
        return {
            plan: Pool.of_all(sums[plan], desk.frame.kept_cells, kernels) for plan, desk in self.desks.items()
        }


def chunks_of(first: int, after: int) -> list[tuple[int, int]]:
    """The replications from `first` up to `after` in parts: none has two more than another."""
    size = after - first
    number = max(min(CHUNKS, -(-size // CHUNK)), -(-size // MOST_IN_CHUNK))
    return list(pairwise(first + part * size // number for part in range(number + 1)))


def _together(tapes: Iterable[Tape], slots: int) -> Iterator[list[Tape]]:
    """The tapes of replications that are measured together, each with so many slots of contact types: a quiet
    year takes its memory by the slot.
    """
    group: list[Tape] = []
    size = 0
    for tape in tapes:
        more = tape.contacts + slots
        if group and size + more > MOST_CONTACTS:
            yield group
            group, size = [], 0
        group.append(tape)
        size += more
    yield group


def _precise(work: Work, pools: Pools, wanted: Precision) -> bool:
    """Is the precision reached under every plan?"""
    confidence = work.scenario.experiment.confidence
    return all(wanted.reached(work.desks[plan].frame, pool, confidence) for plan, pool in pools.items())


def _missed(work: Work, pools: Pools, wanted: Precision, replications: int) -> Iterator[str]:
    """What was asked for of precision, and is not reached or means nothing."""
    confidence = work.scenario.experiment.confidence
    for plan, pool in pools.items():
        for name in wanted.undefined(work.desks[plan].frame, pool, confidence):
            yield f"A precision of {name} was asked for, which is undefined under plan {plan}."
    if not _precise(work, pools, wanted):
        yield (
            f"The precision asked for, {wanted}, is not reached with {replications} replications, the most "
            "that are tried."
        )


def _sum(pools: Pools, more: Pools, kernels: Any) -> Pools:
    return {name: Pool.sum([pool, more[name]], kernels) for name, pool in pools.items()}
