"""`new`, `validate`, `show` and `schema`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from simcare.cli.main import code_of
from simcare.scenario.load import load

Capture = pytest.CaptureFixture[str]


def done(arguments: list[str], capsys: Capture) -> str:
    assert code_of(arguments) == 0, capsys.readouterr().err
    return capsys.readouterr().out


# --- new ---------------------------------------------------------------------------------------------------


def test_new_writes_a_scenario_that_runs_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert done(["new", "my-desk"], capsys) == (
        "Wrote my-desk.yaml. Next:\n  simcare show my-desk.yaml\n  simcare run my-desk.yaml\n"
    )
    assert done(["validate", "my-desk.yaml"], capsys).startswith("my-desk.yaml: ok: ")
    assert load("my-desk.yaml").title == "my-desk"
    done(["run", "my-desk.yaml", "--replications", "2", "--set", "clock.days=1"], capsys)


def test_new_never_overwrites(tiny: str, capsys: Capture) -> None:
    before = Path(tiny).read_text()
    for name in ("tiny", "tiny.yaml"):
        assert code_of(["new", name]) == 2
        assert capsys.readouterr().err == (
            "simcare: tiny.yaml exists and is left as it is; choose another name\n"
        )
    assert Path(tiny).read_text() == before


def test_new_refuses_names_that_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, word in (("", "expected letters"), ("*", "expected letters"), ("a/b", "cannot write a/b.yaml")):
        assert code_of(["new", name]) == 2
        assert word in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_new_quotes_what_a_shell_would_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "simcare run 'my desk.yaml'\n" in done(["new", "my desk"], capsys)


# --- validate ----------------------------------------------------------------------------------------------


def test_validate_sums_up_what_is_right(tiny: str, capsys: Capture) -> None:
    assert done(["validate", tiny], capsys) == (
        "tiny.yaml: ok: 1 contact type, 3 plans, about 144 contacts a day, 1 day\n"
    )


def test_validate_tells_all_files_and_all_problems(tiny: str, capsys: Capture) -> None:
    text = Path(tiny).read_text()
    Path("wrong.yaml").write_text(text.replace("per_hour: 6", "per_hour: six").replace("80%", "80"))
    assert code_of(["validate", "wrong.yaml", tiny, "missing.yaml"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("tiny.yaml: ok: ")
    problems = captured.err.splitlines()
    assert [line.split(":")[0] for line in problems] == ["wrong.yaml", "wrong.yaml", "missing.yaml"]
    assert all("expected" in line for line in problems)


def test_validate_tries_changes(tiny: str, capsys: Capture) -> None:
    assert done(["validate", tiny, "--set", "clock.days=3"], capsys).endswith("144 contacts a day, 3 days\n")
    assert code_of(["validate", tiny, "--set", "clock.dasy=3"]) == 2
    assert "did you mean 'days'?" in capsys.readouterr().err


def test_validate_tells_few_contacts_from_none(tiny: str, capsys: Capture) -> None:
    few = ["validate", tiny, "--set", "contacts.question.arrivals.per_hour=0.001"]
    assert ", fewer than 1 contact a day, " in done(few, capsys)
    for command in (["validate"], ["run", "--plan", "one"]):
        none = [*command, tiny, "--set", "contacts.question.arrivals.per_hour=0"]
        assert code_of(none) == 0
        captured = capsys.readouterr()
        assert "no contacts: nobody ever writes in" in captured.err
        if command == ["validate"]:
            assert captured.out == "tiny.yaml: ok: 1 contact type, 3 plans, no contacts, 1 day\n"


def test_validate_refuses_a_run_too_large_unless_allowed(tiny: str, capsys: Capture) -> None:
    huge = ["validate", tiny, "--set", "contacts.question.arrivals.per_hour=10M"]
    assert code_of(huge) == 2
    assert "--allow-large" in capsys.readouterr().err
    assert "ok" in done([*huge, "--allow-large"], capsys)


def test_notes_of_a_scenario_are_shown(tiny: str, capsys: Capture) -> None:
    Path("tickets.csv").write_text("at\n2026-01-05T10:00:00\n")
    change = "contacts.question.arrivals={trace: tickets.csv, column: at, align: dates}"
    assert "\n  note: arrivals of question are replayed" in done(["validate", tiny, "--set", change], capsys)


# --- show --------------------------------------------------------------------------------------------------


def test_show_sets_load_against_people(tiny: str, capsys: Capture) -> None:
    lines = done(["show", tiny, "--plan", "one,two"], capsys).splitlines()
    # 6 an hour of 6 min each: 24 in four hours, 0.6 erlangs (a little less at first, for it begins empty).
    figures = "       24.0    0.6      1.0 (+0.4)      2.0 (+1.4)"
    rule = "─" * 55
    assert lines[:15] == [
        "Tiny",
        "Mon 5 Jan 2026, UTC",
        "Expected, without simulation",
        "",
        "desk: question",
        rule,
        "                                    one             two",
        "from    arrivals   load   on duty (gap)   on duty (gap)",
        rule,
        *(f"{hour}:00{figures}" for hour in ("00", "04", "08", "12", "16", "20")),
    ]
    assert "- one: as many people as work, or more, in every interval." in lines


def test_show_in_all_formats(tiny: str, capsys: Capture) -> None:
    rows = json.loads(done(["show", tiny, "--format", "json"], capsys))["rows"]
    assert len(rows) == 3 * 6
    table = list(csv.DictReader(io.StringIO(done(["show", tiny, "--format", "csv"], capsys))))
    assert [float(row["load"]) for row in table] == [row["load"] for row in rows]
    assert "| 04:00 | 24.0 | 0.6 | 1.0 (+0.4) |" in done(
        ["show", tiny, "--format", "markdown", "--plan", "one"], capsys
    )


def test_show_only_some_days(tiny: str, capsys: Capture) -> None:
    week = ["show", tiny, "--set", "clock.days=7", "--format", "json"]
    rows = json.loads(done([*week, "--day", "tue,sat-sun"], capsys))["rows"]
    assert {row["day"] for row in rows} == {"2026-01-06", "2026-01-10", "2026-01-11"}
    assert code_of(["show", tiny, "--day", "sat"]) == 2
    assert "--day: expected a weekday that is simulated" in capsys.readouterr().err
    assert code_of(["show", tiny, "--day", "someday"]) == 2
    assert "got 'someday' (see simcare show --help)" in capsys.readouterr().err


def test_show_names_unknown_plans(tiny: str, capsys: Capture) -> None:
    assert code_of(["show", tiny, "--plan", "tow"]) == 2
    assert "did you mean 'two'?" in capsys.readouterr().err


# --- schema ------------------------------------------------------------------------------------------------


def test_schema_prints_the_schema(capsys: Capture) -> None:
    schema = json.loads(done(["schema"], capsys))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "contacts" in schema["properties"]
