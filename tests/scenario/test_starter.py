"""The starter is a scenario as it stands, explains itself, and takes any name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.scenario.load import loads
from simcare.scenario.starter import starter


def test_the_starter_loads_without_notes() -> None:
    scenario = loads(starter("my-desk"))
    assert scenario.title == "my-desk"
    assert scenario.notes == ()
    assert scenario.plan_names == ("today", "evening")


def test_every_part_of_the_starter_has_a_comment() -> None:
    blocks = starter("x").split("\n\n")
    assert len(blocks) >= 7
    assert sum("#" in block for block in blocks) >= len(blocks) - 2
    assert all(len(line) <= 110 for line in starter("x").splitlines())


@pytest.mark.parametrize("name", ["no", "12:30", "a: b", "# x", "'", '"', "{x}", "100%", "été", "- a"])
def test_any_name_becomes_the_title(name: str) -> None:
    assert loads(starter(name)).title == name


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_any_printable_name_becomes_the_title(name: str) -> None:
    assert loads(starter(name)).title == name
