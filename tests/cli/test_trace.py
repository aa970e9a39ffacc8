"""`simcare trace`: a desk of two worked out by hand, and what every chronicle keeps to."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

import simcare
from simcare.cli.main import code_of
from simcare.engine.log import OPEN
from simcare.experiment.chronicle import House, events_of
from simcare.experiment.replication import Drawn
from simcare.report.house_path import house_path
from simcare.scenario.load import load
from tests.engine.handwritten import case_names, read_case

Capture = pytest.CaptureFixture[str]

MORNING = """
simcare: 1
title: A morning
clock: {start: 2026-11-23, days: 2}
contacts:
  question:
    needs: [care]
    arrivals: {trace: arrivals.csv, column: at}
    patience: {constant: 15 min}
    handling: {constant: 20 min}
teams:
  desk: {skills: {care: 100%}}
plans:
  two:
    shifts:
      - {team: desk, from: 09:00, to: 10:00, agents: 2, breaks: [{at: 09:30, for: 15 min}]}
  three: {headcount: {desk: 3}}
"""

ARRIVALS = ("08:55", "09:05", "09:10", "09:24", "09:31", "09:50", "10:01")

TOLD = """\
A morning
Mon 23 to Tue 24 Nov 2026 (2 days), UTC
Plan two, replication 0, seed 1: contacts #0 to #6

Mon 2026-11-23, the most in each half hour
         00    03    06    09    12    15    18    21
waiting                   ████                             1 at 08:55
in hand                    ███                             2 at 09:05
on duty                    ██                              2 at 09:00

All that happened, mon 00:00:00 to mon 10:01:00
───────────────────────────────────────────────────────────────────
time       what happens                          waiting   in hand
───────────────────────────────────────────────────────────────────
           (before)                              –         (nobody)
08:55:00   #0 writes in, waits                   0         (nobody)
09:00:00   desk 1 comes on duty                  0         –
09:00:00   desk 1 takes #0 after 5 min           –         0
09:00:00   desk 2 comes on duty                  –         0 –
09:05:00   #1 writes in; desk 2 takes it         –         0 1
09:10:00   #2 writes in, waits                   2         0 1
09:20:00   desk 1 replies to #0 after 20 min     2         – 1
09:20:00   desk 1 takes #2 after 10 min          –         2 1
09:24:00   #3 writes in, waits                   3         2 1
09:25:00   desk 2 replies to #1 after 20 min     3         2 –
09:25:00   desk 2 takes #3 after 1 min           –         2 3
09:30:00   desk 1 goes off duty, back at 09:45   –         2 3
09:30:00   desk 2 goes off duty, back at 09:45   –         2 3
09:31:00   #4 writes in, waits                   4         2 3
09:40:00   desk 1 replies to #2 after 20 min     4         3
09:45:00   desk 2 replies to #3 after 20 min     4         (nobody)
09:45:00   desk 1 comes on duty                  4         –
09:45:00   desk 1 takes #4 after 14 min          –         4
09:45:00   desk 2 comes on duty                  –         4 –
09:50:00   #5 writes in; desk 2 takes it         –         4 5
10:00:00   desk 1 goes off duty                  –         4 5
10:00:00   desk 2 goes off duty                  –         4 5
10:01:00   #6 writes in, waits                   6         4 5

What happened to these contacts from then on
──────────────────────────────────────────────
time       what happens
──────────────────────────────────────────────
10:05:00   desk 1 replies to #4 after 20 min
10:10:00   desk 2 replies to #5 after 20 min
10:16:00   #6 gives up after 15 min and leaves
"""


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("morning.yaml").write_text(MORNING, encoding="utf-8")
    rows = "".join(f"2026-11-23 {time}:00\n" for time in ARRIVALS)
    Path("arrivals.csv").write_text("at\n" + rows, encoding="utf-8")
    return "morning.yaml"


ALL_SORTS = """
simcare: 1
title: All sorts
clock: {start: 2026-11-23}
channels: {x: {public: true}}
contacts:
  complaint:
    needs: [care]
    arrivals: {trace: c.csv, column: at}
    patience: {constant: 4 min}
    silent: 100%
    handling: {constant: 10 min}
    escalates: {to: tech, chance: 100%, handling: {constant: 30 min}}
  request:
    needs: [care]
    arrivals: {trace: r.csv, column: at}
    handling: {constant: 10 min}
    channel: x
    acknowledgement: {constant: 1 min}
