"""How busy the teams are, by hour: a row of coloured cells for each team and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcare.report.figures import Found, share
from simcare.report.page.marks import Block, Cell, cells_height, draw_cells, per_cent
from simcare.report.page.material import Material
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import MANY, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = (0.5, 0.7, 0.85, 0.95)
"""Where the colours change: beyond 85% waits grow fast, beyond 95% there is no room for chance."""

LEGEND = (
    ("cell-1", "up to 50%"),
    ("cell-2", "70%"),
    ("cell-3", "85%"),
    ("cell-4", "95%"),
    ("cell-5", "more"),
)


def occupancy_map(material: Material) -> Picture | None:
    """Occupancy of every team in every interval; None if there is but one interval, or nobody on duty."""
    view = material.view
    teams = _teams(view)
    if len(view.intervals) == 1 or not teams:
        return None
    blocks = [
        Block(
            team or "all teams",
            [
                (plan, [_cell(view, plan, team, at) for at in view.intervals])
                for plan in material.plans
                if _works(view, plan, team)
            ],
        )
        for team in teams
    ]

    def draw(figure: Figure) -> None:
        draw_cells(figure.subplots(), blocks, LEGEND)

    return Picture(
        name="occupancy-by-hour",
        title=_title(view, teams),
        alt=(
            f"Rows of cells from 00:00 to 24:00, one for each plan under each of {len(teams)} team(s), the "
            "stronger the colour the busier. The table has the figures."
        ),
        caption=(
            "In each cell the share of the time on duty that is spent on messages, in per cent. Above some "
            "85% waits grow fast; a dash: nobody on duty."
        ),
        height=cells_height(blocks),
        draw=draw,
        table=_table(view, teams),
    )


def _teams(view: View) -> list[str]:
    """The teams at work, one by one if they are few, or "" for all together."""
    teams = [
        team for team in view.scenario.team_names if any(_works(view, plan, team) for plan in view.plans)
    ]
    return teams if len(teams) <= MANY else [""]


def _works(view: View, plan: str, team: str) -> bool:
    return bool(view.found(plan, "staffed_hours", team=team).estimate)


def _cell(view: View, plan: str, team: str, at: str) -> Cell:
    value = view.found(plan, "occupancy", team=team, interval=at).estimate
    if value is None:
        return Cell(None)
    return Cell(f"cell-{1 + sum(value > step for step in STEPS)}", per_cent(value))


def _title(view: View, teams: list[str]) -> str:
    """When who is busiest."""
    busy = {
        (plan, team, at): value
        for plan in view.plans
        for team in teams
        for at in view.intervals
        if (value := view.found(plan, "occupancy", team=team, interval=at).estimate) is not None
    }
    if not busy:
        return "Nobody is on duty"
    plan, team, at = max(busy, key=lambda place: busy[place])
    whom = f"{team or 'the desk'}" + (f" under {plan}" if len(view.plans) > 1 else "")
    total = view.found(plan, "occupancy", team=team)
    return (
        f"Busiest is {whom} from {at}, {share(Found(busy[plan, team, at]))} of its time; over the day "
        f"{share(Found(total.estimate))}"
    )


def _table(view: View, teams: list[str]) -> Table:
    columns = (Column("from", "left"), *(Column(plan) for plan in view.plans))
    rows: list[tuple[str, ...]] = []
    for team in teams:
        rows.append((team or "all teams",))
        for at in view.intervals:
            found = [view.found(plan, "occupancy", team=team, interval=at) for plan in view.plans]
            if any(one.estimate is not None for one in found):
                rows.append((at, *map(share, found)))
    return Table("Occupancy by time of day", columns, tuple(rows))
