"""YAML as people expect it: words stay words, every value knows its place, and size is bounded."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import ScenarioError
from simcare.scenario.load import loads
from simcare.scenario.source import place_of, plain, words
from simcare.scenario.yaml_reading import read_yaml


def data(text: str) -> Any:
    root = read_yaml(text, "f").root
    return None if root is None else plain(root)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19:00", "19:00"),
        ("08:30", "08:30"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("2026-11-23", "2026-11-23"),
        ("45_000", 45_000),
        ("-3", -3),
        ("010", 10),
        ("0x10", "0x10"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1_000.0),
        ("1_0.5", 10.5),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("_1", "_1"),
        ("1__0", "1__0"),
        (".", "."),
        ("-", None),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ('"15"', "15"),
        ("'true'", "true"),
        ("85%", "85%"),
        ("45_000 IDR/h", "45_000 IDR/h"),
        ("9" * 50, "9" * 50),
    ],
)
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    assert data(f"a: {text}" if text != "-" else "a:") == {"a": value}


def test_keys_are_words_whatever_they_look_like() -> None:
    assert data("{19:00: 1, 5: 2, true: 3, null: 4, no: 5}") == {
        "19:00": 1,
        "5": 2,
        "true": 3,
        "null": 4,
        "no": 5,
    }


def test_every_value_and_key_knows_its_place() -> None:
    root = read_yaml("a: 1\nb:\n  - c: x\n    d: {e: 5}\n", "f").root
    assert root is not None
    places = {path: (place_of(root, path).line, place_of(root, path).column) for path, _ in words(root)}
    assert places == {("a",): (1, 4), ("b", 0, "c"): (3, 8), ("b", 0, "d", "e"): (4, 12)}
    key = place_of(root, ("b", 0, "c"), of_key=True)
    assert (key.line, key.column) == (3, 5)
    missing = place_of(root, ("b", 0, "z"))
    assert (missing.line, missing.column) == (3, 5)


def test_aliases_repeat_what_they_stand_for() -> None:
    assert data("a: &x {b: [1, 2]}\nc: *x\n") == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


def test_a_text_without_values_is_empty() -> None:
    assert read_yaml("", "f").root is None
    assert read_yaml("# only this\n", "f").root is None


@pytest.mark.parametrize("quick", [True, False])
def test_both_parsers_see_the_same(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if quick:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    text = "a: &x [1, 'é', \"b\\n\"]\nlong: |\n  two\n  lines\n? q\n: *x\n"
    reading = read_yaml(text, "f")
    assert plain(reading.root) == {"a": [1, "é", "b\n"], "long": "two\nlines\n", "q": [1, "é", "b\n"]}  # type: ignore[arg-type]
    assert place_of(reading.root, ("a", 2)).column == 16  # type: ignore[arg-type]


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text("ab19:_-. %no~é#,[]{}'\"\n\t", max_size=12),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text("abno19:", min_size=1), below, max_size=4)
    ),
    max_leaves=12,
)


@given(json_like)
def test_what_a_yaml_writer_quotes_is_read_back(value: Any) -> None:
    # JSON is YAML in which all text is quoted, so that nothing of it is open to reading
    assert data(f"root: {__import__('json').dumps(value, ensure_ascii=False)}") == {"root": value}


@given(st.text(max_size=200) | st.text("ab:-[]{}&*!|>'\"%@`,#? \n\t0", max_size=60))
def test_any_text_ends_in_a_tree_or_in_our_error(text: str) -> None:
    try:
        read_yaml(text, "f")
    except ScenarioError as error:
        assert len(error.problems) == 1
        assert "\n" not in str(error)
        assert str(error).startswith("f")


@pytest.mark.parametrize("text", ["?", "a: 1\n?", "a: 1\r\n?", "a: 1\r?", "a: 1\u2028?"])
def test_a_value_that_is_missing_at_the_end_is_not_placed_beyond_it(text: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        loads(text, name="s.yaml")
    assert max(problem.line for problem in raised.value.problems) == len(text.splitlines())
