"""What a contact costs in runs of ten thousand, a hundred thousand and a million: the same, if all is linear.

    python benchmarks/linear.py [ROUNDS]

A desk of two teams: priorities among messages, impatient customers who come back, conversations, a limit to
the queue. It is run for 5, 50 and 500 days of 2,100 contacts each: the tape is drawn, the reference engine
plays it, the measures are summed. Every round takes all sizes in turn, small ones several times, so that
whatever else the machine does meets them alike. Times are processor time, medians over all runs of a size;
memory is the peak that Python allocates during a run.
"""

from __future__ import annotations

import gc
import itertools
import statistics
import sys
import time
import tracemalloc
from typing import NamedTuple

from simcare.demand.draw import draw_tape
from simcare.engine.simulate import simulate
from simcare.measures.frame import frame_of
from simcare.measures.sums import sums_in
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario
from simcare.staffing.duty import draw_roster
from simcare.staffing.routing import rules_of

DAYS = (5, 50, 500)
REPEATED = (20, 4, 1)
SCENARIO = """
simcare: 1
title: A desk of two teams
clock: {{days: {days}}}
contacts:
  complaint:
    needs: [network]
    arrivals: {{per_hour: {{00:00: 10, 08:00: 40, 19:00: 100, 24:00: 10}}}}
    patience: {{exponential: {{mean: 30 min}}}}
    queue_limit: 30
    tries_again: {{chance: 50%, after: {{exponential: {{mean: 1 h}}}}}}
    handling: {{lognormal: {{mean: 6 min, cv: 1}}}}
    conversation:
      again: 30%
      pause: {{exponential: {{mean: 1 h}}}}
      handling: {{exponential: {{mean: 3 min}}}}
  question:
    needs: [billing]
    arrivals: {{per_hour: 36}}
    handling: {{exponential: {{mean: 5 min}}}}
teams:
  everything: {{skills: {{network: 100%, billing: 100%}}}}
  billing: {{skills: {{billing: 100%}}}}
plans:
  only:
    headcount: {{everything: {{00:00: 4, 08:00: 9}}, billing: 2}}
    routing: {{order: {{priority: [complaint, question]}}}}
"""
PHASES = ("draw", "simulate", "measure")


class Run(NamedTuple):
    """One run: how many contacts, and the seconds of processor time of each phase."""

    contacts: int
    seconds: tuple[float, ...]


def main(rounds: int) -> None:
    """Print the cost of a contact by size and phase, and its ratio to that in the smallest run."""
    scenarios = [loads(SCENARIO.format(days=days), allow_large=True) for days in DAYS]
    runs: dict[int, list[Run]] = {days: [] for days in DAYS}
    for _ in range(rounds):
        for days, often, scenario in zip(DAYS, REPEATED, scenarios, strict=True):
            runs[days] += [run(scenario) for _ in range(often)]

    print(f"processor time a contact, µs; {rounds} rounds")
    print(f"{'contacts':>10} " + " ".join(f"{name:>9}" for name in (*PHASES, "all", "ratio", "peak")))
    smallest = None
    for days, scenario in zip(DAYS, scenarios, strict=True):
        of_size = runs[days]
        contacts = of_size[0].contacts
        by_phase = [statistics.median(one) for one in zip(*(run.seconds for run in of_size), strict=True)]
        total = statistics.median(sum(run.seconds) for run in of_size)
        smallest = smallest or total / contacts
        costs = " ".join(f"{1e6 * seconds / contacts:9.1f}" for seconds in (*by_phase, total))
        ratio = total / contacts / smallest
        print(f"{contacts:10,d} {costs} {ratio:9.2f} {peak(scenario) / contacts:7,.0f} B")


def run(scenario: Scenario) -> Run:
    """Draw, simulate and measure one replication."""
    gc.collect()
    frame = frame_of(scenario, "only")
    times = [time.process_time()]
    tape = draw_tape(scenario, 0)
    roster, rules = draw_roster(scenario, "only", 0), rules_of(scenario, "only")
    times.append(time.process_time())
    log = simulate(tape, roster, rules)
    times.append(time.process_time())
    sums_in(frame, tape, roster, log)
    times.append(time.process_time())
    return Run(tape.contacts, tuple(after - before for before, after in itertools.pairwise(times)))


def peak(scenario: Scenario) -> int:
    """The most bytes allocated at once during a run."""
    tracemalloc.start()
    run(scenario)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