teams:
  desk: {skills: {care: 100%}}
  experts: {skills: {tech: 100%}}
plans:
  one:
    headcount: {desk: {00:00: 0, 09:00: 1, 12:00: 0}}
    shifts:
      - {team: experts, from: 09:00, to: 09:30, agents: 1}
      - {team: experts, from: 10:00, to: 11:00, agents: 2}
    at_shift_end: drop
    acknowledge_within: 15 min
"""

SORTS_TOLD = """\
00:00:00   desk: 0 on duty from now on                  –         (nobody)
09:00:00   desk: 1 on duty from now on                  –         –
09:00:00   experts 1 comes on duty                      –         – –
09:00:00   #0 (complaint) writes in; desk 1 takes it    –         0 –
09:05:00   #1 (complaint) writes in, waits              1         0 –
09:09:00   #1 gives up after 4 min; the message stays   1         0 –
09:10:00   desk 1 replies to #0 after 10 min            1         – –
09:10:00   desk 1 takes #1 after 5 min                  –         1 –
09:10:00   #0 is escalated; experts 1 takes it          –         1 0
09:20:00   desk 1 replies to #1, who has given up,      –         0 –
             after 10 min
09:30:00   experts 1 hands #0 back after 20 min         0         – –
09:30:00   experts 1 goes off duty                      0         –
10:00:00   experts 2 comes on duty                      0         – –
10:00:00   experts 2 takes #0 after 30 min              –         0 –
10:00:00   experts 3 comes on duty                      –         0 – –
10:10:00   experts 2 ends the escalated work on #0      –         – – –
             after 10 min
12:01:00       #2 (request) writes in, waits
tue 09:00:00   desk 1 takes #2 after 20 h 59 min
tue 09:01:00   desk 1 acknowledges #2 after 1 min
tue 09:01:00   #2 awaits the full answer; desk 1 takes it
tue 09:11:00   desk 1 answers #2 in full after 10 min
"""


def done(arguments: list[str], capsys: Capture) -> str:
    assert code_of(["trace", *arguments, "--quiet"]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_a_morning_worked_out_by_hand(morning: str, capsys: Capture) -> None:
    told = done([morning], capsys)
    assert told[: len(TOLD)] == TOLD
    assert max(map(len, told.splitlines())) <= 80


def test_it_can_begin_later_with_fewer_contacts(morning: str, capsys: Capture) -> None:
    told = done([morning, "--from", "mon 09:22", "--contacts", "1"], capsys)
    assert told[told.index("All that") : told.index("\nAn agent")] == (
        "All that happened, mon 09:22:00 to mon 09:24:00\n"
        "──────────────────────────────────────────────────\n"
        "time       what happens          waiting   in hand\n"
        "──────────────────────────────────────────────────\n"
        "           (before)              –         2 1\n"
        "09:24:00   #3 writes in, waits   3         2 1\n"
        "\n"
        "What happened to these contacts from then on\n"
        "────────────────────────────────────────────\n"
        "time       what happens\n"
        "────────────────────────────────────────────\n"
        "09:25:00   desk 2 takes #3 after 1 min\n"
        "09:45:00   desk 2 replies to #3 after 20 min\n"
    )


def test_escalation_silence_hand_back_and_acknowledgement_worked_out_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The expert goes home with twenty of thirty minutes done, and the next one does the other ten."""
    monkeypatch.chdir(tmp_path)
    Path("sorts.yaml").write_text(ALL_SORTS, encoding="utf-8")
    Path("c.csv").write_text("at\n2026-11-23 09:00:00\n2026-11-23 09:05:00\n", encoding="utf-8")
    Path("r.csv").write_text("at\n2026-11-23 12:01:00\n", encoding="utf-8")
    lines = done(["sorts.yaml"], capsys).splitlines()
    told = [line for line in lines if re.match(r"(\w{3} )?\d\d:\d\d:\d\d |             \S", line)]
    assert told == SORTS_TOLD.splitlines()


