"""What an answer is worth when: the share of all views of a complaint that come before its first reply."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcare.measures.public import followers_law
from simcare.measures.sums import Series, series_of
from simcare.report.figures import duration
from simcare.report.intervals import listed
from simcare.report.page.marks import label
from simcare.report.page.material import Float, Material
from simcare.report.page.palette import light, plan_colour
from simcare.report.page.picture import Picture
from simcare.report.table import Column, Table
from simcare.report.view import View
from simcare.scenario.quantities import MINUTE, format_duration
from simcare.scenario.scenario import Scenario
from simcare.virality.audience import ANSWERED, IMPATIENT, WAITING
from simcare.virality.chosen import audience_of
from simcare.virality.exposure import exposure
from simcare.virality.phases import phases

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL = 240.0
MOST_PANELS = 3

FIRST = 0.5
"""Minutes: the axis begins there; who is faster stands at its edge."""

TICKS = (1, 5, 15, 30, 60, 120, 240, 480, 1440, 2880)
"""Minutes."""

SLOW, INFURIATING = 30, 120
"""Minutes: half an hour without an answer is felt as slow, two hours in the evening as infuriating."""

SEEN = ("unanswered_impressions", "impressions")

DOTTED = (0, (2, 2))

MARKERS = "osD^vP"
"""The plans' dots, told apart without colour too."""


@dataclass(frozen=True)
class Dot:
    """A plan: its middle time to a first reply in minutes, and the share of views that found no answer."""

    plan: str
    position: int
    minutes: float | None
    share: float


def reply_time_picture(material: Material) -> Picture | None:
    """A panel for each public contact type, those most seen first; None if nobody reads along."""
    view = material.view
    names = _most_seen(view)[:MOST_PANELS]
    if not names:
        return None
    dots = {name: _dots(view, material.plans, name) for name in names}

    def draw(figure: Figure) -> None:
        for axes, name in zip(np.ravel(figure.subplots(len(names), 1)), names, strict=True):
            _panel(axes, view.scenario, name, dots[name], named=len(names) > 1)

    return Picture(
        name="views-by-time-of-reply",
        title=_title(view, names[0], dots[names[0]]),
        alt=(
            f"For each of {len(names)} type(s) of public complaints a line that rises with the time of the "
            "first reply, from none to all views, and a dot for each plan. The table has the figures."
        ),
        caption=(
            "Line: of all views that an average complaint ever has, the share that comes before its first "
            "reply, by when the reply is sent. Dots: each plan at its middle time to a first reply, and the "
            "share of views that found no answer, those after the last day included. A plan lies above the "
            "line if its late replies cost more views than its early ones spare, or if answered complaints "
            "are soon resolved; below it if those that many see are answered sooner."
        ),
        height=PANEL * len(names) + 20,
        draw=draw,
        table=_table(view, names),
    )


