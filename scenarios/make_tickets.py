"""Writes tickets.csv: a week of tickets that never happened, in the shape of a help desk's export.

Each row is a message: `ticket`, `turn` (0 is the customer's first message), `role`, `created_at` (ISO 8601
with its offset). First messages are a Poisson process whose rate changes by the hour, drawn by inversion; a
desk answers each after a lognormal time, and the customer writes again with probability 43% (Customer
Support on Twitter, 2017). The same seed gives the same file on every machine.

    python scenarios/make_tickets.py             # writes beside this script
    python scenarios/make_tickets.py other.csv
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import TextIO
from zoneinfo import ZoneInfo

MONDAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Berlin"))
DAYS = 7
SEED = 7

# Tickets an hour, 00:00 to 24:00. Assumed: quiet nights, a working day, a plateau until 22:00.
PER_HOUR = (1, 1, 0, 0, 0, 1, 2, 3, 5, 7, 8, 8, 7, 7, 7, 7, 8, 9, 9, 9, 8, 7, 4, 2)

AGAIN = 0.43
REPLY_MEDIAN = timedelta(minutes=25)
PAUSE_MEDIAN = timedelta(minutes=16)
SPREAD = 1.0  # standard deviation of the logarithm of both


def first_messages(random: Random) -> Iterator[datetime]:
    """Times of first messages: gaps of a unit-rate process, mapped through the cumulative rate."""
    due = -math.log(1 - random.random())
    passed = 0.0
    for hour in range(24 * DAYS):
        rate = PER_HOUR[hour % 24]
        while due < passed + rate:
            yield MONDAY + timedelta(hours=hour + (due - passed) / rate)
            due -= math.log(1 - random.random())
        passed += rate


def lognormal(random: Random, median: timedelta) -> timedelta:
    """A lognormal time with this median."""
    return median * math.exp(SPREAD * NormalDist().inv_cdf(random.random()))


def write(out: TextIO) -> None:
    """Write the whole export, ticket by ticket."""
    random = Random(SEED)
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["ticket", "turn", "role", "created_at"])
    for number, opened in enumerate(first_messages(random), start=1):
        at, turn = opened, 0
        while True:
            rows.writerow([f"T{number:04d}", turn, "customer", at.isoformat(timespec="seconds")])
            at += lognormal(random, REPLY_MEDIAN)
            rows.writerow([f"T{number:04d}", turn + 1, "agent", at.isoformat(timespec="seconds")])
            if random.random() >= AGAIN:
                break
            at, turn = at + lognormal(random, PAUSE_MEDIAN), turn + 2


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("tickets.csv")
    with target.open("w", encoding="utf-8", newline="") as out:
        write(out)
