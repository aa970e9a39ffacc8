from __future__ import annotations

from pathlib import Path

import pytest

TINY = """
simcare: 1
title: Tiny
clock: {interval: 4 h}
contacts:
  question: {needs: [care], arrivals: {per_hour: 6}, handling: {exponential: {mean: 6 min}}}
teams:
  desk: {skills: {care: 100%}, cost: 20 EUR/h}
plans:
  one: {headcount: {desk: 1}}
  two: {headcount: {desk: 2}}
  three: {headcount: {desk: 3}}
service_levels:
  - {contacts: question, first_reply_within: 15 min, target: 80%}
experiment: {replications: 6, seed: 1}
"""


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a small scenario in the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY, encoding="utf-8")
    return "tiny.yaml"
