"""A sweep: how many agents does it take? Simulation beside the formula, as a table and a plot.

python examples/sweep.py             # the table
python examples/sweep.py sweep.png   # the table, and the plot in this file
"""

from __future__ import annotations

import sys
from pathlib import Path

import simcare
from simcare.theory.impatience import ErlangA

SCENARIO = Path(__file__).parent.parent / "scenarios" / "mmc-impatient.yaml"
HEADS = range(16, 25, 2)
BLUE, ORANGE = "#0072b2", "#d55e00"  # told apart by colour-blind readers too (Okabe & Ito 2008)


def simulated(agents: int) -> simcare.Row:
    """The share answered within three minutes with so many agents."""
    scenario = simcare.load(SCENARIO, set=[f"plans.textbook.headcount.desk={agents}", "clock.days=2"])
    return simcare.run(scenario, replications=5).estimate("service_level", contacts="contact")


def formula(agents: int) -> float:
    """The same by Erlang A: 50 contacts an hour, handling and patience 22.8 minutes on average."""
    return ErlangA(50 / 60, 22.8, agents, 22.8).served_within(3)


def plot(rows: dict[int, simcare.Row], path: str) -> None:
    """Draw the simulated shares with their intervals over the curve of the formula."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    every = range(HEADS[0], HEADS[-1] + 1)
    axes.plot(every, [100 * formula(agents) for agents in every], color=BLUE)
    axes.text(HEADS[-1], 100 * formula(HEADS[-1]) - 3, "Erlang A", color=BLUE, ha="right", va="top")
    for agents, row in rows.items():
        axes.plot([agents, agents], [100 * (row.lower or 0), 100 * (row.upper or 0)], color=ORANGE)
        axes.plot(agents, 100 * (row.estimate or 0), "o", color=ORANGE)
    axes.text(HEADS[0], 100 * formula(HEADS[0]) + 6, "simulated, with 95% interval", color=ORANGE)
    axes.set_xlabel("agents")
    axes.set_ylabel("answered within 3 minutes, %")
    axes.set_title("From 16 to 24 agents the desk goes from two in five to nine in ten", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Print the sweep; draw it if a file is named."""
    rows = {agents: simulated(agents) for agents in HEADS}
    print("agents  simulated              Erlang A")
    for agents, row in rows.items():
        print(f"{agents:6}  {row.estimate:.1%} ({row.lower:.1%} to {row.upper:.1%})  {formula(agents):.1%}")
    if len(sys.argv) > 1:
        plot(rows, sys.argv[1])


if __name__ == "__main__":
    main()
