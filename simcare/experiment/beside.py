"""The simulation beside the formula: a scenario that checks the simulator, or the formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simcare.errors import TooLarge, UsageError
from simcare.experiment.exact import Exact, nearest_of
from simcare.experiment.output import Value, written
from simcare.experiment.parts import Part, parts_of
from simcare.experiment.result import Result
from simcare.measures.registry import MEASURES
from simcare.measures.sums import Series, series_of


class Beside(NamedTuple):
    """One figure both ways, in the unit of the measure.

    ``off``: how many standard errors the simulation lies above the formula; None where it does not vary.
    ``apart``: by what share of the simulated figure the formula is above it; None where that is 0.
    """

    plan: str
    measure: str
    contacts: str
    promise: str
    simulated: float
    standard_error: float
    formula: float
    off: float | None
    apart: float | None


@dataclass(frozen=True)
class Solved:
    """A part of a plan and what the solver says of it, or ``why`` it says nothing.

    It is ``exact``, or says in what the desk solved is only the nearest (``found.differs``).
    """

    part: Part
    found: Exact | None
    why: str = ""

    @property
    def exact(self) -> bool:
        """Whether the desk solved is the part's own."""
        return self.found is not None and not self.found.differs


def solved(result: Result) -> dict[str, tuple[Solved, ...]]:
    """What the solver says of each plan, part by part."""
    return {
        plan: tuple(_solved(result, part) for part in parts_of(result.scenario, plan))
        for plan in result.pools
    }


def _solved(result: Result, part: Part) -> Solved:
    try:
        return Solved(part, nearest_of(result.scenario, part))
    except (UsageError, TooLarge) as error:
        return Solved(part, None, str(error))


def beside(result: Result, exact: Exact) -> Iterator[Beside]:
    """The figures of a plan, or a part of one, that was solved."""
    pool, rows = result.pools[exact.plan], series_of(result.frames[exact.plan])
    for series, formula in _figures(result, exact).items():
        if series not in rows:
            continue
        sums = pool.sums.row(rows.index(series))
        scale = MEASURES[series.measure].scale
        simulated, error = float(sums.ratio()[0]) * scale, float(sums.standard_error()[0]) * scale
        nothing = series.measure == "abandonment" and formula == simulated == 0  # nobody has a patience
        if formula != formula or simulated != simulated or nothing:
            continue
        yield Beside(
            exact.plan,
            series.measure,
            series.contacts,
            series.promise,
            simulated,
            error,
            formula,
            (simulated - formula) / error if error else None,
            formula / simulated - 1 if simulated else None,
        )


def _figures(result: Result, exact: Exact) -> Mapping[Series, float]:
    """What is known of the formula, by the row of the simulation that it stands beside."""
    whole = exact.types == result.scenario.contact_names
    types = [""] if whole else list(exact.types)
    figures = {
        Series("service_level", promise=promise): value for promise, value in exact.service_level.items()
    }
    if len(types) == 1:
        figures[Series("queue", types[0])] = float(exact.queue.mean())
    for name in types:
        figures[Series("waiting_mean", name)] = exact.waiting_mean
        figures[Series("abandonment", name)] = exact.abandonment
    if any(len(result.scenario.teams[team].chats) > 1 for team in exact.teams):
        return figures  # the formula's agents are chats
    if exact.teams == result.scenario.team_names or (whole and len(exact.teams) > 1):
        figures[Series("occupancy")] = exact.occupancy
    elif len(exact.teams) == 1:
        figures[Series("occupancy", team=exact.teams[0])] = exact.occupancy
    return figures


def beside_data(result: Result) -> list[dict[str, object]]:
    """All of it as plain values, one entry for each part of each plan."""
    return [_entry(result, one) for parts in solved(result).values() for one in parts]


def _entry(result: Result, one: Solved) -> dict[str, object]:
    about: dict[str, object] = {
        "plan": one.part.plan,
        "contacts": list(one.part.types),
        "teams": list(one.part.teams),
        "exact": one.exact,
        "beyond": list(one.part.beyond),
    }
    if one.found is None:
        return {**about, "why": one.why, "figures": []}
    figures = [
        {name: _plain(value) for name, value in figure._asdict().items() if name != "plan"}
        for figure in beside(result, one.found)
    ]
    return {**about, "differs": list(one.found.differs), "figures": figures}


def _plain(value: Value) -> Value:
    """The value as a row writes it, and None where it is undefined."""
    return None if value != value else written(value)
