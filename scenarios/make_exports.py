"""Writes week.csv and roster.csv: a week of a desk that never was, as two tools would export it.

`week.csv` holds how many complaints and questions came in each half hour, drawn from a Poisson law around an
assumed curve. `roster.csv` is a shift table, one row a person and day. The same seed gives the same files on
every machine.

    python scenarios/make_exports.py           # writes beside this script
    python scenarios/make_exports.py FOLDER
"""

from __future__ import annotations

import csv
import math
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TextIO

MONDAY = date(2026, 11, 30)
DAYS = 7
SEED = 11

# Contacts an hour on a weekday, 00:00 to 24:00. Assumed: quiet nights, questions by day, complaints later.
PER_HOUR = {
    "complaints": (3, 2, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 12, 12, 12, 13, 15, 18, 22, 26, 24, 18, 11, 6),
    "questions": (0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 13, 12, 10, 11, 12, 11, 10, 8, 6, 5, 4, 3, 1, 0),
}
WEEKEND = {"complaints": 0.9, "questions": 0.4}

# Start, end and break of each shift, and how many people of which team work it on a day.
EARLY, MIDDLE = ("07:00", "15:30", "11:00-11:30"), ("10:00", "18:30", "14:00-14:30")
LATE, NIGHT = ("14:00", "22:30", "18:00-18:30"), ("22:00", "06:00", "02:00-02:30")
FRONT, BACK = "Frontline", "Back Office"
WEEKDAY = ((FRONT, EARLY, 2), (FRONT, MIDDLE, 2), (FRONT, LATE, 3), (BACK, EARLY, 1), (BACK, LATE, 1))
SATURDAY = ((FRONT, EARLY, 2), (FRONT, LATE, 3), (BACK, MIDDLE, 1), (FRONT, NIGHT, 1))
ON_DAY = (*[WEEKDAY] * 4, (*WEEKDAY, (FRONT, NIGHT, 1)), SATURDAY, SATURDAY)

NAMES = {
    FRONT: ("Adi", "Bima", "Citra", "Dewi", "Eka", "Fajar", "Gita", "Hadi", "Intan", "Joko", "Kiki", "Lina"),
    BACK: ("Maya", "Nanda", "Oki"),
}


def poisson(random: Random, mean: float) -> int:
    """A Poisson number: how many gaps of a unit-rate process fit into the mean."""
    count, passed = 0, -math.log(1 - random.random())
    while passed < mean:
        count, passed = count + 1, passed - math.log(1 - random.random())
    return count


def write_week(out: TextIO) -> None:
    """Write the counts, a row each half hour."""
    random = Random(SEED)
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["Date", "Interval", *PER_HOUR])
    for number in range(DAYS):
        day = MONDAY + timedelta(days=number)
        for half_hour in range(48):
            begin, end = (f"{half // 2:02d}:{half % 2 * 30:02d}" for half in (half_hour, half_hour + 1))
            counts = [
                poisson(random, hours[half_hour // 2] / 2 * (WEEKEND[kind] if number > 4 else 1))
                for kind, hours in PER_HOUR.items()
            ]
            rows.writerow([day.isoformat(), f"{begin}-{end}", *counts])


def write_roster(out: TextIO) -> None:
    """Write the shift table, a row a person and day; the next name of the team takes the next row."""
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerow(["Date", "Name", "Team", "Start", "End", "Break"])
    taken = dict.fromkeys(NAMES, 0)
    for number in range(DAYS):
        day = MONDAY + timedelta(days=number)
        for team, hours, people in ON_DAY[number]:
            for _ in range(people):
                name = NAMES[team][taken[team] % len(NAMES[team])]
                rows.writerow([f"{day:%d.%m.%Y}", name, team, *hours])
                taken[team] += 1


FILES = {"week.csv": write_week, "roster.csv": write_roster}

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, write in FILES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            write(out)
