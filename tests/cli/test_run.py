from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from simcare.cli.main import code_of
from simcare.cli.output import width_of_stdout
from simcare.measures.registry import MEASURES

Capture = pytest.CaptureFixture[str]


def printed(arguments: list[str], capsys: Capture) -> str:
    """What a command that goes well prints, with nothing on stderr."""
    assert code_of(arguments) == 0, capsys.readouterr().err
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refused(arguments: list[str], capsys: Capture) -> str:
    """The message of a command that ends with 2 and prints nothing else."""
    assert code_of(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_a_run_prints_tables_and_sentences(tiny: str, capsys: Capture) -> None:
    text = printed(["run", tiny], capsys)
    assert text.startswith(
        "Tiny\nMon 5 Jan 2026, UTC\n6 replications, seed 1; intervals (±) of 95% confidence\n\n"
    )
    assert "Plans side by side" in text
    for plan in ("one", "two", "three"):
        assert f"\n{plan}: question, first reply within 15 min (of all), target 80%\n" in text
    assert "\nPlan two, beside one\n- question, first reply within 15 min: " in text
    assert "\nHow sure\n- 6 replications of 1 day." in text
    assert "\x1b" not in text


def test_plans_by_repetition_or_by_commas_in_the_order_asked(tiny: str, capsys: Capture) -> None:
    by_commas = printed(["run", tiny, "--plan", "two, one"], capsys)
    assert by_commas == printed(["run", tiny, "--plan", "two", "--plan", "one"], capsys)
    assert "Plan one, beside two" in by_commas
    assert "three" not in by_commas


def test_options_change_the_run_as_they_say(tiny: str, capsys: Capture) -> None:
    def header(*options: str) -> dict[str, object]:
        read = json.loads(printed(["run", tiny, "--plan", "two", "--format", "json", *options], capsys))
        head: dict[str, object] = read["header"]
        return head

    plain = header()
    assert (plain["replications"], plain["seed"], plain["plans"]) == (6, 1, ["two"])
    assert header("--replications", "3")["replications"] == 3
    assert header("--seed", "9")["seed"] == 9
    assert header("--set", "clock.days=2", "--set", "title=Other")["days"] == 2
    assert header("--set", "title=Other")["title"] == "Other"
    assert int(str(header("--precision", "3%")["replications"])) in (6, 12, 24, 48, 96)
    named = header("--precision", "waiting_mean=50%", "--precision", "occupancy = 10%")
    assert int(str(named["replications"])) in (6, 12, 24, 48, 96)


def test_json_is_the_same_on_any_number_of_processes(tiny: str, capsys: Capture) -> None:
    runs = [
        printed(["run", tiny, "--replications", "10", "--format", "json", "--jobs", jobs], capsys)
        for jobs in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_csv_and_markdown(tiny: str, capsys: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(["run", tiny, "--format", "csv"], capsys))))
    levels = [row for row in rows if row["measure"] == "service_level" and not row["day"] + row["interval"]]
    assert {row["plan"] for row in levels} == {"one", "two", "three"}
    markdown = printed(["run", tiny, "--format", "markdown"], capsys)
    assert markdown.startswith("# Tiny\n")
    assert "| first reply within 15 min | " in markdown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--plan", "tow"], "--plan: expected one of one, two, three, got 'tow'; did you mean 'two'?"),
        (["--plan", "x"], "--plan: expected one of one, two, three, got 'x'"),
        (["--replications", "0"], "--replications: expected a whole number from 1 to 1_000_000, got '0'"),
        (
            ["--replications", "many"],
            "--replications: expected a whole number from 1 to 1_000_000, got 'many'",
        ),
        (["--precision", "0.5"], "--precision: expected a share above 0% to 50%, got '0.5'"),
        (
            ["--precision", "5%", "--precision", "queue=5%"],
            "--precision: expected one share, or one share for each measure named",
        ),
        (["--precision", "queue=5"], "--precision: expected a share above 0% to 50%, got '5'"),
        (["--precision", "queu=5%"], "--precision: expected a measure, got 'queu'; did you mean 'queue'?"),
        (["--precision", "foo=5%"], "--precision: expected a measure, got 'foo'"),
        (["--precision", "=5%"], "--precision: expected a measure, got ''"),
        (["--precision", "0%"], "--precision: expected a share above 0% to 50%, got '0%'"),
        (["--seed", "1.5"], "--seed: expected a whole number from 0 to 1_000_000_000_000, got '1.5'"),
        (
            ["--jobs", "0"],
            "--jobs: expected a number of processes of at least 1, or -1 for one a core, got '0'",
        ),
        (
            ["--format", "jsn"],
            "--format: expected one of table, json, csv, markdown, got 'jsn'; did you mean 'json'?",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_was_expected(
    options: list[str], message: str, tiny: str, capsys: Capture
) -> None:
    assert refused(["run", tiny, *options], capsys) == f"simcare: {message} (see simcare run --help)\n"


def test_percentiles_are_not_given_by_replication_and_this_is_said(tiny: str, capsys: Capture) -> None:
    message = refused(["run", tiny, "--each", "--measure", "queue", "--measure", "waiting_p90"], capsys)
    assert "--each: expected measures that every replication has by itself, got waiting_p90; perc" in message
    assert code_of(["run", tiny, "--each"]) == 0
    assert "--each leaves percentiles out" in capsys.readouterr().err
    assert code_of(["run", tiny, "--each", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_a_word_that_is_no_day_is_told_by_itself(tiny: str, capsys: Capture) -> None:
    message = refused(["run", tiny, "--measure", "waiting_p90 mon mail"], capsys)
    assert message.startswith("simcare: measure 'waiting_p90 mon mail': expected daily, a weekday ")
    assert message.endswith(", or a day of the run such as day 2, got 'mail'\n")


def test_a_measure_asked_for_twice_is_told_once(tiny: str, capsys: Capture) -> None:
    once = printed(["run", tiny, "--measure", "queue"], capsys)
    assert printed(["run", tiny, "--measure", "queue", "--measure", "queue"], capsys) == once


def test_a_service_level_of_nothing_is_refused(tiny: str, capsys: Capture) -> None:
    without = ["run", tiny, "--set", "service_levels=[]"]
    told = "service levels in the scenario, of which to measure one, got none"
    assert told in refused([*without, "--measure", "service_level"], capsys)
    assert told in refused([*without, "--set", "measures=[{measure: service_level}]"], capsys)


def test_a_wrong_change_is_told_like_a_wrong_file(tiny: str, capsys: Capture) -> None:
    message = refused(["run", tiny, "--set", "plans.one.headcount.desk=three"], capsys)
    assert message.startswith("--set plans.one.headcount.desk: expected ")
    assert message.count("\n") == 1


def test_a_scenario_that_cannot_be_used(tiny: str, capsys: Capture) -> None:
    assert "no file missing.yaml" in refused(["run", "missing.yaml"], capsys)
    assert "got the folder ." in refused(["run", "."], capsys)
    Path("wrong.yaml").write_text(Path(tiny).read_text().replace("per_hour: 6", "per_hour: six"))
    assert refused(["run", "wrong.yaml"], capsys).startswith("wrong.yaml:6:")


def test_warnings_go_to_stderr_and_quiet_silences_them(tiny: str, capsys: Capture) -> None:
    Path("tickets.csv").write_text("at\n2026-01-05T10:00:00\n2026-01-05T11:00:00\n2027-01-05T11:00:00\n")
    change = "contacts.question.arrivals={trace: tickets.csv, column: at, align: dates}"
    assert code_of(["run", tiny, "--set", change]) == 0
    captured = capsys.readouterr()
    assert "simcare: 1 of 3 rows of the trace of question" in captured.err
    assert "Note: Arrivals of question are replayed from a trace" in captured.out.replace("\n", " ")
    assert printed(["run", tiny, "--set", change, "--quiet"], capsys) == captured.out


# --- where results go --------------------------------------------------------------------------------------


def test_output_replaces_a_file_in_one_step(tiny: str, capsys: Capture) -> None:
    expected = printed(["run", tiny, "--format", "json"], capsys)
    Path("out.json").write_text("old")
    before = os.stat("out.json").st_ino
    assert printed(["run", tiny, "--format", "json", "--output", "out.json"], capsys) == ""
    assert Path("out.json").read_text(encoding="utf-8") == expected
    assert os.stat("out.json").st_ino != before  # a new file in its place, not the old one written over
    assert sorted(path.name for path in Path().iterdir()) == ["out.json", tiny]
    assert printed(["run", tiny, "--format", "json", "--output", "-"], capsys) == expected


def test_a_run_that_fails_leaves_the_old_file_alone(tiny: str, capsys: Capture) -> None:
    Path("out.json").write_text("old")
    refused(["run", tiny, "--set", "clock.days=no", "--output", "out.json"], capsys)
    assert Path("out.json").read_text() == "old"


@pytest.mark.parametrize(
    ("output", "message"),
    [(".", "expected a file, got the directory ."), ("nowhere/out.txt", "there is no directory ")],
)
def test_an_output_that_cannot_be_written_is_refused_before_the_run(
    output: str, message: str, tiny: str, capsys: Capture
) -> None:
    assert f"simcare: --output: {message}" in refused(["run", tiny, "--output", output], capsys)


@pytest.mark.parametrize("command", ["run", "show"])
@pytest.mark.parametrize("output", ["tiny.yaml", "../{folder}/tiny.yaml", "tickets.csv", "linked.csv"])
def test_what_a_scenario_is_read_from_is_never_written_over(
    command: str, output: str, tiny: str, capsys: Capture
) -> None:
    Path("tickets.csv").write_text("at\n2026-01-05 09:00\n")
    Path("linked.csv").symlink_to("tickets.csv")
    change = "contacts.question.arrivals={trace: tickets.csv, column: at}"
    before = {path.name: path.read_text() for path in Path().iterdir()}
    output = output.format(folder=Path().resolve().name)
    message = refused([command, tiny, "--set", change, "--output", output], capsys)
    assert f"--output: expected a file of its own, got {output}" in message
    assert {path.name: path.read_text() for path in Path().iterdir()} == before


def test_a_device_is_written_to_and_not_replaced(tiny: str, capsys: Capture) -> None:
    assert printed(["schema", "--output", os.devnull], capsys) == ""
    assert not Path(os.devnull).is_file()


# --- on a terminal -----------------------------------------------------------------------------------------


def on_a_terminal(arguments: list[str], code: int = 0, **environment: str) -> str:
    """What the program shows where both its outputs are a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "simcare", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # on Linux a terminal that is gone is an error
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert running.wait(timeout=60) == code
    return shown.decode("utf-8")


def test_a_person_sees_colours_beside_the_words_and_progress(tiny: str) -> None:
    shown = on_a_terminal(["run", tiny, "--replications", "12", "--jobs", "1"])
    assert re.search(r"\x1b\[[\d;]*31m(missed)\x1b", shown) or re.search(r"\x1b\[32m(met)\x1b", shown)
    assert "simulating" in shown
    assert "left" in shown
    assert re.search(r"\b\d+/12\b", shown)
    assert "/100" not in shown  # of how many is never guessed


def test_no_color_and_quiet_leave_plain_text(tiny: str, capsys: Capture) -> None:
    shown = on_a_terminal(["run", tiny, "--quiet"], NO_COLOR="1")
    assert shown.replace("\r\n", "\n") == printed(["run", tiny], capsys)


class Terminal(io.StringIO):
    """A standard output that is a terminal, and shows nothing."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("columns", "width"), [("60", 80), ("80", 80), ("100", 100), ("200", 120)])
def test_tables_may_take_a_wide_terminal_up_to_120_columns(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width_of_stdout(None) == 80  # into a pipe or a file
    monkeypatch.setattr("sys.stdout", Terminal())
    assert width_of_stdout(None) == width
    assert width_of_stdout(Path("out.txt")) == 80


def test_an_encoding_without_our_signs_gets_plain_ones(tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    plain = io.TextIOWrapper(written, encoding="ascii", write_through=True)
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", plain)
        assert code_of(["run", tiny, "--plan", "one"]) == 0
    text = written.getvalue().decode("ascii")
    assert " +/- " in text
    assert "?" not in text


def test_json_is_the_same_json_in_any_encoding(tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    plain = io.TextIOWrapper(written, encoding="ascii", write_through=True)
    title = "Käse – ± 😀"
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", plain)
        assert code_of(["run", tiny, "--plan", "one", "--set", f"title={title}", "--format", "json"]) == 0
    assert json.loads(written.getvalue().decode("ascii"))["header"]["title"] == title


# --- measures asked for -------------------------------------------------------------------------------------


def test_measures_asked_for_stand_alone(tiny: str, capsys: Capture) -> None:
    asked = ["--plan", "one,two", "--measure", "waiting_p90 08:00-12:00", "--measure", "queue at 09:30"]
    text = printed(["run", tiny, *asked], capsys)
    lines = text.splitlines()
    assert lines[4] == "Measures asked for"
    assert [line.split("  ")[0] for line in lines[8:10]] == [
        "waiting_p90, 08:00–12:00",
        "queue_at (messages), 09:30",
    ]
    assert "Plans side by side" not in text and "How sure" not in text
    rows = list(csv.DictReader(io.StringIO(printed(["run", tiny, *asked, "--format", "csv"], capsys))))
    assert {(row["plan"], row["measure"], row["contacts"], row["interval"]) for row in rows} == {
        (plan, measure, contacts, interval)
        for plan in ("one", "two")
        for measure, interval in (("waiting_p90", "08:00–12:00"), ("queue_at", "09:30"))
        for contacts in ("", "question")
    }
    read = json.loads(printed(["run", tiny, *asked, "--format", "json"], capsys))
    assert len(read["rows"]) == len(rows)


def test_a_measure_by_name_has_all_its_rows(tiny: str, capsys: Capture) -> None:
    text = printed(["run", tiny, "--plan", "one", "--measure", "occupancy", "--format", "csv"], capsys)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["measure"] for row in rows} == {"occupancy"}
    assert [row["interval"] for row in rows if not row["team"] and not row["day"]] == [
        "", "00:00", "04:00", "08:00", "12:00", "16:00", "20:00",
    ]  # fmt: skip


def test_an_unknown_measure_is_refused_before_the_run(tiny: str, capsys: Capture) -> None:
    message = refused(["run", tiny, "--measure", "waitng_mean 08:00-12:00"], capsys)
    assert "expected a measure, got 'waitng_mean'; did you mean 'waiting_mean'?" in message


def test_measures_are_listed_without_a_scenario(capsys: Capture) -> None:
    text = printed(["run", "--list-measures"], capsys)
    assert all(len(line) <= 80 for line in text.splitlines())
    for name, measure in MEASURES.items():
        assert f"\n{name} ({measure.unit.replace('{currency}', 'currency')})" in text
        assert " ".join(measure.definition.split()) in " ".join(text.split())


def test_every_replication_by_itself(tiny: str, capsys: Capture) -> None:
    asked = ["--plan", "one", "--measure", "contacts 08:00-12:00", "--each"]
    rows = list(csv.DictReader(io.StringIO(printed(["run", tiny, *asked], capsys))))
    total = [row for row in rows if not row["contacts"]]
    assert [row["replication"] for row in total] == [str(number) for number in range(6)]
    assert all(row["interval"] == "08:00–12:00" and row["unit"] == "per day" for row in rows)
    mean = sum(float(row["value"]) for row in total) / 6
    told = json.loads(printed(["run", tiny, *asked[:4], "--format", "json"], capsys))["rows"]
    assert [row["estimate"] for row in told if not row["contacts"]] == [pytest.approx(mean)]
    read = json.loads(printed(["run", tiny, *asked, "--format", "json"], capsys))
    assert len(read["rows"]) == len(rows)
    assert "--each: expected --format csv or json" in refused(
        ["run", tiny, *asked, "--format", "markdown"], capsys
    )