def seen_before(scenario: Scenario, contact: str, minutes: Float) -> Float:
    """The share of all views of an average complaint of a type that come before a personal first reply, by
    how many minutes after the post it is sent.
    """
    audience, law = audience_of(scenario, contact), followers_law(scenario, contact)
    impatient = scenario.virality_of(contact)["impatient"].value
    mark = np.inf if impatient is None else impatient.after / MINUTE
    begins = np.vstack((np.zeros_like(minutes), np.minimum(mark, minutes), minutes))
    states = np.repeat(np.array([[WAITING], [IMPATIENT], [ANSWERED]], dtype=np.int8), len(minutes), axis=1)
    direct, at_mean = law.mean_rate(audience), float(audience.reshare_rate(law.mean))
    heat = scenario.contacts[contact].severity * (direct / at_mean if at_mean else 0.0)
    views = exposure(audience, phases(audience, begins, states), law.mean, heat).impressions
    total = views.sum(axis=0)
    seen: Float = np.divide(views[:2].sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    return seen


def whole(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}"


def _most_seen(view: View) -> list[str]:
    """The public contact types that anybody sees, most views first; plain ones end with the reply."""
    seen = {
        name: view.found(view.plans[0], "impressions", contacts=name).estimate or 0.0
        for name in view.scenario.public_contacts
    }
    plain = [name for name in seen if view.scenario.virality_of(name)["views"].value is not None]
    return sorted((name for name in seen if seen[name] and name not in plain), key=lambda name: -seen[name])


def _dots(view: View, plans: tuple[str, ...], name: str) -> tuple[Dot, ...]:
    found = []
    for position, plan in enumerate(plans):
        seconds = view.found(plan, "first_reply_p50", contacts=name).estimate
        unanswered, views = (_of_arrivals(view, plan, measure, name) for measure in SEEN)
        if views:
            minutes = None if seconds is None or math.isinf(seconds) else seconds / 60
            found.append(Dot(plan, position, minutes, unanswered / views))
    return tuple(found)


def _of_arrivals(view: View, plan: str, measure: str, name: str) -> float:
    """Views of the complaints measured, whenever they are seen: as the line has them."""
    pool, frame = view.result.pools[plan], view.result.frames[plan]
    row = series_of(frame).index(Series(f"{measure}_of_arrivals", contacts=name))
    return float(pool.sums.numerator[row, 0])


def _panel(axes: Axes, scenario: Scenario, name: str, dots: tuple[Dot, ...], *, named: bool) -> None:
    last = max([TICKS[-1], *(1.4 * dot.minutes for dot in dots if dot.minutes is not None)])
    minutes = np.geomspace(FIRST, last, 300)
    axes.plot(minutes, 100 * seen_before(scenario, name, minutes), color=light("muted"), linewidth=2)
    for mark in (SLOW, INFURIATING):
        reached = 100 * float(seen_before(scenario, name, np.array([float(mark)]))[0])
        axes.plot(
            [mark, mark, FIRST], [0, reached, reached], color=light("muted"), linewidth=1, linestyle=DOTTED
        )
    for dot in dots:
        if dot.minutes is not None:
            axes.plot(
                max(FIRST, dot.minutes),
                100 * dot.share,
                MARKERS[dot.position % len(MARKERS)],
                color=plan_colour(dot.position),
                markersize=8,
                clip_on=False,
                zorder=5,
                label=f"{label(dot.plan, 24, 1)}: {whole(dot.share)}",
            )
    axes.set_xscale("log")
    axes.set_xlim(FIRST, last)
    ticks = [tick for tick in TICKS if tick <= last]
    axes.set_xticks(ticks, [format_duration(tick * MINUTE) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_ylim(0, 100)
    axes.set_ylabel("% of views without an answer")
    axes.set_xlabel("time of the first reply")
    if any(dot.minutes is not None for dot in dots):
        axes.legend(loc="upper left", frameon=False, fontsize=10.5, labelcolor="linecolor", handletextpad=0.2)
    if named:
        axes.set_title(label(name, 80, 1))


def _title(view: View, name: str, dots: tuple[Dot, ...]) -> str:
    slow, infuriating = seen_before(view.scenario, name, np.array([float(SLOW), float(INFURIATING)]))
    gone = (
        f"{whole(slow)} of the views of a complaint are gone after half an hour, {whole(infuriating)} "
        "after two hours"
    )
    shown = [dot for dot in dots if dot.plan in view.plans[:1]]
    shown += sorted((dot for dot in dots if dot not in shown), key=lambda dot: dot.share)[:1]
    told = [whole(dot.share) + (f" under {dot.plan}" if len(dots) > 1 else "") for dot in shown]
    return f"{gone}; {listed(told)} came without an answer" if told else gone


def _table(view: View, names: list[str]) -> Table:
    rows: list[tuple[str, ...]] = []
    for name in names:
        curve = seen_before(view.scenario, name, np.array(TICKS, dtype=np.float64))
        rows.append((f"{name}: answered after",))
        rows += [(format_duration(tick * MINUTE), whole(one)) for tick, one in zip(TICKS, curve, strict=True)]
        rows.append((f"{name}: a plan, and its middle time to a first reply",))
        rows += [
            (
                f"{dot.plan}, {duration(view.found(dot.plan, 'first_reply_p50', contacts=name))}",
                whole(dot.share),
            )
            for dot in _dots(view, view.plans, name)
        ]
    return Table("Views that come before the first reply", (Column("", "left"), Column("share")), tuple(rows))
