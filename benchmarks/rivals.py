"""simcare beside other ways to simulate the same desks, in one run, on one core.

    python benchmarks/rivals.py            # some fifteen minutes
    python benchmarks/rivals.py --quick    # some three, with larger spreads

Every model plays in a process of its own, and all take their turn before the next round begins, so that
whatever else the machine does meets them alike. Nothing is printed of a workload before all answers are found
right: by Erlang A, to the millisecond by simcare's reference engine, and simcare's rows by those of the other
engine on a subsample (`benchmarks/desks/answers.py`, `in_simcare.py`).

An `engine` is one of simcare's with the customers given, as they are given to the rivals (Ciw draws its own).
A `run` is all that the planner's run does: draw, simulate, measure everything, estimate every row; the rivals
measure nothing. C with shortcuts and Python look at a customer's patience when he comes to the head of his
queue, so that they never know how many wait. S and D are described in `benchmarks/desks/workloads.py`. W is
the planner's command with its start-up, for a week that has something of all the language; only simcare can
play it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.desks import in_c, in_ciw  # noqa: E402  (the folder becomes importable above)
from benchmarks.desks.desk import CONTACTS_A_DAY  # noqa: E402
from benchmarks.desks.play import MODELS, OURS, SMALL  # noqa: E402

Lines = Iterator[str]

COMMON = "SimPy"
"""The model that everybody knows, beside the fastest rival."""

NOT_FOR_DAYS = {
    "C, every event": "the day is written with shortcuts only",
    "C, whole Log": "the day is written with shortcuts only",
    "Ciw": "has no agents with several skills",
}
DAYS = 4000
"""Of workload D at its full size."""

LONG, LONGEST = 5.0, 60.0
"""Where growth is measured, a play of more seconds than this is made once, or left out."""

WEEK = ("scenarios/evening-surge.yaml", "--plan", "today", "--format", "json", "--quiet")


def main() -> None:
    """Measure, check and print everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer contacts and rounds, growth up to 10^5")
    parser.add_argument("--only", choices=("S", "D", "growth", "W", "profile"), help="one part of it")
    parser.add_argument("--rounds", type=int, help="how often every model takes its turn (5)")
    parser.add_argument("--growing", choices=MODELS, nargs="+", help="whose growth is measured (all)")
    options = parser.parse_args()
    contacts, rounds, most = (20_000, 3, 5) if options.quick else (100_000, 5, 7)
    rounds = options.rounds or rounds
    sizes = [10**power for power in range(4, most + 1)]
    parts: dict[str, Callable[[], Lines]] = {
        "S": lambda: side_by_side("S", contacts, rounds),
        "D": lambda: side_by_side("D", 2 * contacts, rounds),
        "growth": lambda: growth(options.growing or list(MODELS), sizes, min(rounds, 3)),
        "W": lambda: surge_week(40 if options.quick else 200, rounds),
        "profile": lambda: profile(contacts, rounds),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            print("\n".join(part()), end="\n\n", flush=True)


# --- Speed --------------------------------------------------------------------------------------------------


def side_by_side(workload: str, contacts: int, rounds: int) -> Lines:
    """One workload: every model's speed, its ratio to the fastest rival and to SimPy, its memory."""
    reasons = left_out(workload)
    found: dict[str, list[Played]] = {name: [] for name in MODELS if name not in reasons}
    with tempfile.TemporaryDirectory() as folder:
        draw(workload, (SMALL, contacts), folder)
        for number in range(rounds):
            for name, plays in found.items():
                plays.append(play(name, workload, contacts, folder, check=number == 0))
    rates = {name: [one.rate for one in plays] for name, plays in found.items()}
    best = max((name for name in found if name not in OURS), key=lambda name: median(rates[name]))

    about = "one queue, M/M/20+M, in one long run" if workload == "S" else "days of three skills"
    yield f"{workload}: {about}, {found[COMMON][0].contacts:,} contacts"
    yield f"medians of {rounds} interleaved rounds, (least–most)"
    yield ""
    yield f"{'':17}{'1000 contacts / CPU s':>24}{'% of ' + best:>21}{'x SimPy':>9}{'peak MB':>9}"
    for name, plays in found.items():
        of_best = spread([100 * ratio for ratio in over(rates[name], rates[best])])
        of_common = figure(median(over(rates[name], rates[COMMON])))
        speed = spread([rate / 1000 for rate in rates[name]])
        peak = f"{max(one.peak for one in plays) / 2**20:,.0f}" if plays[0].peak > 0 else "unknown"
        yield f"{name:17}{speed:>24}{of_best:>21}{of_common:>9}{peak:>9}"
    yield from (f"{name:17}left out: {reason}" for name, reason in reasons.items())
    if workload == "D":
        seconds = DAYS * CONTACTS_A_DAY[workload] / median(rates["compiled run"])
        how = "scaled from these"
        if seconds < LONGEST and contacts >= 100_000:
            whole = DAYS * CONTACTS_A_DAY[workload]
            with tempfile.TemporaryDirectory() as folder:
                last = play("compiled run", workload, whole, folder, check=False)
            seconds, how = last.contacts / last.rate, f"measured once; peak {last.peak / 2**20:,.0f} MB"
        yield f"{DAYS:,} days in one compiled run: {figure(seconds)} CPU s, {how}"


def growth(models: Sequence[str], sizes: Sequence[int], rounds: int) -> Lines:
    """Workload S from 10^4 contacts on: time and memory a contact."""
    found: dict[str, dict[int, list[Played]]] = {name: {} for name in models if name not in left_out("S")}
    for size in sizes:
        playing = [name for name, by_size in found.items() if can_go_on(by_size, size)]
        with tempfile.TemporaryDirectory() as folder:
            draw("S", (SMALL, size), folder)
            for number in range(rounds):
                for name in playing:
                    plays = found[name].setdefault(size, [])
                    if number == 0 or size / plays[0].rate < LONG:
                        plays.append(play(name, "S", size, folder, check=number == 0))
    yield f"Growth: workload S, medians of {rounds} interleaved rounds (one of more than {LONG:.0f} s)"
    for title, unit in (
        ("CPU time", "µs a contact"),
        ("memory beyond that of the smallest run", "bytes a contact"),
    ):
        yield ""
        yield f"{title}, {unit}".ljust(40)
        yield f"{'contacts, about':16}" + "".join(f"{size:>14,}" for size in sizes)
        for name, by_size in found.items():
            if unit.startswith("bytes"):
                cells = [memory(by_size, size) for size in sizes]
            else:
                cells = [
                    figure(1e6 / median([one.rate for one in by_size[size]])) if size in by_size else "–"
                    for size in sizes
                ]
            yield f"{name:16}" + "".join(f"{cell:>14}" for cell in cells)
    yield ""
    yield f"–: would take more than {LONGEST:.0f} s, or more memory than is free"


def can_go_on(by_size: Mapping[int, Sequence[Played]], size: int) -> bool:
    """Will a run of this size end in time and find memory, judged by the size before?"""
    if not by_size:
        return size == 10_000
    before = max(by_size)
    if before != size // 10:
        return False
    rate, peak = median([one.rate for one in by_size[before]]), max(one.peak for one in by_size[before])
    return size / rate < LONGEST and peak * 10 < free_memory()


def memory(by_size: Mapping[int, Sequence[Played]], size: int) -> str:
    """Bytes a contact that this run had more than the smallest at its peak."""
    least = min(by_size)
    if size not in by_size or size == least or by_size[size][0].peak < 0:
        return "–" if size != least else "."
    smallest, this = (median([one.peak for one in by_size[one_size]]) for one_size in (least, size))
    return figure((this - smallest) / (by_size[size][0].contacts - by_size[least][0].contacts))


def free_memory() -> float:
    """Bytes that nobody uses; without end where the system does not tell."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError):
        return float("inf")


# --- The planner's command ----------------------------------------------------------------------------------


def surge_week(replications: int, rounds: int) -> Lines:
    """Workload W: the whole command with its start-up on one core and on two, its bytes on either engine, and
    the run alone where all is loaded and the processes have begun; and two such runs at once, which tell how
    much of a second core the machine gives.
    """
    few = {command(4, engine=engine, jobs=1).text for engine in ("compiled", "reference")}
    if len(few) > 1:
        sys.exit("W: the engines give different rows")
    found: dict[int, list[Command]] = {1: [], 2: []}
    alone: dict[int, list[float]] = {1: [], 2: []}
    at_once: list[float] = []
    for _ in range(rounds):
        for jobs, commands in found.items():
            commands.append(command(replications, engine="compiled", jobs=jobs))
        words = [sys.executable, "-m", "benchmarks.desks.week", str(replications), "1"]
        for jobs, seconds in json.loads(checked([*words, "2"])).items():
            alone[int(jobs)].append(seconds)
        with ThreadPoolExecutor(2) as both:
            at_once.append(max(json.loads(text)["1"] for text in both.map(checked, [words, words])))
    if len({one.text for commands in found.values() for one in commands}) > 1:
        sys.exit("W: one and two processes give different rows")
    yield f"W: a week of one plan, {replications} replications"
    yield f"medians of {rounds} interleaved rounds, (least–most)"
    yield ""
    yield f"{'':26} {'seconds':>19} {'CPU seconds':>20} {'one over it':>20}"
    walls = {jobs: [one.seconds for one in commands] for jobs, commands in found.items()}
    for jobs, commands in found.items():
        processor = spread([one.processor for one in commands])
        faster = "" if jobs == 1 else spread(over(walls[1], walls[jobs]))
        name = f"the command, --jobs {jobs}"
        yield f"{name:26} {spread(walls[jobs]):>19} {processor:>20} {faster:>20}".rstrip()
    for jobs, seconds in alone.items():
        faster = "" if jobs == 1 else spread(over(alone[1], seconds))
        name = f"its run alone, {jobs} process{'es' * (jobs > 1)}"
        yield f"{name:26} {spread(seconds):>19} {'':20} {faster:>20}".rstrip()
    twice = spread(over([2 * seconds for seconds in alone[1]], at_once))
    yield f"{'two such runs at once':26} {spread(at_once):>19} {'':20} {twice:>20}"


class Command(NamedTuple):
    """One command: seconds on the wall and of the processor, and what it wrote."""

    seconds: float
    processor: float
    text: str


def command(replications: int, *, engine: str, jobs: int) -> Command:
    """Run the planner's command."""
    arguments = [*WEEK, "--replications", str(replications), "--engine", engine, "--jobs", str(jobs)]
    before, begin = os.times(), time.perf_counter()
    text = checked([sys.executable, "-m", "simcare", "run", *arguments])
    seconds, after = time.perf_counter() - begin, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Command(seconds, used, text)


# --- Where the time goes ------------------------------------------------------------------------------------


def profile(contacts: int, rounds: int) -> Lines:
    """The phases of a compiled run."""
    found: dict[str, list[dict[str, float]]] = {workload: [] for workload in "SDW"}
    for _ in range(rounds):
        for workload, profiles in found.items():
            words = [sys.executable, "-m", "benchmarks.desks.profile", workload, str(contacts)]
            profiles.append(json.loads(checked(words)))
    yield f"Where the CPU time of a compiled run goes, µs a contact; medians of {rounds} interleaved rounds"
    yield ""
    phases = [phase for phase in found["S"][0] if phase != "contacts"]
    yield f"{'':17}" + "".join(f"{phase:>11}" for phase in (*phases, "all"))
    for workload, profiles in found.items():
        costs = [[1e6 * one[phase] / one["contacts"] for one in profiles] for phase in phases]
        cells = [figure(median(cost)) for cost in (*costs, [sum(one) for one in zip(*costs, strict=True)])]
        yield f"{workload:17}" + "".join(f"{cell:>11}" for cell in cells)


# --- One model, one process ---------------------------------------------------------------------------------


class Played(NamedTuple):
    """What one process told: contacts a second of processor time, their number, its peak memory in bytes."""

    rate: float
    contacts: int
    peak: int


def draw(workload: str, sizes: Sequence[int], folder: str) -> None:
    """Write customers for all models into the folder."""
    for size in sizes:
        path = str(Path(folder) / f"{workload}-{size}")
        checked([sys.executable, "-m", "benchmarks.desks.workloads", workload, str(size), path])


def play(name: str, workload: str, contacts: int, folder: str, *, check: bool) -> Played:
    """Let one model play, and end all if something is wrong with its answers, the same in every round."""
    words = [name, workload, str(contacts), folder, *([] if check else ["--unchecked"])]
    text = checked([sys.executable, "-m", "benchmarks.desks.play", *words])
    told = json.loads(text)
    if told["wrong"]:
        sys.exit("\n".join(f"{workload}, {name}: {one}" for one in told["wrong"]))
    return Played(told["contacts"] / median(told["seconds"]), told["contacts"], told["peak"])


def checked(words: Sequence[str]) -> str:
    """What a program prints; its failure ends all. Like the planner's command it leaves cores to the work,
    and like what is installed it is kept as bytecode.
    """
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        words, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    )
    return done.stdout


def left_out(workload: str) -> dict[str, str]:
    """The models that cannot play this workload here, and why."""
    reasons = {name: in_c.why_missing() for name in MODELS if name.startswith("C,")} | {
        "Ciw": in_ciw.why_missing()
    }
    return {name: reason for name, reason in reasons.items() if reason} | (
        NOT_FOR_DAYS if workload == "D" else {}
    )


# --- Figures ------------------------------------------------------------------------------------------------


def over(these: Sequence[float], those: Sequence[float]) -> list[float]:
    """How many times as fast, round by round."""
    return [one / other for one, other in zip(these, those, strict=True)]


def spread(values: Sequence[float]) -> str:
    """The median, and the range in brackets."""
    return f"{figure(median(values))} ({figure(min(values))}–{figure(max(values))})"


def figure(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:#.3g}".rstrip(".")


if __name__ == "__main__":
    main()
