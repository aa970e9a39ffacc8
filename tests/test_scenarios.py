"""Every scenario says what it teaches, validates, and prints what stands beside it."""

from __future__ import annotations

import io

import pytest

from scenarios import freeze, make_exports, make_tickets

# many contacts, or many types of them
SLOW = {"nineteen-oclock", "scattered-or-central", "tight-evening", "tight-evening.compare"}
SCHEMA_LINE = "# yaml-language-server: $schema=../simcare/scenario/scenario.schema.json"


@pytest.mark.parametrize("name", freeze.names())
def test_each_scenario_says_what_it_teaches(name: str) -> None:
    lines = (freeze.FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == SCHEMA_LINE
    assert lines[2].startswith("# What it teaches: ")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in freeze.transcripts()]
)
def test_each_scenario_prints_its_expected_output(name: str) -> None:
    assert freeze.transcript(name) == freeze.expected_path(name).read_text(encoding="utf-8")


def test_no_expected_output_without_its_scenario() -> None:
    assert sorted(path.stem for path in (freeze.FOLDER / "expected").iterdir()) == freeze.transcripts()
    assert {name.split(".")[0] for name in freeze.transcripts()} == set(freeze.names())


def test_the_made_up_tickets_are_what_their_script_writes() -> None:
    out = io.StringIO()
    make_tickets.write(out)
    assert out.getvalue() == (freeze.FOLDER / "tickets.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", make_exports.FILES)
def test_the_made_up_exports_are_what_their_script_writes(name: str) -> None:
    out = io.StringIO()
    make_exports.FILES[name](out)
    assert out.getvalue() == (freeze.FOLDER / name).read_text(encoding="utf-8")
