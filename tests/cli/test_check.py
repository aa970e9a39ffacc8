"""`simcare check` as a build server runs it: exit codes, JUnit XML, annotations, summary, plain text."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml

from simcare.cli.main import code_of
from simcare.report.ci import MOST_ANNOTATIONS
from tests.cli.conftest import TINY
from tests.cli.test_run import Capture, on_a_terminal, printed, refused

COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.+)")


def gate(*checks: str) -> str:
    """The small scenario with these checks, in a file of the working folder; the first in line 17."""
    lines = "".join(f"  - {check}\n" for check in checks)
    Path("gate.yaml").write_text(f"{TINY}checks:\n{lines}", encoding="utf-8")
    return "gate.yaml"


HOLDS = "{plan: three, measure: service_level, at_least: 80%}"
FAILS = "{plan: one, measure: service_level, at_least: 99%, name: 'the badge, 99%: all'}"
UNDECIDED = "{plan: two, measure: contacts, at_least: 144}"
NEEDLESS = "{plan: two, measure: occupancy, at_most: 100%}"
QUICK = ["--max-replications", "6"]


@pytest.fixture(autouse=True)
def plain_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where these tests themselves run on a build server, they do not write its summary."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([HOLDS], 0),
        ([HOLDS, FAILS], 1),
        ([HOLDS, UNDECIDED], 3),
        ([UNDECIDED, FAILS], 1),
        (["{measure: no_such, at_least: 1}"], 2),
        ([], 2),
    ],
)
def test_the_exit_code_says_what_came_of_it(checks: list[str], code: int, tiny: str, capsys: Capture) -> None:
    file = gate(*checks) if checks else tiny
    assert code_of(["check", file, *QUICK]) == code
    if code == 2:
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.count("\n") == 1


def test_a_table_with_a_sign_and_a_word_for_each_verdict(tiny: str, capsys: Capture) -> None:
    assert code_of(["check", gate(HOLDS, FAILS, UNDECIDED), *QUICK]) == 1
    text = capsys.readouterr().out
    assert "\n  ✓ holds " in text and "\n  ✗ fails " in text and "\n  ? undecided " in text
    assert "Seed 1; 1 of 3 checks holds, 1 fails, 1 is undecided\n" in text
    assert "- Fails: plan one: the badge, 99%: all: found " in " ".join(text.split())
    assert "(gate.yaml:18)" in text
    assert "\x1b" not in text and max(map(len, text.splitlines())) <= 80


def test_several_files_and_formats(tiny: str, capsys: Capture) -> None:
    first = gate(HOLDS)
    Path("other.yaml").write_text(Path(first).read_text().replace("80%}", "81%}"), encoding="utf-8")
    read = json.loads(printed(["check", first, "other.yaml", "--format", "json", *QUICK], capsys))
    assert read["header"]["verdict"] == "holds"
    assert [one["source"] for one in read["header"]["scenarios"]] == ["gate.yaml", "other.yaml"]
    assert [row["file"] for row in read["rows"]] == ["gate.yaml", "other.yaml"]
    table = list(csv.DictReader(io.StringIO(printed(["check", first, "--format", "csv", *QUICK], capsys))))
    assert [(row["verdict"], row["line"]) for row in table] == [("holds", "17")]
    markdown = printed(["check", first, "--format", "markdown", *QUICK], capsys)
    assert "| ✓ holds | first reply within 15 min | at least 80% | " in markdown
    before = {path.name for path in Path().iterdir()}
    assert "no file none.yaml" in refused(["check", first, "none.yaml", *QUICK], capsys)
    assert {path.name for path in Path().iterdir()} == before


def test_junit_is_read_by_others(tiny: str) -> None:
    assert code_of(["check", gate(HOLDS, FAILS, UNDECIDED), *QUICK, "--junit", "junit.xml"]) == 1
    read = JUnitXml.fromfile("junit.xml")
    assert (read.tests, read.failures, read.errors) == (3, 1, 1)
    (suite,) = read
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("gate.yaml", 3, 1, 1)
    holds, fails, undecided = suite
    assert (holds.classname, holds.name) == (
        "gate.three",
        "1. question, first reply within 15 min: at least 80%",
    )
    assert holds.is_passed
    (failure,) = fails.result
    assert isinstance(failure, Failure) and failure.type == "fails"
    assert re.match(r"plan one: the badge, 99%: all: found \d.*%.*, wanted at least 99%$", failure.message)
    assert "value and interval: " in failure.text and "threshold: at least 99%" in failure.text
    (error,) = undecided.result
    assert isinstance(error, Error) and error.type == "undecided"


def test_github_gets_annotations_at_the_line_of_the_check_and_a_summary(
    tiny: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = Path("summary.md")
    summary.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(Path().resolve().parent))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert code_of(["check", gate(HOLDS, FAILS, UNDECIDED, NEEDLESS), *QUICK, "--quiet", "--jobs", "1"]) == 1
    captured = capsys.readouterr()
    assert "::" not in captured.out.replace("::error", "")  # results stay results
    commands = [COMMAND.fullmatch(line) for line in captured.err.splitlines()]
    assert all(commands)
    kinds = [command[1] for command in commands if command]
    assert kinds == ["error", "warning", "warning"]
    assert commands[0] is not None
    place = dict(part.split("=") for part in commands[0][2].split(","))
    assert place["file"] == f"{Path().resolve().name}/gate.yaml"
    assert (place["line"], place["col"], place["title"]) == ("18", "5", "simcare%3A check fails")
    assert commands[0][3].startswith("plan one: the badge, 99%25: all: found ")
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("# Before\n# Tiny\n") and "| ✗ fails | the badge, 99%: all | " in text


def test_github_is_told_what_is_wrong_with_a_scenario_at_its_line(tiny: str, capsys: Capture) -> None:
    file = gate("{measure: no_such, at_least: 1}")
    assert code_of(["check", file, "--github"]) == 2
    line, message = capsys.readouterr().err.splitlines()
    assert COMMAND.fullmatch(line) and ",line=17,col=15,title=simcare%3A scenario cannot be used::" in line
    assert message.startswith("gate.yaml:17:15: expected a measure, got 'no_such'")


def test_no_more_annotations_and_no_longer_a_summary_than_github_takes(
    tiny: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = [f"{{plan: one, measure: service_level, at_least: 99%, name: gate {i}}}" for i in range(25)]
    summary = Path("summary.md")
    summary.write_text("x" * (1024 * 1024 - 3_000))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert code_of(["check", gate(*checks), *QUICK, "--quiet", "--github"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == MOST_ANNOTATIONS and lines[-1].startswith("::error::and 16 more;")
    text = summary.read_text(encoding="utf-8")
    assert len(text.encode()) <= 1024 * 1024
    assert "Too long for a summary; the output of the step has the rest." in text
    assert "0 of 25 checks hold, 25 fail" in text


def test_a_baseline_is_saved_and_held_to(tiny: str, capsys: Capture) -> None:
    file = gate("{plan: two, measure: service_level, same_as: baseline, margin: 1%}")
    assert "give one with --baseline FILE" in refused(["check", file], capsys)
    assert code_of(["check", file, "--save-baseline", "base.json"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == "simcare: wrote base.json: 6 replications\n"
    assert "✓ holds" in printed(["check", file, "--baseline", "base.json"], capsys)
    message = refused(["check", file, "--baseline", "base.json", "--seed", "2"], capsys)
    assert message.startswith("simcare: the baseline does not fit: it was saved with seed 1, and this run")
    assert code_of(["check", file, "--baseline", "base.json", "--set", "plans.two.headcount.desk=1"]) == 1
    assert "Note: plan two has changed since the baseline was saved." in capsys.readouterr().out
    assert "expected one scenario" in refused(["check", file, file, "--baseline", "base.json"], capsys)
    spared = ["check", file, "--save-baseline", file]
    assert "expected a file of its own, got gate.yaml" in refused(spared, capsys)


def test_colour_only_where_a_person_reads_and_wants_it(tiny: str) -> None:
    arguments = ["check", gate(HOLDS, FAILS), *QUICK, "--quiet", "--jobs", "1"]
    assert "\x1b[1;31mfails" in on_a_terminal(arguments, 1)
    assert "\x1b" not in on_a_terminal(arguments, 1, NO_COLOR="1")
    piped = subprocess.run(
        [sys.executable, "-m", "simcare", *arguments],
        capture_output=True,
        env={**os.environ, "FORCE_COLOR": "1", "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert piped.returncode == 1 and b"\x1b" not in piped.stdout
    assert b"x fails" in piped.stdout and b"+ holds" in piped.stdout  # where the signs cannot be written
