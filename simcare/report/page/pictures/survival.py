"""How long customers wait for the first reply: the share that still has none, by the time since it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcare.measures.grid import middle_s
from simcare.measures.sums import Series, series_of
from simcare.report.figures import Found, number, share
from simcare.report.intervals import abouts, listed
from simcare.report.page.marks import End, label, name_ends, of_plan
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.plans import WAITS_IN_WORDS
from simcare.report.table import Column, Table
from simcare.report.view import Promise, Waits, label_of
from simcare.scenario.quantities import format_duration, format_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL = 215.0
MOST_PANELS = 4
TICKS_S = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 86_400, 7 * 86_400, 28 * 86_400)
TABLE_S = (
    0,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    4 * 3600,
    8 * 3600,
    86_400,
    2 * 86_400,
    7 * 86_400,
)


@dataclass(frozen=True)
class Curve:
    """The share of a plan's contacts that have no reply after so many seconds, those never answered
    included.
    """

    seconds: Float
    left: Float

    def at(self, seconds: float) -> float:
        """The share after so many seconds."""
        place = int(np.searchsorted(self.seconds, seconds, side="right"))
        return float(self.left[place - 1]) if place else 1.0


@dataclass(frozen=True)
class Panel:
    """One set of contacts and what of their waits is promised."""

    types: tuple[str, ...]
    waits: Waits
    promises: tuple[Promise, ...]
    curves: dict[str, Curve]


def survival_picture(material: Material) -> Picture | None:
    """A curve for each plan, in a panel for each set of contacts with a promise."""
    panels = _panels(material)[:MOST_PANELS]
    if not panels:
        return None

    def draw(figure: Figure) -> None:
        for axes, panel in zip(np.ravel(figure.subplots(len(panels), 1)), panels, strict=True):
            _panel(axes, material, panel)

    what = " and ".join(dict.fromkeys(WAITS_IN_WORDS[panel.waits] for panel in panels))
    return Picture(
        name="time-to-reply",
        title=_title(material, panels),
        alt=(
            f"A panel for each of {len(panels)} set(s) of contacts: the share without {what} falls with the "
            "time since the contact arrived, a line for each plan; promises are marked at their time. The "
            "table has the figures."
        ),
        caption=(
            "Of all contacts that needed an answer, those without one after so long; the time has a scale "
            "on which each step is a multiple. Where a line stays level, customers had left, or given up, "
            "and are never answered. A mark: the promise; the line must pass below it for the target to be "
            "met (where it counts all contacts)."
        ),
        height=PANEL * len(panels) + 20,
        draw=draw,
        table=_table(panels, material),
    )


def _panels(material: Material) -> list[Panel]:
    view = material.view
    found = []
    for about in abouts(view, view.plans[0]):
        pool = view.pool(about.types)
        if pool is None:
            continue
        for waits in about.clocks:
            promises = tuple(one for one in about.promises if one.waits == waits)
            curves = {plan: _curve(material, plan, pool, waits) for plan in view.plans}
            known = {plan: curve for plan, curve in curves.items() if curve is not None}
            if known:
                found.append(Panel(about.types, waits, promises, known))
    return found


def _curve(material: Material, plan: str, contacts: str, waits: Waits) -> Curve | None:
    pool, frame = material.view.result.pools[plan], material.view.result.frames[plan]
    group = ("", *frame.types).index(contacts)
    counted = pool.waits(frame, frame.kind_of(waits), group, 0)
    row = series_of(frame).index(Series("actionable", contacts=contacts))
    everyone = float(pool.sums.numerator[row, 0])
    if not everyone:
        return None
    seconds = np.array([middle_s(int(one)) for one in counted.bins])
    return Curve(seconds, 1.0 - counted.cumulated / everyone)


def _panel(axes: Axes, material: Material, panel: Panel) -> None:
    limits = _limits(panel)
    first = max(1.0, min([limit / 50 for limit in limits] or [60.0]))
    last = max(
        [3600.0, *(limit * 4 for limit in limits), *(_nearly_done(curve) for curve in panel.curves.values())]
    )
    ends = []
    for position, plan in enumerate(material.plans):
        if (curve := panel.curves.get(plan)) is None:
            continue
        shown = (curve.seconds >= first) & (curve.seconds <= last)
        at, left = _thinned(curve.seconds[shown], 100 * curve.left[shown])
        at = np.concatenate(([first], at, [last]))
        left = np.concatenate(([100 * curve.at(first)], left, [100 * curve.at(last)]))
        axes.plot(at, left, drawstyle="steps-post", **of_plan(position))
        ends.append(End(plan, 100 * curve.at(last), plan_colour(position)))
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    ticks = [tick for tick in TICKS_S if first <= tick <= last]
    axes.set_xticks(ticks, [format_duration(1000 * tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_ylim(0, 100)
    axes.set_ylabel(f"% without {'an answer' if panel.waits == 'answer' else 'a reply'}")
    axes.set_xlabel("time since the contact arrived")
    axes.set_title(label(label_of(material.scenario, panel.types), 80, 1))
    for promise in panel.promises:
        if (limit := promise.within_s) is None:
            continue
        axes.axvline(limit, color=light("ink"), linewidth=1, linestyle=(0, (2, 2)))
        words, limit_in_words = promise.name, format_duration(1000 * limit)
        if limit_in_words not in words:
            words += f" ({limit_in_words})"
        if promise.target is not None:
            axes.plot(
                limit,
                100 * (1 - promise.target),
                "D",
                color=light("ink"),
                markersize=6,
                clip_on=False,
                zorder=5,
            )
            words += f", target {format_share(promise.target)}"
        words = label(words, 30, 3)
        axes.annotate(words, (limit, 97), (5, 0), textcoords="offset points", va="top", fontsize=10)
    name_ends(axes, ends, height=PANEL - 65)


def _limits(panel: Panel) -> list[float]:
    return [promise.within_s for promise in panel.promises if promise.within_s is not None]


def _nearly_done(curve: Curve) -> float:
    """When all but one in fifty of those that are ever answered are."""
    if not len(curve.seconds):
        return 0.0
    floor = curve.left[-1]
    place = int(np.argmax(curve.left - floor <= 0.02 * (1 - floor)))
    return float(curve.seconds[place])


def _thinned(at: Float, left: Float) -> tuple[Float, Float]:
    """No more points than can be seen: those a fifth of a per cent apart."""
    kept = np.append(True, np.diff(np.floor(left * 5)) != 0)[: len(left)]
    return at[kept], left[kept]


def _title(material: Material, panels: Sequence[Panel]) -> str:
    panel = panels[0]
    plans = [plan for plan in material.view.plans if plan in panel.curves]
    whom = label_of(material.scenario, panel.types)
    thing = "no answer" if panel.waits == "answer" else "no reply"
    seconds = next(iter(_limits(panel)), 900.0)
    told = [f"{share(Found(panel.curves[plan].at(seconds)))} under {plan}" for plan in plans]
    if len(plans) == 1:
        told = [share(Found(panel.curves[plans[0]].at(seconds)))]
    elif len(plans) > 3:
        order = sorted(plans, key=lambda plan: panel.curves[plan].at(seconds))
        told = [
            f"{share(Found(panel.curves[plan].at(seconds)))} under {plan}" for plan in (order[-1], order[0])
        ]
        return f"{whom}: after {format_duration(1000 * seconds)}, from {told[0]} to {told[1]} have {thing}"
    return f"{whom}: after {format_duration(1000 * seconds)}, {listed(told)} have {thing}"


def _table(panels: Sequence[Panel], material: Material) -> Table:
    plans = material.view.plans
    rows: list[tuple[str, ...]] = []
    for panel in panels:
        thing = "answer" if panel.waits == "answer" else "first reply"
        rows.append((f"{label_of(material.scenario, panel.types)}: without {thing} after",))
        times = sorted({*TABLE_S, *_limits(panel)})
        last = max(_nearly_done(curve) for curve in panel.curves.values())
        for seconds in times:
            cells = [
                f"{number(100 * panel.curves[plan].at(seconds), 1)}%" if plan in panel.curves else "–"
                for plan in plans
            ]
            rows.append((format_duration(1000 * seconds) if seconds else "0 s", *cells))
            if seconds > last:
                break
    return Table(
        "Share without a reply", (Column("time", "left"), *(Column(plan) for plan in plans)), tuple(rows)
    )
