"""`simcare report`: where the page and the figures go, and how to get the page again."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import pytest

from simcare.cli.main import code_of

Capture = pytest.CaptureFixture[str]

SMALL = ["--plan", "one", "--replications", "2", "--jobs", "1"]
"""Little to simulate and few figures."""


def test_the_page_is_named_after_the_scenario_and_says_how_to_get_it_again(
    tiny: str, capsys: Capture
) -> None:
    assert code_of(["report", tiny, *SMALL, "--set", "title=It is tiny"]) == 0
    assert capsys.readouterr().out == "Wrote tiny.html: open it in a browser.\n"
    page = Path("tiny.html").read_bytes()
    command = re.search(r"<code>(simcare report .*?)</code>", page.decode())
    assert command is not None
    words = shlex.split(html.unescape(command[1]))
    expected = ["tiny.yaml", "--plan", "one", "--set", "title=It is tiny", "--replications", "2"]
    assert words == ["simcare", "report", *expected]
    assert code_of([*words[1:], "--output", "again.html"]) == 0
    assert Path("again.html").read_bytes() == page
    assert "title: Tiny" in page.decode()


def test_figures_alone_go_to_folders(tiny: str, capsys: Capture) -> None:
    assert code_of(["report", tiny, *SMALL, "--png", "out/png", "--svg", "svg"]) == 0
    png, svg = sorted(Path("out/png").iterdir()), sorted(Path("svg").iterdir())
    assert [path.stem for path in png] == [path.stem for path in svg] and len(png) >= 4
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in png)
    assert all(path.read_text().startswith("<?xml") and "Tiny" not in path.name for path in svg)
    assert not Path("tiny.html").exists()
    assert (
        capsys.readouterr().out == f"Wrote {len(png)} figures to out/png.\nWrote {len(svg)} figures to svg.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "tiny.html exists and is no page of simcare; say with --output where to write"),
        (["--png", "tiny.yaml"], "--png: expected a folder, got the file "),
        (["--svg", "tiny.yaml/below"], "--svg: expected a folder, got the file "),
        (["-o", "tiny.yaml"], "--output: expected a file of its own, got tiny.yaml, which is read too"),
        (["-o", "nowhere/a.html"], "--output: there is no directory "),
    ],
)
def test_what_cannot_be_written_is_told_before_the_work(
    arguments: list[str], message: str, tiny: str, capsys: Capture
) -> None:
    Path("tiny.html").write_text("<p>somebody else's")
    assert code_of(["report", tiny, *arguments]) == 2
    assert message in capsys.readouterr().err
    assert Path("tiny.html").read_text() == "<p>somebody else's"