def test_where_much_happens_to_others_the_telling_ends_sooner(
    morning: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("simcare.experiment.chronicle.MOST_EVENTS", 2)
    told = done([morning, "--from", "mon 09:32", "--contacts", "1"], capsys)
    assert "All that happened, mon 09:32:00 to mon 09:45:00\n" in told
    assert told[told.index("What happened to") :].splitlines()[4:6] == [
        "09:50:00   #5 writes in; desk 2 takes it",
        "10:10:00   desk 2 replies to #5 after 20 min",
    ]


def test_other_programs_get_the_numbers(morning: str, capsys: Capture) -> None:
    found = json.loads(done([morning, "--format", "json", "--engine", "reference"], capsys))
    rows, header = found["rows"], found["header"]
    assert (header["replication"], header["seed"]) == (0, simcare.load(morning).experiment.seed)
    assert rows[2] == {
        "time": "2026-11-23T09:00:00.000",
        "event": "is taken",
        "contact": 0,
        "contacts": "question",
        "step": "first reply",
        "agent": "desk 1",
        "seconds": 300.0,
        "waiting": 0,
        "busy": 1,
        "on_duty": 1,
    }
    read = list(csv.DictReader(io.StringIO(done([morning, "--format", "csv"], capsys))))
    assert [row["event"] for row in read] == [row["event"] for row in rows]
    assert done([morning, "--format", "markdown"], capsys).count("| 09:00:00 |") == 3
    assert json.loads(done([morning, "--format", "json", "--engine", "compiled"], capsys))["rows"] == rows


def test_the_day_as_a_picture(morning: str, capsys: Capture) -> None:
    done([morning, "--png", "pictures", "--svg", "pictures"], capsys)
    assert Path("pictures/trace.png").read_bytes().startswith(b"\x89PNG")
    assert "at 08:55 1 wait" in Path("pictures/trace.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "noon"], "--from: expected a time such as 19:00, mon 19:00"),
        (["--from", "25:00"], "--from: expected a time such as 19:00, mon 19:00"),
        (["--from", "sat 10:00"], "--from: expected a time on a day measured, 2026-11-23 to 2026-11-24, got"),
        (["--from", "tue"], "nobody writes in from then on in replication 0"),
        (["--contacts", "0"], "--contacts: expected"),
        (["--plan", "tow"], "expected one of two, three, got 'tow'; did you mean 'two'?"),
        (["--plan", "two,three"], "--plan: expected one plan"),
        (["--replication", "-1"], "--replication: expected"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(
    morning: str, arguments: list[str], message: str, capsys: Capture
) -> None:
    assert code_of(["trace", morning, "--quiet", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize("name", case_names())
def test_a_chronicle_of_each_log_worked_out_by_hand_holds_together(name: str) -> None:
    """Who is taken has waited; who is replied to was in that agent's hands; who is open waits in the end."""
    case = read_case(name)
    drawn = Drawn(case.tape, case.roster, case.rules)
    house, hands = House(drawn), dict[int, int]()
    for event in events_of(drawn, case.log, 0, 10**12, range(case.tape.contacts)):
        waiting = house.state().waiting
        if event.what in ("is taken", "leaves", "is turned away", "gives up silently"):
            assert event.contact in waiting, event
        if event.what == "is taken":
            hands[event.contact] = event.agent
        elif event.what in ("is replied to", "is replied to in vain", "is handed back"):
            assert hands.pop(event.contact) == event.agent, event
        house.change(event)
        assert set(hands) == {contact for _, hand in house.state().hands for contact in hand}
    steps = case.log.steps
    left = set(steps.contact[steps.outcome == OPEN].tolist()) - set(hands)
    assert set(house.state().waiting) >= left


def test_the_day_counts_who_waits_and_who_works(morning: str, capsys: Capture) -> None:
    from simcare.experiment.chronicle import chronicle

    scenario = load(morning)
    told = chronicle(scenario, "two")
    path = house_path(scenario, "two", 0, told.drawn, told.log, 0)
    minutes = {course.name: (course.at_ms // 60_000).tolist() for course in path.courses}
    numbers = {course.name: course.number.tolist() for course in path.courses}
    assert minutes["on duty"] == [0, 540, 570, 585, 600]
    assert numbers["on duty"] == [0, 2, 0, 2, 0]
    assert minutes["waiting"] == [0, 535, 540, 550, 560, 564, 565, 571, 585, 601, 616]
    assert numbers["waiting"] == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert house_path(scenario, "two", 0, told.drawn, told.log, 1).courses[0].peak == (0, 0)
