"""The sums of replications: all that an estimate over them will ever need of their Logs.

Their size depends on the scenario's types, teams, days and intervals, not on how many contacts there were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcare.demand.tape import Tape
from simcare.engine.log import Log
from simcare.measures.contacts import Answered, answered, step_times
from simcare.measures.counts import Counts, counted
from simcare.measures.exposure import daily, exposures
from simcare.measures.fates import fates
from simcare.measures.frame import Float, Frame, frame_of
from simcare.measures.incidents import incidents
from simcare.measures.inventory import inventory
from simcare.measures.losses import losses, told
from simcare.measures.pile_on import complaints_of, piled_on
from simcare.measures.played import Played, Replication
from simcare.measures.registry import MEASURES, Measure
from simcare.measures.service import Parts, service
from simcare.measures.sweep import swept
from simcare.measures.waits import SPREADS, kinds_in, replying_team, waited, waits_in_cells
from simcare.measures.workload import workload
from simcare.staffing.roster import Roster

if TYPE_CHECKING:
    from simcare.scenario.scenario import Scenario


class Series(NamedTuple):
    """What one row of sums is about; a dimension that does not apply, or is not broken down, is ""."""

    measure: str
    contacts: str = ""
    team: str = ""
    promise: str = ""


@dataclass(frozen=True)
class Sums:
    """Some replications of one plan.

    ``numerators`` and ``denominators`` have the shape (replications, series, cells): `series_of` names the
    rows, `Frame.in_cells` the columns. ``waits`` are the counts of waits on the log grid, ``powers`` the sums
    of their powers (replications, kinds, 1 + types, cells, 3), ``daily`` the unanswered impressions of each
    day, drawn several times (`worst_days`): (replications, draws, days).
    """

    numerators: Float
    denominators: Float
    waits: Counts
    powers: Float
    daily: Float


def sums_of(scenario: Scenario, plan: str, tape: Tape, roster: Roster, log: Log) -> Sums:
    """The sums of one replication of a plan."""
    return sums_in(frame_of(scenario, plan), [Replication(tape, roster, log)])


def sums_in(frame: Frame, replications: Sequence[Replication], kernels: Any = None) -> Sums:
    """The sums of replications, for a frame at hand: the same as if each were alone.

    With `kernels`, the module `simcare.measures.kernels`, they are the same and take less time.
    """
    played = Played.of(frame, replications)
    frame = played.frame
    times = step_times(played.log, kernels)
    contacts: Answered = answered(played, times, kernels)
    team = replying_team(frame, played.roster, contacts)
    waits = waited(played, times, contacts, team, kernels)
    in_cells = waits_in_cells(frame, contacts, waits, kernels)
    parts: Parts = service(played, contacts, waits, team, in_cells, kernels)
    parts |= told(frame, contacts) if frame.public else {}
    counts = counted(frame, waits, kernels)
    powers = np.moveaxis(in_cells[[kinds_in(frame).index(kind) for kind in SPREADS]], (3, 1), (0, -1))
    del contacts, team, waits  # a long run has millions
    found = None if kernels is None else swept(played, times, kernels)
    parts |= inventory(played, times, found and found.of_types)
    parts |= workload(played, found and found.of_teams)
    complaints = complaints_of(played, fates(played.log, times, kernels), kernels) if frame.public else []
    parts |= exposures(frame, complaints) if frame.public else {}
    parts |= incidents(played, complaints) if frame.trending is not None else {}
    parts |= piled_on(played) if "pile-on" in frame.has else {}
    parts |= losses(frame, parts) if frame.prices.has("any") else {}
    return Sums(
        numerators=_rows(frame, [parts[one.name][0] for one in summed(frame)]),
        denominators=_rows(frame, [parts[one.name][1] for one in summed(frame)]),
        waits=counts,
        powers=np.ascontiguousarray(powers),
        daily=daily(frame, complaints),
    )


def _rows(frame: Frame, parts: list[Float]) -> Float:
    """Parts one below the other, replication by replication: (replications, series, cells)."""
    rows = np.empty((frame.replications, sum(map(len, parts)), frame.cells))
    below = np.cumsum([0, *(len(one) for one in parts)]).tolist()
    for part, (begin, after) in zip(parts, pairwise(below), strict=True):
        rows[:, begin:after] = part.swapaxes(0, 1)
    return rows


@lru_cache(maxsize=64)
def series_of(frame: Frame) -> tuple[Series, ...]:
    """The rows of `Sums.numerators`, in their order: by measure, the total first, then types, teams or
    promises.
    """
    series: list[Series] = []
    for one in summed(frame):
        name = one.name
        by_team = [Series(name, team=team) for team in frame.teams]
        if name == "service_level":
            for promise in frame.promises:
                about = [Series(name), *(Series(name, contacts=frame.types[t]) for t in promise.types)]
                about += by_team if frame.teams_too else []
                series += [row._replace(promise=promise.name) for row in about]
        elif "contacts" in one.dimensions:
            series += [Series(name), *(Series(name, contacts=of_type) for of_type in frame.types)]
            series += by_team if frame.teams_too and "team" in one.dimensions else []
            shared = (promise for promise in frame.shared if name == f"{promise.waits}_mean")
            series += [Series(name, promise=promise.name) for promise in shared]
        else:
            series += [Series(name), *(by_team if "team" in one.dimensions else [])]
    return tuple(series)


def applies(measure: Measure, frame: Frame) -> bool:
    """Whether there is anything that the measure is about: an audience, what it needs, a price."""
    there_is = bool(frame.public) or not measure.audience
    return there_is and measure.needs in ("", *frame.has) and frame.prices.has(measure.price)


@lru_cache(maxsize=64)
def summed(frame: Frame) -> tuple[Measure, ...]:
    """The measures that are ratios of sums, in the order of the registry."""
    return tuple(
        one
        for one in MEASURES.values()
        if applies(one, frame) and not (one.waits or one.at_instant or one.tail)
    )
