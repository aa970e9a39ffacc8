"""Scenarios spoiled in every way: each ends in its own sentences, at the right line and column."""

from __future__ import annotations

import os
import re
from pathlib import Path
from time import process_time

import pytest

from simcare.errors import ScenarioError, SimcareError
from simcare.scenario.load import load, loads
from tests.scenario.spoiled import BOMB, SPOILED
from tests.scenario.texts import SMALL, changed


@pytest.mark.parametrize(("old", "new", "message"), SPOILED, ids=[f"{new[:40]!r}" for _, new, _ in SPOILED])
def test_a_spoiled_scenario_gives_one_message_at_its_place(old: str, new: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(changed((old, new)), name="s.yaml")
    assert [str(problem)[: len(f"s.yaml:{message}")] for problem in caught.value.problems] == [
        f"s.yaml:{message}"
    ]


def test_the_small_scenario_itself_is_in_order() -> None:
    assert loads(SMALL).title == "Small"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected a scenario, got an empty file"),
        (b"# nothing\n", "expected a scenario, got an empty file"),
        (b"\xef\xbb\xbf", "expected a scenario, got an empty file"),
        (b"5\n", "1:1: expected a scenario, a map with the keys simcare, title"),
        (b"- a\n", "1:1: expected a scenario, a map with the keys simcare, title"),
        (b"title: caf\xe9\n", "1:11: expected UTF-8 text, got the byte 0xE9"),
        (b"\x89PNG\r\n\x1a\n\x00", "1:1: expected UTF-8 text, got the byte 0x89"),
        ("simcare: 1".encode("utf-16"), "expected UTF-8 text, got UTF-16; save the file as UTF-8"),
        (b"simcare: \x00", "1:10: expected text, got the control character U+0000"),
        (b"a: " + b"[" * 10_000, "1:36: expected maps and lists at most 32 deep, got deeper ones"),
        (b"a: b\n" * 40_000, "expected each key once, got 'a' again"),
        (b"x" * 10_000_000, "expected at most 1 MB, got 10.00 MB; large tables belong in CSV files"),
        (b"[" + b"1," * 150_000 + b"1]", "expected at most 100,000 values, got more"),
        (
            BOMB,
            "expected at most 100,000 values, got more by repeating *",
        ),
    ],
    ids=range(14),
)  # fmt: skip
def test_bytes_of_any_kind_give_a_message(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    assert message in str(caught.value)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).hash == loads(SMALL).hash


def test_a_file_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "evening.yaml").write_text(SMALL)
    with pytest.raises(
        ScenarioError, match=r"there is no file .*evning\.yaml; did you mean .*evening\.yaml\?"
    ):
        load(tmp_path / "evning.yaml")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=f"{re.escape(str(tmp_path))}: expected a scenario file, got the folder"
    ):
        load(tmp_path)


def test_a_path_with_a_null_character_is_no_scenario() -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load("a\0b.yaml")


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SMALL)
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything

        def denied(*args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(ScenarioError, match=r"that you may read, but permission for .* is denied"):
        load(path)


def test_all_problems_come_at_once_in_file_order_up_to_twenty() -> None:
    text = changed(
        ("feed: {public: true}", "feed: {public: no}"), ("seed: 7", "seed: x"), ("mean: 3 h", "mean: 3")
    )
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [problem.line for problem in caught.value.problems] == [5, 15, 40]

    many = SMALL.replace("title: Small", "title: Small\n" + "\n".join(
        f"unknown-{i}: 1" for i in range(30)
    ))  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        loads(many)
    assert [problem.line for problem in caught.value.problems] == list(range(3, 23))
    assert caught.value.more == 10
    assert str(caught.value).endswith("and 10 more problems")


def test_meaning_is_checked_only_once_the_shape_is_right() -> None:
    meaning = ("needs: [network]", "needs: [netwrok]")
    with pytest.raises(ScenarioError, match="netwrok"):
        loads(changed(meaning))
    with pytest.raises(ScenarioError) as caught:
        loads(changed(meaning, ("seed: 7", "seed: x")))
    assert "netwrok" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        SMALL + "".join(f"titl{i}: 1\n" for i in range(10_000)),
        changed(("[network]", f"[{', '.join(f'n{i}' for i in range(20_000))}]")),
        changed(("[network]", f"[{', '.join(['x'] * 20_000)}]")),
        changed(("  level:\n", "".join(f"  p{i}: {{like: p{i + 1}}}\n" for i in range(490)) + "  level:\n")),
    ],
    ids=["keys", "names", "doublets", "parents"],
)
def test_thousands_of_errors_are_told_in_seconds(text: str) -> None:
    began = process_time()
    with pytest.raises(ScenarioError):
        loads(text)
    assert process_time() - began < 5  # a tenth of that on an idle machine


def test_plans_that_inherit_too_much_are_refused() -> None:
    line = "{team: desk, from: 08:00, to: 09:00, agents: 1}"
    chain = "".join(
        f"  p{i}: {{like: {f'p{i - 1}' if i else 'today'}, add: [{line}, {line}]}}\n" for i in range(400)
    )
    with pytest.raises(
        ScenarioError, match="at most 100_000 lines of shifts in all plans together, got 161_202"
    ):
        loads(changed(("  level:\n", chain + "  level:\n")))


def test_a_pipe_is_refused_unless_the_shell_has_opened_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ScenarioError, match=r"expected a scenario file, got the pipe .*pipe"):
        load(tmp_path / "pipe")
    with pytest.raises(ScenarioError, match="expected a scenario file, got the device /dev/zero"):
        load("/dev/zero")
    reading, writing = os.pipe()
    os.write(writing, SMALL.encode())
    os.close(writing)
    assert load(f"/dev/fd/{reading}").title == "Small"
    os.close(reading)


def test_every_error_is_one_of_ours() -> None:
    with pytest.raises(SimcareError):
        loads("{")


def test_circles_of_plans_are_told_once() -> None:
    text = changed(("  today:\n", "  a: {like: b}\n  b: {like: c}\n  c: {like: a}\n  today:\n"))
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [str(p) for p in caught.value.problems] == [
        "scenario.yaml:31:13: expected a plan that is not like itself, got a circle: a → b → c → a"
    ]


def test_what_a_plan_inherits_is_told_once() -> None:
    text = changed(("agents: 5,", "agents: 0,"), ("  level:\n", "  child: {like: today}\n  level:\n"))
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [problem.line for problem in caught.value.problems] == [31, 31]
