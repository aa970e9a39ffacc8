"""The pictures of the course, from the formulas of its lessons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.figure import Figure

from docs.drawing import COLOURS, PALE, figure, label_ends
from simcare.theory.curve import expected_arrivals, lines
from simcare.theory.erlang import ErlangC, erlang_c
from simcare.theory.impatience import ErlangA
from simcare.theory.inverse import least_agents
from simcare.theory.offered_load import offered_load
from simcare.theory.returning import returning_offered_load
from simcare.theory.single_server import mg1_mean_wait
from simcare.theory.time_varying import ChangingDesk, solve
from simcare.virality.kernels import MEASURED

HANDLING = 6
"""Minutes, in most lessons."""


def one_agent() -> Figure:
    """Wait against the share of busy time, for three spreads of handling."""
    drawn, (axes,) = figure("Each further tenth of busy time costs more waiting than the last", 2.6)
    busy = np.linspace(0.3, 0.95, 120)
    ends = []
    for cv, colour in zip((0, 1, 2), COLOURS, strict=False):
        waits = [mg1_mean_wait(b / HANDLING, HANDLING, cv) for b in busy]
        axes.plot(100 * busy, waits, color=colour)
        ends.append((min(waits[-1], 120.0), f"cv {cv}", colour))
    axes.set_xlim(30, 95)
    axes.set_ylim(0, 120)
    axes.set_xlabel("busy, % of the time")
    axes.set_ylabel("mean wait, min")
    label_ends(axes, ends, 9)
    return drawn


def square_root() -> Figure:
    """Agents beyond the load for one in five to wait, against the load."""
    drawn, (axes,) = figure("The reserve grows with the square root of the load", 2.4)
    loads = np.arange(2, 257, 2)
    extra = [_agents(load) - load for load in loads.tolist()]
    axes.step(loads, extra, where="mid", color=COLOURS[0])
    rule = 1.06 * np.sqrt(loads)  # Halfin & Whitt: one in five waits at β = 1.06
    axes.plot(loads, rule, color=COLOURS[1])
    axes.set_xlim(0, 256)
    axes.set_ylim(0, 20)
    axes.set_xlabel("load, agents busy on average")
    axes.set_ylabel("agents beyond the load")
    label_ends(axes, [(extra[-1], "exact", COLOURS[0]), (float(rule[-1]), "1.06 √load", COLOURS[1])], 1.8)
    return drawn


def _agents(load: int) -> int:
    return least_agents(lambda agents: agents > load and erlang_c(agents, load) <= 0.2)


def surge() -> Figure:
    """The queue of the evening of lesson 4, exact and hour by hour for ever."""
    drawn, (axes,) = figure("The hours’ own rates see the queue too early, and forget it too soon", 2.6)
    rate = lines([(8, 12), (17, 45), (19, 160), (20, 150), (22, 40), (24, 12)])
    desk = ChangingDesk(rate, [(8, 4), (17, 10), (23, 3)], 0.1, 3.0)
    times = np.linspace(8, 24, 97)
    exact = solve(desk, times)
    hours = range(16, 24)
    for_ever = [
        ErlangA(expected_arrivals(rate, h, h + 1), 0.1, desk.level_at(h), 3.0).mean_queue for h in hours
    ]
    axes.step([*hours, 24], [*for_ever, for_ever[-1]], where="post", color=COLOURS[1])
    axes.plot(times, exact.queue_at, color=COLOURS[0])
    axes.set_xlim(16, 24)
    axes.set_xticks(range(16, 25, 2), [f"{hour}:00" for hour in range(16, 25, 2)])
    axes.set_ylim(0, None)
    axes.set_ylabel("customers waiting")
    axes.annotate("exact", (21.35, 60), color=COLOURS[0])
    axes.annotate("if each hour lasted for ever", (20.1, 150), color=COLOURS[1])
    return drawn


def coming_back() -> Figure:
    """The load of an evening whose customers come back after an hour."""
    drawn, (axes,) = figure("Who comes back comes when the peak is over", 2.4)
    evening = lines([(16, 20), (19, 120), (20, 120), (22, 20), (26, 20)])
    times = np.linspace(17, 24, 141).tolist()
    right, _ = returning_offered_load(evening, 0.1, 0.4, 1.0, times)
    wrong = offered_load(evening, 0.1, times) / 0.6
    axes.plot(times, right, color=COLOURS[0])
    axes.plot(times, wrong, color=COLOURS[1])
    axes.set_xlim(17, 24)
    axes.set_xticks(range(17, 25), [f"{hour}:00" for hour in range(17, 25)])
    axes.set_ylim(0, None)
    axes.set_ylabel("messages in work")
    ends = [(float(right[-1]), "right", COLOURS[0]), (float(wrong[-1]), "scaled rate", COLOURS[1])]
    label_ends(axes, ends, 2.2)
    return drawn


def newest_first() -> Figure:
    """Waits of M/M/1 at 90%, first come and newest first."""
    drawn, (axes,) = figure("Newest first: most wait less, and some very long", 2.4)
    rate, spare = 0.9 / HANDLING, 0.1 / HANDLING
    waits = np.linspace(0, 300, 301)
    axes.plot(waits, 90 * np.exp(-spare * waits), color=COLOURS[0])
    axes.plot(waits, 90 * _busy_period_longer(waits, rate, 1 / HANDLING), color=COLOURS[1])
    axes.axvline(15, color=PALE, linewidth=0.8, linestyle=":")
    axes.set_xlim(0, 300)
    axes.set_ylim(0, 90)
    axes.set_xlabel("minutes")
    axes.set_ylabel("wait longer, %")
    axes.annotate("first come", (45, 45), color=COLOURS[0])
    axes.annotate("newest first", (150, 18), color=COLOURS[1])
    return drawn


def _busy_period_longer(times: np.ndarray, rate: float, finishing: float) -> np.ndarray:
    """P(busy period of M/M/1 > t): the wait of who finds the agent busy, the newest first (Vaulot 1954)."""
    angle = np.pi * (np.arange(400) + 0.5) / 400
    decay = finishing + rate - 2 * np.sqrt(finishing * rate) * np.cos(angle)
    weight = 2 * finishing * np.sin(angle) ** 2 / decay / 400
    longer: np.ndarray = np.exp(-np.outer(times, decay)) @ weight
    return longer


def exposure() -> Figure:
    """The share of readers by age, and the two averages of one agent's waits."""
    drawn, (axes,) = figure("The curve bends, so the mean wait says too much", 2.5)
    ages = np.linspace(0, 180, 181)
    axes.plot(ages, 100 * (1 - MEASURED.remaining(ages)), color=COLOURS[0])
    desk = ErlangC(0.9 / HANDLING, HANDLING, 1)
    fades = np.array(MEASURED.rates)
    transform = 1 - desk.wait_probability * fades / (desk.spare_rate + fades)
    right = 100 * float(np.array(MEASURED.weights) @ (1 - transform))
    wrong = 100 * float(1 - MEASURED.remaining(desk.mean_wait))
    axes.plot([desk.mean_wait] * 2, [right, wrong], color=PALE, linewidth=0.8)
    told = ((right, "mean over the waits", COLOURS[2]), (wrong, "at the mean wait", COLOURS[1]))
    for height, name, colour in told:
        axes.plot(desk.mean_wait, height, "o", color=colour)
        axes.annotate(f"{name}: {height:.0f}%", (desk.mean_wait + 5, height - 4), color=colour)
    axes.set_xlim(0, 180)
    axes.set_ylim(0, 80)
    axes.set_xlabel("age of the complaint, min")
    axes.set_ylabel("have seen it, %")
    return drawn


PLOTS: Mapping[str, Callable[[], Figure]] = MappingProxyType(
    {
        "one-agent": one_agent,
        "square-root": square_root,
        "surge": surge,
        "coming-back": coming_back,
        "newest-first": newest_first,
        "exposure": exposure,
    }
)
"""The pictures by name."""
