"""Whatever is done to a scenario, it ends in a scenario or in our own sentences."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcare.errors import ScenarioError, TooLarge
from simcare.scenario.load import loads
from simcare.scenario.scenario import Scenario
from simcare.scenario.source import plain
from simcare.scenario.yaml_reading import read_yaml
from tests.scenario.texts import SMALL

NASTY: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        10**30,
        0.5,
        -0.0,
        1e300,
        "",
        " ",
        "x",
        "all",
        "x" * 5_000,
        "<<",
        "é",
        "a\u2028b",
    ),
    *(
        "19:00",
        "24:00",
        "00:00",
        "15 min",
        "0 s",
        "36500 days",
        "100%",
        "0%",
        "95%",
        "10000%",
        "-5%",
        "1M",
        "nan",
    ),
    *(
        ".inf",
        "45_000 IDR/h",
        "2200-12-31",
        "1900-01-01",
        "Asia/Jakarta",
        "Europe",
        "/etc/passwd",
        "..",
        "/dev/null",
    ),
    *([], [[]], [None], ["x"], ["complaint"], ["network", "billing"], {}, {"x": 1}, {"": 0}),
    *(
        {"constant": "1 min"},
        {"exponential": {"mean": "36500 days"}},
        {"weibull": {"mean": "1 h", "cv": 100}},
    ),
    *({"lognormal": {"median": "1 ms", "p90": "36500 days"}}, {"by_team": {}}, {"desk": {"23:59": 0}}),
    *({"per_hour": {"00:00": 1e8}}, {"per_day": 1e8}, {"trace": "/dev/null", "column": "x"}),
    *({"csv": "/dev/null", "column": "x"}, {"like": "today"}, {"like": "level"}),
    *({"priority": [["complaint"], "question"]}, {"desk": 100_000, "engineers": 100_000}),
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in below for found in paths(item, (*path, key)))]


def small() -> Any:
    root = read_yaml(SMALL, "s").root
    assert root is not None
    return plain(root)


PATHS = paths(small())[1:]


@st.composite
def spoiled_trees(draw: st.DrawFn) -> str:
    """The small scenario with one to three values replaced, taken away, renamed or repeated elsewhere."""
    tree = small()
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(PATHS))
        holder = tree
        try:
            for key in above:
                holder = holder[key]
            match draw(st.sampled_from(["replace", "replace", "remove", "rename", "transplant", "wrap"])):
                case "replace":
                    holder[last] = deepcopy(draw(st.sampled_from(NASTY)))
                case "remove":
                    del holder[last]
                case "rename":
                    holder[draw(st.sampled_from(["x", "", "all", "complaint", "19:00", "like", "level"]))] = (
                        holder.pop(last)
                    )
                case "transplant":
                    source = small()
                    for key in draw(st.sampled_from(PATHS)):
                        source = source[key]
                    holder[last] = source
                case "wrap":
                    holder[last] = draw(st.sampled_from([[holder[last]], {"x": holder[last]}]))
        except (AttributeError, KeyError, IndexError, TypeError):
            pass  # an earlier change took the place away
    return json.dumps(tree)


@st.composite
def spoiled_texts(draw: st.DrawFn) -> str:
    """The small scenario with some of its characters and lines replaced, repeated or taken away."""
    text = SMALL
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 20)))
        junk = draw(
            st.text("abz019:-_%{}[],&*!|>'\"#@`?~. \n\t\r\x00é\u2028\ufeff", max_size=8)
            | st.sampled_from(SMALL.split())
        )
        text = draw(
            st.sampled_from([text[:start] + junk + text[end:], text[:end] + text[start:], text[:start]])
        )
    return text


def ends_well(text: str, **options: Any) -> None:
    try:
        assert isinstance(loads(text, name="s.yaml", **options), Scenario)
    except TooLarge as error:
        assert "--allow-large" in str(error)
    except ScenarioError as error:
        assert 1 <= len(error.problems) <= 20
        for problem in error.problems:
            assert problem.message.startswith(("expected", "there")), problem.message
            assert "\n" not in problem.message
            assert len(problem.message) < 600
            for foreign in (
                "Input should be",
                "pydantic",
                "validation",
                "Traceback",
                "object at 0x",
                "NoneType",
                "Form",
            ):
                assert foreign not in problem.message, problem.message
            if problem.file == "s.yaml":
                assert 0 <= problem.line <= text.count("\n") + 1 + sum(map(text.count, "\r\x85\u2028\u2029"))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled_trees())
def test_a_scenario_with_wrong_values_ends_well(text: str) -> None:
    ends_well(text)


@settings(max_examples=300)
@given(spoiled_texts())
def test_a_scenario_with_wrong_text_ends_well(text: str) -> None:
    ends_well(text)


@settings(max_examples=200)
@given(st.sampled_from(PATHS), st.sampled_from(NASTY), st.booleans())
def test_any_change_ends_well(path: tuple[Any, ...], value: Any, broken: bool) -> None:
    dotted = ".".join(map(str, path))
    ends_well(SMALL, set=[f"{dotted[1:] if broken else dotted}={json.dumps(value)}"])


@given(
    st.lists(
        st.text(max_size=20)
        | st.sampled_from(["plans.today=", "x=1", "plans..=", "plans.today.shifts.-1=2"]),
        max_size=3,
    )
)
def test_any_text_as_a_change_ends_well(changes: list[str]) -> None:
    ends_well(SMALL, set=changes)


@pytest.mark.slow
@settings(max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled_trees() | spoiled_texts())
def test_ten_thousand_spoiled_scenarios_end_well(text: str) -> None:
    ends_well(text)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_table_end_well(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    Path(folder / "t.csv").write_bytes(data)
    text = SMALL.replace("{per_day: 200, shape: bank-calls-us-2003}", "{trace: t.csv, column: at}")
    ends_well(text, folder=str(folder))
    ends_well(
        SMALL.replace("shape: bank-calls-us-2003", "shape: {csv: t.csv, column: a}"), folder=str(folder)
    )
