"""The pictures of the pages, drawn from runs while the site is built."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from docs.drawing import COLOURS, figure
from simcare import statistics

Float = NDArray[np.float64]
Bounds = tuple[float, float]


def coverage() -> Figure:
    """Intervals of one desk, from days and from messages, against the truth."""
    random = np.random.default_rng(7)
    in_time, came = _days(100_000, random)
    truth = float(in_time.sum() / came.sum())
    runs = list(zip(*(column.reshape(40, 20) for column in _days(800, random)), strict=True))
    kinds = {"days": [_from_days(*run) for run in runs], "messages": [_from_messages(*run) for run in runs]}
    held = {kind: sum(low <= truth <= high for low, high in bounds) for kind, bounds in kinds.items()}
    finding = (
        f"The interval from days holds the truth in {held['days']} of 40 runs, the one from messages "
        f"in {held['messages']}"
    )
    drawn, axes = figure(finding, 3.6, rows=2)
    for panel, (kind, bounds) in zip(axes, kinds.items(), strict=True):
        _intervals(panel, bounds, truth)
        panel.set_ylabel(f"from {kind}, %")
    axes[1].set_ylim(axes[0].get_ylim())
    axes[1].set_xlabel("runs of 20 days")
    axes[1].set_xticks([])
    return drawn


def _days(many: int, random: np.random.Generator) -> tuple[Float, Float]:
    """The desk of the page: messages in time, and messages, on each of many days."""
    busy = random.gamma(10, 1 / 10, size=many)
    clock, wait, handling, in_time, came = np.zeros((5, many))
    while (clock < 13 * 60).any():
        gap = random.exponential(5, size=many) / busy
        clock += gap
        wait = np.maximum(wait + handling - gap, 0)
        handling = random.exponential(3.5, size=many)
        came += clock < 13 * 60
        in_time += (clock < 13 * 60) & (wait <= 10)
    return in_time, came


def _from_days(in_time: Float, came: Float) -> Bounds:
    found = statistics.ratio(in_time, came, skewed=True)
    if found.lower is None or found.upper is None:
        raise ValueError("twenty days have an interval")
    return max(found.lower, 0), min(found.upper, 1)


def _from_messages(in_time: Float, came: Float) -> Bounds:
    messages = float(came.sum())
    share = float(in_time.sum()) / messages
    half = 1.96 * math.sqrt(share * (1 - share) / messages)
    return share - half, share + half


def _intervals(axes: Axes, bounds: list[Bounds], truth: float) -> None:
    axes.axhline(100 * truth, color="#7f7f7f", linewidth=0.8, linestyle=":")
    for place, (low, high) in enumerate(bounds):
        missed = not low <= truth <= high
        colour, width = (COLOURS[1], 2.2) if missed else (COLOURS[0], 1.0)
        axes.plot([place, place], [100 * low, 100 * high], color=colour, linewidth=width)


PLOTS: Mapping[str, Callable[[], Figure]] = MappingProxyType({"coverage": coverage})
"""The pictures by name, as pages ask for them."""
