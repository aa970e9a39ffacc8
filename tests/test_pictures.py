"""The pictures kept with the docs show what the code draws today."""

from __future__ import annotations

import re

import pytest

from docs import pictures


def words(svg: str) -> list[str]:
    """What is written in it: the same whatever a machine's fonts."""
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


@pytest.mark.slow
@pytest.mark.parametrize("run", pictures.RUNS, ids=lambda run: run.scenario)
def test_pictures_say_what_the_report_says_today(run: pictures.Run) -> None:
    drawn = dict(run.drawn())
    assert sorted(drawn) == sorted(run.figures.values())
    for name, svg in drawn.items():
        assert words(pictures.path_of(name).read_text(encoding="utf-8")) == words(svg) != []
